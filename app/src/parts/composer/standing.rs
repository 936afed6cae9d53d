//! Whether a conversation can be written to, and under which of Meta's rules.

use model::inbox::{ListedConversation, OpenAccount, Owner};
use model::time::Timestamp;
use model::window::{STANDARD_S, Window};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Open(Open),
    Shut(Shut),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Standard {
        ends_at: Timestamp,
    },
    HumanAgent {
        ends_at: Timestamp,
    },
    /// A comment is answered in private, which Meta allows once, whatever the window says.
    Comment {
        ends_at: Option<Timestamp>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shut {
    Closed {
        since: Timestamp,
    },
    NeverWrote,
    /// 24 hours are over, and Meta refused this account the tag for the days after them.
    TagRefused {
        since: Timestamp,
    },
    CannotSend,
    Blocked,
    Bot {
        name: Option<String>,
    },
    OtherApp {
        app: Option<String>,
    },
}

/// `comment` is what the agent chose to answer in private, with the end of its own time.
#[expect(clippy::option_option, reason = "a comment may have no end of its time")]
pub fn standing(
    conversation: &ListedConversation,
    account: &OpenAccount,
    comment: Option<Option<Timestamp>>,
    now: Timestamp,
) -> Standing {
    if account.is_blocked {
        return Standing::Shut(Shut::Blocked);
    }
    if !account.can_send {
        return Standing::Shut(Shut::CannotSend);
    }
    match &conversation.owner {
        Owner::Human => {}
        Owner::Bot { name } => return Standing::Shut(Shut::Bot { name: name.clone() }),
        Owner::Other { app } => return Standing::Shut(Shut::OtherApp { app: app.clone() }),
    }
    if let Some(ends_at) = comment {
        return Standing::Open(Open::Comment { ends_at });
    }
    match Window::of(conversation.heard, now) {
        Window::Standard { ends_at } => Standing::Open(Open::Standard { ends_at }),
        Window::HumanAgent { .. } if account.tag_refused => Standing::Shut(
            conversation
                .heard
                .action_at
                .map_or(Shut::NeverWrote, |it| Shut::TagRefused { since: it.plus_s(STANDARD_S) }),
        ),
        Window::HumanAgent { ends_at } => Standing::Open(Open::HumanAgent { ends_at }),
        Window::Closed { since: Some(since) } => Standing::Shut(Shut::Closed { since }),
        Window::Closed { since: None } => Standing::Shut(Shut::NeverWrote),
    }
}

impl Open {
    pub const fn ends_at(self) -> Option<Timestamp> {
        match self {
            Self::Standard { ends_at } | Self::HumanAgent { ends_at } => Some(ends_at),
            Self::Comment { ends_at } => ends_at,
        }
    }
}

impl Standing {
    pub const fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Open(open) => open.ends_at(),
            Self::Shut(_) => None,
        }
    }
}
