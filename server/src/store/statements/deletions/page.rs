//! All about a customer on one page.

use super::super::contacts::{EpisodeRow, LabelRow};
use super::super::custom_fields::fields_of;
use super::{Conn, read_back};
use crate::store::deletions::{KnownComment, KnownContact, KnownConversation};
use crate::store::{StoreError, StoreResult, doing};
use model::desk::Label;
use model::fields::Field;
use model::ids::ContactId;
use model::inbox::ListedContact;
use model::platform::Platform;
use model::priority::Priority;
use model::profile::Facts;
use model::time::Timestamp;
use sqlx::FromRow;

const READING: &str = "read all about a customer";

const EPISODES_MOST: i64 = 50;
const COMMENTS_MOST: i64 = 50;

#[derive(FromRow)]
struct Row {
    id: String,
    external_id: String,
    name: Option<String>,
    username: Option<String>,
    picture_id: Option<String>,
    profile: String,
    email: Option<String>,
    phone: Option<String>,
    note: Option<String>,
    blocked_at: Option<i64>,
    created_at: i64,
    account_id: String,
    account_name: String,
    account_external_id: String,
    platform: String,
    deleting: Option<String>,
}

pub(super) async fn find(conn: &mut Conn, id: ContactId) -> StoreResult<Option<KnownContact>> {
    let row: Option<Row> = sqlx::query_as(
        "select k.id, k.external_id, k.name, k.username, k.picture_id, k.profile, k.email, k.phone, k.note,
             k.blocked_at, k.created_at, k.account_id, a.name as account_name, a.external_id as account_external_id,
             a.platform,
             (
                 select d.code from deletions d
                 where d.state in ('requested', 'running') and d.kind = 'contact' and d.subject = k.id
             ) as deleting
         from contacts k join accounts a on a.id = k.account_id where k.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(READING))?;
    let Some(row) = row else { return Ok(None) };
    let fields = fields_of(conn, id).await?;
    let conversation = conversation(conn, id).await?;
    row.read(fields, conversation, comments(conn, id).await?).map(Some)
}

impl Row {
    fn read(
        self,
        fields: Vec<(Field, Option<String>)>,
        conversation: Option<KnownConversation>,
        comments: Vec<KnownComment>,
    ) -> StoreResult<KnownContact> {
        let row = &self.id;
        let picture = self.picture_id.map(|it| read_back(&it, "contacts", "picture_id", row)).transpose()?;
        let odd = || StoreError::Inconsistent { table: "accounts", column: "platform", row: self.account_id.clone() };
        Ok(KnownContact {
            contact: ListedContact {
                id: read_back(row, "contacts", "id", row)?,
                name: self.name,
                username: self.username,
                picture,
            },
            external_id: self.external_id,
            account: read_back(&self.account_id, "contacts", "account_id", row)?,
            account_name: self.account_name,
            platform: Platform::from_word(&self.platform).ok_or_else(odd)?,
            account_external_id: self.account_external_id,
            // What Meta told is passed over where it cannot be read.
            facts: serde_json::from_str::<Facts>(&self.profile).unwrap_or_default(),
            email: self.email,
            phone: self.phone,
            about: self.note,
            blocked_at: self.blocked_at.map(Timestamp),
            known_since: Timestamp(self.created_at),
            fields,
            conversation,
            comments,
            deleting: self.deleting,
        })
    }
}

#[derive(FromRow)]
struct ConversationRow {
    id: String,
    state: String,
    assignee: Option<String>,
    team_id: Option<String>,
    priority: i32,
    last_activity_at: i64,
    n_received: i64,
    n_sent: i64,
    n_notes: i64,
    n_files: i64,
}

async fn conversation(conn: &mut Conn, id: ContactId) -> StoreResult<Option<KnownConversation>> {
    let row: Option<ConversationRow> = sqlx::query_as(
        "select c.id, c.state, (select p.name from people p where p.id = c.assignee_id) as assignee, c.team_id,
             c.priority, c.last_activity_at,
             (select count(*) from messages m where m.conversation_id = c.id and m.direction = 'in') as n_received,
             (select count(*) from messages m where m.conversation_id = c.id and m.direction = 'out') as n_sent,
             (select count(*) from messages m where m.conversation_id = c.id and m.kind = 'note') as n_notes,
             (
                 select count(*) from messages m join attachments t on t.message_id = m.id
                 where m.conversation_id = c.id and t.media_id is not null
             ) as n_files
         from conversations c where c.contact_id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(READING))?;
    let Some(row) = row else { return Ok(None) };
    let labels: Vec<LabelRow> = sqlx::query_as(
        "select l.id, l.name, l.colour from labels l join conversation_labels c on c.label_id = l.id
         where c.conversation_id = $1 order by l.name_folded",
    )
    .bind(&row.id)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(READING))?;
    let episodes: Vec<EpisodeRow> = sqlx::query_as(
        "select e.opened_at, e.closed_at, e.closed_by, p.name from episodes e left join people p on p.id = e.closed_by
         where e.conversation_id = $1 order by e.opened_at desc, e.id desc limit $2",
    )
    .bind(&row.id)
    .bind(EPISODES_MOST)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(READING))?;
    Ok(Some(KnownConversation {
        id: read_back(&row.id, "conversations", "id", &row.id)?,
        state: read_back(&row.state, "conversations", "state", &row.id)?,
        assignee: row.assignee,
        team: row.team_id.map(|it| read_back(&it, "conversations", "team_id", &row.id)).transpose()?,
        priority: Priority::from_number(row.priority),
        last_activity_at: Timestamp(row.last_activity_at),
        labels: labels.into_iter().map(LabelRow::read).collect::<StoreResult<Vec<Label>>>()?,
        n_received: row.n_received,
        n_sent: row.n_sent,
        n_notes: row.n_notes,
        n_files: row.n_files,
        episodes: episodes.into_iter().map(EpisodeRow::read).collect::<StoreResult<_>>()?,
    }))
}

async fn comments(conn: &mut Conn, id: ContactId) -> StoreResult<Vec<KnownComment>> {
    let rows: Vec<(String, i64, Option<String>)> = sqlx::query_as(
        "select m.id, m.at, m.text from conversations c join messages m on m.conversation_id = c.id
             join comments k on k.message_id = m.id
         where c.contact_id = $1 order by m.at desc, m.id desc limit $2",
    )
    .bind(id.to_string())
    .bind(COMMENTS_MOST)
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    let read = |(id, at, text): (String, i64, Option<String>)| {
        Ok(KnownComment { message: read_back(&id, "messages", "id", &id)?, at: Timestamp(at), text })
    };
    rows.into_iter().map(read).collect()
}
