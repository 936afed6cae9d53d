use super::*;
use crate::content::{AttachmentKind, MessageKind};
use crate::meta::event::{Attachment, Reaction, Side, UpTo};

fn attachments(list: &Value) -> Said {
    message(&json!({"mid": "m1", "attachments": list}))
}

fn of(name: &str) -> Said {
    said(what_of(name))
}

fn first(name: &str) -> Attachment {
    of(name).attachments.remove(0)
}

#[test]
fn each_payload_has_its_kind() {
    use MessageKind as Kind;
    for (name, kind) in [
        ("instagram.message.text", Kind::Text),
        ("instagram.message.image", Kind::Media),
        ("instagram.message.images_multi", Kind::Media),
        ("instagram.message.video", Kind::Media),
        ("instagram.message.audio", Kind::Media),
        ("instagram.message.file", Kind::Media),
        ("instagram.message.share_legacy", Kind::Share),
        ("instagram.message.ig_post", Kind::Share),
        ("instagram.message.ig_reel", Kind::Share),
        ("instagram.message.reel", Kind::Share),
        ("instagram.message.story_mention", Kind::StoryMention),
        ("instagram.message.story_reply", Kind::StoryReply),
        ("instagram.message.reply_to", Kind::Text),
        ("instagram.message.unsupported", Kind::Unsupported),
        ("instagram.message.unsupported_type", Kind::Unsupported),
        ("instagram.message.quick_reply", Kind::Text),
        ("instagram.message.echo_template", Kind::Template),
        ("instagram.postback.button", Kind::Postback),
        ("page.message.sticker", Kind::Sticker),
        ("page.message.location", Kind::Location),
        ("page.message.fallback_link", Kind::Text),
        ("page.message.echo_fallback", Kind::Share),
        ("page.message.product_template", Kind::Template),
        ("page.customer_information", Kind::Form),
        ("page.order", Kind::Order),
    ] {
        assert_eq!(of(name).kind, kind, "{name}");
    }
}

#[test]
fn kinds_that_no_payload_shows() {
    use MessageKind as Kind;
    for (list, kind) in [
        (json!([{"type": "ephemeral"}]), Kind::Ephemeral),
        (
            json!([{"type": "ig_story", "payload": {"story_media_id": "5", "story_media_url": "https://a/"}}]),
            Kind::Share,
        ),
        (json!([{"type": "image", "payload": {"url": "https://a/", "sticker_id": 5}}]), Kind::Sticker),
        (json!([{"type": "appointment_booking", "payload": {"booking_id": "b"}}]), Kind::Appointment),
        (json!([{"type": "fallback"}]), Kind::Share),
        (json!([{"type": "unsupported_type"}]), Kind::Unsupported),
        (json!([{"type": "hologram"}]), Kind::Unsupported),
        (json!([{"type": "media", "payload": {"url": "https://a/"}}]), Kind::Media),
        (json!([{"type": "unsupported_type"}, {"type": "image", "payload": {"url": "https://a/"}}]), Kind::Media),
        (json!(null), Kind::Text),
    ] {
        assert_eq!(attachments(&list).kind, kind, "{list}");
    }
    assert_eq!(attachments(&json!([{"type": "hologram"}])).detail.unsupported.as_deref(), Some("hologram"));
    assert_eq!(message(&json!({"mid": "m", "text": "but text", "is_unsupported": true})).kind, Kind::Text);
}

#[test]
fn attachments_have_one_name_and_one_place_for_each_thing() {
    let post = first("page.message.ig_post");
    assert_eq!((post.kind, post.external_id.as_deref()), (AttachmentKind::Post, Some("16814056667980293")));
    let reel = first("instagram.message.ig_reel");
    assert_eq!((reel.kind, reel.external_id.is_some(), reel.title.is_some()), (AttachmentKind::Reel, true, true));
    let sticker = first("page.message.sticker");
    assert_eq!(sticker.external_id.as_deref(), Some("369239263222822"));
    let place = first("page.message.location");
    assert_eq!(place.detail, Some(json!({"lat": 52.5251, "long": 13.3694})));
    assert_eq!(place.title.as_deref(), Some("Pinned location"));
    assert!(place.url.is_some());
    let story =
        attachments(&json!([{"type": "ig_story", "payload": {"story_media_id": 5, "story_media_url": "https://a/"}}]));
    let story = &story.attachments[0];
    assert_eq!(
        (&story.kind, story.external_id.as_deref(), story.url.as_deref()),
        (&AttachmentKind::Story, Some("5"), Some("https://a/"))
    );
    let other = attachments(&json!([{"type": "media"}, {"type": "hologram", "payload": null}]));
    let kinds: Vec<_> = other.attachments.iter().map(|it| it.kind.clone()).collect();
    assert_eq!(kinds, [AttachmentKind::Other("media".into()), AttachmentKind::Other("hologram".into())]);
    assert_eq!(first("page.message.image").detail, None);
}

#[test]
fn a_share_that_came_twice_is_shown_once() {
    let payload = |id: &str, url: &str| json!({"ig_post_media_id": id, "url": url});
    let kinds = |list: Value| attachments(&list).attachments.len();
    let (old, new) = (json!({"type": "share", "payload": payload("1", "https://a/")}), payload("1", "https://b/"));
    assert_eq!(kinds(json!([old, {"type": "ig_post", "payload": new}])), 1);
    assert_eq!(kinds(json!([old, {"type": "ig_post", "payload": payload("2", "https://a/")}])), 1);
    assert_eq!(kinds(json!([old, {"type": "ig_post", "payload": payload("2", "https://b/")}])), 2);
    assert_eq!(kinds(json!([old, old])), 2);
}

#[test]
fn templates_of_echoes_can_be_read() {
    let button = of("page.message.echo_template");
    assert_eq!(button.text.as_deref(), Some("Anything else?"));
    assert!(button.attachments[0].detail.is_some());
    assert_eq!(first("instagram.message.echo_template").title.as_deref(), Some("Blue kettle"));
    assert_eq!(first("page.message.product_template").title.as_deref(), Some("Blue kettle"));
    let empty = first("page.message.echo_no_app_id");
    assert_eq!((empty.title.as_deref(), empty.url, empty.detail), (Some("Here is an example"), None, None));
}

#[test]
fn an_echo_is_of_our_side_and_names_the_contact() {
    let item = only("page.message.echo_own_app");
    assert_eq!(item.contact.as_deref(), Some("24680135791113150"));
    assert_eq!(item.app_id.as_deref(), Some("1357924680135792"));
    let said = said(item.event.unwrap().what);
    assert_eq!((said.side, said.detail.app_id.as_deref()), (Side::Account, Some("1357924680135792")));
    assert!(said.metadata.is_some());
    assert_eq!(only("page.message.echo_no_app_id").app_id, None);
    let unmarked =
        json!({"sender": {"id": INSTAGRAM}, "recipient": {"id": MIA}, "message": {"mid": "m1", "text": "x"}});
    let item = instagram(&unmarked);
    assert_eq!(item.contact.as_deref(), Some(MIA));
    assert_eq!(super::said(item.event.unwrap().what).side, Side::Account);
}

#[test]
fn message_and_echo_of_two_accounts_are_two_items_but_repetitions_are_one() {
    let message = json!({"mid": "m1", "text": "x"});
    let there = instagram(&from_mia(&json!({"message": message})));
    let standby = json!({"object": "instagram", "entry": [{"id": INSTAGRAM, "time": 1_795_000_000_001_i64,
        "standby": [from_mia(&json!({"message": message}))]}]});
    let again = read(standby.to_string().as_bytes()).remove(0);
    assert_eq!(there.dedupe_key(), again.dedupe_key());
    assert_eq!(there.lane(), again.lane());
    let echo = json!({"object": "instagram", "entry": [{"id": MIA, "messaging":
        [from_mia(&json!({"message": {"mid": "m1", "text": "x", "is_echo": true}}))]}]});
    let echo = read(echo.to_string().as_bytes()).remove(0);
    assert_eq!(echo.identity, there.identity);
    assert_ne!(echo.dedupe_key(), there.dedupe_key());
}

#[test]
fn what_the_account_does_to_itself_is_nothing() {
    let own = What::Nothing(Nothing::OwnAction);
    let item = only("instagram.message.self");
    assert_eq!((item.contact, item.event.unwrap().what), (None, own.clone()));
    for part in [
        json!({"postback": {"mid": "m1", "title": "x", "is_self": true}}),
        json!({"postback": {"mid": "m1", "title": "x"}}),
        json!({"message": {"mid": "m1", "text": "x"}}),
        json!({"read": {"mid": "m1"}}),
    ] {
        let mut item = from_mia(&part);
        item["sender"] = json!({"id": INSTAGRAM});
        assert_eq!(what(&item), own, "{part}");
    }
    let read = json!({"sender": {"id": INSTAGRAM}, "recipient": {"id": MIA}, "read": {"mid": "m1"}});
    assert_eq!(what(&read), own, "the customer has not read it");
}

#[test]
fn unsends_edits_and_ghosts() {
    let item = only("instagram.message.deleted");
    assert!(matches!(&item.event.unwrap().what, What::Unsent { mid } if item.identity == format!("deleted\n{mid}")));
    assert!(matches!(what_of("instagram.message_edit"), What::Edited { number: 1, .. }));
    assert_eq!(what_of("instagram.message_edit.ghost"), What::Nothing(Nothing::GhostEdit));
    let edit =
        |number: Value| what(&from_mia(&json!({"message_edit": {"mid": "m1", "text": "x", "num_edit": number}})));
    assert_eq!(edit(json!("2")), What::Edited { mid: "m1".into(), number: 2, text: "x".into() });
    assert_eq!(edit(json!("0")), What::Nothing(Nothing::GhostEdit));
    assert!(is_unknown(&edit(json!(-1))));
    assert!(is_unknown(&edit(json!("many"))));
}

#[test]
fn reactions_reads_and_deliveries() {
    let reacted = |part: Value| match what(&from_mia(&json!({"reaction": part}))) {
        What::Reacted { reaction, .. } => reaction,
        other => panic!("{other:?}"),
    };
    let heart = Reaction { name: Some("love".into()), emoji: Some("❤️".into()) };
    assert_eq!(reacted(json!({"mid": "m", "action": "react", "reaction": "love", "emoji": "❤️"})), Some(heart));
    assert_eq!(reacted(json!({"mid": "m", "action": "unreact", "reaction": "love", "emoji": "❤️"})), None);
    assert_ne!(only("instagram.reaction.react").identity, only("instagram.reaction.unreact").identity);
    assert!(matches!(what_of("instagram.read"), What::Read(UpTo::Mid(_))));
    assert_eq!(what_of("page.read"), What::Read(UpTo::Time(Timestamp(1_794_998_300_000))));
    assert_eq!(what_of("page.delivery"), What::Delivered { until: Timestamp(1_794_998_200_000) });
}

#[test]
fn what_a_message_carries_beside_its_text() {
    let quick = of("instagram.message.quick_reply");
    assert_eq!((quick.text.is_some(), quick.detail.quick_reply.as_deref()), (true, Some("TRACK_ORDER")));
    assert!(of("instagram.message.reply_to").reply_to.is_some());
    let story = of("instagram.message.story_reply").detail.story.unwrap();
    assert!(story.id.is_some() && story.url.is_some());
    assert_eq!(of("page.message.commands").detail.commands, ["hours"]);
    let ad = of("page.message.referral_ad").detail.referral.unwrap();
    assert!(ad.ad_id.is_some() && ad.ad_title.is_some() && ad.ad_media_url.is_some() && ad.product_id.is_some());
    let product = of("instagram.message.referral_product").detail.referral.unwrap();
    assert_eq!(product.product_id.as_deref(), Some("0354439422466796"));
    assert!(of("page.standby.message").detail.standby);
    assert_eq!(message(&json!({"mid": "m", "text": "a\u{0}b"})).text.as_deref(), Some("ab"));
}

#[test]
fn a_lead_summary_is_a_form_and_not_typed() {
    let mut item = from_mia(&json!({"message": {"mid": "m", "text": "Lead summary:\nWhich city?: Leipzig"}}));
    item["hop_context"] = json!({"app_id": 413_038_776_280_800_i64, "metadata": "messenger_lead_gen_complete"});
    assert_eq!(said(what(&item)).kind, MessageKind::Form);
    item["hop_context"]["app_id"] = json!(5);
    assert_eq!(said(what(&item)).kind, MessageKind::Text);
}

#[test]
fn postbacks_are_known_by_mid_or_by_all_they_have() {
    let button = of("page.postback.get_started_referral");
    assert_eq!(button.text, button.detail.postback.unwrap().title);
    assert!(button.detail.referral.is_some());
    assert_eq!(of("page.standby.postback").detail.postback.unwrap().payload, None);
    let without = |payload: &str| instagram(&from_mia(&json!({"postback": {"title": "x", "payload": payload}})));
    assert_eq!(without("A").identity, without("A").identity);
    assert_ne!(without("A").identity, without("B").identity);
    assert_eq!(said(without("A").event.unwrap().what).mid, None);
}

#[test]
fn orders_and_forms_are_messages_without_mid() {
    let order = of("page.order");
    let content = order.detail.order.unwrap();
    assert_eq!((order.mid, content.note.as_deref()), (None, Some("gift wrap please")));
    assert_eq!((content.products[0].quantity, content.products[0].unit_price), (2, Some(39.0)));
    let answers = of("page.customer_information").detail.answers;
    assert!(answers.iter().any(|it| it.question == "locality" && it.answer == "Leipzig"));
}
