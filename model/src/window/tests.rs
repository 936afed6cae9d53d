//! The windows at their edges, and what no hand and no clock can get around.

use super::*;
use proptest::prelude::*;

const WROTE: Timestamp = Timestamp(1_795_000_000_000);

fn wrote() -> LastHeard {
    LastHeard { action_at: Some(WROTE), message_at: Some(WROTE) }
}

fn reacted_only() -> LastHeard {
    LastHeard { action_at: Some(WROTE), message_at: None }
}

#[test]
fn anything_may_be_sent_for_24_hours() {
    let ends_at = WROTE.plus_s(STANDARD_S);
    for now in [WROTE, ends_at.plus_s(-1)] {
        assert_eq!(Window::of(wrote(), now), Window::Standard { ends_at });
        for hand in [Hand::Person, Hand::Automatic] {
            assert_eq!(may_leave(wrote(), hand, now), Ok(Leave::Plain));
        }
    }
}

#[test]
fn from_24_hours_on_only_a_person_may_answer() {
    let since = WROTE.plus_s(STANDARD_S);
    let ends_at = WROTE.plus_s(HUMAN_AGENT_S);
    for now in [since, since.plus_s(1), ends_at.plus_s(-1)] {
        assert_eq!(Window::of(wrote(), now), Window::HumanAgent { ends_at });
        assert_eq!(may_leave(wrote(), Hand::Person, now), Ok(Leave::Tagged));
        assert_eq!(may_leave(wrote(), Hand::Automatic, now), Err(Refusal::OnlyAPerson { since }));
    }
}

#[test]
fn from_7_days_on_nobody_may_answer() {
    let since = WROTE.plus_s(HUMAN_AGENT_S);
    for now in [since, since.plus_s(1)] {
        assert_eq!(Window::of(wrote(), now), Window::Closed { since: Some(since) });
        for hand in [Hand::Person, Hand::Automatic] {
            assert_eq!(may_leave(wrote(), hand, now), Err(Refusal::Closed { since }));
        }
    }
}

#[test]
fn a_reaction_opens_24_hours_and_no_7_days() {
    let ends_at = WROTE.plus_s(STANDARD_S);
    assert_eq!(Window::of(reacted_only(), ends_at.plus_s(-1)), Window::Standard { ends_at });
    for now in [ends_at, ends_at.plus_s(1)] {
        assert_eq!(Window::of(reacted_only(), now), Window::Closed { since: Some(ends_at) });
        assert_eq!(may_leave(reacted_only(), Hand::Person, now), Err(Refusal::Closed { since: ends_at }));
    }
}

#[test]
fn a_reaction_on_the_last_day_keeps_the_window_open_past_7_days() {
    let reacted_at = WROTE.plus_s(HUMAN_AGENT_S - 60);
    let heard = LastHeard { action_at: Some(reacted_at), message_at: Some(WROTE) };
    let ends_at = reacted_at.plus_s(STANDARD_S);
    assert_eq!(Window::of(heard, ends_at.plus_s(-1)), Window::Standard { ends_at });
    assert_eq!(Window::of(heard, ends_at), Window::Closed { since: Some(ends_at) });
}

#[test]
fn a_message_is_an_action_even_if_only_the_message_is_known() {
    let heard = LastHeard { action_at: None, message_at: Some(WROTE) };
    assert_eq!(Window::of(heard, WROTE), Window::of(wrote(), WROTE));
    let later = WROTE.plus_s(STANDARD_S);
    assert_eq!(may_leave(heard, Hand::Automatic, later), Err(Refusal::OnlyAPerson { since: later }));
}

#[test]
fn nobody_writes_first() {
    let never = LastHeard::default();
    assert_eq!(Window::of(never, WROTE), Window::Closed { since: None });
    for hand in [Hand::Person, Hand::Automatic] {
        assert_eq!(may_leave(never, hand, WROTE), Err(Refusal::NeverWrote));
    }
}

#[test]
fn what_is_left_is_said_in_the_two_largest_units_that_matter() {
    let words = [
        (3 * HOUR_S + 12 * MINUTE_S + 59, "3 h 12 min"),
        (3 * HOUR_S, "3 h"),
        (38 * MINUTE_S, "38 min"),
        (59, "less than a minute"),
        (0, "less than a minute"),
        (-HOUR_S, "less than a minute"),
        (DAY_S - 1, "23 h 59 min"),
        (DAY_S, "24 h"),
        (2 * DAY_S - 1, "47 h"),
        (2 * DAY_S, "2 days"),
        (4 * DAY_S - 1, "3 days"),
    ];
    for (left_s, expected) in words {
        assert_eq!(left_words(left_s * 1000), expected, "{left_s} s");
    }
}

/// Within a month around the moment.
fn a_moment() -> impl Strategy<Value = Timestamp> {
    let days_15 = 15 * DAY_S * 1000;
    (-days_15..days_15).prop_map(|it| Timestamp(WROTE.0 + it))
}

fn anything_heard() -> impl Strategy<Value = LastHeard> {
    (prop::option::of(a_moment()), prop::option::of(a_moment()))
        .prop_map(|(action_at, message_at)| LastHeard { action_at, message_at })
}

const fn openness(window: Window) -> u8 {
    match window {
        Window::Standard { .. } => 2,
        Window::HumanAgent { .. } => 1,
        Window::Closed { .. } => 0,
    }
}

proptest! {
    #[test]
    fn an_automatic_hand_never_gets_the_tag(heard in anything_heard(), now in a_moment()) {
        prop_assert_ne!(may_leave(heard, Hand::Automatic, now), Ok(Leave::Tagged));
    }

    #[test]
    fn nothing_leaves_through_a_closed_window(heard in anything_heard(), now in a_moment()) {
        let is_closed = matches!(Window::of(heard, now), Window::Closed { .. });
        prop_assert_eq!(may_leave(heard, Hand::Person, now).is_err(), is_closed);
        if is_closed {
            prop_assert!(may_leave(heard, Hand::Automatic, now).is_err());
        }
    }

    #[test]
    fn time_alone_never_opens_a_window(heard in anything_heard(), now in a_moment(), later_ms in 0..10 * DAY_S * 1000) {
        let later = Timestamp(now.0 + later_ms);
        prop_assert!(openness(Window::of(heard, later)) <= openness(Window::of(heard, now)));
    }

    #[test]
    fn a_window_lasts_until_it_says_and_not_longer(heard in anything_heard(), now in a_moment()) {
        let window = Window::of(heard, now);
        if let Window::Standard { ends_at } | Window::HumanAgent { ends_at } = window {
            prop_assert_eq!(Window::of(heard, Timestamp(ends_at.0 - 1)), window);
            prop_assert!(openness(Window::of(heard, ends_at)) < openness(window));
        }
    }
}
