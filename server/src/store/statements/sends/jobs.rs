//! Jobs, and their order in a conversation: by the moment they are due, then by turn.

use super::super::Conn;
use super::super::many::pieces;
use super::{Driver, run};
use crate::store::{StoreResult, doing};
use model::content::AttachmentKind;
use model::ids::{AccountId, ConversationId, MessageId};
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};

const QUEUEING: &str = "queue what is to be sent";

/// Where in the conversation's order new jobs stand, and where in the thread the first of them is shown.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub due_at: Timestamp,
    pub turn: i64,
    pub at: Timestamp,
}

/// Where what is queued in a conversation ends.
#[derive(FromRow, Clone, Copy)]
pub(super) struct End {
    #[sqlx(rename = "last_turn")]
    turn: Option<i64>,
    #[sqlx(rename = "last_due_at")]
    due_at: Option<i64>,
    #[sqlx(rename = "last_at")]
    at: Option<i64>,
}

/// Selects an `End`, of the conversation that is `$1`.
macro_rules! end {
    () => {
        "select max(o.turn) as last_turn,
             max(case when o.state = 'ready' and not o.is_scheduled then o.due_at end) as last_due_at,
             max(case when o.state = 'ready' and not o.is_scheduled then m.at end) as last_at
         from outbox o join messages m on m.id = o.message_id where o.conversation_id = $1"
    };
}
pub(super) use end;

impl End {
    pub(super) async fn of(conn: &mut Conn, conversation: ConversationId) -> StoreResult<Self> {
        let query = sqlx::query_as(end!()).bind(conversation.to_string());
        query.fetch_one(conn).await.map_err(doing(QUEUEING))
    }

    /// Behind everything that is queued; a chosen moment stays as it was chosen, and nobody waits for it.
    pub(super) fn place(self, due_at: Timestamp, is_scheduled: bool) -> Place {
        let turn = self.turn.map_or(0, |it| it + 1);
        if is_scheduled {
            return Place { due_at, turn, at: due_at };
        }
        let due_at = due_at.max(Timestamp(self.due_at.unwrap_or(i64::MIN)));
        Place { due_at, turn, at: due_at.max(Timestamp(self.at.map_or(i64::MIN, |it| it + 1))) }
    }
}

pub(super) struct Job {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub account: AccountId,
    pub pace: &'static str,
    pub place: Place,
    pub is_scheduled: bool,
    pub now: Timestamp,
}

pub(super) fn pace<'k>(is_private: bool, mut files: impl Iterator<Item = &'k AttachmentKind>) -> &'static str {
    if is_private {
        "private_reply"
    } else if files.any(|it| matches!(it, AttachmentKind::Audio | AttachmentKind::Video)) {
        "media"
    } else {
        "text"
    }
}

pub(super) async fn insert(conn: &mut Conn, jobs: &[Job]) -> StoreResult<()> {
    for piece in pieces(jobs) {
        let mut insert = QueryBuilder::<Driver>::new(
            "insert into outbox (message_id, kind, conversation_id, account_id, due_at, turn, pace, is_scheduled, created_at) ",
        );
        insert.push_values(piece, |mut values, job| {
            values
                .push_bind(job.message.to_string())
                .push_bind("message")
                .push_bind(job.conversation.to_string())
                .push_bind(job.account.to_string())
                .push_bind(job.place.due_at.0)
                .push_bind(job.place.turn)
                .push_bind(job.pace)
                .push_bind(job.is_scheduled)
                .push_bind(job.now.0);
        });
        run(conn, QUEUEING, insert.build()).await?;
    }
    Ok(())
}
