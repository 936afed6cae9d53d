//! The Graph API asked as an app asks it: a shop with three accounts, and a server that has media.

mod batches;
mod content;
mod examples;
mod going_wrong;
mod media;
mod reading;
mod rules;
mod sending;

use crate::clock::Clock;
use crate::world::account::{Account, App, Login, Platform, Post, Subscription};
use crate::world::customer::{Comment, From, Message};
use crate::world::{Newcomer, World};
use crate::{Shared, Simulator};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const NOW_MS: i64 = 1_800_000_000_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

const APP: &str = "1357924680135792";
const OTHER_APP: &str = "2468013579246801";
/// An Instagram account connected with Instagram Login, and its customer.
const INSTAGRAM: &str = "17841400000000001";
const MIA: &str = "5500000000000001";
/// A Page, and its customer.
const PAGE: &str = "104857600932817";
const JONAS: &str = "24680135791113150";
/// An Instagram account that is linked to the Page, and its customer.
const LINKED: &str = "17841460210973548";
const ZOFIA: &str = "1093847561029384";
const OTHER_PAGE: &str = "102030405060701";

/// What Mia, Jonas and Zofia wrote.
const MID: &str = "aWdfZAG1…NjQ2ZD";
const POST: &str = "17959209403289421";
const COMMENT: &str = "18033370781441773";
const VISITOR_POST: &str = "104857600932817_5550001112223334";
const UPLOAD: &str = "1045781236549870";

struct Shop {
    simulator: Shared,
    app: Router,
}

/// Everybody wrote just now.
fn shop() -> Shop {
    let mut world = World::empty(Clock::standing(NOW_MS), "http://pocket");
    for (id, name) in [(APP, "Inbox"), (OTHER_APP, "Bot")] {
        world.apps.push(App { id: id.to_owned(), secret: "secret".to_owned(), name: name.to_owned(), callback: None });
    }
    let linked =
        Account { page_id: Some(PAGE.to_owned()), login: Login::Facebook, ..account(Platform::Instagram, LINKED) };
    for account in [
        account(Platform::Instagram, INSTAGRAM),
        account(Platform::Page, PAGE),
        linked,
        account(Platform::Page, OTHER_PAGE),
    ] {
        let token = format!("token-{}", account.id);
        let id = account.id.clone();
        world.add_account(account, APP, &token);
        let account = world.account_mut(&id).unwrap();
        let bot = Subscription { app_id: OTHER_APP.to_owned(), ..account.subscriptions[0].clone() };
        account.subscriptions.push(bot);
    }
    for (account_id, id, name) in [(INSTAGRAM, MIA, "Mia"), (PAGE, JONAS, "Jonas"), (LINKED, ZOFIA, "Zofia")] {
        let customer = world.add_customer(&Newcomer { account_id, name, id: Some(id) }).unwrap();
        customer.last_action_ms = Some(NOW_MS);
        customer.last_message_ms = Some(NOW_MS);
        customer.thread.messages.push(written());
    }
    for (account_id, customer_id, id) in [(INSTAGRAM, MIA, "1"), (LINKED, ZOFIA, COMMENT), (PAGE, JONAS, VISITOR_POST)]
    {
        world.comments.push(comment(account_id, customer_id, id));
    }
    for account_id in [INSTAGRAM, LINKED] {
        world.account_mut(account_id).unwrap().posts.push(post());
    }
    let simulator = Simulator::new(world);
    Shop { app: super::routes().with_state(simulator.clone()), simulator }
}

fn account(platform: Platform, id: &str) -> Account {
    Account::new(platform, id, "Luna Ceramics")
}

fn written() -> Message {
    Message { text: Some("How much is it?".to_owned()), ..Message::blank(MID.to_owned(), From::Customer, NOW_MS) }
}

fn comment(account_id: &str, customer_id: &str, id: &str) -> Comment {
    Comment {
        id: id.to_owned(),
        account_id: account_id.to_owned(),
        customer_id: customer_id.to_owned(),
        post_id: POST.to_owned(),
        parent_id: None,
        text: "Lovely!".to_owned(),
        at_ms: NOW_MS,
        answered_privately: false,
    }
}

fn post() -> Post {
    Post {
        id: POST.to_owned(),
        caption: "Kettle".to_owned(),
        media_type: "IMAGE",
        media_product_type: "FEED",
        media_url: "http://pocket/cdn/kettle.jpg".to_owned(),
        permalink: "http://pocket/p/1".to_owned(),
        at_ms: NOW_MS,
    }
}

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Told {
    /// Status, code and subcode.
    fn refusal(&self) -> (u16, Option<u64>, Option<u64>) {
        let error = &self.body["error"];
        (self.status.as_u16(), error["code"].as_u64(), error["error_subcode"].as_u64())
    }
}

impl Shop {
    async fn ask(&self, request: Request<Body>) -> Told {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Told { status, headers, body: serde_json::from_slice(&body).unwrap_or_default() }
    }

    async fn post(&self, token_of: &str, path: &str, body: &Value) -> Told {
        let request = Request::post(path)
            .header("authorization", format!("Bearer token-{token_of}"))
            .header("content-type", "application/json");
        self.ask(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// To the customer of the account.
    async fn send(&self, account: &str, body: Value) -> Told {
        let (token_of, customer) = match account {
            INSTAGRAM => (INSTAGRAM, MIA),
            PAGE => (PAGE, JONAS),
            _ => (PAGE, ZOFIA),
        };
        let mut body = body;
        if body.get("recipient").is_none() {
            body["recipient"] = json!({"id": customer});
        }
        self.post(token_of, "/v25.0/me/messages", &body).await
    }

    async fn say(&self, account: &str, text: &str) -> Told {
        self.send(account, json!({"message": {"text": text}})).await
    }

    fn change(&self, change: impl FnOnce(&mut World)) {
        self.simulator.change(change);
    }

    fn later(&self, by_ms: i64) {
        self.change(|world| assert!(world.clock.advance(by_ms).is_some()));
    }

    fn last(&self, customer: &str) -> Message {
        self.simulator.look().customer(customer).unwrap().thread.messages.last().unwrap().clone()
    }

    fn n_messages(&self, customer: &str) -> usize {
        self.simulator.look().customer(customer).unwrap().thread.messages.len()
    }
}
