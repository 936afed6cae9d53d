mod rows;

use super::*;
use crate::graph::error::answer;
use proptest::prelude::*;
use rows::rows;
use serde_json::json;

const PLAIN: Attempt = Attempt {
    platform: Platform::Instagram,
    tagged: false,
    may_tag: false,
    n_pictures: 0,
    has_reply_to: false,
    is_uploaded: false,
    attempts: 0,
    window_closed_by_our_clock: false,
    is_private_reply: false,
};
const MAY_TAG: Attempt = Attempt { may_tag: true, ..PLAIN };
const TAGGED: Attempt = Attempt { tagged: true, ..MAY_TAG };
const CLOSED: Attempt = Attempt { window_closed_by_our_clock: true, ..PLAIN };
const OFTEN: Attempt = Attempt { attempts: 100, ..PLAIN };

fn said(code: i32, subcode: Option<i32>) -> GraphError {
    let body = json!({"error": {"message": "(#7) Kiln is cold.", "code": code, "error_subcode": subcode,
        "fbtrace_id": "Ax"}});
    answer(400, body.to_string().as_bytes(), None).unwrap_err()
}

/// The decision in a word, with the remedy.
fn word(decision: &Decision) -> (&'static str, Option<Remedy>) {
    match decision {
        Decision::Retry { .. } => ("retry", None),
        Decision::HoldAccount { .. } => ("hold", None),
        Decision::SendTagged => ("tag", None),
        Decision::OneByOne => ("one by one", None),
        Decision::WithoutReplyTo => ("without reply_to", None),
        Decision::UploadAgain => ("upload", None),
        Decision::Reject(it) => ("reject", it.remedy),
        Decision::TagRefused(it) => ("tag refused", it.remedy),
        Decision::Reauthorise(it) => ("reauthorise", it.remedy),
        Decision::NotOwner(it) => ("not owner", it.remedy),
        Decision::Unknown => ("unknown", None),
    }
}

fn failure_of(decision: &Decision) -> Option<&Failure> {
    match decision {
        Decision::Reject(it) | Decision::TagRefused(it) | Decision::Reauthorise(it) | Decision::NotOwner(it) => {
            Some(it)
        }
        _ => None,
    }
}

/// Whatever else Meta refuses, connecting the account again would not help.
#[test]
fn only_a_loss_of_authorisation_asks_for_connecting_again() {
    for (code, subcode, ..) in rows() {
        let (error, is_lost) = (said(code, subcode), [102, 190].contains(&code));
        assert_eq!(error.kind == Kind::TokenDead, is_lost, "{error}");
        let decision = decide(&error, &PLAIN);
        assert_eq!(matches!(decision, Decision::Reauthorise(_)), is_lost, "{error}");
        let remedy = failure_of(&decision).and_then(|it| it.remedy);
        assert_eq!(remedy == Some(Remedy::Reconnect), is_lost, "{error}");
    }
}

#[test]
fn every_number_of_metas_leads_somewhere() {
    for (code, subcode, expected, remedy) in rows() {
        let decision = decide(&said(code, subcode), &PLAIN);
        assert_eq!(word(&decision), (expected, remedy), "{code}/{subcode:?}");
    }
}

#[test]
fn every_failure_is_a_sentence_for_an_agent() {
    let attempts = [
        PLAIN,
        MAY_TAG,
        TAGGED,
        CLOSED,
        OFTEN,
        Attempt { is_private_reply: true, ..PLAIN },
        Attempt { is_private_reply: true, ..CLOSED },
    ];
    let own_words = rows().into_iter().filter(|it| it.0 != 10_900).map(|it| said(it.0, it.1));
    let no_answer = GraphError { in_doubt: false, ..GraphError::strange(503, "") };
    for error in own_words.chain([no_answer, GraphError::strange(400, "no JSON"), not_reached()]) {
        for attempt in &attempts {
            let decision = decide(&error, attempt);
            let Some(failure) = failure_of(&decision) else { continue };
            let words = failure.message.as_str();
            assert!(words.ends_with('.') && words.len() > 20 && words.len() < 200, "{words}");
            assert!(!words.contains("  ") && !words.contains('!') && words.starts_with(char::is_uppercase), "{words}");
            let lower = words.to_lowercase();
            for jargon in "token webhook api subcode code error parameter json graph tag please oops psid".split(' ') {
                let is_there =
                    lower.split(|it: char| !it.is_alphanumeric()).any(|it| it.trim_end_matches('s') == jargon);
                assert!(!is_there, "{jargon}: {words}");
            }
            assert_eq!((failure.code, failure.subcode), (error.code, error.subcode));
            assert_eq!(failure.trace, error.trace);
            assert!(!(failure.retryable && failure.remedy == Some(Remedy::Edit)) || error.subcode == Some(2_018_008));
        }
    }
}

fn not_reached() -> GraphError {
    GraphError::new(Kind::Transient, None, "connection refused")
}

#[test]
fn what_is_tried_once_more_depends_on_what_was_tried() {
    let pictures = Attempt { n_pictures: 2, ..PLAIN };
    let uploaded = Attempt { is_uploaded: true, ..PLAIN };
    let answering = Attempt { has_reply_to: true, ..PLAIN };
    let private = Attempt { is_private_reply: true, ..MAY_TAG };
    let second = Attempt { attempts: 1, ..PLAIN };
    let closed_to_person = Attempt { window_closed_by_our_clock: true, ..MAY_TAG };
    for (code, subcode, attempt, expected) in [
        (10, Some(2_018_278), MAY_TAG, "tag"),
        (10, Some(2_534_022), MAY_TAG, "tag"),
        (10, Some(2_018_065), MAY_TAG, "tag"),
        (10, Some(2_534_022), TAGGED, "reject"),
        (10, Some(2_534_022), private, "reject"),
        (551, Some(1_545_041), MAY_TAG, "reject"),
        (551, Some(1_545_041), closed_to_person, "tag"),
        (200, Some(1_545_041), CLOSED, "reject"),
        (10, None, TAGGED, "tag refused"),
        (10, Some(7), TAGGED, "tag refused"),
        (10, Some(1_893_063), TAGGED, "reject"),
        (100, Some(2_534_068), pictures, "one by one"),
        (100, Some(2_018_074), uploaded, "upload"),
        (100, Some(2_018_074), Attempt { is_uploaded: true, ..OFTEN }, "reject"),
        (100, None, answering, "without reply_to"),
        (100, Some(7), answering, "without reply_to"),
        (100, Some(2_534_015), answering, "reject"),
        (100, Some(2_018_008), second, "reject"),
        (2, Some(1_545_133), second, "retry"),
        (2, Some(1_545_133), OFTEN, "reject"),
        (1200, None, OFTEN, "reject"),
        (4, None, OFTEN, "hold"),
        (1, None, OFTEN, "unknown"),
    ] {
        assert_eq!(word(&decide(&said(code, subcode), &attempt)).0, expected, "{code}/{subcode:?} {attempt:?}");
    }
    let Decision::Reject(both) = decide(&said(551, Some(1_545_041)), &CLOSED) else { panic!("a refusal") };
    assert!(both.message.contains("Either the time to answer is over") && both.message.contains("cannot be reached"));
}

#[test]
fn a_limit_holds_the_account_for_as_long_as_meta_says() {
    let limited = |body: &str, wait_s| decide(&answer(400, body.as_bytes(), wait_s).unwrap_err(), &PLAIN);
    let hold = |for_s| Decision::HoldAccount { for_s };
    assert_eq!(limited(r#"{"error": {"code": 80006}}"#, Some(780)), hold(780));
    assert_eq!(limited(r#"{"error": {"code": 80006}}"#, None), hold(60));
    assert_eq!(decide(&GraphError::strange(429, ""), &PLAIN), hold(60));
}

#[test]
fn a_host_that_is_not_reached_is_tried_for_longer() {
    let after = |attempts| word(&decide(&not_reached(), &Attempt { attempts, ..PLAIN })).0;
    assert_eq!([0, 5, 8, 9].map(after), ["retry", "retry", "retry", "reject"]);
    let after = |attempts| word(&decide(&said(1200, None), &Attempt { attempts, ..PLAIN })).0;
    assert_eq!([0, 3, 4, 9].map(after), ["retry", "retry", "reject", "reject"]);
}

#[test]
fn an_unknown_number_shows_metas_words() {
    let words = |body: serde_json::Value| {
        let error = answer(400, json!({"error": body}).to_string().as_bytes(), None).unwrap_err();
        failure_of(&decide(&error, &PLAIN)).map(|it| it.message.clone())
    };
    let for_people = json!({"code": 77, "message": "(#77) x", "error_user_msg": "The kiln is cold."});
    assert_eq!(words(for_people).as_deref(), Some("Meta says: The kiln is cold."));
    let for_programmers = json!({"code": 77, "message": "(#77) Kiln (large) is cold"});
    assert_eq!(words(for_programmers).as_deref(), Some("Meta says: Kiln (large) is cold."));
    for nothing in [json!({"code": 77}), json!({}), json!({"code": 77, "message": "(#77) "})] {
        let said = words(nothing.clone());
        assert!(said.is_some_and(|it| it.starts_with("Meta ")), "{nothing}");
    }
    assert_eq!(words(json!({"code": 77, "is_transient": true})), None, "it is tried again");
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let bools = prop::array::uniform6(any::<bool>());
    (bools, 0_usize..4, 0..12, any::<bool>()).prop_map(|(is, n_pictures, attempts, window_closed_by_our_clock)| {
        Attempt {
            platform: if is[0] { Platform::Instagram } else { Platform::Page },
            tagged: is[1],
            may_tag: is[2],
            n_pictures,
            has_reply_to: is[3],
            is_uploaded: is[4],
            attempts,
            window_closed_by_our_clock,
            is_private_reply: is[5],
        }
    })
}

fn error() -> impl Strategy<Value = GraphError> {
    let known = prop::sample::select(rows()).prop_map(|it| (it.0, it.1));
    let numbers = prop_oneof![4 => known, 1 => any::<(i32, Option<i32>)>()];
    let status = prop::sample::select(vec![200, 400, 403, 500, 503]);
    let said = (numbers, status, any::<bool>()).prop_map(|((code, subcode), status, transient)| {
        let body = json!({"error": {"code": code, "error_subcode": subcode, "is_transient": transient}});
        answer(status, body.to_string().as_bytes(), None).unwrap_err()
    });
    let silent = prop::sample::select(vec![200, 302, 400, 429, 502]).prop_map(|it| GraphError::strange(it, "x"));
    let cut = any::<bool>().prop_map(|in_doubt| GraphError { in_doubt, ..not_reached() });
    prop_oneof![6 => said, 1 => silent, 1 => cut]
}

proptest! {
    #[test]
    fn nothing_goes_out_that_may_not(error in error(), attempt in attempt()) {
        let decision = decide(&error, &attempt);
        if decision == Decision::SendTagged {
            prop_assert!(attempt.may_tag && !attempt.tagged && !attempt.is_private_reply);
        }
        prop_assert_eq!(error.in_doubt, decision == Decision::Unknown, "{:?}", error);
        match decision {
            Decision::WithoutReplyTo => prop_assert!(attempt.has_reply_to),
            Decision::OneByOne => prop_assert!(attempt.n_pictures > 1),
            Decision::UploadAgain => prop_assert!(attempt.is_uploaded),
            Decision::TagRefused(_) => prop_assert!(attempt.tagged),
            Decision::Retry { .. } => prop_assert!(attempt.attempts < TRIES_TO_CONNECT),
            Decision::HoldAccount { for_s } => prop_assert!(for_s > 0),
            _ => {}
        }
        if let Some(failure) = failure_of(&decide(&error, &attempt)) {
            prop_assert!(!failure.message.is_empty());
        }
    }

    #[test]
    fn what_is_repeated_ends(error in error(), attempt in attempt()) {
        let mut attempt = attempt;
        let mut n_repeated = 0;
        loop {
            match decide(&error, &attempt) {
                Decision::SendTagged => attempt.tagged = true,
                Decision::OneByOne => attempt.n_pictures = 1,
                Decision::WithoutReplyTo => attempt.has_reply_to = false,
                Decision::Retry { .. } | Decision::UploadAgain => {}
                _ => break,
            }
            attempt.attempts += 1;
            n_repeated += 1;
            prop_assert!(n_repeated <= TRIES_TO_CONNECT);
        }
    }
}
