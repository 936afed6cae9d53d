//! Comments under posts. They open no window; a private reply may answer each.

use super::{EditComment, NewComment, Refused, because};
use crate::webhook::item;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::Comment;
use crate::world::tell::News;
use serde_json::{Value, json};

impl World {
    pub(super) fn act_comment(&mut self, customer_id: &str, it: NewComment, at_ms: i64) -> Result<Value, Refused> {
        if it.text.trim().is_empty() {
            return because("text: expected at least one letter");
        }
        let account_id = self.acting(customer_id)?.account_id.clone();
        let parent = it.parent_id.as_ref().map(|id| self.comments.iter().find(|it| it.id == *id));
        let post_id = match (parent, it.post_id) {
            (Some(None), _) => return because("parent_id: there is no such comment"),
            (Some(Some(parent)), _) => parent.post_id.clone(),
            (None, None) => self.post_of(&account_id, false).id,
            (None, Some(id)) => {
                let posts = self.account(&account_id).map(|it| it.posts.as_slice()).unwrap_or_default();
                if !posts.iter().any(|it| it.id == id) {
                    return because("post_id: the account has no such post");
                }
                id
            }
        };
        let comment = Comment {
            id: self.comment_id(&post_id, customer_id)?,
            account_id,
            customer_id: customer_id.to_owned(),
            post_id,
            parent_id: it.parent_id,
            text: it.text,
            at_ms,
            answered_privately: false,
        };
        let id = comment.id.clone();
        self.comments.push(comment.clone());
        self.tell_comment(&comment, "add", at_ms)?;
        Ok(json!({"comment_id": id}))
    }

    /// On a Page it begins with the post's own number.
    fn comment_id(&mut self, post_id: &str, customer_id: &str) -> Result<String, Refused> {
        Ok(match self.acting(customer_id)?.platform {
            Platform::Instagram => self.ids.object(),
            Platform::Page => format!("{}_{}", post_id.rsplit('_').next().unwrap_or(post_id), self.ids.object()),
        })
    }

    pub(super) fn act_edit_comment(
        &mut self,
        customer_id: &str,
        it: &EditComment,
        at_ms: i64,
    ) -> Result<Value, Refused> {
        if self.acting(customer_id)?.platform == Platform::Instagram {
            return because("edit_comment: Instagram lets nobody edit one");
        }
        if it.text.trim().is_empty() {
            return because("text: expected at least one letter");
        }
        let of_theirs = |comment: &&mut Comment| comment.id == it.comment_id && comment.customer_id == customer_id;
        let Some(comment) = self.comments.iter_mut().find(of_theirs) else {
            return because("comment_id: they wrote no such comment");
        };
        comment.text.clone_from(&it.text);
        let comment = comment.clone();
        self.tell_comment(&comment, "edited", at_ms)?;
        Ok(json!({"comment_id": it.comment_id}))
    }

    /// Instagram tells nobody.
    pub(super) fn act_delete_comment(&mut self, customer_id: &str, id: &str, at_ms: i64) -> Result<Value, Refused> {
        let of_theirs = |it: &Comment| it.id == id && it.customer_id == customer_id;
        let Some(place) = self.comments.iter().position(of_theirs) else {
            return because("comment_id: they wrote no such comment");
        };
        let comment = self.comments.remove(place);
        if self.acting(customer_id)?.platform == Platform::Page {
            self.tell_comment(&comment, "remove", at_ms)?;
        }
        Ok(json!({"comment_id": id}))
    }

    pub(super) fn act_visitor_post(&mut self, customer_id: &str, text: &str, at_ms: i64) -> Result<Value, Refused> {
        let customer = self.acting(customer_id)?;
        if customer.platform == Platform::Instagram {
            return because("visitor_post: only a Page has them");
        }
        if text.trim().is_empty() {
            return because("text: expected at least one letter");
        }
        let account_id = customer.account_id.clone();
        let id = format!("{account_id}_{}", self.ids.object());
        let post = Comment {
            id: id.clone(),
            account_id,
            customer_id: customer_id.to_owned(),
            post_id: id.clone(),
            parent_id: None,
            text: text.to_owned(),
            at_ms,
            answered_privately: false,
        };
        self.comments.push(post.clone());
        let value = item::visitor_post(self.acting(customer_id)?, &post);
        self.tell(News {
            account_id: &post.account_id,
            customer_id: None,
            field: "feed",
            item: value,
            as_change: true,
        });
        Ok(json!({"post_id": id}))
    }

    fn tell_comment(&mut self, comment: &Comment, verb: &str, at_ms: i64) -> Result<(), Refused> {
        let customer = self.acting(&comment.customer_id)?;
        let (field, value) = match customer.platform {
            Platform::Instagram => {
                let posts = self.account(&comment.account_id).map(|it| it.posts.as_slice()).unwrap_or_default();
                let post = posts.iter().find(|it| it.id == comment.post_id);
                let product = post.map_or("FEED", |it| it.media_product_type);
                ("comments", item::comment(customer, comment, product))
            }
            Platform::Page => ("feed", item::feed_comment(customer, comment, verb, at_ms)),
        };
        self.tell(News { account_id: &comment.account_id, customer_id: None, field, item: value, as_change: true });
        Ok(())
    }
}
