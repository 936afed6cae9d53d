//! What people ask of Meta about what we have of them.

use super::super::FOR_UPDATE;
use super::accounts::{TokenRow, token_died};
use super::audit;
use super::connecting::forget_until;
use super::deletions::close_account;
use super::{Conn, Pools, read_back};
use crate::store::accounts::{AccountToken, TokenDeath};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::rights::{AskedByMeta, AskedDeletion, PublicDeletion, Rights, Withdrawal, Withdrawn};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::{Action, AuditId};
use model::ids::AccountId;
use model::meta::identity::digest;
use model::platform::Login;
use model::time::Timestamp;
use sqlx::FromRow;

const WITHDRAWING: &str = "note that access was taken away";
const ASKING: &str = "ask for a deletion that Meta asks for";
const DOUBTING: &str = "look for tokens that may be dead";
const OWNING: &str = "look for accounts whose owner is not known";
const PURGING: &str = "forget ways to Meta that ran out";

#[async_trait]
impl Rights for Pools {
    async fn withdraw_consent(&self, it: Withdrawal) -> StoreResult<Withdrawn> {
        self.write(WITHDRAWING, move |conn| Box::pin(async move { withdraw(conn, &it).await })).await
    }

    async fn ask_for_asker(&self, it: AskedByMeta) -> StoreResult<AskedDeletion> {
        let first = it.clone();
        match self.write(ASKING, move |conn| Box::pin(async move { ask(conn, &first).await })).await {
            // The same person asked in the same moment, and was first.
            Err(StoreError::Refused) => {
                self.write(ASKING, move |conn| Box::pin(async move { ask(conn, &it).await })).await
            }
            done => done,
        }
    }

    async fn find_public_deletion(&self, code: &str) -> StoreResult<Option<PublicDeletion>> {
        let mut conn = self.read().await.map_err(doing("look up a deletion"))?;
        let row: Option<(i64, Option<i64>, Option<String>)> = sqlx::query_as(
            "select requested_at, done_at, account_id from deletions where code = $1 and kind = 'callback'",
        )
        .bind(code)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up a deletion"))?;
        Ok(row.map(|(requested_at, done_at, account)| PublicDeletion {
            requested_at: Timestamp(requested_at),
            done_at: done_at.map(Timestamp),
            had_something: account.is_some(),
        }))
    }

    async fn list_doubted(&self, limit: u32) -> StoreResult<Vec<AccountToken>> {
        let mut conn = self.read().await.map_err(doing(DOUBTING))?;
        let rows: Vec<TokenRow> = sqlx::query_as(
            "select account_id, login, token, state, error, app_id from account_tokens
             where doubted_at is not null and state = 'working' order by doubted_at, account_id, login limit $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(DOUBTING))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn trust_again(&self, token: AccountToken) -> StoreResult<()> {
        self.write(DOUBTING, move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "update account_tokens set doubted_at = null where account_id = $1 and login = $2 and token = $3",
                )
                .bind(token.account.to_string())
                .bind(token.login.word())
                .bind(&token.sealed)
                .execute(conn)
                .await
                .map(|_| ())
                .map_err(doing(DOUBTING))
            })
        })
        .await
    }

    async fn list_unowned(&self, after: Option<AccountId>, limit: u32) -> StoreResult<Vec<AccountToken>> {
        let mut conn = self.read().await.map_err(doing(OWNING))?;
        let rows: Vec<TokenRow> = sqlx::query_as(
            "select t.account_id, t.login, t.token, t.state, t.error, t.app_id
             from account_tokens t join accounts a on a.id = t.account_id
             where t.login = 'instagram' and t.state = 'working' and a.scoped_id is null
                 and a.state in ('active', 'paused') and a.id > $1
             order by a.id limit $2",
        )
        .bind(after.map(|it| it.to_string()).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(OWNING))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn save_scoped_id(&self, account: AccountId, scoped_id: String) -> StoreResult<()> {
        self.write("keep what callbacks call an account", move |conn| {
            Box::pin(async move {
                sqlx::query("update accounts set scoped_id = $2 where id = $1 and state <> 'deleting'")
                    .bind(account.to_string())
                    .bind(scoped_id)
                    .execute(conn)
                    .await
                    .map(|_| ())
                    .map_err(doing("keep what callbacks call an account"))
            })
        })
        .await
    }

    async fn purge_connecting(&self, now: Timestamp) -> StoreResult<u64> {
        self.write(PURGING, move |conn| Box::pin(async move { forget_until(conn, now, PURGING).await })).await
    }
}

/// The account that somebody is.
#[derive(Clone, Copy)]
struct Theirs {
    id: AccountId,
    since: Timestamp,
    is_being_deleted: bool,
}

/// Whoever logged in to Instagram. Meta says which of its two ids callbacks use in one place and shows the other in
/// another: either is taken. Until the commit the account stays as it is.
async fn whose(conn: &mut Conn, user: &str) -> StoreResult<Option<Theirs>> {
    let sql = [
        "select id, created_at, state from accounts
         where (scoped_id = $1 or external_id = $1) and platform = 'instagram'
         order by case when scoped_id = $1 then 0 else 1 end limit 1",
        FOR_UPDATE,
    ];
    let row: Option<(String, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql.concat()))
        .bind(user)
        .fetch_optional(conn)
        .await
        .map_err(doing(WITHDRAWING))?;
    row.map(|(id, created_at, state)| {
        let since = Timestamp(created_at);
        Ok(Theirs { id: read_back(&id, "accounts", "id", &id)?, since, is_being_deleted: state == "deleting" })
    })
    .transpose()
}

async fn withdraw(conn: &mut Conn, it: &Withdrawal) -> StoreResult<Withdrawn> {
    let Some(Theirs { id: account, .. }) = whose(conn, &it.user).await? else {
        return doubt(conn, it.now).await.map(Withdrawn::Unknown);
    };
    let given: Option<String> = sqlx::query_scalar(
        "select token from account_tokens
         where account_id = $1 and login = 'instagram' and state = 'working' and issued_at <= $2",
    )
    .bind(account.to_string())
    .bind(it.until.0)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(WITHDRAWING))?;
    let Some(sealed) = given else { return Ok(Withdrawn::Account(account, false)) };
    let death = TokenDeath {
        account,
        login: Login::Instagram,
        sealed,
        reason: "its owner took Switchboard’s access away".to_owned(),
        now: it.now,
        incident_id: it.incident_id,
    };
    if !token_died(conn, &death).await? {
        return Ok(Withdrawn::Account(account, false));
    }
    note(conn, it.audit_id, it.now, Action::ConsentWithdrawn, (Some(account), None)).await?;
    Ok(Withdrawn::Account(account, true))
}

/// Who logged in to Facebook to connect a Page is not kept; nor is it known of every account who its owner is.
async fn doubt(conn: &mut Conn, now: Timestamp) -> StoreResult<u64> {
    sqlx::query(
        "update account_tokens set doubted_at = $1
         where state = 'working' and doubted_at is null and (
             login = 'page'
             or exists (select 1 from accounts a where a.id = account_tokens.account_id and a.scoped_id is null)
         )",
    )
    .bind(now.0)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    .map_err(doing(WITHDRAWING))
}

async fn note(
    conn: &mut Conn,
    id: AuditId,
    at: Timestamp,
    action: Action,
    (account, detail): (Option<AccountId>, Option<String>),
) -> StoreResult<()> {
    let subject = account.map(Subject::Account);
    audit::insert(conn, &AuditEntry { id, at, actor: Actor::System, action, subject, detail, address: None }).await
}

/// Deletions are found by whoever asked without keeping who that was.
fn key_of(user: &str) -> String {
    format!("{:032x}", digest(&["deletion asked by", user]))
}

/// What somebody asked Meta for last.
#[derive(FromRow)]
struct LastAsked {
    code: String,
    state: String,
    asker_n: i32,
    account_id: Option<String>,
    requested_at: i64,
    done_at: Option<i64>,
}

impl LastAsked {
    async fn find(conn: &mut Conn, key: &str) -> StoreResult<Option<Self>> {
        sqlx::query_as(
            "select code, state, asker_n, account_id, requested_at, done_at from deletions
             where asker_key = $1 order by asker_n desc limit 1",
        )
        .bind(key)
        .fetch_optional(conn)
        .await
        .map_err(doing(ASKING))
    }

    fn is_done(&self) -> bool {
        self.state == "done"
    }

    /// What does not say when it was asked for cannot be told from what was asked for then.
    fn includes(&self, issued_at: Option<Timestamp>) -> bool {
        issued_at.is_none_or(|it| it.0 <= self.done_at.unwrap_or(self.requested_at))
    }

    /// For whoever asks for it once more.
    fn again(&self) -> StoreResult<AskedDeletion> {
        let of = self.account_id.as_ref().filter(|_| !self.is_done());
        let account = of.map(|it| read_back(it, "deletions", "account_id", &self.code)).transpose()?;
        Ok(AskedDeletion { code: self.code.clone(), account, is_new: false, tokens: Vec::new() })
    }
}

async fn ask(conn: &mut Conn, it: &AskedByMeta) -> StoreResult<AskedDeletion> {
    let key = key_of(&it.user);
    // First of all, so that of two that ask at once the second one finds what the first one asked for.
    let theirs = whose(conn, &it.user).await?;
    // Whoever asked before it was connected asked for what was there then. Meta says the second alone.
    let theirs = theirs.filter(|theirs| it.issued_at.is_none_or(|asked| asked.plus_s(1) > theirs.since));
    let last = LastAsked::find(conn, &key).await?;
    if let Some(last) = &last
        && (!last.is_done() || theirs.is_none() || last.includes(it.issued_at))
    {
        return last.again();
    }
    insert(conn, it, theirs, (key.as_str(), last.map_or(0, |it| it.asker_n + 1))).await?;
    let account = theirs.map(|it| it.id);
    let asked = |tokens| AskedDeletion { code: it.code.clone(), account, is_new: true, tokens };
    let code = || (None, Some(it.code.clone()));
    note(conn, it.audit_ids[0], it.now, Action::DataDeletionAsked, code()).await?;
    let Some(theirs) = theirs else {
        // Of whoever connected a Page we keep the token that they gave, and nothing that says who they are.
        doubt(conn, it.now).await?;
        note(conn, it.audit_ids[1], it.now, Action::DataDeleted, code()).await?;
        return Ok(asked(Vec::new()));
    };
    if theirs.is_being_deleted {
        return Ok(asked(Vec::new()));
    }
    let tokens = tokens_of(conn, theirs.id).await?;
    close_account(conn, theirs.id, it.change_id, it.now).await?;
    Ok(asked(tokens))
}

/// Of an account that an admin has deleted already nothing is left to do but to say so once it is gone.
async fn insert(conn: &mut Conn, it: &AskedByMeta, theirs: Option<Theirs>, (key, n): (&str, i32)) -> StoreResult<()> {
    let account = theirs.map(|it| it.id.to_string());
    let (state, subject) = match theirs {
        Some(Theirs { is_being_deleted: true, .. }) => ("running", None),
        Some(_) => ("requested", account.as_deref()),
        None => ("done", None),
    };
    let inserted = sqlx::query(
        "insert into deletions (id, code, kind, account_id, subject, state, requested_at, done_at, asker_key, asker_n)
         values ($1, $2, 'callback', $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
    )
    .bind(it.id.to_string())
    .bind(&it.code)
    .bind(account.as_deref())
    .bind(subject)
    .bind(state)
    .bind(it.now.0)
    .bind(theirs.is_none().then_some(it.now.0))
    .bind(key)
    .bind(n)
    .execute(conn)
    .await
    .map_err(doing(ASKING))?;
    if inserted.rows_affected() == 0 { Err(StoreError::Refused) } else { Ok(()) }
}

async fn tokens_of(conn: &mut Conn, account: AccountId) -> StoreResult<Vec<AccountToken>> {
    let rows: Vec<TokenRow> = sqlx::query_as(
        "select account_id, login, token, state, error, app_id from account_tokens where account_id = $1 order by login",
    )
    .bind(account.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(ASKING))?;
    rows.into_iter().map(TryInto::try_into).collect()
}
