//! The reply window: until when a customer can be written to, and under which of Meta's rules.
//! The composer asks what will happen; the worker asks again at the moment of sending.

use crate::time::{DAY_S, HOUR_S, MINUTE_S, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub const STANDARD_S: i64 = DAY_S;
pub const HUMAN_AGENT_S: i64 = 7 * DAY_S;

/// When the customer last did what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LastHeard {
    /// Anything that opens the 24 hours: a message, a reaction, a tapped button.
    pub action_at: Option<Timestamp>,
    /// A message; the 7 days count from it.
    pub message_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Window {
    /// Anything may be sent.
    Standard { ends_at: Timestamp },
    /// A person may answer, under the tag `HUMAN_AGENT`.
    HumanAgent { ends_at: Timestamp },
    /// Nothing may be sent. `since` is missing if they never wrote.
    Closed { since: Option<Timestamp> },
}

impl LastHeard {
    /// A message is an action too.
    fn standard_until(self) -> Option<Timestamp> {
        self.action_at.max(self.message_at).map(|it| it.plus_s(STANDARD_S))
    }
}

impl Window {
    pub fn of(heard: LastHeard, now: Timestamp) -> Self {
        let standard_until = heard.standard_until();
        let tagged_until = heard.message_at.map(|it| it.plus_s(HUMAN_AGENT_S));
        match (standard_until, tagged_until) {
            (Some(ends_at), _) if now < ends_at => Self::Standard { ends_at },
            (_, Some(ends_at)) if now < ends_at => Self::HumanAgent { ends_at },
            (standard, tagged) => Self::Closed { since: standard.max(tagged) },
        }
    }
}

/// Who wrote what is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    Person,
    /// A bot or a rule.
    Automatic,
}

/// How a message may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    Plain,
    /// With `HUMAN_AGENT`.
    Tagged,
}

/// Why it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// 24 hours are over, and only a person may write now.
    OnlyAPerson { since: Timestamp },
    /// 7 days are over.
    Closed { since: Timestamp },
    /// They never wrote: Meta lets nobody begin.
    NeverWrote,
    /// One of us blocked them.
    Blocked,
}

impl Refusal {
    /// For the agent: what is so, then what can be done.
    pub fn words(self) -> String {
        let words = match self {
            Self::OnlyAPerson { .. } => "The 24 hours for automatic replies are over. A person can still answer.",
            Self::Closed { .. } => "The reply window is closed. You can write again when they do.",
            Self::NeverWrote => "They have not written yet. You can write when they do.",
            Self::Blocked => "This customer is blocked. Unblock them on their page first.",
        };
        words.to_owned()
    }
}

/// Whether anything at all goes to them: a reply, a reaction, that somebody writes. Asked by whatever leads out, and by
/// the worker once more at the moment of sending.
pub const fn may_reach(is_blocked: bool) -> Result<(), Refusal> {
    if is_blocked { Err(Refusal::Blocked) } else { Ok(()) }
}

/// Decided at the moment of sending.
pub fn may_leave(heard: LastHeard, hand: Hand, now: Timestamp) -> Result<Leave, Refusal> {
    match (Window::of(heard, now), hand) {
        (Window::Standard { .. }, _) => Ok(Leave::Plain),
        (Window::HumanAgent { .. }, Hand::Person) => Ok(Leave::Tagged),
        (Window::HumanAgent { .. }, Hand::Automatic) => {
            Err(heard.standard_until().map_or(Refusal::NeverWrote, |since| Refusal::OnlyAPerson { since }))
        }
        (Window::Closed { since: Some(since) }, _) => Err(Refusal::Closed { since }),
        (Window::Closed { since: None }, _) => Err(Refusal::NeverWrote),
    }
}

/// How long a window is open still: "3 h 12 min", "38 min", "3 days". Never more than there is.
pub fn left_words(ms: i64) -> String {
    let left_s = ms / 1000;
    let (days, hours, minutes) = (left_s / DAY_S, left_s / HOUR_S, left_s % HOUR_S / MINUTE_S);
    match (days, hours, minutes) {
        (2.., ..) => format!("{days} days"),
        (1, ..) | (_, 1.., 0) => format!("{hours} h"),
        (_, 1.., _) => format!("{hours} h {minutes} min"),
        (_, _, 1..) => format!("{minutes} min"),
        _ => "less than a minute".to_owned(),
    }
}

#[cfg(test)]
mod tests;
