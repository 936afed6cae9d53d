//! A conversation, opened.

use super::super::read_back;
use super::lines::{self, END};
use super::{Conn, OPENING, row};
use crate::store::accounts::refused::SEVERAL_IMAGES;
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::ConversationId;
use model::inbox::{OpenAccount, OpenConversation};
use model::time::Timestamp;
use sqlx::FromRow;

pub(super) async fn open(
    conn: &mut Conn,
    id: ConversationId,
    sight: &Sight,
    limit: u32,
) -> StoreResult<Option<OpenConversation>> {
    // The row first: what changes meanwhile comes with a higher revision and is asked for again.
    let Some(conversation) = row::find(conn, id, sight).await? else { return Ok(None) };
    let beside: Option<Beside> = sqlx::query_as(
        "select c.delivered_until, c.seen_until, c.read_until, a.state, a.human_agent, a.refused, a.typing,
            a.mark_seen, k.blocked_at is not null as is_blocked,
            exists (select 1 from account_tokens t where t.account_id = a.id and t.state = 'working') as has_token,
            a.bot_id is not null or a.bot_app_id is not null or a.routing = 'on' as has_bot
         from conversations c join accounts a on a.id = c.account_id join contacts k on k.id = c.contact_id
         where c.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(OPENING))?;
    let Some(beside) = beside else { return Ok(None) };
    let (lines, has_older) = lines::before(conn, id, (END, String::new()), limit).await?;
    Ok(Some(OpenConversation {
        delivered_until: Timestamp(beside.delivered_until),
        seen_until: Timestamp(beside.seen_until),
        read_until: Timestamp(beside.read_until),
        lines,
        has_older,
        drafts: Vec::new(),
        account: beside.account(&conversation.account_id.to_string())?,
        conversation,
    }))
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
struct Beside {
    delivered_until: i64,
    seen_until: i64,
    read_until: i64,
    state: String,
    human_agent: String,
    refused: String,
    typing: bool,
    mark_seen: String,
    has_token: bool,
    is_blocked: bool,
    has_bot: bool,
}

impl Beside {
    fn account(&self, row: &str) -> StoreResult<OpenAccount> {
        let odd = |column| StoreError::Inconsistent { table: "accounts", column, row: row.to_owned() };
        let refused: Vec<String> = serde_json::from_str(&self.refused).map_err(|_| odd("refused"))?;
        Ok(OpenAccount {
            can_send: self.state == "active" && self.has_token,
            tag_refused: self.human_agent == "refused",
            one_picture_each: refused.iter().any(|it| it == SEVERAL_IMAGES),
            typing: self.typing,
            is_blocked: self.is_blocked,
            marks_seen: read_back(&self.mark_seen, "accounts", "mark_seen", row)?,
            has_bot: self.has_bot,
        })
    }
}
