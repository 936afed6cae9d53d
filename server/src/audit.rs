//! Reading the audit log: a page of it, or all that a filter lets through as a file.

use crate::auth::may::Refused;
use crate::auth::{Caller, Client};
use crate::csv;
use crate::people::deed;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::audit::{Actor, AuditEntry, AuditLine, AuditWanted, Subject};
use futures::stream::{self, Stream};
use model::audit::{Action, AuditId};
use model::day;
use model::may::Act;
use model::person::PersonId;

const LINES: u32 = 50;
/// So many lines of a file are read at once.
const PIECE: u32 = 500;
/// More people than anybody chooses from.
const PEOPLE_MOST: u32 = 5000;

#[derive(Debug, Clone)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    /// Where the next page begins, if there is one.
    pub older: Option<AuditId>,
    /// Whom one can choose, by name.
    pub people: Vec<(PersonId, String)>,
}

pub async fn page(
    program: &Program,
    caller: &Caller,
    wanted: AuditWanted,
    before: Option<AuditId>,
) -> Result<AuditPage, Refused> {
    caller.may(Act::ReadAudit)?;
    let mut lines = program.store.search_audit(wanted, before, LINES + 1).await?;
    let has_more = lines.len() > LINES as usize;
    lines.truncate(LINES as usize);
    let older = lines.last().filter(|_| has_more).map(|it| it.id);
    let people = program.store.list_people(PEOPLE_MOST).await?;
    let mut people: Vec<_> = people.into_iter().map(|it| (it.id, it.name)).collect();
    people.sort_by_cached_key(|it| it.1.to_lowercase());
    Ok(AuditPage { lines, older, people })
}

/// Who did it, as the log calls them.
pub fn who(line: &AuditLine) -> &str {
    match (&line.actor_name, line.actor) {
        (Some(name), _) => name,
        (None, Some(_)) => "Somebody",
        (None, None) => "Switchboard",
    }
}

/// What it was done to, as far as that still has a name.
pub fn what(line: &AuditLine) -> Option<&str> {
    let subject = line.subject?;
    Some(line.subject_name.as_deref().unwrap_or_else(|| subject.kind().unnamed()))
}

/// What happened, in plain words.
pub fn told(line: &AuditLine) -> String {
    line.action.told(who(line), what(line).unwrap_or("somebody"), line.detail.as_deref().unwrap_or_default())
}

/// The lines of a file, piece by piece. That it was asked for is in the log before the first of them.
pub async fn export(
    program: &Program,
    caller: &Caller,
    client: &Client,
    wanted: AuditWanted,
) -> Result<impl Stream<Item = StoreResult<String>> + Send + use<>, Refused> {
    caller.may(Act::ReadAudit)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    program
        .store
        .insert_audit(AuditEntry {
            id: deed.audit_id,
            at: deed.now,
            actor: Actor::Person(deed.by),
            action: Action::AuditExported,
            subject: None,
            detail: days(&wanted),
            address: deed.address,
        })
        .await?;
    let head = csv::line(["At", "Who", "What happened", "Action", "About", "About id", "Address"]);
    let begin = (program.clone(), wanted, Some(None), Some(head));
    Ok(stream::try_unfold(begin, |(program, wanted, next, head)| async move {
        let Some(before) = next else { return Ok(None) };
        let lines = program.store.search_audit(wanted.clone(), before, PIECE).await?;
        let next = lines.last().filter(|_| lines.len() == PIECE as usize).map(|it| Some(it.id));
        let text = lines.iter().fold(head.unwrap_or_default(), |text, it| text + &in_file(it));
        Ok(Some((text, (program, wanted, next, None))))
    }))
}

/// " from 2026-11-01 to 2026-11-30"
fn days(wanted: &AuditWanted) -> Option<String> {
    let from = wanted.from.map(|it| format!(" from {}", day::write(it)));
    let until = wanted.until.map(|it| format!(" to {}", day::write(it.plus_s(-1))));
    let days = [from, until].into_iter().flatten().collect::<String>();
    (!days.is_empty()).then_some(days)
}

fn in_file(line: &AuditLine) -> String {
    let at = line.at.0.rem_euclid(86_400_000) / 1000;
    let at = format!("{}T{:02}:{:02}:{:02}Z", day::write(line.at), at / 3600, at / 60 % 60, at % 60);
    let id = line.subject.map(Subject::id).unwrap_or_default();
    let (told, address) = (told(line), line.address.as_deref().unwrap_or_default());
    csv::line([&at, who(line), &told, line.action.word(), what(line).unwrap_or_default(), &id, address])
}
