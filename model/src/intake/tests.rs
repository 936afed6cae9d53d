//! Whatever the order, the repetitions and the batches: one end.

use super::{Account, Known, Outcome, Received, Sharing, apply};
use crate::content::{AttachmentKind, Detail, MessageKind, ThreadEvent};
use crate::ids::{AccountId, ContactId, ConversationId, MessageId};
use crate::meta::event::{self, Comment, Event, PolicyAction, Reaction, Said, Side, UpTo, What};
use crate::meta::identity::{self, dedupe_key};
use crate::platform::Platform;
use crate::thread::{Author, Conversation, ConversationState, Direction, Learned, Message, MessageState};
use crate::time::Timestamp;
use proptest::prelude::*;

mod owning;
mod recalled;

const ACCOUNT: &str = "17841460210973548";
const CUSTOMERS: [&str; 2] = ["1093847561029384", "6820194735528103"];
const OURS: &str = "1357924680135792";
const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn known() -> Known {
    let platform = Platform::Instagram;
    let id = AccountId::of(platform, ACCOUNT);
    let our_app_id = Some(OURS.to_owned());
    let account = Account { id, platform, external_id: ACCOUNT.to_owned(), our_app_id, sharing: Sharing::Unknown };
    let mut known = Known::default();
    known.accounts.push(account);
    known
}

fn received(at: i64, contact: Option<&str>, what: What) -> Received {
    let at = Timestamp(1_794_994_000_000 + at * 1000);
    let dedupe_key = dedupe_key("instagram", ACCOUNT, at, &format!("{contact:?} {what:?}"));
    let contact = contact.map(str::to_owned);
    let event = Event { platform: Platform::Instagram, account: ACCOUNT.to_owned(), contact, at, standby: false, what };
    Received { event, dedupe_key, raw: String::new() }
}

fn said(side: Side, mid: &str, text: &str) -> What {
    What::Said(Said {
        side,
        mid: Some(mid.to_owned()),
        kind: MessageKind::Text,
        text: Some(text.to_owned()),
        attachments: Vec::new(),
        reply_to: None,
        detail: Detail::default(),
        metadata: None,
    })
}

/// The same, as it is read back.
fn recalled(at: i64, customer: &str, what: What, is_news: bool, has_reaction: bool) -> Received {
    let What::Said(said) = what else { unreachable!() };
    let reaction = has_reaction.then(|| Reaction { name: None, emoji: Some("❤️".to_owned()) });
    let called = Some(format!("customer.{customer}"));
    received(at, Some(customer), What::Recalled(Box::new(event::Recalled { said, reaction, called, is_news })))
}

/// A time and what happens then. The time of a message is that of its number, so that two words
/// about one mid never contradict each other.
fn an_event() -> impl Strategy<Value = Received> {
    let of_message = |n: u8| (CUSTOMERS[usize::from(n % 2)], format!("mid{n}"));
    let reaction = prop_oneof![
        Just(None),
        Just(Some(Reaction { name: Some("love".to_owned()), emoji: Some("❤️".to_owned()) })),
        Just(Some(Reaction { name: Some("laugh".to_owned()), emoji: None })),
    ];
    prop_oneof![
        6 => (0u8..8).prop_map(move |n| {
            let side = if n % 3 == 2 { Side::Account } else { Side::Contact };
            let (customer, mid) = of_message(n);
            received(i64::from(n) * 10, Some(customer), said(side, &mid, &format!("text {n}")))
        }),
        4 => (0u8..8, any::<bool>(), any::<bool>()).prop_map(move |(n, is_news, has_reaction)| {
            let side = if n % 3 == 2 { Side::Account } else { Side::Contact };
            let (customer, mid) = of_message(n);
            recalled(i64::from(n) * 10, customer, said(side, &mid, &format!("text {n}")), is_news, has_reaction)
        }),
        2 => (0u8..8, 1i32..4).prop_map(move |(n, number)| {
            let (customer, mid) = of_message(n);
            let text = format!("edit {number}");
            received(100 + i64::from(number), Some(customer), What::Edited { mid, number, text })
        }),
        1 => (0u8..8).prop_map(move |n| {
            let (customer, mid) = of_message(n);
            received(150, Some(customer), What::Unsent { mid })
        }),
        3 => (0u8..8, 0i64..4, reaction).prop_map(move |(n, at, reaction)| {
            let (customer, mid) = of_message(n);
            received(120 + at, Some(customer), What::Reacted { mid, reaction })
        }),
        1 => (0u8..8).prop_map(move |n| {
            let (customer, mid) = of_message(n);
            received(130, Some(customer), What::Read(UpTo::Mid(mid)))
        }),
        1 => (0i64..100).prop_map(|at| received(at, Some(CUSTOMERS[0]), What::Delivered { until: Timestamp(at) })),
        1 => (0i64..100).prop_map(|at| received(at, Some(CUSTOMERS[1]), What::Read(UpTo::Time(Timestamp(at))))),
        1 => (0i64..100).prop_map(|at| {
            let what = What::Happened { event: ThreadEvent::Referred, detail: Detail::default(), opens_window: true };
            received(at, Some(CUSTOMERS[0]), what)
        }),
        1 => (0u8..3).prop_map(|n| received(i64::from(n), Some("2750918364471190"), What::Commented(Comment {
            kind: MessageKind::Comment,
            comment_id: format!("comment{n}"),
            parent_id: None,
            post_id: None,
            text: Some("How much?".to_owned()),
            name: None,
            username: Some("lia.home".to_owned()),
            detail: Detail::default(),
        }))),
        1 => (0usize..3, 5i64..9).prop_map(|(n, at)| {
            let what = What::CommentEdited { comment_id: format!("comment{n}"), text: format!("text {at}") };
            received(at, Some("2750918364471190"), what)
        }),
        1 => (0usize..3).prop_map(|n| {
            received(40, Some("2750918364471190"), What::CommentRemoved { comment_id: format!("comment{n}") })
        }),
        3 => (0i64..90, 0usize..2, 0usize..6).prop_map(|(at, customer, kind)| owning::word(at, CUSTOMERS[customer], kind)),
        2 => (0i64..6, 0usize..3).prop_map(|(at, action)| {
            let action = [PolicyAction::Warning, PolicyAction::Block, PolicyAction::Unblock][action];
            // One moment, one word.
            received(at * 3 + action as i64, None, What::Policy { action, reason: None })
        }),
    ]
}

/// Everything that an agent or admin could see, and what still waits; not when it was learned.
fn state(known: &Known) -> String {
    let mut lines: Vec<String> = known.rows().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// Two messages of ours went out, and nobody heard what became of them; one of them has an echo among
/// the events.
fn applied(events: &[Received]) -> Known {
    let mut known = known();
    for (n, text) in [(35, "text 2"), (15, "text 12")] {
        let at = received(n, None, What::Delivered { until: NOW }).event.at;
        let state = Some(MessageState::Unconfirmed);
        known.message_unconfirmed(Message { at, state, id: MessageId::of(at, text), ..ours(&known, text) });
    }
    for event in events {
        apply(&mut known, event, NOW);
    }
    known
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_order_and_any_repetition_end_the_same(
        (events, shuffled) in prop::collection::vec(an_event(), 1..40).prop_flat_map(|events| {
            let twice = [events.clone(), events.clone()].concat();
            (Just(events), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(state(&applied(&events)), state(&applied(&shuffled)));
    }
}

/// What a send of ours has written before Meta answered.
fn ours(known: &Known, text: &str) -> Message {
    let account = known.accounts[0].id;
    let conversation_id = ConversationId::of(ContactId::of(account, CUSTOMERS[0]));
    Message {
        id: MessageId::of(NOW, "ours"),
        conversation_id,
        at: NOW,
        direction: Direction::Out,
        kind: MessageKind::Text,
        state: Some(MessageState::Sending),
        author: Author::Agent,
        author_id: Some("ines".to_owned()),
        text: Some(text.to_owned()),
        detail: Detail::default(),
        mid: None,
        mid_key: None,
        reply_to_key: None,
        n_edits: 0,
        learned: Learned::Live,
    }
}

fn on_its_way(known: &mut Known, text: &str) -> Message {
    let message = ours(known, text);
    known.message_on_its_way(message.clone());
    message
}

#[test]
fn an_echo_before_the_answer_meets_our_message() {
    let mut known = known();
    let ours = on_its_way(&mut known, "Yes, two left");
    let echo = received(1, Some(CUSTOMERS[0]), said(Side::Account, "m", "Yes, two left"));
    apply(&mut known, &echo, NOW);
    let all: Vec<_> = known.messages().collect();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].id, all[0].state, all[0].mid.as_deref()), (ours.id, Some(MessageState::Sent), Some("m")));
    assert_eq!(all[0].author, Author::Agent);
}

#[test]
fn other_words_at_the_same_time_are_not_ours() {
    let mut known = known();
    on_its_way(&mut known, "Yes, two left");
    let echo = received(1, Some(CUSTOMERS[0]), said(Side::Account, "m", "We close at six"));
    apply(&mut known, &echo, NOW);
    assert_eq!(known.messages().count(), 2);
    assert!(known.messages().any(|it| it.author == Author::NativeInbox && it.mid.as_deref() == Some("m")));
}

#[test]
fn a_late_echo_meets_the_oldest_that_was_never_confirmed_and_first_the_one_on_its_way() {
    let mut known = known();
    let unconfirmed = |n: i64| {
        let (at, state) = (Timestamp(NOW.0 - n), Some(MessageState::Unconfirmed));
        Message { id: MessageId::of(at, "unconfirmed"), at, state, ..ours(&self::known(), "Yes") }
    };
    let (younger, older) = (unconfirmed(5), unconfirmed(9));
    for message in [&younger, &older] {
        known.message_unconfirmed(message.clone());
    }
    let flying = on_its_way(&mut known, "Yes");
    for (n, met) in (1..).zip([flying.id, older.id, younger.id]) {
        let echo = received(n, Some(CUSTOMERS[0]), said(Side::Account, &format!("m{n}"), "Yes"));
        apply(&mut known, &echo, NOW);
        let sent = known.message(met).unwrap();
        assert_eq!((sent.state, sent.mid.clone()), (Some(MessageState::Sent), Some(format!("m{n}"))));
        assert_eq!(known.messages().count(), 3);
    }
}

#[test]
fn after_an_echo_of_ours_nobody_waits_who_wrote_before() {
    let mut known = known();
    let question = received(1, Some(CUSTOMERS[0]), said(Side::Contact, "q", "Have you any left?"));
    apply(&mut known, &question, NOW);
    let ours = on_its_way(&mut known, "Yes, two left");
    assert_eq!(known.conversation(ours.conversation_id).unwrap().waiting_since, Some(question.event.at));
    let echo = received(2, Some(CUSTOMERS[0]), said(Side::Account, "a", "Yes, two left"));
    let (changes, _) = apply(&mut known, &echo, NOW);
    assert!(changes.contains(&super::Change::Recount(ours.conversation_id)), "{changes:?}");
    let conversation = known.conversation(ours.conversation_id).unwrap();
    assert_eq!((conversation.waiting_since, conversation.last_reply_at), (None, ours.at));
}

#[test]
fn a_heart_may_come_back_as_something_that_cannot_be_shown() {
    let unsupported = |kind: Option<AttachmentKind>| {
        let url = Some("https://lookaside.fbsbx.com/a".to_owned());
        let file = |kind| event::Attachment { kind, url, external_id: None, title: None, detail: None };
        received(
            1,
            Some(CUSTOMERS[0]),
            What::Said(Said {
                side: Side::Account,
                mid: Some("m".to_owned()),
                kind: MessageKind::Unsupported,
                text: None,
                attachments: kind.map(file).into_iter().collect(),
                reply_to: None,
                detail: Detail::default(),
                metadata: None,
            }),
        )
    };
    let sent = |kind: MessageKind, text: Option<&str>, echo: Received| {
        let mut known = known();
        let message = Message { kind, text: text.map(str::to_owned), ..ours(&known, "") };
        known.message_on_its_way(message.clone());
        apply(&mut known, &echo, NOW);
        known.message(message.id).unwrap().state == Some(MessageState::Sent)
    };
    for kind in [MessageKind::Sticker, MessageKind::Share, MessageKind::Template] {
        assert!(sent(kind, None, unsupported(None)), "{kind:?}");
        assert!(!sent(kind, None, unsupported(Some(AttachmentKind::Image))), "a picture is somebody else's");
        assert!(!sent(kind, None, received(1, Some(CUSTOMERS[0]), said(Side::Account, "m", "Hello"))));
    }
    assert!(sent(MessageKind::Template, Some("Choose one"), unsupported(None)));
    assert!(!sent(MessageKind::Text, Some("Yes"), unsupported(None)));
}

#[test]
fn messengers_mark_is_believed_before_the_words() {
    let mut known = known();
    let ours = on_its_way(&mut known, "Yes");
    let marked = |mark: &str| {
        let What::Said(said) = said(Side::Account, mark, "Yes") else { unreachable!() };
        received(1, Some(CUSTOMERS[0]), What::Said(Said { metadata: Some(mark.to_owned()), ..said }))
    };
    apply(&mut known, &marked("out:another"), NOW);
    assert!(known.in_flight(ours.conversation_id).is_some(), "not this one");
    apply(&mut known, &marked(&format!("out:{}", ours.id)), NOW);
    assert!(known.in_flight(ours.conversation_id).is_none());
}

#[test]
fn what_waits_is_said_with_the_message_it_waited_for() {
    let mut known = known();
    let mid = || "m".to_owned();
    let read = received(9, Some(CUSTOMERS[0]), What::Read(UpTo::Mid(mid())));
    let edit = received(8, Some(CUSTOMERS[0]), What::Edited { mid: mid(), number: 1, text: "blue".to_owned() });
    for early in [&read, &edit] {
        apply(&mut known, early, NOW);
    }
    assert_eq!(known.messages().count(), 0);
    let message = received(1, Some(CUSTOMERS[0]), said(Side::Contact, "m", "red"));
    apply(&mut known, &message, NOW);
    let text = known.messages().next().unwrap().text.clone();
    assert_eq!(text.as_deref(), Some("blue"));
    assert_eq!(known.conversations().next().unwrap().seen_until, message.event.at);
    assert!(!known.rows().any(|it| it.starts_with("waiting ")), "{}", state(&known));
}

#[test]
fn an_unsent_message_leaves_no_words() {
    let mut known = known();
    let mid = || "m".to_owned();
    let events = [
        received(1, Some(CUSTOMERS[0]), said(Side::Contact, "m", "a secret")),
        received(2, Some(CUSTOMERS[0]), What::Edited { mid: mid(), number: 1, text: "the secret".to_owned() }),
        received(3, Some(CUSTOMERS[0]), What::Unsent { mid: mid() }),
    ];
    let mut erased = Vec::new();
    for event in &events {
        let (changes, _) = apply(&mut known, event, NOW);
        erased.extend(changes.into_iter().filter_map(|it| match it {
            super::Change::Erase { journal, .. } => Some(journal),
            _ => None,
        }));
    }
    assert!(!state(&known).contains("secret"), "{}", state(&known));
    assert_eq!(erased.len(), 1);
    let keys = |at: i64, identity: String| {
        dedupe_key("instagram", ACCOUNT, Timestamp(1_794_994_000_000 + at * 1000), &identity)
    };
    assert!(erased[0].contains(&keys(1, identity::message("m"))), "{erased:?}");
    assert!(erased[0].contains(&keys(2, identity::edit("m", 1))), "{erased:?}");
}

#[test]
fn what_customers_say_opens_a_closed_conversation_and_what_they_do_beside_does_not() {
    let comment = Comment {
        comment_id: "c".to_owned(),
        parent_id: None,
        post_id: Some("p".to_owned()),
        kind: MessageKind::Comment,
        text: Some("Lovely".to_owned()),
        name: None,
        username: None,
        detail: Detail::default(),
    };
    let kind = |kind: MessageKind, mid: &str| {
        let What::Said(said) = said(Side::Contact, mid, "Hello") else { unreachable!() };
        What::Said(Said { kind, ..said })
    };
    let heart = Reaction { name: Some("love".to_owned()), emoji: Some("❤️".to_owned()) };
    let edited = What::Edited { mid: "first".to_owned(), number: 1, text: "Hallo".to_owned() };
    let cases = [
        (kind(MessageKind::Text, "m"), true),
        (kind(MessageKind::Postback, "m"), true),
        (kind(MessageKind::StoryReply, "m"), true),
        (What::Commented(comment), true),
        (What::Reacted { mid: "first".to_owned(), reaction: Some(heart) }, false),
        (edited, false),
        (What::Read(UpTo::Mid("first".to_owned())), false),
        (What::Delivered { until: NOW }, false),
        (said(Side::Account, "ours", "Hello"), false),
    ];
    for (what, opens) in cases {
        for state in [ConversationState::Closed, ConversationState::Snoozed] {
            let mut known = known();
            let (changes, _) =
                apply(&mut known, &received(1, Some(CUSTOMERS[0]), said(Side::Contact, "first", "Hi")), NOW);
            let before = known.conversations().next().unwrap().clone();
            assert!(changes.contains(&super::Change::Opened(before.id)), "a new one");
            let snoozed_until = (state == ConversationState::Snoozed).then_some(NOW);
            let id = before.id;
            known.take_in(&super::Change::Conversation(Conversation { state, snoozed_until, ..before }));
            let (changes, _) = apply(&mut known, &received(2, Some(CUSTOMERS[0]), what.clone()), NOW);
            let after = known.conversation(id).unwrap();
            assert_eq!(after.state == ConversationState::Open, opens, "{what:?}");
            assert_eq!(after.snoozed_until.is_none(), opens || state == ConversationState::Closed);
            let begins = opens && state == ConversationState::Closed;
            assert_eq!(changes.contains(&super::Change::Opened(id)), begins, "{what:?} {state:?}");
        }
    }
}

#[test]
fn the_words_of_our_own_message_go_with_its_echo_whenever_that_came() {
    let forgets = |changes: &[super::Change], echo: &Received| {
        changes.iter().any(|it| match it {
            super::Change::Forget { ending, from, until } => {
                let between = dedupe_key_between(&echo.dedupe_key, *from, *until);
                between && echo.dedupe_key.ends_with(ending.as_str())
            }
            super::Change::Erase { journal, .. } => journal.contains(&echo.dedupe_key),
            _ => false,
        })
    };
    let mut known = known();
    let at = Timestamp(1_794_994_000_000);
    let ours = Message { at, id: MessageId::of(at, "ours"), ..ours(&known, "a secret") };
    known.message_on_its_way(ours);
    let echo = received(1, Some(CUSTOMERS[0]), said(Side::Account, "m", "a secret"));
    let echo =
        Received { dedupe_key: dedupe_key("instagram", ACCOUNT, echo.event.at, &identity::message("m")), ..echo };
    apply(&mut known, &echo, NOW);
    let (changes, _) = apply(&mut known, &received(900, Some(CUSTOMERS[0]), What::Unsent { mid: "m".to_owned() }), NOW);
    assert!(forgets(&changes, &echo), "{changes:?}");
    let (changes, _) = apply(&mut known, &echo, NOW);
    assert!(forgets(&changes, &echo), "it may come after it was unsent: {changes:?}");
}

fn dedupe_key_between(key: &str, from: Timestamp, until: Timestamp) -> bool {
    (identity::dedupe_beginning(from).as_str()..identity::dedupe_beginning(until).as_str()).contains(&key)
}

#[test]
fn an_account_that_is_not_connected_changes_nothing() {
    let mut known = Known::default();
    let event = received(1, Some(CUSTOMERS[0]), said(Side::Contact, "m", "hello"));
    assert_eq!(apply(&mut known, &event, NOW), (Vec::new(), Outcome::Ignored("unknown_account")));
}
