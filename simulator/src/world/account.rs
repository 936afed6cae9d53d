//! Apps, the accounts they are connected to, and the tokens that join them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    Instagram,
    Page,
}

impl Platform {
    /// The `object` of its webhooks.
    pub fn object(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Page => "page",
        }
    }
}

#[derive(Debug, Clone)]
pub struct App {
    pub id: String,
    pub secret: String,
    pub name: String,
    /// Where its webhooks go; an app without one is played by the simulator itself.
    pub callback: Option<Callback>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    pub url: String,
    pub verify_token: String,
}

/// Which host it answers on: `graph.instagram.com` (Instagram Login) or `graph.facebook.com`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Login {
    Instagram,
    Facebook,
}

/// A business on Instagram, or a Page.
#[derive(Debug, Clone)]
pub struct Account {
    /// `entry.id` of its webhooks: `user_id` of an Instagram account, a Page's id.
    pub id: String,
    pub platform: Platform,
    pub login: Login,
    /// What `/me` calls `id` where Instagram Login is used; it is not the account's id.
    pub app_scoped_id: String,
    /// The Page that an Instagram account is linked to and answers through.
    pub page_id: Option<String>,
    pub name: String,
    pub username: String,
    pub picture: Option<String>,
    pub subscriptions: Vec<Subscription>,
    pub posts: Vec<Post>,
    pub stories: Vec<Story>,
    /// Conversation routing; without it every app gets everything and may send.
    pub routing: Option<Routing>,
    pub switches: Switches,
}

/// What can be switched off at Meta's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is switched by itself")]
pub struct Switches {
    /// Several images in one message (2534068 without it).
    pub several_images: bool,
    /// The app's feature "Human Agent".
    pub human_agent: bool,
    /// The owner's "Allow access to messages" (2534041 without it).
    pub message_access: bool,
    /// `reply_to` has arrived at this account.
    pub replies: bool,
    /// The app's feature "Business Asset User Profile Access"; without it Messenger tells nothing of people.
    pub profiles: bool,
    /// Only the newest twenty messages of a conversation can be read, as the documentation says; it was
    /// measured that all can.
    pub newest_twenty_only: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            several_images: true,
            human_agent: true,
            message_access: true,
            replies: true,
            profiles: true,
            newest_twenty_only: false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Subscription {
    pub app_id: String,
    pub fields: BTreeSet<String>,
    /// Since when nothing arrived; after an hour Meta ends the subscription.
    pub failing_since_ms: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Post {
    pub id: String,
    pub caption: String,
    pub media_type: &'static str,
    pub media_product_type: &'static str,
    pub media_url: String,
    pub permalink: String,
    pub at_ms: i64,
}

#[derive(Debug, Clone)]
pub struct Story {
    pub id: String,
    pub url: String,
    pub at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// Owns what nobody owns.
    pub default_app_id: String,
    /// Apps that may take what another owns.
    pub may_take: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub struct Token {
    pub value: String,
    pub app_id: String,
    pub holder: Holder,
    pub permissions: BTreeSet<String>,
    pub issued_ms: i64,
    pub expires_ms: Option<i64>,
    /// Subcode of error 190 since it was revoked (458 removed, 460 password changed, 467 invalid …).
    pub revoked: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    Account(String),
    /// Somebody who logged in with Facebook, to be asked for the tokens of the Pages.
    User,
}

/// All that the two platforms let an app subscribe to.
pub fn every_field(platform: Platform) -> BTreeSet<String> {
    let fields: &[&str] = match platform {
        Platform::Instagram => &[
            "messages",
            "message_echoes",
            "message_edit",
            "message_reactions",
            "messaging_postbacks",
            "messaging_referral",
            "messaging_seen",
            "messaging_optins",
            "messaging_handover",
            "standby",
            "messaging_policy_enforcement",
            "response_feedback",
            "comments",
            "live_comments",
            "mentions",
            "story_insights",
        ],
        Platform::Page => &[
            "messages",
            "message_echoes",
            "message_deliveries",
            "message_reads",
            "message_reactions",
            "message_edits",
            "messaging_postbacks",
            "messaging_optins",
            "messaging_referrals",
            "messaging_handovers",
            "messaging_account_linking",
            "messaging_policy_enforcement",
            "messaging_feedback",
            "messaging_customer_information",
            "messaging_game_plays",
            "response_feedback",
            "send_cart",
            "standby",
            "feed",
            "inbox_labels",
            "messenger_template_status_update",
        ],
    };
    fields.iter().map(|it| (*it).to_owned()).collect()
}

/// All that an account can grant, by the way it was connected.
pub fn every_permission(platform: Platform, login: Login) -> BTreeSet<String> {
    let permissions: &[&str] = match (platform, login) {
        (Platform::Instagram, Login::Instagram) => {
            &["instagram_business_basic", "instagram_business_manage_messages", "instagram_business_manage_comments"]
        }
        (Platform::Instagram, Login::Facebook) => &[
            "instagram_basic",
            "instagram_manage_messages",
            "instagram_manage_comments",
            "pages_show_list",
            "pages_manage_metadata",
            "pages_messaging",
            "pages_read_engagement",
            "business_management",
        ],
        (Platform::Page, _) => &[
            "pages_show_list",
            "pages_messaging",
            "pages_manage_metadata",
            "pages_read_engagement",
            "pages_manage_engagement",
            "pages_read_user_content",
        ],
    };
    permissions.iter().map(|it| (*it).to_owned()).collect()
}
