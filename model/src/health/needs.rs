//! What the inbox needs of an account: what Meta has to tell us of, and what its owner has to allow.

use crate::platform::{Login, Platform};

/// What the webhooks of an account bring, as the two logins call it; nothing where one does not know it.
struct Field {
    instagram: &'static str,
    page: &'static str,
    words: &'static str,
}

const fn field(instagram: &'static str, page: &'static str, words: &'static str) -> Field {
    Field { instagram, page, words }
}

/// Not among them: `response_feedback`, which would hang thumbs under everything that we send.
const FIELDS: [Field; 14] = [
    field(VITAL, VITAL, "messages"),
    field("", "message_echoes", "answers from elsewhere"),
    field("", "message_deliveries", "what was delivered"),
    field("messaging_seen", "message_reads", "what was seen"),
    field("message_reactions", "message_reactions", "reactions"),
    field("message_edit", "message_edits", "edits"),
    field("messaging_postbacks", "messaging_postbacks", "pressed buttons"),
    field("messaging_optins", "messaging_optins", "sign-ups"),
    field("messaging_referral", "messaging_referrals", "where customers come from"),
    field("messaging_handover", "messaging_handovers", "hand-overs between apps"),
    field("", "messaging_policy_enforcement", "Meta’s warnings"),
    field("standby", "standby", "what another app answers"),
    field("comments", "feed", "comments"),
    field("live_comments", "", "comments on live videos"),
];

/// Without this nothing that customers write arrives.
const VITAL: &str = "messages";

/// One name that Meta does not know fails the whole request: then these are asked for, which both logins know.
pub const FIELDS_AT_LEAST: [&str; 3] = [VITAL, "messaging_postbacks", "message_reactions"];

/// What Meta is asked to tell us of.
pub fn fields(login: Login) -> Vec<&'static str> {
    FIELDS.iter().map(|it| it.called(login)).filter(|it| !it.is_empty()).collect()
}

/// Whether customers' messages arrive.
pub fn has_vital_fields(told: &[String]) -> bool {
    told.iter().any(|it| it == VITAL)
}

/// What Meta does not tell us of although it should, in plain words.
pub fn missing_fields(platform: Platform, login: Login, told: &[String]) -> Vec<&'static str> {
    let is_told = |name: &str| told.iter().any(|it| it == name);
    // Meta lists a linked account's fields under the names of either platform, and not all of the Page's are for it.
    let is_linked = (platform, login) == (Platform::Instagram, Login::Page);
    let is_missing = |it: &&Field| {
        if is_linked {
            !it.instagram.is_empty() && !it.page.is_empty() && !is_told(it.instagram) && !is_told(it.page)
        } else {
            !it.called(login).is_empty() && !is_told(it.called(login))
        }
    };
    FIELDS.iter().filter(is_missing).map(|it| it.words).collect()
}

impl Field {
    const fn called(&self, login: Login) -> &'static str {
        match login {
            Login::Instagram => self.instagram,
            Login::Page => self.page,
        }
    }
}

/// What the owner of an account allows our app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// As Meta calls it.
    pub name: &'static str,
    /// After "may".
    pub words: &'static str,
    /// Without it the inbox is none; without the others something is missing in it.
    pub is_vital: bool,
}

const fn vital(name: &'static str, words: &'static str) -> Permission {
    Permission { name, words, is_vital: true }
}

const fn useful(name: &'static str, words: &'static str) -> Permission {
    Permission { name, words, is_vital: false }
}

const OF_INSTAGRAM: &[Permission] = &[
    vital("instagram_business_basic", "see the account and keep its connection"),
    vital("instagram_business_manage_messages", "read and answer messages"),
    useful("instagram_business_manage_comments", "see comments and answer them in private"),
];

const OF_A_LINKED_ACCOUNT: &[Permission] = &[
    useful("pages_show_list", "see the owner’s Pages"),
    vital("instagram_basic", "see the account"),
    vital("instagram_manage_messages", "read and answer messages"),
    vital("pages_messaging", "answer through the Page"),
    vital("pages_manage_metadata", "be told what happens"),
    useful("pages_read_engagement", "read what the Page shows"),
    useful("instagram_manage_comments", "see comments and answer them in private"),
];

const OF_A_PAGE: &[Permission] = &[
    useful("pages_show_list", "see the owner’s Pages"),
    vital("pages_messaging", "read and answer messages"),
    vital("pages_manage_metadata", "be told what happens"),
    useful("pages_read_engagement", "read what the Page shows"),
    useful("pages_manage_engagement", "answer comments in private"),
    useful("pages_read_user_content", "see comments"),
];

/// What the inbox asks for, and nothing else.
pub const fn permissions(platform: Platform, login: Login) -> &'static [Permission] {
    match (platform, login) {
        (_, Login::Instagram) => OF_INSTAGRAM,
        (Platform::Instagram, Login::Page) => OF_A_LINKED_ACCOUNT,
        (Platform::Page, Login::Page) => OF_A_PAGE,
    }
}

/// Of what the inbox needs, what is not among what was granted.
pub fn missing_permissions(platform: Platform, login: Login, granted: &[String]) -> Vec<&'static Permission> {
    permissions(platform, login).iter().filter(|it| !granted.iter().any(|granted| granted == it.name)).collect()
}
