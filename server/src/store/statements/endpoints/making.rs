//! What the feed says becomes deliveries.

use super::super::changes::feed_after;
use super::super::many::{pieces, rows_among};
use super::super::tokens::sight_of;
use super::{Conn, MAKING, hold, lets_in, topics};
use crate::store::changes::Change;
use crate::store::endpoints::{Behind, MADE_AT_ONCE, Made};
use crate::store::sight::Sight;
use crate::store::{StoreResult, doing};
use model::content::{Detail, MessageKind, ThreadEvent};
use model::endpoints::Topic;
use model::ids::{ConversationId, EndpointId, MessageId};
use model::live::Event;
use model::thread::Direction;
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};
use std::collections::{HashMap, HashSet};

pub(super) async fn behind(conn: &mut Conn) -> StoreResult<Behind> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select e.id, e.seq, (select seq from change_head where id = 'head') from endpoints e order by e.seq, e.id",
    )
    .fetch_all(conn)
    .await
    .map_err(doing(MAKING))?;
    let ids = rows.iter().filter(|it| it.1 < it.2);
    let ids = ids.map(|it| super::read_back(&it.0, "endpoints", "id", &it.0)).collect::<StoreResult<_>>()?;
    Ok(Behind { is_nobody: rows.is_empty(), ids })
}

#[derive(FromRow)]
struct EndpointRow {
    seq: i64,
    events: String,
    token_id: String,
    scopes: String,
    bot_id: Option<String>,
    is_let_in: bool,
}

/// For whom deliveries are made.
struct For {
    id: EndpointId,
    topics: Vec<Topic>,
    bot: Option<String>,
    sight: Sight,
}

pub(super) async fn make(conn: &mut Conn, id: EndpointId, now: Timestamp) -> StoreResult<Made> {
    let nothing = Made { n_deliveries: 0, is_more: false };
    if !hold(conn, id).await? {
        return Ok(nothing);
    }
    let row: EndpointRow = sqlx::query_as(concat!(
        "select e.seq, e.events, e.token_id, t.scopes, t.bot_id, ",
        lets_in!("$2"),
        " as is_let_in from endpoints e join api_tokens t on t.id = e.token_id where e.id = $1"
    ))
    .bind(id.to_string())
    .bind(now.0)
    .fetch_one(&mut *conn)
    .await
    .map_err(doing(MAKING))?;
    let changes = feed_after(conn, row.seq, MADE_AT_ONCE).await?;
    let Some(last) = changes.last().map(|it| it.seq) else { return Ok(nothing) };
    let is_more = changes.len() == MADE_AT_ONCE as usize;
    let mut n_deliveries = 0;
    if row.is_let_in {
        let sight = sight_of(conn, &row.token_id, &row.scopes).await?;
        let it = For { id, topics: topics(&row.events), bot: row.bot_id, sight };
        n_deliveries = of_changes(conn, &it, &changes, now).await?;
    }
    sqlx::query("update endpoints set seq = $2 where id = $1")
        .bind(id.to_string())
        .bind(last)
        .execute(conn)
        .await
        .map_err(doing(MAKING))?;
    Ok(Made { n_deliveries, is_more })
}

/// What stands in the database about what the changes name.
struct Known {
    /// Who answers, as the endpoint is told it; missing: it is gone.
    owners: HashMap<String, Option<String>>,
    lines: HashMap<String, LineRow>,
    told: HashMap<String, String>,
    /// Something of these is still to be told.
    busy: HashSet<String>,
}

#[derive(FromRow)]
struct LineRow {
    id: String,
    direction: String,
    kind: String,
    detail: Option<String>,
    is_old: bool,
}

const LINES: &str = "select id, direction, kind, detail, learned = 'old' as is_old from messages where id in";

impl LineRow {
    fn event(&self) -> Option<ThreadEvent> {
        let is_event = self.kind == MessageKind::Event.word();
        let detail = self.detail.as_deref().filter(|_| is_event)?;
        serde_json::from_str::<Detail>(detail).ok()?.event
    }

    /// It says who answers from then on.
    fn is_handing(&self) -> bool {
        use ThreadEvent as It;
        matches!(self.event(), Some(It::HandedOver { .. } | It::ControlPassed { .. } | It::ControlTaken { .. }))
    }
}

struct NewDelivery {
    seq: i64,
    part: i32,
    conversation: String,
    message: Option<String>,
    topic: Topic,
    owner: Option<String>,
    is_first: bool,
}

async fn of_changes(conn: &mut Conn, it: &For, changes: &[Change], now: Timestamp) -> StoreResult<usize> {
    let seen = |change: &&Change| {
        change.person_id.is_none() && change.account_id.is_some_and(|account| it.sight.includes(account))
    };
    let seen: Vec<(i64, ConversationId, Option<MessageId>)> = changes
        .iter()
        .filter(seen)
        .filter_map(|change| match change.event {
            Event::Message { conversation_id, message_id, .. } => Some((change.seq, conversation_id, Some(message_id))),
            Event::Conversation { conversation_id, .. } => Some((change.seq, conversation_id, None)),
            _ => None,
        })
        .collect();
    if seen.is_empty() {
        return Ok(0);
    }
    let mut known = look_up(conn, it, &seen).await?;
    let mut made = Vec::new();
    let mut handed = HashMap::new();
    for (_, conversation, message) in &seen {
        if let Some(line) = message.and_then(|id| known.lines.get(&id.to_string())).filter(|line| line.is_handing()) {
            handed.insert(conversation.to_string(), line.id.clone());
        }
    }
    let mut retold: HashMap<String, Option<String>> = HashMap::new();
    for (seq, conversation, message) in seen {
        let conversation = conversation.to_string();
        let Some(owner) = known.owners.get(&conversation) else { continue };
        let mut tell = |topic, message: Option<String>, owner: Option<String>, part| {
            let is_first = known.busy.insert(conversation.clone());
            made.push(NewDelivery { seq, part, conversation: conversation.clone(), message, topic, owner, is_first });
        };
        let was_told = retold.get(&conversation).cloned().unwrap_or_else(|| known.told.get(&conversation).cloned());
        if was_told != *owner {
            if it.bot.is_some() || it.topics.contains(&Topic::Ownership) {
                let word = owner.as_deref().map_or("human", |it| it.split(':').next().unwrap_or(it));
                tell(Topic::Ownership, handed.get(&conversation).cloned(), Some(word.to_owned()), 0);
            }
            retold.insert(conversation.clone(), owner.clone());
        }
        if it.bot.is_some() && owner.is_none() {
            continue;
        }
        let Some(message) = message.map(|it| it.to_string()) else { continue };
        let topic = topic_of(known.lines.get(&message)).filter(|topic| it.topics.contains(topic));
        if let Some(topic) = topic {
            tell(topic, Some(message), None, 1);
        }
    }
    remember(conn, it.id, retold).await?;
    insert(conn, it.id, &made, now).await?;
    Ok(made.len())
}

/// A line that is gone was a step, taken back.
fn topic_of(line: Option<&LineRow>) -> Option<Topic> {
    let Some(line) = line else { return Some(Topic::State) };
    // Read back from long ago: nobody is to answer it.
    if line.is_old {
        return None;
    }
    if line.direction != Direction::Internal.word() {
        return Some(Topic::Message);
    }
    match line.event()? {
        ThreadEvent::Assigned { .. } | ThreadEvent::GivenToTeam { .. } => Some(Topic::Assignment),
        ThreadEvent::Closed
        | ThreadEvent::Reopened
        | ThreadEvent::Snoozed { .. }
        | ThreadEvent::Woke
        | ThreadEvent::Blocked
        | ThreadEvent::Unblocked => Some(Topic::State),
        _ => None,
    }
}

async fn look_up(conn: &mut Conn, it: &For, seen: &[(i64, ConversationId, Option<MessageId>)]) -> StoreResult<Known> {
    let conversations: HashSet<String> = seen.iter().map(|it| it.1.to_string()).collect();
    let conversations: Vec<String> = conversations.into_iter().collect();
    let messages: Vec<String> = seen.iter().filter_map(|it| it.2).map(|it| it.to_string()).collect();
    let owners: Vec<(String, String, Option<String>)> =
        rows_among(conn, "select id, owner, owner_bot_id from conversations where id in", &conversations, "")
            .await
            .map_err(doing(MAKING))?;
    let lines: Vec<LineRow> = rows_among(conn, LINES, &messages, "").await.map_err(doing(MAKING))?;
    let of = format!(" and endpoint_id = '{}'", it.id);
    let told: Vec<(String, String)> = rows_among(
        conn,
        "select conversation_id, owner from endpoint_owners where conversation_id in",
        &conversations,
        &of,
    )
    .await
    .map_err(doing(MAKING))?;
    let busy: Vec<(String,)> = rows_among(
        conn,
        "select distinct conversation_id from endpoint_deliveries where conversation_id in",
        &conversations,
        &format!("{of} and state in ('waiting', 'ready', 'running')"),
    )
    .await
    .map_err(doing(MAKING))?;
    Ok(Known {
        owners: owners.into_iter().map(|(id, owner, bot)| (id, owner_for(it, &owner, bot))).collect(),
        lines: lines.into_iter().map(|it| (it.id.clone(), it)).collect(),
        told: told.into_iter().collect(),
        busy: busy.into_iter().map(|it| it.0).collect(),
    })
}

/// `None`: people, or for a bot's endpoint whoever else.
fn owner_for(it: &For, owner: &str, bot: Option<String>) -> Option<String> {
    match owner {
        "bot" if it.bot.is_some() => (it.bot == bot).then(|| "bot".to_owned()),
        "bot" => Some(format!("bot:{}", bot.unwrap_or_default())),
        "other" if it.bot.is_none() => Some("other".to_owned()),
        _ => None,
    }
}

async fn remember(conn: &mut Conn, id: EndpointId, owners: HashMap<String, Option<String>>) -> StoreResult<()> {
    for (conversation, owner) in owners {
        let sql = if owner.is_some() {
            "insert into endpoint_owners (endpoint_id, conversation_id, owner) values ($1, $2, $3)
             on conflict (endpoint_id, conversation_id) do update set owner = excluded.owner"
        } else {
            "delete from endpoint_owners where endpoint_id = $1 and conversation_id = $2"
        };
        let mut query = sqlx::query(sql).bind(id.to_string()).bind(conversation);
        if let Some(owner) = owner {
            query = query.bind(owner);
        }
        query.execute(&mut *conn).await.map_err(doing(MAKING))?;
    }
    Ok(())
}

async fn insert(conn: &mut Conn, id: EndpointId, made: &[NewDelivery], now: Timestamp) -> StoreResult<()> {
    for piece in pieces(made) {
        let mut insert = QueryBuilder::new(
            "insert into endpoint_deliveries (endpoint_id, seq, part, conversation_id, message_id, event, owner, state,
                 due_at, created_at) ",
        );
        insert.push_values(piece, |mut values, it| {
            values
                .push_bind(id.to_string())
                .push_bind(it.seq)
                .push_bind(it.part)
                .push_bind(it.conversation.clone())
                .push_bind(it.message.clone())
                .push_bind(it.topic.word())
                .push_bind(it.owner.clone())
                .push_bind(if it.is_first { "ready" } else { "waiting" })
                .push_bind(now.0)
                .push_bind(now.0);
        });
        insert.build().execute(&mut *conn).await.map_err(doing(MAKING))?;
    }
    Ok(())
}
