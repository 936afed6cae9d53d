//! Reading back what was said before: whose turn it is, how far it is, and what is not read.

use crate::bed::Bed;
use crate::rows;
use model::audit::Action;
use model::ids::{AccountId, ContactId, ConversationId, DeletionId};
use model::meta::event::{Event, Recalled, What};
use model::meta::recalled;
use model::people::Refusal;
use model::person::Role;
use model::platform::Platform;
use model::time::{DAY_S, Timestamp};
use serde_json::json;
use server::store::audit::Subject;
use server::store::deletions::NewDeletion;
use server::store::history::{
    BackfillState, HistoryClaim, Kept, ListedPage, Listing, NewBackfill, NewThread, PutOff, RecalledPage, Thread, ToDo,
    Turn, Why,
};
use server::store::intake::Applier;

crate::on_both!(
    one_call_at_a_time_for_each_account_at_its_pace,
    whoever_asks_again_makes_it_go_on,
    a_gap_goes_before_what_is_old_and_one_conversation_before_both,
    a_limit_holds_the_whole_account,
    what_was_stopped_stays_so,
    only_who_runs_the_inbox_asks_for_all,
    a_failure_says_why_and_can_be_asked_for_again,
    whoever_was_deleted_is_not_read_back,
    nothing_is_read_back_of_whom_is_being_deleted,
    what_is_older_than_it_is_kept_is_not_read_back,
    a_paused_account_is_read_and_a_disconnected_one_is_not,
);

const PACE_MS: i64 = 1000;

async fn account(bed: &Bed, external_id: &str) -> AccountId {
    bed.store.add_account(bed.account(Platform::Instagram, external_id, "sealed")).await.unwrap();
    AccountId::of(Platform::Instagram, external_id)
}

fn new(bed: &Bed, account: AccountId, why: Why) -> NewBackfill {
    NewBackfill { id: bed.seams.new_id(), account, of: None, why, since: None, now: bed.seams.now() }
}

async fn claim(bed: &Bed) -> Vec<Turn> {
    let now = bed.seams.now();
    let claim = HistoryClaim { now, until: now.plus_s(20), pace_ms: PACE_MS, limit: 8 };
    bed.store.claim_history(claim).await.unwrap()
}

/// The one turn that there is.
async fn turn(bed: &Bed) -> Turn {
    let mut turns = claim(bed).await;
    assert_eq!(turns.len(), 1, "{turns:?}");
    turns.remove(0)
}

async fn list(bed: &Bed, turn: &Turn, people: &[&str]) {
    let thread = |person: &&str| NewThread {
        platform_id: format!("t_{person}"),
        person: (*person).to_owned(),
        called: None,
        updated_at: bed.seams.now(),
    };
    let is = Listing { is_done: true, ..turn.listing.clone() };
    let (was, threads) = (turn.listing.clone(), people.iter().map(thread).collect());
    bed.store.save_listed(ListedPage { id: turn.id, was, is, threads, now: bed.seams.now() }).await.unwrap();
    bed.clock.advance_s(1);
}

fn said(account: &str, person: &str, mid: &str, at: Timestamp) -> Event {
    let node = json!({"id": mid, "from": {"id": person}, "message": format!("words of {mid}")});
    let told = recalled::read(account, &node).unwrap();
    let what = Recalled { said: told.said, reaction: None, called: Some(format!("@{person}")), is_news: false };
    let (account, contact) = (account.to_owned(), Some(person.to_owned()));
    Event { platform: Platform::Instagram, account, contact, at, standby: false, what: What::Recalled(Box::new(what)) }
}

async fn keep(bed: &Bed, turn: &Turn, events: Vec<Event>) -> Kept {
    let ToDo::Read(thread) = &turn.todo else { panic!("{turn:?}") };
    keep_of(bed, turn, thread.clone(), events).await
}

async fn keep_of(bed: &Bed, turn: &Turn, thread: Thread, events: Vec<Event>) -> Kept {
    let page = RecalledPage {
        id: turn.id,
        platform: turn.platform,
        account_external_id: turn.account_external_id.clone(),
        thread,
        next: None,
        events,
        n_unavailable: 0,
    };
    let by = Applier { group: 0, our_app_id: None, now: bed.seams.now(), salt: 3 };
    let kept = bed.store.save_recalled(page, by).await.unwrap();
    bed.clock.advance_s(1);
    kept
}

async fn one_call_at_a_time_for_each_account_at_its_pace(bed: Bed) {
    let (one, other) = (account(&bed, "1").await, account(&bed, "2").await);
    for it in [one, other] {
        bed.store.ask_history(new(&bed, it, Why::Connected)).await.unwrap();
    }
    let turns = claim(&bed).await;
    assert_eq!(turns.len(), 2, "each account has its own pace");
    assert!(claim(&bed).await.is_empty(), "and both are leased");
    for turn in &turns {
        assert_eq!(turn.todo, ToDo::List);
        bed.store
            .save_listed(ListedPage {
                id: turn.id,
                was: Listing::default(),
                is: Listing { is_done: true, ..Listing::default() },
                threads: vec![NewThread {
                    platform_id: "t".to_owned(),
                    person: "501".to_owned(),
                    called: None,
                    updated_at: bed.seams.now(),
                }],
                now: bed.seams.now(),
            })
            .await
            .unwrap();
    }
    assert!(claim(&bed).await.is_empty(), "not within the second");
    assert_eq!(bed.store.next_history().await.unwrap(), Some(Timestamp(bed.seams.now().0 + PACE_MS)));
    bed.clock.advance_s(1);
    assert_eq!(claim(&bed).await.len(), 2);
    bed.clock.advance_s(5);
    assert!(claim(&bed).await.is_empty(), "whoever has it may still be asking");
    bed.store.free_history().await.unwrap();
    assert_eq!(claim(&bed).await.len(), 2, "nobody else serves this database");
    bed.clock.advance_s(20);
    assert_eq!(claim(&bed).await.len(), 2, "whoever had it is gone");
}

async fn whoever_asks_again_makes_it_go_on(bed: Bed) {
    let it = account(&bed, "1").await;
    let now = bed.seams.now();
    let gap = |since: Timestamp| NewBackfill { since: Some(since), ..new(&bed, it, Why::Gap) };
    bed.store.ask_history(gap(now.plus_s(-3600))).await.unwrap();
    let first = turn(&bed).await;
    list(&bed, &first, &["501"]).await;
    let put_off = PutOff {
        until: now.plus_s(9999),
        why: Some("unreachable"),
        tries: 4,
        listing: None,
        holds_account: false,
        now,
    };
    bed.store.put_off_history(&first, put_off).await.unwrap();
    assert!(claim(&bed).await.is_empty());
    bed.store.ask_history(gap(now.plus_s(-60))).await.unwrap();
    let again = turn(&bed).await;
    assert_eq!((again.id, again.since, again.tries), (first.id, Some(now.plus_s(-3600)), 4));
    assert!(matches!(again.todo, ToDo::Read(_)), "where it was: {again:?}");
    bed.clock.advance_s(30);
    bed.store.ask_history(gap(now.plus_s(-7200))).await.unwrap();
    let further = turn(&bed).await;
    assert_eq!((further.id, further.since, further.todo), (first.id, Some(now.plus_s(-7200)), ToDo::List));
    assert_eq!(bed.store.list_history(it, 9).await.unwrap().len(), 1);
}

async fn a_gap_goes_before_what_is_old_and_one_conversation_before_both(bed: Bed) {
    let it = account(&bed, "1").await;
    let contact = bed.contact(it, "501").await;
    let conversation = ConversationId::of(contact);
    bed.execute(&format!(
        "insert into conversations (id, account_id, contact_id, last_activity_at, created_at, updated_at)
         values ('{conversation}', '{it}', '{contact}', 0, 0, 0)"
    ))
    .await;
    bed.store.ask_history(new(&bed, it, Why::Connected)).await.unwrap();
    bed.store.ask_history(NewBackfill { since: Some(Timestamp(5)), ..new(&bed, it, Why::Gap) }).await.unwrap();
    let of = Some((contact, conversation));
    bed.store.ask_history(NewBackfill { of, ..new(&bed, it, Why::Requested) }).await.unwrap();
    let first = turn(&bed).await;
    assert_eq!(first.todo, ToDo::Find { person: "501".to_owned() });
    list(&bed, &first, &["501"]).await;
    let second = turn(&bed).await;
    assert_eq!(second.id, first.id);
    keep(&bed, &second, vec![said("1", "501", "a", Timestamp(1000))]).await;
    assert_eq!(turn(&bed).await.why, Why::Gap);
    let told = bed.store.find_history_of(contact).await.unwrap().unwrap();
    assert_eq!((told.state, told.n_messages), (BackfillState::Done, 1));
    assert_eq!(bed.store.list_history(it, 9).await.unwrap().len(), 2, "of the whole account");
}

async fn a_limit_holds_the_whole_account(bed: Bed) {
    let it = account(&bed, "1").await;
    bed.store.ask_history(new(&bed, it, Why::Connected)).await.unwrap();
    bed.store.ask_history(NewBackfill { since: Some(Timestamp(5)), ..new(&bed, it, Why::Gap) }).await.unwrap();
    let limited = turn(&bed).await;
    let until = bed.seams.now().plus_s(600);
    let put_off =
        PutOff { until, why: Some("limited"), tries: 1, listing: None, holds_account: true, now: bed.seams.now() };
    bed.store.put_off_history(&limited, put_off).await.unwrap();
    bed.clock.advance_s(599);
    assert!(claim(&bed).await.is_empty());
    let told = bed.store.list_history(it, 9).await.unwrap();
    let waits = told.iter().find(|it| it.id == limited.id).unwrap();
    assert_eq!(
        (waits.state, waits.error.as_deref(), waits.retry_at),
        (BackfillState::Waiting, Some("limited"), Some(until))
    );
    bed.clock.advance_s(1);
    bed.store.save_history_usage(it, 95).await.unwrap();
    let next = turn(&bed).await;
    assert_eq!(next.id, limited.id);
    let at = bed.value("select cast(next_at as text) from account_limits where kind = 'conversations'").await.unwrap();
    assert_eq!(at.parse::<i64>().unwrap() - bed.seams.now().0, PACE_MS * 30, "slower so near a limit");
}

async fn what_was_stopped_stays_so(bed: Bed) {
    let (it, mia) = (account(&bed, "1").await, bed.somebody("Mia", Role::Admin).await);
    bed.store.ask_history(new(&bed, it, Why::Requested)).await.unwrap();
    let going = turn(&bed).await;
    assert_eq!(bed.store.stop_history(bed.deed(mia), it).await.unwrap(), Ok(true));
    assert_eq!(bed.last_action().await, (Action::HistoryStopped, Some(mia), Some(Subject::Account(it))));
    list(&bed, &going, &["501"]).await;
    bed.clock.advance_s(60);
    assert!(claim(&bed).await.is_empty());
    assert_eq!(bed.value("select max(platform_id) from backfill_threads").await, None);
    assert_eq!(bed.store.list_history(it, 1).await.unwrap()[0].state, BackfillState::Stopped);
}

async fn only_who_runs_the_inbox_asks_for_all(bed: Bed) {
    let (it, ines) = (account(&bed, "1").await, bed.somebody("Ines", Role::Agent).await);
    let mia = bed.somebody("Mia", Role::Admin).await;
    let asked = bed.store.ask_history_as(bed.deed(ines), new(&bed, it, Why::Requested)).await.unwrap();
    assert_eq!(asked, Err(Refusal::NotAllowed));
    assert_eq!(bed.store.stop_history(bed.deed(ines), it).await.unwrap(), Err(Refusal::NotAllowed));
    let nowhere = new(&bed, bed.seams.new_id(), Why::Requested);
    assert_eq!(bed.store.ask_history_as(bed.deed(mia), nowhere).await.unwrap(), Ok(false));
    let asked = bed.store.ask_history_as(bed.deed(mia), new(&bed, it, Why::Requested)).await.unwrap();
    assert_eq!(asked, Ok(true));
    assert_eq!(bed.last_action().await, (Action::HistoryAsked, Some(mia), Some(Subject::Account(it))));
    assert_eq!(claim(&bed).await.len(), 1);
}

async fn a_failure_says_why_and_can_be_asked_for_again(bed: Bed) {
    let it = account(&bed, "1").await;
    bed.store.ask_history(new(&bed, it, Why::Requested)).await.unwrap();
    let first = turn(&bed).await;
    bed.store.fail_history(first.id, "Not allowed (10)".to_owned(), bed.seams.now()).await.unwrap();
    let told = bed.store.list_history(it, 1).await.unwrap().remove(0);
    assert_eq!((told.state, told.error.as_deref()), (BackfillState::Failed, Some("Not allowed (10)")));
    bed.store.ask_history(new(&bed, it, Why::Requested)).await.unwrap();
    bed.clock.advance_s(1);
    assert_ne!(turn(&bed).await.id, first.id);
}

async fn delete(bed: &Bed, contact: ContactId) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let id: DeletionId = bed.seams.new_id();
    let new = NewDeletion { id, contact, code: "7K3M-9QWE-2XTR".to_owned() };
    assert!(bed.store.ask_deletion(bed.deed(mia), new).await.unwrap().unwrap().is_some());
    while bed.store.delete_piece(id, 100, bed.seams.now()).await.unwrap() {}
    assert!(bed.store.delete_contact(id, bed.seams.new_id(), bed.seams.now()).await.unwrap());
    bed.store.finish_deletion(id, bed.seams.new_id(), bed.seams.new_id(), bed.seams.now()).await.unwrap();
}

async fn whoever_was_deleted_is_not_read_back(bed: Bed) {
    let it = account(&bed, "1").await;
    bed.store.ask_history(new(&bed, it, Why::Connected)).await.unwrap();
    let listing = turn(&bed).await;
    list(&bed, &listing, &["501"]).await;
    let before = bed.seams.now();
    let reading = turn(&bed).await;
    keep(&bed, &reading, vec![said("1", "501", "a", before)]).await;
    let contact = ContactId::of(it, "501");
    assert_eq!(bed.value("select username from contacts").await.as_deref(), Some("@501"));
    delete(&bed, contact).await;
    assert_eq!(bed.value("select max(id) from contacts").await, None);
    let trace = format!("select max(digest) from forgotten where digest like '%{contact}%' or digest like '%501%'");
    assert_eq!(bed.value(&trace).await, None, "a digest alone is kept of them");

    assert!(claim(&bed).await.is_empty(), "what was read is done");
    bed.store.ask_history(new(&bed, it, Why::Requested)).await.unwrap();
    bed.clock.advance_s(5);
    let listing = turn(&bed).await;
    // They have written since: the conversation is read, and what was before is not.
    list(&bed, &listing, &["501"]).await;
    let after = bed.seams.now();
    let reading = turn(&bed).await;
    let kept = keep(&bed, &reading, vec![said("1", "501", "a", before), said("1", "501", "b", after)]).await;
    assert!(matches!(kept, Kept::Kept { n_new: 1, .. }), "{kept:?}");
    assert_eq!(bed.value("select text from messages").await.as_deref(), Some("words of b"));
}

async fn nothing_is_read_back_of_whom_is_being_deleted(bed: Bed) {
    let it = account(&bed, "1").await;
    bed.store.ask_history(new(&bed, it, Why::Connected)).await.unwrap();
    let listing = turn(&bed).await;
    list(&bed, &listing, &["501", "502"]).await;
    let contact = bed.contact(it, "502").await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let deletion = NewDeletion { id: bed.seams.new_id(), contact, code: "7K3M-9QWE-2XTR".to_owned() };
    bed.store.ask_deletion(bed.deed(mia), deletion).await.unwrap().unwrap();
    let reading = turn(&bed).await;
    let ToDo::Read(thread) = &reading.todo else { panic!("{reading:?}") };
    assert_eq!(thread.person, "501", "nothing more is asked about whom is deleted");
    let theirs = Thread { platform_id: "t_502".to_owned(), person: "502".to_owned(), called: None, place: None };
    let late = bed.seams.now();
    assert_eq!(keep_of(&bed, &reading, theirs, vec![said("1", "502", "a", late)]).await, Kept::NotNow);
    assert_eq!(bed.value("select max(id) from messages").await, None);
}

async fn a_paused_account_is_read_and_a_disconnected_one_is_not(bed: Bed) {
    let it = account(&bed, "1").await;
    bed.store.ask_history(new(&bed, it, Why::Connected)).await.unwrap();
    bed.execute("update accounts set state = 'disconnected'").await;
    assert!(claim(&bed).await.is_empty());
    assert_eq!(bed.store.next_history().await.unwrap(), None, "nothing to wait for");
    bed.execute("update accounts set state = 'paused'").await;
    assert_eq!(claim(&bed).await.len(), 1, "what is said comes in all the same");
}

async fn what_is_older_than_it_is_kept_is_not_read_back(bed: Bed) {
    let it = account(&bed, "1").await;
    bed.execute(&format!(
        "insert into retention_rules (account_id, what, keep_days, updated_at) values ('{it}', 'messages', 7, 0)"
    ))
    .await;
    bed.store.ask_history(new(&bed, it, Why::Requested)).await.unwrap();
    list(&bed, &turn(&bed).await, &["501"]).await;
    let reading = turn(&bed).await;
    let ToDo::Read(thread) = reading.todo.clone() else { panic!("{reading:?}") };
    let now = bed.seams.now();
    let at = |days: i64| now.plus_s(-days * DAY_S);
    let page = RecalledPage {
        id: reading.id,
        platform: reading.platform,
        account_external_id: reading.account_external_id.clone(),
        thread,
        next: Some("older".to_owned()),
        events: vec![said("1", "501", "old", at(8)), said("1", "501", "new", at(6))],
        n_unavailable: 0,
    };
    let by = Applier { group: 0, our_app_id: None, now, salt: 3 };
    let kept = bed.store.save_recalled(page, by).await.unwrap();
    assert!(matches!(kept, Kept::Kept { n_new: 1, .. }), "{kept:?}");
    assert_eq!(rows::lines(&bed.url, "select text from messages").await, ["words of new"]);
    bed.clock.advance_s(1);
    assert!(claim(&bed).await.is_empty(), "the next page is older still");
    let told = bed.store.list_history(it, 9).await.unwrap();
    assert_eq!((told[0].n_messages, told[0].n_known, told[0].n_unavailable), (1, 0, 0));
}
