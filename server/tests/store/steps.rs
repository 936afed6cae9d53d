//! Where people put a conversation, and what they can undo.

use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::desk::{Colleague, Step};
use model::ids::MessageId;
use model::live::Event;
use model::person::{PersonId, Role};
use model::priority::Priority;
use model::thread::ConversationState;
use server::store::conversations::{NewStep, Standing, State, StepTaken, With};
use server::store::people::NewPerson;
use server::store::sight::Sight;

crate::on_both!(
    each_step_leaves_a_line_and_can_be_undone,
    how_much_it_presses_is_shown_told_and_changes_nothing_else,
    what_stands_so_already_is_not_done_again,
    an_undone_step_leaves_no_trail,
    only_ones_own_last_step_is_undone_without_a_trail,
    a_line_changes_nothing_that_the_list_shows,
    only_who_may_see_it_is_given_a_conversation,
    what_another_app_answers_is_given_to_nobody,
    who_is_given_a_conversation_hears_of_it,
    who_closes_ends_an_episode_and_who_reopens_begins_one,
    what_was_snoozed_wakes_in_its_time_and_once,
    who_may_see_a_conversation_can_be_given_it,
);

async fn person(bed: &Bed, name: &str, role: Role) -> PersonId {
    let person = NewPerson { role, ..bed.person(&format!("{name}@luna.example"), name) };
    bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    person.id
}

async fn given(bed: &Bed) -> (Thread, PersonId, PersonId) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    (thread, person(bed, "Mia", Role::Admin).await, person(bed, "Ines", Role::Agent).await)
}

/// A second later.
async fn step(bed: &Bed, of: &Thread, by: PersonId, step: Step) -> (StepTaken, MessageId) {
    bed.clock.advance_s(1);
    let line = bed.seams.new_id();
    let (conversation, notification, now) = (of.conversation, bed.seams.new_id(), bed.seams.now());
    let new = NewStep { conversation, step, by: by.into(), line, notification, now };
    (bed.store.take_step(new).await.unwrap(), line)
}

async fn undo(bed: &Bed, of: &Thread, by: PersonId, taken: Step) -> Step {
    match step(bed, of, by, taken).await.0 {
        StepTaken::Done { undo } => undo,
        other => panic!("{other:?}"),
    }
}

async fn standing(bed: &Bed, of: &Thread) -> Standing {
    bed.store.find_standing(of.conversation).await.unwrap().unwrap()
}

/// What happened, oldest first.
async fn trail(bed: &Bed, of: &Thread) -> Vec<String> {
    let (lines, _) =
        bed.store.lines_before(of.conversation, (bed.seams.now().plus_s(9), of.message), 50).await.unwrap();
    let said = lines.iter().filter_map(|it| it.detail.event.as_ref().map(|event| (it, event)));
    said.map(|(it, event)| format!("{} {event:?}", it.author_name.as_deref().unwrap_or("nobody"))).collect()
}

async fn each_step_leaves_a_line_and_can_be_undone(bed: Bed) {
    let (thread, mia, _) = given(&bed).await;
    let until = bed.seams.now().plus_s(86_400);
    let was = [
        (Step::Assign { to: Some(mia) }, Step::Assign { to: None }),
        (Step::Snooze { until }, Step::Reopen),
        (Step::Close, Step::Snooze { until }),
        (Step::Assign { to: None }, Step::Assign { to: Some(mia) }),
        (Step::Reopen, Step::Close),
        (Step::Close, Step::Reopen),
        (Step::Snooze { until }, Step::Close),
    ];
    for (taken, undone_by) in was {
        assert_eq!(undo(&bed, &thread, mia, taken.clone()).await, undone_by, "{taken:?}");
        bed.clock.advance_s(100);
    }
    assert_eq!(standing(&bed, &thread).await, Standing { state: State::SnoozedUntil(until), with: With::People(None) });
    let trail = trail(&bed, &thread).await;
    assert_eq!(trail.len(), 7, "{trail:#?}");
    assert!(trail[0].starts_with("Mia Assigned { to: Some(NamedPerson"), "{trail:#?}");
    assert_eq!([&*trail[2], &trail[3], &trail[4]], ["Mia Closed", "Mia Assigned { to: None }", "Mia Reopened"]);
    let last = bed.value("select last_assignee_id from conversations").await;
    assert_eq!(last, Some(mia.to_string()), "for when the customer comes back");
}

async fn how_much_it_presses_is_shown_told_and_changes_nothing_else(bed: Bed) {
    let (thread, mia, ines) = given(&bed).await;
    undo(&bed, &thread, mia, Step::Assign { to: Some(ines) }).await;
    let (until, before) = (bed.seams.now().plus_s(86_400), standing(&bed, &thread).await);
    let to = |to| Step::Prioritise { to };
    let row =
        || async { bed.store.find_conversation(thread.conversation, &Sight::EveryAccount).await.unwrap().unwrap() };
    assert_eq!(row().await.priority, Priority::Normal);
    assert_eq!(step(&bed, &thread, mia, to(Priority::Normal)).await.0, StepTaken::Was);
    assert_eq!(undo(&bed, &thread, mia, to(Priority::High)).await, to(Priority::Normal));
    assert_eq!((row().await.priority, standing(&bed, &thread).await), (Priority::High, before));
    undo(&bed, &thread, ines, Step::Snooze { until }).await;
    assert_eq!(undo(&bed, &thread, mia, to(Priority::Urgent)).await, to(Priority::High));
    let now = row().await;
    assert_eq!(
        (now.priority, now.state, now.snoozed_until),
        (Priority::Urgent, ConversationState::Snoozed, Some(until))
    );
    assert_eq!(now.assignee.map(|it| it.id), Some(ines));
    let trail = trail(&bed, &thread).await;
    assert_eq!(
        [&*trail[1], &trail[3]],
        ["Mia Prioritised { to: High }", "Mia Prioritised { to: Urgent }"],
        "{trail:#?}"
    );
    bed.store.number_changes().await.unwrap();
    let told: Vec<Event> = bed.store.changes_after(0, 100).await.unwrap().iter().map(|it| it.event).collect();
    assert!(told.contains(&Event::Conversation { conversation_id: thread.conversation, revision: now.revision }));
}

async fn what_stands_so_already_is_not_done_again(bed: Bed) {
    let (thread, mia, _) = given(&bed).await;
    undo(&bed, &thread, mia, Step::Assign { to: Some(mia) }).await;
    bed.clock.advance_s(100);
    let n_changes = "select cast(count(*) as text) from changes";
    let before = bed.value(n_changes).await;
    for taken in [Step::Assign { to: Some(mia) }, Step::Reopen] {
        assert_eq!(step(&bed, &thread, mia, taken).await.0, StepTaken::Was);
    }
    assert_eq!((trail(&bed, &thread).await.len(), bed.value(n_changes).await), (1, before));
    let nowhere = Thread { conversation: bed.seams.new_id(), ..thread };
    assert_eq!(step(&bed, &nowhere, mia, Step::Close).await.0, StepTaken::NoSuchConversation);
}

async fn an_undone_step_leaves_no_trail(bed: Bed) {
    let (thread, mia, ines) = given(&bed).await;
    let until = bed.seams.now().plus_s(86_400);
    let before = standing(&bed, &thread).await;
    let presses = Step::Prioritise { to: Priority::Urgent };
    for taken in [Step::Close, Step::Snooze { until }, presses, Step::Assign { to: Some(ines) }] {
        let back = undo(&bed, &thread, mia, taken.clone()).await;
        assert_eq!(undo(&bed, &thread, mia, back).await, taken, "and it can be done again");
        assert_eq!((trail(&bed, &thread).await, standing(&bed, &thread).await), (Vec::new(), before.clone()));
    }
    let open = "select cast(count(*) as text) from episodes where closed_at is null";
    assert_eq!(bed.value(open).await.as_deref(), Some("1"));
    let told = "select cast(count(*) as text) from notifications";
    assert_eq!(bed.value(told).await.as_deref(), Some("0"), "Ines is not told of what was taken back");
}

async fn only_ones_own_last_step_is_undone_without_a_trail(bed: Bed) {
    let (thread, mia, ines) = given(&bed).await;
    undo(&bed, &thread, mia, Step::Close).await;
    undo(&bed, &thread, ines, Step::Reopen).await;
    assert_eq!(trail(&bed, &thread).await, ["Mia Closed", "Ines Reopened"], "somebody else did");
    undo(&bed, &thread, mia, Step::Close).await;
    bed.clock.advance_s(60);
    undo(&bed, &thread, mia, Step::Reopen).await;
    assert_eq!(trail(&bed, &thread).await.len(), 4, "that was too long ago");
}

async fn a_line_changes_nothing_that_the_list_shows(bed: Bed) {
    let (thread, mia, _) = given(&bed).await;
    let row =
        || async { bed.store.find_conversation(thread.conversation, &Sight::EveryAccount).await.unwrap().unwrap() };
    let before = row().await;
    let (_, line) = step(&bed, &thread, mia, Step::Close).await;
    let after = row().await;
    assert_eq!(after.state, ConversationState::Closed);
    assert_eq!((after.preview, after.last_activity_at), (before.preview, before.last_activity_at));
    assert_eq!((after.unread, after.waiting_since), (before.unread, before.waiting_since));
    assert!(after.revision > before.revision);
    bed.store.number_changes().await.unwrap();
    let told: Vec<Event> = bed.store.changes_after(0, 10).await.unwrap().iter().map(|it| it.event).collect();
    let (conversation_id, revision) = (thread.conversation, after.revision);
    assert!(told.contains(&Event::Conversation { conversation_id, revision }), "{told:?}");
    assert!(told.contains(&Event::Message { conversation_id, message_id: line, revision }), "{told:?}");
}

async fn only_who_may_see_it_is_given_a_conversation(bed: Bed) {
    let (thread, mia, ines) = given(&bed).await;
    let noah = person(&bed, "Noah", Role::Agent).await;
    thread.give_to_team(&bed.url, &bed.seams, &[ines]).await;
    let to = |to| Step::Assign { to: Some(to) };
    assert_eq!(step(&bed, &thread, mia, to(noah)).await.0, StepTaken::OutOfTheirSight);
    assert_eq!(step(&bed, &thread, mia, to(bed.seams.new_id())).await.0, StepTaken::OutOfTheirSight);
    undo(&bed, &thread, mia, to(ines)).await;
    undo(&bed, &thread, mia, to(mia)).await;
    bed.execute(&format!("update people set state = 'deactivated' where id = '{ines}'")).await;
    assert_eq!(step(&bed, &thread, mia, to(ines)).await.0, StepTaken::OutOfTheirSight);
}

async fn what_another_app_answers_is_given_to_nobody(bed: Bed) {
    let (thread, mia, _) = given(&bed).await;
    let elsewhere = Standing { state: State::Open, with: With::App("2468".to_owned()) };
    bed.store.put_conversation(thread.conversation, elsewhere, bed.seams.now()).await.unwrap();
    assert_eq!(step(&bed, &thread, mia, Step::Assign { to: Some(mia) }).await.0, StepTaken::OwnedElsewhere);
    undo(&bed, &thread, mia, Step::Close).await;
    let closed = Standing { state: State::Closed, with: With::App("2468".to_owned()) };
    assert_eq!(standing(&bed, &thread).await, closed);
}

async fn who_is_given_a_conversation_hears_of_it(bed: Bed) {
    let (thread, mia, ines) = given(&bed).await;
    undo(&bed, &thread, mia, Step::Assign { to: Some(mia) }).await;
    undo(&bed, &thread, mia, Step::Assign { to: Some(ines) }).await;
    let row = bed.value("select person_id || ' ' || kind || ' ' || conversation_id from notifications").await;
    assert_eq!(
        row,
        Some(format!("{ines} assigned {}", thread.conversation)),
        "and nobody of what they take themselves"
    );
    bed.store.number_changes().await.unwrap();
    let told = bed.store.changes_after(0, 20).await.unwrap();
    let told: Vec<_> = told.iter().filter(|it| matches!(it.event, Event::Notification { .. })).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].person_id, told[0].account_id), (Some(ines), Some(thread.account)));
}

async fn who_closes_ends_an_episode_and_who_reopens_begins_one(bed: Bed) {
    let (thread, mia, _) = given(&bed).await;
    for taken in [Step::Close, Step::Reopen, Step::Close, Step::Reopen] {
        bed.clock.advance_s(100);
        undo(&bed, &thread, mia, taken).await;
    }
    let details = bed.store.find_details(thread.conversation).await.unwrap().unwrap();
    assert_eq!(details.earlier.len(), 2, "{:?}", details.earlier);
    let [newest, oldest] = &details.earlier[..] else { unreachable!() };
    assert!(newest.opened_at > oldest.closed_at.unwrap() && newest.closed_at.unwrap() > newest.opened_at);
    assert_eq!(oldest.closed_by.as_ref().unwrap().name, "Mia");
    let open = "select cast(count(*) as text) from episodes where closed_at is null";
    assert_eq!(bed.value(open).await.as_deref(), Some("1"));
}

async fn what_was_snoozed_wakes_in_its_time_and_once(bed: Bed) {
    let (thread, mia, _) = given(&bed).await;
    assert_eq!(bed.store.find_next_wake().await.unwrap(), None);
    let until = bed.seams.now().plus_s(600);
    undo(&bed, &thread, mia, Step::Assign { to: Some(mia) }).await;
    undo(&bed, &thread, mia, Step::Snooze { until }).await;
    assert_eq!(bed.store.find_next_wake().await.unwrap(), Some(until));
    assert!(bed.store.wake_conversations(bed.seams.now(), 9).await.unwrap().is_empty(), "not yet");
    bed.clock.advance_s(600);
    let other = if bed.is_postgres() { bed.again().await } else { bed.store.clone() };
    let now = bed.seams.now();
    let (ours, theirs) = tokio::join!(bed.store.wake_conversations(now, 9), other.wake_conversations(now, 9));
    assert_eq!([ours.unwrap(), theirs.unwrap()].concat(), [thread.conversation]);
    assert_eq!(standing(&bed, &thread).await, Standing { state: State::Open, with: With::People(Some(mia)) });
    assert_eq!(trail(&bed, &thread).await.last().map(String::as_str), Some("nobody Woke"));
    assert_eq!(bed.store.find_next_wake().await.unwrap(), None);
}

async fn who_may_see_a_conversation_can_be_given_it(bed: Bed) {
    let (thread, mia, ines) = given(&bed).await;
    let noah = person(&bed, "noah", Role::Agent).await;
    bed.execute(&format!("update people set availability = 'away' where id = '{ines}'")).await;
    let names = |all: Vec<Colleague>| all.into_iter().map(|it| (it.name, it.is_available)).collect::<Vec<_>>();
    let of = |name: &str, is_available| (name.to_owned(), is_available);
    let all = bed.store.list_colleagues(thread.conversation).await.unwrap();
    assert_eq!(names(all), [of("Ines", false), of("Mia", true), of("noah", true)]);
    thread.give_to_team(&bed.url, &bed.seams, &[ines]).await;
    let some = bed.store.list_colleagues(thread.conversation).await.unwrap();
    assert_eq!(some.iter().map(|it| it.id).collect::<Vec<_>>(), [ines, mia]);
    bed.execute(&format!("update people set state = 'deactivated' where id in ('{ines}', '{noah}')")).await;
    assert_eq!(names(bed.store.list_colleagues(thread.conversation).await.unwrap()), [of("Mia", true)]);
}
