//! The moments that are offered, on the clock on the wall.

use crate::state::clock::Day;
use model::time::{DAY_S, HOUR_S};

const HOUR: i64 = HOUR_S * 1000;
const DAY: i64 = DAY_S * 1000;
const MORNING: i64 = 9 * HOUR;
const AFTERNOON: i64 = 15 * HOUR;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub words: &'static str,
    /// As milliseconds of the clock on the wall.
    pub here: i64,
}

/// Soonest first.
pub fn choices(now: i64) -> Vec<Choice> {
    let of_day = now.rem_euclid(DAY);
    let today = now - of_day;
    let mut all = vec![Choice { words: "In 1 hour", here: now + HOUR }];
    if of_day < MORNING - 2 * HOUR {
        all.push(Choice { words: "This morning", here: today + MORNING });
    } else if of_day < AFTERNOON - 2 * HOUR {
        all.push(Choice { words: "This afternoon", here: today + AFTERNOON });
    }
    all.push(Choice { words: "Tomorrow morning", here: today + DAY + MORNING });
    let monday = (1..=7).map(|n| today + n * DAY).find(|it| Day(it / DAY).weekday() == "Monday");
    // On a Sunday that is tomorrow.
    if let Some(monday) = monday.filter(|it| *it > today + DAY) {
        all.push(Choice { words: "Monday morning", here: monday + MORNING });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday 20 November 2026, 0:00.
    const FRIDAY: i64 = 1_795_132_800_000;

    fn at(now: i64) -> Vec<(&'static str, i64)> {
        choices(now).into_iter().map(|it| (it.words, (it.here - FRIDAY) / HOUR)).collect()
    }

    #[test]
    fn the_moments_offered_are_ahead_and_in_order() {
        for n in 0..(8 * 24) {
            let now = FRIDAY + n * HOUR + 17 * 60_000;
            let all = choices(now);
            assert!(all.iter().all(|it| it.here > now), "{n}: {all:?}");
            assert!(all.windows(2).all(|it| it[0].here < it[1].here), "{n}: {all:?}");
        }
    }

    #[test]
    fn what_is_near_is_offered_by_its_name() {
        let (tomorrow, monday) = (("Tomorrow morning", 33), ("Monday morning", 81));
        assert_eq!(at(FRIDAY + 10 * HOUR), [("In 1 hour", 11), ("This afternoon", 15), tomorrow, monday]);
        assert_eq!(at(FRIDAY + 16 * HOUR), [("In 1 hour", 17), tomorrow, monday]);
        assert_eq!(at(FRIDAY + HOUR), [("In 1 hour", 2), ("This morning", 9), tomorrow, monday]);
        let sunday = at(FRIDAY + 64 * HOUR);
        assert_eq!(sunday, [("In 1 hour", 65), ("Tomorrow morning", 81)]);
        let monday = at(FRIDAY + 88 * HOUR);
        assert_eq!(monday.last(), Some(&("Monday morning", 81 + 7 * 24)));
    }
}
