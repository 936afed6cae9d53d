//! Lines of a thread, whole.

use super::super::intake::load::MessageRow;
use super::super::many::rows_among;
use super::apps;
use super::parts::Parts;
use super::{Conn, Driver, OPENING, PAGE_MOST, read_back};
use crate::store::inbox::Said;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::{ConversationId, MessageId};
use model::inbox::Line;
use model::thread::Message;
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};
use std::collections::BTreeSet;

/// The newest ones: what a page is taken from that begins before it.
pub(super) const END: Timestamp = Timestamp(i64::MAX);

const LINES: &str = "select m.id, m.conversation_id, m.at, m.direction, m.kind, m.state, m.author_kind, m.author_id,
        m.text, m.detail, m.mid, m.mid_key, m.reply_to_key, m.n_edits, m.client_id, m.part, m.tag, m.error,
        coalesce(p.name, b.name, a.name, t.name) as author_name, o.due_at
    from messages m
    left join people p on p.id = m.author_id and m.author_kind = 'agent'
    left join bots b on b.id = m.author_id and m.author_kind = 'bot'
    left join apps a on a.id = m.author_id and m.author_kind = 'bot'
    left join api_tokens t on t.id = m.author_id and m.author_kind = 'bot'
    left join outbox o on o.message_id = m.id and o.kind = 'message' and o.state = 'ready'
    where m.";

/// At most `limit` lines before this place, newest last, and whether there are older ones.
pub(super) async fn before(
    conn: &mut Conn,
    id: ConversationId,
    before: (Timestamp, String),
    limit: u32,
) -> StoreResult<(Vec<Line>, bool)> {
    let (rows, has_older) = rows_before(conn, id, before, limit, "").await?;
    Ok((whole(conn, id, rows).await?, has_older))
}

/// The same without what only the team sees.
pub(super) async fn messages_before(
    conn: &mut Conn,
    id: ConversationId,
    before: (Timestamp, String),
    limit: u32,
) -> StoreResult<(Vec<Said>, bool)> {
    let (rows, has_older) = rows_before(conn, id, before, limit, " and m.direction <> 'internal'").await?;
    Ok((said(conn, id, rows).await?, has_older))
}

pub(super) async fn one(conn: &mut Conn, id: ConversationId, message: MessageId) -> StoreResult<Option<Said>> {
    let rows: Vec<Row> =
        rows_among(conn, &[LINES, "id in"].concat(), &[message.to_string()], "").await.map_err(doing(OPENING))?;
    Ok(said(conn, id, rows).await?.pop())
}

async fn rows_before(
    conn: &mut Conn,
    id: ConversationId,
    (before, before_id): (Timestamp, String),
    limit: u32,
    only: &str,
) -> StoreResult<(Vec<Row>, bool)> {
    let most = limit.clamp(1, PAGE_MOST);
    let mut query = QueryBuilder::<Driver>::new(LINES);
    query.push("conversation_id = ").push_bind(id.to_string()).push(only);
    query.push(" and (m.at, m.id) < (").push_bind(before.0).push(", ").push_bind(before_id);
    query.push(format!(") order by m.at desc, m.id desc limit {}", most + 1));
    let mut rows: Vec<Row> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(OPENING))?;
    let has_older = rows.len() > most as usize;
    rows.truncate(most as usize);
    rows.reverse();
    Ok((rows, has_older))
}

/// At most `limit` lines after this place, oldest first.
pub(in super::super) async fn onward(
    conn: &mut Conn,
    id: ConversationId,
    after: Option<(Timestamp, MessageId)>,
    limit: u32,
) -> StoreResult<Vec<Line>> {
    let (at, of) = after.map_or((i64::MIN, String::new()), |it| (it.0.0, it.1.to_string()));
    let mut query = QueryBuilder::<Driver>::new(LINES);
    query.push("conversation_id = ").push_bind(id.to_string());
    query.push(" and (m.at, m.id) > (").push_bind(at).push(", ").push_bind(of);
    query.push(format!(") order by m.at, m.id limit {}", limit.clamp(1, PAGE_MOST)));
    let rows: Vec<Row> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(OPENING))?;
    whole(conn, id, rows).await
}

/// Where the line stands that comes after this one and so many others.
pub(super) async fn after(
    conn: &mut Conn,
    id: ConversationId,
    message: MessageId,
    n_between: u32,
) -> StoreResult<Option<(Timestamp, MessageId)>> {
    let place: Option<(i64, String)> = sqlx::query_as(
        "select later.at, later.id
         from messages m join messages later
            on later.conversation_id = m.conversation_id and (later.at, later.id) > (m.at, m.id)
         where m.id = $1 and m.conversation_id = $2 order by later.at, later.id limit 1 offset $3",
    )
    .bind(message.to_string())
    .bind(id.to_string())
    .bind(i64::from(n_between))
    .fetch_optional(conn)
    .await
    .map_err(doing(OPENING))?;
    place.map(|(at, id)| Ok((Timestamp(at), read_back(&id, "messages", "id", &id)?))).transpose()
}

/// Those of `messages` that are in this conversation.
pub(super) async fn these(conn: &mut Conn, id: ConversationId, messages: &[MessageId]) -> StoreResult<Vec<Line>> {
    let keys: BTreeSet<String> = messages.iter().map(ToString::to_string).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let rows: Vec<Row> = rows_among(conn, &[LINES, "id in"].concat(), &keys, "").await.map_err(doing(OPENING))?;
    let mut lines = whole(conn, id, rows).await?;
    lines.sort_by_key(|it| (it.at, it.id));
    Ok(lines)
}

/// With all that hangs on them. Rows of another conversation are left out.
async fn whole(conn: &mut Conn, id: ConversationId, rows: Vec<Row>) -> StoreResult<Vec<Line>> {
    Ok(said(conn, id, rows).await?.into_iter().map(|it| it.line).collect())
}

async fn said(conn: &mut Conn, id: ConversationId, rows: Vec<Row>) -> StoreResult<Vec<Said>> {
    let mut read = Vec::new();
    for row in rows {
        let (message, rest) = row.apart()?;
        if message.conversation_id == id {
            read.push((message, rest));
        }
    }
    apps::name(conn, read.iter_mut().map(|(message, _)| message)).await?;
    let messages: Vec<&Message> = read.iter().map(|(message, _)| message).collect();
    let mut parts = Parts::load(conn, id, &messages).await?;
    let said = |(message, rest): (Message, Rest)| {
        let mid = message.mid.clone();
        Ok(Said { line: line(message, rest, &mut parts)?, mid })
    };
    read.into_iter().map(said).collect()
}

fn line(message: Message, rest: Rest, parts: &mut Parts) -> StoreResult<Line> {
    let of = message.id;
    let failure = rest.error.as_deref().map(serde_json::from_str).transpose();
    let odd = |_| StoreError::Inconsistent { table: "messages", column: "error", row: of.to_string() };
    let mut detail = message.detail;
    // It lies at Meta, for a day, and is not to be linked.
    if let Some(story) = &mut detail.story {
        story.url = None;
    }
    Ok(Line {
        id: of,
        at: message.at,
        direction: message.direction,
        kind: message.kind,
        state: message.state,
        author: message.author,
        author_id: message.author_id,
        author_name: rest.author_name,
        text: message.text,
        detail,
        attachments: parts.attachments.remove(&of).unwrap_or_default(),
        reactions: parts.reactions.remove(&of).unwrap_or_default(),
        reply_to: message.reply_to_key.and_then(|key| parts.quoted.get(&key).cloned()),
        edits: parts.edits.remove(&of).unwrap_or_default(),
        tagged: rest.tag.is_some(),
        failure: failure.map_err(odd)?,
        client_id: rest.client_id,
        part: rest.part,
        due_at: rest.due_at.map(Timestamp),
        comment: parts.comments.remove(&of),
    })
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    message: MessageRow,
    #[sqlx(flatten)]
    rest: Rest,
}

impl Row {
    fn apart(self) -> StoreResult<(Message, Rest)> {
        Ok((self.message.read()?, self.rest))
    }
}

/// What a thread shows of a message and applying need not know.
#[derive(FromRow)]
struct Rest {
    client_id: Option<String>,
    part: i32,
    tag: Option<String>,
    error: Option<String>,
    author_name: Option<String>,
    due_at: Option<i64>,
}
