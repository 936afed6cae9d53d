//! What stands beside a thread.

use super::super::{Conn, read_back};
use super::LabelRow;
use crate::store::{StoreResult, doing};
use model::content::Detail;
use model::desk::{CameFrom, Details, Episode, Label};
use model::fields::FieldKind;
use model::ids::ConversationId;
use model::inbox::{ListedContact, NamedPerson};
use model::profile::Facts;
use model::time::Timestamp;
use sqlx::FromRow;

const READING: &str = "read what is known of a customer";

#[derive(FromRow)]
struct Row {
    id: String,
    name: Option<String>,
    username: Option<String>,
    picture_id: Option<String>,
    profile: String,
    email: Option<String>,
    phone: Option<String>,
    note: Option<String>,
    created_at: i64,
    is_blocked: bool,
    team: Option<String>,
}

pub(super) async fn find(conn: &mut Conn, id: ConversationId) -> StoreResult<Option<Details>> {
    let row: Option<Row> = sqlx::query_as(
        "select k.id, k.name, k.username, k.picture_id, k.profile, k.email, k.phone, k.note, k.created_at,
             k.blocked_at is not null as is_blocked, t.name as team
         from conversations c join contacts k on k.id = c.contact_id left join teams t on t.id = c.team_id where c.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(READING))?;
    let Some(row) = row else { return Ok(None) };
    // What Meta told is passed over where it cannot be read.
    let facts: Facts = serde_json::from_str(&row.profile).unwrap_or_default();
    Ok(Some(Details {
        contact: ListedContact {
            id: read_back(&row.id, "contacts", "id", &row.id)?,
            name: row.name,
            username: row.username,
            picture: row.picture_id.map(|it| read_back(&it, "contacts", "picture_id", &row.id)).transpose()?,
        },
        followers: facts.follower_count,
        follows_us: facts.is_user_follow_business,
        is_verified: facts.is_verified_user,
        email: row.email,
        phone: row.phone,
        about: row.note,
        known_since: Timestamp(row.created_at),
        is_blocked: row.is_blocked,
        fields: fields(conn, &row.id).await?,
        team: row.team,
        labels: labels(conn, Some(id)).await?,
        all_labels: labels(conn, None).await?,
        came_from: came_from(conn, id).await?,
        earlier: earlier(conn, id).await?,
    }))
}

/// Those that say something, in their order.
async fn fields(conn: &mut Conn, contact: &str) -> StoreResult<Vec<(String, String)>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select f.name, f.kind, v.value from contact_fields v join custom_fields f on f.id = v.field_id
         where v.contact_id = $1 order by f.position, f.name_folded",
    )
    .bind(contact)
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    let shown = |(name, kind, value): (String, String, String)| {
        let value = FieldKind::from_word(&kind).map_or_else(|| value.clone(), |it| it.shown(&value));
        (name, value)
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Those of a conversation, or all, by name.
async fn labels(conn: &mut Conn, of: Option<ConversationId>) -> StoreResult<Vec<Label>> {
    let rows: Vec<LabelRow> = sqlx::query_as(
        "select id, name, colour from labels
         where $1 = '' or id in (select label_id from conversation_labels where conversation_id = $1)
         order by name_folded limit 500",
    )
    .bind(of.map(|it| it.to_string()).unwrap_or_default())
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    rows.into_iter().map(LabelRow::read).collect()
}

/// The newest of what led them here.
async fn came_from(conn: &mut Conn, id: ConversationId) -> StoreResult<Option<CameFrom>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select detail, at from messages where conversation_id = $1 and detail like '%\"referral\":{%'
         order by at desc, id desc limit 10",
    )
    .bind(id.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    Ok(rows.iter().find_map(|(detail, at)| {
        let detail: Detail = serde_json::from_str(detail).ok()?;
        Some(CameFrom { referral: detail.referral?, at: Timestamp(*at) })
    }))
}

#[derive(FromRow)]
pub(in super::super) struct EpisodeRow {
    opened_at: i64,
    closed_at: Option<i64>,
    closed_by: Option<String>,
    name: Option<String>,
}

impl EpisodeRow {
    pub(in super::super) fn read(self) -> StoreResult<Episode> {
        let closed_by = match (self.closed_by, self.name) {
            (Some(id), Some(name)) => Some(NamedPerson { id: read_back(&id, "people", "id", &id)?, name }),
            _ => None,
        };
        Ok(Episode { opened_at: Timestamp(self.opened_at), closed_at: self.closed_at.map(Timestamp), closed_by })
    }
}

async fn earlier(conn: &mut Conn, id: ConversationId) -> StoreResult<Vec<Episode>> {
    let rows: Vec<EpisodeRow> = sqlx::query_as(
        "select e.opened_at, e.closed_at, e.closed_by, p.name from episodes e left join people p on p.id = e.closed_by
         where e.conversation_id = $1 and e.closed_at is not null order by e.opened_at desc, e.id desc limit 50",
    )
    .bind(id.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    rows.into_iter().map(EpisodeRow::read).collect()
}
