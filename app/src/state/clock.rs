//! What time it is, and where. The first render has the server's moment and UTC, on both sides; once
//! the page is live, the browser's own.

use crate::prelude::*;
use model::time::{DAY_S, Timestamp};
use std::time::Duration;

const TICK: Duration = Duration::from_secs(20);
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[derive(Clone, Copy)]
pub struct Clock {
    /// Moves on a few times a minute.
    pub now: RwSignal<Timestamp>,
    /// The person's own time zone is used: the page is live.
    pub is_local: RwSignal<bool>,
}

impl Clock {
    /// Gives itself to everything below. `now` is the server's, as it came with the page.
    pub fn provide(now: Timestamp) -> Self {
        let it = Self { now: RwSignal::new(now), is_local: RwSignal::new(false) };
        provide_context(it);
        Effect::new(move || {
            it.tick();
            _ = it.is_local.try_set(true);
            if let Ok(ticking) = set_interval_with_handle(move || it.tick(), TICK) {
                on_cleanup(move || ticking.clear());
            }
        });
        it
    }

    fn tick(self) {
        _ = self.now.try_set(browser_now());
    }

    /// "14:12"
    pub fn time(self, at: Timestamp) -> String {
        let minutes = self.here(at).div_euclid(60_000).rem_euclid(24 * 60);
        format!("{}:{:02}", minutes / 60, minutes % 60)
    }

    /// As short as the list has room for: 14:12 today, Thu this week, 12 Nov before.
    pub fn short(self, at: Timestamp) -> String {
        let (now, day) = (self.day(self.now.get()), self.day(at));
        match now.0 - day.0 {
            0 => self.time(at),
            1..=6 => day.weekday()[..3].to_owned(),
            _ => day.short(now),
        }
    }

    /// "14:12" today, "Thu 14:05" this or last week, "12 Nov, 14:05" otherwise.
    pub fn moment(self, at: Timestamp) -> String {
        let (now, day) = (self.day(self.now.get()), self.day(at));
        match (now.0 - day.0).abs() {
            0 => self.time(at),
            1..=6 => format!("{} {}", &day.weekday()[..3], self.time(at)),
            _ => format!("{}, {}", day.short(now), self.time(at)),
        }
    }

    /// What stands above the lines of a day.
    pub fn heading(self, day: Day) -> String {
        let now = self.day(self.now.get());
        match now.0 - day.0 {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            _ => {
                let (year, month, of_month) = day.civil();
                let words = format!("{} {of_month} {}", day.weekday(), MONTHS[month]);
                if year == now.civil().0 { words } else { format!("{words} {year}") }
            }
        }
    }

    pub fn day(self, at: Timestamp) -> Day {
        Day(self.here(at).div_euclid(DAY_S * 1000))
    }

    /// Milliseconds as a clock on the wall would count them.
    pub fn here(self, at: Timestamp) -> i64 {
        if self.is_local.get() { at.0 - minutes_west(at) * 60_000 } else { at.0 }
    }

    /// The moment at which a clock on the wall shows this. Twice, because the first guess may lie on the
    /// other side of a change of the clocks.
    pub fn there(self, here: i64) -> Timestamp {
        let west = |at| if self.is_local.get() { minutes_west(at) * 60_000 } else { 0 };
        Timestamp(here + west(Timestamp(here + west(Timestamp(here)))))
    }
}

/// A day of somebody's calendar, counted from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    pub fn weekday(self) -> &'static str {
        WEEKDAYS[usize::try_from(self.0.rem_euclid(7)).unwrap_or(0)]
    }

    /// "12 Nov", "12 Nov 2024"
    pub fn short(self, now: Self) -> String {
        let (year, month, of_month) = self.civil();
        let words = format!("{of_month} {}", &MONTHS[month][..3]);
        if year == now.civil().0 { words } else { format!("{words} {year}") }
    }

    /// Year, month from 0, day of the month.
    fn civil(self) -> (i64, usize, i64) {
        // In years that begin in March, so that the leap day is the last.
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * month + 2) / 5 + 1;
        let month = (month + 2) % 12;
        (era * 400 + year_of_era + i64::from(month < 2), usize::try_from(month).unwrap_or(0), of_month)
    }
}

/// "38 min", "1 h 40", "3 days"; never less than a minute.
pub fn duration(ms: i64) -> String {
    let minutes = (ms / 60_000).max(1);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, _) if hours >= 48 => format!("{} days", hours / 24),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

/// How long it is over: the server knows nobody's time zone.
pub fn ago(now: Timestamp, at: Timestamp) -> String {
    match now.since_ms(at) {
        ..=NOW_MS => "Now".to_owned(),
        ms => format!("{} ago", duration(ms)),
    }
}

/// Whoever was here a moment ago is here.
const NOW_MS: i64 = 3 * 60_000;

/// As a machine reads it: `2026-11-20T14:12:05Z`.
pub fn iso(at: Timestamp) -> String {
    let (year, month, of_month) = Day(at.0.div_euclid(DAY_S * 1000)).civil();
    let s = at.0.div_euclid(1000).rem_euclid(DAY_S);
    format!("{year:04}-{:02}-{of_month:02}T{:02}:{:02}:{:02}Z", month + 1, s / 3600, s / 60 % 60, s % 60)
}

/// Only ever asked in effects and handlers, which run in a browser.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of this century fit")]
pub fn browser_now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
fn minutes_west(at: Timestamp) -> i64 {
    js_sys::Date::new(&(at.0 as f64).into()).get_timezone_offset() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(now: i64) -> Clock {
        Clock { now: RwSignal::new(Timestamp(now)), is_local: RwSignal::new(false) }
    }

    /// Friday 20 November 2026, 14:12:05.
    const NOW: i64 = 1_795_183_925_000;

    #[test]
    fn a_moment_is_said_as_short_as_it_can_be() {
        let owner = Owner::new();
        owner.with(|| {
            let clock = at(NOW);
            let back = |s: i64| Timestamp(NOW - s * 1000);
            let said = |s| (clock.short(back(s)), clock.moment(back(s)), clock.heading(clock.day(back(s))));
            let words = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
            assert_eq!(said(0), words("14:12", "14:12", "Today"));
            assert_eq!(said(DAY_S), words("Thu", "Thu 14:12", "Yesterday"));
            assert_eq!(said(7 * DAY_S), words("13 Nov", "13 Nov, 14:12", "Friday 13 November"));
            assert_eq!(said(365 * DAY_S), words("20 Nov 2025", "20 Nov 2025, 14:12", "Thursday 20 November 2025"));
            assert_eq!(clock.moment(back(-2 * DAY_S)), "Sun 14:12");
            assert_eq!(clock.time(back(5 * 3600)), "9:12");
        });
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let list = [(0, (1970, 0, 1)), (59, (1970, 2, 1)), (-1, (1969, 11, 31)), (19_782, (2024, 1, 29))];
        for (day, civil) in list {
            assert_eq!(Day(day).civil(), civil);
        }
        assert_eq!(iso(Timestamp(NOW)), "2026-11-20T14:12:05Z");
    }

    #[test]
    fn a_duration_is_as_exact_as_it_matters() {
        let min = 60_000;
        for (ms, words) in [
            (0, "1 min"),
            (38 * min, "38 min"),
            (100 * min, "1 h 40"),
            (61 * min, "1 h 01"),
            (120 * min, "2 h"),
            (75 * 60 * min, "3 days"),
        ] {
            assert_eq!(duration(ms), words);
        }
    }
}
