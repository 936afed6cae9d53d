//! Who is told what: an event becomes a parcel for each app that is subscribed, in `messaging` for
//! the app that owns the thread and in `standby` for the others.

use super::World;
use serde_json::Value;

/// A piece of a webhook's body on its way to one app.
#[derive(Debug)]
pub struct Parcel {
    /// `instagram` or `page`.
    pub object: &'static str,
    /// `entry.id`: the account.
    pub account_id: String,
    pub channel: Channel,
    pub item: Value,
    /// Not before.
    pub due_ms: i64,
    pub at_ms: i64,
    /// Told once it was answered with 200, for whoever waits for that.
    pub delivered: Option<tokio::sync::oneshot::Sender<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Messaging,
    Standby,
    /// `{"field", "value"}`.
    Changes(&'static str),
}

/// Something that happened and that the apps of an account hear of.
pub struct News<'a> {
    pub account_id: &'a str,
    /// The thread it happened in, if in one.
    pub customer_id: Option<&'a str>,
    /// What an app has to be subscribed to.
    pub field: &'static str,
    pub item: Value,
    /// In `changes` and not in `messaging`.
    pub as_change: bool,
}

impl World {
    pub fn tell(&mut self, news: News) {
        self.tell_each(news, |_, _| ());
    }

    /// Only the app that offered the button learns its payload.
    pub fn tell_postback(&mut self, customer_id: &str, item: Value, offered_by: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        let account_id = customer.account_id.clone();
        let news = News {
            account_id: &account_id,
            customer_id: Some(customer_id),
            field: "messaging_postbacks",
            item,
            as_change: false,
        };
        self.tell_each(news, |app_id, item| {
            if offered_by.is_some_and(|it| it != app_id)
                && let Some(postback) = item.get_mut("postback").and_then(Value::as_object_mut)
            {
                postback.remove("payload");
            }
        });
    }

    fn tell_each(&mut self, news: News, change: impl Fn(&str, &mut Value)) {
        let Some(account) = self.account(news.account_id) else { return };
        let now_ms = self.now_ms();
        let object = account.platform.object();
        let owner = match (&account.routing, news.customer_id) {
            (Some(routing), Some(customer)) => Some(self.owner(customer).unwrap_or(&routing.default_app_id).to_owned()),
            _ => None,
        };
        let mut parcels = Vec::new();
        for subscription in &account.subscriptions {
            let owns = owner.as_ref().is_none_or(|it| *it == subscription.app_id);
            let field = if owns { news.field } else { "standby" };
            if !subscription.fields.contains(field) {
                continue;
            }
            let channel = match (news.as_change, owns) {
                (true, _) => Channel::Changes(news.field),
                (false, true) => Channel::Messaging,
                (false, false) => Channel::Standby,
            };
            let mut item = news.item.clone();
            change(&subscription.app_id, &mut item);
            if channel == Channel::Standby
                && let Some(postback) = item.get_mut("postback").and_then(Value::as_object_mut)
            {
                postback.remove("payload");
            }
            let parcel = Parcel {
                object,
                account_id: account.id.clone(),
                channel,
                item,
                due_ms: now_ms,
                at_ms: now_ms,
                delivered: None,
            };
            parcels.push((subscription.app_id.clone(), parcel));
        }
        for (app_id, parcel) in parcels {
            self.outbox.entry(app_id).or_default().push_back(parcel);
        }
    }
}
