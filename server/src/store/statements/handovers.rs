//! Control of a conversation: what is yet to be asked of Meta, and what came of it.

use super::super::{UNLESS_LOCKED, hold_conversation};
use super::changes::write_changes;
use super::conversations::lines::{self, NewLine};
use super::conversations::{Raised, raise_of, step};
use super::{Conn, Pools, audit, read_back};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::conversations::{NewStep, StepTaken};
use crate::store::doer::Doer;
use crate::store::handovers::{
    Act, BotsOf, Handover, HandoverQueued, HandoverSettled, Handovers, LostControl, NewHandover, Outcome,
};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::content::{Detail, MessageKind, ThreadEvent};
use model::desk::Step;
use model::ids::{AccountId, ConversationId};
use model::intake::{NAMED_ANOTHER, NAMED_US, STANDBY};
use model::person::PersonId;
use model::thread::Author;
use model::time::{DAY_S, Timestamp};
use sqlx::{AssertSqlSafe, FromRow};

const QUEUEING: &str = "queue asking for a conversation";
const CLAIMING: &str = "claim what is to be asked for conversations";
const SETTLING: &str = "note who answers a conversation";

#[async_trait]
impl Handovers for Pools {
    async fn queue_handover(&self, new: NewHandover) -> StoreResult<HandoverQueued> {
        self.write(QUEUEING, move |conn| Box::pin(async move { queue(conn, &new).await })).await
    }

    async fn claim_handovers(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> StoreResult<Vec<Handover>> {
        self.write(CLAIMING, move |conn| Box::pin(async move { claim(conn, now, lease_until, limit).await })).await
    }

    async fn free_handovers(&self) -> StoreResult<()> {
        self.write(CLAIMING, move |conn| {
            Box::pin(async move {
                sqlx::query("update handovers set state = 'ready', lease_until = null where state = 'running'")
                    .execute(conn)
                    .await
                    .map(drop)
                    .map_err(doing(CLAIMING))
            })
        })
        .await
    }

    async fn find_next_handover(&self) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.read().await.map_err(doing(CLAIMING))?;
        let next: Option<i64> = sqlx::query_scalar(
            "select min(case when state = 'running' then lease_until else due_at end) from handovers",
        )
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(CLAIMING))?;
        Ok(next.map(Timestamp))
    }

    async fn has_handover(&self, conversation: ConversationId) -> StoreResult<bool> {
        let mut conn = self.read().await.map_err(doing(QUEUEING))?;
        let n: i64 = sqlx::query_scalar("select count(*) from handovers where conversation_id = $1")
            .bind(conversation.to_string())
            .fetch_one(&mut *conn)
            .await
            .map_err(doing(QUEUEING))?;
        Ok(n > 0)
    }

    async fn settle_handover(&self, settled: HandoverSettled) -> StoreResult<bool> {
        self.write(SETTLING, move |conn| Box::pin(async move { settle(conn, &settled).await })).await
    }

    async fn postpone_handover(&self, conversation: ConversationId, until: Timestamp) -> StoreResult<()> {
        self.write(SETTLING, move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "update handovers set state = 'ready', lease_until = null, due_at = $2
                     where conversation_id = $1 and state = 'running'",
                )
                .bind(conversation.to_string())
                .bind(until.0)
                .execute(conn)
                .await
                .map(drop)
                .map_err(doing(SETTLING))
            })
        })
        .await
    }

    async fn queue_keeping(&self, now: Timestamp, within_s: i64, limit: u32) -> StoreResult<u64> {
        self.write(QUEUEING, move |conn| Box::pin(async move { keep(conn, now, within_s, limit).await })).await
    }

    async fn lose_control(&self, lost: LostControl) -> StoreResult<bool> {
        self.write(SETTLING, move |conn| Box::pin(async move { lose(conn, &lost).await })).await
    }

    async fn find_bots_of(&self, conversation: ConversationId) -> StoreResult<Option<BotsOf>> {
        let mut conn = self.read().await.map_err(doing("look up an account's bots"))?;
        let row: Option<BotsRow> = sqlx::query_as(
            "select a.id as account_id, a.bot_id, a.bot_app_id, a.routing = 'on' as is_routed
             from conversations c join accounts a on a.id = c.account_id where c.id = $1",
        )
        .bind(conversation.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up an account's bots"))?;
        row.map(BotsRow::read).transpose()
    }

    async fn set_routing(&self, account: AccountId, is_on: bool, now: Timestamp) -> StoreResult<()> {
        self.write("note how an account is shared", move |conn| {
            Box::pin(async move {
                sqlx::query("update accounts set routing = $2, updated_at = $3 where id = $1 and routing <> $2")
                    .bind(account.to_string())
                    .bind(if is_on { "on" } else { "off" })
                    .bind(now.0)
                    .execute(conn)
                    .await
                    .map(drop)
                    .map_err(doing("note how an account is shared"))
            })
        })
        .await
    }
}

#[derive(FromRow)]
struct BotsRow {
    account_id: String,
    bot_id: Option<String>,
    bot_app_id: Option<String>,
    is_routed: bool,
}

impl BotsRow {
    fn read(self) -> StoreResult<BotsOf> {
        let bot = self.bot_id.map(|it| read_back(&it, "accounts", "bot_id", &self.account_id)).transpose()?;
        let account = read_back(&self.account_id, "accounts", "id", &self.account_id)?;
        Ok(BotsOf { account, bot, app: self.bot_app_id, is_routed: self.is_routed })
    }
}

/// Who has it, what Meta said of that last, and when something last happened.
#[derive(FromRow)]
struct Owned {
    owner: String,
    owner_at: i64,
    last_activity_at: i64,
    assignee_name: Option<String>,
}

impl Owned {
    /// What we know now is newer than all that came, whichever clock is ahead.
    fn next_at(&self, now: Timestamp) -> i64 {
        now.0.max(self.owner_at + 1).max(self.last_activity_at)
    }
}

async fn owned(conn: &mut Conn, id: ConversationId) -> StoreResult<Option<Owned>> {
    hold_conversation(conn, id).await?;
    sqlx::query_as(
        "select c.owner, c.owner_at, c.last_activity_at,
             (select p.name from people p where p.id = c.assignee_id) as assignee_name
         from conversations c where c.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(SETTLING))
}

async fn queue(conn: &mut Conn, new: &NewHandover) -> StoreResult<HandoverQueued> {
    let Some(owned) = owned(conn, new.conversation).await? else { return Ok(HandoverQueued::NoSuchConversation) };
    let is_there = match new.act {
        Act::Take => owned.owner != "other",
        Act::Give | Act::Back | Act::Keep => owned.owner != "human",
    };
    if is_there {
        return Ok(HandoverQueued::Was { assignee: owned.assignee_name });
    }
    // What would be done by itself gives way to what a person wants, unless it is just being done.
    let sql = "delete from handovers where conversation_id = $1 and act in ('back', 'keep') and state = 'ready'";
    sqlx::query(sql).bind(new.conversation.to_string()).execute(&mut *conn).await.map_err(doing(QUEUEING))?;
    let queued = sqlx::query(
        "insert into handovers (conversation_id, act, person_id, note, due_at, created_at)
         values ($1, $2, $3, $4, $5, $5) on conflict do nothing",
    )
    .bind(new.conversation.to_string())
    .bind(new.act.word())
    .bind(new.person.to_string())
    .bind(&new.note)
    .bind(new.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(QUEUEING))?;
    if queued.rows_affected() > 0 {
        return Ok(HandoverQueued::Yes);
    }
    let by: Option<String> = sqlx::query_scalar(
        "select p.name from handovers h join people p on p.id = h.person_id where h.conversation_id = $1",
    )
    .bind(new.conversation.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(QUEUEING))?;
    Ok(HandoverQueued::UnderWay { by })
}

/// Who closes a conversation gives it back, where the account wants it so: once it cannot be undone any more. For
/// whoever holds the conversation.
pub(super) async fn give_back(conn: &mut Conn, step: &NewStep) -> StoreResult<()> {
    const UNDO_S: i64 = 10;
    let id = step.conversation.to_string();
    // However much it presses, it stays closed.
    if matches!(step.step, Step::Prioritise { .. }) {
        return Ok(());
    }
    if step.step != Step::Close {
        let sql = "delete from handovers where conversation_id = $1 and act = 'back' and state = 'ready'";
        return sqlx::query(sql).bind(id).execute(conn).await.map(drop).map_err(doing(QUEUEING));
    }
    sqlx::query(
        "insert into handovers (conversation_id, act, person_id, due_at, created_at)
         select c.id, 'back', $2, $3, $4 from conversations c join accounts a on a.id = c.account_id
         where c.id = $1 and c.owner = 'human' and a.hand_back_on_close
             and (a.bot_id is not null or a.bot_app_id is not null or a.routing = 'on')
         on conflict do nothing",
    )
    .bind(id)
    .bind(step.by.person().map(|it| it.to_string()))
    .bind(step.now.plus_s(UNDO_S).0)
    .bind(step.now.0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(QUEUEING))
}

#[derive(FromRow)]
struct ClaimedRow {
    conversation_id: String,
    contact_external_id: String,
    act: String,
    person_id: Option<String>,
    note: Option<String>,
    attempts: i32,
    owner: String,
    is_closed: bool,
    #[sqlx(flatten)]
    bots: BotsRow,
}

async fn claim(conn: &mut Conn, now: Timestamp, lease_until: Timestamp, limit: u32) -> StoreResult<Vec<Handover>> {
    let sql = [
        "update handovers set state = 'running', lease_until = $2, attempts = attempts + 1 where conversation_id in (
             select conversation_id from handovers
             where due_at <= $1 and (state = 'ready' or lease_until <= $1) order by due_at, conversation_id limit $3",
        UNLESS_LOCKED,
        ") returning conversation_id",
    ]
    .concat();
    let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(now.0)
        .bind(lease_until.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(CLAIMING))?;
    let mut claimed = Vec::new();
    for id in ids {
        let row: ClaimedRow = sqlx::query_as(
            "select h.conversation_id, k.external_id as contact_external_id, h.act, h.person_id, h.note, h.attempts,
                 c.owner, c.state = 'closed' as is_closed, a.id as account_id, a.bot_id, a.bot_app_id,
                 a.routing = 'on' as is_routed
             from handovers h join conversations c on c.id = h.conversation_id
             join accounts a on a.id = c.account_id join contacts k on k.id = c.contact_id
             where h.conversation_id = $1",
        )
        .bind(id)
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(CLAIMING))?;
        claimed.push(row.read()?);
    }
    Ok(claimed)
}

impl ClaimedRow {
    fn read(self) -> StoreResult<Handover> {
        let row = &self.conversation_id;
        let act = Act::ALL.into_iter().find(|it| it.word() == self.act);
        let odd = || StoreError::Inconsistent { table: "handovers", column: "act", row: row.clone() };
        let bots = self.bots.read()?;
        Ok(Handover {
            conversation: read_back(row, "handovers", "conversation_id", row)?,
            account: bots.account,
            contact_external_id: self.contact_external_id,
            act: act.ok_or_else(odd)?,
            person: self.person_id.map(|it| read_back(&it, "handovers", "person_id", row)).transpose()?,
            note: self.note,
            attempts: self.attempts - 1,
            owner: read_back(&self.owner, "conversations", "owner", row)?,
            is_closed: self.is_closed,
            bots,
        })
    }
}

async fn settle(conn: &mut Conn, it: &HandoverSettled) -> StoreResult<bool> {
    let id = it.conversation;
    let Some(owned) = owned(conn, id).await? else { return Ok(false) };
    if it.was_asked {
        let sql = "delete from handovers where conversation_id = $1 and state = 'running'";
        let gone = sqlx::query(sql).bind(id.to_string()).execute(&mut *conn).await.map_err(doing(SETTLING))?;
        if gone.rows_affected() == 0 {
            return Ok(false);
        }
    }
    match &it.outcome {
        Outcome::Taken => taken(conn, it, &owned).await?,
        Outcome::Given { app, note } => given(conn, it, &owned, app.as_deref(), note.clone()).await?,
        Outcome::Asked => {
            say(conn, it, "Asked the bot for this conversation. It comes when whoever has it agrees.").await?;
        }
        Outcome::Refused { words } => say(conn, it, words).await?,
        Outcome::Kept { until } => {
            sqlx::query("update conversations set control_until = $2 where id = $1 and owner = 'human'")
                .bind(id.to_string())
                .bind(until.0)
                .execute(conn)
                .await
                .map_err(doing(SETTLING))?;
        }
        Outcome::Dropped => {}
    }
    Ok(true)
}

/// First it is people's, then the person's by the same step as whatever is assigned.
async fn taken(conn: &mut Conn, it: &HandoverSettled, owned: &Owned) -> StoreResult<()> {
    sqlx::query(
        "update conversations set owner = 'human', owner_bot_id = null, owner_at = $2, owner_rank = $3,
             to_team_id = null, to_assign_at = case when state = 'open' then $4 end
         where id = $1",
    )
    .bind(it.conversation.to_string())
    .bind(owned.next_at(it.now))
    .bind(NAMED_US)
    .bind(it.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(SETTLING))?;
    if let Some(person) = it.person {
        let step = NewStep {
            conversation: it.conversation,
            step: Step::Assign { to: Some(person) },
            by: Doer::Person(person),
            line: it.line,
            notification: it.notification,
            now: it.now,
        };
        if matches!(step::take(conn, &step).await?, StepTaken::Done { .. }) {
            return Ok(());
        }
    }
    // Whoever wanted it cannot have it any more: it is for whom it is found.
    if let Some(raised) = raise_of(conn, it.conversation, it.now).await? {
        write_changes(conn, &[raised.conversation()]).await?;
    }
    Ok(())
}

async fn given(
    conn: &mut Conn,
    it: &HandoverSettled,
    owned: &Owned,
    app: Option<&str>,
    note: Option<String>,
) -> StoreResult<()> {
    let Some(raised) = raise_of(conn, it.conversation, it.now).await? else { return Ok(()) };
    to_another(conn, it.conversation, app, (owned.next_at(it.now), NAMED_ANOTHER)).await?;
    let name: Option<String> = sqlx::query_scalar("select name from apps where id = $1")
        .bind(app)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SETTLING))?;
    let name = name.unwrap_or_else(|| "the bot".to_owned());
    write_line(conn, raised, it, ThreadEvent::HandedOver { to: Some(name.clone()), note }).await?;
    let entry = AuditEntry {
        id: it.audit_id,
        at: it.now,
        actor: it.person.map_or(Actor::System, Actor::Person),
        action: Action::HandedOver,
        subject: Some(Subject::Conversation(it.conversation)),
        detail: Some(name),
        address: None,
    };
    audit::insert(conn, &entry).await?;
    write_changes(conn, &[raised.conversation(), raised.message(it.line)]).await
}

/// Whoever had it lets go.
async fn to_another(
    conn: &mut Conn,
    id: ConversationId,
    app: Option<&str>,
    (owner_at, rank): (i64, i32),
) -> StoreResult<()> {
    sqlx::query(
        "update conversations set owner = 'other', owner_bot_id = null, owner_at = $2, owner_rank = $3,
             owner_app_id = coalesce($4, owner_app_id),
             owner_app_at = case when $4 is null then owner_app_at else $2 end, control_until = null,
             last_assignee_id = coalesce(assignee_id, last_assignee_id), assignee_id = null, assigned_at = null,
             to_assign_at = null
         where id = $1",
    )
    .bind(id.to_string())
    .bind(owner_at)
    .bind(rank)
    .bind(app)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(SETTLING))
}

/// Older words of Meta's than this say nothing any more, and any newer one does.
async fn lose(conn: &mut Conn, lost: &LostControl) -> StoreResult<bool> {
    let Some(owned) = owned(conn, lost.conversation).await? else { return Ok(false) };
    if owned.owner == "other" {
        return Ok(false);
    }
    let Some(raised) = raise_of(conn, lost.conversation, lost.now).await? else { return Ok(false) };
    to_another(conn, lost.conversation, lost.app.as_deref(), (owned.next_at(lost.now), STANDBY)).await?;
    write_changes(conn, &[raised.conversation()]).await?;
    Ok(true)
}

/// A note under the name of whoever pressed the button.
async fn say(conn: &mut Conn, it: &HandoverSettled, words: &str) -> StoreResult<()> {
    let Some(raised) = raise_of(conn, it.conversation, it.now).await? else { return Ok(()) };
    let line = NewLine { kind: MessageKind::Note, text: Some(words.to_owned()), ..line(it) };
    lines::insert(conn, raised, &line).await?;
    write_changes(conn, &[raised.message(it.line)]).await
}

async fn write_line(conn: &mut Conn, raised: Raised, it: &HandoverSettled, event: ThreadEvent) -> StoreResult<()> {
    let detail = Detail { event: Some(event), ..Detail::default() };
    lines::insert(conn, raised, &NewLine { detail: serde_json::to_string(&detail).ok(), ..line(it) }).await
}

fn line(it: &HandoverSettled) -> NewLine {
    NewLine {
        id: it.line,
        at: it.now,
        kind: MessageKind::Event,
        author: if it.person.is_some() { Author::Agent } else { Author::System },
        author_id: it.person.map(|it: PersonId| it.to_string()),
        text: None,
        detail: None,
        client_id: None,
    }
}

/// Control ends a day after the customer's last word. It is kept once for each of these.
async fn keep(conn: &mut Conn, now: Timestamp, within_s: i64, limit: u32) -> StoreResult<u64> {
    const DAY_MS: i64 = DAY_S * 1000;
    sqlx::query(
        "insert into handovers (conversation_id, act, due_at, created_at)
         select c.id, 'keep', $1, $1 from conversations c join accounts a on a.id = c.account_id
         where c.waiting_since is not null and c.state = 'open' and c.owner = 'human'
             and c.last_customer_action_at > $2 and c.last_customer_action_at <= $3
             and coalesce(c.control_until, 0) < c.last_customer_action_at + $4
             and a.routing = 'on' and a.state = 'active'
             and exists (
                 select 1 from account_tokens t where t.account_id = a.id and t.state = 'working' and t.login = 'page'
             )
         order by c.last_customer_action_at, c.id limit $5
         on conflict do nothing",
    )
    .bind(now.0)
    .bind(now.0 - DAY_MS)
    .bind(now.plus_s(within_s).0 - DAY_MS)
    .bind(DAY_MS)
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|it| it.rows_affected())
    .map_err(doing(QUEUEING))
}
