//! Working hours: for each day of the week from when until when, and days that are different. Which day and
//! what time it is somewhere is for the server to know.

use std::fmt;
use std::fmt::Write as _;

const DAY_MIN: u16 = 24 * 60;
/// More than anybody has in one day.
const SPANS_MOST: usize = 8;
pub const EXCEPTIONS_MOST: usize = 200;

pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Minutes of a day; the end is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    from: u16,
    until: u16,
}

/// One day's hours, in order; none: closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayHours(Vec<Span>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

/// What the clock on the wall shows there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    pub date: Date,
    /// Monday is 0.
    pub weekday: usize,
    pub minute: u16,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// Monday first.
    pub week: [DayHours; 7],
    /// Days that are not like their weekday; of two for one day the first counts.
    pub exceptions: Vec<(Date, DayHours)>,
}

/// Why a text is not hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoursProblem {
    /// As in "9:00-17:30".
    NotHours,
    EndsBeforeItBegins,
    Overlapping,
    TooMany,
    /// As in "2026-12-24".
    NotADate,
}

impl HoursProblem {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotHours => "Write hours like 9:00-12:30, 13:30-18:00, or leave it empty.",
            Self::EndsBeforeItBegins => {
                "The end comes before the beginning. A night has two parts: until 24:00, and from 0:00."
            }
            Self::Overlapping => "Two of these hours overlap.",
            Self::TooMany => "These are too many.",
            Self::NotADate => "Begin each line with a date like 2026-12-24.",
        }
    }
}

impl Hours {
    pub fn are_open(&self, at: Local) -> bool {
        let exception = self.exceptions.iter().find(|it| it.0 == at.date).map(|it| &it.1);
        let day = exception.or_else(|| self.week.get(at.weekday));
        day.is_some_and(|it| it.0.iter().any(|span| (span.from..span.until).contains(&at.minute)))
    }
}

impl DayHours {
    /// "9:00-12:30, 13:30-18:00"; nothing, or "closed", is closed.
    pub fn read(text: &str) -> Result<Self, HoursProblem> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("closed") {
            return Ok(Self::default());
        }
        let mut spans = text.split(',').map(Span::read).collect::<Result<Vec<_>, _>>()?;
        if spans.len() > SPANS_MOST {
            return Err(HoursProblem::TooMany);
        }
        spans.sort_unstable();
        if spans.windows(2).any(|it| matches!(it, [one, next] if next.from < one.until)) {
            return Err(HoursProblem::Overlapping);
        }
        Ok(Self(spans))
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, span) in self.0.iter().enumerate() {
            let between = if n == 0 { "" } else { ", " };
            let Span { from, until } = span;
            write!(f, "{between}{}:{:02}-{}:{:02}", from / 60, from % 60, until / 60, until % 60)?;
        }
        Ok(())
    }
}

impl Span {
    fn read(text: &str) -> Result<Self, HoursProblem> {
        let (from, until) = text.split_once(['-', '–']).ok_or(HoursProblem::NotHours)?;
        let [from, until] = [minute(from)?, minute(until)?];
        if until <= from { Err(HoursProblem::EndsBeforeItBegins) } else { Ok(Self { from, until }) }
    }
}

/// "9", "9:30", "24:00"
fn minute(text: &str) -> Result<u16, HoursProblem> {
    let (hour, minute) = text.trim().split_once([':', '.']).unwrap_or((text.trim(), "00"));
    let number = |it: &str, digits: &[usize]| {
        let is_number = digits.contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
        it.parse::<u16>().ok().filter(|_| is_number).ok_or(HoursProblem::NotHours)
    };
    let (hour, minute) = (number(hour, &[1, 2])?, number(minute, &[2])?);
    let at = hour * 60 + minute;
    if minute < 60 && at <= DAY_MIN { Ok(at) } else { Err(HoursProblem::NotHours) }
}

impl Date {
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let it = parts.next()?;
            it.parse::<u16>().ok().filter(|_| it.len() == digits && it.bytes().all(|it| it.is_ascii_digit()))
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let it = Self { year: year.into(), month, day };
        (parts.next().is_none() && (1..=12).contains(&month) && (1..=it.days_of_month()).contains(&day)).then_some(it)
    }

    const fn days_of_month(self) -> u8 {
        let is_leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A line for each: "2026-12-24 closed", "2026-12-31 9:00-14:00".
pub fn read_exceptions(text: &str) -> Result<Vec<(Date, DayHours)>, HoursProblem> {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    let mut exceptions = lines
        .map(|line| {
            let (date, hours) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            Ok((Date::read(date).ok_or(HoursProblem::NotADate)?, DayHours::read(hours)?))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if exceptions.len() > EXCEPTIONS_MOST {
        return Err(HoursProblem::TooMany);
    }
    exceptions.sort_by_key(|it| it.0);
    Ok(exceptions)
}

pub fn write_exceptions(exceptions: &[(Date, DayHours)]) -> String {
    let mut text = String::new();
    for (date, hours) in exceptions {
        let hours = if hours.0.is_empty() { "closed".to_owned() } else { hours.to_string() };
        let _ = writeln!(text, "{date} {hours}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn week() -> Hours {
        let mut hours = Hours::default();
        for day in &mut hours.week[..5] {
            *day = DayHours::read("9:00-12:30, 13:30-18").unwrap();
        }
        hours.exceptions = read_exceptions("2026-12-24 closed\n\n2026-12-26 10-14\n").unwrap();
        hours
    }

    fn at(date: &str, weekday: usize, time: &str) -> Local {
        Local { date: Date::read(date).unwrap(), weekday, minute: minute(time).unwrap() }
    }

    #[test]
    fn a_day_is_open_from_its_beginning_to_before_its_end() {
        let hours = week();
        let monday = |time| hours.are_open(at("2026-11-23", 0, time));
        let times = ["8:59", "9:00", "12:29", "12:30", "13:29", "13:30", "17:59", "18:00"];
        assert_eq!(times.map(monday), [false, true, true, false, false, true, true, false]);
        assert!(!hours.are_open(at("2026-11-28", 5, "10:00")), "a Saturday");
    }

    #[test]
    fn an_exception_counts_more_than_its_weekday() {
        let hours = week();
        assert!(!hours.are_open(at("2026-12-24", 3, "10:00")), "a Thursday");
        assert!(hours.are_open(at("2026-12-26", 5, "10:00")), "a Saturday");
    }

    #[test]
    fn what_is_wrong_is_said() {
        use HoursProblem as It;
        for (text, problem) in [
            ("9", It::NotHours),
            ("9:5-10", It::NotHours),
            ("9-25", It::NotHours),
            ("9:60-10", It::NotHours),
            ("18-9", It::EndsBeforeItBegins),
            ("9-9", It::EndsBeforeItBegins),
            ("9-12,11-13", It::Overlapping),
            ("1-2,2-3,3-4,4-5,5-6,6-7,7-8,8-9,9-10", It::TooMany),
        ] {
            assert_eq!(DayHours::read(text), Err(problem), "{text}");
        }
        assert_eq!(DayHours::read(" 0:00-24:00 ").unwrap().to_string(), "0:00-24:00");
        assert_eq!(DayHours::read("13–18,9–12").unwrap().to_string(), "9:00-12:00, 13:00-18:00");
        for wrong in ["2026-02-29", "2026-13-01", "26-12-24", "2026-12-24-1", "24.12.2026", "+026-12-24"] {
            assert_eq!(read_exceptions(wrong), Err(It::NotADate), "{wrong}");
        }
        assert!(Date::read("2028-02-29").is_some());
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic_and_what_is_read_is_read_again(text in "[0-9:,\\- .–a]{0,40}") {
            if let Ok(hours) = DayHours::read(&text) {
                prop_assert_eq!(DayHours::read(&hours.to_string()), Ok(hours));
            }
            if let Ok(exceptions) = read_exceptions(&text) {
                prop_assert_eq!(read_exceptions(&write_exceptions(&exceptions)), Ok(exceptions));
            }
        }
    }
}
