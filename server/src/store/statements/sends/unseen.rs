//! What came into a conversation since its writer last saw the end of it.

use super::super::intake::load::{ATTACHMENTS, AttachmentRow, MessageRow};
use super::super::many::rows_among;
use super::Conn;
use crate::store::sends::NewReply;
use crate::store::{StoreResult, doing};
use model::desk::Unseen;
use model::ids::MessageId;
use model::thread::{Author, Message, preview};

const LOOKING: &str = "look for what a writer has not seen";

/// Later than the line `$2`, from the customer or from somebody else of ours. What waits for its chosen
/// moment was not said yet.
macro_rules! unseen {
    ($columns:literal, $end:literal) => {
        concat!(
            "select ",
            $columns,
            " from messages m join messages s on s.id = $2 and s.conversation_id = m.conversation_id
             where m.conversation_id = $1 and (m.at, m.id) > (s.at, s.id)
                 and (m.direction = 'in' or (m.direction = 'out' and (m.author_kind <> $3 or m.author_id <> $4)))
                 and m.state <> 'deleted'
                 and not exists (
                     select 1 from outbox o where o.message_id = m.id and o.is_scheduled and o.state = 'ready'
                 )",
            $end
        )
    };
}

/// Nothing, if the line is not there (any more).
pub(super) async fn find(conn: &mut Conn, reply: &NewReply) -> StoreResult<Option<Unseen>> {
    let Some(seen) = reply.seen else { return Ok(None) };
    let (writer, author) = (reply.author_id.as_deref().unwrap_or_default(), reply.author.word());
    let newest: Option<MessageRow> = sqlx::query_as(unseen!(
        "m.id, m.conversation_id, m.at, m.direction, m.kind, m.state, m.author_kind, m.author_id, m.text, m.detail,
             m.mid, m.mid_key, m.reply_to_key, m.n_edits",
        " order by m.at desc, m.id desc limit 1"
    ))
    .bind(reply.conversation.to_string())
    .bind(seen.to_string())
    .bind(author)
    .bind(writer)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(LOOKING))?;
    let Some(newest) = newest else { return Ok(None) };
    let n_messages: i64 = sqlx::query_scalar(unseen!("count(*)", ""))
        .bind(reply.conversation.to_string())
        .bind(seen.to_string())
        .bind(author)
        .bind(writer)
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(LOOKING))?;
    let newest = newest.read()?;
    Ok(Some(Unseen {
        n_messages: u32::try_from(n_messages).unwrap_or(u32::MAX),
        author: newest.author,
        author_name: name(conn, &newest).await?,
        preview: words(conn, &newest).await?,
    }))
}

async fn words(conn: &mut Conn, message: &Message) -> StoreResult<String> {
    let of: [String; 1] = [MessageId::to_string(&message.id)];
    let rows: Vec<AttachmentRow> =
        rows_among(conn, ATTACHMENTS, &of, " order by position limit 100").await.map_err(doing(LOOKING))?;
    let attachments = rows.into_iter().map(AttachmentRow::read).collect::<StoreResult<Vec<_>>>()?;
    Ok(preview(message, &attachments))
}

async fn name(conn: &mut Conn, message: &Message) -> StoreResult<Option<String>> {
    let sql = match message.author {
        Author::Contact => {
            "select coalesce(k.name, k.username) from conversations c join contacts k on k.id = c.contact_id
             where c.id = $1"
        }
        Author::Agent => "select name from people where id = $1",
        Author::Bot => {
            "select name from bots where id = $1 union all select name from apps where id = $1
             union all select name from api_tokens where id = $1 limit 1"
        }
        Author::NativeInbox | Author::Rule | Author::System => return Ok(None),
    };
    let of = match message.author {
        Author::Contact => message.conversation_id.to_string(),
        _ => message.author_id.clone().unwrap_or_default(),
    };
    let found: Option<Option<String>> =
        sqlx::query_scalar(sql).bind(of).fetch_optional(conn).await.map_err(doing(LOOKING))?;
    Ok(found.flatten())
}
