//! Which conversations a view holds, in its order: always a walk along an index, from where the last
//! page ended to where this one is full.

use super::Driver;
use crate::store::sight::Sight;
use model::inbox::After;
use model::person::PersonId;
use model::time::{HOUR_S, Timestamp};
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

pub(super) struct Walk<'a> {
    pub view: View,
    pub person: PersonId,
    pub sight: &'a Sight,
    pub after: Option<After>,
    pub now: Timestamp,
    pub limit: u32,
}

impl Walk<'_> {
    /// A select of `id` and `at`, what the view is sorted by. `false` if there is nothing to see.
    pub(super) fn push(&self, query: &mut QueryBuilder<Driver>) -> bool {
        let there_is = self.push_walks(query);
        if there_is {
            query.push(" order by ").push(self.order("at", "id")).push(format!(" limit {}", self.limit));
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
        let mut accounts = match self.sight {
            Sight::EveryAccount => Vec::new(),
            Sight::Accounts(seen) if seen.is_empty() => return false,
            Sight::Accounts(seen) => seen.iter().map(ToString::to_string).collect(),
        };
        accounts.sort();
        let sets =
            if self.goes_by_account(accounts.len()) { accounts.chunks(1).collect() } else { vec![&accounts[..]] };
        query.push("select id, at from (");
        let mut is_first = true;
        for accounts in sets {
            for conditions in conditions(self.view) {
                query.push(if is_first { "" } else { " union all " });
                self.push_one(query, conditions, accounts);
                is_first = false;
            }
        }
        query.push(") as walks");
        true
    }

    /// Its index holds the account only in front: to pass over many rows would be to look at each.
    fn goes_by_account(&self, n_accounts: usize) -> bool {
        let is_long = matches!(self.view, View::AllOpen | View::Snoozed | View::Closed);
        is_long && (1..=WALKS_MOST).contains(&n_accounts)
    }

    /// Conditions of partial indexes are written out: neither database sees through a parameter. So is
    /// the limit, for Postgres would plan for a tenth of the table.
    fn push_one(&self, query: &mut QueryBuilder<Driver>, conditions: &str, accounts: &[String]) {
        let key = self.key();
        query.push(format!(
            "select id, at from (select c.id as id, {key} as at from conversations c where {conditions}"
        ));
        if self.view == View::Mine {
            query.push(" and c.assignee_id = ").push_bind(self.person.to_string());
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
        if self.view == View::ExpiringSoon {
            query.push(format!(" and {key} <= ")).push_bind(self.now.plus_s(SOON_S - STANDARD_S).0);
        }
        query.push(" order by ").push(self.order(key, "c.id")).push(format!(" limit {}) as walk", self.limit));
    }

    /// Where the walk begins; before the first page, where the view does.
    fn begin(&self) -> (i64, String) {
        let closed_now = self.now.plus_s(-STANDARD_S).0;
        match (self.after, self.view) {
            (Some(after), View::ExpiringSoon) if after.at.0 > closed_now => (after.at.0, after.id.to_string()),
            (_, View::ExpiringSoon) => (closed_now, LAST_ID.to_owned()),
            (Some(after), _) => (after.at.0, after.id.to_string()),
            (None, _) => (i64::MAX, FIRST_ID.to_owned()),
        }
    }

    const fn key(&self) -> &'static str {
        if self.is_ascending() { "c.last_customer_action_at" } else { "c.last_activity_at" }
    }

    const fn is_ascending(&self) -> bool {
        matches!(self.view, View::ExpiringSoon)
    }

    pub(super) fn order(&self, at: &str, id: &str) -> String {
        if self.is_ascending() { format!("{at}, {id}") } else { format!("{at} desc, {id} desc") }
    }
}

/// One walk for each; a view with several is put together of them. Who has an assignee is people's.
const fn conditions(view: View) -> &'static [&'static str] {
    match view {
        View::Mine => &["c.state = 'open' and c.assignee_id is not null"],
        View::Unassigned => &["c.state = 'open' and c.owner = 'human' and c.assignee_id is null"],
        View::AllOpen => &["c.state = 'open'"],
        View::ExpiringSoon => &["c.state = 'open' and c.owner = 'human' and c.waiting_since is not null"],
        View::WithTheBot => &[
            "c.state = 'open' and c.owner = 'bot' and c.assignee_id is null",
            "c.state = 'open' and c.owner = 'other' and c.assignee_id is null",
        ],
        View::Snoozed => &["c.state = 'snoozed'"],
        View::Closed => &["c.state = 'closed'"],
    }
}
