//! Whom a reply goes to, and what is known of the way there.

use super::super::{Conn, read_back};
use crate::store::sends::Addressee;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::ConversationId;
use model::platform::Platform;
use model::time::Timestamp;
use model::window::LastHeard;
use sqlx::FromRow;

/// In `accounts.refused`.
pub(super) const SEVERAL_IMAGES: &str = "several_images";

#[derive(FromRow)]
struct AddresseeRow {
    account_id: String,
    platform: String,
    contact_external_id: String,
    can_send: bool,
    typing: bool,
    mark_seen: String,
    refused: String,
    owner: String,
    last_customer_action_at: Option<i64>,
    last_customer_message_at: Option<i64>,
}

pub(super) async fn find(conn: &mut Conn, id: ConversationId) -> StoreResult<Option<Addressee>> {
    let row: Option<AddresseeRow> = sqlx::query_as(
        "select c.account_id, a.platform, k.external_id as contact_external_id, a.typing, a.mark_seen, a.refused, c.owner, c.last_customer_action_at, c.last_customer_message_at,
             a.state = 'active' and exists (
                 select 1 from account_tokens t where t.account_id = a.id and t.state = 'working'
             ) as can_send
         from conversations c join accounts a on a.id = c.account_id join contacts k on k.id = c.contact_id
         where c.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing("look up whom a reply goes to"))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Addressee {
        account: read_back(&row.account_id, "conversations", "account_id", &row.account_id)?,
        platform: platform(&row.platform, &row.account_id)?,
        contact_external_id: row.contact_external_id,
        can_send: row.can_send,
        typing: row.typing,
        marks_seen: read_back(&row.mark_seen, "accounts", "mark_seen", &row.account_id)?,
        one_picture_each: refused(&row.refused).iter().any(|it| it == SEVERAL_IMAGES),
        is_owned_elsewhere: row.owner != "human",
        heard: LastHeard {
            action_at: row.last_customer_action_at.map(Timestamp),
            message_at: row.last_customer_message_at.map(Timestamp),
        },
    }))
}

pub(super) fn platform(word: &str, account: &str) -> StoreResult<Platform> {
    let odd = || StoreError::Inconsistent { table: "accounts", column: "platform", row: account.to_owned() };
    Platform::from_word(word).ok_or_else(odd)
}

/// A list that a newer version wrote otherwise says nothing to this one.
pub(super) fn refused(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap_or_default()
}
