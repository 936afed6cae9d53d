//! Where tower-sessions keeps its sessions: our store, under the fingerprint of their ids.

use super::{ADDRESS, PERSON, USER_AGENT};
use crate::chance::fingerprint;
use crate::program::Program;
use crate::store::sessions::SessionRow;
use async_trait::async_trait;
use model::person::PersonId;
use model::time::DAY_S;
use std::fmt;
use time::OffsetDateTime;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

/// Signed in for this long after the last change of the session (see `caller::identify`).
pub const SESSION_DAYS: i64 = 30;

#[derive(Clone)]
pub struct StoredSessions(Program);

pub fn layer(program: &Program) -> SessionManagerLayer<StoredSessions> {
    let secure = program.public_url.is_https();
    SessionManagerLayer::new(StoredSessions(program.clone()))
        // The prefix makes browsers refuse a cookie of this name that another host or plain http set.
        .with_name(if secure { "__Host-switchboard" } else { "switchboard" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(SESSION_DAYS * DAY_S)))
}

impl fmt::Debug for StoredSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredSessions")
    }
}

#[async_trait]
impl SessionStore for StoredSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.0.store.insert_session(self.row(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.0.store.save_session(self.row(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = self.0.store.find_session(key(*id), self.0.seams.now()).await.map_err(backend)?;
        let Some(found) = found else { return Ok(None) };
        let data = serde_json::from_str(&found.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(found.expires_at.0) * 1_000_000)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.store.delete_session(key(*id)).await.map_err(backend)?;
        self.0.live.session_ended(&key(*id));
        Ok(())
    }
}

impl StoredSessions {
    fn row(&self, record: &Record) -> Result<SessionRow> {
        let person = record.data.get(PERSON).cloned().map(serde_json::from_value::<PersonId>);
        let text = |key: &str| record.data.get(key).and_then(|it| it.as_str()).map(str::to_owned);
        let now = self.0.seams.now();
        Ok(SessionRow {
            fingerprint: key(record.id),
            person: person.transpose().map_err(|error| Error::Encode(error.to_string()))?,
            data: serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?,
            user_agent: text(USER_AGENT),
            address: text(ADDRESS),
            now,
            // The library's expiry comes from the machine's clock; ours from the program's.
            expires_at: now.plus_s(SESSION_DAYS * DAY_S),
        })
    }
}

/// What the store knows the session by, once it is kept.
pub fn fingerprint_of(session: &Session) -> Option<String> {
    session.id().map(key)
}

fn key(id: Id) -> String {
    fingerprint(&id.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn backend(error: crate::store::StoreError) -> Error {
    Error::Backend(crate::start::chain(&error))
}
