//! What is older than it is kept is looked for in every byte of the database and of the files; what stays is there.

use crate::cdn::picture;
use crate::erased::{ACCOUNT, Bed, MARK, OTHER, THEM};
use crate::rows::{self, Thread};
use crate::running::Running;
use model::content::ThreadEvent;
use model::ids::{AccountId, ConversationId};
use model::platform::Platform;
use model::retention::{Kept, Rule, What};
use model::time::DAY_S;
use serde_json::json;
use server::media::keep::MediaStore;
use server::retention::{self, Purger, Step};
use server::store::sight::Sight;
use std::collections::BTreeSet;

crate::on_both!(
    nothing_is_left_of_what_is_older_than_its_rule,
    purging_goes_on_wherever_it_was_killed,
    files_go_and_their_messages_stay,
    a_file_that_cannot_be_deleted_keeps_no_rule,
    a_rule_that_does_not_get_on_keeps_no_other,
    the_database_forgets_once_for_all_rules,
    what_meta_posts_again_is_known_whatever_the_rule,
);

/// What was said, with all that came with it.
const SAID: [&str; 15] = [
    "attached", "comment", "detail", "edited", "file", "message", "nameless", "note", "reaction", "reason", "reply",
    "sent", "source", "unknown", "waiting",
];
/// What is known of whoever said it, what has yet to leave, and what somebody is about to write.
const STAYS: [&str; 10] =
    ["about", "alias", "chip", "draftfile", "face", "field", "name", "profile", "queued", "username"];

fn account() -> AccountId {
    AccountId::of(Platform::Instagram, ACCOUNT)
}

/// An old thread, and a newer message in it forty days later.
async fn planted(running: Running) -> Bed {
    let bed = Bed::new(running).await;
    bed.plant().await;
    bed.running.clock.advance_s(40 * DAY_S);
    bed.say(THEM, "m-fresh", json!({ "text": "wvyfresh" })).await;
    bed.apply().await;
    bed.index().await;
    bed
}

async fn choose(bed: &Bed, messages_days: Option<u16>, media_days: Option<u16>) {
    let kept = Kept { messages_days, media_days };
    let set = retention::set(&bed.running.program, &bed.admin, &Bed::client(), account(), kept).await;
    set.unwrap().unwrap();
}

async fn all_steps(bed: &Bed) {
    let mut purger = Purger::new(bed.running.program.clone());
    for _ in 0..200 {
        if purger.step().await.unwrap() == Step::Nothing {
            return;
        }
    }
    panic!("it never ends");
}

async fn rule(bed: &Bed, what: What) -> Rule {
    let rules = bed.running.store.list_retention(account()).await.unwrap();
    rules.into_iter().find(|it| it.what == what).unwrap()
}

fn there(found: &BTreeSet<String>, word: &str) -> bool {
    let word = format!("{MARK}{word}");
    // A word may be the beginning of another one.
    found.iter().any(|it| *it == word || it.starts_with(&format!("{word}s")))
}

async fn only_what_is_old_is_gone(bed: &Bed) {
    let after = bed.found().await;
    for word in SAID {
        assert!(!there(&after, word), "{word} in {after:?}");
    }
    for word in STAYS {
        assert!(after.iter().any(|it| it.starts_with(&format!("{MARK}{word}"))), "{word} in {after:?}");
    }
    assert!(!after.contains("wvykeptmessage") && !after.contains("wvykeptfile"), "{after:?}");
    assert_eq!(bed.n("messages where text = 'wvyfresh'").await, "1");
    assert_eq!(bed.n("messages where text = 'zqxqueued'").await, "1", "what has yet to leave");
    assert_eq!(bed.n("inbound where state <> 'pending'").await, "1", "of the newer one");
    assert_eq!(bed.n("conversations").await, "2", "however empty");
}

async fn nothing_is_left_of_what_is_older_than_its_rule(running: Running) {
    let bed = planted(running).await;
    let before = bed.found().await;
    for word in SAID.iter().chain(&STAYS) {
        assert!(before.iter().any(|it| it.starts_with(&format!("{MARK}{word}"))), "{word} in {before:?}");
    }
    let of = |id: ConversationId| {
        format!(
            "select state || ' ' || cast(coalesce(waiting_since, 0) as text) || ' '
                 || cast(coalesce(last_customer_action_at, 0) as text) || ' ' || cast(last_activity_at as text)
             from conversations where id = '{id}'"
        )
    };
    let [theirs, others] = [bed.contact, bed.other].map(ConversationId::of);
    let stood = [bed.value(&of(theirs)).await, bed.value(&of(others)).await];
    let kept = Kept { messages_days: Some(30), media_days: None };
    let would = retention::would_go(&bed.running.program, &bed.admin, account(), kept).await.unwrap();
    assert_eq!(bed.found().await, before, "asking changes nothing");
    assert!(would.n_messages >= 6 && would.oldest.is_some(), "{would:?}");
    choose(&bed, Some(30), None).await;
    all_steps(&bed).await;
    only_what_is_old_is_gone(&bed).await;
    assert_eq!([bed.value(&of(theirs)).await, bed.value(&of(others)).await], stood, "whose turn it is stays");
    let unread = |id: ConversationId| format!("select cast(unread as text) from conversations where id = '{id}'");
    let unread = [bed.value(&unread(theirs)).await, bed.value(&unread(others)).await];
    assert_eq!(unread, [Some("1".to_owned()), Some("0".to_owned())], "what nobody can open is not unread");
    let done = rule(&bed, What::Messages).await;
    assert_eq!((done.n_messages, done.n_files), (would.n_messages, would.n_files), "as was said before");
    assert!(done.ended_at.is_some() && !done.is_under_way);
    let audit = bed.running.store.list_audit(None, 2).await.unwrap();
    assert_eq!(
        audit.iter().map(|it| it.action.word()).collect::<BTreeSet<_>>(),
        BTreeSet::from(["account.retention_ran", "account.retention_set"])
    );
    let open = bed.running.store.open_conversation(others, &Sight::EveryAccount, 9).await.unwrap().unwrap();
    assert_eq!(open.conversation.preview.as_deref(), Some("Older messages were deleted"));
    let said: Vec<_> = open.lines.iter().map(|it| it.detail.event.clone()).collect();
    assert_eq!(said, [Some(ThreadEvent::Purged)], "it says why it is empty");
    // A day later nothing more is old, and nothing is said twice.
    bed.running.clock.advance_s(DAY_S);
    all_steps(&bed).await;
    assert_eq!(bed.n("audit where action = 'account.retention_ran'").await, "1");
    assert_eq!(bed.n("messages where kind = 'event' and detail like '%purged%'").await, "2");
    // Whoever wrote it writes again.
    bed.say(OTHER, "m-again", json!({ "text": "wvyagain" })).await;
    bed.apply().await;
    let open = bed.running.store.open_conversation(others, &Sight::EveryAccount, 9).await.unwrap().unwrap();
    assert_eq!(open.conversation.preview.as_deref(), Some("wvyagain"));
    // And when that is old too, there is still one line that says so.
    bed.running.clock.advance_s(40 * DAY_S);
    all_steps(&bed).await;
    assert!(!bed.found().await.contains("wvyagain"));
    assert_eq!(bed.n("messages where kind = 'event' and detail like '%purged%'").await, "2");
}

async fn purging_goes_on_wherever_it_was_killed(running: Running) {
    let mut bed = planted(running).await;
    choose(&bed, Some(30), None).await;
    let mut n_steps = 1;
    // Each program gets one step further than the one before, and remembers nothing of it.
    loop {
        bed.running.again().await;
        let mut purger = Purger::new(bed.running.program.clone());
        let mut last = Step::Done;
        for _ in 0..n_steps {
            last = purger.step().await.unwrap();
        }
        if last == Step::Nothing {
            break;
        }
        n_steps += 1;
        assert!(n_steps < 50);
    }
    assert!(n_steps > 4, "{n_steps}");
    only_what_is_old_is_gone(&bed).await;
    assert_eq!(bed.n("audit where action = 'account.retention_ran'").await, "1");
}

async fn files_go_and_their_messages_stay(running: Running) {
    let bed = planted(running).await;
    choose(&bed, None, Some(30)).await;
    let kept = Kept { messages_days: None, media_days: Some(30) };
    let would = retention::would_go(&bed.running.program, &bed.admin, account(), kept).await.unwrap();
    assert_eq!(would.n_messages, 0);
    all_steps(&bed).await;
    let after = bed.found().await;
    for word in ["attached", "file", "sent"] {
        assert!(!there(&after, word), "{word} in {after:?}");
    }
    for word in ["edited", "reply", "note", "face", "draftfile"] {
        assert!(after.iter().any(|it| it.starts_with(&format!("{MARK}{word}"))), "{word} in {after:?}");
    }
    assert_eq!(bed.n("attachments where state = 'gone' and title is null and media_id is null").await, "5");
    assert_eq!(rule(&bed, What::Media).await.n_files, would.n_files);
    assert_eq!(would.n_files, 4);
    assert_eq!(bed.n("messages where detail like '%purged%'").await, "0");
}

/// Somebody wrote long ago, with no file.
async fn said_long_ago(running: Running) -> Bed {
    let bed = Bed::new(running).await;
    bed.say(THEM, "m-first", json!({ "text": "wvyold" })).await;
    bed.apply().await;
    bed
}

/// Another account with one message, which is as old. It is kept for as long.
async fn another_rule(bed: &Bed) -> Thread {
    let other = rows::thread(&bed.running.url, &bed.running.seams).await;
    rows::execute(
        &bed.running.url,
        &format!(
            "insert into retention_rules (account_id, what, keep_days, updated_at)
             values ('{}', 'messages', 30, 0)",
            other.account
        ),
    )
    .await;
    other
}

async fn a_file_that_cannot_be_deleted_keeps_no_rule(running: Running) {
    let bed = said_long_ago(running).await;
    let (stuck, _) = bed.running.kept("image/png", None, picture()).await;
    // A folder in its place is no file.
    let path = bed.running.media_folder().join(MediaStore::key(stuck));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    rows::execute(&bed.running.url, &format!("update media set deleted_at = 1 where id = '{stuck}'")).await;
    bed.running.clock.advance_s(40 * DAY_S);
    choose(&bed, Some(30), None).await;
    all_steps(&bed).await;
    assert!(rule(&bed, What::Messages).await.ended_at.is_some());
    assert_eq!(bed.n("messages where text = 'wvyold'").await, "0");
    assert_eq!(bed.n("media where deleted_at is not null").await, "1", "the sweeper goes on with it");
}

async fn a_rule_that_does_not_get_on_keeps_no_other(running: Running) {
    let bed = said_long_ago(running).await;
    let other = another_rule(&bed).await;
    // No program of ours wrote this.
    let odd = format!(
        "insert into contacts (id, account_id, external_id, created_at, updated_at)
         values ('odd', '{account}', 'odd', 0, 0);
         insert into conversations (id, account_id, contact_id, last_activity_at, created_at, updated_at)
         values ('odd', '{account}', 'odd', 0, 0, 0);
         insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at)
         values ('odd', 'odd', 1, 'in', 'text', 'received', 'contact', 0, 0)",
        account = other.account
    );
    rows::execute(&bed.running.url, &odd).await;
    bed.running.clock.advance_s(40 * DAY_S);
    choose(&bed, Some(30), None).await;
    let mut purger = Purger::new(bed.running.program.clone());
    let mut n_steps = 0;
    while purger.step().await.unwrap() == Step::Done {
        n_steps += 1;
        assert!(n_steps < 50, "it never rests");
    }
    assert!(rule(&bed, What::Messages).await.ended_at.is_some());
    let others = bed.running.store.list_retention(other.account).await.unwrap();
    assert!(others[0].is_under_way && others[0].ended_at.is_none(), "{others:?}");
    rows::execute(&bed.running.url, "delete from messages where id = 'odd'").await;
    while purger.step().await.unwrap() == Step::Done {}
    let others = bed.running.store.list_retention(other.account).await.unwrap();
    assert_eq!((others[0].is_under_way, others[0].n_messages), (false, 1), "it is tried again");
}

async fn the_database_forgets_once_for_all_rules(running: Running) {
    let bed = said_long_ago(running).await;
    another_rule(&bed).await;
    bed.running.clock.advance_s(40 * DAY_S);
    choose(&bed, Some(30), None).await;
    let mut purger = Purger::new(bed.running.program.clone());
    let mut ended = BTreeSet::new();
    while purger.step().await.unwrap() == Step::Done {
        ended.insert(bed.n("retention_rules where ended_at is not null").await);
    }
    // They end as soon as it has forgotten.
    assert_eq!(ended, BTreeSet::from(["0".to_owned(), "2".to_owned()]));
}

async fn what_meta_posts_again_is_known_whatever_the_rule(running: Running) {
    let bed = said_long_ago(running).await;
    let posted = bed.value("select dedupe_key from inbound").await;
    bed.running.clock.advance_s(2 * DAY_S);
    choose(&bed, Some(1), None).await;
    all_steps(&bed).await;
    assert_eq!(bed.n("messages where text = 'wvyold'").await, "0");
    assert_eq!(bed.value("select dedupe_key from inbound").await, posted, "by this it would be known");
    bed.running.clock.advance_s(2 * DAY_S);
    all_steps(&bed).await;
    assert_eq!(bed.n("inbound").await, "0");
}
