//! What people read. The rows are written straight into the database, as intake would leave them.

mod callers;
mod filters;
mod lists;
mod programs;
mod read;
mod threads;

use crate::bed::{Bed, START};
use model::filter::Filter;
use model::ids::{AccountId, ContactId, ConversationId};
use model::inbox::{After, ListPage};
use model::person::PersonId;
use model::time::Timestamp;
use model::view::View;
use server::store::inbox::{ListOf, Wanted};
use server::store::sight::Sight;
use std::fmt::Write as _;

/// One conversation; times in seconds before now.
#[derive(Clone)]
struct Put {
    state: &'static str,
    owner: &'static str,
    assignee: Option<PersonId>,
    active_ago_s: i64,
    heard_ago_s: Option<i64>,
    is_waiting: bool,
    name: Option<&'static str>,
    username: Option<&'static str>,
    preview: &'static str,
}

const OPEN: Put = Put {
    state: "open",
    owner: "human",
    assignee: None,
    active_ago_s: 60,
    heard_ago_s: None,
    is_waiting: false,
    name: None,
    username: None,
    preview: "Hello",
};

impl Put {
    async fn into(self, bed: &Bed, account: AccountId) -> ConversationId {
        put(bed, account, vec![self]).await[0]
    }
}

async fn put(bed: &Bed, account: AccountId, all: Vec<Put>) -> Vec<ConversationId> {
    let mut sql = String::new();
    let mut ids = Vec::new();
    for it in all {
        let (contact, id): (ContactId, ConversationId) = (bed.seams.new_id(), bed.seams.new_id());
        let ago = |ago_s: i64| START.plus_s(-ago_s).0.to_string();
        let null = || "null".to_owned();
        let text = |it: Option<&str>| it.map_or_else(null, |it| format!("'{it}'"));
        let heard = it.heard_ago_s.map_or_else(null, ago);
        let waiting = if it.is_waiting { heard.clone() } else { null() };
        let snoozed = if it.state == "snoozed" { START.plus_s(3600).0.to_string() } else { null() };
        let assignee = it.assignee.map_or_else(null, |it| format!("'{it}'"));
        let (name, username, state, owner, preview) =
            (text(it.name), text(it.username), it.state, it.owner, it.preview);
        let active = ago(it.active_ago_s);
        let _ = write!(
            sql,
            "insert into contacts (id, account_id, external_id, name, username, created_at, updated_at)
             values ('{contact}', '{account}', '{contact}', {name}, {username}, 0, 0);
             insert into conversations (id, account_id, contact_id, state, snoozed_until, owner, assignee_id, preview,
                last_activity_at, last_customer_action_at, last_customer_message_at, waiting_since, created_at,
                updated_at)
             values ('{id}', '{account}', '{contact}', '{state}', {snoozed}, '{owner}', {assignee}, '{preview}',
                {active}, {heard}, {heard}, {waiting}, 0, 0);"
        );
        ids.push(id);
    }
    bed.execute(&sql).await;
    ids
}

fn wanted(bed: &Bed, view: View) -> Wanted {
    let person = PersonId::from_bits(1);
    let (filter, sight, now) = (Filter::default(), Sight::EveryAccount, bed.seams.now());
    Wanted { of: ListOf { view, filter, person, sight, now }, after: None, limit: 50 }
}

fn with(mut wanted: Wanted, change: impl FnOnce(&mut ListOf)) -> Wanted {
    change(&mut wanted.of);
    wanted
}

fn searched(wanted: Wanted, words: &str) -> Wanted {
    with(wanted, |it| it.filter = Filter::of_words(words))
}

async fn list(bed: &Bed, wanted: Wanted) -> Vec<ConversationId> {
    ids(&bed.store.list_conversations(wanted).await.unwrap())
}

fn ids(page: &ListPage) -> Vec<ConversationId> {
    page.rows.iter().map(|it| it.id).collect()
}

/// The whole list, page by page.
async fn pages(bed: &Bed, wanted: Wanted) -> Vec<ConversationId> {
    let mut all = Vec::new();
    let mut after: Option<After> = None;
    loop {
        let page = bed.store.list_conversations(Wanted { after, ..wanted.clone() }).await.unwrap();
        assert!(page.rows.len() <= wanted.limit as usize);
        all.extend(ids(&page));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

async fn mia(bed: &Bed) -> PersonId {
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    mia.id
}

fn only(accounts: &[AccountId]) -> Sight {
    Sight::Accounts(accounts.iter().copied().collect())
}

const fn ago(seconds: i64) -> Timestamp {
    START.plus_s(-seconds)
}
