//! The index follows the feed. Where it ended stands in a row of its own, written with what it did: a program that
//! dies goes on from there. What was there before the index, or passed by while nobody followed, is gone through
//! once, contacts first and then the newest messages.

use super::super::changes::{bounds, feed_after};
use super::{Conn, FOR_UPDATE, INDEXING, Indexed, StoreResult, doing, read_back, rows_among, search};
use crate::search::document::{Document, Known, Sayer};
use crate::store::changes::{Change, FeedBounds};
use crate::store::search::FORM;
use model::live::Event;
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, FromRow};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    /// The last change that was followed.
    seq: i64,
    walk: Option<Walk>,
}

/// After which contact, or before which message, going through goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Walk {
    Contacts(String),
    Messages(String),
}

const AFTER_EVERY_ID: &str = "~";

pub(super) async fn step(conn: &mut Conn, limit: u32, now: Timestamp) -> StoreResult<Indexed> {
    let bounds = bounds(conn).await?;
    let position = hold(conn, bounds, now).await?;
    let changes = feed_after(conn, position.seq, limit).await?;
    if let Some(last) = changes.last() {
        follow(conn, &changes).await?;
        save(conn, &Position { seq: last.seq, ..position }, now).await?;
        return Ok(Indexed::Followed(changes.len()));
    }
    let (n, walk) = match &position.walk {
        None => return Ok(Indexed::Nothing),
        Some(Walk::Contacts(after)) => {
            let ids = ids(conn, "select id from contacts where id > $1 order by id limit $2", after, limit).await?;
            contacts(conn, &ids).await?;
            let to_messages = || Walk::Messages(AFTER_EVERY_ID.to_owned());
            (ids.len(), Some(ids.last().cloned().map_or_else(to_messages, Walk::Contacts)))
        }
        Some(Walk::Messages(before)) => {
            let sql = "select id from messages where id < $1 order by id desc limit $2";
            let ids = ids(conn, sql, before, limit).await?;
            messages(conn, &ids).await?;
            (ids.len(), ids.last().cloned().map(Walk::Messages))
        }
    };
    save(conn, &Position { walk, ..position }, now).await?;
    Ok(Indexed::Walked(n))
}

/// Where it ended; of several processes one at a time goes on from there.
async fn hold(conn: &mut Conn, bounds: FeedBounds, now: Timestamp) -> StoreResult<Position> {
    let anew = Position { seq: bounds.head, walk: Some(Walk::Contacts(String::new())) };
    sqlx::query("insert into settings (key, value, updated_at) values ('search_index', $1, $2) on conflict do nothing")
        .bind(anew.print())
        .bind(now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(INDEXING))?;
    let sql = ["select value from settings where key = 'search_index'", FOR_UPDATE].concat();
    let value: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn).await.map_err(doing(INDEXING))?;
    let position = Position::read(&value).filter(|it| bounds.reaches_back_to(it.seq));
    Ok(position.unwrap_or(anew))
}

async fn save(conn: &mut Conn, position: &Position, now: Timestamp) -> StoreResult<()> {
    sqlx::query("update settings set value = $1, updated_at = $2 where key = 'search_index'")
        .bind(position.print())
        .bind(now.0)
        .execute(conn)
        .await
        .map(drop)
        .map_err(doing(INDEXING))
}

async fn follow(conn: &mut Conn, changes: &[Change]) -> StoreResult<()> {
    let (mut said, mut told) = (BTreeSet::new(), BTreeSet::new());
    for change in changes {
        match change.event {
            Event::Message { message_id, conversation_id, .. } => {
                said.insert(message_id.to_string());
                told.insert(conversation_id.to_string());
            }
            Event::Conversation { conversation_id, .. } => _ = told.insert(conversation_id.to_string()),
            Event::Account { .. } | Event::Notification { .. } | Event::Resync => {}
        }
    }
    let told: Vec<String> = told.into_iter().collect();
    let of = "select contact_id from conversations where id in";
    let known: Vec<(String,)> = rows_among(conn, of, &told, "").await.map_err(doing(INDEXING))?;
    let renamed = contacts(conn, &known.into_iter().map(|it| it.0).collect::<Vec<_>>()).await?;
    // Who is called otherwise now is found under the new name in what was said before, too.
    let of = "select m.id from conversations c join messages m on m.conversation_id = c.id
        where m.author_kind = 'contact' and c.contact_id in";
    let theirs: Vec<(String,)> = rows_among(conn, of, &renamed, "").await.map_err(doing(INDEXING))?;
    said.extend(theirs.into_iter().map(|it| it.0));
    messages(conn, &said.into_iter().collect::<Vec<_>>()).await
}

async fn ids(conn: &mut Conn, sql: &'static str, from: &str, limit: u32) -> StoreResult<Vec<String>> {
    sqlx::query_scalar(sql).bind(from).bind(i64::from(limit)).fetch_all(conn).await.map_err(doing(INDEXING))
}

const MESSAGES: Subject = Subject { column: "message_id" };
const CONTACTS: Subject = Subject { column: "contact_id" };

const MESSAGE_ROWS: &str = "select m.id, m.conversation_id, m.at, m.kind, m.author_kind, m.author_id, m.text,
        c.account_id, k.name as contact_name, k.username
    from messages m join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id
    where m.id in";
const CONTACT_ROWS: &str =
    "select id, account_id, created_at, name, username, email, phone, note from contacts where id in";

async fn messages(conn: &mut Conn, ids: &[String]) -> StoreResult<()> {
    let there = MESSAGES.there(conn, ids).await?;
    let rows: Vec<MessageRow> = rows_among(conn, MESSAGE_ROWS, ids, "").await.map_err(doing(INDEXING))?;
    let said = rows.into_iter().map(|it| Ok((it.document()?, it.id))).collect::<StoreResult<_>>()?;
    MESSAGES.write_all(conn, &there, said).await.map(drop)
}

/// Those whose documents say something else now.
async fn contacts(conn: &mut Conn, ids: &[String]) -> StoreResult<Vec<String>> {
    let there = CONTACTS.there(conn, ids).await?;
    let rows: Vec<ContactRow> = rows_among(conn, CONTACT_ROWS, ids, "").await.map_err(doing(INDEXING))?;
    let known = rows.into_iter().map(|it| Ok((it.document()?, it.id))).collect::<StoreResult<_>>()?;
    CONTACTS.write_all(conn, &there, known).await
}

/// What a document is of.
#[derive(Clone, Copy)]
struct Subject {
    column: &'static str,
}

/// Documents whose own numbers meet stand so near to them.
const NEAR: i64 = 16;

impl Subject {
    /// Where the documents of these stand.
    async fn there(self, conn: &mut Conn, ids: &[String]) -> StoreResult<BTreeMap<String, i64>> {
        let sql = format!("select {0}, doc from search_documents where {0} in", self.column);
        let rows: Vec<(String, i64)> = rows_among(conn, &sql, ids, "").await.map_err(doing(INDEXING))?;
        Ok(rows.into_iter().collect())
    }

    /// Gives those that say something else now. In the order of their numbers: SQLite's index writes down what it has gathered whenever a lower one follows.
    async fn write_all(
        self,
        conn: &mut Conn,
        there: &BTreeMap<String, i64>,
        mut all: Vec<(Option<Document>, String)>,
    ) -> StoreResult<Vec<String>> {
        all.sort_by_key(|it| it.0.as_ref().map(|it| it.number));
        let mut changed = Vec::new();
        for (document, id) in all {
            if self.write(conn, &id, there.get(&id).copied(), document).await? {
                changed.push(id);
            }
        }
        Ok(changed)
    }

    /// The document as it is now. One that says the same as before stays untouched.
    async fn write(self, conn: &mut Conn, id: &str, there: Option<i64>, it: Option<Document>) -> StoreResult<bool> {
        let is_near = |doc: i64, it: &Document| (0..NEAR).contains(&doc.wrapping_sub(it.number));
        match (there, it) {
            (None, None) => Ok(false),
            (Some(doc), None) => remove(conn, doc).await.map(|()| true),
            (Some(doc), Some(it)) if is_near(doc, &it) => update(conn, doc, &it).await,
            (there, Some(it)) => {
                if let Some(doc) = there {
                    remove(conn, doc).await?;
                }
                self.insert(conn, id, &it).await.map(|()| true)
            }
        }
    }

    async fn insert(self, conn: &mut Conn, id: &str, it: &Document) -> StoreResult<()> {
        let body = search::body(it);
        let sql = format!(
            "insert into search_documents (doc, account_id, {}, body) values ($1, $2, $3, {})
             on conflict (doc) do nothing",
            self.column,
            search::as_body("$4")
        );
        for number in it.number..it.number + NEAR {
            let done = sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(number)
                .bind(it.account.to_string())
                .bind(id)
                .bind(&body)
                .execute(&mut *conn)
                .await
                .map_err(doing(INDEXING))?;
            if done.rows_affected() > 0 {
                break;
            }
        }
        Ok(())
    }
}

async fn update(conn: &mut Conn, doc: i64, it: &Document) -> StoreResult<bool> {
    let body = search::as_body("$1");
    let sql = format!("update search_documents set body = {body} where doc = $2 and body <> {body}");
    sqlx::query(AssertSqlSafe(sql))
        .bind(search::body(it))
        .bind(doc)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(doing(INDEXING))
}

async fn remove(conn: &mut Conn, doc: i64) -> StoreResult<()> {
    let query = sqlx::query("delete from search_documents where doc = $1").bind(doc);
    query.execute(conn).await.map(drop).map_err(doing(INDEXING))
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    conversation_id: String,
    at: i64,
    kind: String,
    author_kind: String,
    author_id: Option<String>,
    text: Option<String>,
    account_id: String,
    contact_name: Option<String>,
    username: Option<String>,
}

impl MessageRow {
    fn document(&self) -> StoreResult<Option<Document>> {
        let Some(text) = self.text.as_deref().filter(|_| self.kind != "event") else { return Ok(None) };
        let account = read_back(&self.account_id, "conversations", "account_id", &self.conversation_id)?;
        let conversation = read_back(&self.conversation_id, "messages", "conversation_id", &self.id)?;
        let sayer = match (self.author_kind.as_str(), self.author_id.as_deref()) {
            ("contact", _) => Sayer::Contact { name: self.contact_name.as_deref(), username: self.username.as_deref() },
            ("agent", Some(id)) => Sayer::Agent(id),
            _ => Sayer::Another,
        };
        let id = read_back(&self.id, "messages", "id", &self.id)?;
        Ok(Document::of_message(id, Timestamp(self.at), (account, conversation), sayer, text))
    }
}

#[derive(FromRow)]
struct ContactRow {
    id: String,
    account_id: String,
    created_at: i64,
    name: Option<String>,
    username: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    note: Option<String>,
}

impl ContactRow {
    fn document(&self) -> StoreResult<Option<Document>> {
        let known = Known {
            name: self.name.as_deref(),
            username: self.username.as_deref(),
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            note: self.note.as_deref(),
        };
        let id = read_back(&self.id, "contacts", "id", &self.id)?;
        let account = read_back(&self.account_id, "contacts", "account_id", &self.id)?;
        Ok(Document::of_contact(id, Timestamp(self.created_at), account, known))
    }
}

impl Position {
    fn print(&self) -> String {
        let (phase, at) = match &self.walk {
            None => ("done", ""),
            Some(Walk::Contacts(after)) => ("contacts", after.as_str()),
            Some(Walk::Messages(before)) => ("messages", before.as_str()),
        };
        format!("{FORM} {} {phase} {at}", self.seq)
    }

    /// `None` of what another version wrote.
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(4, ' ').collect();
        let [FORM, seq, phase, at] = parts[..] else { return None };
        let walk = match phase {
            "done" => None,
            "contacts" => Some(Walk::Contacts(at.to_owned())),
            "messages" => Some(Walk::Messages(at.to_owned())),
            _ => return None,
        };
        Some(Self { seq: seq.parse().ok()?, walk })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::search::LACKS_NOTHING;

    #[test]
    fn a_position_is_read_as_it_was_written() {
        for walk in [None, Some(Walk::Contacts(String::new())), Some(Walk::Messages(AFTER_EVERY_ID.to_owned()))] {
            let position = Position { seq: 81, walk };
            assert_eq!(Position::read(&position.print()), Some(position));
        }
        assert_eq!(Position::read(LACKS_NOTHING), Some(Position { seq: 0, walk: None }));
        for odd in ["", "0 81 done ", "1 x done ", "1 81 asleep "] {
            assert_eq!(Position::read(odd), None, "{odd}");
        }
    }
}
