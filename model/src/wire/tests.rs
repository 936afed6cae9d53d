use super::*;
use crate::content::{Detail, MessageKind, Order, Product, ThreadEvent};
use crate::failure::{Failure, Remedy};
use crate::id::Id as _;
use crate::ids::MessageId;
use crate::inbox::{Line, LineAttachment, LineDetail, LineReaction, NamedPerson, ReactedBy, ReactionState};
use crate::outgoing::QuickReply;
use crate::person::PersonId;
use crate::thread::{AttachmentState, Author, Direction, MessageState};
use crate::time::Timestamp;
use proptest::prelude::*;

const STAMP: Stamp = [7; 8];

fn line() -> Line {
    let to = Some(NamedPerson { id: PersonId::compose(1, [2; 10]), name: "Ines".to_owned() });
    let product = Product { unit_price: Some(38.5), quantity: 2, ..Product::default() };
    let answer = QuickReply::Text { title: "Yes".to_owned(), payload: "y".to_owned(), image_url: None };
    Line {
        id: MessageId::compose(1_795_000_000_000, [3; 10]),
        at: Timestamp(1_795_000_000_000),
        direction: Direction::Out,
        kind: MessageKind::Order,
        state: Some(MessageState::Failed),
        author: Author::Agent,
        author_id: Some("mia".to_owned()),
        author_name: None,
        text: Some("</script> 陶器 \u{0}".to_owned()),
        detail: Detail {
            quick_replies: vec![answer, QuickReply::UserEmail],
            order: Some(Order { products: vec![product], note: None }),
            event: Some(ThreadEvent::Assigned { to }),
            standby: true,
            ..Detail::default()
        },
        attachments: vec![LineAttachment {
            kind: "template".to_owned(),
            state: AttachmentState::Link,
            media: None,
            url: None,
            external_id: None,
            title: None,
            detail: Some(LineDetail::Facts(vec![("Mug".to_owned(), "1.5 \u{0}".to_owned())])),
        }],
        reactions: vec![LineReaction {
            by: ReactedBy::Contact, emoji: "❤️".to_owned(), state: ReactionState::Done
        }],
        reply_to: None,
        edits: Vec::new(),
        tagged: false,
        failure: Some(Failure::ours("No.", true, Some(Remedy::Edit))),
        client_id: None,
        part: -1,
        due_at: None,
        comment: None,
    }
}

#[test]
fn a_value_comes_back_as_it_was_sent() {
    let sent = (vec![line(), line()], true, None::<Line>);
    let bytes = print(STAMP, &sent).unwrap();
    assert_eq!(read(STAMP, &bytes), Ok(sent.clone()));
    assert_eq!(read_of_any_build(&bytes), Ok(sent));
    assert_eq!(read::<()>(STAMP, &print(STAMP, &()).unwrap()), Ok(()));
}

#[test]
fn what_another_build_wrote_is_not_looked_at() {
    let bytes = print([8; 8], &line()).unwrap();
    assert_eq!(read::<Line>(STAMP, &bytes), Err(Unreadable::Outdated));
    assert_eq!(read::<Line>(STAMP, &bytes[..12]), Err(Unreadable::Outdated), "not even as far as it goes");
}

#[test]
fn what_is_not_ours_is_odd() {
    for odd in ["", "<!doctype html><title>502 Bad Gateway</title>", "null", "{\"signed_out\":1}"] {
        assert_eq!(read::<Line>(STAMP, odd.as_bytes()), Err(Unreadable::Odd), "{odd}");
    }
}

#[test]
fn nothing_may_be_missing_or_left_over() {
    let mut bytes = print(STAMP, &line()).unwrap();
    for most in 12..bytes.len() {
        assert_eq!(read::<Line>(STAMP, &bytes[..most]), Err(Unreadable::Odd), "{most}");
    }
    bytes.push(0);
    assert_eq!(read::<Line>(STAMP, &bytes), Err(Unreadable::Odd));
}

/// Else a few bytes could ask for all the memory there is.
#[test]
fn a_length_is_not_believed_before_its_bytes_are_there() {
    let endless = u32::MAX.to_le_bytes();
    assert_eq!(read_plain::<Vec<Line>>(&endless), Err(Unreadable::Odd));
    assert_eq!(read_plain::<String>(&endless), Err(Unreadable::Odd));
    assert_eq!(read_plain::<Vec<u128>>(&endless), Err(Unreadable::Odd));
}

#[test]
fn text_is_safe_wherever_it_stands() {
    let text = to_text(&print(STAMP, &line()).unwrap());
    assert!(text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_')), "{text}");
    for odd in ["A", "AAAAA", "AB", "AA=", "A A", "é", "{\"text\":\"Hello\"}"] {
        assert_eq!(of_text(odd), None, "{odd}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_text_and_back(bytes: Vec<u8>) {
        prop_assert_eq!(of_text(&to_text(&bytes)), Some(bytes));
    }

    #[test]
    fn no_text_makes_a_reader_panic(text: String) {
        if let Some(bytes) = of_text(&text) {
            prop_assert_eq!(to_text(&bytes), text);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes: Vec<u8>) {
        let _ = (read_plain::<Vec<Line>>(&bytes), read::<Line>(STAMP, &bytes));
    }

    #[test]
    fn no_spoilt_byte_makes_a_reader_panic(at: prop::sample::Index, byte: u8) {
        let mut bytes = print_plain(&vec![line(), line()]).unwrap();
        *at.get_mut(&mut bytes) = byte;
        let _ = read_plain::<Vec<Line>>(&bytes);
    }
}
