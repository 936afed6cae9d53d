//! A reply becomes messages and their jobs.

use super::super::super::hold_conversation;
use super::super::changes::write_changes;
use super::super::many::{pieces, rows_among};
use super::super::sight::find_colleague;
use super::super::{Conn, read_back};
use super::jobs::{self, Job, Place, end};
use super::{Driver, FOR_UPDATE, disclosing, run, thread, unseen};
use crate::store::sends::{NewMessage, NewReply, Queueing};
use crate::store::{StoreResult, doing};
use model::content::Detail;
use model::ids::{AccountId, ConversationId, MessageId};
use model::person::PersonId;
use model::thread::{AttachmentState, Author, Direction, Learned, MessageState};
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};
use std::collections::BTreeSet;

const QUEUEING: &str = "queue a reply";

/// What a reply meets in its conversation.
#[derive(FromRow)]
struct Met {
    account_id: String,
    owner: String,
    owner_bot_id: Option<String>,
    is_by_bot: bool,
    is_there: bool,
    /// All about the customer is being deleted.
    is_deleted: bool,
    reply_to_key: Option<String>,
    comment_id: Option<String>,
    #[sqlx(flatten)]
    queued: jobs::End,
}

impl Met {
    /// A bot answers what is its own, everybody else what is people's.
    fn may_answer(&self, reply: &NewReply) -> bool {
        match self.owner.as_str() {
            "human" => !self.is_by_bot,
            "bot" => self.is_by_bot && self.owner_bot_id == reply.author_id,
            _ => false,
        }
    }
}

/// `Refused` if the comment was answered before.
pub(super) async fn reply(conn: &mut Conn, reply: &NewReply) -> StoreResult<Queueing> {
    let taker = taker(conn, reply).await?;
    hold_conversation(conn, reply.conversation).await?;
    let Some(met) = meet(conn, reply).await? else { return Ok(Queueing::NoSuchConversation) };
    if met.is_deleted {
        return Ok(Queueing::NoSuchConversation);
    }
    if met.is_there {
        let there = find(conn, reply.conversation, reply.client_id.as_deref()).await?;
        return Ok(Queueing::AlreadyThere(there));
    }
    if !met.may_answer(reply) {
        return Ok(Queueing::NotTheirs);
    }
    let is_known = |wanted: Option<MessageId>, found: &Option<String>| wanted.is_none() || found.is_some();
    if !is_known(reply.reply_to, &met.reply_to_key) || !is_known(reply.comment, &met.comment_id) {
        return Ok(Queueing::NoSuchMessage);
    }
    if !files_are_there(conn, reply).await? {
        return Ok(Queueing::NoSuchFile);
    }
    if let Some(unseen) = unseen::find(conn, reply).await? {
        return Ok(Queueing::Held(unseen));
    }
    let place = met.queued.place(reply.due_at, reply.is_scheduled);
    if let (Some(comment), Some(first)) = (reply.comment, reply.messages.first()) {
        thread::claim_comment(conn, comment, first.id).await?;
    }
    let first = if met.is_by_bot { disclosing::first(conn, reply, place.at).await? } else { None };
    let n_before = i64::from(first.is_some());
    let mut rows =
        rows(reply, met.reply_to_key.as_deref(), met.comment_id.as_deref(), Timestamp(place.at.0 + n_before));
    let said_first = first.as_ref().map(|it| it.id);
    rows.splice(0..0, first.map(|message| thread::NewRow { message, client_id: None, part: 0 }));
    thread::insert_messages(conn, &rows, reply.now).await?;
    attachments(conn, reply).await?;
    let account = read_back(&met.account_id, "conversations", "account_id", &met.account_id)?;
    let of_first = said_first.map(|message| Job {
        message,
        conversation: reply.conversation,
        account,
        pace: jobs::pace(false, std::iter::empty()),
        place,
        is_scheduled: reply.is_scheduled,
        now: reply.now,
    });
    let jobs = (n_before..).zip(&reply.messages).map(|(n, it)| job(reply, it, account, place, n));
    jobs::insert(conn, &of_first.into_iter().chain(jobs).collect::<Vec<Job>>()).await?;
    if let Some(message) = said_first {
        disclosing::note(conn, reply.conversation, message, reply.now).await?;
    }
    let Some(raised) = thread::we_wrote(conn, reply, rows.last(), taker).await? else {
        return Ok(Queueing::NoSuchConversation);
    };
    let mut told: Vec<_> = said_first.into_iter().map(|it| raised.message(it)).collect();
    told.extend(reply.messages.iter().map(|it| raised.message(it.id)));
    told.extend(taker.map(|_| raised.conversation()));
    write_changes(conn, &told).await?;
    Ok(Queueing::Queued(reply.messages.iter().map(|it| it.id).collect()))
}

/// Whoever answers what is nobody's takes it on, if they can still be given it. They are held before the
/// conversation, as everybody does who needs both.
async fn taker(conn: &mut Conn, reply: &NewReply) -> StoreResult<Option<PersonId>> {
    let author = reply.author_id.as_ref().filter(|_| reply.author == Author::Agent);
    let Some(person) = author.and_then(|it| it.parse().ok()) else { return Ok(None) };
    let account: Option<String> = sqlx::query_scalar(
        "select account_id from conversations where id = $1 and owner = 'human' and assignee_id is null",
    )
    .bind(reply.conversation.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(QUEUEING))?;
    let Some(account) = account else { return Ok(None) };
    let account = read_back(&account, "conversations", "account_id", &account)?;
    Ok(find_colleague(conn, account, person).await?.map(|it| it.id))
}

async fn meet(conn: &mut Conn, reply: &NewReply) -> StoreResult<Option<Met>> {
    let sql = concat!(
        "select c.account_id, c.owner, c.owner_bot_id, q.last_turn, q.last_due_at, q.last_at,
             exists (select 1 from bots b where b.id = $5) as is_by_bot,
             exists (select 1 from messages m where m.conversation_id = $1 and m.client_id = $2) as is_there,
             exists (
                 select 1 from deletions d where d.state in ('requested', 'running') and d.subject = c.contact_id
             ) as is_deleted,
             (select m.mid_key from messages m where m.id = $3 and m.conversation_id = $1) as reply_to_key,
             (
                 select k.comment_id from comments k join messages m on m.id = k.message_id
                 where k.message_id = $4 and m.conversation_id = $1
             ) as comment_id
         from conversations c cross join (",
        end!(),
        ") q where c.id = $1"
    );
    sqlx::query_as(sql)
        .bind(reply.conversation.to_string())
        .bind(reply.client_id.clone())
        .bind(reply.reply_to.map(|it| it.to_string()))
        .bind(reply.comment.map(|it| it.to_string()))
        .bind(reply.author_id.as_ref().filter(|_| reply.author == Author::Bot))
        .fetch_optional(conn)
        .await
        .map_err(doing(QUEUEING))
}

pub(super) async fn find(
    conn: &mut Conn,
    conversation: ConversationId,
    client_id: Option<&str>,
) -> StoreResult<Vec<MessageId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select id from messages where conversation_id = $1 and client_id = $2 and kind <> 'event'
         order by part limit 10000",
    )
    .bind(conversation.to_string())
    .bind(client_id)
    .fetch_all(conn)
    .await
    .map_err(doing(QUEUEING))?;
    ids.iter().map(|it| read_back(it, "messages", "id", it)).collect()
}

/// Nobody marks them as deleted until the commit.
async fn files_are_there(conn: &mut Conn, reply: &NewReply) -> StoreResult<bool> {
    let files = reply.messages.iter().flat_map(|it| &it.attachments).filter_map(|it| it.media);
    let wanted: BTreeSet<String> = files.map(|it| it.to_string()).collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let and = [" and deleted_at is null order by id", FOR_UPDATE].concat();
    let found: Vec<(String,)> =
        rows_among(conn, "select id from media where id in", &wanted, &and).await.map_err(doing(QUEUEING))?;
    Ok(found.len() == wanted.len())
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
                learned: Learned::Live,
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
