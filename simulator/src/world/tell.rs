//! Who is told what: an event becomes a parcel for each app that is subscribed, in `messaging` for
//! the app that owns the thread and in `standby` for the others.

use super::World;
use super::record::Webhook;
use crate::faults::Kind;
use serde_json::Value;
use tokio::sync::oneshot;

/// What waits for another goes without it after so long, for the other may never come.
const LONGEST_WAIT_MS: i64 = 60_000;
/// What happened longer ago is told as history, many at once.
const HISTORY_MS: i64 = 60_000;

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
    pub delivered: Option<oneshot::Sender<()>>,
    /// Goes in one request with the others of its bundle.
    pub bundle: Option<Bundle>,
    /// Waits until the next one of its account has gone before it.
    pub overtaken: bool,
    pub wrong_signature: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundle {
    n: u64,
    /// So many are waited for.
    size: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Messaging,
    Standby,
    /// `{"field", "value"}`.
    Changes(&'static str),
}

/// Something that happened and that the apps of an account hear of.
#[derive(Debug, Clone)]
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
        self.tell_each(news, None);
    }

    /// The app that offered the button gets it whole, whoever owns the thread; no other learns its payload.
    pub fn tell_postback(&mut self, customer_id: &str, item: Value, offered_by: Option<&str>) {
        let Some(customer) = self.customer(customer_id) else { return };
        let account_id = customer.account_id.clone();
        let customer_id = Some(customer_id);
        let news = News { account_id: &account_id, customer_id, field: "messaging_postbacks", item, as_change: false };
        self.tell_each(news, offered_by);
    }

    fn tell_each(&mut self, news: News, offered_by: Option<&str>) {
        let News { account_id, customer_id, field, item, as_change } = news;
        let Some(account) = self.account(account_id) else { return };
        let object = account.platform.object();
        let owner = match (&account.routing, customer_id) {
            (Some(routing), Some(customer)) => Some(self.owner(customer).unwrap_or(&routing.default_app_id).to_owned()),
            _ => None,
        };
        let mut told = Vec::new();
        for subscription in &account.subscriptions {
            let offered = offered_by.is_some_and(|it| it == subscription.app_id);
            let concerned = offered || owner.as_ref().is_none_or(|it| *it == subscription.app_id);
            if !self.is_heard(subscription, account.platform, if concerned { field } else { "standby" }) {
                continue;
            }
            let channel = match (as_change, concerned) {
                (true, _) => Channel::Changes(field),
                (false, true) => Channel::Messaging,
                (false, false) => Channel::Standby,
            };
            let mut item = item.clone();
            if channel == Channel::Standby || offered_by.is_some() && !offered {
                forget_payload(&mut item);
            }
            told.push((subscription.app_id.clone(), channel, item));
        }
        for (app_id, channel, item) in told {
            self.hand_over(&app_id, object, account_id, channel, item);
        }
    }

    /// Tells one app alone, subscribed or not: what its owner hears of control, what the dashboard sends.
    pub fn tell_app(&mut self, app_id: &str, object: &'static str, account_id: &str, channel: Channel, item: Value) {
        self.hand_over(app_id, object, account_id, channel, item);
    }

    /// Into the outbox, and whatever goes wrong on the way is decided here, once for each parcel.
    fn hand_over(&mut self, app_id: &str, object: &'static str, account_id: &str, channel: Channel, item: Value) {
        let now_ms = self.now_ms();
        let is_posted = self.app(app_id).is_some_and(|it| it.callback.is_some());
        let mut parcel = Parcel {
            object,
            account_id: account_id.to_owned(),
            channel,
            item,
            due_ms: now_ms,
            at_ms: now_ms,
            delivered: None,
            bundle: None,
            overtaken: false,
            wrong_signature: false,
        };
        if self.joins_a_bundle(app_id, &mut parcel) {
            return;
        }
        let fault = if is_posted { self.faults.of_webhook(account_id) } else { None };
        let mut twice = false;
        match fault {
            Some(Kind::WebhooksLost) => return self.lose(app_id, &parcel),
            Some(Kind::WebhooksDelayed { by_s }) => {
                parcel.due_ms = now_ms.saturating_add(by_s.saturating_mul(1000));
            }
            Some(Kind::WebhooksReordered) => {
                parcel.overtaken = true;
                parcel.due_ms += LONGEST_WAIT_MS;
            }
            Some(Kind::WebhooksBatched { size }) if size > 1 => {
                parcel.bundle = Some(self.new_bundle(size));
                parcel.due_ms += LONGEST_WAIT_MS;
            }
            Some(Kind::WrongSignature) => parcel.wrong_signature = true,
            Some(Kind::WebhooksDuplicated) => twice = true,
            _ => {}
        }
        let queue = self.outbox.entry(app_id.to_owned()).or_default();
        let again = twice.then(|| parcel.copy());
        let waiting = queue.iter().rposition(|it| it.account_id == parcel.account_id && it.overtaken);
        match waiting {
            Some(place) if !parcel.overtaken => {
                (queue[place].overtaken, queue[place].due_ms) = (false, now_ms);
                queue.insert(place, parcel);
            }
            _ => queue.push_back(parcel),
        }
        queue.extend(again);
    }

    pub fn new_bundle(&mut self, size: usize) -> Bundle {
        self.n_bundles += 1;
        Bundle { n: self.n_bundles, size }
    }

    /// The last of a bundle sends it off.
    fn joins_a_bundle(&mut self, app_id: &str, parcel: &mut Parcel) -> bool {
        let Some(queue) = self.outbox.get_mut(app_id) else { return false };
        let of_account = queue.iter().rev().find(|it| it.account_id == parcel.account_id);
        let Some((bundle, due_ms)) = of_account.and_then(|it| it.bundle.map(|bundle| (bundle, it.due_ms))) else {
            return false;
        };
        let n_before = queue.iter().filter(|it| it.bundle == Some(bundle)).count();
        if n_before >= bundle.size || due_ms <= parcel.at_ms {
            return false;
        }
        (parcel.bundle, parcel.due_ms) = (Some(bundle), due_ms);
        let joined = parcel.copy();
        queue.push_back(joined);
        if n_before + 1 == bundle.size {
            for it in queue.iter_mut().filter(|it| it.bundle == Some(bundle)) {
                it.due_ms = parcel.at_ms;
            }
        }
        true
    }

    fn lose(&mut self, app_id: &str, parcel: &Parcel) {
        self.webhooks.add(Webhook {
            at: parcel.at_ms,
            app_id: app_id.to_owned(),
            body: crate::webhook::body::of(parcel.object, std::slice::from_ref(parcel)),
            attempt: 0,
            status: None,
            error: Some("lost on the way, as was asked for".to_owned()),
            took_us: None,
        });
    }
}

impl Parcel {
    /// Happened some time ago, by what it says itself.
    pub fn is_history(&self) -> bool {
        let of_comment = || self.item["created_time"].as_i64().map(|it| it * 1000);
        let happened_ms = self.item["timestamp"].as_i64().or_else(of_comment);
        happened_ms.is_some_and(|it| self.at_ms - it > HISTORY_MS)
    }

    fn copy(&self) -> Self {
        Self { account_id: self.account_id.clone(), item: self.item.clone(), delivered: None, ..*self }
    }
}

fn forget_payload(item: &mut Value) {
    if let Some(postback) = item.get_mut("postback").and_then(Value::as_object_mut) {
        postback.remove("payload");
    }
}

#[cfg(test)]
mod tests;
