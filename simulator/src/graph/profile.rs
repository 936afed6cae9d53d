//! Who a customer is.

use super::call::Call;
use super::error::Wrong;
use super::whose::{self, Purpose};
use super::{Answer, fields, refusal};
use crate::world::World;
use crate::world::account::{Platform, Token};
use crate::world::customer::Customer;
use serde_json::{Map, Value, json};

pub fn read(world: &World, call: &Call, id: &str) -> Answer {
    let caller = call.caller(world)?;
    let account = caller.account.ok_or_else(|| Wrong::NoSuchObject(id.to_owned()).error())?;
    let customer = world.customer(id).filter(|it| world.accounts_of(&account.id).any(|of| of.id == it.account_id));
    match (customer, account.platform) {
        (None, Platform::Instagram) => Err(Wrong::NoInstagramUser.error()),
        (None, Platform::Page) => Err(Wrong::NoSuchObject(id.to_owned()).error()),
        (Some(it), _) => told(world, caller.token, it, call),
    }
}

fn told(world: &World, token: &Token, customer: &Customer, call: &Call) -> Answer {
    let account = world.account(&customer.account_id).ok_or_else(|| whose::missing(&customer.id))?;
    match (customer.platform, whose::may(token, account, Purpose::Messages)) {
        (Platform::Page, Err(_)) => return Err(refusal::profile_permission()),
        (Platform::Instagram, Err(error)) => return Err(error),
        (_, Ok(())) => {}
    }
    // Whoever never wrote, or blocked the business since, did not agree to be looked at.
    if customer.last_action_ms.is_none() || customer.unreachable {
        return Err(Wrong::ConsentRequired.error());
    }
    if customer.platform == Platform::Page {
        // Somebody who is there with a telephone number only.
        if customer.name.starts_with('+') {
            return Err(refusal::no_profile());
        }
        // Messenger's way to say that the app lacks "Business Asset User Profile Access".
        if !account.switches.profiles {
            return Ok(json!({}));
        }
    }
    let known = match customer.platform {
        Platform::Instagram => OF_INSTAGRAM.as_slice(),
        Platform::Page => OF_MESSENGER.as_slice(),
    };
    let whole = whole(customer);
    let usual: Vec<&str> = whole.keys().map(String::as_str).collect();
    let fields = fields::asked(call, &usual.join(","))?;
    fields::pick(whole, &fields, known, "User")
}

const OF_INSTAGRAM: [&str; 7] = [
    "name",
    "username",
    "profile_pic",
    "follower_count",
    "is_verified_user",
    "is_user_follow_business",
    "is_business_follow_user",
];
const OF_MESSENGER: [&str; 7] = ["first_name", "last_name", "name", "profile_pic", "locale", "timezone", "gender"];

fn whole(customer: &Customer) -> Map<String, Value> {
    let whole = match customer.platform {
        Platform::Instagram => json!({
            "name": Some(&customer.name).filter(|it| !it.is_empty()),
            "username": customer.username,
            "profile_pic": customer.picture,
            "follower_count": customer.follower_count,
            "is_verified_user": false,
            "is_user_follow_business": customer.follows,
            "is_business_follow_user": false,
        }),
        Platform::Page => {
            let (first, last) = customer.name.split_once(' ').unwrap_or((&customer.name, ""));
            json!({"first_name": first, "last_name": last, "name": customer.name, "profile_pic": customer.picture})
        }
    };
    let Value::Object(mut whole) = whole else { return Map::new() };
    whole.insert("id".to_owned(), customer.id.clone().into());
    whole
}
