//! Starting, answering probes, stopping.

use crate::browser::Browser;
use crate::running::{Place, Running, bare};
use reqwest::StatusCode;
use std::time::Duration;

crate::on_both!(it_starts_answers_and_stops_in_an_orderly_way, logs_hold_no_secrets,);

async fn it_starts_answers_and_stops_in_an_orderly_way(place: Place) {
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    for (path, expected) in [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "switchboard_build_info")] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains(expected), "{path}: {}", page.body);
    }
    let (status, took, said) = running.stop().await;
    assert!(status.success(), "{said:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

async fn logs_hold_no_secrets(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve_with(&["--log", "debug", "--log-format", "json"]).await;
    let mut browser = Browser::at(&running.address);
    browser.sign_in("mia@luna.example", crate::running::PASSWORD).await;
    let page = browser.get("/inbox?q=a+customers+words").await;
    assert_eq!(page.status, StatusCode::OK);
    browser.get("/setup/secret-of-a-link").await;
    let cookie = browser.cookies.values().next().unwrap().clone();
    let (_, _, said) = running.stop().await;
    let logs = said.join("\n");
    assert!(logs.contains("\"http.route\":\"/inbox\""), "{logs}");
    assert!(logs.contains(page.header("x-request-id")) && !page.header("x-request-id").is_empty(), "{logs}");
    for secret in [crate::running::PASSWORD, &cookie, "secret-of-a-link", "customers", "mia@luna"] {
        assert!(!logs.contains(secret), "{secret} in {logs}");
    }
}

/// Rendering on the server races with the end of the request where a page keeps its signals wrongly:
/// one in a hundred answers was a 500 once.
#[tokio::test(flavor = "multi_thread")]
async fn every_one_of_many_pages_is_whole() {
    let place = Place::sqlite();
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    browser.sign_in("mia@luna.example", crate::running::PASSWORD).await;
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let mut asker = Browser::at(&running.address);
        asker.cookies = browser.cookies.clone();
        askers.spawn(async move {
            for _ in 0..150 {
                let page = asker.get("/inbox?view=closed").await;
                assert_eq!(page.status, StatusCode::OK);
                assert!(page.body.contains("<title>Closed · Switchboard</title>"), "{}", page.body);
                assert!(page.body.contains("Mia Lindqvist"));
            }
        });
    }
    while let Some(asked) = askers.join_next().await {
        asked.unwrap();
    }
}

/// Both come up, and the migrations ran once.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_start_at_once_on_one_empty_postgres() {
    let place = Place::postgres().await;
    let (one, other) = tokio::join!(place.serve(), place.serve());
    let mut n_migrated = 0;
    for running in [one, other] {
        assert_eq!(Browser::at(&running.address).get("/readyz").await.status, StatusCode::OK);
        let (status, _, said) = running.stop().await;
        assert!(status.success());
        n_migrated += said.iter().filter(|it| it.contains("migrated the database: 0001_ground")).count();
    }
    assert_eq!(n_migrated, 1);
}

#[tokio::test]
async fn a_second_server_on_one_sqlite_file_is_refused() {
    let place = Place::sqlite();
    let running = place.serve().await;
    let second = place.run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(second.status.code(), Some(2));
    assert!(crate::running::text(&second.stderr).contains("already serving"));
    drop(running);
}

/// After `kill -9` nothing has to be cleaned up by hand.
#[tokio::test]
async fn it_starts_again_after_kill_9() {
    let place = Place::sqlite();
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    for _ in 0..3 {
        let running = place.serve().await;
        let page = Browser::at(&running.address).sign_in("mia@luna.example", crate::running::PASSWORD).await;
        assert_eq!(page.goes_to(), "/inbox");
        running.signal("KILL").await;
    }
}

#[tokio::test]
async fn the_demo_prints_its_addresses_and_sign_ins_which_work() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bare(&["demo", "--listen", "127.0.0.1:0", "--simulator-listen", "127.0.0.1:0"]);
    command.env("TMPDIR", folder.path());
    let mut running = Running::start(command).await;
    running.wait_for("noah@luna-ceramics.example").await;
    let sign_ins: Vec<(String, String)> = running
        .said
        .iter()
        .filter(|it| it.contains("@luna-ceramics.example"))
        .map(|it| {
            let line = it.trim();
            let (email, rest) = line.split_once(' ').unwrap();
            (email.to_owned(), rest.trim().split("   ").next().unwrap().to_owned())
        })
        .collect();
    assert_eq!(sign_ins.len(), 3);
    for (email, password) in sign_ins {
        let page = Browser::at(&running.address).sign_in(&email, &password).await;
        assert_eq!(page.goes_to(), "/inbox", "{email}");
    }
    let meta = running.wait_for("Pretended Meta").await;
    let meta = Browser::at(meta.split_whitespace().last().unwrap()).get("/").await;
    assert!(meta.body.contains("aria-label=\"Customers\""));
    let (status, took, _) = running.stop().await;
    assert!(status.success() && took < Duration::from_secs(10));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the temporary data is gone");
}
