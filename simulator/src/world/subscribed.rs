//! What an app hears of. Two steps are needed: the app says what it wants to hear of at all, and each
//! account is subscribed to the app.

use super::World;
use super::account::{Platform, Subscription};
use std::collections::BTreeSet;

impl World {
    /// Whether the app of this subscription hears what an account tells under `field`.
    pub fn is_heard(&self, subscription: &Subscription, platform: Platform, field: &str) -> bool {
        let of_app = self.app_fields.get(&(subscription.app_id.clone(), platform.object()));
        let of_account = includes(&subscription.fields, platform, field);
        match (of_app, platform) {
            (None, _) => of_account,
            // Instagram does not honour the account's own list.
            (Some(it), Platform::Instagram) => includes(it, platform, field),
            (Some(it), Platform::Page) => of_account && includes(it, platform, field),
        }
    }
}

fn includes(fields: &BTreeSet<String>, platform: Platform, field: &str) -> bool {
    // An Instagram account's echoes also reach whoever hears its messages alone.
    let as_messages = platform == Platform::Instagram && field == "message_echoes";
    fields.contains(field) || as_messages && fields.contains("messages")
}
