//! Connecting accounts: what is asked of Meta for each of its two logins, in Meta's words and in plain ones, and why
//! an account was not connected.

use crate::ids::AccountId;
use crate::platform::{Login, Platform};
use crate::time::Timestamp;

/// What somebody can let us do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// As Meta calls it.
    pub name: &'static str,
    /// What we need it for.
    pub title: &'static str,
    /// Without it nothing can be received or answered.
    pub is_needed: bool,
}

const fn needed(name: &'static str, title: &'static str) -> Permission {
    Permission { name, title, is_needed: true }
}

const fn useful(name: &'static str, title: &'static str) -> Permission {
    Permission { name, title, is_needed: false }
}

const OF_INSTAGRAM: &[Permission] = &[
    needed("instagram_business_basic", "Know the account, and stay connected with it"),
    needed("instagram_business_manage_messages", "Receive and answer messages"),
    useful("instagram_business_manage_comments", "See comments and answer them in private"),
];

const OF_A_LINKED_ACCOUNT: &[Permission] = &[
    needed("instagram_basic", "Know the Instagram account"),
    needed("instagram_manage_messages", "Receive and answer messages on Instagram"),
    needed("pages_manage_metadata", "Be told at once when something happens"),
    useful("pages_show_list", "See which Pages there are"),
    useful("pages_read_engagement", "Read what the Page itself publishes"),
    useful("instagram_manage_comments", "See comments on Instagram and answer them in private"),
    useful("business_management", "Reach Pages that belong to a business portfolio"),
];

const OF_A_PAGE: &[Permission] = &[
    needed("pages_messaging", "Receive and answer messages"),
    needed("pages_manage_metadata", "Be told at once when something happens"),
    useful("pages_show_list", "See which Pages there are"),
    useful("pages_read_engagement", "Read what the Page itself publishes"),
    useful("pages_manage_engagement", "Answer comments in private"),
    useful("pages_read_user_content", "See what people write under posts"),
    useful("business_management", "Reach Pages that belong to a business portfolio"),
];

/// What an account of this platform needs when it is reached by this login.
pub const fn permissions(platform: Platform, login: Login) -> &'static [Permission] {
    match (platform, login) {
        (Platform::Instagram, Login::Instagram) => OF_INSTAGRAM,
        (Platform::Instagram, Login::Page) => OF_A_LINKED_ACCOUNT,
        (Platform::Page, _) => OF_A_PAGE,
    }
}

/// What is asked for when somebody is sent to this login: all that its accounts need, and nothing else.
pub fn scopes(login: Login) -> Vec<&'static str> {
    let of: &[&[Permission]] = match login {
        Login::Instagram => &[OF_INSTAGRAM],
        Login::Page => &[OF_A_PAGE, OF_A_LINKED_ACCOUNT],
    };
    let mut scopes = Vec::new();
    for permission in of.iter().copied().flatten() {
        if !scopes.contains(&permission.name) {
            scopes.push(permission.name);
        }
    }
    scopes
}

/// What was not granted. Where Meta did not say what was, nothing is known to be missing.
pub fn missing(platform: Platform, login: Login, granted: &[String]) -> Vec<Permission> {
    if granted.is_empty() {
        return Vec::new();
    }
    let is_missing = |it: &&Permission| !granted.iter().any(|name| name == it.name);
    permissions(platform, login).iter().filter(is_missing).copied().collect()
}

/// What the inbox has to be told of: the fields of a webhook, as Meta calls them.
pub const fn fields(login: Login) -> &'static [&'static str] {
    match login {
        Login::Instagram => &[
            "messages",
            "messaging_postbacks",
            "message_reactions",
            "messaging_seen",
            "messaging_referral",
            "message_edit",
            "messaging_optins",
            "messaging_handover",
            "standby",
            "comments",
            "live_comments",
        ],
        Login::Page => &[
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
            "messaging_policy_enforcement",
            "standby",
            "feed",
        ],
    }
}

/// The fields that every version of Meta knows: one name too many can fail the whole call.
pub const fn oldest_fields(login: Login) -> &'static [&'static str] {
    match login {
        Login::Instagram => &["messages", "messaging_postbacks", "message_reactions", "messaging_seen"],
        Login::Page => &["messages", "message_echoes", "message_deliveries", "message_reads", "messaging_postbacks"],
    }
}

/// How an account is connected, for whoever looks after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub account: AccountId,
    pub platform: Platform,
    /// As Meta calls it.
    pub external_id: String,
    /// The Page that it is linked to and reached through.
    pub page: Option<String>,
    pub tokens: Vec<ConnectedToken>,
    /// What Meta tells us of, as it said itself.
    pub subscribed: Vec<String>,
    /// When it was asked.
    pub checked_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedToken {
    pub login: Login,
    pub works: bool,
    /// Empty: Meta did not say.
    pub granted: Vec<String>,
    pub issued_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

impl Connection {
    /// The login whose subscription counts: Instagram's own goes first, as for sending.
    pub fn login(&self) -> Option<Login> {
        let works = |login| self.tokens.iter().any(|it| it.works && it.login == login);
        [Login::Instagram, Login::Page].into_iter().find(|it| works(*it))
    }

    /// What Meta does not tell us of although it should.
    pub fn not_subscribed(&self) -> Vec<&'static str> {
        let Some(login) = self.login() else { return Vec::new() };
        fields(login).iter().copied().filter(|it| !self.subscribed.iter().any(|is| is == it)).collect()
    }
}

/// A Page that somebody let us see, and the Instagram account that is linked to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedPage {
    pub id: String,
    pub name: String,
    /// Whoever logged in may answer its messages.
    pub may_message: bool,
    pub instagram: Option<LinkedInstagram>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedInstagram {
    pub id: String,
    pub username: Option<String>,
}

/// Why an account was not connected, or not quite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectTrouble {
    /// Whoever was asked by Meta said no.
    Denied,
    /// The way back does not belong to a way there: forged, used already, too old, or of somebody else.
    Stale,
    /// Meta does not take the code (any more).
    Code,
    /// No app of ours is set up for this login.
    NoApp,
    /// What messages need was not granted.
    NoMessages,
    /// Meta refuses, and says no more than we show.
    Refused,
    /// Meta did not answer.
    Unreachable,
    /// The token is no good.
    Token,
    /// It is being deleted just now.
    BeingDeleted,
    /// None of the Pages was chosen.
    NothingChosen,
    /// Meta does not say which account it is.
    Nobody,
    /// Connected, but Meta did not take the subscription.
    NotSubscribed,
    /// No Instagram account is linked to this Page.
    NotLinked,
}

impl ConnectTrouble {
    const ALL: [Self; 13] = [
        Self::Denied,
        Self::Stale,
        Self::Code,
        Self::NoApp,
        Self::NoMessages,
        Self::Refused,
        Self::Unreachable,
        Self::Token,
        Self::BeingDeleted,
        Self::NothingChosen,
        Self::Nobody,
        Self::NotSubscribed,
        Self::NotLinked,
    ];

    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Stale => "stale",
            Self::Code => "code",
            Self::NoApp => "no-app",
            Self::NoMessages => "no-messages",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Token => "token",
            Self::BeingDeleted => "being-deleted",
            Self::NothingChosen => "nothing-chosen",
            Self::Nobody => "nobody",
            Self::NotSubscribed => "not-subscribed",
            Self::NotLinked => "not-linked",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Denied => "Nothing was connected: at Meta somebody pressed “Cancel”.",
            Self::Stale => {
                "Nothing was connected: this way back from Meta was used already, is older than ten minutes, or was \
                 begun in another browser or by somebody else. Begin again here."
            }
            Self::Code => {
                "Nothing was connected: Meta did not take the code that it had given, which is good once and for an \
                 hour. Begin again."
            }
            Self::NoApp => "Nothing was connected: no app is set up for this login. The README says how.",
            Self::NoMessages => {
                "Nothing was connected: what messages need was switched off at Meta. Begin again, and leave on every \
                 switch that Meta shows."
            }
            Self::Refused => {
                "Nothing was connected: Meta refused it. Is the account a business or creator account, and has whoever \
                 logged in a role on the app as long as that is not live?"
            }
            Self::Unreachable => "Nothing was connected: Meta did not answer. Try again in a moment.",
            Self::Token => "Nothing was connected: Meta does not take this token.",
            Self::BeingDeleted => "It is being deleted just now. Connect it again when that is done.",
            Self::NothingChosen => "Tick at least one account.",
            Self::Nobody => "Nothing was connected: Meta does not say which account this is.",
            Self::NotSubscribed => {
                "It is connected, but Meta did not agree to tell us what happens there. Press “Subscribe again” on its \
                 page."
            }
            Self::NotLinked => "Nothing was connected: no Instagram account is linked to this Page.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_was_not_granted_is_missing_and_what_is_not_known_is_not() {
        let granted = ["instagram_business_basic", "instagram_business_manage_messages"].map(str::to_owned);
        let names = |granted: &[String]| -> Vec<&str> {
            missing(Platform::Instagram, Login::Instagram, granted).iter().map(|it| it.name).collect()
        };
        assert_eq!(names(&granted), ["instagram_business_manage_comments"]);
        assert_eq!(names(&[]), [""; 0]);
        assert_eq!(names(&["pages_messaging".to_owned()]).len(), 3);
    }

    #[test]
    fn what_is_not_told_is_named() {
        let token = |login, works| ConnectedToken {
            login,
            works,
            granted: Vec::new(),
            issued_at: Timestamp(0),
            expires_at: None,
        };
        let mut connection = Connection {
            account: AccountId::from_bits(1),
            platform: Platform::Instagram,
            external_id: "1".to_owned(),
            page: None,
            tokens: vec![token(Login::Instagram, true), token(Login::Page, true)],
            subscribed: fields(Login::Instagram).iter().skip(1).map(|it| (*it).to_owned()).collect(),
            checked_at: None,
        };
        assert_eq!(connection.not_subscribed(), ["messages"]);
        connection.tokens = vec![token(Login::Instagram, false), token(Login::Page, true)];
        assert_eq!(connection.login(), Some(Login::Page));
        assert!(connection.not_subscribed().contains(&"message_echoes"));
        connection.tokens.clear();
        assert!(connection.not_subscribed().is_empty(), "nobody can be asked");
    }

    #[test]
    fn every_trouble_is_found_by_its_word() {
        for trouble in ConnectTrouble::ALL {
            assert_eq!(ConnectTrouble::from_word(trouble.word()), Some(trouble));
            assert!(trouble.words().ends_with(['.', '?']), "{trouble:?}");
        }
    }
}
