//! What concerns one person.

use super::changes::write_changes;
use super::sight::sees;
use super::{Conn, Pools, read_back};
use crate::store::changes::NewChange;
use crate::store::notifications::{About, Notification, Notifications, Place, Reading, Which};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::inbox::{COUNTED_MOST, ListedContact};
use model::live::Event;
use model::person::PersonId;
use model::platform::Platform;
use model::time::Timestamp;
use sqlx::FromRow;

const LISTING: &str = "list what concerns a person";
const COUNTING: &str = "count what concerns a person";
const READING: &str = "mark as read what concerns a person";
const PURGING: &str = "remove old notifications";

#[async_trait]
impl Notifications for Pools {
    async fn list_notifications(
        &self,
        person: PersonId,
        before: Option<Place>,
        limit: u32,
    ) -> StoreResult<Vec<Notification>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list(&mut conn, person, before, limit).await
    }

    async fn count_notifications(&self, person: PersonId) -> StoreResult<i64> {
        let mut conn = self.read().await.map_err(doing(COUNTING))?;
        sqlx::query_scalar(concat!(
            "select count(*) from (
                 select n.id from notifications n join people p on p.id = n.person_id
                 where n.person_id = $1 and n.read_at is null and ",
            sees!("n.account_id"),
            " limit $2) as counted"
        ))
        .bind(person.to_string())
        .bind(i64::from(COUNTED_MOST))
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(COUNTING))
    }

    async fn read_notifications(&self, reading: Reading) -> StoreResult<bool> {
        // Most looks find nothing unread, and are over before anybody has to wait for them.
        let mut conn = self.read().await.map_err(doing(READING))?;
        if !has_unread(&mut conn, &reading).await? {
            return Ok(false);
        }
        drop(conn);
        self.write(READING, move |conn| Box::pin(async move { read(conn, &reading).await })).await
    }

    async fn purge_notifications(&self, read_before: Timestamp, all_before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(PURGING, move |conn| Box::pin(async move { purge(conn, read_before, all_before, limit).await }))
            .await
    }
}

/// By id, whose first characters are the time. Pages that show them are not told: nothing unread goes so soon.
async fn purge(conn: &mut Conn, read_before: Timestamp, all_before: Timestamp, limit: u32) -> StoreResult<u64> {
    let first_to_stay = |before: Timestamp| model::id::print(model::id::compose(before.0, [0; 10]));
    sqlx::query(
        "delete from notifications where id in (
             select id from notifications where id < $1 and (read_at is not null or id < $2) order by id limit $3)",
    )
    .bind(first_to_stay(read_before))
    .bind(first_to_stay(all_before))
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|it| it.rows_affected())
    .map_err(doing(PURGING))
}

/// Names are looked up for the rows of the page only.
const ROWS: &str = concat!(
    "select n.id, n.kind, n.created_at, n.read_at, n.account_id, n.message_id, n.conversation_id,
         a.name as account_name, a.platform, k.id as contact_id, k.name as contact_name, k.username, k.picture_id,
         case when m.kind = 'note' then m.text end as words,
         case when m.author_kind = 'agent' then (select b.name from people b where b.id = m.author_id) end as by_name
     from (
         select n.id, n.kind, n.created_at, n.read_at, n.account_id, n.message_id, n.conversation_id
         from notifications n join people p on p.id = n.person_id
         where n.person_id = $1 and (n.created_at, n.id) < ($2, $3) and ",
    sees!("n.account_id"),
    "    order by n.created_at desc, n.id desc limit $4
     ) n
     left join accounts a on a.id = n.account_id
     left join conversations c on c.id = n.conversation_id
     left join contacts k on k.id = c.contact_id
     left join messages m on m.id = n.message_id
     order by n.created_at desc, n.id desc"
);

async fn list(conn: &mut Conn, person: PersonId, before: Option<Place>, limit: u32) -> StoreResult<Vec<Notification>> {
    let (at, id) = before.map_or((i64::MAX, String::new()), |it| (it.at.0, it.id.to_string()));
    let rows: Vec<Row> = sqlx::query_as(ROWS)
        .bind(person.to_string())
        .bind(at)
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(conn)
        .await
        .map_err(doing(LISTING))?;
    rows.into_iter().map(Row::read).collect()
}

/// What is to be read, of the person that is `$1`.
fn which(reading: &Reading) -> (&'static str, String) {
    match reading.which {
        Which::Of(conversation) => ("conversation_id = $2", conversation.to_string()),
        Which::Until(at) => ("created_at <= cast(cast($2 as text) as bigint)", at.0.to_string()),
    }
}

async fn has_unread(conn: &mut Conn, reading: &Reading) -> StoreResult<bool> {
    let (which, value) = which(reading);
    let sql = format!("select id from notifications where person_id = $1 and read_at is null and {which} limit 1");
    let found: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(reading.person.to_string())
        .bind(value)
        .fetch_optional(conn)
        .await
        .map_err(doing(READING))?;
    Ok(found.is_some())
}

async fn read(conn: &mut Conn, reading: &Reading) -> StoreResult<bool> {
    let (which, value) = which(reading);
    let sql = format!(
        "update notifications set read_at = $3 where person_id = $1 and read_at is null and {which} returning id"
    );
    let ids: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(reading.person.to_string())
        .bind(value)
        .bind(reading.now.0)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(READING))?;
    // Whoever hears of one counts all of them again.
    let Some(id) = ids.first() else { return Ok(false) };
    let event = Event::Notification { id: read_back(id, "notifications", "id", id)?, mentioned_in: None };
    let (id, person_id, at) = (reading.change_id, Some(reading.person), reading.now);
    write_changes(conn, &[NewChange { id, event, account_id: None, person_id, at }]).await?;
    Ok(true)
}

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    created_at: i64,
    read_at: Option<i64>,
    account_id: Option<String>,
    account_name: Option<String>,
    platform: Option<String>,
    conversation_id: Option<String>,
    message_id: Option<String>,
    contact_id: Option<String>,
    contact_name: Option<String>,
    username: Option<String>,
    picture_id: Option<String>,
    words: Option<String>,
    by_name: Option<String>,
}

impl Row {
    fn read(self) -> StoreResult<Notification> {
        let of = self.id.clone();
        let account = match (&self.account_id, &self.account_name) {
            (Some(id), Some(name)) => Some((read_back(id, "notifications", "account_id", &of)?, name.clone())),
            _ => None,
        };
        let about = self.about()?;
        Ok(Notification {
            id: read_back(&self.id, "notifications", "id", &of)?,
            kind: self.kind,
            at: Timestamp(self.created_at),
            is_read: self.read_at.is_some(),
            account,
            about,
            by: self.by_name,
            words: self.words,
        })
    }

    fn about(&self) -> StoreResult<Option<About>> {
        let (Some(conversation), Some(contact), Some(platform)) =
            (&self.conversation_id, &self.contact_id, &self.platform)
        else {
            return Ok(None);
        };
        let odd = || StoreError::Inconsistent { table: "accounts", column: "platform", row: self.id.clone() };
        let picture = self.picture_id.as_deref().map(|it| read_back(it, "contacts", "picture_id", contact));
        let contact = ListedContact {
            id: read_back(contact, "contacts", "id", contact)?,
            name: self.contact_name.clone(),
            username: self.username.clone(),
            picture: picture.transpose()?,
        };
        let line = self.message_id.as_deref().map(|it| read_back(it, "notifications", "message_id", &self.id));
        Ok(Some(About {
            conversation: read_back(conversation, "notifications", "conversation_id", &self.id)?,
            contact,
            platform: Platform::from_word(platform).ok_or_else(odd)?,
            line: line.transpose()?,
        }))
    }
}
