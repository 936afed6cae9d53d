//! From pressing Send to the customer's phone, through the whole program and the pretended Meta.

use crate::browser::Browser;
use crate::meta::{Looks, Meta, connect, execute, rows, until_there};
use crate::running::{PASSWORD, Place, Running};
use borsh::BorshDeserialize;
use model::desk::Noted;
use model::failure::{Failure, Remedy};
use model::ids::MessageId;
use model::inbox::Line;
use model::outgoing::Replied;
use model::thread::MessageState;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

crate::on_both!(
    a_reply_arrives_with_its_fate,
    a_message_can_be_taken_back_before_it_leaves,
    after_a_day_a_person_answers_under_the_tag,
    a_dead_token_stops_sending_and_says_so,
    a_note_never_reaches_the_customer,
);

const PATIENCE: Duration = Duration::from_secs(30);

/// One account, one customer who wrote, one agent who is signed in.
struct Desk {
    meta: Meta,
    inbox: Running,
    mia: Browser,
    account: Value,
    customer: String,
    conversation: String,
    place: Place,
}

impl Desk {
    async fn open(place: Place, platform: &str, undo_s: u8) -> Self {
        let meta = Meta::start(&["--seed", "empty"]).await;
        let account = meta.post("accounts", json!({"platform": platform, "name": "luna.ceramics"})).await;
        connect(&place, &account).await;
        place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
        execute(&place.url, &format!("update people set preferences = '{{\"undo_s\":{undo_s}}}'")).await;
        let inbox = meta.serve_inbox(&place, &["--send-timeout-s", "1", "--echo-wait-s", "1"]).await;
        let customer = meta.customer(&account, "Hannah Okafor").await;
        until_there(&place.url, "select count(*) from messages where direction = 'in'", 1).await;
        let [[conversation]] = rows::<1>(&place.url, "select id from conversations").await.try_into().unwrap();
        let mut mia = Browser::at(&inbox.address);
        mia.sign_in("mia@luna.example", PASSWORD).await;
        Self { meta, inbox, mia, account, customer, conversation, place }
    }

    /// Presses Send; the ids of the messages.
    async fn send(&self, client_id: &str, parts: Value) -> Vec<MessageId> {
        match self.press(client_id, parts).await {
            Replied::Queued { messages } => messages,
            other => panic!("not queued: {other:?}"),
        }
    }

    async fn press(&self, client_id: &str, parts: Value) -> Replied {
        let reply = json!({"client_id": client_id, "parts": parts});
        self.call("send_reply", json!({"reply": reply})).await
    }

    async fn call<T: BorshDeserialize>(&self, name: &str, mut arguments: Value) -> T {
        arguments["conversation"] = Value::String(self.conversation.clone());
        let answer = self.mia.call(name, &arguments).await.unwrap();
        answer.unwrap_or_else(|status| panic!("{name}: {status}"))
    }

    async fn lines(&self, message: MessageId) -> Vec<Line> {
        let arguments = json!({"id": self.conversation, "messages": [message]});
        self.mia.call("open_lines", &arguments).await.unwrap().unwrap()
    }

    /// The message as its bubble shows it, once it is in this state.
    async fn line(&self, message: MessageId, state: MessageState) -> Line {
        let mut looks = Looks::for_at_most(PATIENCE);
        loop {
            let mut lines = self.lines(message).await;
            if lines.first().is_some_and(|it| it.state == Some(state)) {
                return lines.remove(0);
            }
            assert!(looks.again().await, "not {state:?}: {lines:?}");
        }
    }

    async fn said(&self) -> Vec<String> {
        let said = self.meta.said_to(&self.customer).await;
        said.iter().map(|it| it["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    async fn stop(self) {
        self.inbox.stop().await;
        self.meta.running.stop().await;
    }
}

async fn a_reply_arrives_with_its_fate(place: Place) {
    let desk = Desk::open(place, "page", 0).await;
    let parts = json!([{"kind": "text", "text": "Two are left."}, {"kind": "text", "text": "Shall I keep one?"}]);
    let sent = desk.send("one", parts.clone()).await;
    for message in &sent {
        desk.line(*message, MessageState::Sent).await;
    }
    assert_eq!(desk.said().await, ["Two are left.", "Shall I keep one?"]);
    assert_eq!(desk.send("one", parts).await, sent, "pressed twice, and the same");
    desk.meta.act(&desk.customer, json!({"read": {}})).await;
    until_there(&desk.place.url, "select count(*) from conversations where seen_until > 0", 1).await;
    assert_eq!(desk.said().await.len(), 2);
    let unknown = json!({"conversation": "00000000000000000000000000", "reply": {"client_id": "x", "parts": []}});
    let answer = desk.mia.call::<Replied>("send_reply", &unknown).await.unwrap();
    assert_eq!(answer, Err(StatusCode::NOT_FOUND));
    let empty = desk.press("two", json!([])).await;
    assert!(matches!(empty, Replied::Refused { .. }), "{empty:?}");
    desk.stop().await;
}

async fn a_message_can_be_taken_back_before_it_leaves(place: Place) {
    let desk = Desk::open(place, "instagram", 60).await;
    let [message] = desk.send("one", json!([{"kind": "text", "text": "It is gone."}])).await.try_into().unwrap();
    let queued = desk.line(message, MessageState::Queued).await;
    assert!(queued.due_at.is_some_and(|it| it >= queued.at), "{queued:?}");
    assert!(desk.call::<bool>("take_back", json!({"message": message})).await);
    assert_eq!(desk.lines(message).await, []);
    execute(&desk.place.url, "update people set preferences = '{\"undo_s\":0}'").await;
    let [sent] = desk.send("two", json!([{"kind": "text", "text": "It is here."}])).await.try_into().unwrap();
    desk.line(sent, MessageState::Sent).await;
    assert_eq!(desk.said().await, ["It is here."]);
    assert!(!desk.call::<bool>("take_back", json!({"message": sent})).await, "it has left");
    desk.stop().await;
}

/// Meta's clock goes on by a day, and ours does not know: the answer teaches us, and the message goes once more.
async fn after_a_day_a_person_answers_under_the_tag(place: Place) {
    let desk = Desk::open(place, "instagram", 0).await;
    desk.meta.post("clock", json!({"advance_s": 25 * 3600})).await;
    let [message] =
        desk.send("one", json!([{"kind": "text", "text": "Sorry for the wait."}])).await.try_into().unwrap();
    let line = desk.line(message, MessageState::Sent).await;
    assert!(line.tagged, "{line:?}");
    assert_eq!(desk.said().await, ["Sorry for the wait."]);
    until_there(&desk.place.url, "select count(*) from audit where action = 'message.sent_with_tag'", 1).await;
    desk.meta.post("clock", json!({"advance_s": 7 * 24 * 3600})).await;
    let [late] = desk.send("two", json!([{"kind": "text", "text": "Still there?"}])).await.try_into().unwrap();
    let line = desk.line(late, MessageState::Failed).await;
    assert_eq!(line.failure.and_then(|it| it.remedy), Some(Remedy::WaitForCustomer));
    assert_eq!(desk.said().await.len(), 1);
    desk.stop().await;
}

async fn a_dead_token_stops_sending_and_says_so(place: Place) {
    let desk = Desk::open(place, "page", 0).await;
    let account = desk.account["id"].as_str().unwrap();
    let (status, answer) =
        desk.meta.control(reqwest::Method::PATCH, &format!("accounts/{account}"), json!({"revoke_token": 460})).await;
    assert!(status.is_success(), "{answer}");
    let [message] = desk.send("one", json!([{"kind": "text", "text": "Two are left."}])).await.try_into().unwrap();
    let line = desk.line(message, MessageState::Failed).await;
    assert_eq!(line.failure.and_then(|it| it.remedy), Some(Remedy::Reconnect));
    let refused = desk.press("two", json!([{"kind": "text", "text": "Hello?"}])).await;
    assert!(matches!(refused, Replied::Refused { .. }), "{refused:?}");
    desk.meta.act(&desk.customer, json!({"send": {"text": "Hello?"}})).await;
    until_there(&desk.place.url, "select count(*) from messages where direction = 'in'", 2).await;
    desk.stop().await;
}

/// By whatever is asked of it, and not as a form of a page whose program has ended.
async fn a_note_never_reaches_the_customer(place: Place) {
    let mut desk = Desk::open(place, "instagram", 0).await;
    let note = json!({"client_id": "n1", "text": "@Mia Lindqvist, she must not know"});
    let Noted::Added { message } = desk.call("add_note", json!({"note": note})).await else { panic!("refused") };
    for what in ["retry_send", "discard_send", "take_back"] {
        assert!(!desk.call::<bool>(what, json!({"message": message})).await, "{what}");
    }
    assert!(!desk.call::<bool>("react", json!({"message": message, "emoji": "❤️"})).await);
    let path = format!("/inbox/{}/reply", desk.conversation);
    let form = [("client_id", "page-1"), ("mode", "note"), ("text", "she must not know this either")];
    let posted = desk.mia.post(&path, &form).await;
    assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.body);
    let page = desk.mia.get(posted.goes_to()).await;
    assert_eq!(page.body.matches("Internal note by").count(), 2, "{}", page.body);
    let long = "she must not know ".repeat(600);
    let refused = desk.mia.post(&path, &[("client_id", "page-2"), ("mode", "note"), ("text", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("></textarea>"), "where a reply is written it does not stand: {}", refused.body);
    // Whatever was going to leave has left before this.
    let [reply] = desk.send("one", json!([{"kind": "text", "text": "Two are left."}])).await.try_into().unwrap();
    desk.line(reply, MessageState::Sent).await;
    assert_eq!(desk.said().await, ["Two are left."]);
    let calls = desk.meta.get("requests").await.to_string();
    assert!(calls.contains("Two are left.") && !calls.contains("must not know"), "{calls}");
    desk.stop().await;
}

/// What the reference says of each error: the codes, and what becomes of a message that meets it.
const ERRORS: &[(&str, &str)] = &[
    ("1", "unconfirmed"),
    ("1 99", "failed"),
    ("1 1357046", "unconfirmed"),
    ("2", "unconfirmed"),
    ("3", "failed"),
    ("10 2018065", "failed"),
    ("10 2018108", "failed"),
    ("10 2018300", "failed"),
    ("10 1893063", "failed"),
    ("10 2534077", "failed"),
    ("10 1404170", "failed"),
    ("10", "failed"),
    ("100", "failed"),
    ("100 33", "failed"),
    ("100 2018001", "failed"),
    ("100 2018014", "failed"),
    ("100 2018047", "failed"),
    ("100 2018109", "failed"),
    ("100 2018171", "failed"),
    ("100 2018218", "failed"),
    ("100 2018234", "failed"),
    ("100 2018247", "failed"),
    ("100 2018294", "failed"),
    ("100 2534013", "failed"),
    ("100 2534014", "failed"),
    ("100 2534015", "failed"),
    ("100 2534025", "failed"),
    ("100 2534029", "failed"),
    ("100 2534037", "failed"),
    ("100 2534068", "failed"),
    ("100 2534001", "failed"),
    ("100 2534122", "failed"),
    ("200", "failed"),
    ("200 1545041", "failed"),
    ("200 2018021", "failed"),
    ("200 2018027", "failed"),
    ("200 2018028", "failed"),
    ("200 2534041", "failed"),
    ("230", "failed"),
    ("551", "failed"),
    ("551 1545041", "failed"),
    ("613 2018338", "failed"),
    ("1609005", "failed"),
    ("2022", "failed"),
    ("9010", "failed"),
    ("10900", "failed"),
    ("25 2207050", "failed"),
    ("36103", "failed"),
    ("9000001", "failed"),
    ("77", "failed"),
];

/// Words of Meta's or of ours that no agent should have to know.
const JARGON: [&str; 10] =
    ["token", "api", "subcode", "oauth", "graph", "endpoint", "webhook", "parameter", "psid", "igsid"];

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_the_reference_leads_to_its_fate_in_words_that_an_agent_understands() {
    let desk = Desk::open(Place::sqlite(), "page", 0).await;
    for (n, (codes, fate)) in ERRORS.iter().enumerate() {
        let text = format!("#fault error {codes}");
        // Whoever is told that another app has it takes it over before they write again.
        execute(&desk.place.url, "update conversations set owner = 'human'").await;
        let [message] = desk.send(&format!("n{n}"), json!([{"kind": "text", "text": text}])).await.try_into().unwrap();
        let line = desk.line(message, fate.parse().unwrap()).await;
        if *fate != "failed" {
            continue;
        }
        let Failure { code, message: words, .. } = line.failure.unwrap();
        assert!(words.ends_with('.') && words.len() > 20, "{codes}: {words:?}");
        let jargon = JARGON
            .iter()
            .find(|it| words.to_lowercase().split(|it: char| !it.is_alphabetic()).any(|word| word == **it));
        assert!(jargon.is_none(), "{codes}: {words:?}");
        assert_eq!(code, codes.split(' ').next().unwrap().parse().ok(), "{codes}");
    }
    assert_eq!(desk.said().await, Vec::<String>::new());
    desk.stop().await;
}

/// What Meta wants to be waited for is sent once it may be.
#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_waited_for() {
    let desk = Desk::open(Place::sqlite(), "instagram", 0).await;
    for (n, fault) in [
        json!({"kind": "error", "code": 2, "subcode": 1_545_133, "times": 1, "edge": "messages"}),
        json!({"kind": "error", "code": 1200, "times": 1, "edge": "messages"}),
        json!({"kind": "echo_first", "times": 1, "edge": "messages"}),
        json!({"kind": "timeout_after_delivery", "times": 1, "edge": "messages"}),
        json!({"kind": "cut_after_delivery", "times": 1, "edge": "messages"}),
        json!({"kind": "error_after_delivery", "times": 1, "edge": "messages"}),
    ]
    .into_iter()
    .enumerate()
    {
        desk.meta.post("faults", fault).await;
        let text = format!("Mug number {n}");
        let [message] = desk.send(&format!("n{n}"), json!([{"kind": "text", "text": text}])).await.try_into().unwrap();
        desk.line(message, MessageState::Sent).await;
        assert_eq!(desk.said().await.len(), n + 1, "once");
    }
    desk.stop().await;
}
