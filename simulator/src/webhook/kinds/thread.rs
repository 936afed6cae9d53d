//! What happens in a thread besides messages.

use super::{Made, OTHER_APP, Stage};
use crate::webhook::item;
use crate::world::account::Platform;
use crate::world::act::{Act, Edit, Pointed, Postback, React, Referral, Refused};
use crate::world::tell::Channel;
use serde_json::{Value, json};

/// Of Instagram's own inbox, and of a Page's.
const INSTAGRAM_INBOX: &str = "1217981644879628";
const PAGE_INBOX: u64 = 263_902_037_430_900;

impl Stage<'_> {
    pub(super) fn of_thread(&mut self, name: &str) -> Option<Made> {
        let on_instagram = self.platform == Platform::Instagram;
        Some(match name {
            "reaction.react" => self.said().and_then(|mid| self.love(mid)),
            "reaction.unreact" => self.unreact(),
            "read" => self.said().and_then(|mid| self.read(&mid)),
            "delivery" => self.said().map(|mid| {
                self.world.tell_delivered(&self.customer_id.clone(), &[mid], self.at_ms);
                json!({})
            }),
            "message_edit" => self
                .heard()
                .and_then(|mid| self.act(Act::Edit(Edit { mid, text: "Yes, that one (the larger)".to_owned() }))),
            "message_edit.ghost" => self.ghost(),
            "postback.icebreaker" => self.post_back("What are your opening hours?", "ICE_HOURS", None),
            "postback.button" => self.post_back("Talk to a person", "HUMAN_PLEASE", None),
            "postback.referral" => self.post_back("Do you ship abroad?", "ICE_SHIP", Some("newsletter-11")),
            "postback.get_started_referral" => self.post_back("Get Started", "GET_STARTED", Some("window_qr")),
            "referral.igme" => self.act(Act::Referral(named("newsletter-11"))),
            "referral.mme" => self.act(Act::Referral(named("window_qr"))),
            "referral.ad" => self.ad_clicked(),
            "referral.lead_complete" => self.lead_complete(),
            "optin.notification_messages" => self.opted_in(),
            "optin.send_to_messenger" => self.tell("messaging_optins", "optin", json!({"ref": "checkout-4711"})),
            "account_linking.linked" => self.linked(json!({
                "status": "linked", "authorization_code": "ac_hRsomccswKpSejgi8K"
            })),
            "account_linking.unlinked" => self.linked(json!({"status": "unlinked"})),
            "response_feedback" => {
                let feedback = if on_instagram { "Good response" } else { "Bad response" };
                self.said().and_then(|mid| {
                    self.tell("response_feedback", "response_feedback", json!({"feedback": feedback, "mid": mid}))
                })
            }
            "customer_information" => self.customer_information(),
            "messaging_feedback" => self.feedback(),
            "order" => self.order(),
            "unknown_event" => self.tell("messages", "community_note", json!({"id": "cn_450591"})),
            "handover.pass" => self.pass(Some(OTHER_APP), "{\"why\":\"asked for a person\"}"),
            "handover.pass_from_idle" => self.pass(None, ""),
            "handover.take" => {
                let taker = if on_instagram { Value::from(INSTAGRAM_INBOX) } else { PAGE_INBOX.into() };
                let what = json!({"previous_owner_app_id": self.app_id, "new_owner_app_id": taker, "metadata": ""});
                self.control("take_thread_control", what)
            }
            "handover.request" => {
                let asking = if on_instagram { Value::from(OTHER_APP) } else { item::app_number(OTHER_APP) };
                self.control("request_thread_control", json!({"requested_owner_app_id": asking, "metadata": "survey"}))
            }
            _ => return None,
        })
    }

    /// Told while another app owns the thread.
    pub(super) fn standby(&mut self, name: &str) -> Made {
        match name {
            "echo" => self.say_text(Some(OTHER_APP.to_owned()), "Our bot is looking this up…"),
            "read" => self.said().and_then(|mid| self.read(&mid)),
            "postback" => self.post_back("Yes", "YES", None),
            _ => self.write("Anyone there?"),
        }
    }

    fn love(&mut self, mid: String) -> Made {
        self.act(Act::React(React { mid, emoji: "❤️".to_owned() }))
    }

    /// There must be one to take away.
    fn unreact(&mut self) -> Made {
        let mid = self.said()?;
        let messages = &self.customer()?.thread.messages;
        if !messages.iter().any(|it| it.mid == mid && it.reactions.iter().any(|it| it.by_customer)) {
            self.love(mid.clone())?;
        }
        self.act(Act::Unreact(Pointed { mid }))
    }

    /// Told even if they had read it before.
    fn read(&mut self, mid: &str) -> Made {
        let id = self.customer_id.clone();
        self.world.customer_mut(&id).ok_or(Refused::NoCustomer)?.thread.read_until_ms = Some(self.at_ms);
        self.world.tell_read(&id, mid, self.at_ms);
        Ok(json!({"mid": mid}))
    }

    /// A message that is only told as an edit that never was; it can be asked for.
    fn ghost(&mut self) -> Made {
        let id = self.customer_id.clone();
        let mut message = self.world.blank(&id, self.at_ms)?;
        message.text = Some("A message that came as a ghost".to_owned());
        let mid = message.mid.clone();
        self.world.wrote(&id, message)?;
        let item = json!({"timestamp": self.at_ms, "message_edit": {"mid": mid, "num_edit": 0}});
        self.tell_item("message_edit", item)?;
        Ok(json!({"mid": mid}))
    }

    fn post_back(&mut self, title: &str, payload: &str, link: Option<&str>) -> Made {
        let referral = link.map(named);
        self.act(Act::Postback(Postback { title: title.to_owned(), payload: payload.to_owned(), referral }))
    }

    fn ad_clicked(&mut self) -> Made {
        let referral = json!({
            "ref": "autumn_sale",
            "ad_id": "120050440084617860",
            "source": "ADS",
            "type": "OPEN_THREAD",
            "ads_context_data": {
                "ad_title": "Autumn sale", "video_url": self.world.sample("video"), "post_id": "770112653028195"
            },
        });
        self.world.refer(&self.customer_id.clone(), referral, self.at_ms)
    }

    /// Here the time is in seconds.
    fn lead_complete(&mut self) -> Made {
        let referral = json!({
            "source": "ADS",
            "type": "LEAD_COMPLETE",
            "ad_id": "6302643275664",
            "ads_context_data": {
                "ad_title": "Wholesale enquiry", "post_id": "792677801425876", "photo_url": self.world.sample("image")
            },
        });
        let mut item = item::from_customer(self.customer()?, self.at_ms / 1000, "referral", referral);
        item["lead"] = json!({"data": [
            {"question": "How many pieces?", "answer": "200"}, {"question": "Which city?", "answer": "Leipzig"}
        ]});
        self.tell_item("messaging_referrals", item)
    }

    fn opted_in(&mut self) -> Made {
        let mut optin = json!({
            "type": "notification_messages",
            "payload": "restock-kettle",
            "title": "Restock news",
            "notification_messages_token": self.world.ids.object(),
            "notification_messages_timezone": "Europe/Berlin",
            "token_expiry_timestamp": self.at_ms + 270 * 24 * 60 * 60 * 1000,
            "user_token_status": "NOT_REFRESHED",
        });
        if self.platform == Platform::Instagram {
            optin["notification_messages_frequency"] = "WEEKLY".into();
        }
        self.tell("messaging_optins", "optin", optin)
    }

    fn linked(&mut self, what: Value) -> Made {
        self.tell("messaging_account_linking", "account_linking", what)
    }

    fn customer_information(&mut self) -> Made {
        let name = self.customer()?.name.clone();
        let responses = json!([
            {"key": "country", "value": "DE"}, {"key": "locality", "value": "Leipzig"}, {"key": "name", "value": name}
        ]);
        let screens = json!({"screens": [{"screen_id": "delivery_address", "responses": responses}]});
        self.tell("messaging_customer_information", "messaging_customer_information", screens)
    }

    /// This one has no time.
    fn feedback(&mut self) -> Made {
        let follow_up = json!({"type": "free_form", "payload": "Quick and kind"});
        let questions = json!({"q_csat_1": {"type": "csat", "payload": "4", "follow_up": follow_up}});
        let screens = json!({"feedback_screens": [{"screen_id": 0, "questions": questions}]});
        let mut item = item::from_customer(self.customer()?, self.at_ms, "messaging_feedback", screens);
        item.as_object_mut().map(|it| it.remove("timestamp"));
        self.tell_item("messaging_feedback", item)
    }

    fn order(&mut self) -> Made {
        let product = json!({
            "id": 1101, "retailer_id": "KET-17-BLU", "name": "Blue kettle",
            "unit_price": 39.0, "currency": "EUR", "quantity": 2,
        });
        self.tell("send_cart", "order", json!({"products": [product], "note": "gift wrap please"}))
    }

    fn pass(&mut self, previous: Option<&str>, metadata: &str) -> Made {
        let new = &self.app_id;
        let what = json!({"previous_owner_app_id": previous, "new_owner_app_id": new, "metadata": metadata});
        self.control("pass_thread_control", what)
    }

    /// Only the app that it concerns hears of it.
    fn control(&mut self, key: &str, what: Value) -> Made {
        let item = item::from_customer(self.customer()?, self.at_ms, key, what);
        self.tell_inbox(&self.account_id.clone(), Channel::Messaging, item)
    }
}

fn named(r#ref: &str) -> Referral {
    Referral { r#ref: Some(r#ref.to_owned()), ..Referral::default() }
}
