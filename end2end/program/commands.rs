//! The commands that do something and end.

use crate::browser::Browser;
use crate::running::{PASSWORD, Place, bare, text};
use reqwest::StatusCode;

crate::on_both!(
    migrating_says_what_it_did,
    a_user_is_added_once,
    a_made_password_is_printed_once_and_works,
    a_check_says_line_by_line_what_it_found,
);

async fn migrating_says_what_it_did(place: Place) {
    let first = text(&place.run(&["migrate"]).await.stdout);
    assert!(first.contains("applied 0001_ground") && first.contains("is up to date"), "{first}");
    let second = text(&place.run(&["migrate"]).await.stdout);
    assert!(!second.contains("applied") && second.contains("is up to date"), "{second}");
}

async fn a_user_is_added_once(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let args = ["user", "add", "--email", "Mia@luna.example", "--name", "Mia", "--role", "agent"];
    let again = place.run(&args).await;
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(text(&again.stderr), "switchboard: somebody already signs in as Mia@luna.example\n");
}

async fn a_made_password_is_printed_once_and_works(place: Place) {
    let args = ["user", "add", "--email", "mia@luna.example", "--name", "Mia", "--role", "admin"];
    let said = text(&place.run(&args).await.stdout);
    let password = said.lines().find_map(|it| it.strip_prefix("password, shown this once: ")).unwrap();
    let running = place.serve().await;
    let page = Browser::at(&running.address).sign_in("mia@luna.example", password).await;
    assert_eq!((page.status, page.goes_to()), (StatusCode::SEE_OTHER, "/inbox"));
}

async fn a_check_says_line_by_line_what_it_found(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let check = |public_url: String| {
        let mut command = place.command(&["check"]);
        command.env("SWITCHBOARD_PUBLIC_URL", public_url);
        async move { command.output().await.unwrap() }
    };
    let good = check(running.address.clone()).await;
    let lines = text(&good.stdout);
    assert!(good.status.success(), "{lines}");
    for expected in ["ok    database:", "ok    people:", "ok    files:", "ok    public address:"] {
        assert!(lines.contains(expected), "{expected} in {lines}");
    }
    let open = check("http://inbox.luna.example".to_owned()).await;
    assert_eq!(open.status.code(), Some(2));
    assert!(text(&open.stdout).contains("BAD   public address: http://inbox.luna.example is not https"));
}

#[tokio::test]
async fn a_check_makes_nothing() {
    let place = Place::sqlite();
    assert!(text(&place.run(&["check"]).await.stdout).contains("does not exist yet"));
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_backup_is_a_whole_copy_while_the_server_runs() {
    let place = Place::sqlite();
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let mut before = Browser::at(&running.address);
    before.sign_in("mia@luna.example", PASSWORD).await;
    let done = place.run(&["backup", "copy.db"]).await;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let again = place.run(&["backup", "copy.db"]).await;
    assert_eq!(again.status.code(), Some(2), "a backup is never written over");
    drop(running);
    let copy = Place { url: "sqlite://copy.db".to_owned(), ..place };
    let restored = copy.serve().await;
    let mut after = Browser::at(&restored.address);
    after.cookies = before.cookies;
    assert_eq!(after.get("/inbox").await.status, StatusCode::OK, "even who was signed in still is");
}

#[tokio::test]
async fn a_backup_of_postgres_says_how() {
    let place = Place::postgres().await;
    let refused = place.run(&["backup", "copy.db"]).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("pg_dump --format=custom --file=copy.db"));
}

#[tokio::test]
async fn help_shows_no_secret_of_the_environment() {
    let mut command = bare(&["serve", "--help"]);
    for variable in ["SECRET_KEY", "META_APP_SECRETS", "META_VERIFY_TOKEN"] {
        command.env(format!("SWITCHBOARD_{variable}"), "kiln");
    }
    let help = text(&command.output().await.unwrap().stdout);
    assert!(help.contains("SWITCHBOARD_SECRET_KEY") && !help.contains("kiln"), "{help}");
}

#[tokio::test]
async fn help_shows_every_option_with_its_variable() {
    let help = text(&bare(&["serve", "--help"]).output().await.unwrap().stdout);
    let variables = [
        "DATABASE_URL",
        "MEDIA_URL",
        "MEDIA_ALLOW",
        "LISTEN",
        "PUBLIC_URL",
        "TRUSTED_PROXIES",
        "SECRET_KEY",
        "META_APP_ID",
        "META_APP_SECRETS",
        "META_VERIFY_TOKEN",
        "GRAPH_URL",
        "INSTAGRAM_GRAPH_URL",
        "GRAPH_VERSION",
        "JOURNAL_DAYS",
        "LOG",
        "LOG_FORMAT",
        "NO_MIGRATE",
    ];
    for variable in variables {
        assert!(help.contains(&format!("SWITCHBOARD_{variable}")), "{variable} in {help}");
    }
}
