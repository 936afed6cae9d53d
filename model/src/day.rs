//! Days as forms and files name them, `2026-11-20`, in UTC.

use crate::time::{DAY_S, Timestamp};

const DAY_MS: i64 = DAY_S * 1000;

/// The first moment of the day.
pub fn read(text: &str) -> Option<Timestamp> {
    let mut parts = text.splitn(3, '-').map(|it| it.parse::<i64>().ok());
    let (year, month, of_month) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&of_month) {
        return None;
    }
    // In years that begin in March, so that the leap day is the last.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (years.div_euclid(400), years.rem_euclid(400));
    let of_year = (153 * months + 2) / 5 + of_month - 1;
    let at = Timestamp((era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468) * DAY_MS);
    (write(at) == text).then_some(at)
}

/// The day of a moment.
pub fn write(at: Timestamp) -> String {
    let days = at.0.div_euclid(DAY_MS) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let months = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    format!("{:04}-{month:02}-{of_month:02}", era * 400 + years + i64::from(month < 3))
}

/// The first moment of the day in which `at` lies.
pub const fn begin(at: Timestamp) -> Timestamp {
    Timestamp(at.0.div_euclid(DAY_MS) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, day) in [("1970-01-01", 0), ("1970-03-01", 59), ("1969-12-31", -1), ("2024-02-29", 19_782)] {
            assert_eq!((read(text), write(Timestamp(day * DAY_MS))), (Some(Timestamp(day * DAY_MS)), text.to_owned()));
        }
        assert_eq!(begin(Timestamp(DAY_MS + 5)), Timestamp(DAY_MS));
        for wrong in ["", "2026", "2026-02-29", "2026-13-01", "2026-1-1", "-1-01-01", "2026-01-01x", "99999-01-01"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_as_it_was_written(day in 0i64..200_000) {
            prop_assert_eq!(read(&write(Timestamp(day * DAY_MS))), Some(Timestamp(day * DAY_MS)));
        }

        #[test]
        fn no_text_makes_reading_panic(text: String) {
            let _ = read(&text);
        }
    }
}
