//! How the team does, counted.

use crate::ids::AccountId;
use crate::person::PersonId;
use crate::time::{DAY_S, Timestamp};

/// Over how many days numbers are told; today is the last.
pub const SPANS: [i64; 3] = [7, 30, 90];

/// Meta's window for an answer without a tag.
pub const WINDOW_MS: i64 = DAY_S * 1000;

/// A conversation from its opening, as far as it has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub account: AccountId,
    pub at: Timestamp,
    /// When somebody of ours answered first, and who if it was here.
    pub replied_at: Option<Timestamp>,
    pub replied_by: Option<PersonId>,
    pub closed_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub account: AccountId,
    pub opened_at: Timestamp,
    pub at: Timestamp,
    pub by: Option<PersonId>,
}

/// A message that left with the human-agent tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    pub account: AccountId,
    pub at: Timestamp,
    pub by: Option<PersonId>,
}

/// Of one day, person or account, or of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    pub opened: u32,
    pub closed: u32,
    pub first_reply: Durations,
    pub to_close: Durations,
    /// Answered inside 24 hours.
    pub inside: u32,
    /// Not answered, or later, though 24 hours have passed.
    pub missed: u32,
    pub tagged: u32,
}

impl Sums {
    /// Of a thousand that were due so many were answered in time; `None` if none was.
    pub fn inside_per_mille(&self) -> Option<u32> {
        let due = self.inside + self.missed;
        (due > 0).then(|| (self.inside * 1000 + due / 2) / due)
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    pub fn add_opened(&mut self, it: &Opened, now: Timestamp) {
        self.opened += 1;
        self.add_reply(it, now);
    }

    /// How it was answered, whoever opened it.
    pub fn add_reply(&mut self, it: &Opened, now: Timestamp) {
        if let Some(replied_at) = it.replied_at {
            self.first_reply.0.push(replied_at.since_ms(it.at).max(0));
        }
        match it.answered(now) {
            Some(true) => self.inside += 1,
            Some(false) => self.missed += 1,
            None => {}
        }
    }

    pub fn add_closed(&mut self, it: &Closed) {
        self.closed += 1;
        self.to_close.0.push(it.at.since_ms(it.opened_at).max(0));
    }
}

impl Opened {
    /// Whether somebody answered inside 24 hours; `None` while there is time, or where it was closed before without
    /// an answer: nobody waited for one.
    pub fn answered(&self, now: Timestamp) -> Option<bool> {
        let until = Timestamp(self.at.0 + WINDOW_MS);
        match (self.replied_at, self.closed_at) {
            (Some(at), _) => Some(at <= until),
            (None, Some(at)) if at <= until => None,
            (None, _) => (now > until).then_some(false),
        }
    }
}

/// In milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations(pub Vec<i64>);

impl Durations {
    pub fn sort(&mut self) {
        self.0.sort_unstable();
    }

    pub fn median(&self) -> Option<i64> {
        self.at(50)
    }

    pub fn p90(&self) -> Option<i64> {
        self.at(90)
    }

    /// The shortest that as many of a hundred do not pass. Of sorted ones.
    fn at(&self, percent: usize) -> Option<i64> {
        let place = (self.0.len() * percent).div_ceil(100).max(1) - 1;
        self.0.get(place).copied()
    }
}

/// Over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// How many days.
    pub span: i64,
    pub whole: Sums,
    /// The same number of days before.
    pub before: Sums,
    /// Each by its first moment, oldest first.
    pub days: Vec<(Timestamp, Sums)>,
    /// By name; `None` is whoever was not here, such as in the app on a phone.
    pub people: Vec<(Option<String>, Sums)>,
    pub accounts: Vec<(String, Sums)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id as _;
    use crate::time::HOUR_S;

    const NOW: Timestamp = Timestamp(1_763_665_200_000);

    fn opened(ago_h: i64, replied_after_h: Option<i64>, closed_after_h: Option<i64>) -> Opened {
        let at = NOW.plus_s(-ago_h * HOUR_S);
        let after = |h: i64| at.plus_s(h * HOUR_S);
        let account = AccountId::compose(1, [1; 10]);
        Opened {
            account,
            at,
            replied_at: replied_after_h.map(after),
            replied_by: None,
            closed_at: closed_after_h.map(after),
        }
    }

    #[test]
    fn an_answer_is_due_inside_a_day() {
        for (it, answered) in [
            (opened(30, Some(24), None), Some(true)),
            (opened(30, Some(25), None), Some(false)),
            (opened(30, None, None), Some(false)),
            (opened(30, None, Some(2)), None),
            (opened(30, None, Some(28)), Some(false)),
            (opened(24, None, None), None),
        ] {
            assert_eq!(it.answered(NOW), answered, "{it:?}");
        }
        let mut sums = Sums::default();
        for it in [opened(30, Some(2), None), opened(30, Some(4), None), opened(30, None, None)] {
            sums.add_opened(&it, NOW);
        }
        assert_eq!((sums.opened, sums.inside, sums.missed, sums.inside_per_mille()), (3, 2, 1, Some(667)));
        assert_eq!(sums.first_reply.median(), Some(2 * HOUR_S * 1000));
    }

    #[test]
    fn a_share_of_hundred_is_passed_by_no_more() {
        let of = |n: i64| Durations((1..=n).collect());
        assert_eq!((of(0).median(), of(0).p90()), (None, None));
        assert_eq!((of(1).median(), of(1).p90()), (Some(1), Some(1)));
        assert_eq!((of(10).median(), of(10).p90()), (Some(5), Some(9)));
        assert_eq!((of(101).median(), of(101).p90()), (Some(51), Some(91)));
    }
}
