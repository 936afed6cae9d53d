//! A reply becomes messages and their jobs.

use super::super::changes::write_changes;
use super::super::conversations::raise_of;
use super::super::many::pieces;
use super::super::{Conn, read_back};
use super::jobs::{self, Job, Place};
use super::{Driver, run, thread, unseen};
use crate::store::sends::{NewMessage, NewReply, Queueing};
use crate::store::{StoreResult, doing};
use model::content::Detail;
use model::ids::{AccountId, ConversationId, MessageId};
use model::thread::{AttachmentState, Direction, MessageState};
use model::time::Timestamp;
use sqlx::QueryBuilder;

const QUEUEING: &str = "queue a reply";

/// `Refused` if the comment was answered before.
pub(super) async fn reply(conn: &mut Conn, reply: &NewReply) -> StoreResult<Queueing> {
    // Before anything is raised: mostly it is there if it was sent twice.
    if let Some(there) = already_there(conn, reply).await? {
        return Ok(there);
    }
    let reply_to_key = match reply.reply_to {
        Some(message) => match mid_key(conn, reply.conversation, message).await? {
            Some(key) => Some(key),
            None => return Ok(Queueing::NoSuchMessage),
        },
        None => None,
    };
    let comment = match reply.comment {
        Some(message) => match thread::comment_id(conn, reply.conversation, message).await? {
            Some(id) => Some((message, id)),
            None => return Ok(Queueing::NoSuchMessage),
        },
        None => None,
    };
    if let Some(unseen) = unseen::find(conn, reply).await? {
        return Ok(Queueing::Held(unseen));
    }
    let Some(raised) = raise_of(conn, reply.conversation, reply.now).await? else {
        return Ok(Queueing::NoSuchConversation);
    };
    if let Some(there) = already_there(conn, reply).await? {
        return Ok(there);
    }
    // Once more: what was being written before is there now.
    if let Some(unseen) = unseen::find(conn, reply).await? {
        return Ok(Queueing::Held(unseen));
    }
    let place = jobs::place(conn, reply.conversation, reply.due_at, reply.is_scheduled).await?;
    if let (Some((comment, _)), Some(first)) = (&comment, reply.messages.first()) {
        thread::claim_comment(conn, *comment, first.id).await?;
    }
    let rows = rows(reply, reply_to_key.as_deref(), comment.as_ref().map(|(_, id)| id.as_str()), place.at);
    thread::insert_messages(conn, &rows, reply.now).await?;
    attachments(conn, reply).await?;
    let jobs: Vec<Job> =
        (0..).zip(&reply.messages).map(|(n, it)| job(reply, it, raised.account_id(), place, n)).collect();
    jobs::insert(conn, &jobs).await?;
    thread::we_wrote(conn, reply, rows.last()).await?;
    let told: Vec<_> = reply.messages.iter().map(|it| raised.message(it.id)).collect();
    write_changes(conn, &told).await?;
    Ok(Queueing::Queued(reply.messages.iter().map(|it| it.id).collect()))
}

async fn already_there(conn: &mut Conn, reply: &NewReply) -> StoreResult<Option<Queueing>> {
    let Some(client_id) = &reply.client_id else { return Ok(None) };
    let ids: Vec<String> = sqlx::query_scalar(
        "select id from messages where conversation_id = $1 and client_id = $2 order by part limit 10000",
    )
    .bind(reply.conversation.to_string())
    .bind(client_id)
    .fetch_all(conn)
    .await
    .map_err(doing(QUEUEING))?;
    let ids = ids.iter().map(|it| read_back(it, "messages", "id", it)).collect::<StoreResult<Vec<MessageId>>>()?;
    Ok((!ids.is_empty()).then_some(Queueing::AlreadyThere(ids)))
}

async fn mid_key(conn: &mut Conn, of: ConversationId, message: MessageId) -> StoreResult<Option<String>> {
    let found: Option<Option<String>> =
        sqlx::query_scalar("select mid_key from messages where id = $1 and conversation_id = $2")
            .bind(message.to_string())
            .bind(of.to_string())
            .fetch_optional(conn)
            .await
            .map_err(doing(QUEUEING))?;
    Ok(found.flatten())
}

/// What is answered belongs to the first part, and so does the comment.
fn rows(reply: &NewReply, reply_to_key: Option<&str>, comment: Option<&str>, at: Timestamp) -> Vec<thread::NewRow> {
    let row = |(part, it): (i32, &NewMessage)| {
        let of_first = |key: Option<&str>| key.filter(|_| part == 0).map(str::to_owned);
        thread::NewRow {
            message: model::thread::Message {
                id: it.id,
                conversation_id: reply.conversation,
                at: Timestamp(at.0 + i64::from(part)),
                direction: Direction::Out,
                kind: it.kind,
                state: Some(MessageState::Queued),
                author: reply.author,
                author_id: reply.author_id.clone(),
                text: it.text.clone(),
                detail: Detail {
                    comment: of_first(comment).or_else(|| it.detail.comment.clone()),
                    ..it.detail.clone()
                },
                mid: None,
                mid_key: None,
                reply_to_key: of_first(reply_to_key),
                n_edits: 0,
            },
            client_id: reply.client_id.clone(),
            part,
        }
    };
    (0..).zip(&reply.messages).map(row).collect()
}

async fn attachments(conn: &mut Conn, reply: &NewReply) -> StoreResult<()> {
    let of = |it: &NewMessage| {
        it.attachments.clone().into_iter().zip(0i32..).map(|(a, n)| (it.id, n, a)).collect::<Vec<_>>()
    };
    let all: Vec<_> = reply.messages.iter().flat_map(of).collect();
    for piece in pieces(&all) {
        let mut insert = QueryBuilder::<Driver>::new(
            "insert into attachments (message_id, position, kind, state, media_id, source_url, external_id, title,
                detail, fetch_at) ",
        );
        insert.push_values(piece, |mut values, (message, position, row)| {
            values
                .push_bind(message.to_string())
                .push_bind(*position)
                .push_bind(row.kind.word().to_owned())
                .push_bind(row.state.word())
                .push_bind(row.media.map(|it| it.to_string()))
                .push_bind(row.source_url.clone())
                .push_bind(row.external_id.clone())
                .push_bind(row.title.clone())
                .push_bind(row.detail.as_ref().map(ToString::to_string))
                .push_bind((row.state == AttachmentState::Waiting).then_some(reply.now.0));
        });
        run(conn, QUEUEING, insert.build()).await?;
    }
    Ok(())
}

fn job(reply: &NewReply, message: &NewMessage, account: AccountId, place: Place, n: i64) -> Job {
    let is_private = reply.comment.is_some();
    Job {
        message: message.id,
        conversation: reply.conversation,
        account,
        pace: jobs::pace(is_private, message.attachments.iter().map(|it| &it.kind)),
        place: Place { turn: place.turn + n, ..place },
        is_scheduled: reply.is_scheduled,
        now: reply.now,
    }
}
