use super::*;
use crate::meta::event::{Said, What};
use crate::meta::read;
use crate::outgoing::{Button, LinkedFile, ProductRef, QuickReply};
use crate::platform::Platform;
use crate::time::Timestamp;
use serde_json::json;

fn media(n: u128) -> MediaId {
    MediaId::from_bits(n)
}

fn file(n: u128, content_type: &str) -> KnownFile {
    KnownFile { id: media(n), content_type: content_type.to_owned(), size: 1 }
}

#[test]
fn a_text_keeps_what_it_offers() {
    let quick_replies =
        vec![QuickReply::Text { title: "My order".to_owned(), payload: "TOPIC_ORDER".to_owned(), image_url: None }];
    let part = Part::Text { text: "What is it about?".to_owned(), quick_replies: quick_replies.clone() };
    let prepared = prepare(&part, &[]);
    assert_eq!((prepared.kind, prepared.text.as_deref()), (MessageKind::Text, Some("What is it about?")));
    assert_eq!(prepared.detail.quick_replies, quick_replies);
    assert_eq!(prepared.attachments, []);
}

#[test]
fn files_are_what_their_type_says() {
    let files = [file(1, "image/png"), file(2, "audio/mp4"), file(3, "video/mp4"), file(4, "application/pdf")];
    let part = Part::Files { media: files.iter().map(|it| it.id).collect() };
    let prepared = prepare(&part, &files);
    let kinds: Vec<_> = prepared.attachments.iter().map(|it| it.kind.clone()).collect();
    assert_eq!(prepared.kind, MessageKind::Media);
    assert_eq!(kinds, [AttachmentKind::Image, AttachmentKind::Audio, AttachmentKind::Video, AttachmentKind::File]);
    assert_eq!(prepared.attachments[1].media, Some(media(2)));
}

#[test]
fn a_post_is_known_by_its_id() {
    let prepared = prepare(&Part::Post { id: "17959209403289421".to_owned() }, &[]);
    assert_eq!(prepared.kind, MessageKind::Share);
    assert_eq!(prepared.attachments[0].kind, AttachmentKind::Post);
    assert_eq!(prepared.attachments[0].external_id.as_deref(), Some("17959209403289421"));
}

fn button() -> Button {
    Button::Postback { title: "No, thanks".to_owned(), payload: "DONE".to_owned() }
}

fn kettle() -> Template {
    let card = Card { title: "Blue kettle".to_owned(), subtitle: Some("1.7 l".to_owned()), ..Card::default() };
    Template::Generic { elements: vec![card] }
}

#[test]
fn a_template_is_kept_as_meta_writes_it() {
    let prepared = prepare(&Part::Template { template: kettle() }, &[]);
    assert_eq!((prepared.kind, prepared.text), (MessageKind::Template, None));
    assert_eq!(prepared.attachments[0].title.as_deref(), Some("Blue kettle"));
    let payload = json!({"template_type": "generic", "elements": [{"title": "Blue kettle", "subtitle": "1.7 l"}]});
    assert_eq!(prepared.attachments[0].detail(), Some(payload));

    let asks = Template::Button { text: "Anything else?".to_owned(), buttons: vec![button()] };
    let prepared = prepare(&Part::Template { template: asks }, &[]);
    assert_eq!(prepared.text.as_deref(), Some("Anything else?"));
    let buttons = json!([{"type": "postback", "title": "No, thanks", "payload": "DONE"}]);
    let payload = json!({"template_type": "button", "text": "Anything else?", "buttons": buttons});
    assert_eq!(prepared.attachments[0].detail(), Some(payload));
}

#[test]
fn several_pictures_go_one_by_one_in_their_order() {
    let text = Part::Text { text: "Look".to_owned(), quick_replies: Vec::new() };
    let link = |n: u8| LinkedFile { kind: FileKind::Image, url: format!("https://cdn.example/{n}.jpg") };
    let parts = vec![
        Part::Files { media: vec![media(1), media(2)] },
        text.clone(),
        Part::Links { files: vec![link(1), link(2)] },
        Part::Files { media: vec![media(3)] },
    ];
    let single = |n| Part::Files { media: vec![media(n)] };
    let linked = |n| Part::Links { files: vec![link(n)] };
    assert_eq!(in_single_pictures(parts), [single(1), single(2), text, linked(1), linked(2), single(3)]);
}

/// As Meta would tell of it.
fn echo(platform: Platform, message: &Value) -> Said {
    let mut message = message.clone();
    message["mid"] = "m_1".into();
    message["is_echo"] = true.into();
    let item = json!({
        "sender": {"id": "17841460210973548"}, "recipient": {"id": "1093847561029384"},
        "timestamp": 1_794_998_069_271_i64, "message": message,
    });
    let entry = json!({"id": "17841460210973548", "time": 1_794_998_069_583_i64, "messaging": [item]});
    let body = json!({"object": platform.word(), "entry": [entry]}).to_string();
    let items = read::items(body.as_bytes(), Timestamp(1_794_998_070_000)).unwrap();
    match items.into_iter().next().unwrap().event.unwrap().what {
        What::Said(said) => said,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_prepared_has_the_kind_and_text_of_its_echo() {
    let template = |template: Template| Part::Template { template };
    let card = json!({"title": "Blue kettle", "subtitle": "1.7 l"});
    let ask = json!({"template_type": "button", "text": "Anything else?", "buttons": []});
    let attached = |kind: &str, payload: Value| json!({"attachments": [{"type": kind, "payload": payload}]});
    let url = json!({"url": "https://cdn.example/1"});
    let cases = [
        (Part::Text { text: " Yes,\ntwo ".to_owned(), quick_replies: Vec::new() }, json!({"text": " Yes,\ntwo "})),
        (Part::Files { media: vec![media(1)] }, attached("image", url.clone())),
        (Part::Files { media: vec![media(2)] }, attached("file", url.clone())),
        (
            Part::Links { files: vec![LinkedFile { kind: FileKind::Video, url: "https://cdn.example/1".to_owned() }] },
            attached("video", url),
        ),
        (Part::LikeHeart, attached("like_heart", json!(null))),
        (Part::Post { id: "1795".to_owned() }, attached("ig_post", json!({"ig_post_media_id": "1795"}))),
        (template(kettle()), attached("template", json!({"generic": {"elements": [card]}}))),
        (template(kettle()), attached("template", json!({"template_type": "generic", "elements": [card]}))),
        (
            template(Template::Button { text: "Anything else?".to_owned(), buttons: vec![button()] }),
            attached("template", ask),
        ),
        (
            template(Template::Product { elements: vec![ProductRef { id: "7185".to_owned() }] }),
            attached("template", json!({"product": {"elements": [{"id": "7185"}]}})),
        ),
    ];
    let files = [file(1, "image/png"), file(2, "application/pdf")];
    for (part, message) in cases {
        let ours = prepare(&part, &files);
        for platform in [Platform::Instagram, Platform::Page] {
            let theirs = echo(platform, &message);
            assert_eq!((ours.kind, &ours.text), (theirs.kind, &theirs.text), "{part:?}");
            let kinds = |it: &[crate::meta::event::Attachment]| it.iter().map(|it| it.kind.clone()).collect::<Vec<_>>();
            let of_ours: Vec<_> = ours.attachments.iter().map(|it| it.kind.clone()).collect();
            assert_eq!(of_ours, kinds(&theirs.attachments), "{part:?}");
        }
    }
}
