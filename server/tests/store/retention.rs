use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::audit::Action;
use model::ids::AccountId;
use model::person::{PersonId, Role};
use model::retention::{Kept, What, WouldGo};
use model::teams::TeamRefusal;
use model::time::DAY_S;
use server::store::retention::ToPurge;
use server::store::teams::RunChange;

crate::on_both!(
    a_rule_is_set_changed_and_taken_away,
    only_whoever_runs_the_inbox_sets_a_rule,
    a_rule_is_due_once_a_day_and_what_was_begun_goes_first,
    a_rule_that_is_taken_away_ends_at_once,
    a_dry_run_counts_what_would_go,
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
    let now = bed.seams.now();
    bed.store.begin_retention(now.plus_s(-DAY_S), now).await.unwrap()
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
