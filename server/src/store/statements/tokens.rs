//! Tokens of the API.

use super::audit::{self, note_deed};
use super::people::standing::hold_admins;
use super::{Conn, Pools, read_back};
use crate::store::audit::{Actor, AuditEntry, Deed, Subject};
use crate::store::sight::Sight;
use crate::store::tokens::{KnownToken, NamedBot, NewToken, TokenAdded, Tokens};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::ids::{AccountId, ApiTokenId, BotId};
use model::people::Refusal;
use model::teams::NamedAccount;
use model::time::{MINUTE_S, Timestamp};
use model::tokens::{ListedToken, Scope};
use sqlx::FromRow;
use std::collections::HashMap;

const LISTING: &str = "list API tokens";
const ADDING: &str = "add an API token";
const REVOKING: &str = "revoke an API token";
const FINDING: &str = "look up an API token";

/// More than anybody keeps an eye on.
const MOST: i64 = 500;
/// More rows than those have accounts, unless somebody ticked each of a thousand.
const ACCOUNTS_MOST: i64 = 50_000;

/// Stands beside the scopes of a token that is for some accounts only: when the last of them is deleted, it is for
/// none, and not for all.
const SOME_ACCOUNTS: &str = "some_accounts";

#[async_trait]
impl Tokens for Pools {
    async fn list_tokens(&self) -> StoreResult<Vec<ListedToken>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list(&mut conn).await
    }

    async fn add_token(&self, token: NewToken) -> StoreResult<Result<TokenAdded, Refusal>> {
        self.write(ADDING, move |conn| Box::pin(async move { add(conn, &token).await })).await
    }

    async fn revoke_token(&self, deed: Deed, id: ApiTokenId) -> StoreResult<Result<Option<String>, Refusal>> {
        self.write(REVOKING, move |conn| Box::pin(async move { revoke(conn, &deed, id).await })).await
    }

    async fn find_token(&self, fingerprint: String, now: Timestamp) -> StoreResult<Option<KnownToken>> {
        let mut conn = self.read().await.map_err(doing(FINDING))?;
        find(&mut conn, fingerprint, now).await
    }

    async fn note_token_used(&self, id: ApiTokenId, now: Timestamp) -> StoreResult<()> {
        self.write("note that an API token is used", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "update api_tokens set last_used_at = $2
                     where id = $1 and (last_used_at is null or last_used_at <= $3)",
                )
                .bind(id.to_string())
                .bind(now.0)
                .bind(now.plus_s(-MINUTE_S).0)
                .execute(conn)
                .await
                .map(drop)
                .map_err(doing("note that an API token is used"))
            })
        })
        .await
    }
}

async fn list(conn: &mut Conn) -> StoreResult<Vec<ListedToken>> {
    let rows: Vec<ListedRow> = sqlx::query_as(
        "select t.id, t.name, t.scopes, (select b.name from bots b where b.id = t.bot_id) as bot,
             (select p.name from people p where p.id = t.created_by) as made_by, t.created_at, t.last_used_at,
             t.expires_at
         from api_tokens t where t.revoked_at is null order by t.created_at desc, t.id desc limit $1",
    )
    .bind(MOST)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let accounts: Vec<(String, String, String)> = sqlx::query_as(
        "select s.token_id, a.id, a.name from api_token_accounts s join accounts a on a.id = s.account_id
             join api_tokens t on t.id = s.token_id
         where t.revoked_at is null order by a.name, a.id limit $1",
    )
    .bind(ACCOUNTS_MOST)
    .fetch_all(conn)
    .await
    .map_err(doing(LISTING))?;
    let mut of: HashMap<String, Vec<NamedAccount>> = HashMap::new();
    for (token, id, name) in accounts {
        let id = read_back(&id, "accounts", "id", &id)?;
        of.entry(token).or_default().push(NamedAccount { id, name });
    }
    rows.into_iter()
        .map(|row| {
            let accounts = of.remove(&row.id).unwrap_or_default();
            row.read(accounts)
        })
        .collect()
}

async fn add(conn: &mut Conn, token: &NewToken) -> StoreResult<Result<TokenAdded, Refusal>> {
    let made_by = match token.by {
        Actor::Person(by) => {
            if let Err(refusal) = hold_admins(conn, by).await? {
                return Ok(Err(refusal));
            }
            Some(by.to_string())
        }
        _ => None,
    };
    let n: i64 = sqlx::query_scalar("select count(*) from api_tokens where revoked_at is null")
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(ADDING))?;
    if n >= MOST {
        return Ok(Ok(TokenAdded::TooMany));
    }
    for account in &token.accounts {
        if !is_there(conn, *account).await? {
            return Ok(Ok(TokenAdded::NoSuchAccount));
        }
    }
    let bot = match &token.bot {
        Some(name) => Some(bot(conn, name, token.now).await?),
        None => None,
    };
    sqlx::query(
        "insert into api_tokens (id, name, token_hash, bot_id, scopes, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(token.id.to_string())
    .bind(&token.name)
    .bind(&token.fingerprint)
    .bind(bot.map(|it| it.to_string()))
    .bind(scopes_text(token))
    .bind(made_by)
    .bind(token.now.0)
    .bind(token.expires_at.map(|it| it.0))
    .execute(&mut *conn)
    .await
    .map_err(doing(ADDING))?;
    for account in &token.accounts {
        sqlx::query("insert into api_token_accounts (token_id, account_id) values ($1, $2)")
            .bind(token.id.to_string())
            .bind(account.to_string())
            .execute(&mut *conn)
            .await
            .map_err(doing(ADDING))?;
    }
    let entry = AuditEntry {
        id: token.audit_id,
        at: token.now,
        actor: token.by,
        action: Action::TokenAdded,
        subject: Some(Subject::Token(token.id)),
        detail: Some(token.name.clone()),
        address: token.address.clone(),
    };
    audit::insert(conn, &entry).await?;
    Ok(Ok(TokenAdded::Yes))
}

async fn is_there(conn: &mut Conn, account: AccountId) -> StoreResult<bool> {
    let found: Option<i32> = sqlx::query_scalar("select 1 from accounts where id = $1")
        .bind(account.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(ADDING))?;
    Ok(found.is_some())
}

/// The id is made of the name, so of two who make the same bot at once both have it.
async fn bot(conn: &mut Conn, name: &str, now: Timestamp) -> StoreResult<BotId> {
    let id = BotId::of(name);
    sqlx::query(
        "insert into bots (id, name, created_at, updated_at) values ($1, $2, $3, $3) on conflict (id) do nothing",
    )
    .bind(id.to_string())
    .bind(name)
    .bind(now.0)
    .execute(conn)
    .await
    .map_err(doing(ADDING))?;
    Ok(id)
}

fn scopes_text(token: &NewToken) -> String {
    let mut words: Vec<&str> = token.scopes.iter().map(|it| it.word()).collect();
    if !token.accounts.is_empty() {
        words.push(SOME_ACCOUNTS);
    }
    words.join(" ")
}

async fn revoke(conn: &mut Conn, deed: &Deed, id: ApiTokenId) -> StoreResult<Result<Option<String>, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let gone: Option<(String, String)> = sqlx::query_as(
        "update api_tokens set revoked_at = $2 where id = $1 and revoked_at is null returning name, token_hash",
    )
    .bind(id.to_string())
    .bind(deed.now.0)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(REVOKING))?;
    let Some((name, fingerprint)) = gone else { return Ok(Ok(None)) };
    note_deed(conn, deed, Action::TokenRevoked, Some(Subject::Token(id)), Some(name)).await?;
    Ok(Ok(Some(fingerprint)))
}

async fn find(conn: &mut Conn, fingerprint: String, now: Timestamp) -> StoreResult<Option<KnownToken>> {
    let row: Option<KnownRow> = sqlx::query_as(
        "select t.id, t.name, t.scopes, t.bot_id, b.name as bot_name, t.last_used_at
         from api_tokens t left join bots b on b.id = t.bot_id
         where t.token_hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
             and (b.state is null or b.state = 'active')",
    )
    .bind(fingerprint)
    .bind(now.0)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(FINDING))?;
    let Some(row) = row else { return Ok(None) };
    let (scopes, _) = read_scopes(&row.scopes);
    let sight = sight_of(conn, &row.id, &row.scopes).await?;
    let bot = match (row.bot_id, row.bot_name) {
        (Some(id), Some(name)) => Some(NamedBot { id: read_back(&id, "api_tokens", "bot_id", &row.id)?, name }),
        _ => None,
    };
    let id = read_back(&row.id, "api_tokens", "id", &row.id)?;
    Ok(Some(KnownToken { id, name: row.name, scopes, bot, sight, used_at: row.last_used_at.map(Timestamp) }))
}

/// Which accounts the token sees.
pub(super) async fn sight_of(conn: &mut Conn, id: &str, scopes: &str) -> StoreResult<Sight> {
    let (_, is_of_some) = read_scopes(scopes);
    if !is_of_some {
        return Ok(Sight::EveryAccount);
    }
    let ids: Vec<String> = sqlx::query_scalar("select account_id from api_token_accounts where token_id = $1 limit $2")
        .bind(id)
        .bind(ACCOUNTS_MOST)
        .fetch_all(conn)
        .await
        .map_err(doing(FINDING))?;
    let ids = ids.iter().map(|it| read_back(it, "api_token_accounts", "account_id", id));
    Ok(Sight::Accounts(ids.collect::<StoreResult<_>>()?))
}

pub(super) fn allows(scopes: &str, scope: Scope) -> bool {
    read_scopes(scopes).0.contains(&scope)
}

/// A scope that only a newer version knows allows nothing here.
fn read_scopes(text: &str) -> (Vec<Scope>, bool) {
    let words = || text.split_ascii_whitespace();
    (words().filter_map(Scope::from_word).collect(), words().any(|it| it == SOME_ACCOUNTS))
}

#[derive(FromRow)]
struct ListedRow {
    id: String,
    name: String,
    scopes: String,
    bot: Option<String>,
    made_by: Option<String>,
    created_at: i64,
    last_used_at: Option<i64>,
    expires_at: Option<i64>,
}

impl ListedRow {
    fn read(self, accounts: Vec<NamedAccount>) -> StoreResult<ListedToken> {
        let (scopes, is_of_some) = read_scopes(&self.scopes);
        Ok(ListedToken {
            id: read_back(&self.id, "api_tokens", "id", &self.id)?,
            name: self.name,
            scopes,
            accounts: is_of_some.then_some(accounts),
            bot: self.bot,
            made_by: self.made_by,
            made_at: Timestamp(self.created_at),
            used_at: self.last_used_at.map(Timestamp),
            expires_at: self.expires_at.map(Timestamp),
        })
    }
}

#[derive(FromRow)]
struct KnownRow {
    id: String,
    name: String,
    scopes: String,
    bot_id: Option<String>,
    bot_name: Option<String>,
    last_used_at: Option<i64>,
}
