//! What sending does to a thread and to what the list shows of it.

use super::super::Conn;
use super::super::conversations::{Raised, raise_and};
use super::super::intake::load::{AttachmentRow, MessageRow};
use super::super::many::{lists, pieces};
use super::{Driver, among, run, run_of};
use crate::store::sends::NewReply;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::{ConversationId, MessageId};
use model::person::PersonId;
use model::thread::{Attachment, Author, Message, MessageState, preview};
use model::time::Timestamp;
use sqlx::QueryBuilder;

const WRITING: &str = "write what is to be sent";
const SHOWING: &str = "show a conversation's newest message";

/// A message of ours that is new.
pub(super) struct NewRow {
    pub message: Message,
    pub client_id: Option<String>,
    pub part: i32,
}

pub(super) async fn insert_messages(conn: &mut Conn, rows: &[NewRow], now: Timestamp) -> StoreResult<()> {
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::<Driver>::new(
            "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, text,
                detail, reply_to_key, client_id, part, created_at, updated_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            let it = &row.message;
            let detail = (!it.detail.is_empty()).then(|| serde_json::to_string(&it.detail).unwrap_or_default());
            values
                .push_bind(it.id.to_string())
                .push_bind(it.conversation_id.to_string())
                .push_bind(it.at.0)
                .push_bind(it.direction.word())
                .push_bind(it.kind.word())
                .push_bind(it.state.map(MessageState::word))
                .push_bind(it.author.word())
                .push_bind(it.author_id.clone())
                .push_bind(it.text.clone())
                .push_bind(detail)
                .push_bind(it.reply_to_key.clone())
                .push_bind(row.client_id.clone())
                .push_bind(row.part)
                .push_bind(now.0)
                .push_bind(now.0);
        });
        run(conn, WRITING, insert.build()).await?;
    }
    Ok(())
}

/// The list shows what is to leave soon. Who answers has read what is there: no more than that, for what
/// they have not seen yet may have been written before.
pub(super) async fn we_wrote(
    conn: &mut Conn,
    reply: &NewReply,
    last: Option<&NewRow>,
    taker: Option<PersonId>,
) -> StoreResult<Option<Raised>> {
    let shown = last.filter(|_| !reply.is_scheduled).map(|last| (&last.message, words(reply, last)));
    let more = |update: &mut QueryBuilder<Driver>| {
        if reply.author == Author::Agent {
            update.push(
                ", unread = 0, read_until = coalesce((
                     select max(m.at) from messages m where m.conversation_id = conversations.id
                         and m.direction = 'in' and m.at > conversations.read_until
                 ), read_until)",
            );
        }
        if let Some(taker) = taker {
            // Somebody else may have been quicker.
            const FREE: &str = "case when owner = 'human' and assignee_id is null then ";
            update.push(", to_assign_at = ").push(FREE).push("null else to_assign_at end");
            update.push(", assigned_at = ").push(FREE).push_bind(reply.now.0).push(" else assigned_at end");
            update.push(", assignee_id = ").push(FREE).push_bind(taker.to_string()).push(" else assignee_id end");
        }
        update.push(", recalled = false");
        if let Some((message, words)) = shown {
            update.push(", preview = ").push_bind(words);
            update.push(", preview_author = ").push_bind(message.author.word());
            update.push(", preview_message_id = ").push_bind(message.id.to_string());
            update.push(", last_activity_at = case when last_activity_at < ").push_bind(message.at.0);
            update.push(" then ").push_bind(message.at.0).push(" else last_activity_at end");
        }
    };
    raise_and(conn, reply.conversation, reply.now, more).await
}

fn words(reply: &NewReply, last: &NewRow) -> String {
    let attachments = reply.messages.last().into_iter().flat_map(|it| {
        it.attachments.iter().zip(0..).map(|(a, position)| Attachment {
            message_id: it.id,
            position,
            kind: a.kind.clone(),
            state: a.state,
            source_url: None,
            external_id: None,
            title: a.title.clone(),
            detail: None,
        })
    });
    preview(&last.message, &attachments.collect::<Vec<_>>())
}

async fn show(conn: &mut Conn, of: ConversationId, newest: Option<(&Message, String)>) -> StoreResult<()> {
    let (message, words) = newest.unzip();
    let query = sqlx::query(
        "update conversations set preview = $2, preview_author = $3, preview_message_id = $4, recalled = false
         where id = $1",
    );
    let query = query
        .bind(of.to_string())
        .bind(words)
        .bind(message.map(|it| it.author.word()))
        .bind(message.map(|it| it.id.to_string()));
    run(conn, SHOWING, query).await.map(drop)
}

/// After a message went, or one came whose moment was chosen. What waits for its moment is not shown.
pub(super) async fn show_newest(conn: &mut Conn, of: ConversationId) -> StoreResult<()> {
    let newest: Option<MessageRow> = sqlx::query_as(
        "select id, conversation_id, at, direction, kind, state, author_kind, author_id, text, detail, mid, mid_key,
             reply_to_key, n_edits
         from messages where conversation_id = $1 and direction <> 'internal' and not exists (
             select 1 from outbox o where o.message_id = messages.id and o.is_scheduled and o.state = 'ready'
         )
         order by at desc, id desc limit 1",
    )
    .bind(of.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(SHOWING))?;
    let Some(newest) = newest else { return show(conn, of, None).await };
    let newest = newest.read()?;
    let attachments: Vec<AttachmentRow> = sqlx::query_as(
        "select message_id, position, kind, state, source_url, external_id, title, detail
         from attachments where message_id = $1 order by position limit 100",
    )
    .bind(newest.id.to_string())
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(SHOWING))?;
    let attachments = attachments.into_iter().map(AttachmentRow::read).collect::<StoreResult<Vec<_>>>()?;
    let words = preview(&newest, &attachments);
    show(conn, of, Some((&newest, words))).await
}

/// How many messages an agent has to look at.
pub(in super::super) async fn count_failed(conn: &mut Conn, of: ConversationId) -> StoreResult<()> {
    let query = sqlx::query(
        "update conversations set n_failed = (
             select count(*) from messages m
             where m.conversation_id = conversations.id and m.state in ('failed', 'unconfirmed')
         ) where id = $1",
    );
    run(conn, "count what was not sent", query.bind(of.to_string())).await.map(drop)
}

/// A comment is answered in private once. `Refused` if it was, or is about to be.
pub(super) async fn claim_comment(conn: &mut Conn, comment: MessageId, reply: MessageId) -> StoreResult<()> {
    let query = sqlx::query(
        "update comments set reply_message_id = $2
         where message_id = $1 and replied_at is null and (reply_message_id is null or reply_message_id = $2)",
    );
    let query = query.bind(comment.to_string()).bind(reply.to_string());
    if run(conn, "answer a comment", query).await? == 0 { Err(StoreError::Refused) } else { Ok(()) }
}

/// The reply will not leave: somebody else may answer.
pub(super) async fn release_comment(conn: &mut Conn, reply: MessageId) -> StoreResult<()> {
    let sql = "update comments set reply_message_id = null where reply_message_id = $1 and replied_at is null";
    run_of(conn, "leave a comment unanswered", sql, reply).await.map(drop)
}

pub(super) async fn known_mids(conn: &mut Conn, mid_keys: &[String]) -> StoreResult<Vec<String>> {
    let mut known = Vec::new();
    for list in lists(mid_keys) {
        let mut query = among("select mid_key from messages where mid_key in", &list);
        let found: Vec<(String,)> =
            query.build_query_as().fetch_all(&mut *conn).await.map_err(doing("look for messages by their mids"))?;
        known.extend(found.into_iter().map(|(key,)| key));
    }
    Ok(known)
}
