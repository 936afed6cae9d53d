//! What was begun and not sent, kept in this browser for each conversation.

use crate::browser::storage;
use model::ids::ConversationId;
use model::media::UploadedMedia;
use model::time::{HOUR_S, Timestamp};
use serde::{Deserialize, Serialize};

/// The server lets go of files that nobody sends; a draft does so before.
const FILES_KEPT_S: i64 = 12 * HOUR_S;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub text: String,
    #[serde(default)]
    pub chips: Vec<String>,
    #[serde(default)]
    pub files: Vec<UploadedMedia>,
    pub at: Timestamp,
}

impl Draft {
    pub fn find(conversation: ConversationId, now: Timestamp) -> Option<Self> {
        let mut it: Self = storage::read(&key(conversation))?;
        it.let_go_of_old_files(now);
        Some(it)
    }

    /// An empty one is not kept.
    pub fn keep(&self, conversation: ConversationId) {
        if self.text.trim().is_empty() && self.chips.is_empty() && self.files.is_empty() {
            storage::forget(&key(conversation));
        } else {
            storage::keep(&key(conversation), self);
        }
    }

    fn let_go_of_old_files(&mut self, now: Timestamp) {
        if now.since_ms(self.at) > FILES_KEPT_S * 1000 {
            self.files.clear();
        }
    }
}

fn key(conversation: ConversationId) -> String {
    format!("draft:{conversation}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_program_s_draft_is_read_and_old_files_are_not_sent() {
        let mut draft: Draft = serde_json::from_str(r#"{"text":"Hello","at":1000}"#).unwrap();
        assert_eq!((draft.text.as_str(), draft.chips.len()), ("Hello", 0));
        draft.files = vec![crate::parts::composer::reply::tests::picture("a")];
        draft.let_go_of_old_files(Timestamp(1000).plus_s(FILES_KEPT_S));
        assert_eq!(draft.files.len(), 1);
        draft.let_go_of_old_files(Timestamp(2000).plus_s(FILES_KEPT_S));
        assert!(draft.files.is_empty());
    }
}
