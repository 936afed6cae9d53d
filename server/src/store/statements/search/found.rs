//! What the index led to, as it is now.

use super::filter::Filter;
use super::{Conn, SEARCHING, Sight, StoreError, StoreResult, doing, read_back};
use crate::store::search::{FoundContact, FoundMessage};
use model::ids::AccountId;
use model::inbox::ListedContact;
use model::platform::Platform;
use model::thread::Author;
use model::time::Timestamp;
use sqlx::FromRow;

const MESSAGES: &str = "select d.doc, m.id, m.conversation_id, m.at, m.kind, m.author_kind, m.text,
        coalesce((select p.name from people p where p.id = m.author_id and m.author_kind = 'agent'),
            (select b.name from bots b where b.id = m.author_id and m.author_kind = 'bot'),
            (select o.name from apps o where o.id = m.author_id and m.author_kind = 'bot'),
            (select n.name from api_tokens n where n.id = m.author_id and m.author_kind = 'bot')) as author_name,
        c.account_id, c.contact_id, c.last_activity_at, k.name as contact_name, k.username, k.picture_id,
        a.name as account_name, a.platform
    from search_documents d join messages m on m.id = d.message_id join conversations c on c.id = m.conversation_id
    join contacts k on k.id = c.contact_id join accounts a on a.id = c.account_id
    where d.doc in";

const CONTACTS: &str = "select d.doc, c.id as conversation_id, c.account_id, c.contact_id, c.last_activity_at,
        k.name as contact_name, k.username, k.picture_id, a.name as account_name, a.platform
    from search_documents d join contacts k on k.id = d.contact_id join conversations c on c.contact_id = k.id
    join accounts a on a.id = c.account_id
    where d.doc in";

/// Newest first. What is out of sight, or has no words any more, is not among them.
pub(super) async fn messages(
    conn: &mut Conn,
    documents: &[i64],
    filter: &Filter,
    sight: &Sight,
) -> StoreResult<Vec<FoundMessage>> {
    let rows: Vec<MessageRow> = of_documents(conn, MESSAGES, documents).await?;
    let seen = rows.into_iter().filter(|it| it.place.is_in(sight)).collect();
    let mut rows = filter.keep(conn, seen).await?;
    rows.sort_by_key(|it| it.place.doc);
    rows.into_iter().filter(|it| it.text.is_some()).map(MessageRow::read).collect()
}

/// Whoever was active last comes first.
pub(super) async fn contacts(conn: &mut Conn, documents: &[i64], sight: &Sight) -> StoreResult<Vec<FoundContact>> {
    let rows: Vec<ContactRow> = of_documents(conn, CONTACTS, documents).await?;
    let mut rows: Vec<ContactRow> = rows.into_iter().filter(|it| it.place.is_in(sight)).collect();
    rows.sort_by_key(|it| (std::cmp::Reverse(it.place.last_activity_at), it.place.doc));
    rows.into_iter().map(ContactRow::read).collect()
}

/// Where the customers of these documents write, in no order.
pub(super) async fn conversations(conn: &mut Conn, documents: &[i64]) -> StoreResult<Vec<String>> {
    const OF: &str = "select c.id from search_documents d join conversations c on c.contact_id = d.contact_id
        where d.doc in";
    let rows: Vec<(String,)> = of_documents(conn, OF, documents).await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// The numbers are ours, and no text: they are written out.
async fn of_documents<R: super::super::many::OfRow>(
    conn: &mut Conn,
    sql: &str,
    documents: &[i64],
) -> StoreResult<Vec<R>> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = sqlx::QueryBuilder::<super::Driver>::new(sql);
    query.push(" (");
    let mut list = query.separated(", ");
    // Of a few lengths, so that few different statements are prepared.
    let filling = documents.last().into_iter().cycle();
    for document in documents.iter().chain(filling).take(documents.len().next_power_of_two()) {
        list.push_bind(*document);
    }
    query.push(")");
    query.build_query_as().fetch_all(conn).await.map_err(doing(SEARCHING))
}

#[derive(FromRow)]
pub(super) struct Place {
    doc: i64,
    account_id: String,
    contact_id: String,
    last_activity_at: i64,
    contact_name: Option<String>,
    username: Option<String>,
    picture_id: Option<String>,
    account_name: String,
    platform: String,
}

impl Place {
    /// Asked of the conversation, whatever the index says.
    fn is_in(&self, sight: &Sight) -> bool {
        self.account_id.parse::<AccountId>().is_ok_and(|it| sight.includes(it))
    }

    fn platform(&self) -> StoreResult<Platform> {
        let row = self.account_id.clone();
        Platform::from_word(&self.platform).ok_or(StoreError::Inconsistent {
            table: "accounts",
            column: "platform",
            row,
        })
    }

    fn contact(self) -> StoreResult<ListedContact> {
        let row = &self.contact_id;
        Ok(ListedContact {
            id: read_back(row, "conversations", "contact_id", row)?,
            name: self.contact_name,
            username: self.username,
            picture: self.picture_id.map(|it| read_back(&it, "contacts", "picture_id", row)).transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct MessageRow {
    id: String,
    pub(super) conversation_id: String,
    at: i64,
    kind: String,
    author_kind: String,
    author_name: Option<String>,
    text: Option<String>,
    #[sqlx(flatten)]
    place: Place,
}

impl MessageRow {
    fn read(self) -> StoreResult<FoundMessage> {
        let author: Author = read_back(&self.author_kind, "messages", "author_kind", &self.id)?;
        Ok(FoundMessage {
            id: read_back(&self.id, "messages", "id", &self.id)?,
            conversation: read_back(&self.conversation_id, "messages", "conversation_id", &self.id)?,
            at: Timestamp(self.at),
            is_note: self.kind == "note",
            author,
            author_name: self.author_name,
            text: self.text.unwrap_or_default(),
            platform: self.place.platform()?,
            account_name: self.place.account_name.clone(),
            contact: self.place.contact()?,
        })
    }
}

#[derive(FromRow)]
struct ContactRow {
    conversation_id: String,
    #[sqlx(flatten)]
    place: Place,
}

impl ContactRow {
    fn read(self) -> StoreResult<FoundContact> {
        Ok(FoundContact {
            conversation: read_back(&self.conversation_id, "conversations", "id", &self.conversation_id)?,
            last_activity_at: Timestamp(self.place.last_activity_at),
            platform: self.place.platform()?,
            account_name: self.place.account_name.clone(),
            contact: self.place.contact()?,
        })
    }
}
