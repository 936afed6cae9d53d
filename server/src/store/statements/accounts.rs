//! Accounts, their tokens, and incidents.

use super::changes::write_changes;
use super::incidents::{self, Opening};
use super::{Conn, Pools, audit, history, read_back};
use crate::store::accounts::{
    Account, AccountAdded, AccountShows, AccountState, AccountToken, Accounts, Incident, NewAccount, TokenDeath,
    incident,
};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::history::{GAP_BEFORE_S, NewBackfill, Why};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::ids::AccountId;
use model::inbox::MarksSeen;
use model::live::Event;
use model::platform::{Login, Platform};
use model::time::Timestamp;
use sqlx::FromRow;

#[async_trait]
impl Accounts for Pools {
    async fn add_account(&self, account: NewAccount) -> StoreResult<AccountAdded> {
        self.write("add an account", move |conn| Box::pin(async move { add(conn, &account).await })).await
    }

    async fn list_accounts(&self) -> StoreResult<Vec<Account>> {
        let mut conn = self.read().await.map_err(doing("list the accounts"))?;
        let rows: Vec<AccountRow> = sqlx::query_as(
            "select id, platform, external_id, name, username, state, created_at from accounts
             order by created_at, id limit 10000",
        )
        .fetch_all(&mut *conn)
        .await
        .map_err(doing("list the accounts"))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn find_account(&self, id: AccountId) -> StoreResult<Option<Account>> {
        let mut conn = self.read().await.map_err(doing("look up an account"))?;
        let row: Option<AccountRow> = sqlx::query_as(
            "select id, platform, external_id, name, username, state, created_at from accounts where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up an account"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn set_account_shows(&self, shows: AccountShows) -> StoreResult<bool> {
        self.write("change what an account shows", move |conn| Box::pin(async move { set_shows(conn, &shows).await }))
            .await
    }

    async fn find_account_token(&self, id: AccountId) -> StoreResult<Option<AccountToken>> {
        let mut conn = self.read().await.map_err(doing("look up an account's token"))?;
        let row: Option<TokenRow> = sqlx::query_as(
            "select account_id, login, token, state, error, app_id from account_tokens where account_id = $1
             order by case when state = 'working' then 0 else 1 end, login limit 1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up an account's token"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn list_account_tokens(&self) -> StoreResult<Vec<AccountToken>> {
        let mut conn = self.read().await.map_err(doing("list the accounts' tokens"))?;
        let rows: Vec<TokenRow> = sqlx::query_as(
            "select account_id, login, token, state, error, app_id from account_tokens
             order by account_id, login limit 20000",
        )
        .fetch_all(&mut *conn)
        .await
        .map_err(doing("list the accounts' tokens"))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn token_died(&self, death: TokenDeath) -> StoreResult<bool> {
        self.write("mark a token dead", move |conn| Box::pin(async move { token_died(conn, &death).await })).await
    }

    async fn accounts_seen_on_receipt(&self) -> StoreResult<Vec<AccountId>> {
        let cannot = "read which accounts show seen at once";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let ids: Vec<String> =
            sqlx::query_scalar("select id from accounts where mark_seen = 'on_receipt' and state = 'active'")
                .fetch_all(&mut *conn)
                .await
                .map_err(doing(cannot))?;
        ids.iter().map(|it| read_back(it, "accounts", "id", it)).collect()
    }

    async fn list_open_incidents(&self, limit: u32) -> StoreResult<Vec<Incident>> {
        let mut conn = self.read().await.map_err(doing("list the incidents"))?;
        let rows: Vec<IncidentRow> = sqlx::query_as(
            "select id, account_id, kind, detail, opened_at from incidents where closed_at is null
             order by id limit $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing("list the incidents"))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

async fn add(conn: &mut Conn, account: &NewAccount) -> StoreResult<AccountAdded> {
    add_from(conn, account, None).await
}

/// `address` is where whoever does it is.
pub(super) async fn add_from(
    conn: &mut Conn,
    account: &NewAccount,
    address: Option<String>,
) -> StoreResult<AccountAdded> {
    let id = AccountId::of(account.platform, &account.external_id);
    let left_at = disconnected_since(conn, id).await?;
    let added = if insert(conn, id, account).await? {
        AccountAdded::New
    } else if renew(conn, id, account).await? {
        AccountAdded::Renewed
    } else {
        return Ok(AccountAdded::BeingDeleted);
    };
    save_token(conn, id, account).await?;
    close_token_incidents(conn, id, account).await?;
    ask_for_what_is_missing(conn, id, account, left_at).await?;
    let entry = AuditEntry {
        id: account.audit_id,
        at: account.now,
        actor: account.actor,
        action: if added == AccountAdded::New { Action::AccountAdded } else { Action::AccountRenewed },
        subject: Some(Subject::Account(id)),
        detail: None,
        address,
    };
    audit::insert(conn, &entry).await?;
    Ok(added)
}

async fn disconnected_since(conn: &mut Conn, id: AccountId) -> StoreResult<Option<Timestamp>> {
    let at: Option<Option<i64>> = sqlx::query_scalar("select disconnected_at from accounts where id = $1")
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing("renew an account"))?;
    Ok(at.flatten().map(Timestamp))
}

/// In the unit of work that connects the account: whoever is ended after it reads it back all the same.
async fn ask_for_what_is_missing(
    conn: &mut Conn,
    id: AccountId,
    account: &NewAccount,
    left_at: Option<Timestamp>,
) -> StoreResult<()> {
    let asking = |of_gap: Option<Timestamp>| NewBackfill {
        id: if of_gap.is_some() { account.gap_id } else { account.history_id },
        account: id,
        of: None,
        why: if of_gap.is_some() { Why::Gap } else { Why::Connected },
        since: of_gap,
        now: account.now,
    };
    if let Some(left_at) = left_at {
        // News, as after any gap.
        history::ask(conn, &asking(Some(left_at.plus_s(-GAP_BEFORE_S)))).await?;
    }
    if account.wants_history && !was_asked_for(conn, id).await? {
        history::ask(conn, &asking(None)).await?;
    }
    Ok(())
}

/// Whether all of the account was to be read back before: a new token alone is no reason to read it again.
async fn was_asked_for(conn: &mut Conn, id: AccountId) -> StoreResult<bool> {
    let n_asked: i64 = sqlx::query_scalar(
        "select count(*) from backfills where account_id = $1 and contact_id is null and reason <> 'gap'",
    )
    .bind(id.to_string())
    .fetch_one(conn)
    .await
    .map_err(doing("renew an account"))?;
    Ok(n_asked > 0)
}

async fn set_shows(conn: &mut Conn, shows: &AccountShows) -> StoreResult<bool> {
    let changed = sqlx::query(
        "update accounts set typing = coalesce($2, typing), mark_seen = coalesce($3, mark_seen), updated_at = $4
         where id = $1 and state <> 'deleting'",
    )
    .bind(shows.id.to_string())
    .bind(shows.typing)
    .bind(shows.marks_seen.map(MarksSeen::word))
    .bind(shows.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing("change what an account shows"))?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let entry = AuditEntry {
        id: shows.audit_id,
        at: shows.now,
        actor: shows.actor,
        action: Action::AccountChanged,
        subject: Some(Subject::Account(shows.id)),
        detail: None,
        address: None,
    };
    audit::insert(conn, &entry).await?;
    // Said twice in one moment, it is told twice.
    let (event, account_id) = (Event::Account { account_id: shows.id }, Some(shows.id));
    let told = NewChange { id: shows.change_id, event, account_id, person_id: None, at: shows.now };
    write_changes(conn, &[told]).await?;
    Ok(true)
}

async fn insert(conn: &mut Conn, id: AccountId, account: &NewAccount) -> StoreResult<bool> {
    // The id is made of platform and external id: of two at once the later one may meet either index first.
    sqlx::query(
        "insert into accounts (id, platform, external_id, name, username, scoped_id, page_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         on conflict do nothing",
    )
    .bind(id.to_string())
    .bind(account.platform.word())
    .bind(&account.external_id)
    .bind(&account.name)
    .bind(&account.told.username)
    .bind(&account.told.scoped_id)
    .bind(&account.told.page_id)
    .bind(account.now.0)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(doing("add an account"))
}

async fn renew(conn: &mut Conn, id: AccountId, account: &NewAccount) -> StoreResult<bool> {
    sqlx::query(
        "update accounts set name = case when $7 then $2 else name end,
             state = case when state = 'paused' then 'paused' else 'active' end, disconnected_at = null,
             username = coalesce($3, username), scoped_id = coalesce($4, scoped_id), page_id = coalesce($5, page_id),
             updated_at = $6
         where id = $1 and state <> 'deleting'",
    )
    .bind(id.to_string())
    .bind(&account.name)
    .bind(&account.told.username)
    .bind(&account.told.scoped_id)
    .bind(&account.told.page_id)
    .bind(account.now.0)
    // Whoever types a name means it; what Meta calls an account names only what is new.
    .bind(matches!(account.actor, Actor::System))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(doing("renew an account"))
}

async fn save_token(conn: &mut Conn, id: AccountId, account: &NewAccount) -> StoreResult<()> {
    let told = &account.told;
    if let Some(app) = &told.app {
        // Its secret stays where the settings are.
        sqlx::query(
            "insert into apps (id, kind, name, created_at, updated_at) values ($1, $2, 'Switchboard', $3, $3)
             on conflict do nothing",
        )
        .bind(app)
        .bind(kind_of_app(account.login))
        .bind(account.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing("save the app of a token"))?;
    }
    sqlx::query(
        "insert into account_tokens
             (account_id, login, token, app_id, scopes, issued_at, expires_at, refresh_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $6)
         on conflict (account_id, login) do update set
             token = excluded.token, state = 'working', error = null, issued_at = excluded.issued_at,
             app_id = excluded.app_id, scopes = excluded.scopes, expires_at = excluded.expires_at,
             refresh_at = excluded.refresh_at, doubted_at = null, updated_at = excluded.updated_at",
    )
    .bind(id.to_string())
    .bind(account.login.word())
    .bind(&account.token)
    .bind(&told.app)
    .bind(list_text(&told.scopes))
    .bind(account.now.0)
    .bind(told.expires_at.map(|it| it.0))
    .bind(told.refresh_at.map(|it| it.0))
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("save an account's token"))
}

const fn kind_of_app(login: Login) -> &'static str {
    match login {
        Login::Instagram => "instagram",
        Login::Page => "facebook",
    }
}

/// A list of words, as a column keeps it.
pub(super) fn list_text(words: &[String]) -> String {
    serde_json::Value::from(words).to_string()
}

/// Of two tokens the other may still be dead. Only Instagram's own ends by itself.
async fn close_token_incidents(conn: &mut Conn, id: AccountId, account: &NewAccount) -> StoreResult<()> {
    if account.login == Login::Instagram {
        incidents::close(conn, id, incident::TOKEN_ENDING, account.now).await?;
    }
    let n_dead: i64 =
        sqlx::query_scalar("select count(*) from account_tokens where account_id = $1 and state = 'dead'")
            .bind(id.to_string())
            .fetch_one(&mut *conn)
            .await
            .map_err(doing("close an incident"))?;
    if n_dead == 0 {
        incidents::close(conn, id, incident::TOKEN_DEAD, account.now).await?;
    }
    Ok(())
}

pub(super) async fn token_died(conn: &mut Conn, death: &TokenDeath) -> StoreResult<bool> {
    incidents::hold(conn, death.account, death.now).await?;
    let died = sqlx::query(
        "update account_tokens set state = 'dead', error = $4, updated_at = $5
         where account_id = $1 and login = $2 and token = $3 and state = 'working'",
    )
    .bind(death.account.to_string())
    .bind(death.login.word())
    .bind(&death.sealed)
    .bind(&death.reason)
    .bind(death.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing("mark a token dead"))?;
    if died.rows_affected() == 0 {
        return Ok(false);
    }
    let opening = Opening {
        id: death.incident_id,
        account: death.account,
        kind: incident::TOKEN_DEAD,
        detail: Some(death.reason.clone()),
        now: death.now,
    };
    incidents::open(conn, opening).await?;
    // It cannot end any more.
    incidents::close(conn, death.account, incident::TOKEN_ENDING, death.now).await?;
    Ok(true)
}

#[derive(FromRow)]
pub(super) struct AccountRow {
    pub(super) id: String,
    platform: String,
    external_id: String,
    name: String,
    username: Option<String>,
    state: String,
    created_at: i64,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> StoreResult<Self> {
        let odd = |column| StoreError::Inconsistent { table: "accounts", column, row: row.id.clone() };
        Ok(Self {
            id: read_back(&row.id, "accounts", "id", &row.id)?,
            platform: Platform::from_word(&row.platform).ok_or_else(|| odd("platform"))?,
            state: AccountState::from_word(&row.state).ok_or_else(|| odd("state"))?,
            external_id: row.external_id,
            name: row.name,
            username: row.username,
            created_at: Timestamp(row.created_at),
        })
    }
}

#[derive(FromRow)]
pub(super) struct TokenRow {
    pub(super) account_id: String,
    login: String,
    token: String,
    state: String,
    error: Option<String>,
    app_id: Option<String>,
}

impl TryFrom<TokenRow> for AccountToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> StoreResult<Self> {
        let login = Login::from_word(&row.login).ok_or_else(|| StoreError::Inconsistent {
            table: "account_tokens",
            column: "login",
            row: row.account_id.clone(),
        })?;
        let account = read_back(&row.account_id, "account_tokens", "account_id", &row.account_id)?;
        Ok(Self { account, login, sealed: row.token, works: row.state == "working", error: row.error, app: row.app_id })
    }
}

#[derive(FromRow)]
struct IncidentRow {
    id: String,
    account_id: String,
    kind: String,
    detail: Option<String>,
    opened_at: i64,
}

impl TryFrom<IncidentRow> for Incident {
    type Error = StoreError;

    fn try_from(row: IncidentRow) -> StoreResult<Self> {
        Ok(Self {
            id: read_back(&row.id, "incidents", "id", &row.id)?,
            account: read_back(&row.account_id, "incidents", "account_id", &row.id)?,
            kind: row.kind,
            detail: row.detail,
            opened_at: Timestamp(row.opened_at),
        })
    }
}
