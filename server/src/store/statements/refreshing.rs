//! Tokens that are made to last longer.

use super::changes::write_changes;
use super::incidents::{self, Opening};
use super::{Conn, Pools, read_back};
use crate::store::accounts::{AccountToken, incident};
use crate::store::changes::NewChange;
use crate::store::refreshing::{DueToken, FIRST_AFTER_S, RefreshedToken, Refreshing, UnrefreshedToken};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::live::Event;
use model::platform::Login;
use model::time::Timestamp;
use sqlx::FromRow;

const CLAIMING: &str = "claim tokens to refresh";
const SAVING: &str = "save a refreshed token";
const PUTTING_OFF: &str = "put off refreshing a token";

#[async_trait]
impl Refreshing for Pools {
    async fn claim_refreshes(&self, now: Timestamp, until: Timestamp, limit: u32) -> StoreResult<Vec<DueToken>> {
        let rows: Vec<DueRow> = self
            .write(CLAIMING, move |conn| {
                Box::pin(async move {
                    // A token that was pasted does not say when it was made: its day begins when it came. Of two
                    // processes that chose the same row the second sees it moved, and passes over it.
                    sqlx::query_as(
                        "update account_tokens set refresh_at = $1
                         where login = 'instagram' and state = 'working' and coalesce(refresh_at, issued_at + $4) <= $2
                             and account_id in (
                                 select t.account_id from account_tokens t join accounts a on a.id = t.account_id
                                 where t.login = 'instagram' and t.state = 'working'
                                     and coalesce(t.refresh_at, t.issued_at + $4) <= $2
                                     and a.state in ('active', 'paused')
                                 order by coalesce(t.refresh_at, t.issued_at + $4), t.account_id limit $3
                             )
                         returning account_id, token, expires_at",
                    )
                    .bind(until.0)
                    .bind(now.0)
                    .bind(i64::from(limit))
                    .bind(FIRST_AFTER_S * 1000)
                    .fetch_all(conn)
                    .await
                    .map_err(doing(CLAIMING))
                })
            })
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn save_refreshed(&self, it: RefreshedToken) -> StoreResult<bool> {
        self.write(SAVING, move |conn| Box::pin(async move { save(conn, &it).await })).await
    }

    async fn refresh_later(&self, it: UnrefreshedToken) -> StoreResult<bool> {
        self.write(PUTTING_OFF, move |conn| Box::pin(async move { put_off(conn, it).await })).await
    }
}

async fn save(conn: &mut Conn, it: &RefreshedToken) -> StoreResult<bool> {
    let saved = sqlx::query(
        "update account_tokens set token = $1, issued_at = $2, expires_at = $3, refresh_at = $4, updated_at = $2
         where account_id = $5 and login = $6 and token = $7 and state = 'working'",
    )
    .bind(&it.sealed)
    .bind(it.now.0)
    .bind(it.expires_at.map(|it| it.0))
    .bind(it.refresh_at.0)
    .bind(it.account.to_string())
    .bind(it.login.word())
    .bind(&it.old)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    if saved.rows_affected() == 0 {
        return Ok(false);
    }
    if incidents::close(conn, it.account, incident::TOKEN_ENDING, it.now).await? {
        let (event, account_id) = (Event::Account { account_id: it.account }, Some(it.account));
        let told = NewChange { id: it.change_id, event, account_id, person_id: None, at: it.now };
        write_changes(conn, &[told]).await?;
    }
    Ok(true)
}

async fn put_off(conn: &mut Conn, it: UnrefreshedToken) -> StoreResult<bool> {
    if it.incident.is_some() {
        incidents::hold(conn, it.account, it.now).await?;
    }
    let is_ours = sqlx::query(
        "update account_tokens set refresh_at = $1
         where account_id = $2 and login = $3 and token = $4 and state = 'working'",
    )
    .bind(it.again_at.0)
    .bind(it.account.to_string())
    .bind(it.login.word())
    .bind(&it.sealed)
    .execute(&mut *conn)
    .await
    .map_err(doing(PUTTING_OFF))?;
    let Some((id, reason)) = it.incident.filter(|_| is_ours.rows_affected() > 0) else { return Ok(false) };
    let (account, kind) = (it.account, incident::TOKEN_ENDING);
    incidents::open(conn, Opening { id, account, kind, detail: Some(reason), now: it.now }).await
}

#[derive(FromRow)]
struct DueRow {
    account_id: String,
    token: String,
    expires_at: Option<i64>,
}

impl TryFrom<DueRow> for DueToken {
    type Error = StoreError;

    fn try_from(row: DueRow) -> StoreResult<Self> {
        let account = read_back(&row.account_id, "account_tokens", "account_id", &row.account_id)?;
        let token =
            AccountToken { account, login: Login::Instagram, sealed: row.token, works: true, error: None, app: None };
        Ok(Self { token, expires_at: row.expires_at.map(Timestamp) })
    }
}
