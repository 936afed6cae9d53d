//! What Meta limits, at its limits.

mod templates;

use super::*;
use crate::ids::MessageId;
use crate::outgoing::{QuickReply, split};
use proptest::prelude::*;

const INSTAGRAM: Platform = Platform::Instagram;
const MESSENGER: Platform = Platform::Page;

fn reply(parts: Vec<Part>) -> Reply {
    Reply { client_id: "r_1-a".to_owned(), parts, reply_to: None, comment: None, send_at: None, seen: None }
}

fn text(text: &str) -> Part {
    Part::Text { text: text.to_owned(), quick_replies: Vec::new() }
}

fn words(platform: Platform, reply: &Reply, files: &[KnownFile]) -> Vec<String> {
    check(platform, reply, files).into_iter().map(|it| it.words).collect()
}

/// What is said of one part.
fn of(platform: Platform, part: Part) -> Vec<String> {
    words(platform, &reply(vec![part]), &[])
}

const FINE: [&str; 0] = [];

#[test]
fn a_reply_has_something_in_it_and_not_too_much() {
    assert_eq!(words(INSTAGRAM, &reply(vec![]), &[]), ["There is nothing to send."]);
    assert_eq!(words(INSTAGRAM, &reply(vec![text("a"); 20]), &[]), FINE);
    let said = words(INSTAGRAM, &reply(vec![text(""); 21]), &[]);
    assert_eq!(said, ["The reply is 21 messages, 20 are the most."]);
}

#[test]
fn the_id_of_a_reply_is_short_and_plain() {
    let with_id = |id: &str| words(INSTAGRAM, &Reply { client_id: id.to_owned(), ..reply(vec![text("a")]) }, &[]);
    for fine in ["a", "A-z_9", &"a".repeat(64)] {
        assert_eq!(with_id(fine), FINE, "{fine}");
    }
    for wrong in ["", "a b", "ä", "a/b", &"a".repeat(65)] {
        let said = "The id of a reply is 1 to 64 letters, digits, hyphens and underscores.";
        assert_eq!(with_id(wrong), [said], "{wrong}");
    }
}

#[test]
fn a_problem_names_its_part() {
    let problems = check(INSTAGRAM, &reply(vec![text("a"), text(" ")]), &[]);
    assert_eq!(problems, [Problem { part: Some(1), words: "The text is empty.".to_owned() }]);
    assert_eq!(check(INSTAGRAM, &reply(vec![]), &[])[0].part, None);
}

#[test]
fn a_text_is_as_long_as_its_platform_takes() {
    assert_eq!(of(INSTAGRAM, text(&"a".repeat(1000))), FINE);
    assert_eq!(of(INSTAGRAM, text(&"é".repeat(620))), ["The text is 1,240 bytes, Instagram takes 1,000."]);
    assert_eq!(of(MESSENGER, text(&"é".repeat(2000))), FINE);
    assert_eq!(of(MESSENGER, text(&"é".repeat(2001))), ["The text is 2,001 characters, Messenger takes 2,000."]);
    assert_eq!(of(MESSENGER, text("a\0")), ["The text holds a character that cannot be sent."]);
}

#[test]
fn a_comment_is_answered_in_private_with_one_text() {
    let to_comment = |parts| Reply { comment: Some(MessageId::from_bits(1)), ..reply(parts) };
    let offers = Part::Text { text: "Hi".to_owned(), quick_replies: vec![quick_reply("Yes", "YES")] };
    assert_eq!(words(INSTAGRAM, &to_comment(vec![offers]), &[]), FINE);
    for parts in [vec![text("Hi"), text("there")], vec![Part::LikeHeart]] {
        let said = words(INSTAGRAM, &to_comment(parts), &[]);
        assert_eq!(said, ["A comment is answered in private with one message of text."]);
    }
}

fn quick_reply(title: &str, payload: &str) -> QuickReply {
    QuickReply::Text { title: title.to_owned(), payload: payload.to_owned(), image_url: None }
}

fn offering(quick_replies: Vec<QuickReply>) -> Part {
    Part::Text { text: "What is it about?".to_owned(), quick_replies }
}

#[test]
fn quick_replies_are_few_and_short() {
    for platform in [INSTAGRAM, MESSENGER] {
        let at_most = quick_reply(&"ä".repeat(20), &"p".repeat(1000));
        assert_eq!(of(platform, offering(vec![at_most.clone(); 13])), FINE);
        let said = of(platform, offering(vec![at_most; 14]));
        assert_eq!(said, ["There are 14 quick replies, 13 are the most."]);
        let said = of(platform, offering(vec![quick_reply("a", "A"), quick_reply(&"a".repeat(21), &"p".repeat(1001))]));
        assert_eq!(
            said,
            [
                "The title of quick reply 2 is 21 characters, 20 are the most.",
                "The payload of quick reply 2 is 1,001 characters, 1,000 are the most.",
            ]
        );
        assert_eq!(of(platform, offering(vec![quick_reply("", "A")])), ["The title of quick reply 1 is missing."]);
    }
}

#[test]
fn only_messenger_has_quick_replies_that_ask_or_show_a_picture() {
    let image_url = Some("https://cdn.example/1.png".to_owned());
    let pictured = QuickReply::Text { title: "a".to_owned(), payload: "A".to_owned(), image_url };
    let asking = vec![QuickReply::UserPhoneNumber, QuickReply::UserEmail, pictured];
    assert_eq!(of(MESSENGER, offering(asking.clone())), FINE);
    assert_eq!(
        of(INSTAGRAM, offering(asking)),
        [
            "A quick reply that asks for the phone number works on Messenger only.",
            "A quick reply that asks for the email address works on Messenger only.",
            "Quick replies with a picture work on Messenger only.",
        ]
    );
}

#[test]
fn hearts_and_posts_are_for_instagram() {
    let post = Part::Post { id: "17959209403289421".to_owned() };
    assert_eq!(of(INSTAGRAM, Part::LikeHeart), FINE);
    assert_eq!(of(INSTAGRAM, post.clone()), FINE);
    assert_eq!(of(MESSENGER, Part::LikeHeart), ["The heart can be sent on Instagram only."]);
    assert_eq!(of(MESSENGER, post), ["A post can be sent on Instagram only."]);
    assert_eq!(of(INSTAGRAM, Part::Post { id: String::new() }), ["The id of the post is not one of Meta's."]);
}

fn file(n: u128, content_type: &str, size: i64) -> KnownFile {
    KnownFile { id: MediaId::from_bits(n), content_type: content_type.to_owned(), size }
}

fn sending(platform: Platform, files: &[KnownFile]) -> Vec<String> {
    words(platform, &reply(vec![Part::Files { media: files.iter().map(|it| it.id).collect() }]), files)
}

#[test]
fn several_pictures_go_in_one_message_and_nothing_else() {
    let picture = file(1, "image/png", 1);
    assert_eq!(sending(INSTAGRAM, &vec![picture.clone(); 10]), FINE);
    assert_eq!(sending(MESSENGER, &vec![picture.clone(); 30]), FINE);
    let said = sending(INSTAGRAM, &vec![picture.clone(); 11]);
    assert_eq!(said, ["There are 11 pictures, Instagram takes 10 in one message."]);
    assert_eq!(sending(MESSENGER, &vec![picture.clone(); 31]).len(), 1);
    let said = sending(MESSENGER, &[picture, file(2, "application/pdf", 1)]);
    assert_eq!(said, ["Only pictures go several in one message."]);
    assert_eq!(sending(MESSENGER, &[]), ["There is no file to send."]);
}

#[test]
fn a_file_is_there_and_fits() {
    let gone = Part::Files { media: vec![MediaId::from_bits(9)] };
    assert_eq!(of(INSTAGRAM, gone), ["The file is not there any more."]);
    let said = sending(INSTAGRAM, &[file(1, "image/jpeg", 11 * 1024 * 1024)]);
    assert_eq!(said, ["The picture is 11 MB, Instagram takes 8 MB."]);
    let said = sending(INSTAGRAM, &[file(1, "application/zip", 1)]);
    assert_eq!(said, ["Instagram takes files as PDF only."]);
}

#[test]
fn linked_files_are_fetched_over_https() {
    let link = |kind, url: &str| LinkedFile { kind, url: url.to_owned() };
    let picture = link(FileKind::Image, "https://cdn.example/1.jpg");
    assert_eq!(of(INSTAGRAM, Part::Links { files: vec![picture.clone(); 10] }), FINE);
    assert_eq!(of(INSTAGRAM, Part::Links { files: vec![picture.clone(); 11] }).len(), 1);
    let said = of(INSTAGRAM, Part::Links { files: vec![link(FileKind::Video, "http://cdn.example/1.mp4")] });
    assert_eq!(said, ["The address of a file is not one that begins with https://."]);
    let mixed = vec![picture, link(FileKind::Audio, "https://cdn.example/1.m4a")];
    assert_eq!(of(INSTAGRAM, Part::Links { files: mixed }), ["Only pictures go several in one message."]);
    assert_eq!(of(INSTAGRAM, Part::Links { files: vec![] }), ["There is no file to send."]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_split_makes_of_a_text_passes(it in "\\PC{0,1500}") {
        for platform in [INSTAGRAM, MESSENGER] {
            let parts: Vec<_> = split(platform, &it).iter().map(|it| text(it)).collect();
            prop_assert_eq!(check(platform, &reply(parts), &[]).len(), usize::from(it.trim().is_empty()));
        }
    }

    #[test]
    fn no_reply_makes_the_check_panic(client_id: String, it: String, url: String) {
        let files = vec![LinkedFile { kind: FileKind::Image, url }];
        let parts = vec![text(&it), Part::Post { id: it }, Part::Links { files }];
        let _ = check(INSTAGRAM, &Reply { client_id, ..reply(parts) }, &[]);
    }
}
