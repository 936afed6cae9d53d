use super::*;
use crate::needs::{fields, permissions};
use crate::time::{DAY_S, HOUR_S};
use Level::{Broken, Good, Warning};

const NOW: Timestamp = Timestamp(1_795_089_600_000);

fn ago(s: i64) -> Timestamp {
    NOW.plus_s(-s)
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|it| (*it).to_owned()).collect()
}

fn told(login: Login) -> Vec<String> {
    words(&fields(login))
}

fn granted(platform: Platform, login: Login) -> Vec<String> {
    permissions(platform, login).iter().map(|it| it.name.to_owned()).collect()
}

fn asked(login: Login) -> Asked {
    Asked { at: Some(ago(120)), error: None, fields: Some(told(login)), missing: Vec::new() }
}

fn login(login: Login) -> LoginFacts {
    LoginFacts {
        login,
        token: TokenFacts::Works,
        expires_at: (login == Login::Instagram).then(|| NOW.plus_s(41 * DAY_S)),
        granted: Vec::new(),
        asked: Some(asked(login)),
    }
}

fn luna() -> AccountFacts {
    AccountFacts {
        platform: Platform::Instagram,
        standing: Standing::Active,
        logins: vec![login(Login::Instagram)],
        last_event_at: Some(ago(90)),
        last_sent_at: Some(ago(3 * HOUR_S)),
        tag: Tag::Works,
        is_blocked: false,
    }
}

/// The one about this.
fn about(facts: &AccountFacts, what: &str) -> Finding {
    let found = of_account(facts, NOW);
    found.into_iter().find(|it| it.about == what).unwrap_or_else(|| panic!("nothing about {what}"))
}

fn with(change: impl FnOnce(&mut LoginFacts)) -> AccountFacts {
    let mut facts = luna();
    change(&mut facts.logins[0]);
    facts
}

fn with_asked(change: impl FnOnce(&mut Asked)) -> AccountFacts {
    with(|it| change(it.asked.as_mut().unwrap()))
}

#[test]
fn of_a_healthy_account_everything_is_good_and_nothing_is_to_be_done() {
    let mut page = login(Login::Page);
    page.granted = granted(Platform::Page, Login::Page);
    let page = AccountFacts { platform: Platform::Page, logins: vec![page], ..luna() };
    for facts in [luna(), page] {
        let found = of_account(&facts, NOW);
        assert!(found.iter().all(|it| it.level == Good && it.mend.is_none()), "{found:#?}");
        let what: Vec<_> = found.iter().map(|it| it.about).collect();
        assert_eq!(what, ["Token", "Permissions", "Webhooks", "Last event", "Last send", "After 24 hours"]);
    }
}

#[test]
fn each_thing_that_can_be_wrong_has_its_words_and_what_mends_it() {
    let blocked = AccountFacts { is_blocked: true, ..luna() };
    let paused = AccountFacts { standing: Standing::Paused, ..luna() };
    let gone = AccountFacts { standing: Standing::Disconnected, ..luna() };
    let none = AccountFacts { logins: Vec::new(), ..luna() };
    let dead = with(|it| it.token = TokenFacts::Dead(Some("Session has expired (190/463)".to_owned())));
    let locked = with(|it| it.token = TokenFacts::Locked("another key".to_owned()));
    let ended = with(|it| it.expires_at = Some(ago(HOUR_S)));
    let ending = with(|it| it.expires_at = Some(NOW.plus_s(6 * DAY_S)));
    let new = with(|it| it.asked = None);
    let away = with_asked(|it| it.error = Some("no answer".to_owned()));
    let lost = with_asked(|it| it.fields = Some(Vec::new()));
    let partly = with_asked(|it| it.fields.as_mut().unwrap().retain(|it| it != "comments" && it != "standby"));
    let unknown = with_asked(|it| it.fields = None);
    let revoked = with_asked(|it| it.missing = words(&["instagram_business_manage_messages"]));
    let less = with(|it| it.granted = words(&["instagram_business_basic", "instagram_business_manage_messages"]));
    let silent = AccountFacts { last_event_at: None, ..luna() };
    let quiet = AccountFacts { last_event_at: Some(ago(8 * DAY_S)), ..luna() };
    let refused = AccountFacts { tag: Tag::Refused, ..luna() };
    let (connect, look) = (Some(Mend::Connect), Some(Mend::Look));
    for (facts, what, level, mend, part) in [
        (blocked, "Sending", Broken, None, "blocked"),
        (paused, "Sending", Warning, Some(Mend::Settings), "Paused by an admin"),
        (gone, "Connection", Broken, connect, "not connected"),
        (none, "Token", Broken, connect, "There is none"),
        (dead, "Token", Broken, connect, "Meta refuses it: Session has expired (190/463). Messages still arrive"),
        (locked, "Token", Broken, connect, "cannot be opened: another key"),
        (ended, "Token", Broken, connect, "ran out 1 hour ago"),
        (ending, "Token", Warning, connect, "ends in 6 days"),
        (new.clone(), "Token", Good, look, "asked within minutes"),
        (new, "Webhooks", Warning, look, "not known yet"),
        (away, "Token", Warning, look, "could not be asked: no answer. It answered last 2 minutes ago."),
        (lost, "Webhooks", Broken, look, "does not tell us what customers write"),
        (partly, "Webhooks", Warning, look, "not tell us of what another app answers and comments."),
        (unknown, "Webhooks", Warning, look, "not known yet"),
        (
            revoked,
            "Permissions",
            Broken,
            connect,
            "may not read and answer messages (instagram_business_manage_messages)",
        ),
        (less, "Permissions", Warning, connect, "may not see comments"),
        (silent, "Last event", Warning, None, "Nothing has come in yet"),
        (quiet, "Last event", Warning, None, "8 days ago"),
        (refused, "After 24 hours", Warning, None, "Human Agent"),
    ] {
        let found = about(&facts, what);
        assert_eq!((found.level, found.mend), (level, mend), "{found:?}");
        assert!(found.words.contains(part), "{found:?}");
    }
}

#[test]
fn a_token_that_does_not_work_says_nothing_of_what_it_may() {
    let dead = with(|it| it.token = TokenFacts::Dead(None));
    let found = of_account(&dead, NOW);
    assert!(!found.iter().any(|it| ["Permissions", "Webhooks"].contains(&it.about)), "{found:?}");
}

#[test]
fn what_was_just_now_is_not_counted() {
    let facts = AccountFacts { last_event_at: Some(ago(0)), ..luna() };
    assert_eq!(about(&facts, "Last event").words, "A moment ago.");
    assert_eq!(about(&luna(), "Last event").words, "1 minute ago.");
    let asked = with(|it| it.asked = Some(Asked { at: Some(NOW), ..asked(Login::Instagram) }));
    assert!(about(&asked, "Webhooks").words.ends_with("as of a moment ago."));
}

#[test]
fn of_two_logins_each_finding_says_whose_it_is() {
    let mut both = luna();
    both.logins.push(login(Login::Page));
    let found = of_account(&both, NOW);
    let tokens: Vec<_> = found.iter().filter(|it| it.about == "Token").map(|it| it.words.as_str()).collect();
    assert!(tokens[0].starts_with("Instagram’s own login: Works, for 41 days more"), "{tokens:?}");
    assert!(tokens[1].starts_with("Facebook’s login: Works, without an end"), "{tokens:?}");
}

#[test]
fn signatures_tell_a_wrong_secret_from_a_stranger() {
    let of = |n_right, n_wrong| of_signatures(Signatures { n_right, n_wrong }, 1);
    assert_eq!(of(0, 0).level, Good);
    assert_eq!(of(1, 0).words, "All of 1 webhook fitted in the last day.");
    assert_eq!((of(0, 3).level, of(9, 3).level), (Broken, Warning));
    assert!(of(9, 3).words.starts_with("3 of 12 webhooks did not fit"));
    assert_eq!(of_signatures(Signatures::default(), 0).level, Broken);
}

#[test]
fn a_clock_may_be_a_little_off() {
    for (ahead_ms, level) in
        [(None, Good), (Some(0), Good), (Some(-29_999), Good), (Some(30_000), Warning), (Some(-300_000), Broken)]
    {
        assert_eq!(of_clock(ahead_ms).level, level, "{ahead_ms:?}");
    }
    assert!(of_clock(Some(-120_000)).words.contains("2 minutes behind Meta"));
    assert!(of_clock(Some(7_200_000)).words.contains("2 hours ahead of Meta"));
    assert_eq!(of_clock(Some(i64::MIN)).level, Broken);
}
