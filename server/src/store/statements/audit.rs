//! The audit log.

use super::super::Driver;
use super::{Conn, Pools, read_back};
use crate::store::audit::{Actor, Audit, AuditEntry, AuditLine, AuditWanted, Deed, Subject};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::{Action, AuditId, SubjectKind};
use model::id::Id as _;
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};

const READING: &str = "read the audit log";

#[async_trait]
impl Audit for Pools {
    async fn insert_audit(&self, entry: AuditEntry) -> StoreResult<()> {
        self.write("write the audit log", move |conn| Box::pin(async move { insert(conn, &entry).await })).await
    }

    async fn search_audit(
        &self,
        wanted: AuditWanted,
        before: Option<AuditId>,
        limit: u32,
    ) -> StoreResult<Vec<AuditLine>> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        let mut query = search(&wanted, before, limit);
        let rows: Vec<AuditRow> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(READING))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

pub(super) async fn insert(conn: &mut Conn, entry: &AuditEntry) -> StoreResult<()> {
    let (kind, actor) = match entry.actor {
        Actor::Person(id) => ("person", Some(id.to_string())),
        Actor::Rule(id) => ("rule", Some(id.to_string())),
        Actor::Token(id) => ("bot", Some(id.to_string())),
        Actor::System => ("system", None),
    };
    sqlx::query(
        "insert into audit (id, at, actor_kind, actor_id, action, subject_kind, subject_id, detail, address)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(entry.id.to_string())
    .bind(entry.at.0)
    .bind(kind)
    .bind(actor)
    .bind(entry.action.word())
    .bind(entry.subject.map(|it| it.kind().word()))
    .bind(entry.subject.map(Subject::id))
    .bind(entry.detail.as_deref())
    .bind(entry.address.as_deref())
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("write the audit log"))
}

/// What a person did goes into the log.
pub(super) async fn note_deed(
    conn: &mut Conn,
    deed: &Deed,
    action: Action,
    subject: Option<Subject>,
    detail: Option<String>,
) -> StoreResult<()> {
    let (id, at, actor, address) = (deed.audit_id, deed.now, Actor::Person(deed.by), deed.address.clone());
    insert(conn, &AuditEntry { id, at, actor, action, subject, detail, address }).await
}

/// Names are looked up for the lines of the page only.
const NAMED: &str = "select a.id, a.at, a.actor_id, a.action, a.subject_kind, a.subject_id, a.detail, a.address,
        coalesce(
            (select p.name from people p where p.id = a.actor_id),
            (select t.name from api_tokens t where t.id = a.token_id)
        ) as actor_name,
        case a.subject_kind
            when 'person' then (select p.name from people p where p.id = a.subject_id)
            when 'account' then (select t.name from accounts t where t.id = a.subject_id)
            when 'endpoint' then (select e.name from endpoints e where e.id = a.subject_id)
            when 'label' then (select l.name from labels l where l.id = a.subject_id)
            when 'team' then (select g.name from teams g where g.id = a.subject_id)
            when 'rule' then (select r.name from assignment_rules r where r.id = a.subject_id)
            when 'token' then (select t.name from api_tokens t where t.id = a.subject_id)
            when 'schedule' then (select s.name from schedules s where s.id = a.subject_id)
            when 'saved_reply' then (select r.title from saved_replies r where r.id = a.subject_id)
            when 'conversation' then (
                select coalesce(k.name, k.username) from conversations c join contacts k on k.id = c.contact_id
                where c.id = a.subject_id)
            when 'message' then (
                select coalesce(k.name, k.username) from messages m
                    join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id
                where m.id = a.subject_id)
        end as subject_name
     from (select id, at, case when actor_kind = 'person' then actor_id end as actor_id,
             case when actor_kind = 'bot' then actor_id end as token_id, action, subject_kind, subject_id, detail, address
         from audit where 1 = 1";

/// Ids begin with the time: days are ranges of the key along which pages are read.
fn search(wanted: &AuditWanted, before: Option<AuditId>, limit: u32) -> QueryBuilder<Driver> {
    let mut query = QueryBuilder::new(NAMED);
    let begins = |at: Timestamp| AuditId::compose(at.0, [0; 10]).to_string();
    for (condition, value) in [
        (" and id < ", before.map(|it| it.to_string())),
        (" and actor_id = ", wanted.actor.map(|it| it.to_string())),
        (" and action = ", wanted.action.map(|it| it.word().to_owned())),
        (" and subject_kind = ", wanted.kind.map(|it| it.word().to_owned())),
        (" and subject_id = ", wanted.subject.clone()),
        (" and id >= ", wanted.from.map(begins)),
        (" and id < ", wanted.until.map(begins)),
    ] {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    query.push(" order by id desc limit ").push_bind(i64::from(limit));
    query.push(") a order by a.id desc");
    query
}

#[derive(FromRow)]
struct AuditRow {
    id: String,
    at: i64,
    actor_id: Option<String>,
    actor_name: Option<String>,
    action: String,
    subject_kind: Option<String>,
    subject_id: Option<String>,
    subject_name: Option<String>,
    detail: Option<String>,
    address: Option<String>,
}

impl AuditRow {
    fn odd(&self, column: &'static str) -> StoreError {
        StoreError::Inconsistent { table: "audit", column, row: self.id.clone() }
    }

    fn subject(&self) -> StoreResult<Option<Subject>> {
        let Some(id) = self.subject_id.as_deref() else { return Ok(None) };
        let kind = self.subject_kind.as_deref().and_then(SubjectKind::from_word);
        let (table, column, row) = ("audit", "subject_id", self.id.as_str());
        Ok(Some(match kind.ok_or_else(|| self.odd("subject_kind"))? {
            SubjectKind::Account => Subject::Account(read_back(id, table, column, row)?),
            SubjectKind::Conversation => Subject::Conversation(read_back(id, table, column, row)?),
            SubjectKind::Endpoint => Subject::Endpoint(read_back(id, table, column, row)?),
            SubjectKind::Label => Subject::Label(read_back(id, table, column, row)?),
            SubjectKind::Message => Subject::Message(read_back(id, table, column, row)?),
            SubjectKind::Person => Subject::Person(read_back(id, table, column, row)?),
            SubjectKind::SavedReply => Subject::SavedReply(read_back(id, table, column, row)?),
            SubjectKind::Token => Subject::Token(read_back(id, table, column, row)?),
            SubjectKind::Team => Subject::Team(read_back(id, table, column, row)?),
            SubjectKind::Rule => Subject::Rule(read_back(id, table, column, row)?),
            SubjectKind::Schedule => Subject::Schedule(read_back(id, table, column, row)?),
        }))
    }
}

impl TryFrom<AuditRow> for AuditLine {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> StoreResult<Self> {
        let subject = row.subject()?;
        let action = Action::from_word(&row.action).ok_or_else(|| row.odd("action"))?;
        Ok(Self {
            id: read_back(&row.id, "audit", "id", &row.id)?,
            at: Timestamp(row.at),
            actor: row.actor_id.map(|it| read_back(&it, "audit", "actor_id", &row.id)).transpose()?,
            actor_name: row.actor_name,
            action,
            subject,
            subject_name: row.subject_name,
            detail: row.detail,
            address: row.address,
        })
    }
}
