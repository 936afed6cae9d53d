//! Accounts that are connected by Meta's own logins.

use super::accounts::{add_from, list_text};
use super::changes::write_changes;
use super::people::standing::hold_admins;
use super::teams::{may_run, note};
use super::{Conn, Pools, incidents};
use crate::store::accounts::{AccountAdded, NewAccount, incident};
use crate::store::audit::Subject;
use crate::store::changes::NewChange;
use crate::store::connecting::{ConnectAttempt, ConnectChoice, Connecting, TakenAttempt, Visitor};
use crate::store::teams::RunChange;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::ids::{AccountId, ChangeId, ConnectChoiceId};
use model::live::Event;
use model::platform::Login;
use model::teams::TeamRefusal;
use model::time::Timestamp;

const BEGINNING: &str = "begin to connect an account";
const COMING_BACK: &str = "go on connecting an account";
const DISCONNECTING: &str = "disconnect an account";

/// Nobody has more ways to Meta open at a time and means to come back by all of them.
const MOST_OPEN: i64 = 20;

#[async_trait]
impl Connecting for Pools {
    async fn begin_connecting(&self, it: ConnectAttempt) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(BEGINNING, move |conn| Box::pin(async move { begin(conn, &it).await })).await
    }

    async fn take_attempt(&self, state_hash: String, by: Visitor, now: Timestamp) -> StoreResult<Option<TakenAttempt>> {
        self.write(COMING_BACK, move |conn| {
            Box::pin(async move {
                let row: Option<(String, String, Option<String>)> = sqlx::query_as(
                    "delete from connect_attempts
                     where state_hash = $1 and person_id = $2 and session_hash = $3 and expires_at > $4
                     returning login, app_id, verifier",
                )
                .bind(&state_hash)
                .bind(by.person.to_string())
                .bind(&by.session)
                .bind(now.0)
                .fetch_optional(conn)
                .await
                .map_err(doing(COMING_BACK))?;
                let Some((login, app, verifier)) = row else { return Ok(None) };
                let login = read_login(&login, "connect_attempts", &state_hash)?;
                Ok(Some(TakenAttempt { login, app, verifier }))
            })
        })
        .await
    }

    async fn keep_choice(&self, it: ConnectChoice) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(COMING_BACK, move |conn| Box::pin(async move { keep(conn, &it).await })).await
    }

    async fn find_choice(
        &self,
        id: ConnectChoiceId,
        by: Visitor,
        now: Timestamp,
    ) -> StoreResult<Option<ConnectChoice>> {
        let mut conn = self.read().await.map_err(doing(COMING_BACK))?;
        let row: Option<(String, String, String, i64, i64)> = sqlx::query_as(
            "select app_id, token, scopes, created_at, expires_at from connect_choices
             where id = $1 and person_id = $2 and session_hash = $3 and expires_at > $4",
        )
        .bind(id.to_string())
        .bind(by.person.to_string())
        .bind(&by.session)
        .bind(now.0)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(COMING_BACK))?;
        let Some((app, token, scopes, created_at, expires_at)) = row else { return Ok(None) };
        let scopes = read_list(&scopes, "connect_choices", "scopes", &id.to_string())?;
        let (now, expires_at) = (Timestamp(created_at), Timestamp(expires_at));
        Ok(Some(ConnectChoice { id, by, app, token, scopes, now, expires_at }))
    }

    async fn drop_choice(&self, id: ConnectChoiceId) -> StoreResult<()> {
        self.write(COMING_BACK, move |conn| {
            Box::pin(async move {
                sqlx::query("delete from connect_choices where id = $1")
                    .bind(id.to_string())
                    .execute(conn)
                    .await
                    .map(|_| ())
                    .map_err(doing(COMING_BACK))
            })
        })
        .await
    }

    async fn connect_account(
        &self,
        change: RunChange,
        account: NewAccount,
    ) -> StoreResult<Result<AccountAdded, TeamRefusal>> {
        self.write(BEGINNING, move |conn| Box::pin(async move { connect(conn, &change, &account).await })).await
    }

    async fn shares_page(&self, id: AccountId) -> StoreResult<bool> {
        let mut conn = self.read().await.map_err(doing(DISCONNECTING))?;
        let n_sharing: i64 = sqlx::query_scalar(
            "select count(*) from accounts mine
                 join accounts a on a.id <> mine.id and a.state in ('active', 'paused')
                     and (case when a.platform = 'page' then a.external_id else a.page_id end)
                         = (case when mine.platform = 'page' then mine.external_id else mine.page_id end)
             where mine.id = $1
                 and exists (select 1 from account_tokens t where t.account_id = a.id and t.login = 'page')",
        )
        .bind(id.to_string())
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(DISCONNECTING))?;
        Ok(n_sharing > 0)
    }

    async fn disconnect_account(&self, change: RunChange, id: AccountId) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(DISCONNECTING, move |conn| Box::pin(async move { disconnect(conn, &change, id).await })).await
    }
}

async fn begin(conn: &mut Conn, it: &ConnectAttempt) -> StoreResult<Result<(), TeamRefusal>> {
    if hold_admins(conn, it.by.person).await?.is_err() {
        return Ok(Err(TeamRefusal::NotAllowed));
    }
    forget_until(conn, it.now, BEGINNING).await?;
    sqlx::query(
        "insert into connect_attempts
             (state_hash, person_id, session_hash, login, app_id, verifier, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&it.state_hash)
    .bind(it.by.person.to_string())
    .bind(&it.by.session)
    .bind(it.login.word())
    .bind(&it.app)
    .bind(&it.verifier)
    .bind(it.now.0)
    .bind(it.expires_at.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(BEGINNING))?;
    sqlx::query(
        "delete from connect_attempts where person_id = $1 and state_hash not in (
             select state_hash from connect_attempts where person_id = $1
             order by created_at desc, state_hash limit $2
         )",
    )
    .bind(it.by.person.to_string())
    .bind(MOST_OPEN)
    .execute(conn)
    .await
    .map(|_| Ok(()))
    .map_err(doing(BEGINNING))
}

/// Ways there and choices that end by then. How many those are.
pub(super) async fn forget_until(conn: &mut Conn, then: Timestamp, what: &'static str) -> StoreResult<u64> {
    let mut n_gone = 0;
    for sql in
        ["delete from connect_attempts where expires_at <= $1", "delete from connect_choices where expires_at <= $1"]
    {
        let done = sqlx::query(sql).bind(then.0).execute(&mut *conn).await.map_err(doing(what))?;
        n_gone += done.rows_affected();
    }
    Ok(n_gone)
}

async fn keep(conn: &mut Conn, it: &ConnectChoice) -> StoreResult<Result<(), TeamRefusal>> {
    if hold_admins(conn, it.by.person).await?.is_err() {
        return Ok(Err(TeamRefusal::NotAllowed));
    }
    forget_until(conn, it.now, BEGINNING).await?;
    sqlx::query(
        "insert into connect_choices (id, person_id, session_hash, app_id, token, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(it.id.to_string())
    .bind(it.by.person.to_string())
    .bind(&it.by.session)
    .bind(&it.app)
    .bind(&it.token)
    .bind(list_text(&it.scopes))
    .bind(it.now.0)
    .bind(it.expires_at.0)
    .execute(conn)
    .await
    .map(|_| Ok(()))
    .map_err(doing(COMING_BACK))
}

async fn connect(
    conn: &mut Conn,
    change: &RunChange,
    account: &NewAccount,
) -> StoreResult<Result<AccountAdded, TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let added = add_from(conn, account, change.address.clone()).await?;
    if added != AccountAdded::BeingDeleted {
        tell(conn, AccountId::of(account.platform, &account.external_id), change.change_id, change.now).await?;
    }
    Ok(Ok(added))
}

async fn tell(conn: &mut Conn, id: AccountId, change: ChangeId, now: Timestamp) -> StoreResult<()> {
    let event = Event::Account { account_id: id };
    let told = NewChange { id: change, event, account_id: Some(id), person_id: None, at: now };
    write_changes(conn, &[told]).await
}

async fn disconnect(conn: &mut Conn, change: &RunChange, id: AccountId) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let disconnected = sqlx::query(
        "update accounts set state = 'disconnected', disconnected_at = $2, updated_at = $2
         where id = $1 and state in ('active', 'paused')",
    )
    .bind(id.to_string())
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(DISCONNECTING))?;
    if disconnected.rows_affected() == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    sqlx::query("delete from account_tokens where account_id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(DISCONNECTING))?;
    // There is no token left that anything could be wrong with.
    for kind in [incident::TOKEN_DEAD, incident::TOKEN_ENDING] {
        incidents::close(conn, id, kind, change.now).await?;
    }
    note(conn, change, Action::AccountDisconnected, Subject::Account(id)).await?;
    tell(conn, id, change.change_id, change.now).await?;
    Ok(Ok(()))
}

fn read_login(word: &str, table: &'static str, row: &str) -> StoreResult<Login> {
    Login::from_word(word).ok_or_else(|| StoreError::Inconsistent { table, column: "login", row: row.to_owned() })
}

fn read_list(text: &str, table: &'static str, column: &'static str, row: &str) -> StoreResult<Vec<String>> {
    serde_json::from_str(text).map_err(|_| StoreError::Inconsistent { table, column, row: row.to_owned() })
}
