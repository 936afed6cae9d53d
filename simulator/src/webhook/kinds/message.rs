//! Messages of customers.

use super::{Made, Stage};
use crate::world::account::Platform;
use crate::world::act::{
    Act, Location, Nothing, Pointed, Referral, Send, Sent, SentKind, Share, Shared, StoryMention, StoryReply, Tap,
};
use crate::world::customer::Attachment;
use crate::world::say::Saying;
use serde_json::{Value, json};

impl Stage<'_> {
    pub(super) fn message(&mut self, name: &str) -> Option<Made> {
        let on_instagram = self.platform == Platform::Instagram;
        Some(match name.strip_prefix("message.")? {
            "text" => self.write("Hi! Do you still have the blue kettle in stock?"),
            "image" => self.send(&[SentKind::Image]),
            "video" => self.send(&[SentKind::Video]),
            "audio" => self.send(&[SentKind::Audio]),
            "file" => self.send(&[SentKind::File]),
            "images_multi" if on_instagram => self.send(&[SentKind::Image, SentKind::Image, SentKind::Video]),
            "images_multi" => self.send(&[SentKind::Image, SentKind::Image]),
            "unsupported" => self.send(&[SentKind::Unsupported]),
            "unsupported_type" => {
                let payload = json!({"url": self.world.sample("image")});
                self.hear(|it| (it.unsupported, it.attachments) = (true, one("unsupported_type", payload)), |_| ())
            }
            "share_legacy" => self.attach_url("share"),
            "ig_post" if on_instagram => self.share(Shared::Post, "Autumn table setting, part two"),
            "ig_post" => self.share(Shared::OtherPost, "Autumn table setting"),
            "ig_reel" if on_instagram => self.share(Shared::Reel, "60-second scone recipe"),
            "reel" if on_instagram => self.share(Shared::OtherReel, "Workshop tour"),
            "reel" => self.share(Shared::Reel, "Workshop tour"),
            "post" => self.share(Shared::Post, "New opening hours"),
            "sticker" => self.act(Act::Sticker(Nothing {})),
            "location" => self.act(Act::Location(Location { lat: 52.5251, long: 13.3694 })),
            "story_mention" => self.act(Act::StoryMention(StoryMention::default())),
            "story_reply" => {
                self.act(Act::StoryReply(StoryReply { text: "Where is this? 😍".to_owned(), story_id: None }))
            }
            "fallback_link" => self.write("is it this one? https://shop.example/kettle"),
            "product_template" => self.product(),
            "reply_to" => self.reply(),
            "quick_reply" => self.quick_reply(json!({
                "content_type": "text", "title": "Track my order", "payload": "TRACK_ORDER"
            })),
            "quick_reply_email" => self.quick_reply(json!({"content_type": "user_email"})),
            "deleted" => self.heard().and_then(|mid| self.act(Act::Unsend(Pointed { mid }))),
            "referral_ad" => self.after_ad(),
            "referral_igme" => self.referred("Hello", |it| it.r#ref = Some("packaging_qr".to_owned())),
            "referral_product" => {
                self.referred("Does it come in green?", |it| it.product_id = Some("0354439422466796".to_owned()))
            }
            "commands" => {
                let text = Some("hours on Sunday".to_owned());
                self.hear(|it| it.text = text, |message| message["commands"] = json!([{"name": "hours"}]))
            }
            _ => return None,
        })
    }

    fn send(&mut self, kinds: &[SentKind]) -> Made {
        let attachments = kinds.iter().map(|kind| Sent { kind: *kind, url: None }).collect();
        self.act(Act::Send(Send { attachments, ..Send::default() }))
    }

    fn share(&mut self, kind: Shared, title: &str) -> Made {
        self.act(Act::Share(Share { kind, id: None, title: Some(title.to_owned()), url: None }))
    }

    fn attach_url(&mut self, kind: &str) -> Made {
        let payload = json!({"url": self.world.sample("image")});
        self.hear(|it| it.attachments = one(kind, payload), |_| ())
    }

    fn product(&mut self) -> Made {
        let product = json!({"elements": [{
            "id": "7185051602957990",
            "retailer_id": "KET-17-BLU",
            "image_url": self.world.sample("image"),
            "title": "Blue kettle",
            "subtitle": "€39",
        }]});
        self.hear(|it| it.attachments = one("template", json!({"product": product})), |_| ())
    }

    fn reply(&mut self) -> Made {
        let mid = self.said()?;
        let (text, reply_to) = (Some("Yes, that one".to_owned()), Some(Pointed { mid }));
        self.act(Act::Send(Send { text, reply_to, ..Send::default() }))
    }

    /// The business offers it first.
    fn quick_reply(&mut self, offered: Value) -> Made {
        let payload = offered["payload"].as_str().unwrap_or("mara@example.org").to_owned();
        let text = Some("What is it about?".to_owned());
        let app_id = Some(self.app_id.clone());
        let mid = self.say(Saying { app_id, text, quick_replies: vec![offered], ..Saying::default() })?;
        let mid = mid["mid"].as_str().unwrap_or_default().to_owned();
        self.act(Act::Tap(Tap { mid, payload }))
    }

    fn referred(&mut self, text: &str, fill: impl FnOnce(&mut Referral)) -> Made {
        let mut referral = Referral::default();
        fill(&mut referral);
        self.act(Act::Send(Send { text: Some(text.to_owned()), referral: Some(referral), ..Send::default() }))
    }

    /// Messenger tells more of the ad.
    fn after_ad(&mut self) -> Made {
        if self.platform == Platform::Instagram {
            return self.referred("I saw your ad", |it| {
                (it.r#ref, it.ad_title) = (Some("autumn_sale".to_owned()), Some("Autumn sale".to_owned()));
            });
        }
        let referral = json!({
            "ref": "autumn_sale",
            "ad_id": "120745299720505583",
            "source": "ADS",
            "type": "OPEN_THREAD",
            "ads_context_data": {
                "ad_title": "Autumn sale",
                "photo_url": self.world.sample("image"),
                "post_id": "212663607657361_555388152662060",
                "product_id": "7440241675132399",
                "flow_id": "599598585018659",
            },
        });
        let text = Some("Tell me more".to_owned());
        self.hear(|it| (it.text, it.referral) = (text, Some(referral)), |_| ())
    }
}

fn one(kind: &str, payload: Value) -> Vec<Attachment> {
    vec![Attachment { kind: kind.to_owned(), payload: Some(payload) }]
}
