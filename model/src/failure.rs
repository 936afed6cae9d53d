//! Why a message did not go out, in an agent's words, and what can be done. Kept as JSON with the
//! message, so every part may be missing.

use crate::window::Refusal;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Failure {
    /// Meta's, if it was Meta that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcode: Option<i32>,
    /// A sentence for the agent.
    pub message: String,
    /// Sending the same again can work.
    pub retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// What Meta's support asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

impl Failure {
    /// It was not Meta that refused.
    pub fn ours(message: impl Into<String>, retryable: bool, remedy: Option<Remedy>) -> Self {
        Self { message: message.into(), retryable, remedy, ..Self::default() }
    }

    /// The window had closed when it was to leave.
    pub fn of_refusal(refusal: Refusal) -> Self {
        let remedy = match refusal {
            // Sent again it is still the bot's: only a person's own message can go.
            Refusal::OnlyAPerson { .. } | Refusal::Blocked => None,
            Refusal::Closed { .. } | Refusal::NeverWrote => Some(Remedy::WaitForCustomer),
        };
        // Once they are unblocked, the same can go.
        Self::ours(refusal.words(), refusal == Refusal::Blocked, remedy)
    }
}

/// The one thing that mends it, which the bubble offers first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Take the conversation from the other app.
    TakeOver,
    /// An admin connects the account again.
    Reconnect,
    /// An admin looks at what the account may do.
    Permission,
    /// Change what is sent.
    Edit,
    /// The customer has to write first.
    WaitForCustomer,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use crate::window::may_reach;

    #[test]
    fn a_refusal_of_ours_says_what_can_be_done_and_has_no_code() {
        let closed = Failure::of_refusal(Refusal::Closed { since: Timestamp(1) });
        assert_eq!(closed.message, "The reply window is closed. You can write again when they do.");
        assert_eq!((closed.code, closed.retryable, closed.remedy), (None, false, Some(Remedy::WaitForCustomer)));
        assert_eq!(Failure::of_refusal(Refusal::NeverWrote).remedy, Some(Remedy::WaitForCustomer));
        assert_eq!(Failure::of_refusal(Refusal::OnlyAPerson { since: Timestamp(1) }).remedy, None);
        let blocked = Failure::of_refusal(may_reach(true).unwrap_err());
        assert_eq!((blocked.retryable, blocked.remedy, may_reach(false)), (true, None, Ok(())));
    }

    #[test]
    fn what_is_not_known_of_a_failure_is_not_kept() {
        let ours = Failure::ours("The file is not there any more.", false, Some(Remedy::Edit));
        let kept = serde_json::to_string(&ours).unwrap();
        assert_eq!(kept, r#"{"message":"The file is not there any more.","retryable":false,"remedy":"edit"}"#);
        assert_eq!(serde_json::from_str::<Failure>(&kept).unwrap(), ours);
    }
}
