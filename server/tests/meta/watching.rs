//! Meta is asked how accounts stand, and made to tell again what it stopped telling.

use crate::bed::Bed;
use crate::given;
use crate::host::{Host, payload};
use crate::parts::parts;
use axum::http::{HeaderMap, Method};
use model::ids::AccountId;
use model::needs::{fields, permissions};
use model::platform::{Login, Platform};
use serde_json::{Value, json};
use server::config::SecretKey;
use server::graph::Graph;
use server::health::round;
use server::program::{Parts, Program};
use server::store::accounts::incident;
use server::vault::Vault;

crate::on_both!(
    an_account_that_was_never_subscribed_is_at_the_first_look,
    one_that_vanished_is_asked_for_again_and_it_is_told_if_that_fails,
    what_meta_does_not_know_is_left_out_and_not_asked_for_each_time,
    what_a_page_may_is_told_by_meta_and_the_secret_is_in_no_address,
    a_token_that_meta_refuses_is_dead_and_a_limit_is_none,
    clocks_are_compared,
);

const ID: &str = "17841400000000001";
const APP: &str = "1357924680135792";
const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";

fn program(bed: &Bed, host: &Host) -> Program {
    let folder = tempfile::tempdir().unwrap().keep();
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &[]);
    let settings = host.settings(&["--meta-app-id", APP, "--meta-app-secrets", SECRET]);
    let (vault, graph) = (Vault::new(&SecretKey([7; 32])), Graph::new(&settings).unwrap());
    Program::new(Parts { vault, graph, ..parts })
}

async fn give(program: &Program, platform: Platform, token: &str) {
    given::give(program, (platform, Login::usual(platform)), ID, token).await;
}

/// What Meta says that it tells, from now on.
fn tells(host: &Host, fields: &[&str]) {
    let apps: Vec<Value> =
        (!fields.is_empty()).then(|| json!({"id": APP, "subscribed_fields": fields})).into_iter().collect();
    host.answers("subscribed_apps", 200, &json!({"data": apps, "success": true}).to_string());
}

async fn look(bed: &Bed, program: &Program) {
    bed.clock.advance_s(7 * 60);
    assert_eq!(round(program).await.unwrap(), 1);
}

async fn incidents(bed: &Bed) -> Vec<String> {
    bed.store.list_open_incidents(10).await.unwrap().into_iter().map(|it| it.kind).collect()
}

/// What was posted, since it was asked for last.
fn posted(host: &Host, seen: &mut usize) -> Vec<String> {
    let heard = host.heard();
    let new = heard[*seen..].iter().filter(|it| it.method == Method::POST).map(|it| it.query.replace("%2C", ","));
    let new: Vec<_> = new.collect();
    *seen = heard.len();
    new
}

async fn an_account_that_was_never_subscribed_is_at_the_first_look(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Instagram, "IGAA-1").await;
    tells(&host, &[]);
    look(&bed, &program).await;
    let asked = posted(&host, &mut 0);
    assert_eq!(asked, [format!("subscribed_fields={}", fields(Login::Instagram).join(","))]);
    assert_eq!(incidents(&bed).await, [incident::SUBSCRIPTION_LOST], "Meta said yes, and did not do it");
    tells(&host, &fields(Login::Instagram));
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [""; 0]);
    assert!(host.heard().iter().all(|it| it.authorization == "Bearer IGAA-1" && !it.query.contains("IGAA")));
}

async fn one_that_vanished_is_asked_for_again_and_it_is_told_if_that_fails(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Instagram, "IGAA-1").await;
    tells(&host, &fields(Login::Instagram));
    look(&bed, &program).await;
    let mut seen = 0;
    assert_eq!(posted(&host, &mut seen), [""; 0], "nothing is to be mended");
    let two_a_look = host.heard().len();
    assert_eq!(two_a_look, 2, "few questions");
    tells(&host, &[]);
    look(&bed, &program).await;
    assert_eq!(posted(&host, &mut seen).len(), 1);
    assert_eq!(incidents(&bed).await, [incident::SUBSCRIPTION_LOST]);
    host.answers("subscribed_apps", 503, "<html>");
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [incident::SUBSCRIPTION_LOST], "an outage changes nothing");
    let before = bed.value("select cast(gap_since as text) from account_watch").await;
    assert!(before.is_some(), "what happened since then is to be fetched");
    tells(&host, &fields(Login::Instagram));
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [""; 0]);
}

async fn what_meta_does_not_know_is_left_out_and_not_asked_for_each_time(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Page, "EAAB-1").await;
    host.answers("debug_token", 200, "{}");
    let few = ["messages", "messaging_postbacks", "message_reactions"];
    tells(&host, &few);
    let mut seen = 0;
    look(&bed, &program).await;
    assert_eq!(posted(&host, &mut seen).len(), 1);
    look(&bed, &program).await;
    assert_eq!(posted(&host, &mut seen).len(), 0, "that was tried");
    let account = AccountId::of(Platform::Page, ID);
    let known = bed.store.list_health().await.unwrap().remove(0);
    assert_eq!((known.account.id, known.tokens[0].asked.clone().unwrap().fields.unwrap().len()), (account, 3));
    assert_eq!(incidents(&bed).await, [""; 0], "messages arrive");
}

async fn what_a_page_may_is_told_by_meta_and_the_secret_is_in_no_address(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Page, "EAAB-1").await;
    tells(&host, &fields(Login::Page));
    let all: Vec<&str> = permissions(Platform::Page, Login::Page).iter().map(|it| it.name).collect();
    let debugged =
        |granted: &[&str]| json!({"data": {"is_valid": true, "scopes": granted, "expires_at": 0}}).to_string();
    host.answers("debug_token", 200, &debugged(&all));
    look(&bed, &program).await;
    let heard = host.heard().into_iter().find(|it| it.path.ends_with("/debug_token")).unwrap();
    assert_eq!((heard.query.as_str(), heard.authorization), ("input_token=EAAB-1", format!("Bearer {APP}|{SECRET}")));
    let known = bed.store.list_health().await.unwrap().remove(0);
    assert_eq!(known.tokens[0].granted, all);
    host.answers("debug_token", 200, &debugged(&all[..1]));
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [incident::PERMISSION_MISSING]);
    // Another app's token says nothing, and kills nothing.
    host.answers("debug_token", 200, &json!({"data": {"is_valid": false, "error": {"code": 190}}}).to_string());
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [""; 0]);
    let refusal = r#"{"error": {"message": "(#200) Requires pages_manage_metadata", "code": 200}}"#;
    host.answers("subscribed_apps", 400, refusal);
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [incident::PERMISSION_MISSING]);
    let missing = bed.value("select missing from account_watch").await.unwrap();
    assert_eq!(missing, r#"["pages_manage_metadata"]"#);
}

async fn a_token_that_meta_refuses_is_dead_and_a_limit_is_none(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Instagram, "IGAA-1").await;
    for passing in ["error.rate_user", "error.transient_2", "error.object_missing"] {
        host.answers("subscribed_apps", 400, &payload(passing));
        look(&bed, &program).await;
        assert_eq!(incidents(&bed).await, [""; 0], "{passing}");
        let known = bed.store.list_health().await.unwrap().remove(0);
        assert!(known.tokens[0].asked.clone().unwrap().error.is_some(), "{passing}");
    }
    host.answers("subscribed_apps", 400, &payload("error.token_password_changed"));
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [incident::TOKEN_DEAD]);
    bed.clock.advance_s(600);
    assert_eq!(round(&program).await.unwrap(), 0, "it is asked no more");
    give(&program, Platform::Instagram, "IGAA-2").await;
    tells(&host, &fields(Login::Instagram));
    look(&bed, &program).await;
    assert_eq!(incidents(&bed).await, [""; 0]);
}

async fn clocks_are_compared(bed: Bed) {
    let host = Host::start().await;
    let program = program(&bed, &host);
    give(&program, Platform::Instagram, "IGAA-1").await;
    // Ten minutes after the clock of these tests begins.
    let headers = HeaderMap::from_iter([("date".parse().unwrap(), "Thu, 20 Nov 2025 19:10:00 GMT".parse().unwrap())]);
    let apps = json!({"data": [{"id": APP, "subscribed_fields": fields(Login::Instagram)}]}).to_string();
    host.answers_with("subscribed_apps", 200, &apps, headers);
    look(&bed, &program).await;
    let known = bed.store.list_health().await.unwrap().remove(0);
    assert_eq!(known.tokens[0].clock_ms, Some(-180_000));
}
