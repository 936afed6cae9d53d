//! How accounts fare: what Meta takes away is found, said and mended.

use crate::browser::Browser;
use crate::meta::{Meta, connect, execute, rows, until_there};
use crate::running::{PASSWORD, Place, Running, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_both!(
    a_subscription_that_vanished_is_restored_when_somebody_looks,
    a_dead_token_stops_only_sending,
    a_permission_that_was_taken_away_is_said_until_it_is_back,
    signatures_that_do_not_fit_are_counted,
);

const MIA: &str = "mia@luna.example";

struct Stage {
    meta: Meta,
    inbox: Running,
    account: Value,
    mia: Browser,
    place: Place,
}

async fn stage(place: Place, platform: &str) -> Stage {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = meta.post("accounts", json!({"platform": platform, "name": "luna.ceramics"})).await;
    place.add_user(MIA, "Mia Lindqvist", "admin").await;
    connect(&place, &account).await;
    let inbox = meta.serve_inbox(&place, &[]).await;
    let mut mia = Browser::at(&inbox.address);
    mia.sign_in(MIA, PASSWORD).await;
    Stage { meta, inbox, account, mia, place }
}

impl Stage {
    /// Presses "Look now"; what the page says then.
    async fn look(&mut self) -> String {
        let [[id]]: [[String; 1]; 1] = rows(&self.place.url, "select id from accounts").await.try_into().unwrap();
        let pressed = self.mia.post(&format!("/accounts/{id}/look"), &[]).await;
        assert_eq!((pressed.status, pressed.goes_to()), (StatusCode::SEE_OTHER, "/accounts/health?done=looked"));
        let page = self.mia.get("/accounts/health?done=looked").await;
        assert_eq!(page.status, StatusCode::OK);
        page.body
    }

    async fn change(&self, to: Value) {
        let path = format!("accounts/{}", self.account["id"].as_str().unwrap());
        let (status, answer) = self.meta.control(Method::PATCH, &path, to).await;
        assert!(status.is_success(), "{answer}");
    }

    async fn check(&self) -> (Option<i32>, String) {
        let mut command = self.place.command(&["check"]);
        let graph = &self.meta.running.address;
        command.env("SWITCHBOARD_GRAPH_URL", graph).env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", graph);
        let checked = command.output().await.unwrap();
        (checked.status.code(), text(&checked.stdout))
    }

    async fn incidents(&self, which: &str) -> Vec<String> {
        let query = format!("select kind from incidents where closed_at is {which} order by id");
        rows::<1>(&self.place.url, &query).await.into_iter().map(|[kind]| kind).collect()
    }
}

async fn a_subscription_that_vanished_is_restored_when_somebody_looks(place: Place) {
    let mut it = stage(place, "instagram").await;
    let well = it.look().await;
    assert!(well.contains("Meta tells us of everything") && well.contains("Works"), "{well}");
    let url = format!("{}/v25.0/me/subscribed_apps", it.meta.running.address);
    let token = it.account["token"].as_str().unwrap();
    let ended = it.meta.client.delete(&url).bearer_auth(token).send().await.unwrap();
    assert!(ended.status().is_success());
    let (status, lines) = it.check().await;
    assert_eq!(status, Some(2), "{lines}");
    assert!(lines.contains("webhooks: Meta does not tell us what customers write"), "{lines}");
    assert_eq!(it.incidents("null").await, [""; 0], "a check changes nothing");
    let mended = it.look().await;
    assert!(mended.contains("Meta tells us of everything"), "{mended}");
    assert_eq!(it.incidents("not null").await, ["subscription_lost"]);
    let told = it.mia.get("/notifications").await.body;
    assert!(told.contains("Meta had stopped telling us what customers write"), "{told}");
    let audit = it.mia.get("/audit").await.body;
    assert!(audit.contains("had Meta tell us again what happens"), "{audit}");
    it.meta.customer(&it.account, "Hannah Okafor").await;
    until_there(&it.place.url, "select count(*) from messages where text = 'Hello, is anybody there?'", 1).await;
    let (status, lines) = it.check().await;
    assert_eq!(status, Some(0), "{lines}");
    for expected in [": its token is there", "token: Works", "permissions: ", "webhooks: Meta tells us of everything"] {
        assert!(
            lines.contains(&format!("ok    account luna.ceramics (Instagram {})", it.account["id"].as_str().unwrap()))
        );
        assert!(lines.contains(expected), "{expected}: {lines}");
    }
    assert!(lines.contains("ok    clock: The same as Meta’s."), "{lines}");
    it.inbox.stop().await;
}

async fn a_dead_token_stops_only_sending(place: Place) {
    let mut it = stage(place, "page").await;
    let hannah = it.meta.customer(&it.account, "Hannah Okafor").await;
    until_there(&it.place.url, "select count(*) from messages", 1).await;
    it.change(json!({"revoke_token": 460})).await;
    let page = it.look().await;
    assert!(page.contains("Meta refuses it") && page.contains("href=\"/accounts/connect\""), "{page}");
    assert_eq!(it.incidents("null").await, ["token_dead"]);
    for path in ["/people", "/rules", "/me"] {
        let page = it.mia.get(path).await.body;
        assert!(page.contains("Something is wrong with an account."), "{path}: {page}");
    }
    let accounts = it.mia.get("/accounts").await.body;
    assert!(accounts.contains("Can’t send") && accounts.contains("Connect again"), "{accounts}");
    it.meta.act(&hannah, json!({"send": {"text": "Are you still there?"}})).await;
    until_there(&it.place.url, "select count(*) from messages where text = 'Are you still there?'", 1).await;
    let (status, lines) = it.check().await;
    assert!(status == Some(2) && lines.contains("token: Meta refuses it"), "{lines}");
    // Connecting again mends it.
    it.change(json!({"restore_token": true})).await;
    connect(&it.place, &it.account).await;
    let page = it.look().await;
    assert!(!page.contains("Connect again") && page.contains("Healthy"), "{page}");
    assert_eq!(it.incidents("null").await, [""; 0]);
    assert!(!it.mia.get("/rules").await.body.contains("Something is wrong"));
}

async fn a_permission_that_was_taken_away_is_said_until_it_is_back(place: Place) {
    let mut it = stage(place, "instagram").await;
    it.look().await;
    it.change(json!({"permissions": ["instagram_business_basic"]})).await;
    let page = it.look().await;
    assert!(page.contains("We may not read and answer messages (instagram_business_manage_messages)"), "{page}");
    assert_eq!(it.incidents("null").await, ["permission_missing"]);
    let all = ["instagram_business_basic", "instagram_business_manage_messages", "instagram_business_manage_comments"];
    it.change(json!({"permissions": all})).await;
    let page = it.look().await;
    assert!(!page.contains("We may not"), "{page}");
    assert_eq!((it.incidents("null").await.len(), it.incidents("not null").await.len()), (0, 1));
    it.inbox.stop().await;
}

async fn signatures_that_do_not_fit_are_counted(place: Place) {
    let mut it = stage(place, "instagram").await;
    let url = format!("{}/webhooks/meta", it.inbox.address);
    for _ in 0..3 {
        let posted =
            it.meta.client.post(&url).header("x-hub-signature-256", "sha256=00").body("{}").send().await.unwrap();
        assert_eq!(posted.status(), StatusCode::UNAUTHORIZED);
    }
    let page = it.look().await;
    assert!(page.contains("None of 3 webhooks fitted in the last day"), "{page}");
    it.meta.customer(&it.account, "Hannah Okafor").await;
    until_there(&it.place.url, "select count(*) from messages", 1).await;
    let page = it.look().await;
    assert!(page.contains("3 of 4 webhooks did not fit"), "{page}");
    execute(&it.place.url, "delete from webhook_counts").await;
    let (status, lines) = it.check().await;
    assert!(status == Some(0) && !lines.contains("signatures:"), "no secret is set for the check: {lines}");
}
