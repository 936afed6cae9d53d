//! How long what is said on an account is kept.

mod purge;

use super::super::{Driver, FOR_UPDATE, UNLESS_LOCKED};
use super::changes::write_changes;
use super::deletions::journal_before;
use super::teams::may_run;
use super::{Conn, Pools, audit, read_back};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::deletions::JournalPart;
use crate::store::retention::{OldPart, Retention, ToPurge};
use crate::store::teams::RunChange;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::{Action, AuditId};
use model::ids::{AccountId, ChangeId, ConversationId, InboundId};
use model::live::Event;
use model::retention::{Kept, Rule, What, WouldGo};
use model::teams::TeamRefusal;
use model::time::{DAY_S, Timestamp};
use sqlx::{AssertSqlSafe, FromRow, QueryBuilder};

const READING: &str = "read how long something is kept";
const SETTING: &str = "set how long something is kept";
const PURGING: &str = "delete what is older than it is kept";

#[async_trait]
impl Retention for Pools {
    async fn list_retention(&self, account: AccountId) -> StoreResult<Vec<Rule>> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        list(&mut conn, account).await
    }

    async fn count_would_go(&self, account: AccountId, kept: Kept, now: Timestamp) -> StoreResult<WouldGo> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        purge::count(&mut conn, account, kept, now).await
    }

    async fn set_retention(
        &self,
        change: RunChange,
        account: AccountId,
        kept: Kept,
    ) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(SETTING, move |conn| Box::pin(async move { set(conn, &change, account, kept).await })).await
    }

    async fn begin_retention(
        &self,
        ended_before: Timestamp,
        but: Vec<(AccountId, What)>,
        now: Timestamp,
    ) -> StoreResult<Option<ToPurge>> {
        self.write(PURGING, move |conn| Box::pin(async move { begin(conn, ended_before, &but, now).await })).await
    }

    async fn list_old(&self, it: ToPurge, after: Option<ConversationId>) -> StoreResult<OldPart> {
        let mut conn = self.read().await.map_err(doing(PURGING))?;
        purge::list(&mut conn, it, after).await
    }

    async fn purge_old(&self, it: ToPurge, of: ConversationId, limit: u32, now: Timestamp) -> StoreResult<bool> {
        self.write(PURGING, move |conn| {
            Box::pin(async move {
                if before_of(conn, it).await?.is_none_or(|before| before < it.before) {
                    return Ok(false);
                }
                match it.what {
                    What::Messages => purge::messages(conn, it, of, limit, now).await,
                    What::Media => purge::files(conn, it, of, limit, now).await,
                }
            })
        })
        .await
    }

    async fn old_journal(&self, it: ToPurge, after: Option<InboundId>) -> StoreResult<JournalPart> {
        let mut conn = self.read().await.map_err(doing(PURGING))?;
        journal_before(&mut conn, it.account, it.before, after).await
    }

    async fn end_retention(&self, it: ToPurge, audit: AuditId, change: ChangeId, now: Timestamp) -> StoreResult<()> {
        self.write(PURGING, move |conn| Box::pin(async move { end(conn, it, (audit, change), now).await })).await
    }
}

#[derive(FromRow)]
struct Row {
    what: String,
    keep_days: i32,
    ended_at: Option<i64>,
    begun_at: Option<i64>,
    n_messages: i64,
    n_files: i64,
}

impl Row {
    fn read(self) -> StoreResult<Rule> {
        let odd =
            |_| StoreError::Inconsistent { table: "retention_rules", column: "keep_days", row: self.what.clone() };
        Ok(Rule {
            what: read_back(&self.what, "retention_rules", "what", &self.what)?,
            days: u16::try_from(self.keep_days).map_err(odd)?,
            ended_at: self.ended_at.map(Timestamp),
            is_under_way: self.begun_at.is_some(),
            n_messages: self.n_messages,
            n_files: self.n_files,
        })
    }
}

async fn list(conn: &mut Conn, account: AccountId) -> StoreResult<Vec<Rule>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select what, keep_days, ended_at, begun_at, n_messages, n_files from retention_rules
         where account_id = $1 order by what desc",
    )
    .bind(account.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    rows.into_iter().map(Row::read).collect()
}

/// What stands so already is not noted.
async fn set(
    conn: &mut Conn,
    change: &RunChange,
    account: AccountId,
    kept: Kept,
) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let sql = ["select state from accounts where id = $1 and state <> 'deleting'", FOR_UPDATE].concat();
    let state: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    if state.is_none() {
        return Ok(Err(TeamRefusal::NotThere));
    }
    let mut n_changed = 0;
    for what in What::ALL {
        let done = match kept.days(what) {
            None => {
                sqlx::query("delete from retention_rules where account_id = $1 and what = $2")
                    .bind(account.to_string())
                    .bind(what.word())
                    .execute(&mut *conn)
                    .await
            }
            // A rule that is another now begins at once.
            Some(days) => {
                sqlx::query(
                    "insert into retention_rules (account_id, what, keep_days, updated_at) values ($1, $2, $3, $4)
                     on conflict (account_id, what) do update
                     set keep_days = excluded.keep_days, updated_at = excluded.updated_at, ended_at = null
                     where retention_rules.keep_days <> excluded.keep_days",
                )
                .bind(account.to_string())
                .bind(what.word())
                .bind(i32::from(days))
                .bind(change.now.0)
                .execute(&mut *conn)
                .await
            }
        };
        n_changed += done.map_err(doing(SETTING))?.rows_affected();
    }
    if n_changed > 0 {
        let entry = AuditEntry {
            id: change.audit_id,
            at: change.now,
            actor: Actor::Person(change.by),
            action: Action::RetentionSet,
            subject: Some(Subject::Account(account)),
            detail: Some(kept.words()),
            address: change.address.clone(),
        };
        audit::insert(conn, &entry).await?;
    }
    Ok(Ok(()))
}

/// What was begun goes before what is due. Another process may be at it: it does the same.
async fn begin(
    conn: &mut Conn,
    ended_before: Timestamp,
    but: &[(AccountId, What)],
    now: Timestamp,
) -> StoreResult<Option<ToPurge>> {
    let Some(found) = find_due(conn, ended_before, but).await? else { return Ok(None) };
    let (account, what, days, begun_at, n_gone) = found;
    let it = ToPurge {
        account: read_back(&account, "retention_rules", "account_id", &account)?,
        what: read_back(&what, "retention_rules", "what", &account)?,
        before: before(begun_at.unwrap_or(now.0), days),
        has_gone: begun_at.is_some() && n_gone > 0,
    };
    if begun_at.is_some() {
        return Ok(Some(it));
    }
    sqlx::query(
        "update retention_rules set begun_at = $3, n_messages = 0, n_files = 0 where account_id = $1 and what = $2",
    )
    .bind(&account)
    .bind(&what)
    .bind(now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(PURGING))?;
    Ok(Some(ToPurge { has_gone: purge::waiting(conn, it).await?, ..it }))
}

type Due = (String, String, i32, Option<i64>, i64);

async fn find_due(conn: &mut Conn, ended_before: Timestamp, but: &[(AccountId, What)]) -> StoreResult<Option<Due>> {
    let mut query = QueryBuilder::<Driver>::new(
        "select account_id, what, keep_days, begun_at, n_messages + n_files from retention_rules
         where account_id in (select a.id from accounts a where a.state <> 'deleting')
             and (begun_at is not null or coalesce(ended_at, 0) <= ",
    );
    query.push_bind(ended_before.0).push(")");
    if !but.is_empty() {
        query.push(" and (account_id || ' ' || what) not in (");
        let mut left_out = query.separated(", ");
        for (account, what) in but {
            left_out.push_bind(format!("{account} {}", what.word()));
        }
        query.push(")");
    }
    query.push(
        " order by case when begun_at is null then 1 else 0 end, coalesce(ended_at, 0), account_id, what limit 1",
    );
    query.push(UNLESS_LOCKED);
    query.build_query_as().fetch_optional(conn).await.map_err(doing(PURGING))
}

/// Since when messages of the account are kept; `None` if that is for ever.
pub(super) async fn kept_since(conn: &mut Conn, account: AccountId, now: Timestamp) -> StoreResult<Option<Timestamp>> {
    let days: Option<i32> =
        sqlx::query_scalar("select keep_days from retention_rules where account_id = $1 and what = $2")
            .bind(account.to_string())
            .bind(What::Messages.word())
            .fetch_optional(conn)
            .await
            .map_err(doing(READING))?;
    Ok(days.map(|days| before(now.0, days)))
}

fn before(begun_at: i64, days: i32) -> Timestamp {
    Timestamp(begun_at).plus_s(-DAY_S * i64::from(days))
}

/// What the rule says now, if it is under way. It stays so until the commit.
async fn before_of(conn: &mut Conn, it: ToPurge) -> StoreResult<Option<Timestamp>> {
    let sql =
        ["select keep_days, begun_at from retention_rules where account_id = $1 and what = $2", FOR_UPDATE].concat();
    let found: Option<(i32, Option<i64>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(it.account.to_string())
        .bind(it.what.word())
        .fetch_optional(conn)
        .await
        .map_err(doing(PURGING))?;
    Ok(found.and_then(|(days, begun_at)| begun_at.map(|begun_at| before(begun_at, days))))
}

async fn end(conn: &mut Conn, it: ToPurge, (audit_id, change): (AuditId, ChangeId), now: Timestamp) -> StoreResult<()> {
    // One that is another by now is gone through as such first.
    if before_of(conn, it).await? != Some(it.before) {
        return Ok(());
    }
    let (n_messages, n_files): (i64, i64) = sqlx::query_as(
        "update retention_rules set ended_at = $3, begun_at = null where account_id = $1 and what = $2
         returning n_messages, n_files",
    )
    .bind(it.account.to_string())
    .bind(it.what.word())
    .bind(now.0)
    .fetch_one(&mut *conn)
    .await
    .map_err(doing(PURGING))?;
    if n_messages + n_files == 0 {
        return Ok(());
    }
    let entry = AuditEntry {
        id: audit_id,
        at: now,
        actor: Actor::System,
        action: Action::RetentionRan,
        subject: Some(Subject::Account(it.account)),
        detail: Some(format!("messages: {n_messages}, files: {n_files}")),
        address: None,
    };
    audit::insert(conn, &entry).await?;
    let told = NewChange { id: change, event: Event::Resync, account_id: Some(it.account), person_id: None, at: now };
    write_changes(conn, &[told]).await
}
