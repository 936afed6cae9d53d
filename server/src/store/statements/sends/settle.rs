//! Meta took messages.

use super::super::changes::write_changes;
use super::super::conversations::episodes::{Replied, note_replies};
use super::super::conversations::{Raised, raise_of_messages};
use super::super::many::{rows_among, tables};
use super::super::{Conn, audit, read_back};
use super::echo::{find_echoes, swallow};
use super::{Driver, FOR_UPDATE, SETTLING, accounts, run, thread};
use crate::store::audit::{AuditEntry, Subject};
use crate::store::sends::{Settled, Tagged};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::content::Detail;
use model::ids::{AccountId, ConversationId, MessageId};
use model::person::PersonId;
use model::time::{MINUTE_S, Timestamp};
use sqlx::{FromRow, QueryBuilder};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

#[derive(FromRow)]
struct SentRow {
    id: String,
    conversation_id: String,
    at: i64,
    detail: Option<String>,
    tag: Option<String>,
    author_id: Option<String>,
    is_agents: bool,
}

/// A message that is marked as sent, with its conversation.
struct Sent {
    raised: Raised,
    at: Timestamp,
    is_tagged: bool,
    answers_comment: bool,
    is_a_persons: bool,
    /// None too if they are no person of ours any more; then still somebody answered.
    by: Option<PersonId>,
}

/// At most 64, of any conversations.
pub(super) async fn settle(conn: &mut Conn, all: &[Settled]) -> StoreResult<()> {
    let Some(now) = all.iter().map(|it| it.now).max() else { return Ok(()) };
    let ids: Vec<String> = all.iter().map(|it| it.message.to_string()).collect();
    let raised = raise_of_messages(conn, &ids, now).await?;
    if raised.is_empty() {
        return Ok(());
    }
    let echoes = find_echoes(conn, all).await?;
    for (settled, echo) in &echoes {
        swallow(conn, settled, *echo).await?;
    }
    let sent = mark_sent(conn, all, &raised).await?;
    let scheduled = remove_jobs(conn, &ids).await?;
    we_answered(conn, &sent).await?;
    note_replies(conn, &first_replies(&sent)).await?;
    for conversation in sent.iter().filter(|(id, _)| scheduled.contains(*id)).map(|(_, it)| it.raised.conversation_id())
    {
        thread::show_newest(conn, conversation).await?;
    }
    note_last_sent(conn, &sent, now).await?;
    for (id, _) in sent.iter().filter(|(_, it)| it.answers_comment) {
        answered_comment(conn, *id, now).await?;
    }
    let mut told = Vec::new();
    for settled in all {
        let Some(it) = sent.get(&settled.message) else { continue };
        told.push(it.raised.message(settled.message));
        let echo = echoes.iter().find(|(of, _)| of.message == settled.message);
        told.extend(echo.map(|(_, echo)| it.raised.message(*echo)));
    }
    let tagged: BTreeSet<AccountId> =
        sent.values().filter(|it| it.is_tagged).map(|it| it.raised.account_id()).collect();
    for account in tagged {
        told.extend(accounts::tag_works(conn, account, now).await?);
    }
    write_changes(conn, &told).await
}

/// One that was unsent meanwhile stays so.
async fn mark_sent(
    conn: &mut Conn,
    all: &[Settled],
    raised: &BTreeMap<ConversationId, Raised>,
) -> StoreResult<HashMap<MessageId, Sent>> {
    let mut marked = HashMap::new();
    for table in tables(all) {
        let mut update = QueryBuilder::<Driver>::new("with sent (of_message, of_mid, of_mid_key, sent_at) as (");
        update.push_values(table, |mut values, it| {
            values
                .push_bind(it.message.to_string())
                .push_bind(it.mid.clone())
                .push_bind(it.mid_key.clone())
                .push_bind(it.now.0);
        });
        update.push(
            ") update messages set state = case when state = 'deleted' then state else 'sent' end, mid = sent.of_mid,
                 mid_key = sent.of_mid_key, error = null, updated_at = sent.sent_at
             from sent where id = sent.of_message
             returning id, conversation_id, at, detail, tag, author_id, author_kind = 'agent' as is_agents",
        );
        let rows: Vec<SentRow> = update.build_query_as().fetch_all(&mut *conn).await.map_err(doing(SETTLING))?;
        for row in rows {
            let of = read_back(&row.conversation_id, "messages", "conversation_id", &row.id)?;
            let Some(raised) = raised.get(&of) else { continue };
            let detail: Detail = row.detail.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
            let sent = Sent {
                raised: *raised,
                at: Timestamp(row.at),
                is_tagged: row.tag.is_some(),
                answers_comment: detail.comment.is_some(),
                is_a_persons: row.is_agents,
                by: row.author_id.and_then(|it| it.parse().ok()),
            };
            marked.insert(read_back(&row.id, "messages", "id", &row.id)?, sent);
        }
    }
    Ok(marked)
}

/// Those whose moment was chosen.
async fn remove_jobs(conn: &mut Conn, ids: &[String]) -> StoreResult<HashSet<MessageId>> {
    let jobs = "delete from outbox where kind = 'message' and message_id in";
    let removed: Vec<(String, bool)> =
        rows_among(conn, jobs, ids, " returning message_id, is_scheduled").await.map_err(doing(SETTLING))?;
    let scheduled = removed.iter().filter(|(_, is_scheduled)| *is_scheduled);
    scheduled.map(|(id, _)| read_back(id, "outbox", "message_id", id)).collect()
}

/// Nobody waits any more but those who wrote after it.
async fn we_answered(conn: &mut Conn, sent: &HashMap<MessageId, Sent>) -> StoreResult<()> {
    let mut answered: BTreeMap<ConversationId, Timestamp> = BTreeMap::new();
    for it in sent.values() {
        let at = answered.entry(it.raised.conversation_id()).or_insert(it.at);
        *at = it.at.max(*at);
    }
    let rows: Vec<_> = answered.into_iter().collect();
    for table in tables(&rows) {
        let mut update = QueryBuilder::<Driver>::new("with answered (of_conversation, until) as (");
        update.push_values(table, |mut values, (conversation, at)| {
            values.push_bind(conversation.to_string()).push_bind(at.0);
        });
        update.push(
            ") update conversations set
                 last_reply_at = case when last_reply_at < answered.until then answered.until else last_reply_at end,
                 last_activity_at =
                     case when last_activity_at < answered.until then answered.until else last_activity_at end,
                 waiting_since = (
                     select min(m.at) from messages m where m.conversation_id = conversations.id
                         and m.direction = 'in' and m.learned <> 'old' and m.at > case when conversations.last_reply_at < answered.until
                             then answered.until else conversations.last_reply_at end
                 ),
                 n_failed = (
                     select count(*) from messages m
                     where m.conversation_id = conversations.id and m.state in ('failed', 'unconfirmed')
                 )
             from answered where id = answered.of_conversation",
        );
        run(conn, SETTLING, update.build()).await?;
    }
    Ok(())
}

/// Of each conversation the earliest that a person wrote.
fn first_replies(sent: &HashMap<MessageId, Sent>) -> Vec<Replied> {
    let mut first: BTreeMap<ConversationId, Replied> = BTreeMap::new();
    for it in sent.values().filter(|it| it.is_a_persons) {
        let (conversation, at, by) = (it.raised.conversation_id(), it.at, it.by);
        if first.get(&conversation).is_none_or(|known| at < known.at) {
            first.insert(conversation, Replied { conversation, at, by });
        }
    }
    first.into_values().collect()
}

/// To the minute: the row of a busy account is not written with every message.
async fn note_last_sent(conn: &mut Conn, sent: &HashMap<MessageId, Sent>, now: Timestamp) -> StoreResult<()> {
    let minute = now.0 - now.0.rem_euclid(MINUTE_S * 1000);
    let accounts: BTreeSet<String> = sent.values().map(|it| it.raised.account_id().to_string()).collect();
    let accounts: Vec<String> = accounts.into_iter().collect();
    for list in super::lists(&accounts) {
        let mut update = QueryBuilder::<Driver>::new("update accounts set last_sent_at = ");
        update.push_bind(minute);
        update.push(" where id in (select id from accounts where (last_sent_at is null or last_sent_at < ");
        update.push_bind(minute);
        update.push(") and id in (");
        let mut keys = update.separated(", ");
        for id in list {
            keys.push_bind(id);
        }
        // In order: two that settle messages of the same accounts do it one after the other.
        update.push([") order by id", FOR_UPDATE, ")"].concat());
        run(conn, SETTLING, update.build()).await?;
    }
    Ok(())
}

async fn answered_comment(conn: &mut Conn, reply: MessageId, now: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("update comments set replied_at = $1 where reply_message_id = $2 and replied_at is null");
    run(conn, SETTLING, query.bind(now.0).bind(reply.to_string())).await.map(drop)
}

/// Just before it leaves.
pub(super) async fn tag(conn: &mut Conn, tagged: &Tagged) -> StoreResult<()> {
    let query =
        sqlx::query("update messages set tag = 'HUMAN_AGENT', updated_at = $1 where id = $2 and direction = 'out'");
    let what = "note the tag of a message";
    if run(conn, what, query.bind(tagged.now.0).bind(tagged.message.to_string())).await? == 0 {
        return Ok(());
    }
    let entry = AuditEntry {
        id: tagged.audit_id,
        at: tagged.now,
        actor: tagged.actor,
        action: Action::SentWithTag,
        subject: Some(Subject::Message(tagged.message)),
        detail: None,
        address: None,
    };
    audit::insert(conn, &entry).await
}
