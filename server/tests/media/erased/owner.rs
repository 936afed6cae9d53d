//! An account goes because its owner asked Meta for it.

use super::{ACCOUNT, Bed, MARK, THEM, all_steps, killed_after_each_step};
use crate::rows;
use crate::running::Running;
use serde_json::json;
use server::contacts::erase::{Eraser, Step};
use server::rights::{self, SignedRequest};
use std::collections::BTreeSet;
use std::fmt::Write as _;

crate::on_both!(
    nothing_is_left_of_an_account_whose_owner_asked_for_it,
    deleting_an_account_goes_on_wherever_it_was_killed,
);

/// Its owner, by the id that stands in what Meta posts.
async fn owner_asks(bed: &Bed) -> String {
    let request = SignedRequest { user: ACCOUNT.to_owned(), issued_at: None };
    rights::ask_deletion(&bed.running.program, request).await.unwrap().code
}

/// The plant, and a saved reply with a file that came from this account and is everybody's.
async fn plant_account(bed: &Bed) {
    bed.plant().await;
    let saved = bed.keep("ownfile").await;
    let mut sql = Bed::media_row(saved, "own.txt", Some(bed.admin.me.id));
    let _ = write!(
        sql,
        "insert into saved_replies (id, shortcut, title, text, detail, created_at, updated_at)
         values ('r', 'own', 'Own', 'own', '{{\"files\":[\"{saved}\"]}}', 0, 0);"
    );
    rows::execute(&bed.running.url, &sql).await;
}

async fn account_is_gone(bed: &Bed) {
    assert_eq!(bed.found().await, BTreeSet::new());
    for table in ["accounts", "contacts", "conversations", "messages", "inbound", "search_documents", "outbox"] {
        assert_eq!(bed.n(table).await, "0", "{table}");
    }
    assert_eq!(bed.n("media where account_id is null").await, "1", "what a saved reply holds is ours");
    assert_eq!((bed.n("media").await.as_str(), bed.running.n_files()), ("1", 1));
    assert_eq!(bed.value("select state || coalesce(subject, '') from deletions").await.as_deref(), Some("done"));
    assert_eq!(bed.n("audit where action = 'data.deleted'").await, "1");
}

async fn nothing_is_left_of_an_account_whose_owner_asked_for_it(running: Running) {
    let bed = Bed::new(running).await;
    plant_account(&bed).await;
    let code = owner_asks(&bed).await;
    assert!(code.len() == 32 && code.bytes().all(|it| it.is_ascii_alphanumeric()), "{code}");
    assert_eq!(owner_asks(&bed).await, code);
    // What still comes for it is taken in, and goes with the rest.
    bed.say(THEM, "m-late", json!({ "text": format!("{MARK}late") })).await;
    bed.apply().await;
    let mut eraser = Eraser::new(bed.running.program.clone());
    while bed.n("deletions where subject is not null").await == "1" {
        assert_eq!(eraser.step().await.unwrap(), Step::Deleted);
    }
    // So does what comes when only files and traces are left.
    bed.say(THEM, "m-last", json!({ "text": format!("{MARK}last") })).await;
    all_steps(&bed).await;
    account_is_gone(&bed).await;
    let found = bed.running.store.find_public_deletion(&code).await.unwrap().unwrap();
    assert!(found.done_at.is_some() && found.had_something);
}

async fn deleting_an_account_goes_on_wherever_it_was_killed(running: Running) {
    let mut bed = Bed::new(running).await;
    plant_account(&bed).await;
    owner_asks(&bed).await;
    killed_after_each_step(&mut bed).await;
    account_is_gone(&bed).await;
}
