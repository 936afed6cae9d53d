//! A bot says that it is one: before its first message, before its first after a pause, and before its first after people
//! gave the conversation back. It is decided where the bot's message is queued, so it is said once, whatever happens.

use super::super::Conn;
use super::run;
use crate::store::sends::NewReply;
use crate::store::{StoreResult, doing};
use model::content::{Detail, MessageKind};
use model::ids::{ConversationId, MessageId};
use model::thread::{Author, Direction, Learned, Message, MessageState};
use model::time::{DAY_S, Timestamp};

const DISCLOSING: &str = "say that a bot answers";

/// After so long without a word of the bot's, whoever reads has forgotten.
const PAUSE_S: i64 = DAY_S;

/// The message that is to go before this reply of a bot's, if it is.
pub(super) async fn first(conn: &mut Conn, reply: &NewReply, at: Timestamp) -> StoreResult<Option<Message>> {
    // Meta allows one message in private to whoever commented: the one after it says so.
    if reply.comment.is_some() {
        return Ok(None);
    }
    let text: Option<String> = sqlx::query_scalar(
        "select a.disclosure from conversations c join accounts a on a.id = c.account_id
         where c.id = $1 and a.disclosure is not null and (
             c.disclosed_at is null or c.disclosed_at < coalesce(c.bot_since, 0) or not exists (
                 select 1 from messages m where m.conversation_id = c.id and m.at > $2 and m.direction = 'out'
                     and m.author_kind = 'bot' and m.state <> 'failed'
             )
         )",
    )
    .bind(reply.conversation.to_string())
    .bind(reply.now.plus_s(-PAUSE_S).0)
    .fetch_optional(conn)
    .await
    .map_err(doing(DISCLOSING))?;
    let of = reply.messages.first().map(|it| it.id.to_string()).unwrap_or_default();
    Ok(text.map(|text| Message {
        id: MessageId::of(reply.now, &format!("disclosure\n{of}")),
        conversation_id: reply.conversation,
        at,
        direction: Direction::Out,
        kind: MessageKind::Text,
        state: Some(MessageState::Queued),
        author: Author::Bot,
        author_id: reply.author_id.clone(),
        text: Some(text),
        detail: Detail::default(),
        mid: None,
        mid_key: None,
        reply_to_key: None,
        n_edits: 0,
        learned: Learned::Live,
    }))
}

pub(super) async fn note(conn: &mut Conn, of: ConversationId, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("update conversations set disclosed_at = $2, disclosure_message_id = $3 where id = $1");
    run(conn, DISCLOSING, query.bind(of.to_string()).bind(now.0).bind(message.to_string())).await.map(drop)
}

/// It does not leave, so it was not said.
pub(super) async fn take_back(conn: &mut Conn, of: ConversationId, message: MessageId) -> StoreResult<()> {
    let query = sqlx::query(
        "update conversations set disclosed_at = null, disclosure_message_id = null
         where id = $1 and disclosure_message_id = $2",
    );
    run(conn, DISCLOSING, query.bind(of.to_string()).bind(message.to_string())).await.map(drop)
}
