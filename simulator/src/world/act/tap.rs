//! Buttons that customers tap and links that they open.

use super::{Fields, Postback, Referral, Refused, Tap, because};
use crate::webhook::item;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::{From, Message};
use serde_json::{Value, json};

impl World {
    /// A quick reply becomes a message with its title, a button a postback.
    pub(super) fn act_tap(&mut self, customer_id: &str, tap: &Tap, at_ms: i64) -> Result<Value, Refused> {
        let message = self.message_mut(customer_id, &tap.mid)?.clone();
        let From::Business { app_id } = message.from else { return because("mid: that message is the customer's own") };
        if let Some(text) = quick_reply(&message.quick_replies, &tap.payload) {
            let later = self.acting(customer_id)?.thread.messages.iter().rev().take_while(|it| it.mid != tap.mid);
            if later.into_iter().any(|it| it.from == From::Customer) {
                return because("payload: quick replies go away with the customer's next message");
            }
            let payload = Some(tap.payload.clone());
            let tapped = Message { text: Some(text), quick_reply_payload: payload, ..self.blank(customer_id, at_ms)? };
            return self.hear(customer_id, tapped, |_| ());
        }
        let button = message.attachments.iter().filter_map(|it| it.payload.as_ref()).find_map(|it| button(it, tap));
        let Some(title) = button else { return because("payload: that was not offered by this message") };
        self.post_back(customer_id, &title, &tap.payload, None, app_id.as_deref(), at_ms)
    }

    pub(super) fn act_postback(&mut self, customer_id: &str, it: Postback, at_ms: i64) -> Result<Value, Refused> {
        let platform = self.acting(customer_id)?.platform;
        let referral = it.referral.map(|it| self.referral(platform, &it));
        self.post_back(customer_id, &it.title, &it.payload, referral, None, at_ms)
    }

    /// The payload is for the app that offered the button; for every one that owns the thread if nobody did.
    pub fn post_back(
        &mut self,
        customer_id: &str,
        title: &str,
        payload: &str,
        referral: Option<Value>,
        offered_by: Option<&str>,
        at_ms: i64,
    ) -> Result<Value, Refused> {
        let message = Message { text: Some(title.to_owned()), ..self.blank(customer_id, at_ms)? };
        let mid = message.mid.clone();
        let postback = item::postback(&mid, title, payload, referral);
        let item = item::from_customer(self.acting(customer_id)?, at_ms, "postback", postback);
        self.opened(customer_id, at_ms);
        self.add_message(customer_id, message);
        self.tell_postback(customer_id, item, offered_by);
        Ok(json!({"mid": mid}))
    }

    pub fn referral(&mut self, platform: Platform, it: &Referral) -> Value {
        if let Some(id) = &it.product_id {
            return json!({"product": {"id": id}});
        }
        let from_ad = it.ad_id.is_some() || it.ad_title.is_some();
        let source = match (from_ad, platform) {
            (true, _) => "ADS",
            (false, Platform::Instagram) => "SHORTLINKS",
            (false, Platform::Page) => "SHORTLINK",
        };
        let mut referral = json!({"source": source, "type": "OPEN_THREAD"});
        if let Some(r#ref) = &it.r#ref {
            referral["ref"] = r#ref.as_str().into();
        }
        if from_ad {
            let ad_id = it.ad_id.clone().unwrap_or_else(|| format!("1207{}", self.ids.object()));
            let title = it.ad_title.as_deref().unwrap_or("An ad");
            referral["ad_id"] = ad_id.into();
            referral["ads_context_data"] = json!({"ad_title": title, "photo_url": self.sample("image")});
        }
        referral
    }

    pub(super) fn act_referral(&mut self, customer_id: &str, it: &Referral, at_ms: i64) -> Result<Value, Refused> {
        let platform = self.acting(customer_id)?.platform;
        let referral = self.referral(platform, it);
        self.refer(customer_id, referral, at_ms)
    }

    pub fn refer(&mut self, customer_id: &str, referral: Value, at_ms: i64) -> Result<Value, Refused> {
        let item = item::from_customer(self.acting(customer_id)?, at_ms, "referral", referral);
        self.opened(customer_id, at_ms);
        self.tell_of(customer_id, Fields { instagram: "messaging_referral", page: "messaging_referrals" }, item);
        Ok(json!({}))
    }
}

/// The text that a tap on it writes. Where an address is asked for, what is tapped is the address itself.
fn quick_reply(offered: &[Value], payload: &str) -> Option<String> {
    let asks = |it: &&Value| matches!(it["content_type"].as_str(), Some("user_email" | "user_phone_number"));
    if let Some(tapped) = offered.iter().find(|it| !asks(it) && it["payload"] == payload) {
        return Some(tapped["title"].as_str().unwrap_or_default().to_owned());
    }
    offered.iter().any(|it| asks(&it)).then(|| payload.to_owned())
}

/// The title of the button that posts this payload back, wherever in a template it stands.
fn button(within: &Value, tap: &Tap) -> Option<String> {
    match within {
        Value::Object(it) => {
            let is_it = it.get("type").is_some_and(|kind| kind == "postback")
                && it.get("payload").is_some_and(|it| *it == tap.payload);
            if is_it {
                return it.get("title").and_then(Value::as_str).map(str::to_owned);
            }
            it.values().find_map(|it| button(it, tap))
        }
        Value::Array(it) => it.iter().find_map(|it| button(it, tap)),
        _ => None,
    }
}
