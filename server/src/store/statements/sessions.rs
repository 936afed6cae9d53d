//! Sign-in sessions.

use super::{Conn, Pools};
use crate::store::sessions::{SessionRow, Sessions, StoredSession};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::time::Timestamp;

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

async fn insert(conn: &mut Conn, session: &SessionRow) -> StoreResult<bool> {
    sqlx::query(
        "insert into sessions (id_hash, person_id, data, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $4, $5)
         on conflict (id_hash) do nothing",
    )
    .bind(&session.fingerprint)
    .bind(session.person.map(|it| it.to_string()))
    .bind(&session.data)
    .bind(session.now.0)
    .bind(session.expires_at.0)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(doing("start a session"))
}

async fn save(conn: &mut Conn, session: &SessionRow) -> StoreResult<()> {
    sqlx::query(
        "insert into sessions (id_hash, person_id, data, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $4, $5)
         on conflict (id_hash) do update set
             person_id = excluded.person_id, data = excluded.data,
             seen_at = excluded.seen_at, expires_at = excluded.expires_at",
    )
    .bind(&session.fingerprint)
    .bind(session.person.map(|it| it.to_string()))
    .bind(&session.data)
    .bind(session.now.0)
    .bind(session.expires_at.0)
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("save a session"))
}
