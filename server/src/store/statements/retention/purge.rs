//! What is older goes, a piece at a time. What is left to do follows from what is left.

use super::super::conversations::lines::{self, NewLine};
use super::super::conversations::{Raised, raise_of};
use super::super::deletions::{mark_unshown, unshown_but_by_messages};
use super::super::many::{among, lists};
use super::super::sends::count_failed;
use super::{Conn, PURGING, READING, StoreResult, read_back};
use crate::store::doing;
use crate::store::retention::{OldPart, ToPurge};
use model::content::{Detail, MessageKind, ThreadEvent};
use model::id::Id as _;
use model::ids::{AccountId, ConversationId, MessageId};
use model::meta::identity::digest;
use model::retention::{Kept, What, WouldGo};
use model::thread::Author;
use model::time::Timestamp;

/// So many conversations are looked at.
const A_PART: i64 = 1000;

/// By this the line is known that says that something stood before it. Whoever sends or notes something cannot choose
/// it: their ids have no blanks.
const LINE: &str = "purged by rule";

/// What the list shows of a conversation whose newest message went.
const PREVIEW: &str = "Older messages were deleted";

/// A message `m`, and its files, go by their age, unless it has yet to leave.
const HAS_LEFT: &str = "(m.state is null or m.state not in ('queued', 'sending'))";

/// The same, but for our own line.
const GOES: &str = "(m.state is null or m.state not in ('queued', 'sending'))
    and not (m.direction = 'internal' and coalesce(m.client_id, '') = 'purged by rule')";

/// Nothing but messages shows the file `d`. So it is asked when they go, too.
const IS_OF_MESSAGES: &str = unshown_but_by_messages!("d", "''");

/// What would go if `kept` were the rules.
pub(super) async fn count(conn: &mut Conn, account: AccountId, kept: Kept, now: Timestamp) -> StoreResult<WouldGo> {
    let (messages, media) = (kept.before(What::Messages, now), kept.before(What::Media, now));
    let mut would = WouldGo::default();
    if let Some(before) = messages {
        let sql = format!(
            "select count(*), min(m.at) from messages m join conversations c on c.id = m.conversation_id
             where c.account_id = $1 and m.at < $2 and {GOES}"
        );
        let (n_messages, oldest): (i64, Option<i64>) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(account.to_string())
            .bind(before.0)
            .fetch_one(&mut *conn)
            .await
            .map_err(doing(READING))?;
        (would.n_messages, would.oldest) = (n_messages, oldest.map(Timestamp));
    }
    // Whichever rule is the stricter one for them.
    let Some(before) = messages.max(media) else { return Ok(would) };
    let (n_files, bytes, oldest) = count_files(conn, account, before).await?;
    (would.n_files, would.bytes) = (n_files, bytes);
    would.oldest = [would.oldest, oldest.map(Timestamp)].into_iter().flatten().min();
    Ok(would)
}

/// Files that are shown by nothing but messages of the account that are older and have left: how many, their bytes, and
/// of when the oldest is.
async fn count_files(conn: &mut Conn, account: AccountId, before: Timestamp) -> StoreResult<(i64, i64, Option<i64>)> {
    let sql = format!(
        "select count(*), cast(coalesce(sum(f.size), 0) as bigint), min(f.at) from (
             select a.media_id, max(d.size) as size, min(m.at) as at from attachments a
                 join messages m on m.id = a.message_id join conversations c on c.id = m.conversation_id
                 join media d on d.id = a.media_id
             where c.account_id = $1 and m.at < $2 and {HAS_LEFT} and {IS_OF_MESSAGES}
                 and not exists (
                     select 1 from attachments o join messages n on n.id = o.message_id
                         join conversations e on e.id = n.conversation_id
                     where o.media_id = a.media_id
                         and (n.at >= $2 or e.account_id <> $1 or n.state in ('queued', 'sending'))
                 )
             group by a.media_id
         ) f"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(account.to_string())
        .bind(before.0)
        .fetch_one(conn)
        .await
        .map_err(doing(READING))
}

pub(super) async fn list(conn: &mut Conn, it: ToPurge, after: Option<ConversationId>) -> StoreResult<OldPart> {
    let after = after.map(|it| it.to_string()).unwrap_or_default();
    let end: Option<String> = sqlx::query_scalar(
        "select id from conversations where id > $1 and account_id = $2 order by id limit 1 offset $3",
    )
    .bind(&after)
    .bind(it.account.to_string())
    .bind(A_PART - 1)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(PURGING))?;
    let is_old = match it.what {
        What::Messages => GOES.to_owned(),
        What::Media => format!(
            "{HAS_LEFT} and exists (select 1 from attachments a where a.message_id = m.id and a.media_id is not null)"
        ),
    };
    let sql = format!(
        "select c.id from conversations c
         where c.id > $1 and ($2 = '' or c.id <= $2) and c.account_id = $3 and exists (
             select 1 from messages m where m.conversation_id = c.id and m.at < $4 and {is_old}
         ) order by c.id"
    );
    let ids: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(&after)
        .bind(end.as_deref().unwrap_or_default())
        .bind(it.account.to_string())
        .bind(it.before.0)
        .fetch_all(conn)
        .await
        .map_err(doing(PURGING))?;
    Ok(OldPart {
        conversations: ids.iter().map(|it| read_back(it, "conversations", "id", it)).collect::<StoreResult<_>>()?,
        next: end.map(|it| read_back(&it, "conversations", "id", &it)).transpose()?,
    })
}

/// What Meta told of messages that never came. Whether there was any.
pub(super) async fn waiting(conn: &mut Conn, it: ToPurge) -> StoreResult<bool> {
    if it.what != What::Messages {
        return Ok(false);
    }
    let done = sqlx::query("delete from waiting_events where account_id = $1 and at < $2")
        .bind(it.account.to_string())
        .bind(it.before.0)
        .execute(conn)
        .await
        .map_err(doing(PURGING))?;
    Ok(done.rows_affected() > 0)
}

/// With all that hangs on them, files too. Whose turn it is and how long may be answered stay as they are.
pub(super) async fn messages(
    conn: &mut Conn,
    it: ToPurge,
    of: ConversationId,
    limit: u32,
    now: Timestamp,
) -> StoreResult<bool> {
    // The row is ours from here on: nobody writes a preview of what goes.
    let Some(raised) = raise_of(conn, of, now).await? else { return Ok(false) };
    let sql = format!(
        "select m.id, m.at from messages m where m.conversation_id = $1 and m.at < $2 and {GOES}
         order by m.at, m.id limit $3"
    );
    let old: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(of.to_string())
        .bind(it.before.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(PURGING))?;
    let Some(newest) = old.last().map(|it| Timestamp(it.1)) else { return Ok(false) };
    let ids: Vec<String> = old.into_iter().map(|it| it.0).collect();
    let mut files = Vec::new();
    for list in lists(&ids) {
        let mut query = among("select media_id from attachments where media_id is not null and message_id in", &list);
        let found: Vec<(String,)> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(PURGING))?;
        files.extend(found.into_iter().map(|it| it.0));
        let mut told = among("delete from notifications where message_id in", &list);
        told.push(" and conversation_id = ").push_bind(of.to_string());
        told.build().execute(&mut *conn).await.map_err(doing(PURGING))?;
        let mut delete = among("delete from messages where id in", &list);
        delete.build().execute(&mut *conn).await.map_err(doing(PURGING))?;
    }
    let n_files = mark_unshown(conn, files, None, now).await?;
    say_so(conn, raised, newest, now).await?;
    sqlx::query(
        "update conversations set preview = $2, preview_author = null, preview_message_id = null
         where id = $1 and preview_message_id is not null
             and not exists (select 1 from messages m where m.id = conversations.preview_message_id)",
    )
    .bind(of.to_string())
    .bind(PREVIEW)
    .execute(&mut *conn)
    .await
    .map_err(doing(PURGING))?;
    count_anew(conn, of).await?;
    count_gone(conn, it, ids.len() as u64, n_files).await?;
    Ok(true)
}

/// The list tells of nothing that nobody can open. Unread: as it is counted of what comes out of order.
async fn count_anew(conn: &mut Conn, of: ConversationId) -> StoreResult<()> {
    sqlx::query(
        "update conversations set unread = (
             select count(*) from messages m where m.conversation_id = conversations.id
                 and m.direction = 'in' and m.learned <> 'old' and m.at > conversations.read_until and not exists (
                     select 1 from contacts k where k.id = conversations.contact_id and k.blocked_at is not null)
         ) where id = $1 and unread > 0",
    )
    .bind(of.to_string())
    .execute(&mut *conn)
    .await
    .map_err(doing(PURGING))?;
    count_failed(conn, of).await
}

/// One line a conversation, where the newest of what went had been.
async fn say_so(conn: &mut Conn, of: Raised, at: Timestamp, now: Timestamp) -> StoreResult<()> {
    let conversation = of.conversation_id().to_string();
    let moved = sqlx::query(
        "update messages set at = case when at < $2 then $2 else at end, updated_at = $3
         where conversation_id = $1 and direction = 'internal' and client_id = $4",
    )
    .bind(&conversation)
    .bind(at.0)
    .bind(now.0)
    .bind(LINE)
    .execute(&mut *conn)
    .await
    .map_err(doing(PURGING))?;
    if moved.rows_affected() > 0 {
        return Ok(());
    }
    let mut chance = [0u8; 10];
    chance.copy_from_slice(&digest(&[LINE, &conversation]).to_be_bytes()[..10]);
    let detail = Detail { event: Some(ThreadEvent::Purged), ..Detail::default() };
    let line = NewLine {
        id: MessageId::compose(at.0, chance),
        at,
        kind: MessageKind::Event,
        author: Author::System,
        author_id: None,
        text: None,
        detail: serde_json::to_string(&detail).ok(),
        client_id: Some(LINE.to_owned()),
    };
    lines::insert(conn, of, &line).await
}

/// The messages stay and say that their files are gone.
pub(super) async fn files(
    conn: &mut Conn,
    it: ToPurge,
    of: ConversationId,
    limit: u32,
    now: Timestamp,
) -> StoreResult<bool> {
    if raise_of(conn, of, now).await?.is_none() {
        return Ok(false);
    }
    let sql = format!(
        "select a.message_id, a.position, a.media_id from messages m join attachments a on a.message_id = m.id
         where m.conversation_id = $1 and m.at < $2 and a.media_id is not null and {HAS_LEFT}
         order by m.at, m.id, a.position limit $3"
    );
    let old: Vec<(String, i32, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(of.to_string())
        .bind(it.before.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(PURGING))?;
    if old.is_empty() {
        return Ok(false);
    }
    let mut files = Vec::new();
    for (message, position, media) in old {
        // What a file is called is the customer's word too.
        sqlx::query(
            "update attachments set state = 'gone', media_id = null, source_url = null, title = null,
                 reason = 'older than files are kept'
             where message_id = $1 and position = $2",
        )
        .bind(&message)
        .bind(position)
        .execute(&mut *conn)
        .await
        .map_err(doing(PURGING))?;
        sqlx::query("update messages set updated_at = $2 where id = $1")
            .bind(&message)
            .bind(now.0)
            .execute(&mut *conn)
            .await
            .map_err(doing(PURGING))?;
        files.push(media);
    }
    let n_files = mark_unshown(conn, files, None, now).await?;
    count_gone(conn, it, 0, n_files).await?;
    Ok(true)
}

async fn count_gone(conn: &mut Conn, it: ToPurge, n_messages: u64, n_files: u64) -> StoreResult<()> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    sqlx::query(
        "update retention_rules set n_messages = n_messages + $3, n_files = n_files + $4
         where account_id = $1 and what = $2",
    )
    .bind(it.account.to_string())
    .bind(it.what.word())
    .bind(number(n_messages))
    .bind(number(n_files))
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing(PURGING))
}
