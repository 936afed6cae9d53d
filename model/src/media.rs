//! Files that are kept: what customers and we sent, and pictures of people.

use crate::id::id;
use crate::outgoing::FileKind;
use serde::{Deserialize, Serialize};

id! {
    /// One kept file.
    MediaId
}

/// A file that was taken in to be sent, as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedMedia {
    pub id: MediaId,
    pub kind: FileKind,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    /// A tiny picture as a `data:` address.
    pub blur: Option<String>,
    /// A sentence for the agent, if it is not the file that was given.
    pub changed: Option<String>,
}

/// Why a file is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRefused {
    /// A sentence for the agent.
    pub problem: String,
}
