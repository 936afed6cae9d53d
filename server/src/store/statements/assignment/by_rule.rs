//! One conversation is given to whoever is to have it.
//!
//! The rules are held first, so that of several workers each sees what the one before gave; then the person
//! and then the conversation, as everybody does who needs both. Whoever assigns by hand or deactivates
//! somebody holds the person too: what was read before is read again then.

use super::super::super::{FOR_NO_KEY_UPDATE, hold_assigning, hold_conversation};
use super::super::audit;
use super::super::changes::write_changes;
use super::super::conversations::lines::{self, NewLine};
use super::super::conversations::raise_and;
use super::super::conversations::step::{Notice, notify_of};
use super::super::sight::{find_colleague, sees};
use super::{Conn, read_availability, read_back};
use crate::store::assignment::{Ruled, Ruling};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::{StoreError, StoreResult, doing};
use model::assignment::{Asked, Candidate, Decision, Method, decide, is_available};
use model::audit::Action;
use model::content::{Detail, MessageKind, ThreadEvent};
use model::ids::{AccountId, RuleId, ScheduleId, TeamId};
use model::inbox::NamedPerson;
use model::person::PersonId;
use model::thread::Author;
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, FromRow};

const RULING: &str = "assign by rule";

pub(super) async fn assign(conn: &mut Conn, it: &Ruling) -> StoreResult<Ruled> {
    hold_assigning(conn).await?;
    let Some(waits) = waits(conn, it).await? else { return Ok(Ruled::NotWaiting) };
    let account: AccountId = read_back(&waits.account_id, "conversations", "account_id", &waits.id)?;
    let former = match (&waits.last_assignee_id, &waits.to_team_id) {
        (Some(id), None) => one(conn, it, account, id).await?,
        _ => None,
    };
    let rules = if waits.is_shut(it) { Vec::new() } else { rules(conn, it, account, waits.to_team_id).await? };
    let (person, team, rule) = match decide(former.as_ref(), &rules) {
        Decision::Nobody => return Ok(Ruled::Nobody),
        Decision::Back(person) => (Some(person), None, None),
        Decision::To { person, team, rule } => (Some(person), Some(team), Some(rule)),
        Decision::Team { team, rule } => (None, Some(team), Some(rule)),
    };
    let named = match person {
        Some(person) => match hold_able(conn, it, account, person).await? {
            Some(named) => Some(named),
            None => return Ok(Ruled::Again),
        },
        None => None,
    };
    give(conn, it, Gift { named, team, rule }).await
}

#[derive(FromRow)]
struct Waits {
    id: String,
    account_id: String,
    last_assignee_id: Option<String>,
    /// Somebody gave it to that team.
    to_team_id: Option<String>,
    schedule_id: Option<String>,
}

impl Waits {
    fn is_shut(&self, it: &Ruling) -> bool {
        let schedule = self.schedule_id.as_ref().and_then(|id| id.parse::<ScheduleId>().ok());
        schedule.is_some_and(|id| it.moment.shut.contains(&id))
    }
}

async fn waits(conn: &mut Conn, it: &Ruling) -> StoreResult<Option<Waits>> {
    sqlx::query_as(
        "select c.id, c.account_id, c.last_assignee_id, c.to_team_id, a.schedule_id
         from conversations c join accounts a on a.id = c.account_id
         where c.id = $1 and c.to_assign_at is not null and c.state = 'open' and c.owner = 'human'
             and c.assignee_id is null",
    )
    .bind(it.conversation.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(RULING))
}

#[derive(FromRow)]
struct CandidateRow {
    id: String,
    availability: String,
    seen_at: Option<i64>,
    may_see: bool,
    n_open: i64,
    conversation_limit: Option<i32>,
    assigned_at: i64,
}

macro_rules! candidates {
    ($assigned_at:literal, $from:literal) => {
        concat!(
            "select p.id, p.availability, p.seen_at, p.conversation_limit, ",
            $assigned_at,
            " as assigned_at, (",
            sees!("$1"),
            ") as may_see,
             (select count(*) from conversations n where n.assignee_id = p.id and n.state = 'open') as n_open ",
            $from
        )
    };
}

impl CandidateRow {
    fn read(self, now: Timestamp) -> StoreResult<Candidate> {
        let availability = read_availability(&self.availability, &self.id)?;
        Ok(Candidate {
            id: read_back(&self.id, "people", "id", &self.id)?,
            is_available: is_available(availability, self.seen_at.map(Timestamp), now),
            may_see: self.may_see,
            n_open: self.n_open,
            limit: self.conversation_limit.map(i64::from),
            assigned_at: self.assigned_at,
        })
    }
}

async fn one(conn: &mut Conn, it: &Ruling, account: AccountId, person: &str) -> StoreResult<Option<Candidate>> {
    let row: Option<CandidateRow> = sqlx::query_as(candidates!("cast(0 as bigint)", "from people p where p.id = $2"))
        .bind(account.to_string())
        .bind(person)
        .fetch_optional(conn)
        .await
        .map_err(doing(RULING))?;
    row.map(|row| row.read(it.moment.now)).transpose()
}

/// Those for the account in their order, each with the people of its team. Of a team that it was given to those that
/// find somebody.
async fn rules(conn: &mut Conn, it: &Ruling, account: AccountId, of_team: Option<String>) -> StoreResult<Vec<Asked>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select id, team_id, method from assignment_rules
         where enabled and (account_id is null or account_id = $1)
             and (cast($2 as text) is null or (team_id = $2 and method <> 'team_only'))
         order by position, id limit 1000",
    )
    .bind(account.to_string())
    .bind(of_team)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(RULING))?;
    let mut rules = Vec::new();
    for (id, team, method) in rows {
        let odd = || StoreError::Inconsistent { table: "assignment_rules", column: "method", row: id.clone() };
        let people: Vec<CandidateRow> = sqlx::query_as(candidates!(
            "t.assigned_at",
            "from team_members t join people p on p.id = t.person_id where t.team_id = $2"
        ))
        .bind(account.to_string())
        .bind(&team)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(RULING))?;
        rules.push(Asked {
            method: Method::from_word(&method).ok_or_else(odd)?,
            rule: read_back(&id, "assignment_rules", "id", &id)?,
            team: read_back(&team, "assignment_rules", "team_id", &id)?,
            people: people.into_iter().map(|row| row.read(it.moment.now)).collect::<StoreResult<_>>()?,
        });
    }
    Ok(rules)
}

/// Holds the person; `None` if they cannot take it any more.
async fn hold_able(
    conn: &mut Conn,
    it: &Ruling,
    account: AccountId,
    person: PersonId,
) -> StoreResult<Option<NamedPerson>> {
    let sql = ["select p.id from people p where p.id = $1", FOR_NO_KEY_UPDATE].concat();
    sqlx::query(AssertSqlSafe(sql)).bind(person.to_string()).execute(&mut *conn).await.map_err(doing(RULING))?;
    match one(conn, it, account, &person.to_string()).await? {
        Some(candidate) if candidate.can_take() => find_colleague(conn, account, person).await,
        _ => Ok(None),
    }
}

struct Gift {
    named: Option<NamedPerson>,
    team: Option<TeamId>,
    rule: Option<RuleId>,
}

/// A line of the thread tells of a person; a team stands in the conversation.
async fn give(conn: &mut Conn, it: &Ruling, gift: Gift) -> StoreResult<Ruled> {
    hold_conversation(conn, it.conversation).await?;
    if waits(conn, it).await?.is_none() {
        return Ok(Ruled::NotWaiting);
    }
    let (now, person) = (it.moment.now, gift.named.as_ref().map(|it| it.id));
    let raised = raise_and(conn, it.conversation, now, |update| {
        update.push(", to_assign_at = null, to_team_id = null");
        if let Some(person) = person {
            update.push(", assignee_id = ").push_bind(person.to_string());
            update.push(", assigned_at = ").push_bind(now.0);
        }
        if let Some(team) = gift.team {
            update.push(", team_id = ").push_bind(team.to_string());
        }
    })
    .await?;
    let Some(raised) = raised else { return Ok(Ruled::NotWaiting) };
    let to_whom = gift.named.as_ref().map_or_else(|| "a team".to_owned(), |it| it.name.clone());
    let mut told = vec![raised.conversation()];
    if let Some(named) = gift.named {
        let to = named.id;
        lines::insert(conn, raised, &line(it, named, gift.rule)).await?;
        let notice = Notice { kind: "assigned", to, line: it.line, notification: it.notification, at: now };
        told.extend([raised.message(it.line), notify_of(conn, raised, notice).await?]);
        note_turn(conn, to, gift.team, now).await?;
    }
    let entry = AuditEntry {
        id: it.audit_id,
        at: now,
        actor: gift.rule.map_or(Actor::System, Actor::Rule),
        action: Action::Assigned,
        subject: Some(Subject::Conversation(it.conversation)),
        detail: Some(to_whom),
        address: None,
    };
    audit::insert(conn, &entry).await?;
    write_changes(conn, &told).await?;
    Ok(match (person, gift.team) {
        (Some(person), _) => Ruled::Given(person),
        (None, Some(team)) => Ruled::Team(team),
        (None, None) => Ruled::Nobody,
    })
}

fn line(it: &Ruling, to: NamedPerson, rule: Option<RuleId>) -> NewLine {
    let detail = Detail { event: Some(ThreadEvent::Assigned { to: Some(to) }), ..Detail::default() };
    NewLine {
        id: it.line,
        at: it.moment.now,
        kind: MessageKind::Event,
        author: Author::Rule,
        author_id: rule.map(|it| it.to_string()),
        text: None,
        detail: serde_json::to_string(&detail).ok(),
        client_id: None,
    }
}

/// Of several in one moment each has had a later turn than the one before.
async fn note_turn(conn: &mut Conn, person: PersonId, team: Option<TeamId>, now: Timestamp) -> StoreResult<()> {
    let Some(team) = team else { return Ok(()) };
    sqlx::query(
        "update team_members set assigned_at = (
             select case when max(o.assigned_at) < $3 then $3 else max(o.assigned_at) + 1 end
             from team_members o where o.team_id = $1
         ) where team_id = $1 and person_id = $2",
    )
    .bind(team.to_string())
    .bind(person.to_string())
    .bind(now.0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(RULING))
}
