//! The messages that others answer, in a few words.

use super::super::intake::load::{ATTACHMENTS, AttachmentRow, MESSAGES, MessageRow};
use super::super::many::rows_among;
use super::{Conn, OPENING};
use crate::store::{StoreResult, doing};
use model::ids::{ConversationId, MessageId};
use model::inbox::Quoted;
use model::thread::{Attachment, Message, preview};
use std::collections::HashMap;

/// By the key of the mid. Only what is in the same conversation.
pub(super) async fn find(conn: &mut Conn, of: ConversationId, keys: &[String]) -> StoreResult<HashMap<String, Quoted>> {
    let rows: Vec<MessageRow> = rows_among(conn, MESSAGES, keys, "").await.map_err(doing(OPENING))?;
    let mut messages = rows.into_iter().map(MessageRow::read).collect::<StoreResult<Vec<_>>>()?;
    messages.retain(|it| it.conversation_id == of);
    let wordless = messages.iter().filter(|it| it.text.is_none() && !it.is_deleted());
    let wordless: Vec<String> = wordless.map(|it| it.id.to_string()).collect();
    let order = " order by message_id, position";
    let rows: Vec<AttachmentRow> = rows_among(conn, ATTACHMENTS, &wordless, order).await.map_err(doing(OPENING))?;
    let mut attachments: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for row in rows {
        let attachment = row.read()?;
        attachments.entry(attachment.message_id).or_default().push(attachment);
    }
    let quoted = messages.into_iter().filter_map(|message| {
        let words = words(&message, attachments.get(&message.id).map_or(&[], Vec::as_slice));
        let quoted = Quoted { id: message.id, author: message.author, words };
        message.mid_key.map(|key| (key, quoted))
    });
    Ok(quoted.collect())
}

fn words(message: &Message, attachments: &[Attachment]) -> String {
    if message.is_deleted() { "Unsent".to_owned() } else { preview(message, attachments) }
}
