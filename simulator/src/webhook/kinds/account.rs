//! What concerns an account, its posts, or only the dashboard of the app.

use super::{Made, Stage};
use crate::webhook::item;
use crate::world::account::Platform;
use crate::world::act::{Act, DeleteComment, EditComment, NewComment, Refused, Send, VisitorPost};
use crate::world::customer::Comment;
use crate::world::tell::Channel;
use serde_json::{Value, json};

impl Stage<'_> {
    pub(super) fn of_account(&mut self, name: &str) -> Option<Made> {
        let on_instagram = self.platform == Platform::Instagram;
        if let Some(name) = name.strip_prefix("changes.") {
            return self.change(name);
        }
        let policy = "messaging_policy_enforcement";
        let reason = "Several recipients reported these messages.";
        Some(match name {
            "policy_enforcement" | "policy_enforcement.warning" => {
                self.of_nobody(policy, "policy_enforcement", json!({"action": "warning", "reason": reason}))
            }
            "policy_enforcement.block" => {
                let reason = "Sending is paused because of repeated policy violations.";
                self.of_nobody(policy, "policy_enforcement", json!({"action": "block", "reason": reason}))
            }
            "policy_enforcement.unblock" => self.of_nobody(policy, "policy_enforcement", json!({"action": "unblock"})),
            "optin.checkbox_user_ref" => {
                let optin = json!({"ref": "checkout-4711", "user_ref": "ur-Lt-n4bF0srxEYYWb1J3y"});
                self.of_nobody("messaging_optins", "optin", optin)
            }
            "handover.app_roles" => {
                let role = if on_instagram { "primary_receiver" } else { "secondary_receiver" };
                let mut roles = json!({});
                roles[&self.app_id] = json!([role]);
                let item = item::from_nobody(&self.account_id, self.at_ms, "app_roles", roles);
                self.tell_inbox(&self.account_id.clone(), Channel::Messaging, item)
            }
            "batch" => self.batch(),
            _ => return None,
        })
    }

    fn of_nobody(&mut self, field: &'static str, key: &str, what: Value) -> Made {
        let item = item::from_nobody(&self.account_id, self.at_ms, key, what);
        self.tell_item(field, item)
    }

    fn change(&mut self, name: &str) -> Option<Made> {
        Some(match name {
            "comments" => self.comment("How much is shipping?", None),
            "comments_reply" => self.reply_to_comment(),
            "comments_ad" => self.comment_on_ad(),
            "live_comments" => self.live_comment(),
            "mentions_comment" => {
                let (media, comment) = (self.world.ids.object(), self.world.ids.object());
                self.tell_change("mentions", json!({"media_id": media, "comment_id": comment}))
            }
            "story_insights" => {
                let media_id = self.world.story_of(&self.account_id.clone(), self.at_ms).id;
                self.tell_change(
                    "story_insights",
                    json!({
                        "media_id": media_id, "impressions": 312, "reach": 287, "taps_forward": 140,
                        "taps_back": 9, "exits": 21, "replies": 4,
                    }),
                )
            }
            "feed_comment" => self.comment("Price?", None),
            "feed_comment_edited" => self.own_comment().and_then(|comment_id| {
                self.act(Act::EditComment(EditComment { comment_id, text: "Price and size?".to_owned() }))
            }),
            "feed_comment_remove" => {
                self.own_comment().and_then(|comment_id| self.act(Act::DeleteComment(DeleteComment { comment_id })))
            }
            "feed_visitor_post" => {
                self.act(Act::VisitorPost(VisitorPost { text: "Looking for a gift, any ideas?".to_owned() }))
            }
            "inbox_labels" => {
                let (user, label) = (self.customer_id.clone(), self.world.ids.object());
                let label = json!({"id": label, "page_label_name": "VIP"});
                self.tell_change("inbox_labels", json!({"user": {"id": user}, "action": "add", "label": label}))
            }
            "messages_test" => {
                let (mid, text) = match self.platform {
                    Platform::Instagram => ("random_mid", "random_text"),
                    Platform::Page => ("test_message_id", "test_message"),
                };
                self.dashboard_test("messages", "message", json!({"mid": mid, "text": text}))
            }
            "message_reactions_test" => {
                let reaction = json!({"mid": "random_mid", "action": "react", "reaction": "love", "emoji": "❤️"});
                self.dashboard_test("message_reactions", "reaction", reaction)
            }
            "messaging_seen_test" => self.dashboard_test("messaging_seen", "read", json!({"mid": "random_mid"})),
            _ => return None,
        })
    }

    fn comment(&mut self, text: &str, parent_id: Option<String>) -> Made {
        self.act(Act::Comment(NewComment { text: text.to_owned(), post_id: None, parent_id }))
    }

    /// The newest of the customer; they write one if they have not yet.
    fn own_comment(&mut self) -> Result<String, Refused> {
        let is_own = |it: &&Comment| it.customer_id == self.customer_id && it.id != it.post_id;
        if let Some(comment) = self.world.comments.iter().rev().find(is_own) {
            return Ok(comment.id.clone());
        }
        let made = self.comment("Price?", None)?;
        Ok(made["comment_id"].as_str().unwrap_or_default().to_owned())
    }

    fn reply_to_comment(&mut self) -> Made {
        let parent_id = self.own_comment()?;
        self.customer_id = self.somebody_else()?;
        self.comment("It was 4.90 for me", Some(parent_id))
    }

    fn comment_on_ad(&mut self) -> Made {
        let post = self.world.post_of(&self.account_id.clone(), false);
        let mut value = self.made_up_comment("Link please", "AD")?;
        value["media"]["ad_id"] = "120332326888689224".into();
        value["media"]["ad_title"] = "Autumn sale".into();
        value["media"]["original_media_id"] = post.id.into();
        self.tell_change("comments", value)
    }

    fn live_comment(&mut self) -> Made {
        let value = self.made_up_comment("Will this be recorded?", "LIVE")?;
        self.tell_change("live_comments", value)
    }

    /// Under something that is no post of the account's list; it can be answered all the same.
    fn made_up_comment(&mut self, text: &str, product: &str) -> Result<Value, Refused> {
        let comment = Comment {
            id: self.world.ids.object(),
            account_id: self.account_id.clone(),
            customer_id: self.customer_id.clone(),
            post_id: self.world.ids.object(),
            parent_id: None,
            text: text.to_owned(),
            at_ms: self.at_ms,
            answered_privately: false,
        };
        self.world.comments.push(comment.clone());
        Ok(item::comment(self.customer()?, &comment, product))
    }

    /// What the button "Test" sends, whoever the account is.
    fn dashboard_test(&mut self, field: &'static str, key: &str, what: Value) -> Made {
        let mut value = json!({"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824"});
        value[key] = what;
        self.tell_inbox("0", Channel::Changes(field), value)
    }

    /// Several things, people and accounts in one request.
    fn batch(&mut self) -> Made {
        let (other, mid) = (self.somebody_else()?, self.said()?);
        let n_before: Vec<_> = self.world.outbox.iter().map(|(app, queue)| (app.clone(), queue.len())).collect();
        match self.platform {
            Platform::Instagram => {
                self.write("one")?;
                self.write_as(&other, "two")?;
                self.world.tell_read(&self.customer_id.clone(), &mid, self.at_ms);
                let elsewhere = self
                    .world
                    .customers()
                    .iter()
                    .find(|it| it.platform == self.platform && it.account_id != self.account_id && !it.unreachable);
                if let Some(id) = elsewhere.map(|it| it.id.clone()) {
                    self.write_as(&id, "to the other account")?;
                }
                self.comment("batch", None)?;
            }
            Platform::Page => {
                self.write("first")?;
                self.write_as(&other, "second")?;
                self.on_standby(|stage| stage.write("third, on standby"))?;
            }
        }
        let bundle = self.world.new_bundle(0);
        for (app, queue) in &mut self.world.outbox {
            let from = n_before.iter().find(|(it, _)| it == app).map_or(0, |(_, n)| *n);
            queue.range_mut(from.min(queue.len())..).for_each(|it| (it.bundle, it.due_ms) = (Some(bundle), self.at_ms));
        }
        Ok(json!({}))
    }

    fn write_as(&mut self, customer_id: &str, text: &str) -> Made {
        let send = Act::Send(Send { text: Some(text.to_owned()), ..Send::default() });
        self.world.act(customer_id, send, self.at_ms)
    }
}
