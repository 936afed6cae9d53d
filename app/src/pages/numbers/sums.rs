//! Sums, in words and cells.

use super::{cells, or_none};
use crate::markup::Markup;
use crate::prelude::*;
use model::numbers::{Durations, Sums};

/// "8 min", "2.4 h", "3.1 days"
pub(super) fn short_duration(ms: i64) -> String {
    let minutes = (ms + 30_000) / 60_000;
    match minutes {
        0..=99 => format!("{minutes} min"),
        100..=2879 => format!("{} h", tenths(minutes * 10 / 60)),
        _ => format!("{} days", tenths(minutes * 10 / 1440)),
    }
}

/// "97.1 %"
pub(super) fn per_mille(it: i64) -> String {
    format!("{} %", tenths(it))
}

fn tenths(it: i64) -> String {
    if it % 10 == 0 { (it / 10).to_string() } else { format!("{}.{}", it / 10, it % 10) }
}

pub(super) fn duration_cell(it: &Durations) -> String {
    or_none(it.median().map(short_duration))
}

pub(super) fn share_cell(it: &Sums) -> String {
    or_none(it.inside_per_mille().map(|it| per_mille(i64::from(it))))
}

const HEADS: [&str; 7] =
    ["Opened", "Closed", "First reply, median", "Time to close, median", "Inside 24 h", "With tag", "Missed"];

pub(super) fn heads(to: &mut Markup, first: &str) {
    to.open("thead", "");
    to.open("tr", "");
    head(to, "", first);
    for it in HEADS {
        head(to, "number", it);
    }
    to.close("tr");
    to.close("thead");
}

pub(super) fn head(to: &mut Markup, class: &str, words: &str) {
    to.open_with("th", class, &[("scope", "col")]);
    to.text(words);
    to.close("th");
}

pub(super) fn sum_rows(to: &mut Markup, rows: &[(String, &Sums)]) {
    to.open("tbody", "");
    for (name, sums) in rows {
        to.open("tr", "");
        to.open_with("th", "", &[("scope", "row")]);
        to.text(name);
        to.close("th");
        for it in cells(sums) {
            to.leaf("td", "number", &it);
        }
        to.close("tr");
    }
    to.close("tbody");
}

/// The sums of all, each with what it was before.
pub(super) fn line(now: &Sums, before: &Sums) -> Piece {
    let count = |title, now: u32, before: u32, is_bad: bool| {
        let (class, words) = match (i64::from(now) - i64::from(before), is_bad) {
            (0, _) => ("change", "As before".to_owned()),
            (more @ 1.., true) => ("change change--bad", format!("{more} more")),
            (more @ 1.., false) => ("change", format!("{more} more")),
            (less, true) => ("change change--good", format!("{} fewer", -less)),
            (less, false) => ("change", format!("{} fewer", -less)),
        };
        sum(title, &now.to_string(), class, words)
    };
    let median = |title, now: &Durations, before: &Durations| {
        let (class, words) = match (now.median(), before.median()) {
            (Some(now), Some(before)) if now + 60_000 <= before => {
                ("change change--good", format!("{} faster", short_duration(before - now)))
            }
            (Some(now), Some(before)) if before + 60_000 <= now => {
                ("change change--bad", format!("{} slower", short_duration(now - before)))
            }
            (Some(_), Some(_)) => ("change", "As before".to_owned()),
            _ => ("change", "Nothing to compare".to_owned()),
        };
        sum(title, &duration_cell(now), class, words)
    };
    let share = {
        let (class, words) = match (now.inside_per_mille(), before.inside_per_mille()) {
            (Some(now), Some(before)) => match i64::from(now) - i64::from(before) {
                0 => ("change", "As before".to_owned()),
                up @ 1.. => ("change change--good", format!("{} points up", tenths(up))),
                down => ("change change--bad", format!("{} points down", tenths(-down))),
            },
            _ => ("change", "Nothing to compare".to_owned()),
        };
        sum("Answered inside 24 h", &share_cell(now), class, words)
    };
    piece! {
        <dl class="numbers">
            {count("Opened", now.opened, before.opened, false)}
            {count("Closed", now.closed, before.closed, false)}
            {median("First reply, median", &now.first_reply, &before.first_reply)}
            {median("Time to close, median", &now.to_close, &before.to_close)}
            {share}
            {count("Missed windows", now.missed, before.missed, true)}
        </dl>
    }
}

fn sum(title: &'static str, value: &str, class: &'static str, words: String) -> Piece {
    let (value, unit) = value.split_once(' ').unwrap_or((value, ""));
    let (value, unit) = (value.to_owned(), unit.to_owned());
    piece! {
        <div>
            <dt>{title}</dt>
            <dd>
                <span class="numbers__value">{value}</span>
                " "<span class="numbers__unit">{unit}</span><br/>
                <span class=class>{words}</span>
            </dd>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_long_as_they_matter() {
        let min = 60_000;
        for (ms, words) in
            [(0, "0 min"), (8 * min, "8 min"), (144 * min, "2.4 h"), (120 * min, "2 h"), (3 * 1440 * min, "3 days")]
        {
            assert_eq!(short_duration(ms), words);
        }
        assert_eq!((per_mille(971), per_mille(1000)), ("97.1 %".to_owned(), "100 %".to_owned()));
    }
}
