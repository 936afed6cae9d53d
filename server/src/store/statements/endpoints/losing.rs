//! A bot loses what it does not answer.

use super::super::super::hold_conversation;
use super::super::audit;
use super::super::changes::write_changes;
use super::super::conversations::lines::{self, NewLine};
use super::super::conversations::raise_of;
use super::{Conn, LOSING, read_back};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::endpoints::{Losing, Lost, WhyLost};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::content::{Detail, MessageKind, ThreadEvent};
use model::endpoints::UNREACHABLE_FOR_S;
use model::intake::NAMED_US;
use model::thread::Author;
use model::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
struct WaitingRow {
    id: String,
    bot_id: String,
    bot_name: String,
    waiting_since: i64,
    bot_since: Option<i64>,
    answer_within_ms: Option<i64>,
    failing_since: Option<i64>,
}

pub(super) async fn find(conn: &mut Conn, now: Timestamp, limit: u32) -> StoreResult<Vec<Lost>> {
    let rows: Vec<WaitingRow> = sqlx::query_as(
        "select c.id, b.id as bot_id, b.name as bot_name, c.waiting_since, c.bot_since, b.answer_within_ms, (
             select min(e.failing_since) from endpoints e join api_tokens t on t.id = e.token_id
             where t.bot_id = b.id and e.state = 'active'
         ) as failing_since
         from conversations c join bots b on b.id = c.owner_bot_id
         where c.owner = 'bot' and c.waiting_since is not null and c.state = 'open'
         order by c.waiting_since limit $1",
    )
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await
    .map_err(doing(LOSING))?;
    let mut found = Vec::new();
    for row in rows {
        let Some((_, why)) = row.lost_at().filter(|it| it.0 <= now) else { continue };
        found.push(Lost {
            conversation: read_back(&row.id, "conversations", "id", &row.id)?,
            bot: read_back(&row.bot_id, "bots", "id", &row.bot_id)?,
            bot_name: row.bot_name,
            waiting_since: Timestamp(row.waiting_since),
            why,
        });
    }
    Ok(found)
}

impl WaitingRow {
    /// When, and why. What a bot was given late it need not have answered before.
    fn lost_at(&self) -> Option<(Timestamp, WhyLost)> {
        let since = self.waiting_since.max(self.bot_since.unwrap_or(self.waiting_since));
        let silent = self.answer_within_ms.map(|ms| (since + ms, WhyLost::Silent { limit_s: ms / 1000 }));
        let unreachable = |failing: i64| (since.max(failing) + UNREACHABLE_FOR_S * 1000, WhyLost::Unreachable);
        let first = [silent, self.failing_since.map(unreachable)].into_iter().flatten().min_by_key(|it| it.0);
        first.map(|(at, why)| (Timestamp(at), why))
    }
}

/// `false` if it has answered, or it is not the bot's any more.
pub(super) async fn lose(conn: &mut Conn, it: &Losing) -> StoreResult<bool> {
    let Losing { lost, .. } = it;
    hold_conversation(conn, lost.conversation).await?;
    let is_still: Option<i32> = sqlx::query_scalar(
        "select 1 from conversations where id = $1 and owner = 'bot' and owner_bot_id = $2 and waiting_since = $3",
    )
    .bind(lost.conversation.to_string())
    .bind(lost.bot.to_string())
    .bind(lost.waiting_since.0)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(LOSING))?;
    if is_still.is_none() {
        return Ok(false);
    }
    let Some(raised) = raise_of(conn, lost.conversation, it.now).await? else { return Ok(false) };
    sqlx::query(
        "update conversations set owner = 'human', owner_bot_id = null, owner_app_id = null, bot_since = null,
             owner_at = case when owner_at < $2 then $2 else owner_at + 1 end, owner_rank = $3,
             assignee_id = null, assigned_at = null, to_team_id = null,
             to_assign_at = case when state = 'open' then $2 end
         where id = $1",
    )
    .bind(lost.conversation.to_string())
    .bind(it.now.0)
    .bind(NAMED_US)
    .execute(&mut *conn)
    .await
    .map_err(doing(LOSING))?;
    let event = ThreadEvent::HandedOver { to: None, note: Some(it.note.clone()) };
    let line = NewLine {
        id: it.line,
        at: it.now,
        kind: MessageKind::Event,
        // As whoever hands over: the note says that it did not do so itself.
        author: Author::Bot,
        author_id: Some(lost.bot.to_string()),
        text: None,
        detail: serde_json::to_string(&Detail { event: Some(event), ..Detail::default() }).ok(),
        client_id: None,
    };
    lines::insert(conn, raised, &line).await?;
    let entry = AuditEntry {
        id: it.audit_id,
        at: it.now,
        actor: Actor::System,
        action: Action::BotLost,
        subject: Some(Subject::Conversation(lost.conversation)),
        detail: Some(lost.bot_name.clone()),
        address: None,
    };
    audit::insert(conn, &entry).await?;
    write_changes(conn, &[raised.conversation(), raised.message(it.line)]).await?;
    Ok(true)
}
