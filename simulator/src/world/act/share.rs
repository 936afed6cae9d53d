//! Posts, reels and stories that customers show to the business, answer, or mention it in.

use super::{Refused, Share, Shared, StoryMention, StoryReply, because};
use crate::world::World;
use crate::world::account::{Platform, Post, Story};
use crate::world::customer::{Attachment, Message, ReplyTo, STANDARD_MS};
use serde_json::{Value, json};

impl World {
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
            post.map_or(("Shared".to_owned(), String::new()), |it| (it.caption.clone(), it.media_url.clone()))
        };
        let (kind, payload) = match (platform, share.kind) {
            (Platform::Instagram, Shared::Post) => {
                let id = own_id(self);
                let (title, file) = post(self, &id);
                let url = share.url.unwrap_or(file);
                ("ig_post", json!({"ig_post_media_id": id, "title": share.title.unwrap_or(title), "url": url}))
            }
            (Platform::Instagram, Shared::Reel) => {
                let id = own_id(self);
                let (title, file) = post(self, &id);
                let url = share.url.unwrap_or(file);
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
                let (title, file) = post(self, &id);
                // A post's id ends with its own number; here it is that number.
                let id = as_number(id.rsplit('_').next().unwrap_or(&id));
                let (title, url) = (share.title.unwrap_or(title), share.url.unwrap_or(file));
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

fn as_number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| id.into(), Value::from)
}
