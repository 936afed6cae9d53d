use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::audit::Action;
use model::ids::{AccountId, MessageId};
use model::person::{PersonId, Role};
use model::retention::{Kept, What, WouldGo};
use model::teams::TeamRefusal;
use model::time::DAY_S;
use server::store::retention::ToPurge;
use server::store::teams::RunChange;
use sqlx::Connection as _;
use std::fmt::Write as _;

crate::on_both!(
    a_rule_is_set_changed_and_taken_away,
    only_whoever_runs_the_inbox_sets_a_rule,
    a_rule_is_due_once_a_day_and_what_was_begun_goes_first,
    a_rule_that_is_taken_away_ends_at_once,
    a_rule_that_does_not_get_on_is_left_out,
    a_rule_that_is_another_by_now_does_not_end,
    what_waits_for_messages_that_never_came_goes_as_a_rule_begins,
    what_failed_and_what_is_unread_is_counted_of_what_is_left,
    a_dry_run_counts_what_would_go,
    a_dry_run_counts_the_files_that_go,
);

fn change(bed: &Bed, by: PersonId) -> RunChange {
    bed.clock.advance_s(1);
    RunChange {
        by,
        now: bed.seams.now(),
        audit_id: bed.seams.new_id(),
        change_id: bed.seams.new_id(),
        address: Some("192.0.2.1".to_owned()),
    }
}

async fn choose(bed: &Bed, by: PersonId, of: AccountId, messages: Option<u16>, media: Option<u16>) {
    let kept = Kept { messages_days: messages, media_days: media };
    bed.store.set_retention(change(bed, by), of, kept).await.unwrap().unwrap();
}

async fn begin(bed: &Bed) -> Option<ToPurge> {
    begin_but(bed, &[]).await
}

async fn begin_but(bed: &Bed, but: &[ToPurge]) -> Option<ToPurge> {
    let now = bed.seams.now();
    let but = but.iter().map(|it| (it.account, it.what)).collect();
    bed.store.begin_retention(now.plus_s(-DAY_S), but, now).await.unwrap()
}

async fn end(bed: &Bed, it: ToPurge) {
    bed.store.end_retention(it, bed.seams.new_id(), bed.seams.new_id(), bed.seams.now()).await.unwrap();
}

async fn place(bed: &Bed) -> (Thread, PersonId) {
    (rows::thread(&bed.url, &bed.seams).await, bed.somebody("mia", Role::Admin).await)
}

async fn a_rule_is_set_changed_and_taken_away(bed: Bed) {
    let (it, mia) = place(&bed).await;
    assert!(bed.store.list_retention(it.account).await.unwrap().is_empty());
    choose(&bed, mia, it.account, Some(90), Some(30)).await;
    let of = async |bed: &Bed| {
        let rules = bed.store.list_retention(it.account).await.unwrap();
        rules.into_iter().map(|it| (it.what, it.days)).collect::<Vec<_>>()
    };
    assert_eq!(of(&bed).await, [(What::Messages, 90), (What::Media, 30)]);
    choose(&bed, mia, it.account, Some(90), Some(30)).await;
    choose(&bed, mia, it.account, Some(60), None).await;
    assert_eq!(of(&bed).await, [(What::Messages, 60)]);
    let log = bed.store.list_audit(None, 9).await.unwrap();
    let told: Vec<_> = log.iter().filter(|it| it.action == Action::RetentionSet).map(|it| it.detail.clone()).collect();
    let expected = ["messages 60 days, files for ever", "messages 90 days, files 30 days"];
    assert_eq!(told, expected.map(|it| Some(it.to_owned())), "once each");
}

async fn only_whoever_runs_the_inbox_sets_a_rule(bed: Bed) {
    let (it, mia) = place(&bed).await;
    let ines = bed.somebody("ines", Role::Agent).await;
    let kept = Kept { messages_days: Some(1), media_days: None };
    let by = |who| bed.store.set_retention(change(&bed, who), it.account, kept);
    assert_eq!(by(ines).await.unwrap(), Err(TeamRefusal::NotAllowed));
    let nowhere = bed.store.set_retention(change(&bed, mia), bed.seams.new_id(), kept).await.unwrap();
    assert_eq!(nowhere, Err(TeamRefusal::NotThere));
    assert!(bed.store.list_retention(it.account).await.unwrap().is_empty());
}

async fn a_rule_is_due_once_a_day_and_what_was_begun_goes_first(bed: Bed) {
    let (it, mia) = place(&bed).await;
    assert_eq!(begin(&bed).await, None);
    choose(&bed, mia, it.account, Some(7), Some(3)).await;
    let first = begin(&bed).await.unwrap();
    assert_eq!(first.before, bed.seams.now().plus_s(-DAY_S * if first.what == What::Messages { 7 } else { 3 }));
    bed.clock.advance_s(60);
    assert_eq!(begin(&bed).await, Some(first), "as of when it began");
    end(&bed, first).await;
    let second = begin(&bed).await.unwrap();
    assert_ne!(second.what, first.what);
    end(&bed, second).await;
    assert_eq!(begin(&bed).await, None);
    bed.clock.advance_s(DAY_S);
    assert_eq!(begin(&bed).await.unwrap().what, first.what, "who waited longest");
    bed.execute("update accounts set state = 'deleting'").await;
    assert_eq!(begin(&bed).await, None, "all of it goes anyway");
    let log = bed.store.list_audit(None, 9).await.unwrap();
    assert!(log.iter().all(|it| it.action != Action::RetentionRan), "nothing went");
}

async fn a_rule_that_is_taken_away_ends_at_once(bed: Bed) {
    let (it, mia) = place(&bed).await;
    bed.clock.advance_s(10 * DAY_S);
    choose(&bed, mia, it.account, Some(7), None).await;
    let begun = begin(&bed).await.unwrap();
    let old = bed.store.list_old(begun, None).await.unwrap();
    assert_eq!((old.conversations.as_slice(), old.next), ([it.conversation].as_slice(), None));
    choose(&bed, mia, it.account, Some(30), None).await;
    let purge = || bed.store.purge_old(begun, it.conversation, 10, bed.seams.now());
    assert!(!purge().await.unwrap(), "it is kept for longer now");
    choose(&bed, mia, it.account, None, None).await;
    assert!(!purge().await.unwrap());
    assert_eq!(begin(&bed).await, None);
    assert_eq!(bed.value("select cast(count(*) as text) from messages").await.as_deref(), Some("1"));
}

async fn a_rule_that_does_not_get_on_is_left_out(bed: Bed) {
    let (it, mia) = place(&bed).await;
    let other = rows::thread(&bed.url, &bed.seams).await;
    choose(&bed, mia, it.account, Some(7), None).await;
    choose(&bed, mia, other.account, Some(7), Some(3)).await;
    let mut left_out = vec![begin(&bed).await.unwrap()];
    assert_eq!(begin(&bed).await.as_ref(), left_out.last(), "what was begun goes first");
    for _ in 0..2 {
        let next = begin_but(&bed, &left_out).await.unwrap();
        assert!(left_out.iter().all(|it| (it.account, it.what) != (next.account, next.what)), "{next:?}");
        left_out.push(next);
    }
    assert_eq!(begin_but(&bed, &left_out).await, None);
    assert!(begin(&bed).await.is_some(), "and it waits");
}

async fn a_rule_that_is_another_by_now_does_not_end(bed: Bed) {
    let (it, mia) = place(&bed).await;
    choose(&bed, mia, it.account, Some(7), None).await;
    let begun = begin(&bed).await.unwrap();
    choose(&bed, mia, it.account, Some(3), None).await;
    end(&bed, begun).await;
    let other = begin(&bed).await.unwrap();
    assert!(other.before > begun.before, "what is older than three days was not gone through");
    end(&bed, other).await;
    assert_eq!(begin(&bed).await, None);
}

async fn what_waits_for_messages_that_never_came_goes_as_a_rule_begins(bed: Bed) {
    let (it, mia) = place(&bed).await;
    bed.clock.advance_s(10 * DAY_S);
    let (account, now) = (it.account, bed.seams.now());
    let old = now.plus_s(-8 * DAY_S).0;
    bed.execute(&format!(
        "delete from messages;
         insert into waiting_events (id, account_id, mid_key, kind, payload, at, created_at)
         values ('w', '{account}', 'k', 'edit', '{{}}', {old}, 0),
             ('x', '{account}', 'l', 'edit', '{{}}', {now}, 0)",
        now = now.0
    ))
    .await;
    choose(&bed, mia, it.account, None, Some(7)).await;
    end(&bed, begin(&bed).await.unwrap()).await;
    assert_eq!(bed.value("select cast(count(*) as text) from waiting_events").await.as_deref(), Some("2"), "no files");
    choose(&bed, mia, it.account, Some(7), None).await;
    assert!(begin(&bed).await.unwrap().has_gone);
    assert_eq!(bed.value("select id from waiting_events").await.as_deref(), Some("x"));
}

async fn what_failed_and_what_is_unread_is_counted_of_what_is_left(bed: Bed) {
    let (it, mia) = place(&bed).await;
    let [failed, doubted, fresh]: [MessageId; 3] = std::array::from_fn(|_| bed.seams.new_id());
    let (conversation, at) = (it.conversation, bed.seams.now().0);
    bed.clock.advance_s(10 * DAY_S);
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at)
         values ('{failed}', '{conversation}', {at}, 'out', 'text', 'failed', 'agent', 0, 0),
             ('{doubted}', '{conversation}', {at}, 'out', 'text', 'unconfirmed', 'agent', 0, 0),
             ('{fresh}', '{conversation}', {now}, 'in', 'text', 'received', 'contact', 0, 0);
         update conversations set n_failed = 2, unread = 2 where id = '{conversation}'",
        now = bed.seams.now().0
    ))
    .await;
    choose(&bed, mia, it.account, Some(7), None).await;
    let begun = begin(&bed).await.unwrap();
    let counts = async || {
        let query = "select cast(n_failed as text) || ' ' || cast(unread as text) from conversations";
        bed.value(query).await.unwrap()
    };
    // Each unit leaves what is right.
    while bed.store.purge_old(begun, it.conversation, 1, bed.seams.now()).await.unwrap() {
        let left =
            "select cast((select count(*) from messages where state in ('failed', 'unconfirmed')) as text) || ' '
             || cast((select count(*) from messages where direction = 'in') as text)";
        assert_eq!(Some(counts().await), bed.value(left).await);
    }
    assert_eq!(counts().await, "0 1");
    let line = "select client_id from messages where kind = 'event'";
    let line = bed.value(line).await.unwrap();
    let queued = bed.store.find_queued(it.conversation, line).await.unwrap();
    assert!(queued.is_empty(), "it is nothing that anybody sent");
}

async fn a_dry_run_counts_what_would_go(bed: Bed) {
    let (it, _) = place(&bed).await;
    let at = bed.seams.now();
    bed.execute(&format!(
        "insert into media (id, account_id, store_key, content_type, size, created_at)
         values ('m', '{account}', 'k', 'text/plain', 12, 0), ('n', '{account}', 'l', 'text/plain', 30, 0);
         insert into attachments (message_id, position, kind, state, media_id)
         values ('{message}', 0, 'file', 'stored', 'm'), ('{message}', 1, 'file', 'stored', 'n');
         insert into saved_replies (id, shortcut, title, text, detail, created_at, updated_at)
         values ('r', 'own', 'Own', 'own', '{{\"files\":[\"n\"]}}', 0, 0)",
        account = it.account,
        message = it.message
    ))
    .await;
    bed.clock.advance_s(10 * DAY_S);
    let count = |messages_days, media_days| {
        bed.store.count_would_go(it.account, Kept { messages_days, media_days }, bed.seams.now())
    };
    let whole = WouldGo { n_messages: 1, n_files: 1, bytes: 12, oldest: Some(at) };
    assert_eq!(count(Some(7), None).await.unwrap(), whole);
    assert_eq!(count(None, Some(7)).await.unwrap(), WouldGo { n_messages: 0, ..whole });
    assert_eq!(count(Some(30), Some(7)).await.unwrap(), WouldGo { n_messages: 0, ..whole });
    assert_eq!(count(Some(11), None).await.unwrap(), WouldGo::default());
    assert_eq!(count(None, None).await.unwrap(), WouldGo::default());
    bed.execute(&format!(
        "update messages set state = 'queued', direction = 'out', author_kind = 'agent' where id = '{}'",
        it.message
    ))
    .await;
    assert_eq!(count(Some(7), None).await.unwrap().n_messages, 0, "it has yet to leave");
}

/// What another process does is of one database alone: on SQLite there is none.
#[tokio::test(flavor = "multi_thread")]
async fn one_process_at_a_time_makes_postgres_forget() {
    let bed = Bed::postgres().await;
    let mut other = sqlx::PgConnection::connect(&bed.url).await.unwrap();
    // The lock of whoever is at it: "SWFORGE".
    let lock = 0x5357_464f_5247_4500_i64;
    sqlx::query("select pg_advisory_lock($1)").bind(lock).execute(&mut other).await.unwrap();
    assert!(!bed.store.forget_deleted().await.unwrap());
    sqlx::query("select pg_advisory_unlock($1)").bind(lock).execute(&mut other).await.unwrap();
    for _ in 0..2 {
        assert!(bed.store.forget_deleted().await.unwrap(), "it gives the lock back");
    }
}

/// Whatever shows a file keeps it, for the one who asks and for the one who deletes.
async fn a_dry_run_counts_the_files_that_go(bed: Bed) {
    let (it, mia) = place(&bed).await;
    let other = rows::thread(&bed.url, &bed.seams).await;
    let queued: MessageId = bed.seams.new_id();
    let files = ["goes", "shared", "drafted", "face", "saved", "queued", "fresh"];
    let fresh: MessageId = bed.seams.new_id();
    let (account, conversation, now) = (it.account, it.conversation, bed.seams.now().0);
    let mut sql = format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at)
         values ('{queued}', '{conversation}', {now}, 'out', 'media', 'queued', 'agent', 0, 0),
             ('{fresh}', '{conversation}', {later}, 'in', 'media', 'received', 'contact', 0, 0);",
        later = now + 9 * DAY_S * 1000
    );
    let mut attach = |message: MessageId, position: usize, file: &str| {
        let _ = write!(
            sql,
            "insert into attachments (message_id, position, kind, state, media_id)
             values ('{message}', {position}, 'file', 'stored', 'f-{file}');"
        );
    };
    for (position, file) in files.iter().enumerate() {
        attach(it.message, position, file);
    }
    attach(other.message, 0, "shared");
    attach(queued, 0, "queued");
    attach(fresh, 0, "fresh");
    let rows: Vec<String> = files
        .iter()
        .map(|file| {
            format!(
                "insert into media (id, account_id, store_key, content_type, size, created_at)
                 values ('f-{file}', '{account}', '{file}', 'text/plain', 12, 0);"
            )
        })
        .collect();
    let shown = format!(
        "insert into drafts (conversation_id, person_id, detail, updated_at)
         values ('{}', '{mia}', '{{\"files\":[\"f-drafted\"]}}', 0);
         update people set picture_id = 'f-face' where id = '{mia}';
         insert into saved_replies (id, shortcut, title, text, detail, created_at, updated_at)
         values ('r', 'own', 'Own', 'own', '{{\"files\":[\"f-saved\"]}}', 0, 0)",
        other.conversation
    );
    bed.execute(&format!("{}{sql}{shown}", rows.concat())).await;
    bed.clock.advance_s(10 * DAY_S);
    for (messages_days, media_days) in [(None, Some(7)), (Some(7), None)] {
        let kept = Kept { messages_days, media_days };
        let would = bed.store.count_would_go(it.account, kept, bed.seams.now()).await.unwrap();
        assert_eq!((would.n_files, would.bytes), (1, 12), "{kept:?}");
    }
    choose(&bed, mia, it.account, Some(7), None).await;
    let begun = begin(&bed).await.unwrap();
    while bed.store.purge_old(begun, it.conversation, 10, bed.seams.now()).await.unwrap() {}
    let marked = "select id from media where deleted_at is not null";
    assert_eq!(rows::lines(&bed.url, marked).await, ["f-goes"]);
    assert_eq!(bed.store.list_retention(it.account).await.unwrap()[0].n_files, 1);
}
