//! Why a message did not go out, in an agent's words, and what can be done. Kept as JSON with the
//! message, so every part may be missing.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// The one thing that mends it, which the bubble offers first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
