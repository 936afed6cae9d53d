//! Every webhook of the reference on demand, by the name of its payload there. What a customer can do is
//! done; the rest is made up from the facts of an account.

mod account;
mod echo;
mod message;
#[cfg(test)]
mod tests;
mod thread;

use super::item;
use crate::world::account::{Platform, Routing};
use crate::world::act::{Act, Refused, Send, because};
use crate::world::customer::{Customer, Message};
use crate::world::say::Saying;
use crate::world::tell::{Channel, News};
use crate::world::{Newcomer, World};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// The bot of somebody else.
const OTHER_APP: &str = "2468013579246801";

pub const KINDS: [&str; 119] = include!("kinds/names.in");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub kind: String,
    pub customer_id: Option<String>,
    /// The customer's, or the first of the platform, if it is not said.
    pub account_id: Option<String>,
}

impl World {
    /// What it made, as an act would say it.
    pub fn produce(&mut self, wanted: &Wanted) -> Result<Value, Refused> {
        if !KINDS.contains(&wanted.kind.as_str()) {
            return because(format!("kind: there is no {}; GET /control/webhooks/kinds lists them", wanted.kind));
        }
        let (platform, name) = match wanted.kind.split_once('.') {
            Some(("instagram", name)) => (Platform::Instagram, name),
            Some((_, name)) => (Platform::Page, name),
            None => return because("kind: expected a platform and a name"),
        };
        let mut stage = Stage::set(self, platform, wanted)?;
        if let Some(name) = name.strip_prefix("standby.") {
            return stage.on_standby(|stage| stage.standby(name));
        }
        let made = stage.message(name);
        let made = made.or_else(|| stage.echo(name)).or_else(|| stage.of_thread(name));
        made.or_else(|| stage.of_account(name)).unwrap_or_else(|| because("kind: nobody knows how to make it"))
    }
}

/// Where it happens.
struct Stage<'a> {
    world: &'a mut World,
    platform: Platform,
    account_id: String,
    customer_id: String,
    app_id: String,
    at_ms: i64,
}

type Made = Result<Value, Refused>;

impl<'a> Stage<'a> {
    fn set(world: &'a mut World, platform: Platform, wanted: &Wanted) -> Result<Self, Refused> {
        let customer = match &wanted.customer_id {
            Some(id) => Some(world.customer(id).ok_or(Refused::NoCustomer)?.account_id.clone()),
            None => None,
        };
        let wanted_account = wanted.account_id.clone().or(customer);
        let account = match &wanted_account {
            Some(id) => world.account(id),
            None => world.accounts.iter().find(|it| it.platform == platform),
        };
        let Some(account) = account.filter(|it| it.platform == platform) else {
            return because(format!("account_id: there is no such account of kind {}", platform.object()));
        };
        let account_id = account.id.clone();
        let subscribed = account.subscriptions.first().map(|it| it.app_id.clone());
        let app_id = subscribed.or_else(|| world.apps.first().map(|it| it.id.clone())).unwrap_or_default();
        let at_ms = world.now_ms();
        let customer_id = match &wanted.customer_id {
            Some(id) => id.clone(),
            None => a_customer(world, &account_id, None, "Mara Lindt")?,
        };
        if world.customer(&customer_id).is_none_or(|it| it.account_id != account_id) {
            return because("customer_id: that is a customer of another account");
        }
        Ok(Self { world, platform, account_id, customer_id, app_id, at_ms })
    }

    fn customer(&self) -> Result<&Customer, Refused> {
        self.world.customer(&self.customer_id).ok_or(Refused::NoCustomer)
    }

    /// Another one of the same account.
    fn somebody_else(&mut self) -> Result<String, Refused> {
        let but = self.customer_id.clone();
        a_customer(self.world, &self.account_id, Some(&but), "Jonas Thal")
    }

    fn act(&mut self, act: Act) -> Made {
        self.world.act(&self.customer_id.clone(), act, self.at_ms)
    }

    fn write(&mut self, text: &str) -> Made {
        self.act(Act::Send(Send { text: Some(text.to_owned()), ..Send::default() }))
    }

    fn hear(&mut self, fill: impl FnOnce(&mut Message), also: impl FnOnce(&mut Value)) -> Made {
        let id = self.customer_id.clone();
        let mut message = self.world.blank(&id, self.at_ms)?;
        fill(&mut message);
        self.world.hear(&id, message, also)
    }

    fn say(&mut self, saying: Saying) -> Made {
        let mid = self.world.say(&self.customer_id.clone(), saying, self.at_ms).ok_or(Refused::NoCustomer)?;
        Ok(serde_json::json!({"mid": mid}))
    }

    /// The newest message of the business; it says something if it has not yet.
    fn said(&mut self) -> Result<String, Refused> {
        self.newest(false, |stage| stage.say_text(Some(stage.app_id.clone()), "Yes, two left. Shall I reserve one?"))
    }

    /// The newest message of the customer; they write if they have not yet.
    fn heard(&mut self) -> Result<String, Refused> {
        self.newest(true, |stage| stage.write("Hi! Do you still have the blue kettle in stock?"))
    }

    fn newest(&mut self, of_customer: bool, first: impl FnOnce(&mut Self) -> Made) -> Result<String, Refused> {
        let is_wanted = |it: &&Message| it.is_of_customer() == of_customer && !it.unsent && it.text.is_some();
        if let Some(message) = self.customer()?.thread.messages.iter().rev().find(is_wanted) {
            return Ok(message.mid.clone());
        }
        let made = first(self)?;
        Ok(made["mid"].as_str().unwrap_or_default().to_owned())
    }

    fn say_text(&mut self, app_id: Option<String>, text: &str) -> Made {
        self.say(Saying { app_id, text: Some(text.to_owned()), ..Saying::default() })
    }

    /// Something of the thread that no act makes.
    fn tell(&mut self, field: &'static str, key: &str, what: Value) -> Made {
        let item = item::from_customer(self.customer()?, self.at_ms, key, what);
        self.tell_item(field, item)
    }

    fn tell_item(&mut self, field: &'static str, item: Value) -> Made {
        self.is_heard(field)?;
        let (account_id, customer_id) = (self.account_id.clone(), self.customer_id.clone());
        let customer_id = Some(customer_id.as_str());
        self.world.tell(News { account_id: &account_id, customer_id, field, item, as_change: false });
        Ok(serde_json::json!({}))
    }

    fn tell_change(&mut self, field: &'static str, item: Value) -> Made {
        self.is_heard(field)?;
        let account_id = self.account_id.clone();
        self.world.tell(News { account_id: &account_id, customer_id: None, field, item, as_change: true });
        Ok(serde_json::json!({}))
    }

    fn is_heard(&self, field: &str) -> Result<(), Refused> {
        let mut subscriptions = self.world.account(&self.account_id).into_iter().flat_map(|it| &it.subscriptions);
        if subscriptions.any(|it| self.world.is_heard(it, self.platform, field)) {
            return Ok(());
        }
        because(format!("kind: no app of this account is subscribed to {field}"))
    }

    /// To the app of the inbox alone, whatever it is subscribed to.
    fn tell_inbox(&mut self, account_id: &str, channel: Channel, item: Value) -> Made {
        if self.app_id.is_empty() {
            return because("kind: there is no app");
        }
        self.world.tell_app(&self.app_id, self.platform.object(), account_id, channel, item);
        Ok(serde_json::json!({}))
    }

    /// While it lasts, another app owns the thread.
    fn on_standby(&mut self, act: impl FnOnce(&mut Self) -> Made) -> Made {
        let id = self.customer_id.clone();
        let routing = Routing { default_app_id: OTHER_APP.to_owned(), may_take: BTreeSet::new() };
        let before = self.world.account_mut(&self.account_id).map(|it| it.routing.replace(routing));
        let control = self.world.customer_mut(&id).and_then(|it| it.thread.control.take());
        let made = act(self);
        if let (Some(before), Some(account)) = (before, self.world.account_mut(&self.account_id)) {
            account.routing = before;
        }
        if let Some(customer) = self.world.customer_mut(&id) {
            customer.thread.control = control;
        }
        made
    }
}

fn a_customer(world: &mut World, account_id: &str, but: Option<&str>, name: &str) -> Result<String, Refused> {
    let is_wanted = |it: &&Customer| it.account_id == account_id && Some(it.id.as_str()) != but && !it.unreachable;
    if let Some(customer) = world.customers().iter().find(is_wanted) {
        return Ok(customer.id.clone());
    }
    let new = Newcomer { account_id, name, id: None };
    world.add_customer(&new).map(|it| it.id.clone()).ok_or(Refused::NoCustomer)
}
