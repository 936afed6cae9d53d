//! Writes what a batch changed, many rows a statement.

use super::super::changes::write_changes;
use super::super::conversations::Raised;
use super::super::conversations::episodes::{Replied, note_replies};
use super::super::conversations::step::{Notice, notify_of};
use super::super::incidents::{self, Noted};
use super::super::many::{among, pieces};
use super::rows::Rows;
use super::{Conn, QueryBuilder, journal, read_back, run};
use crate::store::changes::NewChange;
use crate::store::intake::Applier;
use crate::store::{StoreResult, doing};
use model::content::ThreadEvent;
use model::id::Id as _;
use model::ids::{AccountId, ChangeId, ConversationId, EpisodeId, MessageId, NotificationId};
use model::intake::{Account, Waiting};
use model::live::Event;
use model::meta::read;
use model::person::PersonId;
use model::thread::{
    Attachment, Author, CommentRow, Contact, Conversation, Direction, Edit, Learned, Message, Reaction,
};
use model::time::{MINUTE_S, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The order is that of the references between the tables.
pub(super) async fn rows(conn: &mut Conn, rows: Rows, by: &Applier) -> StoreResult<()> {
    let now = by.now;
    contacts(conn, &list(rows.contacts), now).await?;
    let revisions = conversations(conn, &list(rows.conversations), now).await?;
    let asked = asked(&rows.messages);
    open(conn, &rows.opened, &revisions, &asked, now).await?;
    note_replies(conn, &replied(&rows.messages, &asked)).await?;
    erase(conn, &rows.erased, now).await?;
    let mut scrubbed = rows.scrubbed;
    for (ending, from, until) in rows.forgotten {
        scrubbed.extend(journal::keys_between(conn, &ending, from, until).await?);
    }
    journal::scrub(conn, &scrubbed.into_iter().collect::<Vec<_>>(), read::scrub).await?;
    let said = list(rows.messages);
    messages(conn, &said, now).await?;
    settle_sends(conn, &said, now).await?;
    attachments(conn, &rows.attachments.into_values().flatten().collect::<Vec<_>>(), now).await?;
    edits(conn, &list(rows.edits)).await?;
    reactions(conn, &list(rows.reactions)).await?;
    comments(conn, &list(rows.comments)).await?;
    wait(conn, &list(rows.waiting), now).await?;
    waited(conn, &rows.waited.iter().map(ToString::to_string).collect::<Vec<_>>()).await?;
    recount(conn, &rows.recounted).await?;
    routed(conn, &rows.routed, now).await?;
    let asked_for = ask(conn, &said, &revisions, by).await?;
    let noted = incidents::save(conn, list(rows.incidents), now).await?;
    if !rows.were_recalled {
        heard(conn, &revisions, now).await?;
    }
    let mut told = changes(&said, &revisions, noted, by);
    told.extend(asked_for);
    write_changes(conn, &told).await
}

pub(super) async fn accounts(conn: &mut Conn, rows: &[(Account, String)], now: Timestamp) -> StoreResult<()> {
    for (account, name) in rows {
        sqlx::query(
            "insert into accounts (id, platform, external_id, name, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        )
        .bind(account.id.to_string())
        .bind(account.platform.word())
        .bind(&account.external_id)
        .bind(name)
        .bind(now.0)
        .bind(now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing("make accounts"))?;
    }
    Ok(())
}

fn list<K, V>(rows: BTreeMap<K, V>) -> Vec<V> {
    rows.into_values().collect()
}

fn ms(at: Option<Timestamp>) -> Option<i64> {
    at.map(|it| it.0)
}

const WRITING: &str = "write what came in";

async fn contacts(conn: &mut Conn, rows: &[Contact], now: Timestamp) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into contacts (id, account_id, external_id, name, username, profile_due_at, created_at, updated_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            values
                .push_bind(row.id.to_string())
                .push_bind(row.account_id.to_string())
                .push_bind(row.external_id.as_str())
                .push_bind(row.name.as_deref())
                .push_bind(row.username.as_deref())
                .push_bind(ms(row.profile_due_at))
                .push_bind(now.0)
                .push_bind(now.0);
        });
        // A profile that was read meanwhile knows better.
        insert.push(
            " on conflict (id) do update set name = coalesce(contacts.name, excluded.name),
                username = coalesce(contacts.username, excluded.username),
                profile_due_at = coalesce(contacts.profile_due_at, excluded.profile_due_at)",
        );
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

/// What each conversation's revision is now.
type Revisions = BTreeMap<ConversationId, (AccountId, i64)>;

async fn conversations(conn: &mut Conn, rows: &[Conversation], now: Timestamp) -> StoreResult<Revisions> {
    let mut revisions = Revisions::new();
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into conversations (id, account_id, contact_id, state, snoozed_until, unread, read_until, preview,
                preview_author, preview_message_id, last_activity_at, last_customer_action_at,
                last_customer_message_at, last_reply_at, waiting_since, delivered_until, seen_until, owner, owner_at,
                owner_rank, owner_app_id, owner_app_at, recalled, revision, to_assign_at, created_at, updated_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            values
                .push_bind(row.id.to_string())
                .push_bind(row.account_id.to_string())
                .push_bind(row.contact_id.to_string())
                .push_bind(row.state.word())
                .push_bind(ms(row.snoozed_until))
                .push_bind(row.unread)
                .push_bind(row.read_until.0)
                .push_bind(row.preview.as_deref())
                .push_bind(row.preview_author.map(Author::word))
                .push_bind(row.preview_message_id.map(|it| it.to_string()))
                .push_bind(row.last_activity_at.0)
                .push_bind(ms(row.last_customer_action_at))
                .push_bind(ms(row.last_customer_message_at))
                .push_bind(row.last_reply_at.0)
                .push_bind(ms(row.waiting_since))
                .push_bind(row.delivered_until.0)
                .push_bind(row.seen_until.0)
                .push_bind(row.owner.word())
                .push_bind(row.owner_at.0)
                .push_bind(row.owner_rank)
                .push_bind(row.owner_app_id.as_deref())
                .push_bind(row.owner_app_at.0)
                .push_bind(row.is_recalled)
                .push_bind(1i64)
                .push_bind((!row.is_recalled).then_some(now.0))
                .push_bind(now.0)
                .push_bind(now.0);
        });
        insert.push(
            " on conflict (id) do update set state = excluded.state, snoozed_until = excluded.snoozed_until,
                unread = excluded.unread, read_until = excluded.read_until, preview = excluded.preview,
                preview_author = excluded.preview_author, preview_message_id = excluded.preview_message_id,
                last_activity_at = excluded.last_activity_at,
                last_customer_action_at = excluded.last_customer_action_at,
                last_customer_message_at = excluded.last_customer_message_at,
                last_reply_at = excluded.last_reply_at, waiting_since = excluded.waiting_since,
                delivered_until = excluded.delivered_until, seen_until = excluded.seen_until,
                owner = excluded.owner, owner_at = excluded.owner_at, owner_rank = excluded.owner_rank,
                owner_app_id = excluded.owner_app_id, owner_app_at = excluded.owner_app_at,
                recalled = excluded.recalled,
                owner_bot_id = case when excluded.owner = 'bot' then conversations.owner_bot_id end,
                control_until = case when excluded.owner = 'human' then conversations.control_until end,
                last_assignee_id = case when excluded.owner = 'human' then conversations.last_assignee_id
                    else coalesce(conversations.assignee_id, conversations.last_assignee_id) end,
                assignee_id = case when excluded.owner = 'human' then conversations.assignee_id end,
                assigned_at = case when excluded.owner = 'human' then conversations.assigned_at end,
                revision = conversations.revision + 1, updated_at = excluded.updated_at
             returning id, account_id, revision",
        );
        let written: Vec<(String, String, i64)> =
            insert.build_query_as().fetch_all(&mut *conn).await.map_err(doing(WRITING))?;
        for (id, account, revision) in written {
            let account = read_back(&account, "conversations", "account_id", &id)?;
            revisions.insert(read_back(&id, "conversations", "id", &id)?, (account, revision));
        }
    }
    Ok(revisions)
}

/// Meta lets one app at a time answer.
async fn routed(conn: &mut Conn, accounts: &BTreeSet<AccountId>, now: Timestamp) -> StoreResult<()> {
    for account in accounts {
        sqlx::query("update accounts set routing = 'on', updated_at = $2 where id = $1 and routing <> 'on'")
            .bind(account.to_string())
            .bind(now.0)
            .execute(&mut *conn)
            .await
            .map_err(doing(WRITING))?;
    }
    Ok(())
}

/// Another app asks for a conversation: whoever has it hears of that.
async fn ask(conn: &mut Conn, said: &[Message], revisions: &Revisions, by: &Applier) -> StoreResult<Vec<NewChange>> {
    let asks = |it: &&Message| matches!(it.detail.event, Some(ThreadEvent::ControlRequested { .. }));
    let mut told = Vec::new();
    for (place, line) in (0u16..).zip(said.iter().filter(asks)) {
        let Some((account, revision)) = revisions.get(&line.conversation_id).copied() else { continue };
        let assignee: Option<String> = sqlx::query_scalar(
            "select assignee_id from conversations where id = $1 and assignee_id is not null
                 and not exists (select 1 from notifications n where n.message_id = $2)",
        )
        .bind(line.conversation_id.to_string())
        .bind(line.id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(WRITING))?;
        let Some(assignee) = assignee else { continue };
        let to = read_back(&assignee, "conversations", "assignee_id", &line.conversation_id.to_string())?;
        let notification = NotificationId::compose(by.now.0, chance(by, place));
        let notice = Notice { kind: "asked_for", to, line: line.id, notification, at: by.now };
        let raised = Raised::as_of(line.conversation_id, account, revision, by.now);
        told.push(notify_of(conn, raised, notice).await?);
    }
    Ok(told)
}

/// Each begins an episode. What was closed is nobody's until somebody is found who takes it: first whoever had it.
async fn open(
    conn: &mut Conn,
    opened: &BTreeSet<ConversationId>,
    revisions: &Revisions,
    asked: &Asked,
    now: Timestamp,
) -> StoreResult<()> {
    let rows = opened.iter().filter_map(|id| revisions.get(id).map(|(account, revision)| (*id, *account, *revision)));
    let rows: Vec<(ConversationId, AccountId, i64)> = rows.collect();
    for piece in pieces(&rows) {
        let mut insert = QueryBuilder::new("insert into episodes (id, conversation_id, account_id, opened_at) ");
        insert.push_values(piece, |mut values, (id, account, _)| {
            let at = asked.get(id).map_or(now, |at| now.min(*at));
            values
                .push_bind(EpisodeId::of(*id, at).to_string())
                .push_bind(id.to_string())
                .push_bind(account.to_string())
                .push_bind(at.0);
        });
        insert.push(" on conflict do nothing");
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    let again: Vec<String> = rows.iter().filter(|it| it.2 > 1).map(|it| it.0.to_string()).collect();
    for piece in pieces(&again) {
        let mut update = QueryBuilder::new(
            "update conversations set last_assignee_id = coalesce(assignee_id, last_assignee_id), assignee_id = null,
                 assigned_at = null, to_team_id = null, to_assign_at = ",
        );
        update.push_bind(now.0).push(" where id in (");
        let mut keys = update.separated(", ");
        for key in piece {
            keys.push_bind(key.as_str());
        }
        update.push(")");
        run(conn, &mut update).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

/// When each customer wrote first. What is applied late was opened then, and not now.
type Asked = BTreeMap<ConversationId, Timestamp>;

fn asked(messages: &BTreeMap<MessageId, Message>) -> Asked {
    let mut first = Asked::new();
    for it in messages.values().filter(|it| it.direction == Direction::In && it.learned != Learned::Old) {
        let at = first.entry(it.conversation_id).or_insert(it.at);
        *at = it.at.min(*at);
    }
    first
}

/// What people wrote elsewhere, such as in the app on a phone: of each conversation the earliest answer.
fn replied(messages: &BTreeMap<MessageId, Message>, asked: &Asked) -> Vec<Replied> {
    let mut first: BTreeMap<ConversationId, Replied> = BTreeMap::new();
    for it in messages.values() {
        let (conversation, at) = (it.conversation_id, it.at);
        let is_ours = it.direction == Direction::Out && matches!(it.author, Author::NativeInbox);
        let is_ours = is_ours && it.learned != Learned::Old;
        let is_answer = is_ours && asked.get(&conversation).is_none_or(|asked| at >= *asked);
        if is_answer && first.get(&conversation).is_none_or(|known| at < known.at) {
            first.insert(conversation, Replied { conversation, at, by: None });
        }
    }
    first.into_values().collect()
}

/// Content really goes: files are marked for the sweeper, the rest is deleted.
async fn erase(conn: &mut Conn, messages: &BTreeSet<MessageId>, now: Timestamp) -> StoreResult<()> {
    let ids: Vec<String> = messages.iter().map(ToString::to_string).collect();
    for piece in pieces(&ids) {
        let mut mark = QueryBuilder::new("update media set deleted_at = ");
        mark.push_bind(now.0);
        mark.push(" where deleted_at is null and id in (select media_id from attachments where message_id in (");
        let mut keys = mark.separated(", ");
        for id in piece {
            keys.push_bind(id.as_str());
        }
        mark.push("))");
        run(conn, &mut mark).await.map_err(doing(WRITING))?;
        for delete in [
            "delete from attachments where message_id in",
            "delete from message_edits where message_id in",
            "delete from reactions where message_id in",
            "delete from search_documents where message_id in",
        ] {
            run(conn, &mut among(delete, piece)).await.map_err(doing(WRITING))?;
        }
    }
    Ok(())
}

async fn messages(conn: &mut Conn, rows: &[Message], now: Timestamp) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, text, detail,
                mid, mid_key, reply_to_key, n_edits, learned, created_at, updated_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            let detail = (!row.detail.is_empty()).then(|| serde_json::to_string(&row.detail).unwrap_or_default());
            values
                .push_bind(row.id.to_string())
                .push_bind(row.conversation_id.to_string())
                .push_bind(row.at.0)
                .push_bind(row.direction.word())
                .push_bind(row.kind.word())
                .push_bind(row.state.map(model::thread::MessageState::word))
                .push_bind(row.author.word())
                .push_bind(row.author_id.as_deref())
                .push_bind(row.text.as_deref())
                .push_bind(detail)
                .push_bind(row.mid.as_deref())
                .push_bind(row.mid_key.as_deref())
                .push_bind(row.reply_to_key.as_deref())
                .push_bind(row.n_edits)
                .push_bind(row.learned.word())
                .push_bind(now.0)
                .push_bind(now.0);
        });
        // A webhook knows better what it was, whose and when, than what was read back.
        insert.push(
            " on conflict (id) do update set state = excluded.state, text = excluded.text, detail = excluded.detail,
                mid = excluded.mid, mid_key = excluded.mid_key, n_edits = excluded.n_edits,
                at = case when messages.learned = excluded.learned then messages.at else excluded.at end,
                kind = case when messages.learned = excluded.learned then messages.kind else excluded.kind end,
                author_kind = case when messages.learned = excluded.learned then messages.author_kind
                    else excluded.author_kind end,
                author_id = case when messages.learned = excluded.learned then messages.author_id
                    else excluded.author_id end,
                reply_to_key = case when messages.learned = excluded.learned then messages.reply_to_key
                    else excluded.reply_to_key end,
                learned = excluded.learned, updated_at = excluded.updated_at",
        );
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

/// An echo settles the fate of a message of ours: its job is done, whoever had it, and the comment that
/// it answered is answered.
async fn settle_sends(conn: &mut Conn, rows: &[Message], now: Timestamp) -> StoreResult<()> {
    let ours = |it: &&Message| it.direction == Direction::Out && it.author != Author::NativeInbox && it.mid.is_some();
    let ids: Vec<String> = rows.iter().filter(ours).map(|it| it.id.to_string()).collect();
    for piece in pieces(&ids) {
        let mut delete = among("delete from outbox where kind = 'message' and message_id in", piece);
        run(conn, &mut delete).await.map_err(doing(WRITING))?;
    }
    let answers = |it: &&Message| ours(it) && it.detail.comment.is_some();
    let ids: Vec<String> = rows.iter().filter(answers).map(|it| it.id.to_string()).collect();
    for piece in pieces(&ids) {
        let mut update = QueryBuilder::new("update comments set replied_at = ");
        update.push_bind(now.0);
        update.push(" where replied_at is null and reply_message_id in (");
        let mut keys = update.separated(", ");
        for id in piece {
            keys.push_bind(id.as_str());
        }
        update.push(")");
        run(conn, &mut update).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

async fn attachments(conn: &mut Conn, rows: &[Attachment], now: Timestamp) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into attachments (message_id, position, kind, state, source_url, external_id, title, detail, fetch_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            let waits = row.state == model::thread::AttachmentState::Waiting;
            values
                .push_bind(row.message_id.to_string())
                .push_bind(row.position)
                .push_bind(row.kind.word().to_owned())
                .push_bind(row.state.word())
                .push_bind(row.source_url.as_deref())
                .push_bind(row.external_id.as_deref())
                .push_bind(row.title.as_deref())
                .push_bind(row.detail.as_ref().map(ToString::to_string))
                .push_bind(waits.then_some(now.0));
        });
        // There are some already where the message was read back before its webhook came, which knows better what they
        // are. A file that is kept stays.
        insert.push(
            " on conflict (message_id, position) do update set kind = excluded.kind, title = excluded.title,
                external_id = excluded.external_id, detail = excluded.detail,
                source_url = case when attachments.state = 'stored' then attachments.source_url
                    else excluded.source_url end,
                state = case when attachments.state = 'link' then excluded.state else attachments.state end,
                fetch_at = case when attachments.state = 'link' then excluded.fetch_at else attachments.fetch_at end",
        );
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

async fn edits(conn: &mut Conn, rows: &[Edit]) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new("insert into message_edits (message_id, number, text, at) ");
        insert.push_values(piece, |mut values, row| {
            values
                .push_bind(row.message_id.to_string())
                .push_bind(row.number)
                .push_bind(row.text.as_deref())
                .push_bind(row.at.0);
        });
        insert.push(" on conflict (message_id, number) do nothing");
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

async fn reactions(conn: &mut Conn, rows: &[Reaction]) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new("insert into reactions (message_id, side, emoji, name, at) ");
        insert.push_values(piece, |mut values, row| {
            values
                .push_bind(row.message_id.to_string())
                .push_bind("contact")
                .push_bind(row.emoji.as_deref())
                .push_bind(row.name.as_deref())
                .push_bind(row.at.0);
        });
        insert.push(
            " on conflict (message_id, side) do update set emoji = excluded.emoji, name = excluded.name,
                at = excluded.at",
        );
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

async fn comments(conn: &mut Conn, rows: &[CommentRow]) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into comments (message_id, comment_id, parent_id, post_id, reply_until, removed_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            values
                .push_bind(row.message_id.to_string())
                .push_bind(row.comment_id.as_str())
                .push_bind(row.parent_id.as_deref())
                .push_bind(row.post_id.as_deref())
                .push_bind(ms(row.reply_until))
                .push_bind(ms(row.removed_at));
        });
        insert.push(" on conflict (message_id) do update set removed_at = excluded.removed_at");
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

async fn wait(conn: &mut Conn, rows: &[Waiting], now: Timestamp) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into waiting_events (id, account_id, mid_key, contact_external_id, kind, payload, at, created_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            values
                .push_bind(row.id.to_string())
                .push_bind(row.account_id.to_string())
                .push_bind(row.key.as_str())
                .push_bind(row.received.event.contact.as_deref())
                .push_bind(row.received.event.what.word())
                .push_bind(row.received.raw.as_str())
                .push_bind(row.received.event.at.0)
                .push_bind(now.0);
        });
        insert.push(" on conflict (id) do nothing");
        run(conn, &mut insert).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

async fn waited(conn: &mut Conn, ids: &[String]) -> StoreResult<()> {
    for piece in pieces(ids) {
        run(conn, &mut among("delete from waiting_events where id in", piece)).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

/// For what came out of order: counted from all messages.
async fn recount(conn: &mut Conn, conversations: &BTreeSet<ConversationId>) -> StoreResult<()> {
    let ids: Vec<String> = conversations.iter().map(ToString::to_string).collect();
    for piece in pieces(&ids) {
        let mut update = among(
            "update conversations set
                unread = (select count(*) from messages m where m.conversation_id = conversations.id
                    and m.direction = 'in' and m.learned <> 'old' and m.at > conversations.read_until and not exists (
                        select 1 from contacts k where k.id = conversations.contact_id and k.blocked_at is not null)),
                waiting_since = (select min(m.at) from messages m where m.conversation_id = conversations.id
                    and m.direction = 'in' and m.learned <> 'old' and m.at > conversations.last_reply_at and not exists (
                        select 1 from contacts k where k.id = conversations.contact_id and k.blocked_at is not null)),
                n_failed = (select count(*) from messages m where m.conversation_id = conversations.id
                    and m.state in ('failed', 'unconfirmed'))
             where id in",
            piece,
        );
        run(conn, &mut update).await.map_err(doing(WRITING))?;
    }
    Ok(())
}

/// Accounts have been heard of, to the minute: the row of a busy one is not written with every batch.
async fn heard(conn: &mut Conn, revisions: &Revisions, now: Timestamp) -> StoreResult<()> {
    let minute = now.0 - now.0.rem_euclid(MINUTE_S * 1000);
    let accounts: BTreeSet<AccountId> = revisions.values().map(|(account, _)| *account).collect();
    for account in accounts {
        sqlx::query(
            "update accounts set last_event_at = $1 where id = $2 and (last_event_at is null or last_event_at < $1)",
        )
        .bind(minute)
        .bind(account.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(WRITING))?;
    }
    Ok(())
}

/// For the live feed: each message, and each conversation that changed without one.
fn changes(messages: &[Message], revisions: &Revisions, noted: Noted, by: &Applier) -> Vec<NewChange> {
    let mut told = BTreeSet::new();
    let mut events = Vec::new();
    for message in messages {
        let conversation_id = message.conversation_id;
        let Some((account, revision)) = revisions.get(&conversation_id).copied() else { continue };
        told.insert(conversation_id);
        let event = Event::Message { conversation_id, message_id: message.id, revision };
        events.push((event, account, None));
    }
    for (conversation_id, (account, revision)) in revisions {
        if !told.contains(conversation_id) {
            let event = Event::Conversation { conversation_id: *conversation_id, revision: *revision };
            events.push((event, *account, None));
        }
    }
    events.extend(noted.events());
    let change = |(place, (event, account, person_id)): (u16, (Event, AccountId, Option<PersonId>))| NewChange {
        id: change_id(by, place),
        event,
        account_id: Some(account),
        person_id,
        at: by.now,
    };
    (0..).zip(events).map(change).collect()
}

/// In the order of the list.
fn change_id(by: &Applier, place: u16) -> ChangeId {
    ChangeId::compose(by.now.0, chance(by, place))
}

fn chance(by: &Applier, place: u16) -> [u8; 10] {
    let mut chance = [0u8; 10];
    chance[..2].copy_from_slice(&place.to_be_bytes());
    chance[2..].copy_from_slice(&by.salt.to_be_bytes());
    chance
}
