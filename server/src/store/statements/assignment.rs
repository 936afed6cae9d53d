//! Who gets a conversation that opened. What is decided is decided in `model::assignment`; here it is read,
//! held and written.

mod by_rule;
mod moving;
mod waiting;

use super::people::note_here;
use super::people::standing::{hold, note};
use super::{Conn, Pools, read_back};
use crate::store::assignment::{Assignment, Moment, Ruled, Ruling};
use crate::store::people::PersonChange;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::assignment::Availability;
use model::audit::Action;
use model::ids::ConversationId;
use model::people::Refusal;
use model::person::PersonId;
use model::teams::{MoveTo, Moved, TeamRefusal};
use model::time::Timestamp;

const LIMITING: &str = "limit what a person is given";

/// That the person `p` may be given one more.
macro_rules! has_room {
    () => {
        "(p.conversation_limit is null or p.conversation_limit > (
            select count(*) from conversations n where n.assignee_id = p.id and n.state = 'open'
        ))"
    };
}
use has_room;

#[async_trait]
impl Assignment for Pools {
    async fn list_to_assign(&self, moment: Moment, limit: u32) -> StoreResult<Vec<ConversationId>> {
        let mut conn = self.read().await.map_err(doing("list what waits for somebody"))?;
        waiting::list(&mut conn, &moment, limit).await
    }

    async fn assign_by_rule(&self, ruling: Ruling) -> StoreResult<Ruled> {
        self.write("assign by rule", move |conn| Box::pin(async move { by_rule::assign(conn, &ruling).await })).await
    }

    async fn move_conversations(&self, change: PersonChange, to: MoveTo) -> StoreResult<Result<Moved, TeamRefusal>> {
        self.write("move conversations", move |conn| Box::pin(async move { moving::all(conn, &change, to).await }))
            .await
    }

    async fn set_conversation_limit(
        &self,
        change: PersonChange,
        limit: Option<u32>,
    ) -> StoreResult<Result<(), Refusal>> {
        self.write(LIMITING, move |conn| Box::pin(async move { set_limit(conn, &change, limit).await })).await
    }

    async fn set_availability(&self, id: PersonId, to: Availability, now: Timestamp) -> StoreResult<()> {
        self.write("say whether a person is there", move |conn| {
            Box::pin(async move {
                sqlx::query("update people set availability = $2, updated_at = $3 where id = $1")
                    .bind(id.to_string())
                    .bind(to.word())
                    .bind(now.0)
                    .execute(conn)
                    .await
                    .map(drop)
                    .map_err(doing("say whether a person is there"))
            })
        })
        .await
    }

    async fn find_availability(&self, id: PersonId) -> StoreResult<Option<Availability>> {
        let cannot = "look up whether a person is there";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let word: Option<String> = sqlx::query_scalar("select availability from people where id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(cannot))?;
        word.map(|word| read_availability(&word, &id.to_string())).transpose()
    }

    async fn note_here(&self, person: PersonId, now: Timestamp) -> StoreResult<()> {
        self.write("note that a person is here", move |conn| {
            Box::pin(async move { note_here(conn, person, now).await })
        })
        .await
    }
}

pub(super) fn read_availability(word: &str, row: &str) -> StoreResult<Availability> {
    let odd = || StoreError::Inconsistent { table: "people", column: "availability", row: row.to_owned() };
    Availability::from_word(word).ok_or_else(odd)
}

async fn set_limit(conn: &mut Conn, change: &PersonChange, limit: Option<u32>) -> StoreResult<Result<(), Refusal>> {
    if let Err(refusal) = hold(conn, change).await? {
        return Ok(Err(refusal));
    }
    let changed = sqlx::query(
        "update people set conversation_limit = $2, updated_at = $3
         where id = $1 and coalesce(conversation_limit, -1) <> coalesce($2, -1)",
    )
    .bind(change.person.to_string())
    .bind(limit.map(|it| i32::try_from(it).unwrap_or(i32::MAX)))
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(LIMITING))?;
    if changed.rows_affected() > 0 {
        note(conn, change, Action::LimitChanged).await?;
    }
    Ok(Ok(()))
}
