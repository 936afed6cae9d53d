use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::people_tabs::{PeopleTabs, Tab};
use crate::path::Path;
use crate::prelude::*;
use model::hours::DAYS;
use model::teams::Schedule;

/// Every schedule with whether it is open now.
#[derive(Debug, Clone)]
pub struct HoursList {
    pub schedules: Vec<(Schedule, bool)>,
}

#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub(super) fn HoursPage(frame: Frame, notice: Option<Piece>, list: HoursList) -> Piece {
    let list = if list.schedules.is_empty() {
        piece! { <p class="page__lead">"There are none yet: rules assign at any time."</p> }
    } else {
        table(&list.schedules)
    };
    let act = piece! {
        <a class="button button--primary" href=Path::NewSchedule.to_string()>
            <Icon symbol=Symbol::Plus/>"Add working hours"
        </a>
    };
    piece! {
        <FramedPage frame place=Place::People title="Working hours" act=Some(act)
            lead="When somebody is expected to answer. Outside the hours of an account rules assign nobody.">
            {notice}
            <PeopleTabs tab=Tab::Hours/>
            {list}
        </FramedPage>
    }
}

fn table(schedules: &[(Schedule, bool)]) -> Piece {
    let rows = schedules.iter().map(|(it, is_open)| {
        let class = if *is_open { "presence" } else { "presence presence--away" };
        view! {
            <tr>
                <th scope="row"><a class="link-button" href=Path::Schedule { id: it.id }.to_string()>{it.name.clone()}</a></th>
                <td><span class=class>{if *is_open { "Open now" } else { "Closed now" }}</span></td>
                <td class="for-wide">{summary(it)}</td>
                <td class="for-wide">{it.time_zone.clone()}</td>
            </tr>
        }
    });
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Working hours, as a table">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Now"</th>
                        <th scope="col" class="for-wide">"Hours"</th>
                        <th scope="col" class="for-wide">"Time zone"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// "Monday to Friday 9:00-18:00; Saturday 10:00-14:00"
fn summary(schedule: &Schedule) -> String {
    let days: Vec<String> = schedule.hours.week.iter().map(ToString::to_string).collect();
    let mut parts = Vec::new();
    let mut n = 0;
    while let Some(hours) = days.get(n) {
        let same = days[n..].iter().take_while(|it| *it == hours).count();
        let (first, last) =
            (DAYS.get(n).copied().unwrap_or_default(), DAYS.get(n + same - 1).copied().unwrap_or_default());
        if !hours.is_empty() {
            let days = if same == 1 { first.to_owned() } else { format!("{first} to {last}") };
            parts.push(format!("{days} {hours}"));
        }
        n += same;
    }
    if parts.is_empty() { "Always closed".to_owned() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::hours::{DayHours, Hours};
    use model::ids::ScheduleId;

    #[test]
    fn days_that_are_alike_are_said_together() {
        let mut hours = Hours::default();
        hours.week[..5].fill(DayHours::read("9-18").unwrap());
        hours.week[6] = DayHours::read("10-14").unwrap();
        let schedule = Schedule { id: ScheduleId::from_bits(1), name: String::new(), time_zone: String::new(), hours };
        assert_eq!(summary(&schedule), "Monday to Friday 9:00-18:00; Sunday 10:00-14:00");
        assert_eq!(summary(&Schedule { hours: Hours::default(), ..schedule }), "Always closed");
    }
}
