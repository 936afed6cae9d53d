//! Accounts: what `me` is to a token, and the Pages of somebody who logged in.

use super::call::Call;
use super::fields::{self, Field};
use super::paging::{self, Address, Wanted};
use super::whose::{self, Purpose};
use super::{Answer, refusal, tokens};
use crate::world::World;
use crate::world::account::{Account, Holder, Login, Platform};
use serde_json::{Map, Value, json};

const MOST: usize = 100;

/// `GET /me`, and `GET /{account}`.
pub fn read(world: &mut World, call: &Call, id: &str) -> Answer {
    let caller = call.caller(world)?;
    if caller.token.holder == Holder::User && id == "me" {
        let whole = json!({"id": PERSON_ID, "name": PERSON});
        return fields::pick(object(whole), &fields::asked(call, "id,name")?, &["name"], "User");
    }
    let account_id = whose::account_for(world, call, id, Purpose::Basics)?.id.clone();
    let usual = match world.account(&account_id) {
        Some(it) if it.platform == Platform::Page => "id,name",
        _ => "id",
    };
    let fields = fields::asked(call, usual)?;
    shown(world, call, &account_id, &fields)
}

/// `GET /me/accounts`: the Pages, each with a token of its own.
pub fn accounts(world: &mut World, call: &Call, id: &str) -> Answer {
    let caller = call.caller(world)?;
    if caller.token.holder != Holder::User || !(id == "me" || id == PERSON_ID) {
        return Err(refusal::no_field("accounts", "Page"));
    }
    if !caller.token.permissions.contains("pages_show_list") {
        return Err(refusal::page_permission("pages_show_list"));
    }
    let wanted = Wanted::of(call, MOST)?;
    let fields = fields::asked(call, "access_token,category,category_list,name,id,tasks")?;
    let pages = world.accounts.iter().filter(|it| it.platform == Platform::Page);
    let pages: Vec<(usize, String)> = pages.map(|it| it.id.clone()).enumerate().collect();
    let address = Address::of(world.files.at(), call);
    let place = |(n, id): &(usize, String)| (-i64::try_from(*n).unwrap_or(0), id.clone());
    paging::page(pages.into_iter(), place, &wanted, &address, |(_, id)| shown(world, call, id, &fields))
}

/// Who logs in with Facebook: the owner of every Page of this world.
pub const PERSON: &str = "Luna Marin";
pub const PERSON_ID: &str = "122090000000000001";

fn shown(world: &mut World, call: &Call, account_id: &str, fields: &[Field]) -> Answer {
    let token = if fields.iter().any(|it| it.name == "access_token") {
        Some(tokens::of_page(world, call, account_id)?)
    } else {
        None
    };
    let account = world.account(account_id).ok_or_else(|| whose::missing(account_id))?;
    let (whole, node) = match account.platform {
        Platform::Instagram => (instagram(world, account), "IGUser"),
        Platform::Page => (page(world, account, token.as_deref()), "Page"),
    };
    let whole = object(whole);
    let mut known: Vec<String> = whole.keys().cloned().collect();
    known.extend(["instagram_business_account", "profile_picture_url"].map(str::to_owned));
    if account.platform == Platform::Instagram {
        known.retain(|it| it != "instagram_business_account");
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    fields::pick(whole, &narrowed(fields), &known, node)
}

/// Of what is linked Meta tells the id alone, unless more was asked for.
fn narrowed(fields: &[Field]) -> Vec<Field> {
    let mut fields = fields.to_vec();
    for it in fields.iter_mut().filter(|it| it.name == "instagram_business_account" && it.fields.is_empty()) {
        it.fields.push(Field { name: "id".to_owned(), limit: None, fields: Vec::new() });
    }
    fields
}

fn instagram(world: &World, account: &Account) -> Value {
    let n_followers = world.customers().iter().filter(|it| it.account_id == account.id && it.follows).count();
    let mut whole = json!({
        "username": account.username, "name": account.name, "followers_count": 1800 + n_followers,
        "follows_count": 120, "media_count": account.posts.len(), "biography": "", "website": "",
    });
    if let Some(picture) = &account.picture {
        whole["profile_picture_url"] = picture.clone().into();
    }
    // Where Instagram Login is used, `id` is the app's own id of the account, and `user_id` what webhooks say.
    if account.login == Login::Instagram {
        whole["id"] = account.app_scoped_id.clone().into();
        whole["user_id"] = account.id.clone().into();
        whole["account_type"] = "Business".into();
    } else {
        whole["id"] = account.id.clone().into();
    }
    whole
}

fn page(world: &World, account: &Account, token: Option<&str>) -> Value {
    let linked = world.accounts.iter().find(|it| it.page_id.as_deref() == Some(&account.id));
    let several = |it: &Account| it.subscriptions.len() > 1;
    let mut whole = json!({
        "id": account.id, "name": account.name, "username": account.username, "category": "Home goods",
        "category_list": [{"id": "2214", "name": "Home goods"}], "tasks": ["MESSAGING", "MODERATE", "ANALYZE"],
        "link": format!("https://www.facebook.com/{}", account.id), "followers_count": 640, "fan_count": 612,
        "picture": {"data": {"url": account.picture, "is_silhouette": account.picture.is_none()}},
        "access_token": token,
        "messaging_feature_status": {
            "hop_v2": account.routing.is_some() || linked.is_some_and(|it| it.routing.is_some()),
            "msgr_multi_app": several(account),
            "ig_multi_app": linked.is_some_and(several),
        },
    });
    if let Some(linked) = linked {
        whole["instagram_business_account"] = json!({"id": linked.id, "username": linked.username});
    }
    whole
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(object) = value { object } else { Map::new() }
}
