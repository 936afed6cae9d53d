//! Conversations, and what every writer of a thread does, whatever it changes: the revision grows,
//! and the feed is told.
//!
//! Raising comes first in its unit of work. The row stays locked until the commit, so that what follows
//! sees everything that was done to the conversation before, and nobody waits in a circle.

mod colleagues;
pub(super) mod episodes;
mod handing;
pub(super) mod lines;
pub(super) mod step;
mod taking;
mod wake;

pub(super) use taking::take_from;

use super::super::{Driver, FOR_UPDATE, UNLESS_LOCKED};
use super::changes::write_changes;
use super::many::lists;
use super::{Conn, Pools, read_back};
use crate::store::changes::NewChange;
use crate::store::conversations::{Conversations, HandedOver, HandingOver, NewStep, Standing, State, StepTaken, With};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::desk::Colleague;
use model::ids::{AccountId, ContactId, ConversationId, MessageId, TeamId};
use model::live::Event;
use model::person::PersonId;
use model::time::Timestamp;
use sqlx::QueryBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// A conversation with a new revision, which is to be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raised {
    id: ConversationId,
    account_id: AccountId,
    revision: i64,
    at: Timestamp,
}

impl Raised {
    /// As whoever wrote the row themselves knows it.
    pub(super) const fn as_of(id: ConversationId, account_id: AccountId, revision: i64, at: Timestamp) -> Self {
        Self { id, account_id, revision, at }
    }

    pub(super) const fn conversation_id(self) -> ConversationId {
        self.id
    }

    pub(super) const fn account_id(self) -> AccountId {
        self.account_id
    }

    /// One of its messages is new or has changed.
    pub(super) fn message(self, message_id: MessageId) -> NewChange {
        let event = Event::Message { conversation_id: self.id, message_id, revision: self.revision };
        NewChange::new(event, Some(self.account_id), self.at)
    }

    /// Something that concerns one person.
    fn tell(self, event: Event, person: PersonId) -> NewChange {
        NewChange { person_id: Some(person), ..NewChange::new(event, Some(self.account_id), self.at) }
    }

    /// Something beside its thread has changed.
    pub(super) fn conversation(self) -> NewChange {
        let event = Event::Conversation { conversation_id: self.id, revision: self.revision };
        NewChange::new(event, Some(self.account_id), self.at)
    }
}

const RAISING: &str = "raise a conversation's revision";

macro_rules! raise {
    ($which:literal) => {
        concat!(
            "update conversations set revision = revision + 1, updated_at = $2 where ",
            $which,
            " returning id, account_id, revision"
        )
    };
}

/// `None` if there is no such conversation.
pub(super) async fn raise_of(conn: &mut Conn, id: ConversationId, at: Timestamp) -> StoreResult<Option<Raised>> {
    raise(conn, raise!("id = $1"), id.to_string(), at).await
}

/// Raises it and does `more` to its row, whose lock whoever calls has: ", column = value".
pub(super) async fn raise_and(
    conn: &mut Conn,
    id: ConversationId,
    at: Timestamp,
    more: impl FnOnce(&mut QueryBuilder<Driver>),
) -> StoreResult<Option<Raised>> {
    let mut update = QueryBuilder::new("update conversations set revision = revision + 1, updated_at = ");
    update.push_bind(at.0);
    more(&mut update);
    update.push(" where id = ").push_bind(id.to_string()).push(" returning id, account_id, revision");
    let row: Option<(String, String, i64)> =
        update.build_query_as().fetch_optional(conn).await.map_err(doing(RAISING))?;
    row.map(|it| read_raised(&it, at)).transpose()
}

/// `None` if there is no such message.
pub(super) async fn raise_of_message(conn: &mut Conn, id: MessageId, at: Timestamp) -> StoreResult<Option<Raised>> {
    let sql = raise!("id = (select m.conversation_id from messages m where m.id = $1)");
    raise(conn, sql, id.to_string(), at).await
}

/// `None` if there is no conversation with this contact.
pub(super) async fn raise_of_contact(conn: &mut Conn, id: ContactId, at: Timestamp) -> StoreResult<Option<Raised>> {
    raise(conn, raise!("contact_id = $1"), id.to_string(), at).await
}

/// Those of several that nobody else is at: who holds many never waits for one more.
pub(super) async fn raise_free(
    conn: &mut Conn,
    ids: &BTreeSet<ConversationId>,
    at: Timestamp,
) -> StoreResult<BTreeMap<ConversationId, Raised>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    raise_many(conn, "id in (", &ids, UNLESS_LOCKED, at).await
}

/// Those of several messages: at most 64, of which the conversations are locked in order of their ids.
pub(super) async fn raise_of_messages(
    conn: &mut Conn,
    messages: &[String],
    at: Timestamp,
) -> StoreResult<BTreeMap<ConversationId, Raised>> {
    let of = "id in (select m.conversation_id from messages m where m.id in (";
    raise_many(conn, of, messages, [") order by id", FOR_UPDATE].concat().as_str(), at).await
}

async fn raise_many(
    conn: &mut Conn,
    which: &str,
    keys: &[String],
    end: &str,
    at: Timestamp,
) -> StoreResult<BTreeMap<ConversationId, Raised>> {
    let mut raised = BTreeMap::new();
    for list in lists(keys) {
        let mut update = QueryBuilder::<Driver>::new("update conversations set revision = revision + 1, updated_at = ");
        update.push_bind(at.0);
        update.push([" where id in (select id from conversations where ", which].concat());
        let mut keys = update.separated(", ");
        for key in list {
            keys.push_bind(key);
        }
        update.push([")", end, ") returning id, account_id, revision"].concat());
        let rows: Vec<(String, String, i64)> =
            update.build_query_as().fetch_all(&mut *conn).await.map_err(doing(RAISING))?;
        for row in rows {
            let one = read_raised(&row, at)?;
            raised.insert(one.id, one);
        }
    }
    Ok(raised)
}

async fn raise(conn: &mut Conn, sql: &'static str, of: String, at: Timestamp) -> StoreResult<Option<Raised>> {
    let row: Option<(String, String, i64)> =
        sqlx::query_as(sql).bind(of).bind(at.0).fetch_optional(conn).await.map_err(doing(RAISING))?;
    row.map(|it| read_raised(&it, at)).transpose()
}

fn read_raised((id, account_id, revision): &(String, String, i64), at: Timestamp) -> StoreResult<Raised> {
    let account_id = read_back(account_id, "conversations", "account_id", id)?;
    Ok(Raised { id: read_back(id, "conversations", "id", id)?, account_id, revision: *revision, at })
}

#[async_trait]
impl Conversations for Pools {
    async fn put_conversation(&self, id: ConversationId, standing: Standing, now: Timestamp) -> StoreResult<bool> {
        self.write("put a conversation where it stands", move |conn| {
            Box::pin(async move { put(conn, id, &standing, now).await })
        })
        .await
    }

    async fn find_standing(&self, id: ConversationId) -> StoreResult<Option<Standing>> {
        let mut conn = self.read().await.map_err(doing("read where a conversation stands"))?;
        standing(&mut conn, id).await
    }

    async fn take_step(&self, step: NewStep) -> StoreResult<StepTaken> {
        self.write("take a step", move |conn| Box::pin(async move { step::take(conn, &step).await })).await
    }

    async fn hand_over(&self, handing: HandingOver) -> StoreResult<HandedOver> {
        self.write("hand a conversation over", move |conn| {
            Box::pin(async move { handing::hand_over(conn, &handing).await })
        })
        .await
    }

    async fn wake_conversations(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<ConversationId>> {
        self.write("wake conversations", move |conn| Box::pin(async move { wake::wake(conn, now, limit).await })).await
    }

    async fn find_next_wake(&self) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.read().await.map_err(doing("look for the next to wake"))?;
        wake::next(&mut conn).await
    }

    async fn list_colleagues(&self, id: ConversationId) -> StoreResult<Vec<Colleague>> {
        let mut conn = self.read().await.map_err(doing("list colleagues"))?;
        colleagues::list(&mut conn, id).await
    }

    async fn list_teams_of(&self, id: ConversationId) -> StoreResult<Vec<(TeamId, String)>> {
        let mut conn = self.read().await.map_err(doing("list teams"))?;
        colleagues::teams(&mut conn, id).await
    }
}

async fn put(conn: &mut Conn, id: ConversationId, to: &Standing, now: Timestamp) -> StoreResult<bool> {
    let was = match standing(conn, id).await? {
        None => return Ok(false),
        Some(is) if is == *to => return Ok(true),
        Some(was) => was,
    };
    let Some(raised) = raise_of(conn, id, now).await? else { return Ok(false) };
    let (state, snoozed_until) = columns(to.state);
    let (owner, assignee, app) = match &to.with {
        With::People(assignee) => ("human", assignee.map(|it| it.to_string()), None),
        With::App(app) => ("other", None, Some(app.as_str())),
    };
    // Whoever has it no longer is remembered, for when the customer comes back.
    sqlx::query(
        "update conversations set state = $2, snoozed_until = $3, owner = $4, owner_app_id = $5, owner_bot_id = null,
            recalled = false,
            last_assignee_id = coalesce(assignee_id, last_assignee_id), assignee_id = $6, to_assign_at = null
         where id = $1",
    )
    .bind(id.to_string())
    .bind(state)
    .bind(snoozed_until)
    .bind(owner)
    .bind(app)
    .bind(assignee)
    .execute(&mut *conn)
    .await
    .map_err(doing("put a conversation where it stands"))?;
    match (was.state == State::Closed, to.state == State::Closed) {
        (false, true) => episodes::close(conn, id, None, now).await?,
        (true, false) => episodes::open(conn, id, now).await?,
        _ => {}
    }
    write_changes(conn, &[raised.conversation()]).await?;
    Ok(true)
}

const fn columns(state: State) -> (&'static str, Option<i64>) {
    match state {
        State::Open => ("open", None),
        State::SnoozedUntil(until) => ("snoozed", Some(until.0)),
        State::Closed => ("closed", None),
    }
}

fn state_of(word: &str, snoozed_until: Option<i64>) -> State {
    match (word, snoozed_until) {
        ("closed", _) => State::Closed,
        (_, Some(until)) => State::SnoozedUntil(Timestamp(until)),
        _ => State::Open,
    }
}

type StandingRow = (String, Option<i64>, String, Option<String>, Option<String>, Option<String>);

async fn standing(conn: &mut Conn, id: ConversationId) -> StoreResult<Option<Standing>> {
    let row: Option<StandingRow> = sqlx::query_as(
        "select state, snoozed_until, owner, assignee_id, owner_app_id, owner_bot_id from conversations where id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing("read where a conversation stands"))?;
    let Some((state, snoozed_until, owner, assignee, app, bot)) = row else { return Ok(None) };
    let id = id.to_string();
    let state = state_of(&state, snoozed_until);
    let with = match owner.as_str() {
        "human" => {
            let person = assignee.map(|it| read_back(&it, "conversations", "assignee_id", &id)).transpose()?;
            With::People(person)
        }
        _ => With::App(app.or(bot).unwrap_or_default()),
    };
    Ok(Some(Standing { state, with }))
}
