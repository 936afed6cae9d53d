//! Connecting accounts: what somebody may choose among, and why an account was not connected.

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
                "It is connected, but Meta does not tell us yet what happens there. It is asked again every few minutes; \
                 “Health” says what came of it."
            }
            Self::NotLinked => "Nothing was connected: no Instagram account is linked to this Page.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_is_found_by_its_word() {
        for trouble in ConnectTrouble::ALL {
            assert_eq!(ConnectTrouble::from_word(trouble.word()), Some(trouble));
            assert!(trouble.words().ends_with(['.', '?']), "{trouble:?}");
        }
    }
}
