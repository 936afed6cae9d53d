//! The pages of endpoints.

use super::EVIL;
use super::people::{NOW, frame, shown};
use crate::pages::endpoints::{Done, EndpointLog, Endpoints, LogDone};
use crate::shell::Page;
use model::endpoints::{
    DeliveryKey, DeliveryState, EndpointForm, EndpointProblems, EndpointTrouble, ListedBot, ListedDelivery,
    ListedEndpoint, Topic, UrlProblem,
};
use model::ids::{ApiTokenId, BotId, ConversationId, EndpointId};
use model::person::{FieldProblem, Role};
use server::endpoints::MadeEndpoint;

fn endpoint(n: u128) -> ListedEndpoint {
    ListedEndpoint {
        id: EndpointId::from_bits(n),
        name: EVIL.to_owned(),
        url: "https://bot.example/events".to_owned(),
        topics: vec![Topic::Message, Topic::Ownership],
        token: EVIL.to_owned(),
        is_shut_out: n == 4,
        bot: (n == 1).then(|| EVIL.to_owned()),
        is_paused: n == 2,
        failing_since: (n == 3).then_some(NOW.plus_s(-3600)),
        n_waiting: if n == 3 { 10_000 } else { 0 },
        n_failed: i64::from(n == 3),
    }
}

async fn page(form: EndpointForm, done: Option<Done>) -> String {
    let bots = vec![ListedBot { id: BotId::from_bits(1), name: EVIL.to_owned(), answers_within_s: Some(90) }];
    let tokens = vec![(ApiTokenId::from_bits(1), EVIL.to_owned())];
    let endpoints = [1, 2, 3, 4].map(endpoint).to_vec();
    let page = Endpoints { frame: frame(Role::Admin), endpoints, tokens, bots, form, done };
    shown("/endpoints", Role::Admin, Page::Endpoints(Box::new(page))).await
}

#[tokio::test]
async fn endpoints_are_listed_with_how_they_stand() {
    let page = page(EndpointForm::default(), Some(Done::Paused)).await;
    for part in [
        "Works",
        "Paused",
        "Failing for 1 h",
        "10000 or more waiting, 1 failed",
        "Its token is revoked or has run out",
        "Messages, Hand-over",
        "action=\"/endpoints/00000000000000000000000002/resume\"",
        "action=\"/endpoints/00000000000000000000000001/delete\"",
        "action=\"/bots/00000000000000000000000001/limit\"",
        "value=\"90\"",
        "The endpoint is paused.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(EVIL), "{page}");
}

#[tokio::test]
async fn a_new_secret_is_shown_on_the_page_that_made_it() {
    let made = MadeEndpoint { name: EVIL.to_owned(), secret: "the-secret".to_owned() };
    let shown = page(EndpointForm::default(), Some(Done::Made(made))).await;
    assert!(shown.contains("value=\"the-secret\"") && shown.contains("X-Hub-Signature-256"), "{shown}");
    assert!(!page(EndpointForm::default(), None).await.contains("the-secret"));
    assert!(page(EndpointForm::default(), Some(Done::NotALimit)).await.contains("role=\"alert\""));
}

#[tokio::test]
async fn the_form_keeps_what_was_typed() {
    let problems = EndpointProblems {
        name: Some(FieldProblem::Empty),
        url: Some(UrlProblem::NotPublic),
        no_topic: true,
        whole: Some(EndpointTrouble::CannotRead),
    };
    let form = EndpointForm { url: "http://10.0.0.1/".to_owned(), problems, ..EndpointForm::default() };
    let page = page(form, None).await;
    for part in [
        "value=\"http://10.0.0.1/\"",
        "SWITCHBOARD_ENDPOINT_ALLOW",
        "Tick what the program is told of.",
        "This token may not read.",
        "This is needed.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn a_log_says_what_became_of_each() {
    let line = |n: i64, state| ListedDelivery {
        key: DeliveryKey { endpoint: EndpointId::from_bits(3), seq: n, part: 1 },
        conversation: ConversationId::from_bits(1),
        topic: Topic::Message,
        state,
        attempts: 2,
        due_at: NOW.plus_s(120),
        status: (n == 5).then_some(500),
        error: (n == 5).then(|| EVIL.to_owned()),
        made_at: NOW.plus_s(-60),
        ended_at: None,
    };
    let deliveries = (1..).zip(DeliveryState::ALL).map(|(n, state)| line(n, state)).collect();
    let done = Some(LogDone { n_replayed: 2 });
    let log = EndpointLog { frame: frame(Role::Admin), endpoint: endpoint(3), deliveries, failed_only: false, done };
    let page = shown("/endpoints/x", Role::Admin, Page::EndpointLog(Box::new(log))).await;
    for part in [
        "Waits for the one before",
        "Again in 2 min",
        "On its way",
        "Delivered",
        "Failed",
        "2 events are told again.",
        "Tell all that failed again",
        "action=\"/endpoints/00000000000000000000000003/replay/5-1\"",
        "action=\"/endpoints/00000000000000000000000003/replay/4-1\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("replay/1-1") && !page.contains(EVIL), "{page}");
}
