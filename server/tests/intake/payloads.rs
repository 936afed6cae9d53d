//! Each payload of the reference, and what it leads to: reviewed snapshots, the same on both
//! databases.

use crate::inbox::{Inbox, payload, payload_names};
use crate::{rows, seen};
use axum::http::StatusCode;

crate::on_both!(each_payload_becomes_what_it_should);

/// What the others speak of: without it a reaction or an edit would only wait.
const BEFORE: [&str; 7] = [
    "instagram.message.text",
    "instagram.message.reply_to",
    "instagram.message.echo_own_app",
    "page.message.text",
    "page.message.echo_own_app",
    "page.message.reply_to",
    "page.changes.feed_comment",
];

async fn each_payload_becomes_what_it_should(inbox: Inbox) {
    let names = payload_names();
    assert!(names.len() > 100, "{}", names.len());
    for name in names {
        empty(&inbox).await;
        for before in BEFORE.iter().filter(|it| **it != name) {
            assert_eq!(inbox.post(&payload(before)).await, StatusCode::OK);
        }
        inbox.apply().await;
        let (before, journal_before) = (inbox.seen().await, seen::journal(&inbox.url).await.len());
        inbox.take(&payload(&name)).await;
        let after = inbox.seen().await;
        let mut text: Vec<String> =
            before.iter().filter(|it| !after.contains(it)).map(|it| format!("- {it}")).collect();
        text.extend(after.iter().filter(|it| !before.contains(it)).map(|it| format!("+ {it}")));
        let journal = seen::journal(&inbox.url).await;
        text.push(format!("{} rows of the journal, of all: {}", journal.len() - journal_before, tally(&journal)));
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.clone(), text.join("\n"));
        });
    }
}

fn tally(journal: &[String]) -> String {
    let mut kinds: Vec<&String> = journal.iter().filter(|it| *it != "applied").collect();
    kinds.sort();
    if kinds.is_empty() { "applied".to_owned() } else { format!("applied, but {kinds:?}") }
}

/// As on the first day, with the accounts connected.
async fn empty(inbox: &Inbox) {
    let tables = ["contacts", "inbound", "waiting_events", "incidents", "changes", "notifications"];
    let all = tables.map(|it| format!("delete from {it};")).join(" ");
    rows::execute(&inbox.url, &all).await;
}
