//! The rows that a batch may touch.

use super::super::many::{OfRow, rows_among};
use super::{Conn, FOR_UPDATE, read_back};
use crate::store::{StoreError, StoreResult, doing};
use model::content::AttachmentKind;
use model::ids::{ContactId, ConversationId, MessageId};
use model::intake::{Account, Change, Incident, Known, Needs, Received, Sharing, Waiting};
use model::meta::read;
use model::platform::Platform;
use model::thread::{Attachment, CommentRow, Contact, Conversation, Edit, Learned, Message, Reaction};
use model::time::{DAY_S, Timestamp};
use sqlx::FromRow;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

const LOADING: &str = "read what is known";

pub(super) async fn known_accounts(conn: &mut Conn, our_app_id: Option<&str>) -> StoreResult<Known> {
    let mut known = Known::default();
    for (account, _) in named_accounts(conn).await? {
        let our_app_id = account.our_app_id.clone().or_else(|| our_app_id.map(str::to_owned));
        known.accounts.push(Account { our_app_id, ..account });
    }
    Ok(known)
}

pub(super) async fn named_accounts(conn: &mut Conn) -> StoreResult<Vec<(Account, String)>> {
    // A Page may be connected through another app than the usual one: then that one's echoes are ours. What echoes of
    // Instagram's own login call the app nobody has said.
    let rows: Vec<AccountRow> = sqlx::query_as(
        "select id, platform, external_id, name, routing, bot_app_id,
             (select t.app_id from account_tokens t where t.account_id = accounts.id and t.login = 'page') as app_id
         from accounts where state <> 'deleting'",
    )
    .fetch_all(conn)
    .await
    .map_err(doing("read the accounts"))?;
    rows.into_iter().map(AccountRow::read).collect()
}

#[derive(FromRow)]
struct AccountRow {
    id: String,
    platform: String,
    external_id: String,
    name: String,
    routing: String,
    bot_app_id: Option<String>,
    app_id: Option<String>,
}

impl AccountRow {
    fn read(self) -> StoreResult<(Account, String)> {
        let platform = Platform::from_word(&self.platform).ok_or_else(|| StoreError::Inconsistent {
            table: "accounts",
            column: "platform",
            row: self.id.clone(),
        })?;
        let id = read_back(&self.id, "accounts", "id", &self.id)?;
        let sharing = match self.routing.as_str() {
            "on" => Sharing::Routed,
            "off" => Sharing::Open { bot_app: self.bot_app_id },
            _ => Sharing::Unknown,
        };
        Ok((Account { id, platform, external_id: self.external_id, our_app_id: self.app_id, sharing }, self.name))
    }
}

pub(super) async fn rows(conn: &mut Conn, known: &mut Known, needs: &Needs, now: Timestamp) -> StoreResult<()> {
    let contacts = texts(&needs.contacts);
    let conversations: BTreeSet<_> = needs.contacts.iter().map(|it| ConversationId::of(*it)).collect();
    // In order of id: two processes that lock the same rows do it one after the other.
    let ordered = [" order by id", FOR_UPDATE].concat();
    for row in all::<ConversationRow>(conn, CONVERSATIONS, &texts(&conversations), &ordered).await? {
        known.take_in(&Change::Conversation(row.read()?));
    }
    // After the lock: whoever saves a profile takes it too.
    for row in all::<ContactRow>(conn, CONTACTS, &contacts, "").await? {
        known.take_in(&Change::Contact(row.read()?));
    }
    let keys: Vec<String> = needs.mid_keys.iter().cloned().collect();
    for row in all::<MessageRow>(conn, MESSAGES, &keys, "").await? {
        known.take_in(&Change::Message(row.read()?));
    }
    for row in all::<MessageRow>(conn, LINES, &texts(&needs.lines), "").await? {
        known.take_in(&Change::Message(row.read()?));
    }
    for row in all::<MessageRow>(conn, IN_FLIGHT, &texts(&needs.in_flight), "").await? {
        known.message_on_its_way(row.read()?);
    }
    for row in all::<MessageRow>(conn, UNCONFIRMED, &texts(&needs.in_flight), "").await? {
        let message = row.read()?;
        if message.mid.is_none() && message.at.plus_s(DAY_S) > now {
            known.message_unconfirmed(message);
        }
    }
    let waiting: Vec<String> = needs.waiting.iter().cloned().collect();
    for row in all::<WaitingRow>(conn, WAITING, &waiting, "").await? {
        if let Some(waiting) = row.read()? {
            known.take_in(&Change::Wait(waiting));
        }
    }
    for row in all::<IncidentRow>(conn, INCIDENTS, &texts(&needs.incidents), "").await? {
        known.take_in(&Change::Incident(row.read()?));
    }
    let whole = needs.whole.iter().filter_map(|key| known.message_by_key(key).map(|it| it.id.to_string()));
    parts(conn, known, &whole.collect::<Vec<_>>()).await
}

/// What hangs on messages.
async fn parts(conn: &mut Conn, known: &mut Known, messages: &[String]) -> StoreResult<()> {
    let mut attachments: Vec<Attachment> = Vec::new();
    for row in all::<AttachmentRow>(conn, ATTACHMENTS, messages, " order by message_id, position").await? {
        attachments.push(row.read()?);
    }
    for of_one in attachments.chunk_by(|a, b| a.message_id == b.message_id) {
        known.take_in(&Change::Attachments(of_one.to_vec()));
    }
    for row in all::<EditRow>(conn, EDITS, messages, "").await? {
        known.take_in(&Change::Edit(row.read()?));
    }
    for row in all::<ReactionRow>(conn, REACTIONS, messages, "").await? {
        known.take_in(&Change::Reaction(row.read()?));
    }
    for row in all::<CommentOfRow>(conn, COMMENTS, messages, "").await? {
        known.take_in(&Change::Comment(row.read()?));
    }
    Ok(())
}

async fn all<R: OfRow>(conn: &mut Conn, sql: &str, keys: &[String], end: &str) -> StoreResult<Vec<R>> {
    rows_among(conn, sql, keys, end).await.map_err(doing(LOADING))
}

fn texts<T: Display>(ids: &BTreeSet<T>) -> Vec<String> {
    ids.iter().map(T::to_string).collect()
}

fn time(at: Option<i64>) -> Option<Timestamp> {
    at.map(Timestamp)
}

const CONTACTS: &str =
    "select id, account_id, external_id, name, username, profile_due_at, profile_at as profile_asked_at,
    blocked_at is not null as is_blocked from contacts where id in";

#[derive(FromRow)]
struct ContactRow {
    id: String,
    account_id: String,
    external_id: String,
    name: Option<String>,
    username: Option<String>,
    profile_due_at: Option<i64>,
    profile_asked_at: Option<i64>,
    is_blocked: bool,
}

impl ContactRow {
    fn read(self) -> StoreResult<Contact> {
        let id: ContactId = read_back(&self.id, "contacts", "id", &self.id)?;
        Ok(Contact {
            id,
            account_id: read_back(&self.account_id, "contacts", "account_id", &self.id)?,
            external_id: self.external_id,
            name: self.name,
            username: self.username,
            profile_asked_at: time(self.profile_asked_at),
            profile_due_at: time(self.profile_due_at),
            is_blocked: self.is_blocked,
        })
    }
}

const CONVERSATIONS: &str = "select id, account_id, contact_id, state, snoozed_until, unread, read_until, preview,
    preview_author, preview_message_id, last_activity_at, last_customer_action_at, last_customer_message_at,
    last_reply_at, waiting_since, delivered_until, seen_until, owner, owner_at, owner_rank, owner_app_id, owner_app_at,
    recalled from conversations where id in";

#[derive(FromRow)]
struct ConversationRow {
    id: String,
    account_id: String,
    contact_id: String,
    state: String,
    snoozed_until: Option<i64>,
    unread: i32,
    read_until: i64,
    preview: Option<String>,
    preview_author: Option<String>,
    preview_message_id: Option<String>,
    last_activity_at: i64,
    last_customer_action_at: Option<i64>,
    last_customer_message_at: Option<i64>,
    last_reply_at: i64,
    waiting_since: Option<i64>,
    delivered_until: i64,
    seen_until: i64,
    owner: String,
    owner_at: i64,
    owner_rank: i32,
    owner_app_id: Option<String>,
    owner_app_at: i64,
    recalled: bool,
}

impl ConversationRow {
    fn read(self) -> StoreResult<Conversation> {
        let row = &self.id;
        Ok(Conversation {
            id: read_back(row, "conversations", "id", row)?,
            account_id: read_back(&self.account_id, "conversations", "account_id", row)?,
            contact_id: read_back(&self.contact_id, "conversations", "contact_id", row)?,
            state: read_back(&self.state, "conversations", "state", row)?,
            snoozed_until: time(self.snoozed_until),
            unread: self.unread,
            read_until: Timestamp(self.read_until),
            preview: self.preview,
            preview_author: maybe(self.preview_author.as_deref(), "conversations", "preview_author", row)?,
            preview_message_id: maybe(self.preview_message_id.as_deref(), "conversations", "preview_message_id", row)?,
            last_activity_at: Timestamp(self.last_activity_at),
            last_customer_action_at: time(self.last_customer_action_at),
            last_customer_message_at: time(self.last_customer_message_at),
            last_reply_at: Timestamp(self.last_reply_at),
            waiting_since: time(self.waiting_since),
            delivered_until: Timestamp(self.delivered_until),
            seen_until: Timestamp(self.seen_until),
            owner: read_back(&self.owner, "conversations", "owner", row)?,
            owner_at: Timestamp(self.owner_at),
            owner_rank: self.owner_rank,
            owner_app_id: self.owner_app_id,
            owner_app_at: Timestamp(self.owner_app_at),
            is_recalled: self.recalled,
        })
    }
}

pub(in super::super) const MESSAGES: &str =
    "select id, conversation_id, at, direction, kind, state, author_kind, author_id, text, detail,
    mid, mid_key, reply_to_key, n_edits, learned from messages where mid_key in";

const LINES: &str = "select id, conversation_id, at, direction, kind, state, author_kind, author_id, text, detail,
    mid, mid_key, reply_to_key, n_edits, learned from messages where id in";

const IN_FLIGHT: &str =
    "select m.id, m.conversation_id, m.at, m.direction, m.kind, m.state, m.author_kind, m.author_id,
    m.text, m.detail, m.mid, m.mid_key, m.reply_to_key, m.n_edits
    from outbox o join messages m on m.id = o.message_id
    where o.kind = 'message' and o.state in ('running', 'unknown') and m.mid_key is null and o.conversation_id in";

/// Both conditions, so that the index of what was not sent is used.
const UNCONFIRMED: &str =
    "select id, conversation_id, at, direction, kind, state, author_kind, author_id, text, detail,
    mid, mid_key, reply_to_key, n_edits from messages
    where state in ('failed', 'unconfirmed') and state = 'unconfirmed' and conversation_id in";

#[derive(FromRow)]
pub(in super::super) struct MessageRow {
    id: String,
    conversation_id: String,
    at: i64,
    direction: String,
    kind: String,
    state: Option<String>,
    author_kind: String,
    author_id: Option<String>,
    text: Option<String>,
    detail: Option<String>,
    mid: Option<String>,
    mid_key: Option<String>,
    reply_to_key: Option<String>,
    n_edits: i32,
    /// Asked for where it matters.
    #[sqlx(default)]
    learned: Option<String>,
}

impl MessageRow {
    pub(in super::super) fn read(self) -> StoreResult<Message> {
        let row = &self.id;
        Ok(Message {
            id: read_back(row, "messages", "id", row)?,
            conversation_id: read_back(&self.conversation_id, "messages", "conversation_id", row)?,
            at: Timestamp(self.at),
            direction: read_back(&self.direction, "messages", "direction", row)?,
            kind: read_back(&self.kind, "messages", "kind", row)?,
            state: maybe(self.state.as_deref(), "messages", "state", row)?,
            author: read_back(&self.author_kind, "messages", "author_kind", row)?,
            author_id: self.author_id,
            text: self.text,
            detail: self.detail.map(|it| json(&it, "messages", row)).transpose()?.unwrap_or_default(),
            mid: self.mid,
            mid_key: self.mid_key,
            reply_to_key: self.reply_to_key,
            n_edits: self.n_edits,
            learned: maybe(self.learned.as_deref(), "messages", "learned", row)?.unwrap_or(Learned::Live),
        })
    }
}

pub(in super::super) const ATTACHMENTS: &str =
    "select message_id, position, kind, state, source_url, external_id, title, detail
    from attachments where message_id in";

#[derive(FromRow)]
pub(in super::super) struct AttachmentRow {
    message_id: String,
    position: i32,
    kind: String,
    state: String,
    source_url: Option<String>,
    external_id: Option<String>,
    title: Option<String>,
    detail: Option<String>,
}

impl AttachmentRow {
    pub(in super::super) fn read(self) -> StoreResult<Attachment> {
        let row = &self.message_id;
        Ok(Attachment {
            message_id: read_back(row, "attachments", "message_id", row)?,
            position: self.position,
            kind: AttachmentKind::from_word(&self.kind),
            state: read_back(&self.state, "attachments", "state", row)?,
            source_url: self.source_url,
            external_id: self.external_id,
            title: self.title,
            detail: self.detail.map(|it| json(&it, "attachments", row)).transpose()?,
        })
    }
}

const EDITS: &str = "select message_id, number, text, at from message_edits where message_id in";

#[derive(FromRow)]
struct EditRow {
    message_id: String,
    number: i32,
    text: Option<String>,
    at: i64,
}

impl EditRow {
    fn read(self) -> StoreResult<Edit> {
        let message_id: MessageId = read_back(&self.message_id, "message_edits", "message_id", &self.message_id)?;
        Ok(Edit { message_id, number: self.number, text: self.text, at: Timestamp(self.at) })
    }
}

const REACTIONS: &str = "select message_id, emoji, name, at from reactions where side = 'contact' and message_id in";

#[derive(FromRow)]
struct ReactionRow {
    message_id: String,
    emoji: Option<String>,
    name: Option<String>,
    at: i64,
}

impl ReactionRow {
    fn read(self) -> StoreResult<Reaction> {
        let message_id = read_back(&self.message_id, "reactions", "message_id", &self.message_id)?;
        Ok(Reaction { message_id, emoji: self.emoji, name: self.name, at: Timestamp(self.at) })
    }
}

const COMMENTS: &str = "select message_id, comment_id, parent_id, post_id, reply_until, removed_at
    from comments where message_id in";

#[derive(FromRow)]
struct CommentOfRow {
    message_id: String,
    comment_id: String,
    parent_id: Option<String>,
    post_id: Option<String>,
    reply_until: Option<i64>,
    removed_at: Option<i64>,
}

impl CommentOfRow {
    fn read(self) -> StoreResult<CommentRow> {
        Ok(CommentRow {
            message_id: read_back(&self.message_id, "comments", "message_id", &self.message_id)?,
            comment_id: self.comment_id,
            parent_id: self.parent_id,
            post_id: self.post_id,
            reply_until: time(self.reply_until),
            removed_at: time(self.removed_at),
        })
    }
}

const WAITING: &str = "select id, account_id, mid_key, payload, at from waiting_events where mid_key in";

#[derive(FromRow)]
struct WaitingRow {
    id: String,
    account_id: String,
    mid_key: String,
    payload: String,
    at: i64,
}

impl WaitingRow {
    /// None for what this version no longer understands.
    fn read(self) -> StoreResult<Option<Waiting>> {
        let Some(item) = read::one(&self.payload, Timestamp(self.at)) else { return Ok(None) };
        let dedupe_key = item.dedupe_key();
        let Some(event) = item.event else { return Ok(None) };
        Ok(Some(Waiting {
            id: read_back(&self.id, "waiting_events", "id", &self.id)?,
            account_id: read_back(&self.account_id, "waiting_events", "account_id", &self.id)?,
            key: self.mid_key,
            received: Received { event, dedupe_key, raw: self.payload },
        }))
    }
}

const INCIDENTS: &str = "select id, account_id, kind, detail, opened_at, closed_at from incidents where kind like 'policy%' and account_id in";

#[derive(FromRow)]
struct IncidentRow {
    id: String,
    account_id: String,
    kind: String,
    detail: Option<String>,
    opened_at: i64,
    closed_at: Option<i64>,
}

impl IncidentRow {
    fn read(self) -> StoreResult<Incident> {
        Ok(Incident {
            id: read_back(&self.id, "incidents", "id", &self.id)?,
            account_id: read_back(&self.account_id, "incidents", "account_id", &self.id)?,
            kind: self.kind,
            detail: self.detail,
            opened_at: Timestamp(self.opened_at),
            closed_at: time(self.closed_at),
        })
    }
}

fn maybe<T: FromStr>(
    text: Option<&str>,
    table: &'static str,
    column: &'static str,
    row: &str,
) -> StoreResult<Option<T>> {
    text.map(|it| read_back(it, table, column, row)).transpose()
}

fn json<T: serde::de::DeserializeOwned>(text: &str, table: &'static str, row: &str) -> StoreResult<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Inconsistent { table, column: "detail", row: row.to_owned() })
}
