//! `switchboard replay`

use crate::inbox::{Inbox, payload, payload_names};
use crate::{rows, seen};
use clap::Parser as _;
use server::command::replay;
use server::config::{Cli, Command};
use server::start::StartError;

crate::on_both!(
    a_journal_builds_the_inbox_anew,
    one_row_is_applied_again,
    what_no_version_understood_is_tried_again_without_being_shown_twice,
    what_cannot_be_replayed_is_said,
);

async fn run(inbox: &Inbox, args: &[&str]) -> Result<(), StartError> {
    let fixed = ["switchboard", "--database-url", &inbox.url, "--meta-app-id", crate::inbox::OUR_APP, "replay"];
    let cli = Cli::try_parse_from([&fixed[..], args].concat()).map_err(|error| StartError::new(error.to_string()))?;
    let Command::Replay(which) = &cli.command else { unreachable!() };
    replay::run(&cli.settings, which).await
}

async fn a_journal_builds_the_inbox_anew(inbox: Inbox) {
    for name in payload_names() {
        inbox.take(&payload(&name)).await;
    }
    let empty = inbox.another().await;
    // Not even the accounts are there.
    rows::execute(&empty.url, "delete from accounts;").await;
    run(&empty, &["--from", &inbox.url]).await.unwrap();
    let differ: Vec<_> = inbox.seen().await.into_iter().filter(|it| !it.starts_with("notification")).collect();
    let found: Vec<_> = empty.seen().await.into_iter().filter(|it| !it.starts_with("notification")).collect();
    assert_eq!(differ, found);
    run(&empty, &["--from", &inbox.url]).await.unwrap();
    assert_eq!(found.len(), empty.seen().await.iter().filter(|it| !it.starts_with("notification")).count());
}

async fn one_row_is_applied_again(inbox: Inbox) {
    inbox.take(&payload("instagram.message.text")).await;
    let before = inbox.seen().await;
    rows::execute(&inbox.url, "delete from contacts;").await;
    let id = rows::value(&inbox.url, "select id from inbound").await.unwrap();
    run(&inbox, &[&id]).await.unwrap();
    assert_eq!(inbox.seen().await, before);
}

async fn what_no_version_understood_is_tried_again_without_being_shown_twice(inbox: Inbox) {
    inbox.take(&payload("instagram.unknown_event")).await;
    let (before, journal) = (inbox.seen().await, seen::journal(&inbox.url).await);
    assert!(journal[0].starts_with("unknown"), "{journal:?}");
    run(&inbox, &["--not-understood"]).await.unwrap();
    assert_eq!((inbox.seen().await, seen::journal(&inbox.url).await), (before, journal));
}

async fn what_cannot_be_replayed_is_said(inbox: Inbox) {
    for (args, said) in [
        (&[][..], "required arguments"),
        (&["--all", "--not-understood"], "cannot be used with"),
        (&["kiln"], "not an id"),
        (&["00000000000000000000000000"], "no such row in the journal"),
        (&["--from", "sqlite://nowhere/inbox.db"], "there is no database at nowhere/inbox.db"),
        (&["--from", "inbox.db"], "expected sqlite://"),
    ] {
        let error = run(&inbox, args).await.unwrap_err().to_string();
        assert!(error.contains(said), "{args:?}: {error}");
    }
}
