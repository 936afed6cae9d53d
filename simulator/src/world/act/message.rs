//! What customers write, send, share and tap.

use super::{
    Fields, Location, Postback, Referral, Refused, Send, Sent, SentKind, Share, Shared, StoryMention, StoryReply, Tap,
    because,
};
use crate::webhook::item;
use crate::world::World;
use crate::world::account::{Platform, Post, Story};
use crate::world::customer::{Attachment, From, Message, ReplyTo, STANDARD_MS};
use serde_json::{Value, json};

/// The thumb of Messenger.
const THUMBS_UP: u64 = 369_239_263_222_822;

impl World {
    /// A message of the customer stands in the thread and is told; `also` adds what `Message` has no place for.
    pub fn hear(
        &mut self,
        customer_id: &str,
        message: Message,
        also: impl FnOnce(&mut Value),
    ) -> Result<Value, Refused> {
        let mid = message.mid.clone();
        let mut item = item::message(self.acting(customer_id)?, &message);
        also(&mut item["message"]);
        self.wrote(customer_id, message)?;
        self.tell_of(customer_id, Fields { instagram: "messages", page: "messages" }, item);
        Ok(json!({"mid": mid}))
    }

    /// An empty one, to be filled.
    pub fn blank(&mut self, customer_id: &str, at_ms: i64) -> Result<Message, Refused> {
        let platform = self.acting(customer_id)?.platform;
        Ok(Message::blank(self.new_mid(platform), From::Customer, at_ms))
    }

    /// Stands in the thread; nobody is told.
    pub fn wrote(&mut self, customer_id: &str, message: Message) -> Result<(), Refused> {
        let at_ms = message.at_ms;
        self.opened(customer_id, at_ms);
        let customer = self.acting_mut(customer_id)?;
        customer.last_message_ms = customer.last_message_ms.max(Some(at_ms));
        // Whoever writes has read what stands above.
        customer.thread.read_until_ms = customer.thread.read_until_ms.max(Some(at_ms));
        customer.thread.messages.push(message);
        Ok(())
    }

    fn say_attached(&mut self, customer_id: &str, attachment: Attachment, at_ms: i64) -> Result<Value, Refused> {
        let message = Message { attachments: vec![attachment], ..self.blank(customer_id, at_ms)? };
        self.hear(customer_id, message, |_| ())
    }

    pub(super) fn act_send(&mut self, customer_id: &str, send: Send, at_ms: i64) -> Result<Value, Refused> {
        let text = send.text.filter(|it| !it.trim().is_empty());
        if text.is_none() && send.attachments.is_empty() {
            return because("send: expected a text or attachments");
        }
        let platform = self.acting(customer_id)?.platform;
        if let Some(to) = &send.reply_to {
            self.message_mut(customer_id, &to.mid)?;
        }
        let unsupported = send.attachments.iter().any(|it| it.kind == SentKind::Unsupported);
        let sent = send.attachments.into_iter().filter(|it| it.kind != SentKind::Unsupported);
        let mut attachments: Vec<Attachment> = sent.map(|it| self.attached(it)).collect();
        if platform == Platform::Page
            && attachments.is_empty()
            && let Some(link) = text.as_deref().and_then(link_in)
        {
            attachments.push(preview(link));
        }
        let message = Message {
            text,
            attachments,
            reply_to: send.reply_to.map(|it| ReplyTo::Message { mid: it.mid }),
            referral: send.referral.map(|it| self.referral(platform, &it)),
            unsupported,
            ..self.blank(customer_id, at_ms)?
        };
        self.hear(customer_id, message, |_| ())
    }

    fn attached(&mut self, sent: Sent) -> Attachment {
        let kind = match sent.kind {
            SentKind::Image | SentKind::Unsupported => "image",
            SentKind::Video => "video",
            SentKind::Audio => "audio",
            SentKind::File => "file",
            SentKind::Ephemeral => return Attachment { kind: "ephemeral".to_owned(), payload: None },
        };
        let url = sent.url.unwrap_or_else(|| self.sample(kind));
        Attachment { kind: kind.to_owned(), payload: Some(json!({"url": url})) }
    }

    pub(super) fn act_share(&mut self, customer_id: &str, share: Share, at_ms: i64) -> Result<Value, Refused> {
        let customer = self.acting(customer_id)?;
        let (platform, account_id) = (customer.platform, customer.account_id.clone());
        let own_id = |world: &mut Self| match &share.id {
            Some(id) => id.clone(),
            None if share.kind == Shared::Story => world.story_of(&account_id, at_ms).id,
            None => world.post_of(&account_id, share.kind == Shared::Reel).id,
        };
        let post = |world: &Self, id: &str| {
            let post = world.account(&account_id).and_then(|it| it.posts.iter().find(|it| it.id == id));
            post.map_or(("Shared".to_owned(), String::new()), |it| (it.caption.clone(), it.permalink.clone()))
        };
        let (kind, payload) = match (platform, share.kind) {
            (Platform::Instagram, Shared::Post) => {
                let id = own_id(self);
                let (title, _) = post(self, &id);
                let url = share.url.unwrap_or_else(|| self.sample("image"));
                ("ig_post", json!({"ig_post_media_id": id, "title": share.title.unwrap_or(title), "url": url}))
            }
            (Platform::Instagram, Shared::Reel) => {
                let id = own_id(self);
                let (title, permalink) = post(self, &id);
                let url = share.url.unwrap_or(permalink);
                ("ig_reel", json!({"reel_video_id": id, "title": share.title.unwrap_or(title), "url": url}))
            }
            (Platform::Instagram, Shared::OtherReel) => {
                let id = share.id.unwrap_or_else(|| self.ids.object());
                let url = share.url.unwrap_or_else(|| format!("https://www.facebook.com/reel/{id}"));
                ("reel", json!({"reel_video_id": id, "title": share.title.as_deref().unwrap_or("A reel"), "url": url}))
            }
            (Platform::Instagram, Shared::Story) => {
                let id = own_id(self);
                let url = share.url.unwrap_or_else(|| self.story_of(&account_id, at_ms).url);
                ("ig_story", json!({"story_media_id": id, "story_media_url": url}))
            }
            (Platform::Page, Shared::Post | Shared::Reel) => {
                let id = own_id(self);
                let (title, permalink) = post(self, &id);
                // A post's id ends with its own number; here it is that number.
                let id = as_number(id.rsplit('_').next().unwrap_or(&id));
                let (title, url) = (share.title.unwrap_or(title), share.url.unwrap_or(permalink));
                match share.kind {
                    Shared::Reel => ("reel", json!({"url": url, "title": title, "reel_video_id": id})),
                    _ => ("post", json!({"url": url, "title": title, "id": id})),
                }
            }
            (Platform::Page, Shared::OtherPost | Shared::OtherReel) => {
                let id = as_number(&share.id.unwrap_or_else(|| self.ids.object()));
                let title = share.title.as_deref().unwrap_or("Seen on Instagram").to_owned();
                let url = |path| format!("https://www.instagram.com/{path}/DKq2oKVXiOo/");
                if share.kind == Shared::OtherReel {
                    let url = share.url.unwrap_or_else(|| url("reel"));
                    ("ig_reel", json!({"url": url, "title": title, "reel_video_id": id}))
                } else {
                    let url = share.url.unwrap_or_else(|| url("p"));
                    ("ig_post", json!({"url": url, "title": title, "id": id}))
                }
            }
            (Platform::Instagram, Shared::OtherPost) => return because("kind: a Facebook post cannot be shared here"),
            (Platform::Page, Shared::Story) => return because("kind: stories are on Instagram"),
        };
        self.say_attached(customer_id, Attachment { kind: kind.to_owned(), payload: Some(payload) }, at_ms)
    }

    pub(super) fn act_sticker(&mut self, customer_id: &str, at_ms: i64) -> Result<Value, Refused> {
        let url = self.sample("image");
        let (kind, payload) = match self.acting(customer_id)?.platform {
            Platform::Instagram => ("image", json!({"url": url})),
            Platform::Page => ("sticker", json!({"url": url, "sticker_id": THUMBS_UP})),
        };
        self.say_attached(customer_id, Attachment { kind: kind.to_owned(), payload: Some(payload) }, at_ms)
    }

    /// A heart from an Instagram customer was never seen as an attachment; it is text.
    pub(super) fn act_like_heart(&mut self, customer_id: &str, at_ms: i64) -> Result<Value, Refused> {
        match self.acting(customer_id)?.platform {
            Platform::Instagram => {
                let heart = Message { text: Some("❤️".to_owned()), ..self.blank(customer_id, at_ms)? };
                self.hear(customer_id, heart, |_| ())
            }
            Platform::Page => self.act_sticker(customer_id, at_ms),
        }
    }

    pub(super) fn act_location(&mut self, customer_id: &str, at: Location, at_ms: i64) -> Result<Value, Refused> {
        if self.acting(customer_id)?.platform == Platform::Instagram {
            return because("location: only Messenger can send one");
        }
        let payload = json!({"coordinates": {"lat": at.lat, "long": at.long}});
        self.say_attached(customer_id, Attachment { kind: "location".to_owned(), payload: Some(payload) }, at_ms)
    }

    pub(super) fn act_story_reply(&mut self, customer_id: &str, it: StoryReply, at_ms: i64) -> Result<Value, Refused> {
        let customer = self.acting(customer_id)?;
        if customer.platform == Platform::Page {
            return because("story_reply: stories are on Instagram");
        }
        let account_id = customer.account_id.clone();
        let story = match &it.story_id {
            None => self.story_of(&account_id, at_ms),
            Some(id) => {
                let of_account = self.account(&account_id).and_then(|at| at.stories.iter().find(|it| it.id == *id));
                match of_account.filter(|it| at_ms - it.at_ms < STANDARD_MS) {
                    Some(story) => story.clone(),
                    None => return because("story_id: the account has no such story now"),
                }
            }
        };
        let message = Message {
            text: Some(it.text),
            reply_to: Some(ReplyTo::Story { id: story.id, url: story.url }),
            ..self.blank(customer_id, at_ms)?
        };
        self.hear(customer_id, message, |_| ())
    }

    pub(super) fn act_story_mention(
        &mut self,
        customer_id: &str,
        it: StoryMention,
        at_ms: i64,
    ) -> Result<Value, Refused> {
        if self.acting(customer_id)?.platform == Platform::Page {
            return because("story_mention: stories are on Instagram");
        }
        let url = it.url.unwrap_or_else(|| self.sample("image"));
        let payload = Some(json!({"url": url}));
        self.say_attached(customer_id, Attachment { kind: "story_mention".to_owned(), payload }, at_ms)
    }

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
        self.acting_mut(customer_id)?.thread.messages.push(message);
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

    /// The newest story that can still be seen; an account without one gets one.
    pub fn story_of(&mut self, account_id: &str, at_ms: i64) -> Story {
        let seen = |it: &&Story| (0..STANDARD_MS).contains(&(at_ms - it.at_ms));
        let newest = self.account(account_id).and_then(|it| it.stories.iter().filter(seen).max_by_key(|it| it.at_ms));
        if let Some(story) = newest {
            return story.clone();
        }
        let story = Story { id: self.ids.object(), url: self.sample("image"), at_ms };
        if let Some(account) = self.account_mut(account_id) {
            account.stories.push(story.clone());
        }
        story
    }

    /// The newest post, or reel; an account without one gets one.
    pub fn post_of(&mut self, account_id: &str, reel: bool) -> Post {
        let wanted = |it: &&Post| (it.media_product_type == "REELS") == reel;
        let newest = self.account(account_id).and_then(|it| it.posts.iter().filter(wanted).max_by_key(|it| it.at_ms));
        if let Some(post) = newest {
            return post.clone();
        }
        let platform = self.account(account_id).map_or(Platform::Instagram, |it| it.platform);
        let n = self.ids.object();
        let (id, permalink) = match (platform, reel) {
            (Platform::Instagram, false) => (n.clone(), format!("https://www.instagram.com/p/{n}/")),
            (Platform::Instagram, true) => (n.clone(), format!("https://www.instagram.com/reel/{n}/")),
            (Platform::Page, false) => {
                (format!("{account_id}_{n}"), format!("https://www.facebook.com/{account_id}/posts/{n}"))
            }
            (Platform::Page, true) => (format!("{account_id}_{n}"), format!("https://www.facebook.com/reel/{n}")),
        };
        let post = Post {
            id,
            caption: "Something new".to_owned(),
            media_type: if reel { "VIDEO" } else { "IMAGE" },
            media_product_type: if reel { "REELS" } else { "FEED" },
            media_url: self.sample(if reel { "video" } else { "image" }),
            permalink,
            at_ms: self.now_ms(),
        };
        if let Some(account) = self.account_mut(account_id) {
            account.posts.push(post.clone());
        }
        post
    }
}

impl Message {
    pub fn is_of_customer(&self) -> bool {
        self.from == From::Customer
    }

    pub fn blank(mid: String, from: From, at_ms: i64) -> Self {
        Self {
            mid,
            at_ms,
            from,
            text: None,
            attachments: Vec::new(),
            reply_to: None,
            quick_replies: Vec::new(),
            quick_reply_payload: None,
            referral: None,
            reactions: Vec::new(),
            edits: Vec::new(),
            unsent: false,
            unsupported: false,
            tag: None,
            metadata: None,
        }
    }
}

/// The text that a tap on it writes. Where an address is asked for, what is tapped is the address itself.
fn quick_reply(offered: &[Value], payload: &str) -> Option<String> {
    offered.iter().find_map(|it| match it["content_type"].as_str() {
        Some("user_email" | "user_phone_number") => Some(payload.to_owned()),
        _ => (it["payload"] == payload).then(|| it["title"].as_str().unwrap_or_default().to_owned()),
    })
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

fn link_in(text: &str) -> Option<&str> {
    text.split_whitespace().find(|it| it.starts_with("https://") || it.starts_with("http://"))
}

/// Messenger shows what a link leads to, and leads there through an address of its own.
fn preview(link: &str) -> Attachment {
    let host = link.split("//").nth(1).and_then(|it| it.split('/').next()).unwrap_or(link);
    let mut through = String::from("https://l.facebook.com/l.php?u=");
    for byte in link.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => through.push(char::from(byte)),
            _ => through.push_str(&format!("%{byte:02X}")),
        }
    }
    through.push_str("&h=ATOFlUa_84vnBYlZNi0Or5");
    Attachment { kind: "fallback".to_owned(), payload: Some(json!({"url": through, "title": host})) }
}

fn as_number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| id.into(), Value::from)
}
