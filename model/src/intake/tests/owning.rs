//! Who answers, after every row and variant of what Meta tells about it.

use super::*;
use crate::filter::OwnerKind;
use crate::intake::{Change, NAMED_ANOTHER, US};
use crate::thread::Contact;

const BOT: &str = "2468013579246801";
const PAGE_INBOX: &str = "263902037430900";
const INSTAGRAM_INBOX: &str = "1217981644879628";
const MIA: &str = CUSTOMERS[0];

/// Some word about who has the thread; one of each kind a moment.
pub(super) fn word(at: i64, customer: &str, kind: usize) -> Received {
    let at = at * 6 + i64::try_from(kind).unwrap();
    let mid = format!("owned{at}{customer}");
    match kind {
        0 => passed(at, customer, Some(BOT), OURS),
        1 => passed(at, customer, Some(OURS), BOT),
        2 => taken(at, customer, PAGE_INBOX),
        3 => on_standby(received(at, Some(customer), echo(&mid, Some(BOT)))),
        4 => on_standby(received(at, Some(customer), said(Side::Contact, &mid, "Hello?"))),
        _ => received(at, Some(customer), said(Side::Contact, &mid, "Hello?")),
    }
}

fn on_standby(it: Received) -> Received {
    Received { event: Event { standby: true, ..it.event }, ..it }
}

fn echo(mid: &str, app: Option<&str>) -> What {
    let What::Said(it) = said(Side::Account, mid, &format!("We are on it: {mid}")) else { unreachable!() };
    What::Said(Said { detail: Detail { app_id: app.map(str::to_owned), ..Detail::default() }, ..it })
}

fn happened(at: i64, customer: &str, event: ThreadEvent) -> Received {
    received(at, Some(customer), What::Happened { event, detail: Detail::default(), opens_window: false })
}

fn passed(at: i64, customer: &str, from: Option<&str>, to: &str) -> Received {
    let (from, to, metadata) = (from.map(str::to_owned), Some(to.to_owned()), Some("{\"why\":\"asked\"}".to_owned()));
    happened(at, customer, ThreadEvent::ControlPassed { from, to, metadata })
}

fn taken(at: i64, customer: &str, to: &str) -> Received {
    let (from, to) = (Some(OURS.to_owned()), Some(to.to_owned()));
    happened(at, customer, ThreadEvent::ControlTaken { from, to, metadata: None })
}

fn asked(at: i64) -> Received {
    happened(at, MIA, ThreadEvent::ControlRequested { by: Some(BOT.to_owned()), metadata: None })
}

fn heard(at: i64, mid: &str) -> Received {
    received(at, Some(MIA), said(Side::Contact, mid, "Hello?"))
}

/// Who has it after each, and which app.
fn after(events: &[Received]) -> Vec<(OwnerKind, Option<String>)> {
    after_in(known(), events)
}

fn after_in(mut known: Known, events: &[Received]) -> Vec<(OwnerKind, Option<String>)> {
    let id = ConversationId::of(ContactId::of(known.accounts[0].id, MIA));
    let owner = |event: &Received| {
        apply(&mut known, event, NOW);
        let it = known.conversation(id).unwrap();
        (it.owner, it.owner_app_id.clone().filter(|_| it.owner == OwnerKind::Other))
    };
    events.iter().map(owner).collect()
}

fn us() -> (OwnerKind, Option<String>) {
    (OwnerKind::Human, None)
}

fn another(app: Option<&str>) -> (OwnerKind, Option<String>) {
    (OwnerKind::Other, app.map(str::to_owned))
}

#[test]
fn from_the_bot_to_a_person_and_back_it_is_known_who_answers() {
    let events = [
        on_standby(heard(1, "1")),
        on_standby(received(2, Some(MIA), echo("2", Some(BOT)))),
        on_standby(heard(3, "3")),
        passed(4, MIA, Some(BOT), OURS),
        received(6, Some(MIA), echo("6", Some(OURS))),
        heard(7, "7"),
        taken(8, MIA, PAGE_INBOX),
        on_standby(received(9, Some(MIA), echo("9", Some("26390203743090")))),
        on_standby(heard(10, "10")),
        passed(11, MIA, None, OURS),
        on_standby(heard(12, "12")),
        heard(13, "13"),
    ];
    let expected = [
        another(None),
        another(Some(BOT)),
        another(Some(BOT)),
        us(),
        us(),
        us(),
        another(Some(PAGE_INBOX)),
        another(Some(PAGE_INBOX)),
        another(Some(PAGE_INBOX)),
        us(),
        another(Some(PAGE_INBOX)),
        us(),
    ];
    for (n, (is, expected)) in after(&events).into_iter().zip(expected).enumerate() {
        assert_eq!(is, expected, "after {:?}", events[n]);
    }
}

#[test]
fn whatever_comes_tells_whose_turn_it_is_by_where_it_comes() {
    let whats = [
        said(Side::Contact, "a", "Hello"),
        echo("b", Some(BOT)),
        What::Read(UpTo::Time(NOW)),
        What::Delivered { until: NOW },
        What::Happened { event: ThreadEvent::Referred, detail: Detail::default(), opens_window: true },
    ];
    for what in whats {
        let event = received(5, Some(MIA), what);
        assert_eq!(after(&[heard(1, "first"), on_standby(event.clone())])[1].0, OwnerKind::Other, "{event:?}");
        assert_eq!(after(&[on_standby(heard(1, "first")), event.clone()])[1], us(), "{event:?}");
    }
}

#[test]
fn labels_questions_and_words_about_messages_say_nothing_of_it() {
    let label = happened(5, MIA, ThreadEvent::LabelAdded { name: None });
    let edited = What::Edited { mid: "first".to_owned(), number: 1, text: "Hallo".to_owned() };
    for event in [label, asked(6), received(5, Some(MIA), edited)] {
        assert_eq!(after(&[on_standby(heard(1, "first")), event.clone()])[1], another(None), "{event:?}");
        assert_eq!(after(&[heard(1, "first"), on_standby(event.clone())])[1], us(), "{event:?}");
    }
}

#[test]
fn older_words_change_nothing_and_of_one_moment_the_surer_counts() {
    let cases = [
        ([passed(9, MIA, Some(BOT), OURS), on_standby(heard(8, "m"))], us()),
        ([taken(9, MIA, INSTAGRAM_INBOX), heard(8, "m")], another(Some(INSTAGRAM_INBOX))),
        ([passed(9, MIA, Some(BOT), OURS), on_standby(heard(9, "m"))], us()),
        ([taken(9, MIA, PAGE_INBOX), heard(9, "m")], another(Some(PAGE_INBOX))),
        ([heard(9, "n"), passed(8, MIA, Some(OURS), BOT)], us()),
    ];
    for ([first, second], expected) in cases {
        assert_eq!(after(&[first.clone(), second.clone()])[1], expected, "{first:?} {second:?}");
        assert_eq!(after(&[second.clone(), first.clone()])[1], expected, "{second:?} {first:?}");
    }
}

#[test]
fn what_is_passed_to_us_opens_and_wants_somebody() {
    let mut known = known();
    apply(&mut known, &on_standby(heard(1, "m")), NOW);
    let before = known.conversations().next().unwrap().clone();
    let id = before.id;
    known.take_in(&Change::Conversation(Conversation { state: ConversationState::Closed, ..before }));
    let (changes, _) = apply(&mut known, &passed(5, MIA, Some(BOT), OURS), NOW);
    assert!(changes.contains(&Change::Opened(id)), "{changes:?}");
    assert_eq!(known.conversation(id).unwrap().state, ConversationState::Open);
    let (changes, _) = apply(&mut known, &passed(6, MIA, Some(BOT), OURS), NOW);
    assert!(!changes.contains(&Change::Opened(id)), "it is ours already: {changes:?}");
    let us_to = |it: &Message| match &it.detail.event {
        Some(ThreadEvent::ControlPassed { from, to, .. }) => (from.clone(), to.clone()),
        _ => (None, None),
    };
    assert!(known.messages().any(|it| us_to(it) == (Some(BOT.to_owned()), Some(US.to_owned()))));
}

#[test]
fn what_is_passed_to_us_of_whom_we_blocked_is_ours_and_stays_closed() {
    let mut known = known();
    apply(&mut known, &on_standby(heard(1, "m")), NOW);
    let before = known.conversations().next().unwrap().clone();
    let id = before.id;
    let contact = known.contact(before.contact_id).unwrap().clone();
    known.take_in(&Change::Contact(Contact { is_blocked: true, ..contact }));
    known.take_in(&Change::Conversation(Conversation { state: ConversationState::Closed, ..before }));
    let (changes, _) = apply(&mut known, &passed(5, MIA, Some(BOT), OURS), NOW);
    assert!(!changes.contains(&Change::Opened(id)), "{changes:?}");
    let it = known.conversation(id).unwrap();
    assert_eq!((it.owner, it.state), (OwnerKind::Human, ConversationState::Closed));
}

#[test]
fn a_bot_of_ours_goes_on_answering_what_comes_to_us_and_not_what_another_has() {
    for (event, expected) in [(heard(5, "n"), OwnerKind::Bot), (on_standby(heard(5, "n")), OwnerKind::Other)] {
        let mut known = known();
        apply(&mut known, &heard(1, "m"), NOW);
        let before = known.conversations().next().unwrap().clone();
        let id = before.id;
        known.take_in(&Change::Conversation(Conversation { owner: OwnerKind::Bot, ..before }));
        apply(&mut known, &event, NOW);
        assert_eq!(known.conversation(id).unwrap().owner, expected);
    }
}

#[test]
fn that_several_apps_share_an_account_is_learned_once() {
    for event in [on_standby(heard(1, "m")), received(1, None, What::Roles)] {
        let mut known = known();
        let account = known.accounts[0].id;
        let routed = |changes: &[Change]| changes.iter().filter(|it| **it == Change::Routed(account)).count();
        let (changes, outcome) = apply(&mut known, &event, NOW);
        assert_eq!((routed(&changes), outcome), (1, Outcome::Applied));
        let (changes, _) = apply(&mut known, &on_standby(heard(2, "n")), NOW);
        assert_eq!(routed(&changes), 0);
    }
}

#[test]
fn who_does_not_know_their_own_app_is_whom_a_pass_is_told_to() {
    let mut known = known();
    known.accounts[0].our_app_id = None;
    let id = ConversationId::of(ContactId::of(known.accounts[0].id, MIA));
    apply(&mut known, &on_standby(heard(1, "m")), NOW);
    apply(&mut known, &passed(2, MIA, Some(BOT), OURS), NOW);
    assert_eq!(known.conversation(id).unwrap().owner, OwnerKind::Human);
    apply(&mut known, &taken(3, MIA, BOT), NOW);
    assert_eq!(known.conversation(id).unwrap().owner, OwnerKind::Other);
}

/// Meta routes nothing: every app is told everything.
fn unrouted(bot_app: Option<&str>) -> Known {
    let mut known = known();
    known.accounts[0].sharing = Sharing::Open { bot_app: bot_app.map(str::to_owned) };
    known
}

#[test]
fn where_every_app_is_told_everything_only_a_word_between_apps_changes_who_answers() {
    let events = [
        heard(1, "1"),
        received(2, Some(MIA), echo("2", Some(BOT))),
        received(3, Some(MIA), What::Delivered { until: NOW }),
        heard(3, "3"),
        passed(4, MIA, Some(BOT), OURS),
        received(6, Some(MIA), echo("6", Some(OURS))),
        heard(7, "7"),
        received(8, Some(MIA), echo("8", Some(BOT))),
        received(9, Some(MIA), echo("9", None)),
    ];
    let (bot, us) = (another(Some(BOT)), us());
    let expected = [&bot, &bot, &bot, &bot, &us, &us, &us, &us, &us];
    for (n, (is, expected)) in after_in(unrouted(Some(BOT)), &events).iter().zip(expected).enumerate() {
        assert_eq!(is, expected, "after {:?}", events[n]);
    }
}

#[test]
fn what_was_handed_to_the_bot_stays_the_bots_although_we_are_told_of_it() {
    let mut known = unrouted(Some(BOT));
    apply(&mut known, &heard(1, "1"), NOW);
    let before = known.conversations().next().unwrap().clone();
    for owner in [OwnerKind::Human, OwnerKind::Other, OwnerKind::Bot] {
        let owner_at = Timestamp(before.last_activity_at.0 + 1);
        let given = Conversation { owner, owner_at, owner_rank: NAMED_ANOTHER, ..before.clone() };
        let mut known = known.clone();
        known.take_in(&Change::Conversation(given));
        for event in [heard(20, "20"), received(21, Some(MIA), echo("21", Some(BOT)))] {
            let (changes, _) = apply(&mut known, &event, NOW);
            assert!(!changes.contains(&Change::Opened(before.id)), "{changes:?}");
        }
        assert_eq!(known.conversation(before.id).unwrap().owner, owner);
    }
}

#[test]
fn who_begins_is_the_bot_unless_there_is_none_or_we_wrote_first() {
    assert_eq!(after_in(unrouted(None), &[heard(1, "1")]), [us()]);
    let ours = received(1, Some(MIA), echo("1", Some(OURS)));
    for events in [[ours.clone(), heard(2, "2")], [heard(2, "2"), ours]] {
        assert_eq!(after_in(unrouted(Some(BOT)), &events)[1], us(), "{events:?}");
    }
}

#[test]
fn what_comes_on_standby_shows_that_meta_routes_again() {
    let events = [heard(1, "1"), on_standby(heard(2, "2")), heard(3, "3")];
    let expected = [another(Some(BOT)), another(Some(BOT)), us()];
    assert_eq!(after_in(unrouted(Some(BOT)), &events), expected);
}
