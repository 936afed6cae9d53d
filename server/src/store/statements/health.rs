//! How accounts fare at Meta.

mod listing;

use super::changes::write_changes;
use super::incidents::{self, Opening};
use super::{Conn, Pools, audit, read_back};
use crate::store::accounts::{AccountToken, incident};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::health::{Answer, DueWatch, FIRST_AFTER_S, Health, KnownHealth, Look, Subscription, Watched};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::health::Signatures;
use model::ids::AccountId;
use model::live::Event;
use model::platform::{Login, Platform};
use model::time::{DAY_S, HOUR_S, MINUTE_S, Timestamp};
use sqlx::FromRow;

const CLAIMING: &str = "claim accounts to look at";
const SAVING: &str = "note what Meta says of an account";
const COUNTING: &str = "count webhooks";

/// Until somebody looks by the clock again.
const AGAIN_S: i64 = 5 * MINUTE_S;
/// Counts are kept for so many hours.
const HOURS_KEPT: i64 = 14 * DAY_S / HOUR_S;

#[async_trait]
impl Health for Pools {
    async fn claim_watches(&self, now: Timestamp, until: Timestamp, limit: u32) -> StoreResult<Vec<DueWatch>> {
        self.write(CLAIMING, move |conn| Box::pin(async move { claim(conn, now, until, limit).await })).await
    }

    async fn watch_now(&self, account: AccountId) -> StoreResult<Vec<DueWatch>> {
        let mut conn = self.read().await.map_err(doing(CLAIMING))?;
        due(&mut conn, account, None).await
    }

    async fn save_look(&self, it: Look) -> StoreResult<Option<Watched>> {
        self.write(SAVING, move |conn| Box::pin(async move { save(conn, &it).await })).await
    }

    async fn gap_is_asked_for(&self, account: AccountId, login: Login, since: Timestamp) -> StoreResult<()> {
        self.write(SAVING, move |conn| {
            Box::pin(async move {
                let sql = "update account_watch set gap_since = null
                           where account_id = $1 and login = $2 and gap_since = $3";
                let query = sqlx::query(sql).bind(account.to_string()).bind(login.word()).bind(since.0);
                query.execute(conn).await.map(drop).map_err(doing(SAVING))
            })
        })
        .await
    }

    async fn list_health(&self) -> StoreResult<Vec<KnownHealth>> {
        let mut conn = self.read().await.map_err(doing(listing::LISTING))?;
        listing::list(&mut conn).await
    }

    async fn count_webhooks(&self, hour: i64, it: Signatures) -> StoreResult<()> {
        self.write(COUNTING, move |conn| Box::pin(async move { count(conn, hour, it).await })).await
    }

    async fn webhooks_since(&self, hour: i64) -> StoreResult<Signatures> {
        let mut conn = self.read().await.map_err(doing(COUNTING))?;
        let (n_right, n_wrong): (i64, i64) = sqlx::query_as(
            "select cast(coalesce(sum(n_right), 0) as bigint), cast(coalesce(sum(n_wrong), 0) as bigint)
             from webhook_counts where hour >= $1",
        )
        .bind(hour)
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(COUNTING))?;
        Ok(Signatures { n_right, n_wrong })
    }
}

async fn count(conn: &mut Conn, hour: i64, it: Signatures) -> StoreResult<()> {
    sqlx::query(
        "insert into webhook_counts (hour, n_right, n_wrong) values ($1, $2, $3)
         on conflict (hour) do update set n_right = webhook_counts.n_right + excluded.n_right,
             n_wrong = webhook_counts.n_wrong + excluded.n_wrong",
    )
    .bind(hour)
    .bind(it.n_right)
    .bind(it.n_wrong)
    .execute(&mut *conn)
    .await
    .map_err(doing(COUNTING))?;
    let forgetting = sqlx::query("delete from webhook_counts where hour < $1").bind(hour - HOURS_KEPT);
    forgetting.execute(conn).await.map(drop).map_err(doing(COUNTING))
}

async fn claim(conn: &mut Conn, now: Timestamp, until: Timestamp, limit: u32) -> StoreResult<Vec<DueWatch>> {
    // Of two processes that chose the same row the second sees it moved, and passes over it.
    let claimed: Vec<(String, String)> = sqlx::query_as(
        "insert into account_watch (account_id, login, due_at)
         select t.account_id, t.login, $2 from account_tokens t
             join accounts a on a.id = t.account_id
             left join account_watch w on w.account_id = t.account_id and w.login = t.login
         where t.state = 'working' and a.state in ('active', 'paused')
             and coalesce(w.due_at, t.issued_at + $4) <= $1
         order by coalesce(w.due_at, t.issued_at + $4), t.account_id, t.login limit $3
         on conflict (account_id, login) do update set due_at = excluded.due_at where account_watch.due_at <= $1
         returning account_id, login",
    )
    .bind(now.0)
    .bind(until.0)
    .bind(i64::from(limit))
    .bind(FIRST_AFTER_S * 1000)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(CLAIMING))?;
    let mut found = Vec::with_capacity(claimed.len());
    for (account, login) in claimed {
        let id = read_back(&account, "account_watch", "account_id", &account)?;
        found.extend(due(conn, id, Some(&login)).await?);
    }
    Ok(found)
}

#[derive(FromRow)]
struct DueRow {
    platform: String,
    login: String,
    token: String,
    app_id: Option<String>,
    fields: Option<String>,
    scopes: String,
    whole_at: Option<i64>,
    is_shared: bool,
}

/// The working tokens of a connected account, or the one of that login.
async fn due(conn: &mut Conn, account: AccountId, login: Option<&str>) -> StoreResult<Vec<DueWatch>> {
    let rows: Vec<DueRow> = sqlx::query_as(
        "select a.platform, t.login, t.token, t.app_id, w.fields, t.scopes, w.whole_at,
             a.bot_app_id is not null or a.routing <> 'unknown' as is_shared
         from account_tokens t
             join accounts a on a.id = t.account_id
             left join account_watch w on w.account_id = t.account_id and w.login = t.login
         where t.account_id = $1 and t.state = 'working' and a.state in ('active', 'paused')
             and ($2 = '' or t.login = $2)
         order by t.login",
    )
    .bind(account.to_string())
    .bind(login.unwrap_or_default())
    .fetch_all(conn)
    .await
    .map_err(doing(CLAIMING))?;
    let read = |row: DueRow| {
        let odd = |table, column| StoreError::Inconsistent { table, column, row: account.to_string() };
        Ok(DueWatch {
            platform: Platform::from_word(&row.platform).ok_or_else(|| odd("accounts", "platform"))?,
            fields: row.fields.as_deref().map(words).unwrap_or_default(),
            granted: words(&row.scopes),
            was_whole: row.whole_at.is_some(),
            is_shared: row.is_shared,
            token: AccountToken {
                account,
                login: Login::from_word(&row.login).ok_or_else(|| odd("account_tokens", "login"))?,
                sealed: row.token,
                works: true,
                error: None,
                app: row.app_id,
            },
        })
    };
    rows.into_iter().map(read).collect()
}

/// A list as the database keeps it.
fn words(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

fn written(words: &[String]) -> String {
    serde_json::to_string(words).unwrap_or_else(|_| "[]".to_owned())
}

#[derive(FromRow, Default)]
struct WatchRow {
    looked_at: Option<i64>,
    error: Option<String>,
    clock_ms: Option<i64>,
    whole_at: Option<i64>,
    lost_at: Option<i64>,
    gap_since: Option<i64>,
    fields: Option<String>,
    missing: Option<String>,
    is_hampered: Option<bool>,
}

impl WatchRow {
    /// With what Meta said now.
    fn after(mut self, it: &Look) -> Self {
        self.clock_ms = it.clock_ms.or(self.clock_ms);
        let at = Some(it.at.0);
        match &it.answer {
            Answer::None(why) => {
                self.error = Some(why.clone());
                return self;
            }
            Answer::Refused(missing) => {
                self.missing = Some(written(missing));
                self.is_hampered = Some(true);
                // Whether Meta told us anything meanwhile nobody knows.
                self.gap_since = self.gap_since.or(self.whole_at);
            }
            Answer::Told(told) => {
                self.fields = Some(written(&told.fields));
                self.missing = Some(written(&told.missing));
                self.is_hampered = Some(told.is_hampered);
                if let Subscription::Lost { .. } = told.subscription {
                    self.lost_at = self.lost_at.or(at);
                    self.gap_since = self.gap_since.or(self.whole_at);
                } else {
                    (self.whole_at, self.lost_at) = (at, None);
                }
            }
        }
        (self.looked_at, self.error) = (at, None);
        self
    }
}

async fn save(conn: &mut Conn, it: &Look) -> StoreResult<Option<Watched>> {
    if !incidents::hold(conn, it.account, it.at).await? {
        return Ok(None);
    }
    let before: Option<WatchRow> = sqlx::query_as(
        "select w.looked_at, w.error, w.clock_ms, w.whole_at, w.lost_at, w.gap_since, w.fields, w.missing, w.is_hampered
         from account_tokens t left join account_watch w on w.account_id = t.account_id and w.login = t.login
         where t.account_id = $1 and t.login = $2 and t.token = $3 and t.state = 'working'",
    )
    .bind(it.account.to_string())
    .bind(it.login.word())
    .bind(&it.sealed)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    let Some(before) = before.filter(|row| row.looked_at.is_none_or(|at| at <= it.at.0)) else { return Ok(None) };
    let after = before.after(it);
    write(conn, it, &after).await?;
    let mut watched = Watched::default();
    match &it.answer {
        Answer::None(_) => return Ok(Some(watched)),
        Answer::Refused(missing) => watched.opened = miss(conn, it, missing).await?,
        Answer::Told(told) => {
            keep_what_meta_said(conn, it).await?;
            match told.subscription {
                Subscription::Lost { is_news } => watched.opened = is_news && lose(conn, it).await?,
                Subscription::Whole | Subscription::Restored => {
                    watched.closed = end(conn, it, incident::SUBSCRIPTION_LOST, "lost_at is not null").await?;
                    watched.gap_since = after.gap_since.map(Timestamp);
                }
            }
            if told.is_hampered {
                watched.opened |= miss(conn, it, &told.missing).await?;
            } else {
                watched.closed |= end(conn, it, incident::PERMISSION_MISSING, "is_hampered").await?;
            }
            if told.subscription == Subscription::Restored {
                note_restored(conn, it).await?;
            }
        }
    }
    if watched.closed {
        let (event, account_id) = (Event::Account { account_id: it.account }, Some(it.account));
        let told = NewChange { id: it.ids.change, event, account_id, person_id: None, at: it.at };
        write_changes(conn, &[told]).await?;
    }
    Ok(Some(watched))
}

async fn write(conn: &mut Conn, it: &Look, row: &WatchRow) -> StoreResult<()> {
    sqlx::query(
        "insert into account_watch (account_id, login, due_at, looked_at, error, clock_ms, whole_at, lost_at, gap_since,
             fields, missing, is_hampered)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (account_id, login) do update set looked_at = excluded.looked_at, error = excluded.error,
             clock_ms = excluded.clock_ms, whole_at = excluded.whole_at, lost_at = excluded.lost_at,
             gap_since = excluded.gap_since, fields = excluded.fields, missing = excluded.missing,
             is_hampered = excluded.is_hampered",
    )
    .bind(it.account.to_string())
    .bind(it.login.word())
    .bind(it.at.plus_s(AGAIN_S).0)
    .bind(row.looked_at)
    .bind(&row.error)
    .bind(row.clock_ms)
    .bind(row.whole_at)
    .bind(row.lost_at)
    .bind(row.gap_since)
    .bind(&row.fields)
    .bind(row.missing.as_deref().unwrap_or("[]"))
    .bind(row.is_hampered.unwrap_or_default())
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(SAVING))
}

async fn keep_what_meta_said(conn: &mut Conn, it: &Look) -> StoreResult<()> {
    let Answer::Told(told) = &it.answer else { return Ok(()) };
    if let Some(granted) = &told.granted {
        sqlx::query("update account_tokens set scopes = $3 where account_id = $1 and login = $2 and scopes <> $3")
            .bind(it.account.to_string())
            .bind(it.login.word())
            .bind(written(granted))
            .execute(&mut *conn)
            .await
            .map_err(doing(SAVING))?;
    }
    let Some(ends) = told.ends else { return Ok(()) };
    sqlx::query("update account_tokens set expires_at = $3 where account_id = $1 and login = $2")
        .bind(it.account.to_string())
        .bind(it.login.word())
        .bind(ends.at().map(|it| it.0))
        .execute(conn)
        .await
        .map(drop)
        .map_err(doing(SAVING))
}

async fn lose(conn: &mut Conn, it: &Look) -> StoreResult<bool> {
    let (id, kind) = (it.ids.subscription, incident::SUBSCRIPTION_LOST);
    incidents::open(conn, Opening { id, account: it.account, kind, detail: None, now: it.at }).await
}

async fn miss(conn: &mut Conn, it: &Look, missing: &[String]) -> StoreResult<bool> {
    let (id, kind, detail) = (it.ids.permission, incident::PERMISSION_MISSING, Some(missing.join(", ")));
    incidents::open(conn, Opening { id, account: it.account, kind, detail, now: it.at }).await
}

/// Unless it is still so through the other login. `false` if nothing was wrong.
async fn end(conn: &mut Conn, it: &Look, kind: &'static str, still: &'static str) -> StoreResult<bool> {
    let sql = [
        "select count(*) from account_watch w join account_tokens t on t.account_id = w.account_id and t.login = w.login
         where t.state = 'working' and w.account_id = $1 and w.",
        still,
    ];
    let sql = sql.concat();
    let n_left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(it.account.to_string())
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    if n_left > 0 { Ok(false) } else { incidents::close(conn, it.account, kind, it.at).await }
}

async fn note_restored(conn: &mut Conn, it: &Look) -> StoreResult<()> {
    let entry = AuditEntry {
        id: it.ids.audit,
        at: it.at,
        actor: Actor::System,
        action: Action::AccountTold,
        subject: Some(Subject::Account(it.account)),
        detail: None,
        address: None,
    };
    audit::insert(conn, &entry).await
}
