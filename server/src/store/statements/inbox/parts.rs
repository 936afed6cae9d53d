//! What hangs on the lines of a page: one statement a kind, whatever the number of lines.

use super::super::many::rows_among;
use super::shown::{SHOWN, ShownRow};
use super::{Conn, OPENING, quoted, read_back, time};
use crate::store::{StoreResult, doing};
use model::ids::{ConversationId, MessageId};
use model::inbox::{FormerText, LineAttachment, LineComment, LineReaction, Quoted, ReactedBy, ReactionState};
use model::thread::Message;
use model::time::Timestamp;
use sqlx::FromRow;
use std::collections::{BTreeSet, HashMap};

#[derive(Default)]
pub(super) struct Parts {
    pub attachments: HashMap<MessageId, Vec<LineAttachment>>,
    pub reactions: HashMap<MessageId, Vec<LineReaction>>,
    pub edits: HashMap<MessageId, Vec<FormerText>>,
    pub comments: HashMap<MessageId, LineComment>,
    /// By the key of the mid.
    pub quoted: HashMap<String, Quoted>,
}

impl Parts {
    /// A deleted message has none.
    pub(super) async fn load(conn: &mut Conn, of: ConversationId, messages: &[&Message]) -> StoreResult<Self> {
        let there = || messages.iter().filter(|it| !it.is_deleted());
        let all: Vec<String> = there().map(|it| it.id.to_string()).collect();
        let edited: Vec<String> = there().filter(|it| it.n_edits > 0).map(|it| it.id.to_string()).collect();
        let answered: BTreeSet<String> = there().filter_map(|it| it.reply_to_key.clone()).collect();
        let answered: Vec<String> = answered.into_iter().collect();
        let mut parts = Self { quoted: quoted::find(conn, of, &answered).await?, ..Self::default() };
        let shown: Vec<ShownRow> =
            rows_among(conn, SHOWN, &all, " order by a.message_id, a.position").await.map_err(doing(OPENING))?;
        for row in shown {
            let (message, attachment) = row.read()?;
            parts.attachments.entry(message).or_default().push(attachment);
        }
        let reactions: Vec<ReactionRow> =
            rows_among(conn, REACTIONS, &all, " order by message_id, side desc").await.map_err(doing(OPENING))?;
        for row in reactions {
            let (message, reaction) = row.read()?;
            parts.reactions.entry(message).or_default().push(reaction);
        }
        let edits: Vec<EditRow> =
            rows_among(conn, EDITS, &edited, " order by e.message_id, e.number").await.map_err(doing(OPENING))?;
        for row in edits {
            let message = read_back(&row.message_id, "message_edits", "message_id", &row.message_id)?;
            parts.edits.entry(message).or_default().push(FormerText { text: row.text, at: Timestamp(row.at) });
        }
        let comments: Vec<CommentRow> = rows_among(conn, COMMENTS, &all, "").await.map_err(doing(OPENING))?;
        for row in comments {
            let (message, comment) = row.read()?;
            parts.comments.insert(message, comment);
        }
        Ok(parts)
    }
}

/// The customer's before ours. One that was taken back has no emoji.
const REACTIONS: &str =
    "select message_id, side, emoji, state from reactions where emoji is not null and message_id in";

#[derive(FromRow)]
struct ReactionRow {
    message_id: String,
    side: String,
    emoji: String,
    state: String,
}

impl ReactionRow {
    fn read(self) -> StoreResult<(MessageId, LineReaction)> {
        let message = read_back(&self.message_id, "reactions", "message_id", &self.message_id)?;
        let by = if self.side == "contact" { ReactedBy::Contact } else { ReactedBy::Account };
        let state = match self.state.as_str() {
            "queued" => ReactionState::Queued,
            "failed" => ReactionState::Failed,
            _ => ReactionState::Done,
        };
        Ok((message, LineReaction { by, emoji: self.emoji, state }))
    }
}

/// The last one is what the message says now.
const EDITS: &str = "select e.message_id, e.text, e.at from message_edits e join messages m on m.id = e.message_id
    where e.number < m.n_edits and e.message_id in";

#[derive(FromRow)]
struct EditRow {
    message_id: String,
    text: Option<String>,
    at: i64,
}

const COMMENTS: &str =
    "select message_id, permalink, reply_until, replied_at, removed_at from comments where message_id in";

#[derive(FromRow)]
struct CommentRow {
    message_id: String,
    permalink: Option<String>,
    reply_until: Option<i64>,
    replied_at: Option<i64>,
    removed_at: Option<i64>,
}

impl CommentRow {
    fn read(self) -> StoreResult<(MessageId, LineComment)> {
        let message = read_back(&self.message_id, "comments", "message_id", &self.message_id)?;
        let comment = LineComment {
            permalink: self.permalink,
            reply_until: time(self.reply_until),
            replied_at: time(self.replied_at),
            removed_at: time(self.removed_at),
        };
        Ok((message, comment))
    }
}
