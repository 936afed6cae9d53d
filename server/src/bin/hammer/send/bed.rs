//! Accounts, customers who have written, and an agent who is signed in.

use crate::agent::sign_in_as;
use crate::meta::Meta;
use crate::program::{self, EMAIL, PASSWORD};
use model::filter::Filter;
use model::inbox::ListedConversation;
use model::view::View;
use reqwest::{Client, Method, header};
use serde_json::json;
use server::seams::Seams;
use server::store::inbox::{ListOf, Wanted};
use server::store::sight::Sight;
use server::store::{self, Store};
use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

const N_ACCOUNTS: usize = 10;
const CUSTOMERS_EACH: usize = 50;

#[derive(Clone)]
pub struct Bed {
    pub conversations: Vec<String>,
    pub cookie: String,
}

impl Bed {
    pub async fn make(
        program: &Path,
        database_url: &str,
        inbox: SocketAddr,
        meta: &mut Meta,
        verify_token: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let callback = json!({"url": format!("http://{inbox}/webhooks/meta"), "verify_token": verify_token});
        meta.ask(Method::PUT, "callback", &callback).await?;
        for n in 0..N_ACCOUNTS {
            let account = meta.post("accounts", json!({"platform": "instagram", "name": format!("luna.{n}")})).await?;
            program::connect(program, database_url, &account)?;
            for n in 0..CUSTOMERS_EACH {
                let who = json!({"account_id": account["id"], "name": format!("Customer {n}")});
                let customer = meta.post("customers", who).await?;
                let id = customer["id"].as_str().unwrap_or_default();
                meta.post(&format!("customers/{id}/do"), json!({"send": {"text": "Hello?"}})).await?;
            }
        }
        program::add_admin(program, database_url)?;
        let cookie = sign_in(inbox).await?;
        let conversations = conversations(database_url).await?;
        Ok(Self { conversations, cookie })
    }
}

/// Signs in, and wants what is sent to leave at once.
async fn sign_in(inbox: SocketAddr) -> Result<String, Box<dyn Error>> {
    let cookie = sign_in_as(inbox, EMAIL, PASSWORD).await?;
    let client = Client::builder().no_proxy().build()?;
    let wanted = json!({"preferences": {"undo_s": 0}});
    let request = client.post(format!("http://{inbox}/fn/save_preferences")).header(header::COOKIE, &cookie);
    let saved = request.json(&wanted).send().await?.status();
    if saved.is_success() { Ok(cookie) } else { Err(format!("the preferences are not saved: {saved}").into()) }
}

async fn conversations(database_url: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let (store, seams) = (store::open(&database_url.parse()?).await?, Seams::system());
    loop {
        let found = list(store.as_ref(), &seams).await?;
        if found.len() == N_ACCOUNTS * CUSTOMERS_EACH {
            store.close().await;
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn list(store: &dyn Store, seams: &Seams) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found: Vec<ListedConversation> = Vec::new();
    let mut after = None;
    loop {
        let (person, now) = (seams.new_id(), seams.now());
        let (view, sight, filter) = (View::AllOpen, Sight::EveryAccount, Filter::default());
        let of = ListOf { view, filter, person, sight, now };
        let page = store.list_conversations(Wanted { of, after, limit: 100 }).await?;
        found.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(in_turns(found)),
        }
    }
}

/// One of each account after the other: all of one at once would leave at that account's pace, however fast
/// the inbox is.
fn in_turns(found: Vec<ListedConversation>) -> Vec<String> {
    let mut by_account: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for it in found {
        by_account.entry(it.account_id).or_default().push(it.id.to_string());
    }
    let most = by_account.values().map(Vec::len).max().unwrap_or_default();
    (0..most).flat_map(|n| by_account.values().filter_map(move |it| it.get(n).cloned())).collect()
}
