//! An item of `changes`: comments, mentions, a Page's feed, labels. Message events stand there too,
//! as the dashboard's test sends them.

use super::super::event::{Comment, Nothing, What};
use super::super::identity;
use super::envelope::{Reading, unknown};
use super::json::{Json, Object};
use super::messaging;
use crate::content::{Detail, MessageKind, Post, ThreadEvent};

pub fn read(account: &str, change: Json<'_>) -> Reading {
    let Some(change) = change.object() else { return unknown("changes") };
    let field = change.text("field").unwrap_or_default();
    let Some(json) = change.get("value") else {
        return What::Nothing(Nothing::NoValues).into();
    };
    let value = json.object().unwrap_or_default();
    let reading = match field.as_str() {
        "comments" | "live_comments" => instagram_comment(account, &value),
        "mentions" => mention(&value),
        "feed" => feed(account, &value),
        "inbox_labels" => label(&value),
        "story_insights" | "messenger_template_status_update" => Some(What::Nothing(Nothing::NotMessaging).into()),
        _ if messaging::is_item(&value) => Some(messaging::read(account, json, false)),
        "" => None,
        other => Some(unknown(other)),
    };
    reading.unwrap_or_else(|| unknown(if field.is_empty() { "changes" } else { &field }))
}

/// What became of a comment or post.
enum Verb {
    Added,
    Edited,
    Removed,
}

impl Verb {
    fn of(value: &Object<'_>) -> Option<Self> {
        match value.text("verb").as_deref() {
            None | Some("add") => Some(Self::Added),
            Some("edit" | "edited") => Some(Self::Edited),
            Some("remove" | "delete") => Some(Self::Removed),
            Some(_) => None,
        }
    }
}

fn instagram_comment(account: &str, value: &Object<'_>) -> Option<Reading> {
    let id = value.first_text(&["id", "comment_id"])?;
    let media = value.object("media");
    let [media_id, product, ad_title] = ["id", "media_product_type", "ad_title"].map(|key| media.text(key));
    let mut comment = comment(MessageKind::Comment, &id, value);
    comment.parent_id = value.text("parent_id");
    comment.post_id.clone_from(&media_id);
    comment.detail.post = Some(Post { id: media_id, product, ad_title }).filter(|it| *it != Post::default());
    Some(posted(account, value, &Verb::Added, comment))
}

/// The event of a mention names no author, only where it stands.
fn mention(value: &Object<'_>) -> Option<Reading> {
    let media_id = value.text("media_id");
    let id = value.text("comment_id").or_else(|| media_id.clone())?;
    let mut comment = comment(MessageKind::Mention, &id, value);
    comment.detail.post = media_id.clone().map(|it| Post { id: Some(it), ..Post::default() });
    comment.post_id = media_id;
    let (contact, identity) = (Some(format!("mention:{id}")), Some(identity::comment(&id, "mention")));
    Some(Reading { contact, identity, ..What::Commented(comment).into() })
}

fn feed(account: &str, value: &Object<'_>) -> Option<Reading> {
    let not_ours = || Some(What::Nothing(Nothing::NotMessaging).into());
    let Some(verb) = Verb::of(value) else { return not_ours() };
    let post_id = value.text("post_id");
    let mut comment = match value.text("item").as_deref() {
        Some("comment") => comment(MessageKind::Comment, &value.text("comment_id")?, value),
        // A post without an author is the Page's.
        Some("post" | "status" | "photo" | "video" | "share") if value.get("from").is_some() => {
            comment(MessageKind::VisitorPost, post_id.as_ref()?, value)
        }
        _ => return not_ours(),
    };
    // Under a post itself the parent is that post.
    comment.parent_id = value.text("parent_id").filter(|it| Some(it) != post_id.as_ref());
    if comment.kind == MessageKind::Comment {
        comment.detail.post = post_id.clone().map(|it| Post { id: Some(it), ..Post::default() });
        comment.post_id = post_id;
    }
    Some(posted(account, value, &verb, comment))
}

fn comment(kind: MessageKind, id: &str, value: &Object<'_>) -> Comment {
    let from = value.object("from");
    Comment {
        kind,
        comment_id: id.to_owned(),
        parent_id: None,
        post_id: None,
        text: value.get("text").or_else(|| value.get("message")).and_then(Json::text).filter(|it| !it.is_empty()),
        name: from.text("name"),
        username: from.text("username"),
        detail: Detail::default(),
    }
}

fn posted(account: &str, value: &Object<'_>, verb: &Verb, comment: Comment) -> Reading {
    let from = value.object("from");
    let author = from.text("id");
    let is_own = author.as_deref() == Some(account) || from.get("self_ig_scoped_id").is_some();
    let id = comment.comment_id.clone();
    let created = value.time("created_time");
    // Without the right permission an author has no name; the comment can be answered all the same.
    let contact = if is_own { None } else { author.or_else(|| Some(format!("comment:{id}"))) };
    let (word, at, what) = match verb {
        Verb::Removed => ("remove", None, What::CommentRemoved { comment_id: comment.comment_id }),
        _ if is_own => ("own", None, What::Nothing(Nothing::OwnAction)),
        Verb::Added => ("add", created, What::Commented(comment)),
        Verb::Edited => {
            let text = comment.text.unwrap_or_default();
            ("edited", None, What::CommentEdited { comment_id: comment.comment_id, text })
        }
    };
    Reading { contact, at, identity: Some(identity::comment(&id, word)), ..what.into() }
}

fn label(value: &Object<'_>) -> Option<Reading> {
    let contact = Some(value.object("user").text("id")?);
    let name = value.object("label").first_text(&["page_label_name", "name"]);
    let event = match value.text("action")?.as_str() {
        "add" => ThreadEvent::LabelAdded { name },
        "remove" => ThreadEvent::LabelRemoved { name },
        _ => return None,
    };
    let detail = Detail { event: Some(event.clone()), ..Detail::default() };
    Some(Reading { contact, ..What::Happened { event, detail, opens_window: false }.into() })
}
