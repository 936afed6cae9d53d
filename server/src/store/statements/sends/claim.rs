//! Taking jobs that may leave now.

use super::super::super::hold_claims;
use super::super::changes::write_changes;
use super::super::conversations::{Raised, raise_free};
use super::super::many::tables;
use super::super::{Conn, read_back};
use super::leaving::{Contents, Job};
use super::pace::Paces;
use super::{Driver, run};
use crate::store::sends::{ClaimSends, Leaving};
use crate::store::{StoreResult, doing};
use model::ids::{ConversationId, MessageId};
use model::time::Timestamp;
use sqlx::QueryBuilder;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

const CLAIMING: &str = "claim what is to be sent";

/// What the pace of some accounts leaves over makes room for others: so often it is looked again.
const ROUNDS: usize = 8;

pub(super) async fn claim(conn: &mut Conn, claim: &ClaimSends) -> StoreResult<Vec<Leaving>> {
    hold_claims(conn).await?;
    let limit = claim.limit as usize;
    let mut leaving: Vec<Leaving> = Vec::new();
    for _ in 0..ROUNDS {
        let wanted = limit - leaving.len();
        let ready = ready(conn, claim, wanted).await?;
        let n_ready = ready.len();
        let taken = take(conn, claim, ready).await?;
        let is_done = n_ready < wanted || taken.is_empty();
        leaving.extend(taken);
        if is_done || leaving.len() >= limit {
            break;
        }
    }
    Ok(leaving)
}

/// Jobs that may leave by now, the first of their conversation, of accounts that have a free moment by
/// the horizon. What is cheap and rules out many comes first.
macro_rules! claimable {
    () => {
        "o.state = 'ready' and o.due_at <= $1 and o.retry_at <= $1
         and o.account_id not in (select l.account_id from account_limits l where l.blocked_until > $1)
         and o.account_id not in (select s.id from accounts s where s.state = 'paused')
         and (o.account_id, o.pace) not in (select l.account_id, l.kind from account_limits l where l.next_at > $2)
         and not exists (
             select 1 from outbox f where f.conversation_id = o.conversation_id and f.state in ('running', 'unknown')
         ) and not exists (
             select 1 from outbox e where e.conversation_id = o.conversation_id and e.state = 'ready'
                 and (e.due_at, e.turn, e.message_id, e.kind) < (o.due_at, o.turn, o.message_id, o.kind)
         )"
    };
}
pub(super) use claimable;

async fn ready(conn: &mut Conn, claim: &ClaimSends, wanted: usize) -> StoreResult<Vec<Job>> {
    let sql = concat!(
        "select o.message_id, o.kind, o.conversation_id, o.account_id, o.pace, o.attempts, a.platform,
             a.external_id as account_external_id, a.mark_seen, k.external_id as contact_external_id,
             k.blocked_at is not null as is_blocked,
             c.last_customer_action_at, c.last_customer_message_at,
             o.kind <> 'message' or (m.author_kind <> 'bot' and c.owner <> 'other')
                 or coalesce(c.owner_bot_id = m.author_id, false)
                 or (c.owner = 'human' and not exists (select 1 from bots b where b.id = m.author_id)) as is_theirs,
             m.kind as message_kind, m.author_kind, m.author_id, m.text, m.detail, m.mid, r.mid as reply_to_mid,
             exists (select 1 from attachments t where t.message_id = o.message_id) as has_attachments,
             coalesce(l.next_at, 0) as next_at, coalesce(u.usage_percent, 0) as usage_percent
         from (
             select o.message_id, o.kind, o.conversation_id, o.account_id, o.pace, o.attempts, o.due_at, o.turn
             from outbox o where ",
        claimable!(),
        " order by o.due_at, o.turn, o.message_id limit $3
         ) o
         join conversations c on c.id = o.conversation_id
         join contacts k on k.id = c.contact_id
         join accounts a on a.id = o.account_id
         join messages m on m.id = o.message_id
         left join messages r on r.mid_key = m.reply_to_key
         left join account_limits l on l.account_id = o.account_id and l.kind = o.pace
         left join account_limits u on u.account_id = o.account_id and u.kind = 'all'
         order by o.due_at, o.turn, o.message_id"
    );
    sqlx::query_as(sql)
        .bind(claim.now.0)
        .bind(claim.horizon.0)
        .bind(i64::try_from(wanted).unwrap_or(i64::MAX))
        .fetch_all(conn)
        .await
        .map_err(doing(CLAIMING))
}

async fn take(conn: &mut Conn, claim: &ClaimSends, ready: Vec<Job>) -> StoreResult<Vec<Leaving>> {
    let mut paces = Paces::of(&ready);
    let in_time = in_time(ready, &mut paces.clone(), claim);
    let raised = raise(conn, &in_time, claim.now).await?;
    let raised_ids: HashSet<String> = raised.keys().map(ToString::to_string).collect();
    let is_free = |job: &Job| !job.is_message() || raised_ids.contains(&job.conversation_id);
    // What somebody else is at leaves its moment to the next.
    let free = in_time.into_iter().map(|(job, _)| job).filter(is_free).collect();
    let in_time = self::in_time(free, &mut paces, claim);
    if in_time.is_empty() {
        return Ok(Vec::new());
    }
    let contents = Contents::load(conn, &in_time, claim.now).await?;
    let running = mark_running(conn, &in_time, &contents, claim).await?;
    let is_ours = |(job, _): &(Job, Timestamp)| running.contains_key(&(job.message_id.clone(), job.kind.clone()));
    // Others were taken back at the last moment.
    let ours: Vec<(Job, Timestamp)> = in_time.into_iter().filter(is_ours).collect();
    paces.save(conn).await?;
    mark_sending(conn, &ours, claim.now).await?;
    let mut told = Vec::new();
    let mut leaving = Vec::new();
    let mut followed = Vec::new();
    for (job, leaves_at) in ours {
        let is_message = job.is_message();
        let is_followed = running.get(&(job.message_id.clone(), job.kind.clone())) == Some(&true);
        let one = contents.leaving(job, leaves_at)?;
        told.extend(raised.get(&one.conversation).filter(|_| is_message).map(|it| it.message(one.message)));
        followed.extend((is_message && is_followed).then_some((one.message, leaves_at)));
        leaving.push(one);
    }
    for (conversation, message) in move_behind(conn, &followed, claim.now).await? {
        told.extend(raised.get(&conversation).map(|it| it.message(message)));
    }
    write_changes(conn, &told).await?;
    Ok(leaving)
}

fn in_time(jobs: Vec<Job>, paces: &mut Paces, claim: &ClaimSends) -> Vec<(Job, Timestamp)> {
    let reserve = |job: Job| paces.reserve(&job.account_id, &job.pace, claim).map(|leaves_at| (job, leaves_at));
    jobs.into_iter().filter_map(reserve).collect()
}

/// The thread shows messages that leave; of reactions it shows that they are wanted.
async fn raise(
    conn: &mut Conn,
    jobs: &[(Job, Timestamp)],
    now: Timestamp,
) -> StoreResult<BTreeMap<ConversationId, Raised>> {
    let of = |(job, _): &(Job, Timestamp)| {
        let id = &job.conversation_id;
        job.is_message().then(|| read_back(id, "outbox", "conversation_id", id))
    };
    let conversations = jobs.iter().filter_map(of).collect::<StoreResult<BTreeSet<_>>>()?;
    raise_free(conn, &conversations, now).await
}

/// Which of them are ours now, and whether more of their conversation are queued.
async fn mark_running(
    conn: &mut Conn,
    jobs: &[(Job, Timestamp)],
    contents: &Contents,
    claim: &ClaimSends,
) -> StoreResult<HashMap<(String, String), bool>> {
    let mut ours = HashMap::new();
    for table in tables(jobs) {
        let mut update = QueryBuilder::<Driver>::new("with taken (of_message, of_kind, until) as (");
        update.push_values(table, |mut values, (job, _)| {
            let until = if contents.has_files_to_upload(job) { claim.lease_until_for_files } else { claim.lease_until };
            values.push_bind(job.message_id.clone()).push_bind(job.kind.clone()).push_bind(until.0);
        });
        update.push(
            ") update outbox set state = 'running', lease_until = taken.until, attempts = attempts + 1, last_error = null
             from taken where message_id = taken.of_message and kind = taken.of_kind and state = 'ready'
             returning message_id, kind, exists (
                 select 1 from outbox o where o.conversation_id = outbox.conversation_id and o.kind = 'message'
                     and o.state = 'ready' and o.message_id <> outbox.message_id
             )",
        );
        let rows: Vec<(String, String, bool)> =
            update.build_query_as().fetch_all(&mut *conn).await.map_err(doing(CLAIMING))?;
        ours.extend(rows.into_iter().map(|(message, kind, is_followed)| ((message, kind), is_followed)));
    }
    Ok(ours)
}

/// The thread shows them in the order in which they leave.
async fn mark_sending(conn: &mut Conn, jobs: &[(Job, Timestamp)], now: Timestamp) -> StoreResult<()> {
    let messages: Vec<&(Job, Timestamp)> = jobs.iter().filter(|(job, _)| job.is_message()).collect();
    for table in tables(&messages) {
        let mut update = QueryBuilder::<Driver>::new("with taken (of_message, leaves_at) as (");
        update.push_values(table, |mut values, (job, leaves_at)| {
            values.push_bind(job.message_id.clone()).push_bind(leaves_at.0);
        });
        update.push(") update messages set state = 'sending', error = null, at = taken.leaves_at, updated_at = ");
        update.push_bind(now.0);
        update.push(" from taken where id = taken.of_message");
        run(conn, CLAIMING, update.build()).await?;
    }
    Ok(())
}

/// What is queued behind them is shown behind them. Which messages that moved.
async fn move_behind(
    conn: &mut Conn,
    leaving: &[(MessageId, Timestamp)],
    now: Timestamp,
) -> StoreResult<Vec<(ConversationId, MessageId)>> {
    let mut moved = Vec::new();
    for table in tables(leaving) {
        let mut update = QueryBuilder::<Driver>::new("with taken (of_message, leaves_at) as (");
        update.push_values(table, |mut values, (message, leaves_at)| {
            values.push_bind(message.to_string()).push_bind(leaves_at.0);
        });
        update.push(
            "), behind (of_message, moved_to) as (
                 select o.message_id, t.leaves_at + 1 + case when o.turn > first.turn then o.turn - first.turn else 0 end
                 from taken t
                 join outbox first on first.message_id = t.of_message and first.kind = 'message'
                 join outbox o on o.conversation_id = first.conversation_id and o.kind = 'message' and o.state = 'ready'
                 join messages m on m.id = o.message_id and m.at <= t.leaves_at
                 where not o.is_scheduled or o.due_at <= ",
        );
        update.push_bind(now.0);
        update.push(
            ") update messages set at = behind.moved_to from behind where id = behind.of_message
             returning conversation_id, id",
        );
        let rows: Vec<(String, String)> =
            update.build_query_as().fetch_all(&mut *conn).await.map_err(doing(CLAIMING))?;
        for (conversation, id) in rows {
            let conversation = read_back(&conversation, "messages", "conversation_id", &id)?;
            moved.push((conversation, read_back(&id, "messages", "id", &id)?));
        }
    }
    Ok(moved)
}
