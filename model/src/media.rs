//! Files that are kept: what customers and we sent, and pictures of people.

use crate::id::id;
use crate::outgoing::FileKind;
use crate::wire::json;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

id! {
    /// One kept file.
    MediaId
}

/// A file that was taken in to be sent, as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
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

impl UploadedMedia {
    /// Reads what the server answers to an upload: JSON.
    pub fn read(text: &str) -> Option<Self> {
        let it = &json::value(text)?;
        Some(Self {
            id: json::word(it, "id")?,
            kind: json::word(it, "kind")?,
            name: json::text(it, "name")?,
            content_type: json::text(it, "content_type")?,
            size: json::number(it, "size")?,
            width: json::number(it, "width"),
            height: json::number(it, "height"),
            duration_ms: json::number(it, "duration_ms"),
            blur: json::text(it, "blur"),
            changed: json::text(it, "changed"),
        })
    }
}

/// Why a file is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRefused {
    /// A sentence for the agent.
    pub problem: String,
}

impl UploadRefused {
    pub fn read(text: &str) -> Option<Self> {
        Some(Self { problem: json::text(&json::value(text)?, "problem")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id as _;

    #[test]
    fn the_answer_to_an_upload_is_read_as_it_is_written() {
        let it = UploadedMedia {
            id: MediaId::compose(1, [1; 10]),
            kind: FileKind::Audio,
            name: "Kiln.m4a".to_owned(),
            content_type: "audio/mp4".to_owned(),
            size: 70_000,
            width: None,
            height: Some(3),
            duration_ms: Some(1200),
            blur: None,
            changed: Some("Made smaller.".to_owned()),
        };
        assert_eq!(UploadedMedia::read(&serde_json::to_string(&it).unwrap()), Some(it));
        assert_eq!(UploadedMedia::read(r#"{"problem":"No."}"#), None);
        let refused = UploadRefused { problem: "No.".to_owned() };
        assert_eq!(UploadRefused::read(&serde_json::to_string(&refused).unwrap()), Some(refused));
    }
}
