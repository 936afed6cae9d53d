//! What is read back, beside what webhooks say of the same.

use super::super::{Change, Known, Outcome, apply, forgotten};
use super::{CUSTOMERS, NOW, known, on_its_way, recalled, received, said, state};
use crate::ids::{AccountId, ContactId};
use crate::meta::event::{Side, What};
use crate::platform::Platform;
use crate::thread::{Conversation, ConversationState, Learned};
use crate::time::Timestamp;

fn old(at: i64, side: Side, mid: &str, text: &str) -> super::Received {
    recalled(at, CUSTOMERS[0], said(side, mid, text), false, false)
}

fn live(at: i64, side: Side, mid: &str, text: &str) -> super::Received {
    received(at, Some(CUSTOMERS[0]), said(side, mid, text))
}

fn conversation(known: &Known) -> &Conversation {
    known.conversations().next().unwrap()
}

#[test]
fn old_messages_are_news_to_nobody() {
    let mut known = known();
    let mut changes = Vec::new();
    for event in [
        old(30, Side::Contact, "c", "Have you any left?"),
        old(20, Side::Account, "b", "Good morning"),
        old(10, Side::Contact, "a", "Hello"),
    ] {
        let (more, outcome) = apply(&mut known, &event, NOW);
        assert_eq!(outcome, Outcome::Applied);
        changes.extend(more);
    }
    let it = conversation(&known);
    assert_eq!((it.state, it.unread, it.waiting_since, it.is_recalled), (ConversationState::Closed, 0, None, true));
    assert_eq!(it.preview.as_deref(), Some("Have you any left?"));
    let at = |s: i64| Timestamp(1_794_994_000_000 + s * 1000);
    assert_eq!((it.last_customer_message_at, it.last_reply_at), (Some(at(30)), at(20)));
    assert!(!changes.iter().any(|it| matches!(it, Change::Opened(_) | Change::Wait(_))), "{changes:?}");
    assert!(known.messages().all(|it| it.learned == Learned::Old));
    let contact = known.contact(it.contact_id).unwrap();
    assert_eq!(contact.username.as_deref(), Some("customer.1093847561029384"));
    assert!(contact.profile_due_at.is_some());
}

#[test]
fn whoever_waited_waits_no_more_once_an_answer_is_read_back() {
    let mut known = known();
    apply(&mut known, &live(10, Side::Contact, "a", "Hello?"), NOW);
    assert!(conversation(&known).waiting_since.is_some());
    apply(&mut known, &old(20, Side::Account, "b", "Good morning"), NOW);
    let it = conversation(&known);
    assert_eq!((it.waiting_since, it.unread, it.state), (None, 1, ConversationState::Open), "and still it is unread");
}

#[test]
fn what_is_said_in_a_conversation_that_was_read_back_opens_it() {
    let mut known = known();
    apply(&mut known, &old(10, Side::Contact, "a", "Hello"), NOW);
    let (changes, _) = apply(&mut known, &live(50, Side::Contact, "b", "Me again"), NOW);
    let it = conversation(&known);
    assert_eq!((it.state, it.unread, it.is_recalled), (ConversationState::Open, 1, false));
    assert_eq!(changes.iter().filter(|change| matches!(change, Change::Opened(_))).count(), 1, "{changes:?}");
}

#[test]
fn what_was_missed_is_news() {
    let mut known = known();
    let missed = recalled(10, CUSTOMERS[0], said(Side::Contact, "a", "Hello?"), true, false);
    let (changes, _) = apply(&mut known, &missed, NOW);
    assert!(changes.iter().any(|it| matches!(it, Change::Opened(_))));
    let before = conversation(&known).clone();
    assert_eq!((before.state, before.unread), (ConversationState::Open, 1));
    apply(&mut known, &live(10, Side::Contact, "a", "Hello?"), NOW);
    assert_eq!(conversation(&known).unread, 1, "its webhook comes late, and it is counted once");
}

#[test]
fn a_webhook_knows_more_than_what_was_read_back() {
    let mut known = known();
    let back = recalled(10, CUSTOMERS[0], said(Side::Account, "a", "Hello"), false, true);
    apply(&mut known, &back, NOW);
    let seen = received(60, Some(CUSTOMERS[0]), What::Read(crate::meta::event::UpTo::Mid("a".to_owned())));
    apply(&mut known, &seen, NOW);
    let What::Said(mut told) = said(Side::Account, "a", "Hello") else { unreachable!() };
    told.detail.app_id = Some("2468013579".to_owned());
    let mut event = received(10, Some(CUSTOMERS[0]), What::Said(told));
    event.event.at = Timestamp(event.event.at.0 + 417);
    apply(&mut known, &event, NOW);
    let message = known.messages().next().unwrap();
    assert_eq!((message.at, message.learned), (event.event.at, Learned::Live), "to the millisecond");
    assert_eq!(message.author_id.as_deref(), Some("2468013579"), "it was a program");
    assert_eq!(known.messages().count(), 1);
    assert_eq!(conversation(&known).seen_until, event.event.at, "seen is seen");
    assert!(known.reaction(message.id).is_some(), "and what was put under it stays");
}

#[test]
fn what_was_read_back_meets_our_message_on_its_way_and_not_one_from_before() {
    let mut known = known();
    let ours = on_its_way(&mut known, "Yes, two left");
    apply(&mut known, &old(1, Side::Account, "former", "Yes, two left"), NOW);
    assert!(known.in_flight(ours.conversation_id).is_some(), "the same words of an hour before");
    let mut it = old(2, Side::Account, "m", "Yes, two left");
    it.event.at = ours.at;
    apply(&mut known, &it, NOW);
    assert_eq!(known.message(ours.id).unwrap().mid.as_deref(), Some("m"));
    assert_eq!(known.messages().count(), 2);
}

#[test]
fn any_mixture_with_webhooks_to_the_millisecond_ends_the_same_but_for_ids() {
    let exactly = |mut it: super::Received| {
        it.event.at = Timestamp(it.event.at.0 + 417);
        it
    };
    let events = [
        old(10, Side::Contact, "a", "Hello"),
        exactly(live(10, Side::Contact, "a", "Hello")),
        old(20, Side::Account, "b", "Good morning"),
        exactly(live(20, Side::Account, "b", "Good morning")),
        exactly(live(30, Side::Contact, "c", "Have you any left?")),
    ];
    let ends: Vec<String> = orders(events.len())
        .into_iter()
        .map(|order| {
            let mut known = known();
            for n in order {
                apply(&mut known, &events[n], NOW);
            }
            let mut rows = state(&known);
            let ids: Vec<_> = known.messages().map(|it| (it.id.to_string(), it.mid.clone().unwrap())).collect();
            for (id, mid) in ids {
                rows = rows.replace(&id, &mid);
            }
            let mut rows: Vec<&str> = rows.lines().collect();
            rows.sort_unstable();
            rows.join("\n")
        })
        .collect();
    assert!(ends.windows(2).all(|it| it[0] == it[1]), "{}\n\n{}", ends[0], ends[ends.len() - 1]);
}

fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let of_fewer = orders(n - 1);
    of_fewer
        .iter()
        .flat_map(|order| {
            (0..n).map(|place| {
                let mut longer = order.clone();
                longer.insert(place, n - 1);
                longer
            })
        })
        .collect()
}

#[test]
fn who_is_forgotten_is_known_by_a_digest_alone() {
    let contact = ContactId::of(AccountId::of(Platform::Instagram, "1"), "2");
    assert_eq!(forgotten(contact), forgotten(contact));
    assert!(!forgotten(contact).contains(&contact.to_string()[..8]));
}
