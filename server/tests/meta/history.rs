//! What is asked of Meta to read back what was said before, and what comes of its answers.

use crate::bed::Bed;
use crate::given::give_instagram;
use crate::host::{Host, payload};
use crate::parts::parts;
use axum::http::HeaderMap;
use model::ids::AccountId;
use serde_json::{Value, json};
use server::config::SecretKey;
use server::graph::Graph;
use server::history::{claim, take};
use server::program::{Parts, Program};
use server::store::history::{BackfillState, ListedBackfill, NewBackfill, Why};
use server::vault::Vault;

crate::on_both!(
    conversations_are_listed_and_read_page_by_page,
    a_limit_is_waited_for_as_long_as_meta_says,
    near_a_limit_less_is_asked,
    what_is_too_much_is_asked_for_in_smaller_pieces,
    a_dead_token_stops_it_until_there_is_another,
    a_right_that_is_missing_ends_it,
    what_meta_only_names_is_asked_for_alone_until_it_tells_no_more,
    a_conversation_that_is_gone_is_passed_over,
    what_is_of_one_second_keeps_its_order,
);

const US: &str = "17841400000000001";

async fn program(bed: &Bed, host: &Host) -> (Program, AccountId) {
    let folder = tempfile::tempdir().unwrap().keep();
    let args = ["--history-pace-ms", "0"];
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &args);
    let (vault, graph) = (Vault::new(&SecretKey([7; 32])), Graph::new(&host.settings(&[])).unwrap());
    let program = Program::new(Parts { vault, graph, ..parts });
    let account = shop(&program).await;
    ask(&program, account).await;
    (program, account)
}

/// All that Meta still tells of the account.
async fn ask(program: &Program, account: AccountId) {
    let (id, now) = (program.seams.new_id(), program.seams.now());
    let new = NewBackfill { id, account, of: None, why: Why::Connected, since: None, now };
    program.store.ask_history(new).await.unwrap();
}

async fn shop(program: &Program) -> AccountId {
    give_instagram(program, US).await
}

/// Takes what is due; what came of each.
async fn round(program: &Program) -> Vec<&'static str> {
    let mut came = Vec::new();
    for turn in claim(program, 4).await.unwrap() {
        came.push(take(program, turn).await.unwrap());
    }
    came
}

async fn stands(program: &Program, account: AccountId) -> ListedBackfill {
    program.store.list_history(account, 1).await.unwrap().remove(0)
}

fn conversations(ids: &[&str], next: Option<&str>) -> String {
    let one = |id: &&str| {
        let people = json!([{"id": US, "username": "luna.ceramics"}, {"id": format!("5{id}"), "username": format!("mara.{id}")}]);
        json!({"id": id, "updated_time": "2025-11-20T18:00:00+0000", "participants": {"data": people}})
    };
    list(&ids.iter().map(one).collect::<Vec<_>>(), next)
}

fn list(data: &[Value], next: Option<&str>) -> String {
    let mut all = json!({"data": data});
    if let Some(next) = next {
        all["paging"] = json!({"cursors": {"after": next}, "next": "https://graph.instagram.com/secret"});
    }
    all.to_string()
}

fn message(mid: &str, at: &str, from: &str) -> Value {
    json!({"id": mid, "created_time": at, "from": {"id": from}, "message": format!("words of {mid}")})
}

async fn conversations_are_listed_and_read_page_by_page(bed: Bed) {
    let host = Host::start().await;
    host.answers("conversations", 200, &conversations(&["01"], None));
    let (program, account) = program(&bed, &host).await;
    assert_eq!(round(&program).await, ["listed"]);
    let newer = message("b", "2025-11-20T18:00:00+0000", US);
    host.answers("messages", 200, &list(&[newer], Some("further")));
    assert_eq!(round(&program).await, ["read"]);
    host.answers("messages", 200, &list(&[message("a", "2025-11-20T17:00:00+0000", "501")], None));
    assert_eq!(round(&program).await, ["read"]);
    assert!(round(&program).await.is_empty());
    let heard = host.heard();
    assert!(heard[0].path.ends_with("/me/conversations") && heard[0].query.contains("platform=instagram"), "{heard:?}");
    assert!(heard[0].query.contains("limit=50") && heard[0].authorization == "Bearer IGAA-kiln");
    assert!(heard[1].path.ends_with("/01/messages") && !heard[1].query.contains("after"), "{heard:?}");
    assert!(heard[2].query.contains("after=further"), "{heard:?}");
    let told = stands(&program, account).await;
    assert_eq!((told.state, told.n_conversations, told.n_messages), (BackfillState::Done, 1, 2));
    assert_eq!(bed.value("select username from contacts").await.as_deref(), Some("mara.01"));
    let texts = "select min(text) || ', ' || max(text) from messages where learned = 'old'";
    assert_eq!(bed.value(texts).await.as_deref(), Some("words of a, words of b"));
}

async fn a_limit_is_waited_for_as_long_as_meta_says(bed: Bed) {
    let host = Host::start().await;
    let (program, account) = program(&bed, &host).await;
    let headers = HeaderMap::from_iter([("retry-after".parse().unwrap(), "900".parse().unwrap())]);
    host.answers_with("conversations", 400, &payload("error.rate_send"), headers);
    assert_eq!(round(&program).await, ["limited"]);
    let told = stands(&program, account).await;
    assert_eq!((told.state, told.error.as_deref()), (BackfillState::Waiting, Some("limited")));
    assert_eq!(told.retry_at, Some(bed.seams.now().plus_s(900)));
    bed.clock.advance_s(899);
    assert!(round(&program).await.is_empty());
    bed.clock.advance_s(1);
    host.answers("conversations", 200, &conversations(&[], None));
    assert_eq!(round(&program).await, ["listed"]);
    assert!(round(&program).await.is_empty());
    assert_eq!(stands(&program, account).await.state, BackfillState::Done);
}

async fn near_a_limit_less_is_asked(bed: Bed) {
    let host = Host::start().await;
    let (program, _) = program(&bed, &host).await;
    let usage = r#"{"call_count":97,"total_time":11,"total_cputime":19}"#;
    let headers = HeaderMap::from_iter([("x-app-usage".parse().unwrap(), usage.parse().unwrap())]);
    host.answers_with("conversations", 200, &conversations(&["01"], None), headers);
    assert_eq!(round(&program).await, ["listed"]);
    let noted = "select cast(usage_percent as text) from account_limits where kind = 'conversations'";
    assert_eq!(bed.value(noted).await.as_deref(), Some("97"));
}

async fn what_is_too_much_is_asked_for_in_smaller_pieces(bed: Bed) {
    let host = Host::start().await;
    let (program, account) = program(&bed, &host).await;
    let too_much = r#"{"error": {"message": "Please reduce the amount of data you're asking for", "code": 1}}"#;
    host.answers("conversations", 500, too_much);
    for (n, later_s) in [5, 15, 60].into_iter().enumerate() {
        assert_eq!(round(&program).await, ["unreachable"], "{n}");
        assert!(round(&program).await.is_empty());
        assert_eq!(stands(&program, account).await.retry_at, Some(bed.seams.now().plus_s(later_s)));
        bed.clock.advance_s(later_s);
    }
    let limits: Vec<String> = host
        .heard()
        .iter()
        .map(|it| it.query.split("limit=").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect())
        .collect();
    assert_eq!(limits, ["50", "25", "12"]);
}

async fn a_dead_token_stops_it_until_there_is_another(bed: Bed) {
    let host = Host::start().await;
    let (program, account) = program(&bed, &host).await;
    host.answers("conversations", 400, &payload("error.token_expired"));
    assert_eq!(round(&program).await, ["token_dead"]);
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap().len(), 1);
    bed.clock.advance_s(60);
    assert_eq!(round(&program).await, ["no_token"]);
    assert_eq!(host.heard().len(), 1, "Meta is not asked with it again");
    assert_eq!(stands(&program, account).await.error.as_deref(), Some("no_token"));
    shop(&program).await;
    ask(&program, account).await;
    host.answers("conversations", 200, &conversations(&[], None));
    assert_eq!(round(&program).await, ["listed"], "at once");
}

async fn a_right_that_is_missing_ends_it(bed: Bed) {
    let host = Host::start().await;
    let (program, account) = program(&bed, &host).await;
    host.answers("conversations", 403, r#"{"error": {"message": "(#200) Missing permission", "code": 200}}"#);
    assert_eq!(round(&program).await, ["refused"]);
    let told = stands(&program, account).await;
    assert_eq!((told.state, told.error.as_deref()), (BackfillState::Failed, Some("(#200) Missing permission (200)")));
    bed.clock.advance_s(9999);
    assert!(round(&program).await.is_empty());
}

async fn what_meta_only_names_is_asked_for_alone_until_it_tells_no_more(bed: Bed) {
    let host = Host::start().await;
    host.answers("conversations", 200, &conversations(&["01"], None));
    let (program, account) = program(&bed, &host).await;
    round(&program).await;
    let named = |mid: &str| json!({"id": mid, "created_time": "2025-11-20T16:00:00+0000"});
    let whole = message("d", "2025-11-20T18:00:00+0000", "501");
    host.answers("messages", 200, &list(&[whole, named("c"), named("b"), named("a")], Some("further")));
    host.answers("c", 200, &message("c", "2025-11-20T16:00:00+0000", "501").to_string());
    host.answers("b", 400, r#"{"error": {"message": "This Message has been deleted", "code": 9000001}}"#);
    assert_eq!(round(&program).await, ["read"]);
    assert!(round(&program).await.is_empty(), "what is older is not told either");
    let told = stands(&program, account).await;
    assert_eq!((told.n_messages, told.n_unavailable, told.state), (2, 2, BackfillState::Done));
    assert!(host.heard().iter().all(|it| !it.path.ends_with("/a")));
}

async fn a_conversation_that_is_gone_is_passed_over(bed: Bed) {
    let host = Host::start().await;
    host.answers("conversations", 200, &conversations(&["01", "02"], None));
    let (program, account) = program(&bed, &host).await;
    round(&program).await;
    host.answers("messages", 400, &payload("error.object_missing"));
    assert_eq!(round(&program).await, ["gone"]);
    host.answers("messages", 200, &list(&[message("a", "2025-11-20T18:00:00+0000", "501")], None));
    assert_eq!(round(&program).await, ["read"]);
    assert!(round(&program).await.is_empty());
    let told = stands(&program, account).await;
    assert_eq!((told.n_conversations, told.n_messages, told.n_unavailable), (2, 1, 1));
}

async fn what_is_of_one_second_keeps_its_order(bed: Bed) {
    let host = Host::start().await;
    host.answers("conversations", 200, &conversations(&["01"], None));
    let (program, _) = program(&bed, &host).await;
    round(&program).await;
    let at = "2025-11-20T18:00:00+0000";
    let all = |mids: [&str; 3]| mids.map(|mid| message(mid, at, "501")).to_vec();
    host.answers("messages", 200, &list(&all(["f", "e", "d"]), Some("further")));
    round(&program).await;
    host.answers("messages", 200, &list(&all(["c", "b", "a"]), None));
    round(&program).await;
    let contact = "select id from conversations";
    let id = bed.value(contact).await.unwrap().parse().unwrap();
    let lines = bed.store.lines_onward(id, None, 10).await.unwrap();
    let texts: Vec<_> = lines.iter().filter_map(|it| it.text.clone()).collect();
    assert_eq!(texts, ["a", "b", "c", "d", "e", "f"].map(|it| format!("words of {it}")));
}
