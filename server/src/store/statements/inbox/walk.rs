//! Which conversations a view holds, in its order: always a walk along an index, from where the last
//! page ended to where this one is full.

use super::narrow::Among;
use super::{Driver, ListOf};
use crate::store::sight::Sight;
use model::inbox::{After, Order};
use model::time::HOUR_S;
use model::view::View;
use model::window::STANDARD_S;
use sqlx::QueryBuilder;

/// So long before its window closes a conversation is "expiring soon".
const SOON_S: i64 = 2 * HOUR_S;

/// Above so many accounts there is one walk along all conversations, which passes over the others'.
const WALKS_MOST: usize = 32;

/// Sorts before and after every id.
const FIRST_ID: &str = "";
const LAST_ID: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzz";

/// What narrows the view beside its order is asked of whatever is passed on the way.
pub(super) struct Walk<'a> {
    pub of: &'a ListOf,
    /// Only these are walked along.
    pub among: Option<Among<'a>>,
    pub after: Option<After>,
    pub limit: u32,
}

impl Walk<'_> {
    /// A select of `id` and `at`, what the view is sorted by. `false` if there is nothing to see.
    pub(super) fn push(&self, query: &mut QueryBuilder<Driver>) -> bool {
        let there_is = self.push_walks(query);
        if there_is {
            query.push(" order by ").push(self.sorted("at", "id")).push(format!(" limit {}", self.limit));
        }
        there_is
    }

    /// The same, for counting: in any order, because to sort takes longer than to walk.
    pub(super) fn push_unsorted(&self, query: &mut QueryBuilder<Driver>) -> bool {
        let there_is = self.push_walks(query);
        if there_is {
            query.push(format!(" limit {}", self.limit));
        }
        there_is
    }

    fn push_walks(&self, query: &mut QueryBuilder<Driver>) -> bool {
        let mut accounts: Vec<String> = match (&self.of.sight, self.of.filter.account) {
            (Sight::Accounts(seen), None) if seen.is_empty() => return false,
            (sight, Some(one)) if !sight.includes(one) => return false,
            (_, Some(one)) => vec![one.to_string()],
            (Sight::EveryAccount, None) => Vec::new(),
            (Sight::Accounts(seen), None) => seen.iter().map(ToString::to_string).collect(),
        };
        accounts.sort();
        let sets =
            if self.goes_by_account(accounts.len()) { accounts.chunks(1).collect() } else { vec![&accounts[..]] };
        query.push("select id, at from (");
        let mut is_first = true;
        for accounts in sets {
            for state in self.states() {
                for conditions in conditions(self.of.view) {
                    query.push(if is_first { "" } else { " union all " });
                    self.push_one(query, &format!("c.state = '{state}' and {conditions}"), accounts);
                    is_first = false;
                }
            }
        }
        query.push(") as walks");
        true
    }

    /// Its index holds the account only in front: to pass over many rows would be to look at each.
    fn goes_by_account(&self, n_accounts: usize) -> bool {
        let is_long = matches!(self.of.view, View::AllOpen | View::Snoozed | View::Closed);
        is_long && self.order() != Order::WaitsLongest && (1..=WALKS_MOST).contains(&n_accounts)
    }

    /// Conditions of partial indexes are written out: neither database sees through a parameter. So is
    /// the limit, for Postgres would plan for a tenth of the table.
    fn push_one(&self, query: &mut QueryBuilder<Driver>, conditions: &str, accounts: &[String]) {
        let key = self.key();
        query.push(format!("select id, at from (select c.id as id, {key} as at from "));
        if let Some(among) = self.among {
            // In this order, whatever SQLite would make of it.
            query.push("(");
            among.push(query, Among::ALL);
            query.push(") as few cross join conversations c where c.id = few.id and ");
        } else {
            query.push("conversations c where ");
        }
        query.push(conditions);
        if self.order() == Order::WaitsLongest {
            query.push(" and c.waiting_since is not null");
        }
        if self.of.view == View::Mine {
            query.push(" and c.assignee_id = ").push_bind(self.of.person.to_string());
        }
        match accounts {
            [] => {}
            [one] if self.goes_by_account(1) => {
                query.push(" and c.account_id = ").push_bind(one.clone());
            }
            several => {
                // Not the bare comparison: SQLite would go by account, and sort whatever it finds there. And nothing that
                // hides the column: Postgres would expect few rows, and sort them too.
                query.push(" and (c.account_id in (");
                let mut list = query.separated(", ");
                for it in several {
                    list.push_bind(it.clone());
                }
                query.push(")) is true");
            }
        }
        let (after_at, after_id) = self.begin();
        query.push(format!(" and ({key}, c.id) {} (", if self.is_ascending() { ">" } else { "<" }));
        query.push_bind(after_at).push(", ").push_bind(after_id).push(")");
        if self.of.view == View::ExpiringSoon {
            query.push(format!(" and {key} <= ")).push_bind(self.of.now.plus_s(SOON_S - STANDARD_S).0);
        }
        query.push(" order by ").push(self.sorted(key, "c.id")).push(format!(" limit {}) as walk", self.limit));
    }

    /// Where the walk begins; before the first page, where the view does.
    fn begin(&self) -> (i64, String) {
        let after = self.after.map(|it| (it.at.0, it.id.to_string()));
        match self.order() {
            Order::ClosesFirst => {
                let closed_now = self.of.now.plus_s(-STANDARD_S).0;
                after.filter(|it| it.0 > closed_now).unwrap_or_else(|| (closed_now, LAST_ID.to_owned()))
            }
            Order::WaitsLongest => after.unwrap_or_else(|| (i64::MIN, FIRST_ID.to_owned())),
            Order::Newest => after.unwrap_or_else(|| (i64::MAX, FIRST_ID.to_owned())),
        }
    }

    const fn order(&self) -> Order {
        self.of.filter.order(self.of.view)
    }

    const fn key(&self) -> &'static str {
        match self.order() {
            Order::Newest => "c.last_activity_at",
            Order::ClosesFirst => "c.last_customer_action_at",
            Order::WaitsLongest => "c.waiting_since",
        }
    }

    pub(super) const fn is_ascending(&self) -> bool {
        !matches!(self.order(), Order::Newest)
    }

    pub(super) fn sorted(&self, at: &str, id: &str) -> String {
        if self.is_ascending() { format!("{at}, {id}") } else { format!("{at} desc, {id} desc") }
    }

    /// A walk for each: all of them have an index of their own.
    const fn states(&self) -> &'static [&'static str] {
        match self.of.view {
            View::Snoozed => &["snoozed"],
            View::Closed => &["closed"],
            View::Mine | View::Unassigned | View::AllOpen | View::WithTheBot if self.of.filter.any_state => {
                &["open", "snoozed", "closed"]
            }
            View::Mine | View::Unassigned | View::AllOpen | View::WithTheBot | View::ExpiringSoon => &["open"],
        }
    }
}

/// One walk for each; a view with several is put together of them. Who has an assignee is people's.
const fn conditions(view: View) -> &'static [&'static str] {
    match view {
        View::Mine => &["c.assignee_id is not null"],
        View::Unassigned => &["c.owner = 'human' and c.assignee_id is null"],
        View::ExpiringSoon => &["c.owner = 'human' and c.waiting_since is not null"],
        View::WithTheBot => {
            &["c.owner = 'bot' and c.assignee_id is null", "c.owner = 'other' and c.assignee_id is null"]
        }
        View::AllOpen | View::Snoozed | View::Closed => &["true"],
    }
}
