//! A conversation goes from people to a bot, and back.

use super::super::super::hold_conversation;
use super::super::audit;
use super::super::changes::write_changes;
use super::lines::{self, NewLine};
use super::{Conn, raise_of, read_back};
use crate::store::audit::{AuditEntry, Subject};
use crate::store::conversations::{HandedOver, HandingOver, To};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::content::{Detail, MessageKind, ThreadEvent};
use model::ids::BotId;
use model::intake::NAMED_US;
use sqlx::FromRow;

const HANDING: &str = "hand a conversation over";

#[derive(FromRow)]
struct Row {
    owner: String,
    owner_bot_id: Option<String>,
    assignee_id: Option<String>,
    account_bot_id: Option<String>,
}

pub(super) async fn hand_over(conn: &mut Conn, it: &HandingOver) -> StoreResult<HandedOver> {
    hold_conversation(conn, it.conversation).await?;
    let id = it.conversation.to_string();
    let row: Option<Row> = sqlx::query_as(
        "select c.owner, c.owner_bot_id, c.assignee_id, a.bot_id as account_bot_id
         from conversations c join accounts a on a.id = c.account_id where c.id = $1",
    )
    .bind(&id)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(HANDING))?;
    let Some(row) = row else { return Ok(HandedOver::NoSuchConversation) };
    let bot: Option<BotId> = match (it.to, it.by.bot(), &row.account_bot_id) {
        (To::People, ..) => None,
        (To::Bot, Some(own), _) => Some(own),
        (To::Bot, None, Some(accounts)) => Some(read_back(accounts, "accounts", "bot_id", &id)?),
        (To::Bot, None, None) => return Ok(HandedOver::NoBot),
    };
    let is_its = row.owner_bot_id.is_some() && row.owner_bot_id == it.by.bot().map(|it| it.to_string());
    match (row.owner.as_str(), bot) {
        ("human", None) => return Ok(HandedOver::Was),
        ("bot", Some(bot)) if row.owner_bot_id == Some(bot.to_string()) => return Ok(HandedOver::Was),
        // Nobody's bot takes from a person, nor from another bot.
        ("human", Some(_)) if row.assignee_id.is_some() && it.by.bot().is_some() => {
            return Ok(HandedOver::APersonHasIt);
        }
        ("bot", _) if it.by.bot().is_some() && !is_its => return Ok(HandedOver::OwnedElsewhere),
        ("human" | "bot", _) => {}
        _ => return Ok(HandedOver::OwnedElsewhere),
    }
    let Some(raised) = raise_of(conn, it.conversation, it.now).await? else {
        return Ok(HandedOver::NoSuchConversation);
    };
    write(conn, it, bot).await?;
    let name = match bot {
        Some(bot) => Some(name_of(conn, bot).await?),
        None => None,
    };
    lines::insert(conn, raised, &line(it, name.clone())).await?;
    let entry = AuditEntry {
        id: it.audit_id,
        at: it.now,
        actor: it.by.actor(),
        action: Action::HandedOver,
        subject: Some(Subject::Conversation(it.conversation)),
        detail: Some(name.unwrap_or_else(|| "people".to_owned())),
        address: None,
    };
    audit::insert(conn, &entry).await?;
    write_changes(conn, &[raised.conversation(), raised.message(it.line)]).await?;
    Ok(HandedOver::Done)
}

/// What comes back to people is theirs to give to somebody, as if it had just opened.
async fn write(conn: &mut Conn, it: &HandingOver, bot: Option<BotId>) -> StoreResult<()> {
    sqlx::query(
        "update conversations set owner = $2, owner_bot_id = $3, owner_app_id = null, bot_since = $5,
             owner_at = case when owner_at < $4 then $4 else owner_at + 1 end, owner_rank = $6,
             last_assignee_id = coalesce(assignee_id, last_assignee_id), assignee_id = null, assigned_at = null,
             to_team_id = null, to_assign_at = case when $2 = 'human' and state = 'open' then $4 end
         where id = $1",
    )
    .bind(it.conversation.to_string())
    .bind(if bot.is_some() { "bot" } else { "human" })
    .bind(bot.map(|it| it.to_string()))
    .bind(it.now.0)
    .bind(bot.map(|_| it.now.0))
    .bind(NAMED_US)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(HANDING))
}

async fn name_of(conn: &mut Conn, bot: BotId) -> StoreResult<String> {
    sqlx::query_scalar("select name from bots where id = $1")
        .bind(bot.to_string())
        .fetch_one(conn)
        .await
        .map_err(doing(HANDING))
}

fn line(it: &HandingOver, to: Option<String>) -> NewLine {
    let event = ThreadEvent::HandedOver { to, note: it.note.clone() };
    NewLine {
        id: it.line,
        at: it.now,
        kind: MessageKind::Event,
        author: it.by.author(),
        author_id: Some(it.by.author_id()),
        text: None,
        detail: serde_json::to_string(&Detail { event: Some(event), ..Detail::default() }).ok(),
        client_id: None,
    }
}
