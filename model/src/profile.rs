//! What Meta tells about a customer besides their names. Stored as JSON, so every part may be
//! missing and unknown parts are passed over.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follower_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_verified_user: Option<bool>,
    /// They follow us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_user_follow_business: Option<bool>,
    /// We follow them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_business_follow_user: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Hours from UTC, as Messenger says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<f64>,
}
