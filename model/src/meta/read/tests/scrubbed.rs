use super::*;

fn again(item: &Item) -> Item {
    one(&scrub(&item.raw), NOW).unwrap()
}

#[test]
fn what_is_left_is_the_same_item_without_a_word() {
    for (name, body) in payloads() {
        for item in read(&body) {
            let left = again(&item);
            assert_eq!(
                (left.contact.clone(), left.at, left.lane(), left.app_id.clone()),
                (item.contact.clone(), item.at, item.lane(), item.app_id.clone()),
                "{name}"
            );
            if !item.identity.starts_with("item\n") {
                assert_eq!(left.dedupe_key(), item.dedupe_key(), "{name}");
            }
            let raw = scrub(&item.raw);
            assert_eq!(scrub(&raw), raw, "{name}");
            match item.event.unwrap().what {
                What::Said(said) if said.mid.is_some() => {
                    for word in ["text", "attachments", "title", "payload", "referral", "https"] {
                        assert!(!raw.contains(word), "{name}: {word} in {raw}");
                    }
                    let left = super::said(left.event.unwrap().what);
                    assert_eq!((left.side, left.mid, left.text), (said.side, said.mid, None), "{name}");
                }
                What::Edited { mid, number, .. } => {
                    assert_eq!(left.event.unwrap().what, What::Edited { mid, number, text: String::new() });
                }
                What::Commented(comment) => {
                    assert!(
                        !raw.contains("message") && !raw.contains("text") && !raw.contains("name"),
                        "{name}: {raw}"
                    );
                    assert!(
                        matches!(left.event.unwrap().what, What::Commented(it) if it.comment_id == comment.comment_id)
                    );
                }
                What::CommentEdited { .. } => assert!(!raw.contains("Price"), "{name}: {raw}"),
                what => assert_eq!(left.event.unwrap().what, what, "{name}"),
            }
        }
    }
}

#[test]
fn rows_without_words_and_what_is_no_json_stay_as_they_are() {
    for name in ["instagram.read", "page.order", "page.handover.pass", "instagram.unknown_event"] {
        let raw = only(name).raw;
        assert_eq!(scrub(&raw), raw, "{name}");
    }
    assert_eq!(scrub("no json"), "no json");
}

#[test]
fn words_in_odd_places_are_gone_too() {
    let item = json!({"sender": {"id": MIA, "name": "SECRET"}, "timestamp": {"x": "SECRET"}, "note": "SECRET",
        "hop_context": {"metadata": "SECRET"},
        "message": {"mid": "m1", "text": "SECRET", "message": "SECRET", "from": ["SECRET", {"id": ["SECRET"]}], "app_id": 5}});
    let raw = scrub(&instagram(&item).raw);
    assert!(!raw.contains("SECRET"), "{raw}");
    assert!(one(&raw, NOW).is_some());
    let edit = from_mia(&json!({"message_edit": {"mid": "m1", "num_edit": "1", "text": "SECRET"}}));
    let raw = scrub(&instagram(&edit).raw);
    assert!(raw.contains(r#""text":"""#) && !raw.contains("SECRET"), "{raw}");
}
