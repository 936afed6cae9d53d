//! Finds somebody for what opened. What waits stands in the database; intake, and whoever changes what decides,
//! only says that it is worth looking.

use crate::auth::{Caller, Client};
use crate::hours;
use crate::people::{PeopleResult, change};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::assignment::{Moment, Ruled, Ruling};
use model::assignment::Availability;
use model::ids::ConversationId;
use model::may::Act;
use model::people::Refusal;
use model::person::PersonId;
use model::teams::{MoveTo, Moved, TeamRefusal};
use std::time::Duration;
use tokio::sync::Notify;

/// Somebody comes or goes, hours begin, another process took something in: nobody says so.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(5);
const AT_ONCE: u32 = 100;
/// Somebody else was at the same person at the same moment, so many times.
const TRIES: usize = 8;

#[derive(Default)]
pub struct Assigning {
    /// There may be something to give, or somebody to give it to.
    pub wanted: Notify,
}

pub fn start(program: &Program) {
    let it = program.clone();
    program.spawn("assignment", move || run(it.clone()));
}

async fn run(program: Program) {
    loop {
        if let Err(error) = give_all(&program).await {
            tracing::warn!(error = %chain(&error), "conversations are assigned late: {}", chain(&error));
        }
        tokio::select! {
            () = program.assignment.wanted.notified() => {}
            () = tokio::time::sleep(LOOKS_AGAIN_AFTER) => {}
        }
    }
}

/// Gives what waits to whoever can take it now; how many those were.
pub async fn give_all(program: &Program) -> StoreResult<usize> {
    let mut n_given = 0;
    loop {
        let moment = Moment { now: program.seams.now(), shut: hours::shut(program).await? };
        let waiting = program.store.list_to_assign(moment.clone(), AT_ONCE).await?;
        let before = n_given;
        for id in waiting {
            n_given += usize::from(give(program, id, &moment).await?);
        }
        // What was listed and not given was taken by somebody else, or nobody is left to take it.
        if n_given == before {
            return Ok(n_given);
        }
    }
}

async fn give(program: &Program, conversation: ConversationId, moment: &Moment) -> StoreResult<bool> {
    for _ in 0..TRIES {
        let (line, notification, audit_id) = (program.seams.new_id(), program.seams.new_id(), program.seams.new_id());
        let ruling = Ruling { conversation, moment: moment.clone(), line, notification, audit_id };
        let outcome = match program.store.assign_by_rule(ruling).await? {
            Ruled::Given(_) => "person",
            Ruled::Team(_) => "team",
            Ruled::Nobody | Ruled::NotWaiting => return Ok(false),
            Ruled::Again => continue,
        };
        metrics::counter!("switchboard_assigned_by_rule_total", "to" => outcome).increment(1);
        return Ok(true);
    }
    Ok(false)
}

/// Whether the caller is there for conversations, as they chose.
pub async fn availability(program: &Program, caller: &Caller) -> PeopleResult<Availability> {
    caller.may(Act::OwnPage)?;
    Ok(program.store.find_availability(caller.me.id).await?.unwrap_or_default())
}

pub async fn set_availability(program: &Program, caller: &Caller, to: Availability) -> PeopleResult<()> {
    caller.may(Act::OwnPage)?;
    program.store.set_availability(caller.me.id, to, program.seams.now()).await?;
    program.assignment.wanted.notify_one();
    Ok(())
}

pub async fn set_limit(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
    limit: Option<u32>,
) -> PeopleResult<Result<(), Refusal>> {
    caller.may(Act::RunPeople)?;
    let set = program.store.set_conversation_limit(change(program, caller, client, person), limit).await?;
    program.assignment.wanted.notify_one();
    Ok(set)
}

/// Everything that somebody has goes to somebody else, a team, or nobody.
pub async fn move_all(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
    to: MoveTo,
) -> PeopleResult<Result<Moved, TeamRefusal>> {
    caller.may(Act::RunPeople)?;
    Ok(program.store.move_conversations(change(program, caller, client, person), to).await?)
}
