//! Reading back what was said before.

mod claim;
mod listed;

use super::super::{Driver, FOR_UPDATE};
use super::audit::note_deed;
use super::intake::recall;
use super::people::standing::hold_admins;
use super::{Conn, Pools, read_back};
use crate::store::audit::{Deed, Subject};
use crate::store::history::{
    History, HistoryClaim, Kept, ListedBackfill, ListedPage, Listing, NewBackfill, NewThread, PutOff, RecalledPage,
    Turn, Why,
};
use crate::store::intake::Applier;
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::ids::{AccountId, BackfillId, ContactId};
use model::intake::forgotten;
use model::people::Refusal;
use model::time::Timestamp;
use sqlx::AssertSqlSafe;

const ASKING: &str = "ask for what was said before";
const READING: &str = "read back what was said before";

type Query<'q> = sqlx::query::Query<'q, Driver, <Driver as sqlx::Database>::Arguments>;

#[async_trait]
impl History for Pools {
    async fn ask_history(&self, new: NewBackfill) -> StoreResult<()> {
        self.write(ASKING, move |conn| Box::pin(async move { ask(conn, &new).await })).await
    }

    async fn ask_history_as(&self, deed: Deed, new: NewBackfill) -> StoreResult<Result<bool, Refusal>> {
        self.write(ASKING, move |conn| Box::pin(async move { ask_as(conn, &deed, &new).await })).await
    }

    async fn stop_history(&self, deed: Deed, account: AccountId) -> StoreResult<Result<bool, Refusal>> {
        self.write(ASKING, move |conn| Box::pin(async move { stop(conn, &deed, account).await })).await
    }

    async fn claim_history(&self, claim: HistoryClaim) -> StoreResult<Vec<Turn>> {
        self.write(READING, move |conn| Box::pin(async move { claim::claim(conn, claim).await })).await
    }

    async fn next_history(&self) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        claim::next(&mut conn).await
    }

    async fn free_history(&self) -> StoreResult<()> {
        self.write(READING, move |conn| {
            Box::pin(async move {
                run(conn, sqlx::query("update backfills set lease_until = null where lease_until is not null"))
                    .await
                    .map(drop)
            })
        })
        .await
    }

    async fn save_listed(&self, page: ListedPage) -> StoreResult<()> {
        self.write(READING, move |conn| Box::pin(async move { save_listed(conn, &page).await })).await
    }

    async fn save_recalled(&self, page: RecalledPage, by: Applier) -> StoreResult<Kept> {
        self.write_long(READING, move |conn| Box::pin(async move { recall::save(conn, page, &by).await })).await
    }

    async fn put_off_history(&self, turn: &Turn, put_off: PutOff) -> StoreResult<()> {
        let (id, account) = (turn.id, turn.account);
        self.write(READING, move |conn| Box::pin(async move { later(conn, id, account, &put_off).await })).await
    }

    async fn save_history_usage(&self, account: AccountId, percent: i32) -> StoreResult<()> {
        let save = "update account_limits set usage_percent = $2 where account_id = $1 and kind = 'conversations'";
        self.write(READING, move |conn| {
            Box::pin(
                async move { run(conn, sqlx::query(save).bind(account.to_string()).bind(percent)).await.map(drop) },
            )
        })
        .await
    }

    async fn fail_history(&self, id: BackfillId, why: String, now: Timestamp) -> StoreResult<()> {
        self.write(READING, move |conn| Box::pin(async move { end(conn, id, "failed", Some(&why), now).await })).await
    }

    async fn list_history(&self, account: AccountId, limit: u32) -> StoreResult<Vec<ListedBackfill>> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        listed::of_account(&mut conn, account, limit).await
    }

    async fn find_history_of(&self, contact: ContactId) -> StoreResult<Option<ListedBackfill>> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        listed::of_contact(&mut conn, contact).await
    }
}

/// How many rows it touched.
pub(super) async fn run(conn: &mut Conn, query: Query<'_>) -> StoreResult<u64> {
    query.execute(conn).await.map(|it| it.rows_affected()).map_err(doing(READING))
}

/// The reading, until the commit; `false` if it has ended.
pub(super) async fn hold(conn: &mut Conn, id: BackfillId) -> StoreResult<bool> {
    let sql = ["select id from backfills where id = $1 and state in ('waiting', 'running')", FOR_UPDATE].concat();
    let held: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(READING))?;
    Ok(held.is_some())
}

/// One of a kind at a time: whoever asks again makes it go on.
pub(super) async fn ask(conn: &mut Conn, new: &NewBackfill) -> StoreResult<()> {
    let contact = new.of.map(|it| it.0.to_string());
    let sql = [
        "select id, since_at from backfills where account_id = $1 and coalesce(contact_id, '') = $2
             and (reason = 'gap') = $3 and state in ('waiting', 'running')",
        FOR_UPDATE,
    ]
    .concat();
    let going: Option<(String, Option<i64>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(new.account.to_string())
        .bind(contact.clone().unwrap_or_default())
        .bind(new.why == Why::Gap)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(ASKING))?;
    if let Some((id, since)) = going {
        let goes_on = sqlx::query("update backfills set retry_at = 0, updated_at = $2 where id = $1");
        run(conn, goes_on.bind(&id).bind(new.now.0)).await?;
        let reaches_so_far = since.is_none_or(|since| new.since.is_some_and(|new| new.0 >= since));
        if !reaches_so_far {
            let further = sqlx::query("update backfills set since_at = $2, progress = '{}' where id = $1");
            run(conn, further.bind(&id).bind(new.since.map(|it| it.0))).await?;
            run(conn, sqlx::query("delete from backfill_threads where backfill_id = $1").bind(&id)).await?;
        }
        return Ok(());
    }
    let insert = sqlx::query(
        "insert into backfills (id, account_id, conversation_id, contact_id, reason, since_at, created_at, updated_at)
         select $1, id, $3, $4, $5, $6, $7, $7 from accounts where id = $2 and state <> 'deleting'
         on conflict do nothing",
    );
    let insert = insert
        .bind(new.id.to_string())
        .bind(new.account.to_string())
        .bind(new.of.map(|it| it.1.to_string()))
        .bind(contact)
        .bind(new.why.word())
        .bind(new.since.map(|it| it.0))
        .bind(new.now.0);
    run(conn, insert).await.map(drop)
}

async fn ask_as(conn: &mut Conn, deed: &Deed, new: &NewBackfill) -> StoreResult<Result<bool, Refusal>> {
    let (action, subject) = if let Some((_, conversation)) = new.of {
        (Action::ConversationRecalled, Subject::Conversation(conversation))
    } else {
        if let Err(refusal) = hold_admins(conn, deed.by).await? {
            return Ok(Err(refusal));
        }
        (Action::HistoryAsked, Subject::Account(new.account))
    };
    if !is_there(conn, new.account).await? {
        return Ok(Ok(false));
    }
    ask(conn, new).await?;
    note_deed(conn, deed, action, Some(subject), None).await?;
    Ok(Ok(true))
}

async fn is_there(conn: &mut Conn, account: AccountId) -> StoreResult<bool> {
    let found: Option<String> = sqlx::query_scalar("select id from accounts where id = $1 and state <> 'deleting'")
        .bind(account.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(ASKING))?;
    Ok(found.is_some())
}

async fn stop(conn: &mut Conn, deed: &Deed, account: AccountId) -> StoreResult<Result<bool, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    if !is_there(conn, account).await? {
        return Ok(Ok(false));
    }
    let ids: Vec<String> = sqlx::query_scalar(
        "select id from backfills where account_id = $1 and contact_id is null and state in ('waiting', 'running')",
    )
    .bind(account.to_string())
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    for id in &ids {
        end(conn, read_back(id, "backfills", "id", id)?, "stopped", None, deed.now).await?;
    }
    if !ids.is_empty() {
        note_deed(conn, deed, Action::HistoryStopped, Some(Subject::Account(account)), None).await?;
    }
    Ok(Ok(true))
}

/// What it needed to go on goes with it.
pub(super) async fn end(
    conn: &mut Conn,
    id: BackfillId,
    state: &'static str,
    why: Option<&str>,
    now: Timestamp,
) -> StoreResult<()> {
    let ends = sqlx::query(
        "update backfills set state = $2, error = $3, finished_at = $4, updated_at = $4, lease_until = null,
             progress = '{}'
         where id = $1 and state in ('waiting', 'running')",
    );
    run(conn, ends.bind(id.to_string()).bind(state).bind(why).bind(now.0)).await?;
    run(conn, sqlx::query("delete from backfill_threads where backfill_id = $1").bind(id.to_string())).await.map(drop)
}

async fn later(conn: &mut Conn, id: BackfillId, account: AccountId, it: &PutOff) -> StoreResult<()> {
    let listing = it.listing.as_ref().map(written);
    let update = sqlx::query(
        "update backfills set state = 'waiting', retry_at = $2, error = $3, tries = $4, lease_until = null,
             progress = coalesce($5, progress), updated_at = $6
         where id = $1 and state in ('waiting', 'running')",
    );
    let update = update.bind(id.to_string()).bind(it.until.0).bind(it.why).bind(it.tries).bind(listing).bind(it.now.0);
    run(conn, update).await?;
    if it.holds_account {
        let hold = sqlx::query(
            "update account_limits set blocked_until = $2
             where account_id = $1 and kind = 'conversations' and blocked_until < $2",
        );
        run(conn, hold.bind(account.to_string()).bind(it.until.0)).await?;
    }
    Ok(())
}

pub(super) fn written(listing: &Listing) -> String {
    serde_json::to_string(listing).unwrap_or_else(|_| "{}".to_owned())
}

/// Nothing, if it is further already.
async fn save_listed(conn: &mut Conn, page: &ListedPage) -> StoreResult<()> {
    let sql = ["select progress from backfills where id = $1 and state in ('waiting', 'running')", FOR_UPDATE].concat();
    let was: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(page.id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(READING))?;
    if was.is_none_or(|it| claim::listing(&it) != page.was) {
        return Ok(());
    }
    let mut n_found = 0;
    for thread in &page.threads {
        n_found += add_thread(conn, page.id, thread).await?;
    }
    let update = sqlx::query(
        "update backfills set state = 'running', progress = $2, n_found = n_found + $3, tries = 0, error = null,
             lease_until = null, updated_at = $4
         where id = $1",
    );
    let n_found = i32::try_from(n_found).unwrap_or(i32::MAX);
    run(conn, update.bind(page.id.to_string()).bind(written(&page.is)).bind(n_found).bind(page.now.0)).await.map(drop)
}

/// Whoever was deleted, and has written nothing since, is passed over.
async fn add_thread(conn: &mut Conn, id: BackfillId, thread: &NewThread) -> StoreResult<u64> {
    let account: String = sqlx::query_scalar("select account_id from backfills where id = $1")
        .bind(id.to_string())
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(READING))?;
    let account = read_back(&account, "backfills", "account_id", &account)?;
    if forgotten_until(conn, ContactId::of(account, &thread.person)).await?.is_some_and(|it| thread.updated_at <= it) {
        return Ok(0);
    }
    let insert = sqlx::query(
        "insert into backfill_threads (backfill_id, platform_id, contact_external_id, called, updated_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
    );
    let insert = insert
        .bind(id.to_string())
        .bind(&thread.platform_id)
        .bind(&thread.person)
        .bind(&thread.called)
        .bind(thread.updated_at.0);
    run(conn, insert).await
}

/// They are to be deleted: what they said until now is never read back.
pub(super) async fn forget(conn: &mut Conn, contact: ContactId, account: AccountId, now: Timestamp) -> StoreResult<()> {
    let remember = sqlx::query(
        "insert into forgotten (digest, until_at) values ($1, $2)
         on conflict (digest) do update set until_at = excluded.until_at",
    );
    run(conn, remember.bind(forgotten(contact)).bind(now.0)).await?;
    // First the readings, as whoever reads them does.
    let sql = ["select id from backfills where account_id = $1 order by id", FOR_UPDATE].concat();
    let _held: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(READING))?;
    for sql in [
        "delete from backfill_threads where contact_external_id = (select external_id from contacts where id = $1)
             and backfill_id in (select id from backfills where account_id = $2)",
        "delete from backfills where contact_id = $1 and account_id = $2",
    ] {
        run(conn, sqlx::query(sql).bind(contact.to_string()).bind(account.to_string())).await?;
    }
    Ok(())
}

/// Until when whatever this person said is not to be read back.
pub(super) async fn forgotten_until(conn: &mut Conn, contact: ContactId) -> StoreResult<Option<Timestamp>> {
    let until: Option<i64> = sqlx::query_scalar("select until_at from forgotten where digest = $1")
        .bind(forgotten(contact))
        .fetch_optional(conn)
        .await
        .map_err(doing(READING))?;
    Ok(until.map(Timestamp))
}
