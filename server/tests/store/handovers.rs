//! Conversations change hands between apps.

use crate::bed::Bed;
use crate::handing::{assign, hand, program};
use crate::rows::{self, Thread};
use model::audit::Action;
use model::content::{MessageKind, ThreadEvent};
use model::desk::Step;
use model::filter::OwnerKind;
use model::ids::MessageId;
use model::person::{PersonId, Role};
use model::time::{DAY_S, HOUR_S};
use server::store::conversations::{HandedOver, NewStep, Standing, To, With};
use server::store::handovers::{Act, Handover, HandoverQueued, HandoverSettled, LostControl, NewHandover, Outcome};

crate::on_both!(
    of_two_people_one_takes_and_the_other_sees_it,
    what_is_taken_is_the_persons_at_once,
    what_is_given_is_the_apps_and_nobody_has_it,
    a_claim_ends_with_its_process_and_a_pause_is_kept,
    what_is_closed_goes_back_unless_it_is_opened_again,
    what_people_owe_an_answer_is_kept_once_for_each_word,
    what_is_lost_is_shown_so_once,
    what_meta_refuses_is_said_in_the_thread,
    how_an_account_is_shared_is_remembered,
);

const BOT: &str = "2468013579246801";

async fn queue(bed: &Bed, of: &Thread, act: Act, person: PersonId) -> HandoverQueued {
    let note = Some("Wants 40 mugs".to_owned());
    let new = NewHandover { conversation: of.conversation, act, person, note, now: bed.seams.now() };
    bed.store.queue_handover(new).await.unwrap()
}

async fn claim(bed: &Bed) -> Vec<Handover> {
    let now = bed.seams.now();
    bed.store.claim_handovers(now, now.plus_s(60), 10).await.unwrap()
}

async fn settle(bed: &Bed, of: &Thread, person: Option<PersonId>, outcome: Outcome) -> bool {
    bed.clock.advance_s(1);
    let settled = HandoverSettled {
        conversation: of.conversation,
        person,
        outcome,
        was_asked: true,
        line: bed.seams.new_id(),
        notification: bed.seams.new_id(),
        audit_id: bed.seams.new_id(),
        now: bed.seams.now(),
    };
    bed.store.settle_handover(settled).await.unwrap()
}

async fn is_anothers(bed: &Bed) {
    bed.execute(&format!("update conversations set owner = 'other', owner_app_id = '{BOT}', assignee_id = null")).await;
}

async fn with(bed: &Bed, of: &Thread) -> With {
    let Standing { with, .. } = bed.store.find_standing(of.conversation).await.unwrap().unwrap();
    with
}

async fn step(bed: &Bed, of: &Thread, by: PersonId, step: Step) {
    bed.clock.advance_s(1);
    let (line, notification, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    let by = by.into();
    bed.store.take_step(NewStep { conversation: of.conversation, step, by, line, notification, now }).await.unwrap();
}

async fn newest_event(bed: &Bed, of: &Thread) -> Option<ThreadEvent> {
    let before = (bed.seams.now().plus_s(9), MessageId::from_bits(0));
    let (lines, _) = bed.store.lines_before(of.conversation, before, 50).await.unwrap();
    lines.into_iter().rev().find_map(|it| it.detail.event)
}

async fn of_two_people_one_takes_and_the_other_sees_it(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let (mia, noah) = (bed.somebody("Mia", Role::Admin).await, bed.somebody("Noah", Role::Agent).await);
    assert_eq!(queue(&bed, &it, Act::Take, mia).await, HandoverQueued::Was { assignee: None }, "it is people's");
    is_anothers(&bed).await;
    let (one, two) = tokio::join!(queue(&bed, &it, Act::Take, mia), queue(&bed, &it, Act::Take, noah));
    let is_queued = [&one, &two].map(|it| *it == HandoverQueued::Yes);
    assert!(is_queued[0] != is_queued[1], "{one:?} {two:?}");
    let (taker, name) = if is_queued[0] { (mia, "Mia") } else { (noah, "Noah") };
    let other = if is_queued[0] { two } else { one };
    assert_eq!(other, HandoverQueued::UnderWay { by: Some(name.to_owned()) });
    let claimed = claim(&bed).await;
    assert_eq!((claimed.len(), claimed[0].person, claimed[0].act), (1, Some(taker), Act::Take));
    assert!(settle(&bed, &it, Some(taker), Outcome::Taken).await);
    assert_eq!(queue(&bed, &it, Act::Take, noah).await, HandoverQueued::Was { assignee: Some(name.to_owned()) });
    let nowhere = Thread { conversation: bed.seams.new_id(), ..it };
    assert_eq!(queue(&bed, &nowhere, Act::Take, mia).await, HandoverQueued::NoSuchConversation);
}

async fn what_is_taken_is_the_persons_at_once(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    is_anothers(&bed).await;
    queue(&bed, &it, Act::Take, mia).await;
    let claimed = claim(&bed).await;
    assert_eq!((claimed[0].attempts, claimed[0].owner), (0, OwnerKind::Other));
    assert!(settle(&bed, &it, Some(mia), Outcome::Taken).await);
    assert!(!settle(&bed, &it, Some(mia), Outcome::Taken).await, "somebody was quicker");
    assert_eq!(with(&bed, &it).await, With::People(Some(mia)));
    assert!(!bed.store.has_handover(it.conversation).await.unwrap());
    assert!(matches!(newest_event(&bed, &it).await, Some(ThreadEvent::Assigned { to: Some(to) }) if to.id == mia));
    assert_eq!(bed.last_action().await.0, Action::Assigned);
}

async fn what_is_given_is_the_apps_and_nobody_has_it(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    bed.execute(&format!("update accounts set bot_app_id = '{BOT}'")).await;
    assign(&bed, &it, mia.into(), Some(mia)).await;
    assert_eq!(queue(&bed, &it, Act::Give, mia).await, HandoverQueued::Yes);
    let claimed = claim(&bed).await.remove(0);
    assert_eq!((claimed.bots.app.as_deref(), claimed.note.as_deref()), (Some(BOT), Some("Wants 40 mugs")));
    let given = Outcome::Given { app: claimed.bots.app, note: claimed.note };
    assert!(settle(&bed, &it, Some(mia), given).await);
    assert_eq!(with(&bed, &it).await, With::App(BOT.to_owned()));
    assert_eq!(bed.value("select last_assignee_id from conversations").await, Some(mia.to_string()));
    let expected = ThreadEvent::HandedOver { to: Some("the bot".to_owned()), note: Some("Wants 40 mugs".to_owned()) };
    assert_eq!(newest_event(&bed, &it).await, Some(expected));
    assert_eq!(bed.last_action().await.0, Action::HandedOver);
    assert_eq!(queue(&bed, &it, Act::Give, mia).await, HandoverQueued::Was { assignee: None });
}

async fn a_claim_ends_with_its_process_and_a_pause_is_kept(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    is_anothers(&bed).await;
    queue(&bed, &it, Act::Take, mia).await;
    assert_eq!(bed.store.find_next_handover().await.unwrap(), Some(bed.seams.now()));
    assert_eq!(claim(&bed).await.len(), 1);
    assert_eq!(claim(&bed).await, [], "somebody has it");
    assert_eq!(bed.store.find_next_handover().await.unwrap(), Some(bed.seams.now().plus_s(60)));
    bed.clock.advance_s(60);
    assert_eq!(claim(&bed).await[0].attempts, 1, "its process is gone");
    bed.store.free_handovers().await.unwrap();
    assert_eq!(claim(&bed).await[0].attempts, 2, "or the whole program was");
    bed.store.postpone_handover(it.conversation, bed.seams.now().plus_s(5)).await.unwrap();
    assert_eq!(claim(&bed).await, []);
    bed.clock.advance_s(5);
    assert_eq!(claim(&bed).await.len(), 1);
}

async fn what_is_closed_goes_back_unless_it_is_opened_again(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    step(&bed, &it, mia, Step::Close).await;
    bed.clock.advance_s(30);
    assert_eq!(claim(&bed).await, [], "nobody wants it so");
    step(&bed, &it, mia, Step::Reopen).await;
    bed.execute("update accounts set hand_back_on_close = true").await;
    step(&bed, &it, mia, Step::Close).await;
    bed.clock.advance_s(30);
    assert_eq!(claim(&bed).await, [], "there is no bot");
    step(&bed, &it, mia, Step::Reopen).await;
    bed.execute(&format!("update accounts set bot_app_id = '{BOT}'")).await;
    step(&bed, &it, mia, Step::Close).await;
    assert_eq!(claim(&bed).await, [], "it can be undone");
    step(&bed, &it, mia, Step::Reopen).await;
    bed.clock.advance_s(30);
    assert_eq!(claim(&bed).await, [], "and it was");
    step(&bed, &it, mia, Step::Close).await;
    bed.clock.advance_s(10);
    let claimed = claim(&bed).await.remove(0);
    assert_eq!((claimed.act, claimed.person, claimed.is_closed), (Act::Back, Some(mia), true));
}

async fn what_people_owe_an_answer_is_kept_once_for_each_word(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let now = bed.seams.now();
    let wrote = |ago_s: i64| {
        let at = now.plus_s(-ago_s).0;
        format!("update conversations set waiting_since = {at}, last_customer_action_at = {at}")
    };
    let keep = || async { bed.store.queue_keeping(now, 2 * HOUR_S, 100).await.unwrap() };
    bed.execute(&wrote(23 * HOUR_S)).await;
    assert_eq!(keep().await, 0, "every app may answer");
    bed.execute("update accounts set routing = 'on'").await;
    bed.execute(
        "delete from account_tokens;
         insert into account_tokens (account_id, login, token, issued_at, updated_at)
             select id, 'page', 'sealed', 0, 0 from accounts",
    )
    .await;
    for (ago_s, n) in [(20 * HOUR_S, 0), (25 * HOUR_S, 0), (23 * HOUR_S, 1)] {
        bed.execute(&wrote(ago_s)).await;
        assert_eq!(keep().await, n, "{ago_s}");
    }
    assert_eq!(keep().await, 0, "it is queued");
    assert_eq!(claim(&bed).await[0].act, Act::Keep);
    let until = now.plus_s(7 * DAY_S);
    assert!(settle(&bed, &it, None, Outcome::Kept { until }).await);
    assert_eq!(bed.value("select cast(control_until as text) from conversations").await, Some(until.0.to_string()));
    assert_eq!(keep().await, 0, "for this word it was");
    bed.execute("update conversations set control_until = null, waiting_since = null").await;
    assert_eq!(keep().await, 0, "nobody waits");
}

async fn what_is_lost_is_shown_so_once(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    assign(&bed, &it, mia.into(), Some(mia)).await;
    let lose = |app: Option<&str>| {
        let lost = LostControl { conversation: it.conversation, app: app.map(str::to_owned), now: bed.seams.now() };
        let store = bed.store.clone();
        async move { store.lose_control(lost).await.unwrap() }
    };
    let n_changes = || async {
        let n = bed.value("select cast(count(*) as text) from changes").await;
        n.unwrap().parse::<i64>().unwrap()
    };
    let before = n_changes().await;
    assert!(lose(Some("263902037430900")).await);
    assert_eq!(with(&bed, &it).await, With::App("263902037430900".to_owned()));
    assert!(!lose(None).await);
    assert_eq!(n_changes().await, before + 1);
    let kiln = program(&bed, "Orders", Some("Kiln")).await;
    assert_eq!(hand(&bed, &it, kiln, To::Bot, None).await, HandedOver::OwnedElsewhere);
}

async fn what_meta_refuses_is_said_in_the_thread(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    for (outcome, words) in [
        (Outcome::Asked, "Asked the bot for this conversation. It comes when whoever has it agrees."),
        (Outcome::Refused { words: "could not take this over: no".to_owned() }, "could not take this over: no"),
    ] {
        is_anothers(&bed).await;
        queue(&bed, &it, Act::Take, mia).await;
        claim(&bed).await;
        bed.clock.advance_s(1);
        assert!(settle(&bed, &it, Some(mia), outcome).await);
        let before = (bed.seams.now().plus_s(9), MessageId::from_bits(0));
        let (lines, _) = bed.store.lines_before(it.conversation, before, 50).await.unwrap();
        let said = lines.last().map(|it| (it.kind, it.text.clone(), it.author_name.clone()));
        assert_eq!(said, Some((MessageKind::Note, Some(words.to_owned()), Some("Mia".to_owned()))));
        assert_eq!(with(&bed, &it).await, With::App(BOT.to_owned()), "it is theirs still");
    }
}

async fn how_an_account_is_shared_is_remembered(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    let bots = || async { bed.store.find_bots_of(it.conversation).await.unwrap().unwrap() };
    assert!(!bots().await.is_routed);
    bed.store.set_routing(bots().await.account, true, bed.seams.now()).await.unwrap();
    assert!(bots().await.is_routed);
    bed.store.set_routing(bots().await.account, false, bed.seams.now()).await.unwrap();
    assert!(!bots().await.is_routed);
    assert_eq!(bed.store.find_bots_of(bed.seams.new_id()).await.unwrap(), None);
}
