//! Everybody, for whoever runs the inbox.

use super::super::assignment::read_availability;
use super::super::{Conn, read_back};
use crate::store::{StoreError, StoreResult, doing};
use model::people::{ListedPerson, PersonState};
use model::person::Role;
use model::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    email: String,
    role: String,
    state: String,
    seen_at: Option<i64>,
    session_seen_at: Option<i64>,
    n_open: i64,
    n_waiting: i64,
    waiting_since: Option<i64>,
    conversation_limit: Option<i32>,
    availability: String,
    link_until: Option<i64>,
    has_second_factor: bool,
}

pub(super) async fn list(conn: &mut Conn, limit: u32) -> StoreResult<Vec<ListedPerson>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select p.id, p.name, p.email, p.role, p.state, p.seen_at, p.conversation_limit, p.availability,
             (select max(s.seen_at) from sessions s where s.person_id = p.id) as session_seen_at,
             (select count(*) from conversations c where c.assignee_id = p.id and c.state = 'open') as n_open,
             (
                 select count(*) from conversations c
                 where c.assignee_id = p.id and c.state = 'open' and c.waiting_since is not null
             ) as n_waiting,
             (select min(c.waiting_since) from conversations c where c.assignee_id = p.id and c.state = 'open')
                 as waiting_since,
             (select max(l.expires_at) from one_time_links l where l.person_id = p.id and l.kind = 'invite')
                 as link_until,
             p.totp_confirmed_at is not null as has_second_factor
         from people p order by p.id limit $1",
    )
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await
    .map_err(doing("list the people"))?;
    rows.into_iter().map(TryInto::try_into).collect()
}

impl TryFrom<Row> for ListedPerson {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let odd = |column| StoreError::Inconsistent { table: "people", column, row: row.id.clone() };
        Ok(Self {
            role: Role::from_word(&row.role).ok_or_else(|| odd("role"))?,
            state: PersonState::from_word(&row.state).ok_or_else(|| odd("state"))?,
            id: read_back(&row.id, "people", "id", &row.id)?,
            name: row.name,
            email: row.email,
            seen_at: row.seen_at.max(row.session_seen_at).map(Timestamp),
            n_open: row.n_open,
            n_waiting: row.n_waiting,
            waiting_since: row.waiting_since.map(Timestamp),
            limit: row.conversation_limit.and_then(|it| u32::try_from(it).ok()),
            availability: read_availability(&row.availability, &row.id)?,
            link_until: row.link_until.map(Timestamp),
            has_second_factor: row.has_second_factor,
        })
    }
}
