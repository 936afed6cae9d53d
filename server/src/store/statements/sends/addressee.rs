//! Whom a reply goes to, and what is known of the way there.

use super::super::sight::sees;
use super::super::{Conn, read_back};
use crate::store::accounts::refused::SEVERAL_IMAGES;
use crate::store::sends::Addressee;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::ConversationId;
use model::person::PersonId;
use model::platform::Platform;
use model::time::Timestamp;
use model::window::LastHeard;
use sqlx::FromRow;

const LOOKING: &str = "look up whom a reply goes to";

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
    is_blocked: bool,
    owner_bot_id: Option<String>,
    last_customer_action_at: Option<i64>,
    last_customer_message_at: Option<i64>,
}

macro_rules! addressee {
    ($which:expr) => {
        concat!(
            "select c.account_id, a.platform, k.external_id as contact_external_id, a.typing, a.mark_seen, a.refused,
                 c.owner, k.blocked_at is not null as is_blocked, c.owner_bot_id, c.last_customer_action_at,
                 c.last_customer_message_at,
                 a.state = 'active' and exists (
                     select 1 from account_tokens t where t.account_id = a.id and t.state = 'working'
                 ) as can_send
             from conversations c join accounts a on a.id = c.account_id join contacts k on k.id = c.contact_id
             where c.id = $1",
            $which
        )
    };
}

pub(super) async fn find(conn: &mut Conn, id: ConversationId) -> StoreResult<Option<Addressee>> {
    let row: Option<AddresseeRow> =
        sqlx::query_as(addressee!("")).bind(id.to_string()).fetch_optional(conn).await.map_err(doing(LOOKING))?;
    row.map(AddresseeRow::read).transpose()
}

pub(super) async fn find_seen_by(
    conn: &mut Conn,
    person: PersonId,
    id: ConversationId,
) -> StoreResult<Option<Addressee>> {
    let row: Option<AddresseeRow> = sqlx::query_as(addressee!(concat!(
        " and ",
        "exists (select 1 from people p where p.id = $2 and ",
        sees!("c.account_id"),
        ")"
    )))
    .bind(id.to_string())
    .bind(person.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(LOOKING))?;
    row.map(AddresseeRow::read).transpose()
}

impl AddresseeRow {
    fn read(self) -> StoreResult<Addressee> {
        Ok(Addressee {
            account: read_back(&self.account_id, "conversations", "account_id", &self.account_id)?,
            platform: platform(&self.platform, &self.account_id)?,
            contact_external_id: self.contact_external_id,
            can_send: self.can_send,
            typing: self.typing,
            marks_seen: read_back(&self.mark_seen, "accounts", "mark_seen", &self.account_id)?,
            one_picture_each: refused(&self.refused).iter().any(|it| it == SEVERAL_IMAGES),
            is_owned_elsewhere: self.owner != "human",
            is_blocked: self.is_blocked,
            owner_bot: self
                .owner_bot_id
                .map(|it| read_back(&it, "conversations", "owner_bot_id", &self.account_id))
                .transpose()?,
            heard: LastHeard {
                action_at: self.last_customer_action_at.map(Timestamp),
                message_at: self.last_customer_message_at.map(Timestamp),
            },
        })
    }
}

pub(super) fn platform(word: &str, account: &str) -> StoreResult<Platform> {
    let odd = || StoreError::Inconsistent { table: "accounts", column: "platform", row: account.to_owned() };
    Platform::from_word(word).ok_or_else(odd)
}

/// A list that a newer version wrote otherwise says nothing to this one.
pub(super) fn refused(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap_or_default()
}
