//! Every kind of line.

use super::{EVIL, NOW, hannah, opened, page};
use model::content::{Answer, AttachmentKind, Detail, MessageKind, Order, Postback, Product, Referral, ThreadEvent};
use model::failure::{Failure, Remedy};
use model::id::Id as _;
use model::ids::MessageId;
use model::inbox::{
    FormerText, Line, LineAttachment, LineComment, LineDetail, LineMedia, LineReaction, OpenConversation, Quoted,
    ReactedBy, ReactionState,
};
use model::media::MediaId;
use model::outgoing::QuickReply;
use model::thread::{AttachmentState, Author, Direction, MessageState};
use model::time::Timestamp;
use serde_json::{Value, json};

fn incoming(text: &str) -> Line {
    Line {
        id: MessageId::compose(1, [1; 10]),
        at: NOW.plus_s(-600),
        direction: Direction::In,
        kind: MessageKind::Text,
        state: Some(MessageState::Received),
        author: Author::Contact,
        author_id: None,
        author_name: None,
        text: Some(text.to_owned()).filter(|it| !it.is_empty()),
        detail: Detail::default(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        reply_to: None,
        edits: Vec::new(),
        tagged: false,
        failure: None,
        client_id: None,
        part: 0,
        due_at: None,
        comment: None,
    }
}

fn outgoing(text: &str, state: MessageState) -> Line {
    Line {
        direction: Direction::Out,
        state: Some(state),
        author: Author::Agent,
        author_id: Some(super::mia(model::person::Role::Agent).me.id.to_string()),
        author_name: Some("Mia Lindqvist".to_owned()),
        ..incoming(text)
    }
}

fn of_kind(kind: MessageKind, text: &str) -> Line {
    Line { kind, ..incoming(text) }
}

fn media(content_type: &str) -> LineMedia {
    LineMedia {
        id: MediaId::from_bits(7),
        name: Some("Care guide.pdf".to_owned()),
        content_type: content_type.to_owned(),
        size: 1_258_291,
        width: Some(1200),
        height: Some(800),
        duration_ms: Some(23_000),
        blur: Some("data:image/png;base64,AA==".to_owned()),
    }
}

fn attachment(kind: &str, media: Option<LineMedia>) -> LineAttachment {
    let state = if media.is_some() { AttachmentState::Stored } else { AttachmentState::Link };
    LineAttachment { kind: kind.to_owned(), state, media, url: None, external_id: None, title: None, detail: None }
}

fn read(kind: &str, detail: &Value) -> Option<LineDetail> {
    LineDetail::of(&AttachmentKind::from_word(kind), detail)
}

fn with(kind: MessageKind, attachments: Vec<LineAttachment>) -> Line {
    Line { kind, attachments, ..incoming("") }
}

async fn thread(lines: Vec<Line>) -> String {
    thread_as(lines, |_| {}).await
}

async fn thread_as(lines: Vec<Line>, change: impl Fn(&mut OpenConversation)) -> String {
    let path = format!("/inbox/{}", hannah().id);
    let page = page(&path, move |first| {
        let mut it = opened(hannah(), lines.clone());
        change(&mut it);
        first.open = Some(Ok(it));
    })
    .await;
    let start = page.find("role=\"log\"").unwrap();
    page[start..start + page[start..].find("</section>").unwrap()].to_owned()
}

/// Each of these lines alone, and the words that must be there.
async fn say(list: Vec<(Line, &[&str])>) {
    for (line, expected) in list {
        let page = thread(vec![line]).await;
        for words in expected {
            assert!(page.contains(words), "{words} in {page}");
        }
    }
}

#[tokio::test]
async fn a_message_is_an_article_named_by_who_wrote_it_and_when() {
    let page = thread(vec![incoming("Is it for sale? https://luna.example/bowl.")]).await;
    assert!(page.contains("aria-label=\"Hannah Okafor, 14:02\""), "{page}");
    assert!(page.contains("<h3 class=\"day\">Today</h3>"), "{page}");
    assert!(page.contains("<p dir=\"auto\">") && page.contains("href=\"https://luna.example/bowl\""), "{page}");
    assert!(page.contains("rel=\"noopener noreferrer nofollow external\""), "{page}");
    let page = thread(vec![outgoing("It is.", MessageState::Sent)]).await;
    assert!(page.contains("aria-label=\"You, 14:02\"") && !page.contains("msg__author"), "{page}");
    let colleague = Line {
        author_id: Some("x".to_owned()),
        author_name: Some("Ines Duarte".to_owned()),
        ..outgoing("It is.", MessageState::Sent)
    };
    let page = thread(vec![colleague]).await;
    assert!(page.contains("msg__author") && page.contains("Ines Duarte"), "{page}");
}

#[tokio::test]
async fn what_became_of_a_reply_is_said_under_it() {
    let at = NOW.plus_s(-600);
    let state = async |state: MessageState, delivered: i64, seen: i64| {
        thread_as(vec![outgoing("Packed.", state)], |it| {
            it.delivered_until = Timestamp(delivered);
            it.seen_until = Timestamp(seen);
        })
        .await
    };
    for (page, words) in [
        (state(MessageState::Sending, 0, 0).await, "Sending"),
        (state(MessageState::Sent, 0, 0).await, "Sent"),
        (state(MessageState::Sent, at.0, 0).await, "Delivered"),
        (state(MessageState::Sent, at.0, at.0).await, "Seen"),
        (state(MessageState::Unconfirmed, 0, 0).await, "Not confirmed"),
        (state(MessageState::Failed, 0, 0).await, "Not sent"),
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let queued = Line { due_at: Some(NOW.plus_s(4)), ..outgoing("Packed.", MessageState::Queued) };
    let tagged = Line { tagged: true, ..outgoing("Packed.", MessageState::Sent) };
    say(vec![(queued, &["Take back", "msg__stack--queued"]), (tagged, &["Human-agent tag"])]).await;
    let unsure = thread(vec![outgoing("Packed.", MessageState::Unconfirmed)]).await;
    let place = |words: &str| unsure.find(words).unwrap_or_else(|| panic!("{words} in {unsure}"));
    assert!(
        place("It may have arrived") < place("Check again") && place("Check again") < place("Send again"),
        "{unsure}"
    );
}

#[tokio::test]
async fn what_mends_a_failure_comes_first() {
    let failed = |retryable, remedy| Line {
        failure: Some(Failure { message: "The picture is 11 MB.".to_owned(), retryable, remedy, ..Failure::default() }),
        ..outgoing("Here it is.", MessageState::Failed)
    };
    let page = thread(vec![failed(true, None)]).await;
    assert!(page.contains("The picture is 11 MB.") && page.contains("msg__stack--failed"), "{page}");
    assert!(page.find(">Retry<") < page.find(">Edit<") && page.find(">Edit<") < page.find(">Delete<"), "{page}");
    let page = thread(vec![failed(false, Some(Remedy::Edit))]).await;
    assert!(!page.contains(">Retry<") && page.contains(">Edit<") && page.contains(">Delete<"), "{page}");
}

#[tokio::test]
async fn media_have_their_size_and_a_name() {
    let photo = || attachment("image", Some(media("image/jpeg")));
    let pdf = attachment("file", Some(media("application/pdf")));
    let kind = MessageKind::Media;
    say(vec![
        (
            with(kind, vec![photo()]),
            &["photos--1", "aria-label=\"Open photo\"", "width=\"1200\"", "height=\"800\"", "data:image/png;base64"],
        ),
        (with(kind, vec![photo(), photo()]), &["photos--2", "Open photo 2 of 2"]),
        (with(kind, vec![photo(), photo(), photo()]), &["photos--3"]),
        (with(kind, vec![photo(), photo(), photo(), photo(), photo()]), &["photos--4", "Open photo 5 of 5"]),
        (with(kind, vec![attachment("video", Some(media("video/mp4")))]), &["<video", "controls"]),
        (with(kind, vec![attachment("audio", Some(media("audio/mp4")))]), &["Play voice message, 0:23", "<audio"]),
        (with(kind, vec![pdf]), &["Care guide.pdf", "PDF, 1.2 MB", "download=\"Care guide.pdf\""]),
        (with(MessageKind::Sticker, vec![attachment("sticker", Some(media("image/webp")))]), &["alt=\"Sticker\""]),
        (with(MessageKind::Sticker, vec![attachment("like_heart", None)]), &["aria-label=\"Heart\""]),
        (
            with(kind, vec![LineAttachment { state: AttachmentState::Gone, ..attachment("image", None) }]),
            &["The photo is not there any more."],
        ),
        (
            with(kind, vec![LineAttachment { state: AttachmentState::Waiting, ..attachment("video", None) }]),
            &["The video is on its way."],
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_was_passed_on_is_a_card() {
    let titled = |kind: &str, url: &str| LineAttachment {
        title: Some("Opening the kiln".to_owned()),
        url: Some(url.to_owned()),
        ..attachment(kind, None)
    };
    let place = LineAttachment {
        detail: read("location", &json!({"lat": 51.5, "long": -0.1})),
        ..attachment("location", None)
    };
    let share = MessageKind::Share;
    say(vec![
        (with(share, vec![titled("reel", "https://instagram.example/r/1")]), &["Reel", "Opening the kiln", "Open it"]),
        (with(share, vec![attachment("post", Some(media("image/jpeg")))]), &["Post", "card__art"]),
        (with(share, vec![titled("link", "https://kiln.example/a/b")]), &["Link", "kiln.example"]),
        (with(MessageKind::Location, vec![place]), &["Location", "mlat=51.5", "Show on a map"]),
        (with(share, vec![attachment("story", None)]), &["/media/story/", "Shared a story"]),
        (
            with(MessageKind::StoryMention, vec![attachment("story_mention", None)]),
            &["/media/story/", "Mentioned you in a story"],
        ),
        (
            with(
                MessageKind::StoryMention,
                vec![LineAttachment { state: AttachmentState::Gone, ..attachment("story_mention", None) }],
            ),
            &["Mentioned you in a story that has since expired."],
        ),
        (
            Line { attachments: vec![attachment("story", None)], ..of_kind(MessageKind::StoryReply, "That blush!") },
            &["Replied to your story", "/media/story/", "That blush!"],
        ),
    ])
    .await;
    let page = thread(vec![with(share, vec![titled("link", "javascript:alert(1)")])]).await;
    assert!(!page.contains("href=\"javascript"), "{page}");
}

#[tokio::test]
async fn cards_carts_forms_and_taps_are_readable() {
    let template = LineAttachment {
        detail: read(
            "template",
            &json!({"elements": [{"title": "Tidal mug", "subtitle": "34 €", "buttons": [{"title": "See it", "url": "https://luna.example"}]}]}),
        ),
        ..attachment("template", None)
    };
    let product = Product {
        name: Some("Tidal mug".to_owned()),
        unit_price: Some(34.0),
        currency: Some("EUR".to_owned()),
        quantity: 2,
        ..Product::default()
    };
    let order = Order { products: vec![product], note: Some("As a gift".to_owned()) };
    let appointment = LineAttachment {
        detail: read("appointment", &json!({"status": "requested", "timezone": "Europe/Berlin", "booking_id": "bk_1"})),
        ..attachment("appointment", None)
    };
    let detail = |detail: Detail, kind, text: &str| Line { detail, ..of_kind(kind, text) };
    let chips = vec![
        QuickReply::Text { title: "Notify me".to_owned(), payload: "n".to_owned(), image_url: None },
        QuickReply::UserEmail,
    ];
    say(vec![
        (with(MessageKind::Template, vec![template]), &["aria-label=\"One card\"", "Tidal mug", "34 €", "See it"]),
        (
            detail(Detail { order: Some(order), ..Detail::default() }, MessageKind::Order, ""),
            &["2 × Tidal mug", "34.00 EUR", "As a gift"],
        ),
        (
            detail(
                Detail {
                    answers: vec![Answer { question: "City?".to_owned(), answer: "Leeds".to_owned() }],
                    ..Detail::default()
                },
                MessageKind::Form,
                "",
            ),
            &["Answered a form", "City?", "Leeds"],
        ),
        (with(MessageKind::Appointment, vec![appointment]), &["Appointment", "Status", "requested", "Europe/Berlin"]),
        (
            detail(
                Detail {
                    postback: Some(Postback { title: Some("Get started".to_owned()), payload: None }),
                    ..Detail::default()
                },
                MessageKind::Postback,
                "",
            ),
            &["bubble__tap", "Get started", "tapped a button"],
        ),
        (
            detail(
                Detail { quick_reply: Some("p".to_owned()), ..Detail::default() },
                MessageKind::Text,
                "Talk to a person",
            ),
            &["bubble__tap", "tapped a quick reply"],
        ),
        (
            Line {
                detail: Detail { quick_replies: chips, ..Detail::default() },
                ..outgoing("What now?", MessageState::Sent)
            },
            &["aria-label=\"Quick replies offered\"", "Notify me", "Their email"],
        ),
        (
            detail(
                Detail {
                    referral: Some(Referral { ad_title: Some("Autumn drop".to_owned()), ..Referral::default() }),
                    ..Detail::default()
                },
                MessageKind::Text,
                "Hi",
            ),
            &["tapped your ad “Autumn drop”"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_comment_can_be_answered_in_private_once_and_in_time() {
    let comment = |reply_until, replied_at, removed_at| Line {
        comment: Some(LineComment {
            permalink: Some("https://instagram.example/p/1".to_owned()),
            reply_until,
            replied_at,
            removed_at,
        }),
        ..of_kind(MessageKind::Comment, "Do you ship to the UK?")
    };
    let (later, before) = (Some(NOW.plus_s(86_400)), Some(NOW.plus_s(-60)));
    say(vec![
        (
            comment(later, None, None),
            &["Comment under your post", "Do you ship to the UK?", "Reply privately", "Open it there"],
        ),
        (comment(later, before, None), &["Answered in private"]),
        (comment(before, None, None), &["can no longer be answered in private"]),
        (comment(later, None, before), &["It was removed."]),
        (of_kind(MessageKind::Mention, "@luna look"), &["Mentioned you publicly", "@luna look"]),
        (of_kind(MessageKind::VisitorPost, "Lovely!"), &["Posted on your Page"]),
    ])
    .await;
    let page = thread(vec![comment(later, before, None)]).await;
    assert!(!page.contains("Reply privately"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_shown_is_explained() {
    let unsent = Line { state: Some(MessageState::Deleted), text: Some("secret".to_owned()), ..incoming("secret") };
    let odd = Line {
        detail: Detail { unsupported: Some("tune".to_owned()), ..Detail::default() },
        ..of_kind(MessageKind::Unsupported, "")
    };
    say(vec![
        (unsent.clone(), &["Hannah Okafor unsent a message."]),
        (odd, &["Instagram doesn’t let us show this kind of message (tune)."]),
        (of_kind(MessageKind::Ephemeral, ""), &["photo or video to view once"]),
        (of_kind(MessageKind::Text, ""), &["This message is empty."]),
    ])
    .await;
    assert!(!thread(vec![unsent]).await.contains("secret"));
}

#[tokio::test]
async fn what_hangs_on_a_message_stands_with_it() {
    let reaction = |by, emoji: &str| LineReaction { by, emoji: emoji.to_owned(), state: ReactionState::Done };
    let quoted = Quoted { id: MessageId::compose(1, [9; 10]), author: Author::Contact, words: "Photo".to_owned() };
    let former = |text: &str| FormerText { text: Some(text.to_owned()), at: NOW.plus_s(-900) };
    say(vec![
        (
            Line {
                reactions: vec![reaction(ReactedBy::Contact, "❤️"), reaction(ReactedBy::Account, "👍")],
                ..incoming("Hi")
            },
            &["aria-label=\"Hannah Okafor reacted ❤️\"", "aria-label=\"You reacted 👍\""],
        ),
        (
            Line { reply_to: Some(quoted), ..outgoing("Oh no.", MessageState::Sent) },
            &["bubble__quote", "Photo", "Oh no."],
        ),
        (Line { edits: vec![former("4126"), former("4128")], ..incoming("4127") }, &["Edited twice", "4126", "4128"]),
        (incoming("😍🙌"), &["bubble--emoji"]),
    ])
    .await;
}

#[tokio::test]
async fn notes_and_events_are_no_bubbles() {
    let note = Line {
        direction: Direction::Internal,
        state: None,
        author: Author::Agent,
        author_name: Some("Ines Duarte".to_owned()),
        ..of_kind(MessageKind::Note, "Approved.")
    };
    let event = |event| Line {
        direction: Direction::Internal,
        state: None,
        detail: Detail { event: Some(event), ..Detail::default() },
        ..of_kind(MessageKind::Event, "")
    };
    let passed = ThreadEvent::ControlPassed { from: None, to: None, metadata: Some("wants saucers".to_owned()) };
    say(vec![
        (note, &["Internal note by Ines Duarte, 14:02", "Only your team sees this", "Approved."]),
        (event(ThreadEvent::AccountLinked), &["class=\"event\"", "linked their account"]),
        (event(passed), &["event--card", "handed this to Another app", "wants saucers"]),
    ])
    .await;
}

/// Whatever a customer writes, wherever it stands.
#[tokio::test]
async fn nothing_of_a_customer_becomes_markup() {
    let evil = || Some(EVIL.to_owned());
    let all = Detail {
        quick_replies: vec![QuickReply::Text { title: EVIL.to_owned(), payload: EVIL.to_owned(), image_url: None }],
        postback: Some(Postback { title: evil(), payload: evil() }),
        referral: Some(Referral { ad_title: evil(), reference: evil(), ..Referral::default() }),
        order: Some(Order {
            products: vec![Product { name: evil(), currency: evil(), unit_price: Some(1.0), ..Product::default() }],
            note: evil(),
        }),
        answers: vec![Answer { question: EVIL.to_owned(), answer: EVIL.to_owned() }],
        unsupported: evil(),
        post: Some(model::content::Post { ad_title: evil(), ..model::content::Post::default() }),
        event: Some(ThreadEvent::ControlPassed { from: evil(), to: evil(), metadata: evil() }),
        ..Detail::default()
    };
    let attachment = |kind: &str| LineAttachment {
        title: evil(),
        url: Some(format!("https://x.example/{EVIL}")),
        external_id: evil(),
        detail: read(
            kind,
            &json!({"text": EVIL, "elements": [{"title": EVIL, "subtitle": EVIL, "buttons": [{"title": EVIL, "url": EVIL}]}], "status": EVIL, EVIL: EVIL}),
        ),
        media: Some(LineMedia { name: evil(), content_type: EVIL.to_owned(), blur: evil(), ..media("x") }),
        ..attachment(kind, None)
    };
    let kinds = [
        "image",
        "video",
        "audio",
        "file",
        "sticker",
        "post",
        "reel",
        "link",
        "location",
        "template",
        "appointment",
        EVIL,
    ];
    for kind in MessageKind::ALL {
        let mut lines = Vec::new();
        for direction in [Direction::In, Direction::Out] {
            lines.push(Line {
                id: MessageId::compose(lines.len().try_into().unwrap(), [1; 10]),
                direction,
                kind,
                detail: all.clone(),
                author_name: evil(),
                author_id: evil(),
                attachments: kinds.iter().map(|it| attachment(it)).collect(),
                reactions: vec![LineReaction {
                    by: ReactedBy::Contact,
                    emoji: EVIL.to_owned(),
                    state: ReactionState::Failed,
                }],
                reply_to: Some(Quoted {
                    id: MessageId::compose(1, [9; 10]),
                    author: Author::Contact,
                    words: EVIL.to_owned(),
                }),
                edits: vec![FormerText { text: evil(), at: NOW }],
                failure: Some(Failure { message: EVIL.to_owned(), ..Failure::default() }),
                state: Some(if direction == Direction::In { MessageState::Received } else { MessageState::Failed }),
                comment: Some(LineComment { permalink: evil(), reply_until: None, replied_at: None, removed_at: None }),
                ..incoming(EVIL)
            });
        }
        thread(lines).await;
    }
}
