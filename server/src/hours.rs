//! Working hours, and what time it is somewhere. The time zone database is in the program: a container has none.

use crate::auth::{Caller, Client};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::StoreResult;
use crate::teams::change;
use chrono::{DateTime, Datelike as _, Timelike as _};
use chrono_tz::{TZ_VARIANTS, Tz};
use model::hours::{DayHours, Hours, HoursProblem, Local, read_exceptions};
use model::ids::ScheduleId;
use model::may::Act;
use model::person::check_name;
use model::teams::{Schedule, ScheduleForm, ScheduleProblems, TeamRefusal};
use model::time::Timestamp;
use std::collections::BTreeSet;

/// By name.
pub async fn list(program: &Program, caller: &Caller) -> PeopleResult<Vec<Schedule>> {
    caller.may(Act::RunTeams)?;
    let mut schedules = program.store.list_schedules().await?;
    schedules.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id));
    Ok(schedules)
}

/// Keeps them; or gives the form back with what is wrong in it.
pub async fn save(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: Option<ScheduleId>,
    mut form: ScheduleForm,
) -> PeopleResult<Result<Result<ScheduleId, TeamRefusal>, ScheduleForm>> {
    caller.may(Act::RunTeams)?;
    let schedule = match read(id.unwrap_or_else(|| program.seams.new_id()), &form) {
        Ok(schedule) => schedule,
        Err(problems) => {
            form.problems = *problems;
            return Ok(Err(form));
        }
    };
    let id = schedule.id;
    let saved = program.store.save_schedule(change(program, caller, client), schedule).await?;
    program.assignment.wanted.notify_one();
    Ok(Ok(saved.map(|()| id)))
}

pub async fn delete(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: ScheduleId,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let deleted = program.store.delete_schedule(change(program, caller, client), id).await?;
    program.assignment.wanted.notify_one();
    Ok(deleted)
}

/// Every time zone there is, for whoever chooses one.
pub fn time_zones() -> impl Iterator<Item = &'static str> {
    TZ_VARIANTS.iter().map(|it| it.name()).filter(|it| *it == "UTC" || it.contains('/') && !it.starts_with("Etc/"))
}

fn read(id: ScheduleId, form: &ScheduleForm) -> Result<Schedule, Box<ScheduleProblems>> {
    let mut problems = ScheduleProblems::default();
    let name = check_name(&form.name);
    let zone = form.time_zone.trim().parse::<Tz>();
    let mut hours = Hours::default();
    for ((text, day), problem) in form.days.iter().zip(&mut hours.week).zip(&mut problems.days) {
        *problem = read_into(day, DayHours::read(text));
    }
    problems.exceptions = read_into(&mut hours.exceptions, read_exceptions(&form.exceptions));
    problems.name = name.clone().err();
    problems.is_no_zone = zone.is_err();
    match (name, zone) {
        (Ok(name), Ok(zone)) if problems.is_empty() => {
            Ok(Schedule { id, name, time_zone: zone.name().to_owned(), hours })
        }
        _ => Err(Box::new(problems)),
    }
}

fn read_into<T>(to: &mut T, read: Result<T, HoursProblem>) -> Option<HoursProblem> {
    match read {
        Ok(read) => {
            *to = read;
            None
        }
        Err(problem) => Some(problem),
    }
}

/// The working hours that are over now, or have not begun.
pub(crate) async fn shut(program: &Program) -> StoreResult<BTreeSet<ScheduleId>> {
    let now = program.seams.now();
    let schedules = program.store.list_schedules().await?;
    Ok(schedules.into_iter().filter(|it| !is_open(it, now)).map(|it| it.id).collect())
}

/// Of a time zone that this version does not know nobody can say what time it is there: it is open.
pub fn is_open(schedule: &Schedule, now: Timestamp) -> bool {
    local(&schedule.time_zone, now).is_none_or(|at| schedule.hours.are_open(at))
}

fn local(zone: &str, now: Timestamp) -> Option<Local> {
    let zone: Tz = zone.parse().ok()?;
    let there = DateTime::from_timestamp_millis(now.0)?.with_timezone(&zone);
    let part = |it: u32| u8::try_from(it).unwrap_or_default();
    Some(Local {
        date: model::hours::Date { year: there.year(), month: part(there.month()), day: part(there.day()) },
        weekday: usize::try_from(there.weekday().num_days_from_monday()).unwrap_or_default(),
        minute: u16::try_from(there.hour() * 60 + there.minute()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(days: &str) -> ScheduleForm {
        let mut form =
            ScheduleForm { name: "Shop".to_owned(), time_zone: "Europe/Lisbon".to_owned(), ..ScheduleForm::default() };
        form.days[..5].fill(days.to_owned());
        form
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<DateTime<chrono::Utc>>().unwrap().timestamp_millis())
    }

    #[test]
    fn hours_are_those_of_the_place_in_summer_and_in_winter() {
        let schedule = read(ScheduleId::from_bits(1), &form("9:00-18:00")).unwrap();
        let is_open = |text: &str| is_open(&schedule, at(text));
        assert!(!is_open("2026-11-23T08:59:59Z") && is_open("2026-11-23T09:00:00Z"), "in winter it is UTC");
        assert!(!is_open("2026-07-20T07:59:59Z") && is_open("2026-07-20T08:00:00Z"), "in summer an hour before");
        assert!(!is_open("2026-07-20T17:00:00Z") && !is_open("2026-07-19T12:00:00Z"), "in the evening, and on Sundays");
        let tokyo = Schedule { time_zone: "Asia/Tokyo".to_owned(), ..schedule.clone() };
        assert!(
            super::is_open(&tokyo, at("2026-11-23T00:00:00Z")) && !super::is_open(&tokyo, at("2026-11-20T15:00:00Z"))
        );
        let unknown = Schedule { time_zone: "Mars/Base".to_owned(), ..schedule };
        assert!(super::is_open(&unknown, at("2026-11-22T03:00:00Z")));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let mut form = form("9-8");
        (form.name, form.time_zone, form.exceptions) = (String::new(), "CET/Moon".to_owned(), "soon".to_owned());
        let problems = read(ScheduleId::from_bits(1), &form).unwrap_err();
        assert!(problems.name.is_some() && problems.is_no_zone && problems.exceptions.is_some());
        let wrong = problems.days.map(|it| it.is_some());
        assert_eq!(wrong, [true, true, true, true, true, false, false]);
    }

    #[test]
    fn every_zone_that_is_offered_is_known() {
        assert!(time_zones().count() > 300 && time_zones().all(|it| it.parse::<Tz>().is_ok()));
        assert!(time_zones().any(|it| it == "Europe/Lisbon") && time_zones().any(|it| it == "UTC"));
    }
}
