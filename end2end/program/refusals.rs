//! What the operator got wrong is said in one clear line, with exit status 2, and never a panic.

use crate::postgres_server;
use crate::running::{Place, bare, feed, text};
use sqlx::Connection as _;
use std::process::{Output, Stdio};

/// The one line on standard error.
fn the_line(refused: &Output) -> String {
    let line = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{line}");
    assert_eq!(line.trim_end().lines().count(), 1, "one line: {line}");
    assert!(line.starts_with("switchboard: "), "{line}");
    assert!(!line.contains("panicked"), "{line}");
    line
}

/// Arguments, environment, and what the line must say.
type Case = (&'static [&'static str], &'static [(&'static str, &'static str)], &'static str);

#[tokio::test]
async fn a_wrong_option_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let cases: &[Case] = &[
        (&["serve", "--colour", "blue"], &[], "--colour"),
        (&["sreve"], &[], "sreve"),
        (&[], &[], "no command given"),
        (&["serve", "--database-url", "mysql://localhost/inbox"], &[], "expected sqlite://"),
        (&["serve"], &[("SWITCHBOARD_DATABASE_URL", "postgres://")], "expected sqlite://"),
        (&["serve"], &[("SWITCHBOARD_MEDIA_URL", "gs://luna-inbox")], "expected file://path/to/folder or s3://"),
        (&["serve"], &[("SWITCHBOARD_MEDIA_ALLOW", "127.0.0.1:3001")], "expected an origin"),
        (&["serve"], &[("SWITCHBOARD_LISTEN", "everywhere")], "expected an address and a port"),
        (&["serve"], &[("SWITCHBOARD_PUBLIC_URL", "inbox.luna.example")], "expected https://"),
        (&["serve"], &[("SWITCHBOARD_LOG", "server=loud")], "expected off, error"),
        (&["serve"], &[("SWITCHBOARD_LOG_FORMAT", "xml")], "possible values: text, json"),
        (&["serve"], &[("SWITCHBOARD_TRUSTED_PROXIES", "proxy.example")], "--trusted-proxies"),
        (
            &["serve", "--listen", "127.0.0.1:0"],
            &[("SWITCHBOARD_DATABASE_URL", "sqlite:///proc/nowhere/inbox.db")],
            "data folder /proc/nowhere",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0"],
            &[("SWITCHBOARD_DATABASE_URL", "sqlite:///proc/inbox.db")],
            "cannot open the database sqlite:///proc/inbox.db",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0"],
            &[("SWITCHBOARD_DATABASE_URL", "postgres://mia:kiln@127.0.0.1:1/inbox")],
            "cannot reach the database postgres://127.0.0.1:1/inbox",
        ),
        (
            &["migrate"],
            &[("SWITCHBOARD_DATABASE_URL", "postgres://mia:kiln@nowhere.invalid/inbox")],
            "cannot reach the database postgres://nowhere.invalid/inbox",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0"],
            &[
                ("SWITCHBOARD_DATABASE_URL", "sqlite://inbox.db"),
                ("SWITCHBOARD_MEDIA_URL", "file:///proc/nowhere/media"),
            ],
            "media folder /proc/nowhere/media",
        ),
        (&["serve"], &[("SWITCHBOARD_SECRET_KEY", "kiln")], "'--secret-key <SECRET_KEY>': expected 32 bytes"),
        (&["serve"], &[("SWITCHBOARD_META_APP_ID", "app")], "expected the app's id, digits only"),
        (&["serve"], &[("SWITCHBOARD_META_APP_SECRETS", "5f1d0c7e9a,kiln and glaze")], "expected the app's secrets"),
        (&["serve"], &[("SWITCHBOARD_META_APP_SECRETS", "kiln,")], "expected the app's secrets"),
        (&["serve"], &[("SWITCHBOARD_META_VERIFY_TOKEN", "kiln glaze")], "expected one word"),
        (&["serve"], &[("SWITCHBOARD_GRAPH_URL", "graph.facebook.com")], "expected https://graph.facebook.com"),
        (&["serve"], &[("SWITCHBOARD_INSTAGRAM_GRAPH_URL", "https://graph.example/v25.0")], "without a path"),
        (&["serve"], &[("SWITCHBOARD_GRAPH_VERSION", "25")], "such as v25.0"),
        (&["serve"], &[("SWITCHBOARD_DATABASE_URL", "mysql://mia:kiln@db.example/inbox")], "expected sqlite://"),
        (&["backup"], &[], "<FILE>"),
        (&["backup", "copy.db"], &[], "there is no database at sqlite://data/switchboard.db"),
        (
            &["user", "add", "--email", "mia", "--name", "Mia", "--role", "admin"],
            &[],
            "'--email': This is not an email address",
        ),
        (&["user", "add", "--email", "mia@luna.example", "--name", " ", "--role", "admin"], &[], "'--name'"),
        (
            &["user", "add", "--email", "mia@luna.example", "--name", "Mia", "--role", "boss"],
            &[],
            "expected admin or agent",
        ),
    ];
    for (args, env, expected) in cases {
        let mut command = bare(args);
        command.current_dir(folder.path()).envs(env.iter().copied()).stdin(Stdio::null());
        let line = the_line(&command.output().await.unwrap());
        assert!(line.contains(expected), "{args:?} {env:?}: expected {expected:?} in: {line}");
        assert!(!line.contains("kiln"), "the password is not shown: {line}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_one_clear_line() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = the_line(&Place::sqlite().run(&["serve", "--listen", &address]).await);
    assert!(line.contains(&format!("cannot listen on {address}")), "{line}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_one_clear_line_and_stays_as_it_is() {
    let place = Place::sqlite();
    let file = place.folder.path().join("switchboard.db");
    std::fs::write(&file, "a shopping list, not a database at all").unwrap();
    let line = the_line(&place.run(&["serve", "--listen", "127.0.0.1:0"]).await);
    assert!(line.contains("cannot open the database sqlite://"), "{line}");
    assert_eq!(std::fs::read(&file).unwrap(), b"a shopping list, not a database at all");
}

#[tokio::test]
async fn a_weak_password_is_one_clear_line() {
    let place = Place::sqlite();
    let args = ["user", "add", "--email", "mia@luna.example", "--name", "Mia", "--role", "admin", "--password-stdin"];
    let line = the_line(&feed(place.command(&args), "kiln\n").await);
    assert!(line.contains("At least 10 characters"), "{line}");
}

#[tokio::test]
async fn an_account_that_cannot_be_is_one_clear_line() {
    let token = "IGAAkiln";
    let cases = [
        (["myspace", "17841400000000001", "Luna"], token, "expected instagram or page"),
        (["instagram", "", "Luna"], token, "expected the account's id at Meta, digits only"),
        (["instagram", "luna.ceramics", "Luna"], token, "expected the account's id at Meta, digits only"),
        (["instagram", "17841400000000001", " "], token, "'--name'"),
        (["instagram", "17841400000000001", "Luna"], "", "expected the access token on standard input, found nothing"),
        (["instagram", "17841400000000001", "Luna"], " \n \n", "expected the access token on standard input"),
        (["instagram", "17841400000000001", "Luna"], "IGAAkiln IGAAglaze\n", "without blanks or line breaks"),
        (["instagram", "17841400000000001", "Luna"], "IGAAkiln\nIGAAglaze\n", "without blanks or line breaks"),
        (["instagram", "17841400000000001", "Luna"], "IGAAkiln\u{fc}", "without blanks or line breaks"),
    ];
    let place = Place::sqlite();
    for ([platform, id, name], token, expected) in cases {
        let args = ["account", "add", "--platform", platform, "--id", id, "--name", name, "--token-stdin"];
        let line = the_line(&feed(place.command(&args), token).await);
        assert!(line.contains(expected), "{args:?}: expected {expected:?} in: {line}");
        assert!(!line.contains("kiln"), "{line}");
    }
    let page = ["account", "add", "--platform", "page", "--id", "1", "--name", "Luna"];
    let line = the_line(&feed(place.command(&page), token).await);
    assert!(line.contains("--token-stdin"), "{line}");
    let own = [&page[..], &["--login", "instagram", "--token-stdin"]].concat();
    let line = the_line(&feed(place.command(&own), token).await);
    assert!(line.contains("a Page is reached with its own token"), "{line}");
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0, "nothing was made");
}

#[tokio::test]
async fn a_key_file_without_a_key_is_one_clear_line() {
    let place = Place::sqlite();
    std::fs::write(place.folder.path().join("switchboard.key"), "kiln").unwrap();
    let line = the_line(&place.run(&["serve", "--listen", "127.0.0.1:0"]).await);
    assert!(line.contains("switchboard.key holds no secret key: put back the file of a backup"), "{line}");
}

crate::on_both!(a_newer_database_is_refused, a_database_that_is_behind_is_refused_without_migrating);

async fn a_newer_database_is_refused(place: Place) {
    assert!(place.run(&["migrate"]).await.status.success());
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 select 9999, 'from the future', success, checksum, 0 from _sqlx_migrations where version = 1";
    if place.url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(&place.url).await.unwrap();
        sqlx::query(newer).execute(&mut conn).await.unwrap();
    } else {
        let mut conn = sqlx::PgConnection::connect(&place.url).await.unwrap();
        sqlx::query(newer).execute(&mut conn).await.unwrap();
    }
    for command in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["serve", "--listen", "127.0.0.1:0", "--no-migrate"], &["migrate"]]
    {
        let line = the_line(&place.run(command).await);
        assert!(line.contains("written by a newer switchboard (its migration 9999"), "{line}");
    }
}

async fn a_database_that_is_behind_is_refused_without_migrating(place: Place) {
    let line = the_line(&place.run(&["serve", "--listen", "127.0.0.1:0", "--no-migrate"]).await);
    assert!(line.contains("run switchboard migrate"), "{line}");
}

#[tokio::test]
async fn a_postgres_without_the_database_is_one_clear_line() {
    let url = postgres_server::new_database().await;
    let (front, _) = url.rsplit_once('/').unwrap();
    let mut command = bare(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("SWITCHBOARD_DATABASE_URL", format!("{front}/no_such_inbox"));
    let line = the_line(&command.output().await.unwrap());
    assert!(line.contains("no_such_inbox"), "{line}");
}
