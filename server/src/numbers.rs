//! How the team does: counted from what happened, and kept for a moment, because counting half a year takes a while.

use crate::auth::Caller;
use crate::auth::may::Refused;
use crate::csv;
use crate::program::Program;
use crate::store::StoreResult;
use model::day;
use model::ids::AccountId;
use model::may::Act;
use model::numbers::{Closed, Durations, Numbers, Opened, SPANS, Sums, Tagged};
use model::person::PersonId;
use model::time::{DAY_S, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// So old they are counted anew.
const KEPT_MS: i64 = 60_000;
/// More people than one business has.
const PEOPLE_MOST: u32 = 5000;

/// What was counted last, by the number of days.
#[derive(Default)]
pub struct Kept(Mutex<HashMap<i64, (Timestamp, Arc<Numbers>)>>);

/// Over one of [`SPANS`]; over the one in the middle if `span` is none of them.
pub async fn numbers(program: &Program, caller: &Caller, span: i64) -> Result<Arc<Numbers>, Refused> {
    caller.may(Act::ReadNumbers)?;
    let span = if SPANS.contains(&span) { span } else { SPANS[1] };
    let now = program.seams.now();
    if let Some(kept) = program.numbers.find(span, now) {
        return Ok(kept);
    }
    let counted = Arc::new(count(program, span, now).await?);
    program.numbers.keep(span, now, Arc::clone(&counted));
    Ok(counted)
}

impl Kept {
    fn find(&self, span: i64, now: Timestamp) -> Option<Arc<Numbers>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&span).filter(|it| (0..KEPT_MS).contains(&now.since_ms(it.0))).map(|it| Arc::clone(&it.1))
    }

    fn keep(&self, span: i64, now: Timestamp, numbers: Arc<Numbers>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(span, (now, numbers));
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
