//! How the team does: counted from what happened, and kept for a moment, because counting half a year takes a while.

use crate::auth::Caller;
use crate::auth::may::Refused;
use crate::csv;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use model::day;
use model::ids::AccountId;
use model::may::Act;
use model::numbers::{Closed, Durations, Numbers, Opened, SPANS, Sums, Tagged};
use model::person::PersonId;
use model::time::{DAY_S, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So old they are counted anew, and shown meanwhile.
const FRESH_MS: i64 = 60_000;
/// Older ones are not shown.
const SHOWN_MS: i64 = 3_600_000;
/// More people than one business has.
const PEOPLE_MOST: u32 = 5000;

/// What was counted last, by the number of days. Half a year of a large inbox takes most of a second to count:
/// nobody waits for it who can be shown what was true a moment ago.
#[derive(Default)]
pub struct Kept(Mutex<HashMap<i64, Counted>>);

struct Counted {
    at: Timestamp,
    numbers: Arc<Numbers>,
    /// Somebody counts anew.
    is_renewed: bool,
}

/// Over one of [`SPANS`]; over the one in the middle if `span` is none of them.
pub async fn numbers(program: &Program, caller: &Caller, span: i64) -> Result<Arc<Numbers>, Refused> {
    caller.may(Act::ReadNumbers)?;
    let span = if SPANS.contains(&span) { span } else { SPANS[1] };
    match program.numbers.find(span, program.seams.now()) {
        Found::Fresh(numbers) | Found::Renewing(numbers) => Ok(numbers),
        Found::Old(numbers) => {
            let program_too = program.clone();
            program.workers.spawn(async move {
                if let Err(error) = renew(&program_too, span).await {
                    tracing::warn!(error = %chain(&error), "the numbers are not counted anew");
                    program_too.numbers.give_up(span);
                }
            });
            Ok(numbers)
        }
        Found::Nothing => Ok(renew(program, span).await?),
    }
}

async fn renew(program: &Program, span: i64) -> StoreResult<Arc<Numbers>> {
    let now = program.seams.now();
    let numbers = Arc::new(count(program, span, now).await?);
    program.numbers.keep(span, now, Arc::clone(&numbers));
    Ok(numbers)
}

enum Found {
    Fresh(Arc<Numbers>),
    /// Whoever finds it counts anew.
    Old(Arc<Numbers>),
    Renewing(Arc<Numbers>),
    Nothing,
}

impl Kept {
    fn find(&self, span: i64, now: Timestamp) -> Found {
        let mut kept = self.lock();
        let Some(it) = kept.get_mut(&span).filter(|it| (0..SHOWN_MS).contains(&now.since_ms(it.at))) else {
            return Found::Nothing;
        };
        let numbers = Arc::clone(&it.numbers);
        match (now.since_ms(it.at) < FRESH_MS, it.is_renewed) {
            (true, _) => Found::Fresh(numbers),
            (false, true) => Found::Renewing(numbers),
            (false, false) => {
                it.is_renewed = true;
                Found::Old(numbers)
            }
        }
    }

    fn keep(&self, span: i64, at: Timestamp, numbers: Arc<Numbers>) {
        self.lock().insert(span, Counted { at, numbers, is_renewed: false });
    }

    fn give_up(&self, span: i64) {
        if let Some(it) = self.lock().get_mut(&span) {
            it.is_renewed = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn count(program: &Program, span: i64, now: Timestamp) -> StoreResult<Numbers> {
    let until = day::begin(now).plus_s(DAY_S);
    let from = until.plus_s(-span * DAY_S);
    let store = program.store.as_ref();
    let earlier = from.plus_s(-span * DAY_S);
    let (opened, closed, tagged) = futures::try_join!(
        store.list_opened(earlier, until),
        store.list_closed(earlier, until),
        store.list_tagged(earlier, until),
    )?;
    let (people, accounts) = futures::try_join!(store.list_people(PEOPLE_MOST), store.list_account_names())?;
    let days = (0..span).map(|n| (from.plus_s(n * DAY_S), Sums::default())).collect();
    let mut all = Counting::new(from, now, days);
    for it in &opened {
        all.opened(it);
    }
    for it in &closed {
        all.closed(it);
    }
    for it in &tagged {
        all.tagged(it);
    }
    let person_names = people.into_iter().map(|it| (it.id, it.name)).collect();
    Ok(all.done(span, &person_names, &accounts.into_iter().collect()))
}

struct Counting {
    from: Timestamp,
    now: Timestamp,
    whole: Sums,
    before: Sums,
    days: Vec<(Timestamp, Sums)>,
    people: BTreeMap<Option<PersonId>, Sums>,
    accounts: BTreeMap<AccountId, Sums>,
}

impl Counting {
    fn new(from: Timestamp, now: Timestamp, days: Vec<(Timestamp, Sums)>) -> Self {
        Self {
            from,
            now,
            whole: Sums::default(),
            before: Sums::default(),
            days,
            people: BTreeMap::new(),
            accounts: BTreeMap::new(),
        }
    }

    fn opened(&mut self, it: &Opened) {
        let now = self.now;
        if it.at < self.from {
            return self.before.add_opened(it, now);
        }
        self.whole.add_opened(it, now);
        if let Some(day) = self.day(it.at) {
            day.add_opened(it, now);
        }
        self.accounts.entry(it.account).or_default().add_opened(it, now);
        if it.replied_at.is_some() {
            self.people.entry(it.replied_by).or_default().add_reply(it, now);
        }
    }

    fn closed(&mut self, it: &Closed) {
        if it.at < self.from {
            return self.before.add_closed(it);
        }
        self.whole.add_closed(it);
        if let Some(day) = self.day(it.at) {
            day.add_closed(it);
        }
        self.accounts.entry(it.account).or_default().add_closed(it);
        self.people.entry(it.by).or_default().add_closed(it);
    }

    fn tagged(&mut self, it: &Tagged) {
        if it.at < self.from {
            self.before.tagged += 1;
            return;
        }
        self.whole.tagged += 1;
        if let Some(day) = self.day(it.at) {
            day.tagged += 1;
        }
        self.accounts.entry(it.account).or_default().tagged += 1;
        self.people.entry(it.by).or_default().tagged += 1;
    }

    fn day(&mut self, at: Timestamp) -> Option<&mut Sums> {
        let place = at.since_ms(self.from).div_euclid(DAY_S * 1000);
        self.days.get_mut(usize::try_from(place).ok()?).map(|it| &mut it.1)
    }

    fn done(
        self,
        span: i64,
        person_names: &HashMap<PersonId, String>,
        account_names: &HashMap<AccountId, String>,
    ) -> Numbers {
        let gone = || "Somebody".to_owned();
        let mut people: Vec<_> = self
            .people
            .into_iter()
            .map(|(id, sums)| (id.map(|id| person_names.get(&id).cloned().unwrap_or_else(gone)), sorted(sums)))
            .collect();
        people.sort_by_cached_key(|(name, sums)| (name.is_none(), u32::MAX - sums.closed, name.clone()));
        let gone = || "An account that is gone".to_owned();
        let mut accounts: Vec<_> = self
            .accounts
            .into_iter()
            .map(|(id, sums)| (account_names.get(&id).cloned().unwrap_or_else(gone), sorted(sums)))
            .collect();
        accounts.sort_by_cached_key(|(name, sums)| (u32::MAX - sums.opened, name.clone()));
        Numbers {
            span,
            whole: sorted(self.whole),
            before: sorted(self.before),
            days: self.days.into_iter().map(|(at, sums)| (at, sorted(sums))).collect(),
            people,
            accounts,
        }
    }
}

fn sorted(mut sums: Sums) -> Sums {
    sums.first_reply.sort();
    sums.to_close.sort();
    sums
}

/// By what a file has its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Day,
    Person,
    Account,
}

impl By {
    pub const ALL: [Self; 3] = [Self::Day, Self::Person, Self::Account];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Person => "person",
            Self::Account => "account",
        }
    }
}

/// The numbers as other programs read them: durations in minutes, shares in percent.
pub fn file(numbers: &Numbers, by: By) -> String {
    let head = [
        by.word(),
        "opened",
        "closed",
        "first_reply_median_min",
        "first_reply_p90_min",
        "to_close_median_min",
        "to_close_p90_min",
        "answered_inside_24h_percent",
        "human_agent_tag",
        "missed_windows",
    ];
    let elsewhere = "Elsewhere".to_owned();
    let lines: Vec<(String, &Sums)> = match by {
        By::Day => numbers.days.iter().map(|(at, sums)| (day::write(*at), sums)).collect(),
        By::Person => numbers
            .people
            .iter()
            .map(|(name, sums)| (name.clone().unwrap_or_else(|| elsewhere.clone()), sums))
            .collect(),
        By::Account => numbers.accounts.iter().map(|(name, sums)| (name.clone(), sums)).collect(),
    };
    lines.iter().fold(csv::line(head), |text, (name, sums)| {
        let [reply, reply_90] = minutes(&sums.first_reply);
        let [close, close_90] = minutes(&sums.to_close);
        let share = sums.inside_per_mille().map(|it| format!("{}.{}", it / 10, it % 10)).unwrap_or_default();
        let [opened, closed, tagged, missed] =
            [sums.opened, sums.closed, sums.tagged, sums.missed].map(|it| it.to_string());
        let cells = [name, &opened, &closed, &reply, &reply_90, &close, &close_90, &share, &tagged, &missed];
        text + &csv::line(cells.map(String::as_str))
    })
}

fn minutes(durations: &Durations) -> [String; 2] {
    [durations.median(), durations.p90()].map(|it| it.map(|ms| (ms / 60_000).to_string()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_763_665_200_000);

    fn nothing() -> Arc<Numbers> {
        let (whole, before) = (Sums::default(), Sums::default());
        Arc::new(Numbers { span: 7, whole, before, days: Vec::new(), people: Vec::new(), accounts: Vec::new() })
    }

    #[test]
    fn old_numbers_are_shown_while_one_counts_anew() {
        let kept = Kept::default();
        assert!(matches!(kept.find(7, NOW), Found::Nothing));
        kept.keep(7, NOW, nothing());
        assert!(matches!(kept.find(7, NOW.plus_s(59)), Found::Fresh(_)));
        assert!(matches!(kept.find(30, NOW), Found::Nothing), "of each span its own");
        assert!(matches!(kept.find(7, NOW.plus_s(60)), Found::Old(_)));
        assert!(matches!(kept.find(7, NOW.plus_s(61)), Found::Renewing(_)), "one is enough");
        kept.give_up(7);
        assert!(matches!(kept.find(7, NOW.plus_s(62)), Found::Old(_)));
        assert!(matches!(kept.find(7, NOW.plus_s(3600)), Found::Nothing), "too old to be shown");
        assert!(matches!(kept.find(7, NOW.plus_s(-1)), Found::Nothing));
    }

    #[test]
    fn each_is_counted_where_it_belongs() {
        use model::id::Id as _;
        let (account, person) = (AccountId::compose(1, [1; 10]), PersonId::compose(1, [2; 10]));
        let from = day::begin(NOW).plus_s(-6 * DAY_S);
        let mut all = Counting::new(from, NOW, (0..7).map(|n| (from.plus_s(n * DAY_S), Sums::default())).collect());
        let opened = |at: Timestamp| {
            let replied = at.plus_s(120);
            Opened { account, at, replied_at: Some(replied), replied_by: Some(person), closed_at: None }
        };
        all.opened(&opened(from.plus_s(-5)));
        all.opened(&opened(from.plus_s(DAY_S + 5)));
        let at = from.plus_s(2 * DAY_S);
        all.closed(&Closed { account, opened_at: from.plus_s(-5), at, by: Some(person) });
        all.tagged(&Tagged { account, at, by: Some(person) });
        let names = (HashMap::from([(person, "Mia".to_owned())]), HashMap::from([(account, "=Luna".to_owned())]));
        let numbers = all.done(7, &names.0, &names.1);
        assert_eq!((numbers.before.opened, numbers.whole.opened, numbers.whole.closed), (1, 1, 1));
        let by_day: Vec<_> = numbers.days.iter().map(|it| (it.1.opened, it.1.closed, it.1.tagged)).collect();
        assert_eq!(by_day[..4], [(0, 0, 0), (1, 0, 0), (0, 1, 1), (0, 0, 0)]);
        let mia = &numbers.people[0];
        assert_eq!((mia.0.as_deref(), mia.1.closed, mia.1.inside, mia.1.tagged), (Some("Mia"), 1, 1, 1));
        let lines = file(&numbers, By::Account);
        assert!(lines.ends_with("\"'=Luna\",1,1,2,2,2880,2880,100.0,1,0\r\n"), "{lines}");
        assert_eq!(file(&numbers, By::Day).lines().count(), 8);
    }
}
