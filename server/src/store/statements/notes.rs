//! What the team writes for itself in a thread.

use super::changes::write_changes;
use super::conversations::lines::{self, NewLine};
use super::conversations::step::{MENTION, Notice, notify_of};
use super::conversations::{Raised, raise_of};
use super::sight::find_colleague;
use super::{Conn, Pools, read_back};
use crate::store::notes::{NoteRow, Notes};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::content::{Detail, MessageKind};
use model::id::Id as _;
use model::ids::{MessageId, NotificationId};
use model::inbox::NamedPerson;
use model::meta::identity::digest;
use model::person::PersonId;
use std::collections::BTreeSet;

const ADDING: &str = "add a note";

#[async_trait]
impl Notes for Pools {
    async fn add_note(&self, note: NoteRow) -> StoreResult<Option<MessageId>> {
        self.write(ADDING, move |conn| Box::pin(async move { add(conn, note).await })).await
    }
}

async fn add(conn: &mut Conn, note: NoteRow) -> StoreResult<Option<MessageId>> {
    if let Some(there) = already_there(conn, &note).await? {
        return Ok(Some(there));
    }
    let Some(raised) = raise_of(conn, note.conversation, note.now).await? else { return Ok(None) };
    if let Some(there) = already_there(conn, &note).await? {
        return Ok(Some(there));
    }
    let mentions = in_sight(conn, raised, note.mentions).await?;
    let meant: BTreeSet<PersonId> =
        mentions.iter().map(|it| it.id).filter(|it| Some(*it) != note.by.person()).collect();
    let detail = Detail { mentions, ..Detail::default() };
    let line = NewLine {
        id: note.id,
        at: note.now,
        kind: MessageKind::Note,
        author: note.by.author(),
        author_id: Some(note.by.author_id()),
        text: Some(note.text),
        detail: if detail.is_empty() { None } else { serde_json::to_string(&detail).ok() },
        client_id: Some(note.client_id),
    };
    lines::insert(conn, raised, &line).await?;
    let mut told = vec![raised.message(note.id)];
    for to in meant {
        let notification = notification_id(&line, to);
        let notice = Notice { kind: MENTION, to, line: note.id, notification, at: note.now };
        told.push(notify_of(conn, raised, notice).await?);
    }
    write_changes(conn, &told).await?;
    Ok(Some(note.id))
}

/// Those of them who may see the conversation, and will until the commit. In the order of their ids:
/// who waits for several people's rows waits in nobody's circle.
async fn in_sight(conn: &mut Conn, raised: Raised, mut mentions: Vec<NamedPerson>) -> StoreResult<Vec<NamedPerson>> {
    let people: BTreeSet<PersonId> = mentions.iter().map(|it| it.id).collect();
    for person in people {
        if find_colleague(conn, raised.account_id(), person).await?.is_none() {
            mentions.retain(|it| it.id != person);
        }
    }
    Ok(mentions)
}

/// One for each person and note.
fn notification_id(line: &NewLine, to: PersonId) -> NotificationId {
    let digest = digest(&["mention", &line.id.to_string(), &to.to_string()]).to_be_bytes();
    let mut chance = [0u8; 10];
    chance.copy_from_slice(&digest[..10]);
    NotificationId::compose(line.at.0, chance)
}

async fn already_there(conn: &mut Conn, note: &NoteRow) -> StoreResult<Option<MessageId>> {
    let id: Option<String> = sqlx::query_scalar(
        "select id from messages where conversation_id = $1 and client_id = $2 order by part limit 1",
    )
    .bind(note.conversation.to_string())
    .bind(&note.client_id)
    .fetch_optional(conn)
    .await
    .map_err(doing(ADDING))?;
    id.map(|it| read_back(&it, "messages", "id", &it)).transpose()
}
