//! What people ask of Meta about what we have of them.

use super::accounts::{TokenRow, token_died};
use super::audit;
use super::changes::write_changes;
use super::{Conn, Pools, read_back};
use crate::store::accounts::{AccountToken, TokenDeath};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::rights::{AskedByMeta, AskedDeletion, PublicDeletion, Rights, Withdrawal, Withdrawn};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::{Action, AuditId};
use model::ids::AccountId;
use model::live::Event;
use model::meta::identity::digest;
use model::platform::Login;
use model::time::Timestamp;

const WITHDRAWING: &str = "note that access was taken away";
const ASKING: &str = "ask for a deletion that Meta asks for";
const DOUBTING: &str = "look for tokens that may be dead";
const OWNING: &str = "look for accounts whose owner is not known";

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
}

/// The account that somebody is, who logged in to Instagram. Meta says which of its two ids callbacks use in one place
/// and shows the other in another: either is taken.
async fn whose(conn: &mut Conn, user: &str) -> StoreResult<Option<AccountId>> {
    let id: Option<String> = sqlx::query_scalar(
        "select id from accounts a
         where (a.scoped_id = $1 or a.external_id = $1) and a.platform = 'instagram' and a.state <> 'deleting'
         order by case when a.scoped_id = $1 then 0 else 1 end limit 1",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
    .map_err(doing(WITHDRAWING))?;
    id.map(|it| read_back(&it, "accounts", "id", &it)).transpose()
}

async fn withdraw(conn: &mut Conn, it: &Withdrawal) -> StoreResult<Withdrawn> {
    let Some(account) = whose(conn, &it.user).await? else {
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

async fn ask(conn: &mut Conn, it: &AskedByMeta) -> StoreResult<AskedDeletion> {
    let key = key_of(&it.user);
    let last: Option<(String, String, i32, Option<String>)> = sqlx::query_as(
        "select code, state, asker_n, account_id from deletions where asker_key = $1 order by asker_n desc limit 1",
    )
    .bind(&key)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    let account = whose(conn, &it.user).await?;
    if let Some((code, state, _, of)) = &last
        && (state != "done" || account.is_none())
    {
        let of = of.as_ref().filter(|_| state != "done");
        let account = of.map(|it| read_back(it, "deletions", "account_id", code)).transpose()?;
        return Ok(AskedDeletion { code: code.clone(), account, is_new: false });
    }
    let n = last.map_or(0, |it| it.2 + 1);
    let inserted = sqlx::query(
        "insert into deletions (id, code, kind, account_id, subject, state, requested_at, done_at, asker_key, asker_n)
         values ($1, $2, 'callback', $3, $3, $4, $5, $6, $7, $8) on conflict do nothing",
    )
    .bind(it.id.to_string())
    .bind(&it.code)
    .bind(account.map(|it| it.to_string()))
    .bind(if account.is_some() { "requested" } else { "done" })
    .bind(it.now.0)
    .bind(account.is_none().then_some(it.now.0))
    .bind(&key)
    .bind(n)
    .execute(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Refused);
    }
    let code = || (None, Some(it.code.clone()));
    note(conn, it.audit_ids[0], it.now, Action::DataDeletionAsked, code()).await?;
    if let Some(account) = account {
        close_account(conn, account, it).await?;
    } else {
        // Of whoever connected a Page we keep the token that they gave, and nothing that says who they are.
        doubt(conn, it.now).await?;
        note(conn, it.audit_ids[1], it.now, Action::DataDeleted, code()).await?;
    }
    Ok(AskedDeletion { code: it.code.clone(), account, is_new: true })
}

/// Nothing reaches the account from here on, and nothing leaves it. What it holds goes in small pieces later.
async fn close_account(conn: &mut Conn, account: AccountId, it: &AskedByMeta) -> StoreResult<()> {
    for sql in [
        "update accounts set state = 'deleting' where id = $1",
        "delete from account_tokens where account_id = $1",
        "delete from outbox where account_id = $1",
        "delete from handovers where conversation_id in (select id from conversations where account_id = $1)",
    ] {
        sqlx::query(sql).bind(account.to_string()).execute(&mut *conn).await.map_err(doing(ASKING))?;
    }
    let (event, account_id) = (Event::Account { account_id: account }, Some(account));
    write_changes(conn, &[NewChange { id: it.change_id, event, account_id, person_id: None, at: it.now }]).await
}
