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

/// One name that Meta does not know fails the whole request: then these are asked for, which it has always known.
pub const fn fields_at_least(login: Login) -> &'static [&'static str] {
    match login {
        Login::Instagram => &[VITAL, "messaging_postbacks", "message_reactions", "messaging_seen"],
        Login::Page => &[VITAL, "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads"],
    }
}

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

/// Asked for when somebody connects and needed only then: without it Meta does not list what belongs to a portfolio.
pub const TO_FIND_PAGES: Permission = useful("business_management", "find Pages that belong to a business portfolio");

/// What is asked for when somebody is sent to this login: all that its accounts need, and nothing else.
pub fn scopes(login: Login) -> Vec<&'static str> {
    let of: &[&[Permission]] = match login {
        Login::Instagram => &[OF_INSTAGRAM],
        Login::Page => &[OF_A_PAGE, OF_A_LINKED_ACCOUNT, &[TO_FIND_PAGES]],
    };
    let mut scopes = Vec::new();
    for permission in of.iter().copied().flatten() {
        if !scopes.contains(&permission.name) {
            scopes.push(permission.name);
        }
    }
    scopes
}

/// What an account of this platform needs when it is reached by this login.
pub const fn permissions(platform: Platform, login: Login) -> &'static [Permission] {
    match (platform, login) {
        (_, Login::Instagram) => OF_INSTAGRAM,
        (Platform::Instagram, Login::Page) => OF_A_LINKED_ACCOUNT,
        (Platform::Page, Login::Page) => OF_A_PAGE,
    }
}

/// Whether something without which the inbox is none is not among what was granted.
pub fn lacks_vital(platform: Platform, login: Login, granted: &[String]) -> bool {
    missing_permissions(platform, login, granted).iter().any(|it| it.is_vital)
}

/// Of what the inbox needs, what is not among what was granted.
pub fn missing_permissions(platform: Platform, login: Login, granted: &[String]) -> Vec<&'static Permission> {
    permissions(platform, login).iter().filter(|it| !granted.iter().any(|granted| granted == it.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(of: &[&str]) -> Vec<String> {
        of.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn each_login_is_asked_for_its_own_scopes_only() {
        assert_eq!(
            scopes(Login::Instagram).join(","),
            "instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments"
        );
        let of_page = scopes(Login::Page);
        assert!(of_page.iter().all(|it| !it.starts_with("instagram_business")), "{of_page:?}");
        let mut once = of_page.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((once.len(), of_page.len()), (10, 10), "{of_page:?}");
    }

    #[test]
    fn what_was_not_granted_is_missing() {
        let (platform, login) = (Platform::Instagram, Login::Instagram);
        let most = words(&["instagram_business_basic", "instagram_business_manage_messages"]);
        let missing: Vec<_> = missing_permissions(platform, login, &most).iter().map(|it| it.name).collect();
        assert_eq!(missing, ["instagram_business_manage_comments"]);
        assert!(!lacks_vital(platform, login, &most) && lacks_vital(platform, login, &most[1..]));
        assert!(lacks_vital(platform, login, &[]));
    }

    #[test]
    fn a_linked_account_may_be_listed_under_the_names_of_either_platform() {
        let told = |login| words(&fields(login));
        let of = |told: &[String]| missing_fields(Platform::Instagram, Login::Page, told);
        assert_eq!(of(&told(Login::Instagram)), [""; 0]);
        assert_eq!(of(&told(Login::Page)), [""; 0]);
        assert_eq!(of(&words(fields_at_least(Login::Instagram))).len(), 6);
        assert!(missing_fields(Platform::Page, Login::Page, &told(Login::Instagram)).contains(&"comments"));
        assert!(!fields(Login::Page).contains(&"response_feedback") && !fields(Login::Instagram).contains(&""));
        for login in [Login::Page, Login::Instagram] {
            assert!(fields_at_least(login).iter().all(|it| fields(login).contains(it)), "{login:?}");
        }
    }
}
