//! A person changes where a conversation stands.

use super::super::audit;
use super::super::changes::write_changes;
use super::super::handovers::give_back;
use super::super::sight::find_colleague;
use super::lines::{self, NewLine};
use super::{Conn, Raised, colleagues, columns, episodes, raise_of, read_back, state_of};
use crate::store::audit::{AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::conversations::{NewStep, State, StepTaken};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::content::{MessageKind, ThreadEvent};
use model::desk::Step;
use model::ids::{AccountId, MessageId, NotificationId, TeamId};
use model::live::Event;
use model::person::PersonId;
use model::priority::Priority;
use model::time::{MINUTE_S, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

const STEPPING: &str = "take a step";

/// What is undone so soon leaves no trail.
const NO_TRAIL_S: i64 = MINUTE_S;

pub(in super::super) async fn take(conn: &mut Conn, step: &NewStep) -> StoreResult<StepTaken> {
    // Before anything is raised: what stands so already is not touched.
    if let Err(ended) = plan(conn, step).await? {
        return Ok(ended);
    }
    let Some(raised) = raise_of(conn, step.conversation, step.now).await? else {
        return Ok(StepTaken::NoSuchConversation);
    };
    let plan = match plan(conn, step).await? {
        Ok(plan) => plan,
        Err(ended) => return Ok(ended),
    };
    write(conn, step, &plan).await?;
    give_back(conn, step).await?;
    let undone = undone_line(conn, step).await?;
    note_episode(conn, step, &plan, undone).await?;
    note_assigned(conn, step, &plan).await?;
    let mut told = vec![raised.conversation()];
    if let Some((line, _)) = undone {
        told.extend(take_line_away(conn, raised, line).await?);
        told.push(raised.message(line));
    } else {
        lines::insert(conn, raised, &line(step, &plan)).await?;
        told.push(raised.message(step.line));
        told.extend(notify(conn, raised, step).await?);
    }
    write_changes(conn, &told).await?;
    Ok(StepTaken::Done { undo: plan.undo })
}

/// What a step changes.
struct Plan {
    was: State,
    state: State,
    assignee: Option<PersonId>,
    team: Option<TeamId>,
    priority: Priority,
    event: ThreadEvent,
    undo: Step,
}

#[derive(FromRow)]
struct Row {
    account_id: String,
    state: String,
    snoozed_until: Option<i64>,
    owner: String,
    assignee_id: Option<String>,
    team_id: Option<String>,
    priority: i32,
}

async fn plan(conn: &mut Conn, step: &NewStep) -> StoreResult<Result<Plan, StepTaken>> {
    let id = step.conversation.to_string();
    let row: Option<Row> = sqlx::query_as(
        "select account_id, state, snoozed_until, owner, assignee_id, team_id, priority from conversations where id = $1",
    )
    .bind(&id)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(STEPPING))?;
    let Some(row) = row else { return Ok(Err(StepTaken::NoSuchConversation)) };
    let was = state_of(&row.state, row.snoozed_until);
    let assignee: Option<PersonId> =
        row.assignee_id.map(|it| read_back(&it, "conversations", "assignee_id", &id)).transpose()?;
    let before = Priority::from_number(row.priority);
    let team: Option<TeamId> = row.team_id.map(|it| read_back(&it, "conversations", "team_id", &id)).transpose()?;
    let account: AccountId = read_back(&row.account_id, "conversations", "account_id", &id)?;
    let undo = match (was, &step.step) {
        (_, Step::Assign { .. }) => Step::Assign { to: assignee },
        (_, Step::Team { .. }) => Step::Team { to: team, with: assignee },
        (_, Step::Prioritise { .. }) => Step::Prioritise { to: before },
        (State::SnoozedUntil(until), _) if until > step.now => Step::Snooze { until },
        (State::Closed, _) => Step::Close,
        _ => Step::Reopen,
    };
    let (state, assignee, event) = match &step.step {
        Step::Assign { to } if *to == assignee => return Ok(Err(StepTaken::Was)),
        // A team that is given what a bot answers takes over, be it that team's before.
        Step::Team { to, with } if *to == team && *with == assignee && (to.is_none() || row.owner != "bot") => {
            return Ok(Err(StepTaken::Was));
        }
        // Whoever is given what a bot answers takes over.
        Step::Assign { .. } | Step::Team { .. } if row.owner == "other" => return Ok(Err(StepTaken::OwnedElsewhere)),
        Step::Assign { to: None } | Step::Team { to: None, with: None } => {
            (was, None, ThreadEvent::Assigned { to: None })
        }
        Step::Team { to: Some(to), with: None } => {
            let Some(name) = colleagues::team(conn, account, *to).await? else {
                return Ok(Err(StepTaken::OutOfTheirSight));
            };
            (was, None, ThreadEvent::GivenToTeam { name })
        }
        Step::Assign { to: Some(to) } | Step::Team { with: Some(to), .. } => {
            let Some(named) = find_colleague(conn, account, *to).await? else {
                return Ok(Err(StepTaken::OutOfTheirSight));
            };
            (was, Some(*to), ThreadEvent::Assigned { to: Some(named) })
        }
        Step::Prioritise { to } if *to == before => return Ok(Err(StepTaken::Was)),
        Step::Prioritise { to } => (was, assignee, ThreadEvent::Prioritised { to: *to }),
        Step::Close => (State::Closed, assignee, ThreadEvent::Closed),
        Step::Reopen => (State::Open, assignee, ThreadEvent::Reopened),
        Step::Snooze { until } => (State::SnoozedUntil(*until), assignee, ThreadEvent::Snoozed { until: *until }),
    };
    let moves = matches!(step.step, Step::Close | Step::Reopen | Step::Snooze { .. });
    if state == was && moves {
        return Ok(Err(StepTaken::Was));
    }
    let priority = if let Step::Prioritise { to } = step.step { to } else { before };
    let team = if let Step::Team { to, .. } = step.step { to } else { team };
    Ok(Ok(Plan { was, state, assignee, team, priority, event, undo }))
}

/// Whoever had it is remembered, for when the customer comes back. What a person decides, no rule does; but whom of a
/// team that was chosen so.
async fn write(conn: &mut Conn, step: &NewStep, plan: &Plan) -> StoreResult<()> {
    let (state, snoozed_until) = columns(plan.state);
    let assigned = matches!(step.step, Step::Assign { .. } | Step::Team { .. });
    let is_teams = matches!(step.step, Step::Team { to: Some(_), with: None });
    sqlx::query(
        "update conversations set state = $2, snoozed_until = $3, recalled = false,
             last_assignee_id = coalesce(assignee_id, last_assignee_id), assignee_id = $4,
             owner = case when owner = 'bot' and ($9 or $4 is not null) then 'human' else owner end,
             owner_bot_id = case when $9 or $4 is not null then null else owner_bot_id end,
             assigned_at = case when $5 then $6 else assigned_at end,
             to_assign_at = case when $2 = 'closed' then null when $9 then $10 when $5 then null else to_assign_at end,
             to_team_id = case when $9 then $8 when $5 then null else to_team_id end, team_id = $8, priority = $7
         where id = $1",
    )
    .bind(step.conversation.to_string())
    .bind(state)
    .bind(snoozed_until)
    .bind(plan.assignee.map(|it| it.to_string()))
    .bind(assigned)
    .bind(plan.assignee.is_some().then_some(step.now.0))
    .bind(plan.priority.number())
    .bind(plan.team.map(|it| it.to_string()))
    .bind(is_teams)
    .bind(step.now.0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(STEPPING))
}

/// The line's detail, and what its step is undone by: an older or newer reader passes over that.
#[derive(Serialize, Deserialize)]
struct Trail {
    event: Option<ThreadEvent>,
    undo: Option<Step>,
}

fn line(step: &NewStep, plan: &Plan) -> NewLine {
    let trail = Trail { event: Some(plan.event.clone()), undo: Some(plan.undo.clone()) };
    NewLine {
        id: step.line,
        at: step.now,
        kind: MessageKind::Event,
        author: step.by.author(),
        author_id: Some(step.by.author_id()),
        text: None,
        detail: serde_json::to_string(&trail).ok(),
        client_id: None,
    }
}

#[derive(FromRow)]
struct LastRow {
    id: String,
    at: i64,
    kind: String,
    author_id: Option<String>,
    detail: Option<String>,
}

/// The thread's last line and when it was written, if this step undoes it.
async fn undone_line(conn: &mut Conn, step: &NewStep) -> StoreResult<Option<(MessageId, Timestamp)>> {
    let last: Option<LastRow> = sqlx::query_as(
        "select id, at, kind, author_id, detail from messages where conversation_id = $1 order by at desc, id desc
         limit 1",
    )
    .bind(step.conversation.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(STEPPING))?;
    let Some(LastRow { id, at, kind, author_id, detail }) = last else { return Ok(None) };
    let is_mine = kind == MessageKind::Event.word() && author_id == Some(step.by.author_id());
    let trail: Option<Trail> = detail.filter(|_| is_mine).and_then(|it| serde_json::from_str(&it).ok());
    let is_undone = trail.and_then(|it| it.undo).as_ref() == Some(&step.step);
    if !is_undone || Timestamp(at).plus_s(NO_TRAIL_S) < step.now {
        return Ok(None);
    }
    Ok(Some((read_back(&id, "messages", "id", &id)?, Timestamp(at))))
}

/// With what it told somebody.
async fn take_line_away(conn: &mut Conn, raised: Raised, line: MessageId) -> StoreResult<Vec<NewChange>> {
    let told: Vec<(String, String)> = sqlx::query_as(
        "delete from notifications where conversation_id = $1 and message_id = $2 returning id, person_id",
    )
    .bind(raised.conversation_id().to_string())
    .bind(line.to_string())
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(STEPPING))?;
    sqlx::query("delete from messages where id = $1")
        .bind(line.to_string())
        .execute(conn)
        .await
        .map_err(doing(STEPPING))?;
    let change = |(id, person): (String, String)| {
        let person = read_back(&person, "notifications", "person_id", &id)?;
        let id = read_back(&id, "notifications", "id", &id)?;
        let event = Event::Notification { id, mentioned_in: None };
        Ok(raised.tell(event, person))
    };
    told.into_iter().map(change).collect()
}

/// Whom somebody gave it to by hand, whether or not that was undone.
async fn note_assigned(conn: &mut Conn, step: &NewStep, plan: &Plan) -> StoreResult<()> {
    let to = match &plan.event {
        ThreadEvent::Assigned { to } => to.as_ref().map(|it| it.name.clone()),
        ThreadEvent::GivenToTeam { name } => Some(format!("the team {name}")),
        _ => return Ok(()),
    };
    let line = step.line.to_string();
    let entry = AuditEntry {
        // Made of the same time and chance: another table, and never another line.
        id: read_back(&line, "messages", "id", &line)?,
        at: step.now,
        actor: step.by.actor(),
        action: if to.is_some() { Action::Assigned } else { Action::Unassigned },
        subject: Some(Subject::Conversation(step.conversation)),
        detail: to,
        address: None,
    };
    audit::insert(conn, &entry).await
}

async fn note_episode(
    conn: &mut Conn,
    step: &NewStep,
    plan: &Plan,
    undone: Option<(MessageId, Timestamp)>,
) -> StoreResult<()> {
    let id = step.conversation;
    match (plan.was == State::Closed, plan.state == State::Closed, undone) {
        (true, false, Some((_, closed_at))) => episodes::go_on(conn, id, closed_at, step.now).await,
        (true, false, None) => episodes::open(conn, id, step.now).await,
        (false, true, Some((_, opened_at))) => episodes::take_back(conn, id, opened_at).await,
        (false, true, None) => episodes::close(conn, id, step.by.person(), step.now).await,
        _ => Ok(()),
    }
}

/// Whoever is given a conversation by somebody else hears of it.
async fn notify(conn: &mut Conn, raised: Raised, step: &NewStep) -> StoreResult<Option<NewChange>> {
    let (Step::Assign { to: Some(to) } | Step::Team { with: Some(to), .. }) = step.step else { return Ok(None) };
    if Some(to) == step.by.person() {
        return Ok(None);
    }
    let notice = Notice { kind: "assigned", to, line: step.line, notification: step.notification, at: step.now };
    notify_of(conn, raised, notice).await.map(Some)
}

/// Somebody is called in a note.
pub(in super::super) const MENTION: &str = "mention";

/// Whom a line of the thread concerns, and why.
pub(in super::super) struct Notice {
    pub kind: &'static str,
    pub to: PersonId,
    pub line: MessageId,
    pub notification: NotificationId,
    pub at: Timestamp,
}

pub(in super::super) async fn notify_of(conn: &mut Conn, raised: Raised, it: Notice) -> StoreResult<NewChange> {
    sqlx::query(
        "insert into notifications (id, person_id, kind, conversation_id, message_id, account_id, created_at)
         values ($1, $2, $7, $3, $4, $5, $6)",
    )
    .bind(it.notification.to_string())
    .bind(it.to.to_string())
    .bind(raised.conversation_id().to_string())
    .bind(it.line.to_string())
    .bind(raised.account_id().to_string())
    .bind(it.at.0)
    .bind(it.kind)
    .execute(conn)
    .await
    .map_err(doing("notify somebody"))?;
    let mentioned_in = (it.kind == MENTION).then(|| raised.conversation_id());
    Ok(raised.tell(Event::Notification { id: it.notification, mentioned_in }, it.to))
}
