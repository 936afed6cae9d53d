//! `/api/v1` as other programs use it.

use crate::browser::Browser;
use crate::live::Stream;
use crate::meta::{Looks, Meta, connect, rows, until_there};
use crate::running::{PASSWORD, Place, Running, text};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

crate::on_both!(
    a_bot_answers_and_hands_over,
    a_conversation_is_read_and_changed,
    a_token_sees_its_accounts_and_no_others,
    what_happens_is_heard_until_the_token_is_revoked,
    whom_somebody_blocked_no_program_reaches,
);

/// Another program, with its token.
pub struct Api {
    client: Client,
    at: String,
    pub token: String,
}

pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Api {
    pub async fn of(place: &Place, at: &str, args: &[&str]) -> Self {
        let made = place.run(&[&["token", "add", "--name", "Orders"], args].concat()).await;
        let said = text(&made.stdout);
        let token = said.lines().find_map(|it| it.strip_prefix("token, shown this once: "));
        let token = token.unwrap_or_else(|| panic!("{said} {}", text(&made.stderr))).to_owned();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { client: Client::builder().no_proxy().build().unwrap(), at: format!("{at}/api/v1"), token }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.at)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await.is(StatusCode::OK)
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        Self { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub fn is(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// It was refused for this reason, in the one form of all refusals.
    fn is_problem(&self, status: u16, name: &str) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        assert_eq!((self.status.as_u16(), &self.body["status"]), (status, &json!(status)), "{}", self.body);
        assert_eq!(self.body["type"], format!("/api#{name}"), "{}", self.body);
        let fields: BTreeSet<&str> = self.body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, BTreeSet::from(["type", "title", "status", "detail"]));
    }
}

/// One account, and one customer who wrote.
pub struct Shop {
    pub meta: Meta,
    pub inbox: Running,
    pub place: Place,
    pub customer: String,
    pub conversation: String,
}

impl Shop {
    async fn open(place: Place) -> Self {
        Self::open_with(place, &[]).await
    }

    pub async fn open_with(place: Place, args: &[&str]) -> Self {
        let meta = Meta::start(&["--seed", "empty"]).await;
        let account = meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await;
        connect(&place, &account).await;
        place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
        let inbox = meta.serve_inbox(&place, &[&["--send-timeout-s", "1", "--echo-wait-s", "1"], args].concat()).await;
        let customer = meta.customer(&account, "Hannah Okafor").await;
        until_there(&place.url, "select count(*) from messages where direction = 'in'", 1).await;
        let [[conversation]] = rows::<1>(&place.url, "select id from conversations").await.try_into().unwrap();
        Self { meta, inbox, place, customer, conversation }
    }

    pub async fn api(&self, args: &[&str]) -> Api {
        Api::of(&self.place, &self.inbox.address, args).await
    }

    pub async fn mia(&self) -> Browser {
        let mut mia = Browser::at(&self.inbox.address);
        mia.sign_in("mia@luna.example", PASSWORD).await;
        mia
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/conversations/{}{rest}", self.conversation)
    }

    pub async fn stop(self) {
        self.inbox.stop().await;
        self.meta.running.stop().await;
    }
}

/// The message once it is in this state.
async fn becomes(api: &Api, list: &str, id: &Value, state: &str) -> Value {
    let mut looks = Looks::for_at_most(Duration::from_secs(30));
    loop {
        let page = api.get(list).await;
        let found = page["items"].as_array().unwrap().iter().find(|it| it["id"] == *id).cloned().unwrap_or_default();
        if found["state"] == state {
            return found;
        }
        assert!(looks.again().await, "not {state}: {page}");
    }
}

async fn a_bot_answers_and_hands_over(place: Place) {
    let shop = Shop::open(place).await;
    let bot = shop.api(&["--bot", "Kiln"]).await;
    let (messages, handover) = (shop.path("/messages"), shop.path("/handover"));
    let hello = json!({"text": "Two are left.", "client_id": "one"});
    bot.post(&messages, &hello).await.is_problem(409, "not-owner");
    let taken = bot.post(&handover, &json!({"to": "bot"})).await.is(StatusCode::OK);
    assert_eq!((&taken["owner"], &taken["assignee"]), (&json!("bot"), &Value::Null));
    let sent = bot.post(&messages, &hello).await.is(StatusCode::ACCEPTED);
    assert_eq!(
        (&sent["direction"], &sent["text"], &sent["tag"]),
        (&json!("out"), &json!("Two are left."), &Value::Null)
    );
    assert_eq!((&sent["author"]["kind"], &sent["author"]["name"]), (&json!("bot"), &json!("Kiln")));
    let again = bot.post(&messages, &hello).await.is(StatusCode::ACCEPTED);
    assert_eq!(again["id"], sent["id"], "the same client id is the same message");
    let sent = becomes(&bot, &messages, &sent["id"], "sent").await;
    assert!(sent["mid"].is_string(), "{sent}");
    assert_eq!(shop.meta.said_to(&shop.customer).await.len(), 1, "once");
    for (path, body) in [("/typing", json!({"on": true})), ("/seen", Value::Null)] {
        let body = (!body.is_null()).then_some(&body);
        bot.ask(Method::POST, &shop.path(path), body).await.is(StatusCode::NO_CONTENT);
    }
    let question = &bot.get(&messages).await["items"][1];
    assert_eq!((&question["author"]["kind"], &question["state"]), (&json!("contact"), &json!("received")));
    let reaction = format!("{messages}/{}/reaction", question["id"].as_str().unwrap());
    bot.ask(Method::PUT, &reaction, Some(&json!({"emoji": "👍"}))).await.is_problem(422, "invalid");
    let reacted = bot.ask(Method::PUT, &reaction, Some(&json!({"emoji": "❤️"}))).await.is(StatusCode::ACCEPTED);
    assert_eq!(reacted["reactions"], json!([{"emoji": "❤️", "by": "account"}]));
    bot.ask(Method::DELETE, &reaction, None).await.is(StatusCode::ACCEPTED);
    let back = json!({"to": "human", "note": "Wants forty of them"});
    assert_eq!(bot.post(&handover, &back).await.is(StatusCode::OK)["owner"], "human");
    let late = bot.post(&messages, &json!({"text": "One more thing"})).await;
    late.is_problem(409, "not-owner");
    bot.ask(Method::POST, &shop.path("/typing"), Some(&json!({"on": true}))).await.is_problem(409, "not-owner");
    let thread = shop.mia().await.get(&format!("/inbox/{}", shop.conversation)).await;
    assert!(thread.body.contains("handed this to the team") && thread.body.contains("Wants forty"), "{}", thread.body);
    // Time goes by, and nobody may write by machine any more.
    let shop_token = shop.api(&[]).await;
    let day = "update conversations set last_customer_action_at = 1, last_customer_message_at = 1";
    crate::meta::execute(&shop.place.url, day).await;
    shop_token.post(&messages, &json!({"text": "Hello?"})).await.is_problem(409, "window-closed");
    shop.stop().await;
}

async fn a_conversation_is_read_and_changed(place: Place) {
    let shop = Shop::open(place).await;
    let api = shop.api(&[]).await;
    let list = api.get("/conversations").await;
    assert_eq!((&list["next_cursor"], list["items"].as_array().unwrap().len()), (&Value::Null, 1));
    let one = api.get(&shop.path("")).await;
    assert_eq!(list["items"][0], one);
    let fields: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = "account assignee contact id labels last_message_at owner platform preview state unread window";
    assert_eq!(fields, expected.split(' ').collect::<Vec<_>>());
    assert_eq!((&one["platform"], &one["state"], &one["unread"]), (&json!("instagram"), &json!("open"), &json!(1)));
    assert_eq!((&one["window"]["kind"], one["window"]["ends_at"].is_string()), (&json!("standard"), true));
    assert_eq!(one["contact"]["external_id"], shop.customer);
    let message = &api.get(&shop.path("/messages")).await["items"][0];
    let fields: Vec<&str> = message.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = "attachments author direction edited error id kind mid reactions reply_to sent_at state tag text";
    assert_eq!(fields, expected.split(' ').collect::<Vec<_>>());
    let mut mia = shop.mia().await;
    mia.post("/labels/new", &[("name", "Wholesale"), ("hue", "30")]).await;
    let [[person]] = rows::<1>(&shop.place.url, "select id from people").await.try_into().unwrap();
    let change = json!({"state": "closed", "assignee_id": person, "labels": ["wholesale"]});
    let changed = api.ask(Method::PATCH, &shop.path(""), Some(&change)).await.is(StatusCode::OK);
    assert_eq!((&changed["state"], &changed["assignee"]), (&json!("closed"), &json!(person)));
    assert_eq!(changed["labels"], json!(["Wholesale"]));
    let count =
        async |query: &str| api.get(&format!("/conversations?{query}")).await["items"].as_array().unwrap().len();
    for (query, n) in [
        ("state=closed", 1),
        ("state=open", 0),
        ("owner=human", 1),
        ("owner=bot", 0),
        ("assignee=none", 0),
        (&format!("assignee={person}"), 1),
        ("q=label:Wholesale", 1),
        ("q=teapot", 0),
        ("account=1", 0),
        (&format!("account={}", one["account"].as_str().unwrap()), 1),
    ] {
        assert_eq!(count(query).await, n, "{query}");
    }
    for wrong in [
        json!({"state": "gone"}),
        json!({"stat": "open"}),
        json!({"state": "snoozed"}),
        json!({"labels": ["No such label"]}),
        json!({"assignee_id": "nobody"}),
    ] {
        api.ask(Method::PATCH, &shop.path(""), Some(&wrong)).await.is_problem(422, "invalid");
    }
    let nobody = json!({"assignee_id": null, "state": "snoozed", "snoozed_until": "2999-01-01T00:00:00Z"});
    api.ask(Method::PATCH, &shop.path(""), Some(&nobody)).await.is_problem(409, "refused");
    let open = json!({"assignee_id": null, "state": "open", "labels": []});
    let opened = api.ask(Method::PATCH, &shop.path(""), Some(&open)).await.is(StatusCode::OK);
    assert_eq!((&opened["state"], &opened["assignee"], &opened["labels"]), (&json!("open"), &Value::Null, &json!([])));
    let note = json!({"text": " Asked the studio ", "client_id": "n"});
    let noted = api.post(&shop.path("/notes"), &note).await.is(StatusCode::CREATED);
    assert_eq!(noted["text"], "Asked the studio");
    assert_eq!(api.post(&shop.path("/notes"), &note).await.is(StatusCode::CREATED)["id"], noted["id"]);
    assert_eq!(api.get(&shop.path("/messages")).await["items"].as_array().unwrap().len(), 1, "notes are the team's");
    let seen = api.get(&shop.path("/messages")).await["items"][0]["id"].clone();
    shop.meta.act(&shop.customer, json!({"send": {"text": "Never mind"}})).await;
    until_there(&shop.place.url, "select count(*) from messages where direction = 'in'", 2).await;
    api.post(&shop.path("/messages"), &json!({"text": "Two", "seen": seen})).await.is_problem(409, "held");
    let page = api.get(&shop.path("/messages?limit=1")).await;
    let next = page["next_cursor"].as_str().unwrap();
    let older = api.get(&shop.path(&format!("/messages?limit=1&cursor={next}"))).await;
    assert_eq!((&older["items"][0]["id"], &older["next_cursor"]), (&seen, &Value::Null));
    let log = mia.get("/audit?kind=conversation").await;
    assert!(log.body.contains("Orders gave the conversation with"), "{}", log.body);
    shop.stop().await;
}

async fn a_token_sees_its_accounts_and_no_others(place: Place) {
    let shop = Shop::open(place).await;
    let other = shop.meta.post("accounts", json!({"platform": "page", "name": "Luna Studio"})).await;
    connect(&shop.place, &other).await;
    let api = shop.api(&["--account", other["id"].as_str().unwrap()]).await;
    assert_eq!(api.get("/conversations").await["items"], json!([]));
    for (method, path) in
        [(Method::GET, shop.path("")), (Method::GET, shop.path("/messages")), (Method::POST, shop.path("/seen"))]
    {
        api.ask(method, &path, None).await.is_problem(404, "not-found");
    }
    for (path, body) in
        [("/messages", json!({"text": "Hi"})), ("/notes", json!({"text": "Hi"})), ("/handover", json!({"to": "bot"}))]
    {
        api.post(&shop.path(path), &body).await.is_problem(404, "not-found");
    }
    api.ask(Method::PATCH, &shop.path(""), Some(&json!({"state": "closed"}))).await.is_problem(404, "not-found");
    shop.stop().await;
}

async fn whom_somebody_blocked_no_program_reaches(place: Place) {
    let shop = Shop::open(place).await;
    let (api, mut mia) = (shop.api(&[]).await, shop.mia().await);
    let [[contact]] = rows::<1>(&shop.place.url, "select id from contacts").await.try_into().unwrap();
    let blocked = mia.post(&format!("/contacts/{contact}/block"), &[]).await;
    assert_eq!(blocked.status, StatusCode::SEE_OTHER, "{}", blocked.body);
    let (messages, hello) = (shop.path("/messages"), json!({"text": "Two are left.", "client_id": "one"}));
    let question = api.get(&messages).await["items"][0]["id"].clone();
    let reaction = format!("{messages}/{}/reaction", question.as_str().unwrap());
    for refused in [
        api.post(&messages, &hello).await,
        api.ask(Method::PUT, &reaction, Some(&json!({"emoji": "❤️"}))).await,
        api.ask(Method::DELETE, &reaction, None).await,
    ] {
        refused.is_problem(409, "refused");
        assert_eq!(refused.body["title"], "It cannot be done as things stand");
        assert_eq!(refused.body["detail"], "This customer is blocked. Unblock them on their page first.");
    }
    assert_eq!(api.get(&messages).await["items"].as_array().unwrap().len(), 1, "nothing waits to leave");
    mia.post(&format!("/contacts/{contact}/unblock"), &[]).await;
    // What was refused was not kept: the same is a new message now.
    let sent = api.post(&messages, &hello).await.is(StatusCode::ACCEPTED);
    becomes(&api, &messages, &sent["id"], "sent").await;
    let phone = shop.meta.get(&format!("customers/{}/phone", shop.customer)).await;
    let messages = phone["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &messages[1]["text"]), (2, &json!("Two are left.")), "{phone}");
    assert_eq!(messages[0]["reactions"], json!([]), "{phone}");
    shop.stop().await;
}

async fn what_happens_is_heard_until_the_token_is_revoked(place: Place) {
    let shop = Shop::open(place).await;
    let api = shop.api(&["--scope", "read"]).await;
    let open = async |last: Option<&str>| {
        let mut request = api.client.get(format!("{}/events", api.at)).bearer_auth(&api.token);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        Stream::of(request.send().await.unwrap())
    };
    let mut stream = open(None).await;
    stream.says("event: hello").await;
    shop.meta.act(&shop.customer, json!({"send": {"text": "Still there?"}})).await;
    stream.says(&format!("{{\"kind\":\"message\",\"conversation_id\":\"{}\"", shop.conversation)).await;
    let mut from_the_start = open(Some("0")).await;
    from_the_start.says("id: 1\n").await;
    let mut mia = shop.mia().await;
    let list = mia.get("/tokens").await;
    assert!(list.body.contains("Now"), "it was just used: {}", list.body);
    let id = list.body.split_once("action=\"/tokens/").unwrap().1.split('/').next().unwrap();
    mia.post(&format!("/tokens/{id}/revoke"), &[]).await;
    stream.ends().await;
    from_the_start.ends().await;
    let refused = api.ask(Method::GET, "/conversations", None).await;
    refused.is_problem(401, "no-token");
    assert!(refused.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    shop.stop().await;
}

/// Every call with the scope that it takes: whoever adds one says it here.
const WALK: [(&str, &str, &str); 11] = [
    ("get", "/conversations", "read"),
    ("get", "/conversations/{id}", "read"),
    ("patch", "/conversations/{id}", "write"),
    ("get", "/conversations/{id}/messages", "read"),
    ("post", "/conversations/{id}/messages", "send"),
    ("put", "/conversations/{id}/messages/{message_id}/reaction", "send"),
    ("delete", "/conversations/{id}/messages/{message_id}/reaction", "send"),
    ("post", "/conversations/{id}/typing", "send"),
    ("post", "/conversations/{id}/seen", "send"),
    ("post", "/conversations/{id}/handover", "handover"),
    ("post", "/conversations/{id}/notes", "write"),
];

#[tokio::test]
async fn every_call_asks_for_its_scope() {
    let place = Place::sqlite();
    let running = place.serve().await;
    let nobody = Api { token: "swb_made-up".to_owned(), ..Api::of(&place, &running.address, &[]).await };
    let document = nobody.get("/openapi.json").await;
    let mut described = BTreeSet::new();
    for (path, calls) in document["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            let scope = call["security"][0]["token"][0].as_str().unwrap_or_else(|| panic!("{method} {path}: no scope"));
            described.insert((method.clone(), path.clone(), scope.to_owned()));
        }
    }
    let known = WALK.iter().chain(&[("get", "/events", "read")]);
    let known: BTreeSet<_> = known.map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
    assert_eq!(described, known, "each call, with what it takes");
    for (method, path, scope) in WALK {
        let others: Vec<&str> = ["read", "write", "send", "handover"]
            .into_iter()
            .filter(|it| *it != scope)
            .flat_map(|it| ["--scope", it])
            .collect();
        let without = Api::of(&place, &running.address, &others).await;
        let with = Api::of(&place, &running.address, &["--scope", scope]).await;
        let path =
            path.replace("{id}", "01kag3v5c00000000000000m1a").replace("{message_id}", "01kag3v5c00000000000000m1a");
        let body = match path.rsplit('/').next().unwrap() {
            "messages" | "notes" => json!({"text": "Hi"}),
            "reaction" => json!({"emoji": "❤️"}),
            "typing" => json!({"on": true}),
            "handover" => json!({"to": "bot"}),
            _ => json!({}),
        };
        let body = (!["get", "delete"].contains(&method)).then_some(&body);
        let ask = async |api: &Api| api.ask(method.to_uppercase().parse().unwrap(), &path, body).await;
        ask(&nobody).await.is_problem(401, "no-token");
        ask(&without).await.is_problem(403, "not-allowed");
        let answer = ask(&with).await;
        if path == "/conversations" {
            assert_eq!(answer.status, StatusCode::OK);
        } else {
            answer.is_problem(404, "not-found");
        }
    }
    let without = Api::of(&place, &running.address, &["--scope", "send"]).await;
    without.ask(Method::GET, "/events", None).await.is_problem(403, "not-allowed");
}

#[tokio::test]
async fn whatever_is_wrong_is_a_problem() {
    let place = Place::sqlite();
    let running = place.serve().await;
    let api = Api::of(&place, &running.address, &[]).await;
    let notes = "/conversations/01kag3v5c00000000000000m1a/notes";
    for (method, path, status, name) in [
        (Method::GET, "", 404, "not-found"),
        (Method::GET, "/", 404, "not-found"),
        (Method::GET, "/nowhere", 404, "not-found"),
        (Method::GET, "/conversations/x", 404, "not-found"),
        (Method::GET, "/conversations/%ff", 400, "malformed"),
        (Method::DELETE, "/conversations", 405, "method"),
        (Method::GET, "/conversations?limit=0", 422, "invalid"),
        (Method::GET, "/conversations?limit=x", 422, "invalid"),
        (Method::GET, "/conversations?cursor=x", 422, "invalid"),
        (Method::GET, "/conversations?colour=blue", 422, "invalid"),
        (Method::GET, "/conversations?assignee=x", 422, "invalid"),
        (Method::GET, "/conversations?q=label:none", 422, "invalid"),
        (Method::POST, notes, 415, "media-type"),
    ] {
        api.ask(method, path, None).await.is_problem(status, name);
    }
    for (content_type, body, status, name) in [
        ("application/json", "{".to_owned(), 400, "malformed"),
        ("application/json; charset=utf-8", "[]".to_owned(), 422, "invalid"),
        ("application/json", "{\"text\": \"a\\u0000\"}".to_owned(), 422, "invalid"),
        ("application/json", "{\"text\": \"a\", \"txet\": 1}".to_owned(), 422, "invalid"),
        ("text/plain", "{}".to_owned(), 415, "media-type"),
        ("application/json", format!("{{\"text\": \"{}\"}}", "a".repeat(300_000)), 413, "too-large"),
    ] {
        // On a connection of its own: that of a body which is refused before it is read is closed.
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.post(format!("{}{notes}", api.at)).bearer_auth(&api.token);
        let answer = request.header("content-type", content_type).body(body).send().await.unwrap();
        Answer::of(answer).await.is_problem(status, name);
    }
    let mut n_granted = 0;
    let held_back = loop {
        let answer = api.ask(Method::GET, "/conversations", None).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        n_granted += 1;
        assert!(n_granted < 100_000, "a flood is let through");
    };
    held_back.is_problem(429, "too-many");
    assert!(held_back.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
}
