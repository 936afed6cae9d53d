//! The audit log.

use super::{Conn, Pools, read_back};
use crate::store::audit::{Actor, Audit, AuditEntry, AuditLine, Subject};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::AuditId;
use model::time::Timestamp;
use sqlx::FromRow;

#[async_trait]
impl Audit for Pools {
    async fn insert_audit(&self, entry: AuditEntry) -> StoreResult<()> {
        self.write("write the audit log", move |conn| Box::pin(async move { insert(conn, &entry).await })).await
    }

    async fn list_audit(&self, before: Option<AuditId>, limit: u32) -> StoreResult<Vec<AuditLine>> {
        let mut conn = self.read().await.map_err(doing("read the audit log"))?;
        let rows: Vec<AuditRow> = sqlx::query_as(
            "select id, at, case when actor_kind = 'person' then actor_id end as actor_id, action, subject_kind, subject_id, address from audit
             where $1 is null or id < $1
             order by id desc limit $2",
        )
        .bind(before.map(|it| it.to_string()))
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing("read the audit log"))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

pub(super) async fn insert(conn: &mut Conn, entry: &AuditEntry) -> StoreResult<()> {
    let (kind, actor) = match entry.actor {
        Actor::Person(id) => ("person", Some(id.to_string())),
        Actor::Rule(id) => ("rule", Some(id.to_string())),
        Actor::System => ("system", None),
    };
    sqlx::query(
        "insert into audit (id, at, actor_kind, actor_id, action, subject_kind, subject_id, address)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(entry.id.to_string())
    .bind(entry.at.0)
    .bind(kind)
    .bind(actor)
    .bind(entry.action)
    .bind(entry.subject.map(kind_of))
    .bind(entry.subject.map(|it| match it {
        Subject::Person(id) => id.to_string(),
        Subject::Account(id) => id.to_string(),
        Subject::Message(id) => id.to_string(),
        Subject::Conversation(id) => id.to_string(),
        Subject::Team(id) => id.to_string(),
        Subject::Rule(id) => id.to_string(),
        Subject::Schedule(id) => id.to_string(),
    }))
    .bind(entry.address.as_deref())
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("write the audit log"))
}

fn kind_of(subject: Subject) -> &'static str {
    match subject {
        Subject::Person(_) => "person",
        Subject::Account(_) => "account",
        Subject::Message(_) => "message",
        Subject::Conversation(_) => "conversation",
        Subject::Team(_) => "team",
        Subject::Rule(_) => "rule",
        Subject::Schedule(_) => "schedule",
    }
}

#[derive(FromRow)]
struct AuditRow {
    id: String,
    at: i64,
    actor_id: Option<String>,
    action: String,
    subject_kind: Option<String>,
    subject_id: Option<String>,
    address: Option<String>,
}

impl AuditRow {
    fn subject(&self) -> StoreResult<Option<Subject>> {
        let Some(id) = self.subject_id.as_deref() else { return Ok(None) };
        let odd = |column| StoreError::Inconsistent { table: "audit", column, row: self.id.clone() };
        let subject = match self.subject_kind.as_deref() {
            Some("person") => id.parse().map(Subject::Person),
            Some("account") => id.parse().map(Subject::Account),
            Some("message") => id.parse().map(Subject::Message),
            Some("conversation") => id.parse().map(Subject::Conversation),
            Some("team") => id.parse().map(Subject::Team),
            Some("rule") => id.parse().map(Subject::Rule),
            Some("schedule") => id.parse().map(Subject::Schedule),
            _ => return Err(odd("subject_kind")),
        };
        subject.map(Some).map_err(|_| odd("subject_id"))
    }
}

impl TryFrom<AuditRow> for AuditLine {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> StoreResult<Self> {
        let actor = row.actor_id.as_deref().map(|it| read_back(it, "audit", "actor_id", &row.id)).transpose()?;
        let subject = row.subject()?;
        let id: AuditId = read_back(&row.id, "audit", "id", &row.id)?;
        Ok(Self { id, at: Timestamp(row.at), actor, action: row.action, subject, address: row.address })
    }
}
