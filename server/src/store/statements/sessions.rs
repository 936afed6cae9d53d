//! Sign-in sessions.

use super::changes::write_changes;
use super::people::standing::{look_again, note};
use super::{Conn, Pools};
use crate::store::people::PersonChange;
use crate::store::sessions::{Ending, SessionRow, Sessions, StoredSession};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::people::OpenSession;
use model::person::PersonId;
use model::time::Timestamp;
use sqlx::FromRow;

#[async_trait]
impl Sessions for Pools {
    async fn insert_session(&self, session: SessionRow) -> StoreResult<bool> {
        self.write("start a session", move |conn| Box::pin(async move { insert(conn, &session).await })).await
    }

    async fn save_session(&self, session: SessionRow) -> StoreResult<()> {
        self.write("save a session", move |conn| Box::pin(async move { save(conn, &session).await })).await
    }

    async fn find_session(&self, fingerprint: String, now: Timestamp) -> StoreResult<Option<StoredSession>> {
        let mut conn = self.read().await.map_err(doing("look up a session"))?;
        let row: Option<(String, i64)> =
            sqlx::query_as("select data, expires_at from sessions where id_hash = $1 and expires_at > $2")
                .bind(fingerprint)
                .bind(now.0)
                .fetch_optional(&mut *conn)
                .await
                .map_err(doing("look up a session"))?;
        Ok(row.map(|(data, expires_at)| StoredSession { data, expires_at: Timestamp(expires_at) }))
    }

    async fn list_sessions(&self, person: PersonId, now: Timestamp, limit: u32) -> StoreResult<Vec<OpenSession>> {
        let mut conn = self.read().await.map_err(doing("list where a person is signed in"))?;
        let rows: Vec<OpenSessionRow> = sqlx::query_as(
            "select id_hash, user_agent, address, created_at, seen_at from sessions
             where person_id = $1 and expires_at > $2
             order by seen_at desc, id_hash limit $3",
        )
        .bind(person.to_string())
        .bind(now.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing("list where a person is signed in"))?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn end_sessions(&self, change: PersonChange, which: Ending) -> StoreResult<Vec<String>> {
        self.write("sign a person out elsewhere", move |conn| {
            Box::pin(async move {
                let ended = end(conn, change.person, &which).await?;
                if !ended.is_empty() {
                    note(conn, &change, Action::SessionsEnded).await?;
                    write_changes(conn, &[look_again(&change)]).await?;
                }
                Ok(ended)
            })
        })
        .await
    }

    async fn delete_session(&self, fingerprint: String) -> StoreResult<()> {
        self.write("end a session", move |conn| {
            Box::pin(async move {
                sqlx::query("delete from sessions where id_hash = $1")
                    .bind(fingerprint)
                    .execute(conn)
                    .await
                    .map(|_| ())
                    .map_err(doing("end a session"))
            })
        })
        .await
    }

    async fn purge_sessions(&self, now: Timestamp) -> StoreResult<u64> {
        self.write("remove old sessions", move |conn| {
            Box::pin(async move {
                sqlx::query("delete from sessions where expires_at <= $1")
                    .bind(now.0)
                    .execute(conn)
                    .await
                    .map(|done| done.rows_affected())
                    .map_err(doing("remove old sessions"))
            })
        })
        .await
    }
}

/// Ends sessions of this person only: which.
pub(super) async fn end(conn: &mut Conn, person: PersonId, which: &Ending) -> StoreResult<Vec<String>> {
    let (sql, fingerprint) = match which {
        Ending::One(it) => ("delete from sessions where person_id = $1 and id_hash = $2 returning id_hash", it),
        Ending::AllBut(it) => ("delete from sessions where person_id = $1 and id_hash <> $2 returning id_hash", it),
    };
    sqlx::query_scalar(sql)
        .bind(person.to_string())
        .bind(fingerprint)
        .fetch_all(conn)
        .await
        .map_err(doing("end a person's sessions"))
}

#[derive(FromRow)]
struct OpenSessionRow {
    id_hash: String,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: i64,
    seen_at: i64,
}

impl From<OpenSessionRow> for OpenSession {
    fn from(row: OpenSessionRow) -> Self {
        Self {
            fingerprint: row.id_hash,
            user_agent: row.user_agent,
            address: row.address,
            since: Timestamp(row.created_at),
            seen_at: Timestamp(row.seen_at),
        }
    }
}

/// Whoever has a session is here: first the person and then the session, as everybody does who needs both.
async fn note_here(conn: &mut Conn, session: &SessionRow) -> StoreResult<()> {
    match session.person {
        Some(person) => super::people::note_here(conn, person, session.now).await,
        None => Ok(()),
    }
}

async fn insert(conn: &mut Conn, session: &SessionRow) -> StoreResult<bool> {
    note_here(conn, session).await?;
    sqlx::query(
        "insert into sessions (id_hash, person_id, data, created_at, seen_at, expires_at, user_agent, address)
         values ($1, $2, $3, $4, $4, $5, $6, $7)
         on conflict (id_hash) do nothing",
    )
    .bind(&session.fingerprint)
    .bind(session.person.map(|it| it.to_string()))
    .bind(&session.data)
    .bind(session.now.0)
    .bind(session.expires_at.0)
    .bind(&session.user_agent)
    .bind(&session.address)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(doing("start a session"))
}

async fn save(conn: &mut Conn, session: &SessionRow) -> StoreResult<()> {
    note_here(conn, session).await?;
    sqlx::query(
        "insert into sessions (id_hash, person_id, data, created_at, seen_at, expires_at, user_agent, address)
         values ($1, $2, $3, $4, $4, $5, $6, $7)
         on conflict (id_hash) do update set
             person_id = excluded.person_id, data = excluded.data,
             seen_at = excluded.seen_at, expires_at = excluded.expires_at,
             user_agent = excluded.user_agent, address = excluded.address",
    )
    .bind(&session.fingerprint)
    .bind(session.person.map(|it| it.to_string()))
    .bind(&session.data)
    .bind(session.now.0)
    .bind(session.expires_at.0)
    .bind(&session.user_agent)
    .bind(&session.address)
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("save a session"))
}
