//! Connecting accounts from the command line, and where their tokens are.

use crate::running::{Place, feed, text};
use sqlx::Connection as _;
use std::process::Output;

crate::on_both!(
    an_account_is_connected_and_connected_again,
    the_database_holds_no_token_that_can_be_read,
    what_customers_are_shown_is_set_for_an_account,
    a_lost_key_is_said_and_the_inbox_starts_all_the_same,
    a_key_is_renewed_and_opens_what_the_former_sealed,
    two_keys_of_the_setting_are_rotated_one_after_the_other,
);

const TOKEN: &str = "IGAAkilnAndGlaze";

async fn add(place: &Place, name: &str, login: &str, token: &str) -> Output {
    let which = ["account", "add", "--platform", "instagram", "--id", "17841400000000001"];
    let args = [&which[..], &["--name", name, "--login", login, "--token-stdin"]].concat();
    let added = feed(place.command(&args), &format!("{token}\n")).await;
    assert!(added.status.success(), "{}", text(&added.stderr));
    added
}

/// Every text of the tables that the command writes to.
async fn dump(place: &Place) -> String {
    let query = "select 'token ' || token from account_tokens
                 union all select 'account ' || id || external_id || name || state from accounts
                 union all select 'audit ' || action || coalesce(detail, '') from audit";
    let rows: Vec<String> = if place.url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(&place.url).await.unwrap();
        sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap()
    } else {
        let mut conn = sqlx::PgConnection::connect(&place.url).await.unwrap();
        sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap()
    };
    rows.join("\n")
}

async fn an_account_is_connected_and_connected_again(place: Place) {
    let first = text(&add(&place, "luna.ceramics", "instagram", TOKEN).await.stdout);
    assert!(first.contains("made the secret key"), "{first}");
    assert!(first.ends_with("connected luna.ceramics (Instagram account 17841400000000001)\n"), "{first}");
    let again = text(&add(&place, "Luna", "instagram", TOKEN).await.stdout);
    assert_eq!(again, "Luna (Instagram account 17841400000000001) was connected already and has its new token now\n");
}

async fn the_database_holds_no_token_that_can_be_read(place: Place) {
    add(&place, "luna.ceramics", "instagram", TOKEN).await;
    add(&place, "luna.ceramics", "page", "EAABkilnAndGlaze").await;
    let dump = dump(&place).await;
    assert_eq!(dump.matches("token s1.").count(), 2, "{dump}");
    assert!(dump.contains("audit account.added") && dump.contains("audit account.renewed"), "{dump}");
    assert!(!dump.contains("kiln"), "{dump}");
    // SQLite keeps what was there before in its files: nothing readable was ever written.
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!bytes.windows(4).any(|it| it == b"kiln"), "{}", path.display());
    }
    let logged = place.run(&["check", "--log", "trace"]).await;
    assert!(!text(&[logged.stdout, logged.stderr].concat()).contains("kiln"));
}

async fn what_customers_are_shown_is_set_for_an_account(place: Place) {
    let which = ["account", "set", "--platform", "instagram", "--id", "17841400000000001"];
    let wrong = place.run(&[&which[..], &["--typing", "off"]].concat()).await;
    let said = text(&wrong.stderr);
    assert!(!wrong.status.success() && said.contains("there is no Instagram account 17841400000000001"), "{said}");
    add(&place, "luna.ceramics", "instagram", TOKEN).await;
    let nothing = place.run(&which).await;
    assert!(text(&nothing.stderr).contains("there is nothing to change: say --typing or --mark-seen"));
    let strange = place.run(&[&which[..], &["--mark-seen", "sometimes"]].concat()).await;
    assert!(text(&strange.stderr).contains("expected never, on-view"), "{}", text(&strange.stderr));
    let set = place.run(&[&which[..], &["--typing", "off", "--mark-seen", "on-reply"]].concat()).await;
    assert_eq!(text(&set.stdout), "changed Instagram account 17841400000000001\n");
    assert!(dump(&place).await.contains("audit account.changed"));
}

async fn a_lost_key_is_said_and_the_inbox_starts_all_the_same(place: Place) {
    add(&place, "luna.ceramics", "instagram", TOKEN).await;
    let good = text(&place.run(&["check"]).await.stdout);
    assert!(good.contains("ok    account luna.ceramics (Instagram 17841400000000001): its token is there"), "{good}");
    assert!(good.contains("ok    secret key: from ") && good.contains("switchboard.key"), "{good}");
    let other = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeffe0e1e2e3e4e5e6e7e8e9eaebecedeeef";
    let (_, _, said) = place.serve_with(&["--secret-key", other]).await.stop().await;
    let expected = "the tokens of 1 accounts cannot be opened with the secret key from SWITCHBOARD_SECRET_KEY";
    assert!(said.iter().any(|it| it.contains(expected)), "{said:?}");
    let mut command = place.command(&["check"]);
    command.env("SWITCHBOARD_SECRET_KEY", other).env("SWITCHBOARD_META_APP_SECRETS", "5f1d0c7e,c0ffee00");
    let checked = command.output().await.unwrap();
    let lines = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(2), "{lines}");
    for expected in [
        "BAD   account luna.ceramics (Instagram 17841400000000001): token: It cannot be opened",
        "ok    secret key: from SWITCHBOARD_SECRET_KEY",
        "ok    Meta app secrets: 2",
        "note  verify token: not set",
    ] {
        assert!(lines.contains(expected), "{expected} in {lines}");
    }
    assert!(!lines.contains(other) && !lines.contains("c0ffee00"), "{lines}");
    let (_, _, said) = place.serve().await.stop().await;
    assert!(!said.iter().any(|it| it.contains("cannot be opened")), "with the right key all is well: {said:?}");
}

async fn a_key_is_renewed_and_opens_what_the_former_sealed(place: Place) {
    let early = place.run(&["key", "rotate"]).await;
    assert!(text(&early.stderr).contains("there is no secret key yet"), "{}", text(&early.stderr));
    add(&place, "luna.ceramics", "instagram", TOKEN).await;
    add(&place, "luna.ceramics", "page", "EAABkilnAndGlaze").await;
    let sealed_with = async || {
        dump(&place).await.lines().filter_map(|it| it.split('.').nth(1).map(str::to_owned)).collect::<Vec<_>>()
    };
    let before = sealed_with().await;
    let done = place.run(&["key", "rotate"]).await;
    let said = text(&done.stdout);
    assert!(said.starts_with("2 secrets are sealed with the new key\n"), "{said} {}", text(&done.stderr));
    let after = sealed_with().await;
    assert!(before.iter().take(2).all(|it| !after.contains(it)), "{before:?} {after:?}");
    assert!(dump(&place).await.contains("audit inbox.key_rotated"));
    let good = text(&place.run(&["check"]).await.stdout);
    assert_eq!(good.matches("its token is there").count(), 2, "{good}");
    let again = text(&place.run(&["key", "rotate"]).await.stdout);
    assert!(again.starts_with("2 secrets"), "{again}");
    let good = text(&place.run(&["check"]).await.stdout);
    assert_eq!(good.matches("its token is there").count(), 2, "{good}");
    if place.url.starts_with("sqlite") {
        let running = place.serve().await;
        let refused = place.run(&["key", "rotate"]).await;
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains("stop the server first"), "{}", text(&refused.stderr));
        running.stop().await;
    }
}

async fn two_keys_of_the_setting_are_rotated_one_after_the_other(place: Place) {
    let (old, new) = ("01".repeat(32), "02".repeat(32));
    let with = |keys: &str, args: &[&str]| {
        let mut command = place.command(args);
        command.env("SWITCHBOARD_SECRET_KEY", keys);
        command
    };
    let which = ["account", "add", "--platform", "instagram", "--id", "17841400000000001", "--name", "luna"];
    let added = feed(with(&old, &[&which[..], &["--token-stdin"]].concat()), TOKEN).await;
    assert!(added.status.success(), "{}", text(&added.stderr));
    let alone = with(&old, &["key", "rotate"]).output().await.unwrap();
    assert_eq!(alone.status.code(), Some(2));
    assert!(text(&alone.stderr).contains("holds one key: put a new one before it"), "{}", text(&alone.stderr));
    let both = format!("{new},{old}");
    let ready = with(&both, &["check"]).output().await.unwrap();
    assert!(text(&ready.stdout).contains("its token is there"), "{}", text(&ready.stdout));
    let done = with(&both, &["key", "rotate"]).output().await.unwrap();
    let said = text(&done.stdout);
    assert!(said.contains("1 secrets") && said.contains("take the former key out"), "{said}");
    let new_alone = with(&new, &["check"]).output().await.unwrap();
    assert!(text(&new_alone.stdout).contains("its token is there"), "{}", text(&new_alone.stdout));
    let old_alone = with(&old, &["check"]).output().await.unwrap();
    assert!(text(&old_alone.stdout).contains("It cannot be opened"), "{}", text(&old_alone.stdout));
    assert!(!text(&[done.stdout, done.stderr].concat()).contains(&new), "no key is ever said");
}
