//! What can be wrong with what people write at a conversation, in sentences.

use model::desk::{ContactEdit, NOTE_MOST, Step};
use model::outgoing::CLIENT_ID_MOST;
use model::person::check_email;
use model::time::{DAY_S, Timestamp};

const SNOOZE_MOST_S: i64 = 366 * DAY_S;
const PHONE_LEAST: usize = 3;
const PHONE_MOST: usize = 40;
const ABOUT_MOST: usize = 2000;

pub(super) fn step(step: &Step, now: Timestamp) -> Option<String> {
    let words = match step {
        Step::Snooze { until } if *until <= now => "Choose a time that is still to come.",
        Step::Snooze { until } if *until > now.plus_s(SNOOZE_MOST_S) => {
            "A conversation can be snoozed for a year at most."
        }
        _ => return None,
    };
    Some(words.to_owned())
}

pub(super) fn note(text: &str, client_id: &str) -> Option<String> {
    if text.is_empty() {
        return Some("Write something first.".to_owned());
    }
    if text.chars().count() > NOTE_MOST {
        return Some(format!("A note has at most {NOTE_MOST} characters."));
    }
    let is_id = (1..=CLIENT_ID_MOST).contains(&client_id.len()) && client_id.bytes().all(is_of_word);
    (!is_id).then(|| format!("The id of a note is 1 to {CLIENT_ID_MOST} letters, digits, hyphens and underscores."))
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// As it is kept: without blanks around it.
pub(crate) fn contact(edit: &ContactEdit) -> Result<ContactEdit, Vec<String>> {
    let mut problems = Vec::new();
    let (email, phone, about) = (edit.email.trim(), edit.phone.trim(), edit.about.trim());
    if !email.is_empty()
        && let Err(problem) = check_email(email)
    {
        problems.push(format!("Email: {}", problem.words()));
    }
    let of_phone = |it: u8| it.is_ascii_digit() || matches!(it, b' ' | b'+' | b'-' | b'(' | b')' | b'/');
    let is_phone = (PHONE_LEAST..=PHONE_MOST).contains(&phone.len())
        && phone.bytes().all(of_phone)
        && phone.bytes().any(|it| it.is_ascii_digit());
    if !phone.is_empty() && !is_phone {
        problems
            .push(format!("A phone number has {PHONE_LEAST} to {PHONE_MOST} digits, blanks and the signs + - ( ) /."));
    }
    if about.chars().count() > ABOUT_MOST {
        problems.push(format!("What you write about the customer has at most {ABOUT_MOST} characters."));
    }
    let kept = ContactEdit { email: email.to_owned(), phone: phone.to_owned(), about: about.to_owned() };
    if problems.is_empty() { Ok(kept) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_763_665_200_000);

    #[test]
    fn a_snooze_ends_in_the_future_and_within_a_year() {
        let until = |s| step(&Step::Snooze { until: NOW.plus_s(s) }, NOW);
        assert_eq!((until(1), until(365 * DAY_S)), (None, None));
        assert!(until(0).is_some() && until(-5).is_some() && until(367 * DAY_S).is_some());
        assert_eq!(step(&Step::Close, NOW), None);
    }

    #[test]
    fn a_note_has_words_and_an_id() {
        assert_eq!(note("Asked the studio", "c-1_a"), None);
        assert_eq!(note(&"ä".repeat(NOTE_MOST), "c"), None);
        for (text, id) in
            [("", "c"), (&*"a".repeat(NOTE_MOST + 1), "c"), ("a", ""), ("a", "b c"), ("a", &*"c".repeat(65))]
        {
            assert!(note(text, id).is_some());
        }
    }

    #[test]
    fn all_that_is_wrong_about_a_contact_is_said_at_once() {
        let of = |email: &str, phone: &str, about: &str| {
            let [email, phone, about] = [email, phone, about].map(ToOwned::to_owned);
            contact(&ContactEdit { email, phone, about })
        };
        assert_eq!(of("", "", ""), Ok(ContactEdit::default()));
        let kept = of(" ana@example.org ", "+49 (30) 12-3/4", "Likes blue").unwrap();
        assert_eq!((&*kept.email, &*kept.phone), ("ana@example.org", "+49 (30) 12-3/4"));
        assert_eq!(of("ana", "12", &"a".repeat(2001)).unwrap_err().len(), 3);
        for phone in ["1a2", "+-()", &"1".repeat(41)] {
            assert_eq!(of("", phone, "").unwrap_err().len(), 1, "{phone}");
        }
    }
}
