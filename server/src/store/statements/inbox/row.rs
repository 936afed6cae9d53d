//! One row of the list, with the names of whatever it mentions.

use super::{Conn, Driver, LISTING, read_back, time};
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::ConversationId;
use model::inbox::{ListedContact, ListedConversation, NamedPerson, Owner};
use model::platform::Platform;
use model::priority::Priority;
use model::time::Timestamp;
use model::window::LastHeard;
use sqlx::{FromRow, QueryBuilder};

/// What [`Row`] is read from; `from` a conversation `c` follows, then [`BESIDE`]. Names that may be missing are looked up
/// one by one: Postgres would try every order in which to join them, which takes it longer than to find the rows.
pub(super) const COLUMNS: &str = "select c.id, c.account_id, a.name as account_name, a.platform, c.contact_id,
        k.name as contact_name, k.username, k.picture_id, c.state, c.snoozed_until, c.owner,
        (select b.name from bots b where b.id = c.owner_bot_id) as bot_name,
        (select o.name from apps o where o.id = c.owner_app_id) as app_name, c.assignee_id,
        (select p.name from people p where p.id = c.assignee_id) as assignee_name, c.unread, c.preview,
        c.preview_author,
        (select m.author_id from messages m where m.id = c.preview_message_id) as preview_author_id,
        c.last_activity_at, c.last_customer_action_at, c.last_customer_message_at, c.waiting_since, c.n_failed,
        c.priority, c.revision";

pub(super) const BESIDE: &str = " join accounts a on a.id = c.account_id join contacts k on k.id = c.contact_id";

pub(super) async fn find(
    conn: &mut Conn,
    id: ConversationId,
    sight: &Sight,
) -> StoreResult<Option<ListedConversation>> {
    let mut query = QueryBuilder::<Driver>::new(COLUMNS);
    query.push(" from conversations c").push(BESIDE).push(" where c.id = ").push_bind(id.to_string());
    let row: Option<Row> = query.build_query_as().fetch_optional(conn).await.map_err(doing(LISTING))?;
    let found = row.map(Row::read).transpose()?;
    Ok(found.filter(|it| sight.includes(it.account_id)))
}

#[derive(FromRow)]
pub(super) struct Row {
    id: String,
    account_id: String,
    account_name: String,
    platform: String,
    contact_id: String,
    contact_name: Option<String>,
    username: Option<String>,
    picture_id: Option<String>,
    state: String,
    snoozed_until: Option<i64>,
    owner: String,
    bot_name: Option<String>,
    app_name: Option<String>,
    assignee_id: Option<String>,
    assignee_name: Option<String>,
    unread: i32,
    preview: Option<String>,
    preview_author: Option<String>,
    preview_author_id: Option<String>,
    last_activity_at: i64,
    last_customer_action_at: Option<i64>,
    last_customer_message_at: Option<i64>,
    waiting_since: Option<i64>,
    n_failed: i32,
    priority: i32,
    revision: i64,
}

impl Row {
    pub(super) fn read(self) -> StoreResult<ListedConversation> {
        let row = &self.id;
        let odd = |table, column| StoreError::Inconsistent { table, column, row: row.clone() };
        let owner = match self.owner.as_str() {
            "human" => Owner::Human,
            "bot" => Owner::Bot { name: self.bot_name },
            "other" => Owner::Other { app: self.app_name },
            _ => return Err(odd("conversations", "owner")),
        };
        let assignee = match (&self.assignee_id, self.assignee_name) {
            (Some(id), Some(name)) => {
                Some(NamedPerson { id: read_back(id, "conversations", "assignee_id", row)?, name })
            }
            _ => None,
        };
        let author = self.preview_author.as_deref();
        Ok(ListedConversation {
            id: read_back(row, "conversations", "id", row)?,
            account_id: read_back(&self.account_id, "conversations", "account_id", row)?,
            account_name: self.account_name,
            platform: Platform::from_word(&self.platform).ok_or_else(|| odd("accounts", "platform"))?,
            contact: ListedContact {
                id: read_back(&self.contact_id, "conversations", "contact_id", row)?,
                name: self.contact_name,
                username: self.username,
                picture: self.picture_id.map(|it| read_back(&it, "contacts", "picture_id", row)).transpose()?,
            },
            state: read_back(&self.state, "conversations", "state", row)?,
            snoozed_until: time(self.snoozed_until),
            owner,
            assignee,
            unread: self.unread,
            preview: self.preview,
            preview_author: author.map(|it| read_back(it, "conversations", "preview_author", row)).transpose()?,
            preview_author_id: self.preview_author_id,
            last_activity_at: Timestamp(self.last_activity_at),
            heard: LastHeard {
                action_at: time(self.last_customer_action_at),
                message_at: time(self.last_customer_message_at),
            },
            waiting_since: time(self.waiting_since),
            n_failed: self.n_failed,
            priority: Priority::from_number(self.priority),
            revision: self.revision,
        })
    }
}
