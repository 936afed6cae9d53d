use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::people_tabs::{PeopleTabs, Tab};
use crate::parts::post_form::PostForm;
use crate::parts::text_area::TextArea;
use crate::path::Path;
use crate::prelude::*;
use model::hours::{DAYS, HoursProblem};
use model::ids::ScheduleId;
use model::teams::ScheduleForm;

/// Working hours as a form; new ones have no id yet.
#[derive(Debug, Clone)]
pub struct OneSchedule {
    pub id: Option<ScheduleId>,
    pub form: ScheduleForm,
    pub time_zones: Vec<&'static str>,
}

impl OneSchedule {
    pub fn title(&self) -> String {
        match self.id {
            Some(_) if !self.form.name.is_empty() => self.form.name.clone(),
            Some(_) => "Working hours".to_owned(),
            None => "Add working hours".to_owned(),
        }
    }
}

/// The ids of the days' fields.
const FIELDS: [&str; 7] = ["day-1", "day-2", "day-3", "day-4", "day-5", "day-6", "day-7"];

#[component]
pub(super) fn SchedulePage(frame: Frame, notice: Option<Piece>, one: OneSchedule) -> Piece {
    let title = one.title();
    let OneSchedule { id, form, time_zones } = one;
    let ScheduleForm { name, time_zone, days, exceptions, problems } = form;
    let action = id.map_or(Path::NewSchedule, |id| Path::Schedule { id }).to_string();
    let zones = time_zones.into_iter().map(|it| view! { <option value=it></option> });
    let rows = days.into_iter().zip(problems.days).enumerate().map(|(n, (typed, problem))| day(n, typed, problem));
    let zone_problem =
        problems.is_no_zone.then(|| "This is no time zone. Choose one from the list, like Europe/Lisbon.".to_owned());
    let deleting = id.map(|id| {
        piece! {
            <section class="page__part" aria-labelledby="deleting">
                <h2 class="page__heading" id="deleting">"Delete"</h2>
                <PostForm action=Path::DeleteSchedule { id }.to_string() class="page__form">
                    <p class="small" id="deleting-words">"Accounts that have them are open at any time then."</p>
                    <div class="page__acts">
                        <button type="submit" class="button button--danger" aria-describedby="deleting-words">
                            "Delete working hours"
                        </button>
                    </div>
                </PostForm>
            </section>
        }
    });
    piece! {
        <FramedPage frame place=Place::People title
            lead="Hours as the clock shows them in the time zone, summer and winter.">
            {notice}
            <PeopleTabs tab=Tab::Hours/>
            <PostForm action class="page__form">
                <Field name="name" label="Name" autocomplete="off" value=name
                    problem=problems.name.map(model::person::FieldProblem::words)/>
                <Zone typed=time_zone problem=zone_problem/>
                <datalist id="time-zones">{zones.collect_view()}</datalist>
                <fieldset class="choices hours">
                    <legend class="field__label">"Hours"</legend>
                    <p class="small" id="hours-hint">"Like 9:00-12:30, 13:30-18:00. An empty day is closed."</p>
                    {rows.collect_view()}
                </fieldset>
                {differing(exceptions, problems.exceptions)}
                <div class="page__acts">
                    <button type="submit" class="button button--primary">"Save working hours"</button>
                    <a class="button button--quiet" href=Path::Hours.to_string()>"Cancel"</a>
                </div>
            </PostForm>
            {deleting}
        </FramedPage>
    }
}

#[component]
fn Zone(typed: String, problem: Option<String>) -> Piece {
    let invalid = problem.is_some().then_some("true");
    let described_by = problem.is_some().then_some("time_zone-below");
    piece! {
        <div class="field">
            <label class="field__label" for="time_zone">"Time zone"</label>
            <input class="input" id="time_zone" name="time_zone" type="text" list="time-zones" value=typed required=true
                autocomplete="off" autocapitalize="none" spellcheck="false" aria-invalid=invalid
                aria-describedby=described_by/>
            {problem.map(|words| view! { <p class="field__problem" id="time_zone-below">{words}</p> })}
        </div>
    }
}

fn day(n: usize, typed: String, problem: Option<HoursProblem>) -> Piece {
    let (title, field) = (DAYS.get(n).copied().unwrap_or_default(), FIELDS.get(n).copied().unwrap_or_default());
    let below = format!("{field}-below");
    let invalid = problem.is_some().then_some("true");
    let described_by = problem.map_or_else(|| "hours-hint".to_owned(), |_| below.clone());
    piece! {
        <div class="hours__day">
            <label class="small" for=field>{title}</label>
            <input class="input" id=field name=field type="text" value=typed autocomplete="off" inputmode="text"
                placeholder="Closed" aria-invalid=invalid aria-describedby=described_by/>
            {problem.map(|it| view! { <p class="field__problem" id=below>{it.words()}</p> })}
        </div>
    }
}

fn differing(typed: String, problem: Option<HoursProblem>) -> Piece {
    let problem = problem.map(|it| it.words().to_owned());
    piece! {
        <TextArea name="exceptions" label="Days that are different" value=typed rows=4 is_required=false problem
            hint="A line for each: 2026-12-24 closed, or 2026-12-31 10:00-14:00."/>
    }
}
