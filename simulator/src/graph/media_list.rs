//! What an account has posted, and what people wrote under it.

use super::call::Call;
use super::error::GraphError;
use super::fields::{self, Field};
use super::paging::{self, Address, Wanted};
use super::whose::{self, Purpose};
use super::{Answer, asked};
use crate::world::World;
use crate::world::account::{Account, Platform, Post, Story};
use crate::world::customer::Comment;
use serde_json::{Map, Value, json};

const MOST: usize = 100;
const STORY_MS: i64 = 24 * 60 * 60 * 1000;
const OF_MEDIA: [&str; 12] = [
    "id",
    "caption",
    "media_type",
    "media_product_type",
    "media_url",
    "permalink",
    "thumbnail_url",
    "timestamp",
    "username",
    "like_count",
    "comments_count",
    "owner",
];
const OF_COMMENTS: [&str; 10] =
    ["id", "text", "message", "username", "timestamp", "created_time", "from", "parent_id", "media", "parent"];

/// `GET /{account}/media`
pub fn list(world: &World, call: &Call, id: &str) -> Answer {
    let account = instagram(world, call, id)?;
    let wanted = Wanted::of(call, MOST)?;
    let fields = fields::asked(call, "id")?;
    let place = |it: &&Post| (it.at_ms, it.id.clone());
    let address = Address::of(world.files.at(), call);
    paging::page(account.posts.iter(), place, &wanted, &address, |it| show(post(world, account, it), &fields))
}

/// `GET /{account}/stories`: as long as they live.
pub fn stories(world: &World, call: &Call, id: &str) -> Answer {
    let account = instagram(world, call, id)?;
    let fields = fields::asked(call, "id")?;
    let alive = account.stories.iter().filter(|it| world.now_ms() - it.at_ms < STORY_MS);
    let place = |it: &&Story| (it.at_ms, it.id.clone());
    let address = Address::of(world.files.at(), call);
    paging::page(alive, place, &Wanted::of(call, MOST)?, &address, |it| show(story(account, it), &fields))
}

/// `GET /{media}`, if the token's accounts posted it.
pub fn one(world: &World, call: &Call, id: &str) -> Option<Answer> {
    let account = posted_by(world, call, id)?;
    let whole = match account.posts.iter().find(|it| it.id == id) {
        Some(it) => post(world, account, it),
        None => story(account, account.stories.iter().find(|it| it.id == id)?),
    };
    let may = whose::account_for(world, call, &account.id, Purpose::Basics);
    Some(may.and_then(|_| show(whole, &fields::asked(call, "id")?)))
}

/// `GET /{media}/comments`
pub fn comments(world: &World, call: &Call, media_id: &str) -> Answer {
    let account = posted_by(world, call, media_id).ok_or_else(|| whose::missing(media_id))?;
    of_comments(world, call, account, |it| it.post_id == media_id && it.parent_id.is_none())
}

/// `GET /{comment}/replies`
pub fn replies(world: &World, call: &Call, comment_id: &str) -> Answer {
    let (account, _) = commented(world, call, comment_id).ok_or_else(|| whose::missing(comment_id))?;
    of_comments(world, call, account, |it| it.parent_id.as_deref() == Some(comment_id))
}

/// `GET /{comment}`, if it is under something of the token's accounts.
pub fn comment(world: &World, call: &Call, id: &str) -> Option<Answer> {
    let (account, comment) = commented(world, call, id)?;
    let may = whose::account_for(world, call, &account.id, Purpose::Comments);
    Some(may.and_then(|_| show_comment(world, account, comment, &fields::asked(call, usual_of(account))?)))
}

fn of_comments(world: &World, call: &Call, account: &Account, wanted: impl Fn(&Comment) -> bool) -> Answer {
    whose::account_for(world, call, &account.id, Purpose::Comments)?;
    let page = Wanted::of(call, MOST)?;
    let fields = fields::asked(call, usual_of(account))?;
    let all = world.comments.iter().filter(|it| it.account_id == account.id && wanted(it));
    let place = |it: &&Comment| (it.at_ms, it.id.clone());
    paging::page(all, place, &page, &Address::of(world.files.at(), call), |it| {
        show_comment(world, account, it, &fields)
    })
}

fn instagram<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Account, GraphError> {
    let account = whose::account_for(world, call, id, Purpose::Basics)?;
    if account.platform == Platform::Instagram { Ok(account) } else { Err(whose::missing(id)) }
}

fn reached<'a>(world: &'a World, call: &Call) -> Option<impl Iterator<Item = &'a Account>> {
    Some(world.accounts_of(&call.caller(world).ok()?.account?.id))
}

fn posted_by<'a>(world: &'a World, call: &Call, id: &str) -> Option<&'a Account> {
    let has =
        |it: &&Account| it.posts.iter().any(|post| post.id == id) || it.stories.iter().any(|story| story.id == id);
    reached(world, call)?.find(has)
}

fn commented<'a>(world: &'a World, call: &Call, id: &str) -> Option<(&'a Account, &'a Comment)> {
    let comment = world.comments.iter().find(|it| it.id == id)?;
    reached(world, call)?.find(|it| it.id == comment.account_id).map(|account| (account, comment))
}

fn post(world: &World, account: &Account, it: &Post) -> Value {
    let n_comments = world.comments.iter().filter(|comment| comment.post_id == it.id).count();
    let mut whole = json!({
        "id": it.id, "caption": it.caption, "media_type": it.media_type, "media_product_type": it.media_product_type,
        "media_url": it.media_url, "permalink": it.permalink, "timestamp": asked::moment(it.at_ms),
        "username": account.username, "like_count": it.caption.len() * 7 % 400, "comments_count": n_comments,
        "owner": {"id": account.id},
    });
    if it.media_type == "VIDEO" {
        whole["thumbnail_url"] = it.media_url.clone().into();
    }
    without_empty(whole, "caption")
}

fn story(account: &Account, it: &Story) -> Value {
    json!({
        "id": it.id, "media_type": "IMAGE", "media_product_type": "STORY", "media_url": it.url,
        "permalink": format!("https://www.instagram.com/stories/{}/{}", account.username, it.id),
        "timestamp": asked::moment(it.at_ms), "username": account.username, "owner": {"id": account.id},
    })
}

fn usual_of(account: &Account) -> &'static str {
    match account.platform {
        Platform::Instagram => "id,text,timestamp",
        Platform::Page => "id,message,created_time",
    }
}

/// The two platforms have other words for the same.
fn show_comment(world: &World, account: &Account, it: &Comment, fields: &[Field]) -> Answer {
    let writer = world.customer(&it.customer_id);
    let username = writer.map_or(account.username.as_str(), |it| it.username.as_str());
    let name = writer.map_or(account.name.as_str(), |it| it.name.as_str());
    let when = asked::moment(it.at_ms);
    let whole = match account.platform {
        Platform::Instagram => json!({
            "id": it.id, "text": it.text, "username": username, "timestamp": when, "parent_id": it.parent_id,
            "from": {"id": it.customer_id, "username": username}, "media": {"id": it.post_id},
        }),
        Platform::Page => json!({
            "id": it.id, "message": it.text, "created_time": when, "from": {"id": it.customer_id, "name": name},
            "parent": it.parent_id.as_ref().map(|id| json!({"id": id})),
        }),
    };
    let mut whole = whole;
    if let Some(object) = whole.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    fields::pick(object(whole), fields, &OF_COMMENTS, "Comment")
}

fn show(whole: Value, fields: &[Field]) -> Answer {
    fields::pick(object(whole), fields, &OF_MEDIA, "Media")
}

fn without_empty(mut whole: Value, key: &str) -> Value {
    if whole[key] == ""
        && let Some(object) = whole.as_object_mut()
    {
        object.remove(key);
    }
    whole
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(object) = value { object } else { Map::new() }
}
