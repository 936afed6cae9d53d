//! What is known of every account.

use super::super::Conn;
use super::super::accounts::{AccountRow, TokenRow};
use super::words;
use crate::store::health::{KnownHealth, KnownToken};
use crate::store::{StoreError, StoreResult, doing};
use model::health::{Asked, Tag};
use model::time::Timestamp;
use sqlx::FromRow;
use std::collections::BTreeMap;

pub(super) const LISTING: &str = "list how accounts fare";

/// An account, and what is known of it alone.
#[derive(FromRow)]
struct KnownRow {
    #[sqlx(flatten)]
    account: AccountRow,
    human_agent: String,
    last_event_at: Option<i64>,
    last_sent_at: Option<i64>,
}

/// A token, and what Meta said when it was asked with it.
#[derive(FromRow)]
struct WatchedRow {
    #[sqlx(flatten)]
    token: TokenRow,
    expires_at: Option<i64>,
    scopes: String,
    is_watched: bool,
    looked_at: Option<i64>,
    look_error: Option<String>,
    clock_ms: Option<i64>,
    fields: Option<String>,
    missing: String,
}

pub(super) async fn list(conn: &mut Conn) -> StoreResult<Vec<KnownHealth>> {
    let accounts: Vec<KnownRow> = sqlx::query_as(
        "select id, platform, external_id, name, username, state, created_at, human_agent, last_event_at, last_sent_at
         from accounts order by created_at, id limit 10000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let tokens: Vec<WatchedRow> = sqlx::query_as(
        "select t.account_id, t.login, t.token, t.app_id, t.state, t.error, t.expires_at, t.scopes,
             w.account_id is not null as is_watched, w.looked_at, w.error as look_error, w.clock_ms, w.fields,
             coalesce(w.missing, '[]') as missing
         from account_tokens t left join account_watch w on w.account_id = t.account_id and w.login = t.login
         order by t.account_id, t.login limit 20000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let incidents: Vec<(String, String)> =
        sqlx::query_as("select account_id, kind from incidents where closed_at is null order by id limit 10000")
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(LISTING))?;
    let mut tokens_of: BTreeMap<String, Vec<KnownToken>> = BTreeMap::new();
    for row in tokens {
        tokens_of.entry(row.token.account_id.clone()).or_default().push(row.read()?);
    }
    let mut incidents_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (account, kind) in incidents {
        incidents_of.entry(account).or_default().push(kind);
    }
    let known = |row: KnownRow| {
        let tokens = tokens_of.remove(&row.account.id).unwrap_or_default();
        let incidents = incidents_of.remove(&row.account.id).unwrap_or_default();
        row.read(tokens, incidents)
    };
    accounts.into_iter().map(known).collect()
}

impl KnownRow {
    fn read(self, tokens: Vec<KnownToken>, incidents: Vec<String>) -> StoreResult<KnownHealth> {
        let odd =
            || StoreError::Inconsistent { table: "accounts", column: "human_agent", row: self.account.id.clone() };
        Ok(KnownHealth {
            tag: tag(&self.human_agent).ok_or_else(odd)?,
            last_event_at: self.last_event_at.map(Timestamp),
            last_sent_at: self.last_sent_at.map(Timestamp),
            tokens,
            incidents,
            account: self.account.try_into()?,
        })
    }
}

fn tag(word: &str) -> Option<Tag> {
    match word {
        "unknown" => Some(Tag::Unknown),
        "works" => Some(Tag::Works),
        "refused" => Some(Tag::Refused),
        _ => None,
    }
}

impl WatchedRow {
    fn read(self) -> StoreResult<KnownToken> {
        let asked = Asked {
            at: self.looked_at.map(Timestamp),
            error: self.look_error,
            fields: self.fields.as_deref().map(words),
            missing: words(&self.missing),
        };
        let was_asked = self.is_watched && (asked.at.is_some() || asked.error.is_some());
        Ok(KnownToken {
            token: self.token.try_into()?,
            expires_at: self.expires_at.map(Timestamp),
            granted: words(&self.scopes),
            asked: was_asked.then_some(asked),
            clock_ms: self.clock_ms,
        })
    }
}
