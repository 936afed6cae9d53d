use super::*;
use crate::content::{MessageKind, ThreadEvent};
use crate::meta::event::Comment;

fn change(field: &str, value: &Value) -> Item {
    let body = json!({"object": "page", "entry": [{"id": "104857600932817", "time": 1_795_001_692,
        "changes": [{"field": field, "value": value}]}]});
    read(body.to_string().as_bytes()).remove(0)
}

fn comment(item: &Item) -> Comment {
    match item.event.as_ref().unwrap().what.clone() {
        What::Commented(comment) => comment,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_comment_names_its_author_and_its_post() {
    let item = only("instagram.changes.comments");
    assert_eq!(item.contact.as_deref(), Some(MIA));
    let it = comment(&item);
    assert_eq!((it.kind, it.username.as_deref()), (MessageKind::Comment, Some("mara.bakes")));
    assert_eq!(it.detail.post.unwrap().product.as_deref(), Some("FEED"));
    assert!(comment(&only("instagram.changes.comments_reply")).parent_id.is_some());
    let ad = comment(&only("instagram.changes.comments_ad")).detail.post.unwrap();
    assert_eq!((ad.product.as_deref(), ad.ad_title.as_deref()), (Some("AD"), Some("Autumn sale")));
    assert_eq!(comment(&only("instagram.changes.live_comments")).detail.post.unwrap().product.as_deref(), Some("LIVE"));
}

#[test]
fn a_comment_has_its_id_under_either_key_and_may_stand_on_the_entry() {
    let docs = change("comments", &json!({"comment_id": "5", "from": {"id": "7"}, "text": "x"}));
    assert_eq!(comment(&docs).comment_id, "5");
    let entry =
        json!({"id": INSTAGRAM, "time": 1_795_002_245, "field": "comments", "value": {"id": "5", "from": {"id": 7}}});
    let item = read(json!({"object": "instagram", "entry": [entry]}).to_string().as_bytes()).remove(0);
    assert_eq!((comment(&item).comment_id.as_str(), item.contact.as_deref()), ("5", Some("7")));
    assert_eq!(item.at, Timestamp(1_795_002_245_000));
    assert!(is_unknown(&change("comments", &json!({"text": "x"})).event.unwrap().what));
}

#[test]
fn our_public_answers_are_no_news() {
    let own = What::Nothing(Nothing::OwnAction);
    for from in [json!({"id": "104857600932817"}), json!({"id": "5", "self_ig_scoped_id": "6"})] {
        let item = change("comments", &json!({"id": "1", "from": from, "text": "x"}));
        assert_eq!((item.contact, item.event.unwrap().what), (None, own.clone()));
    }
    let feed = json!({"item": "comment", "comment_id": "1", "verb": "add", "from": {"id": "104857600932817"}});
    assert_eq!(change("feed", &feed).event.unwrap().what, own);
    let post = json!({"item": "post", "post_id": "1", "verb": "add", "from": {"id": 104_857_600_932_817_i64}});
    assert_eq!(change("feed", &post).event.unwrap().what, own);
}

#[test]
fn a_mention_has_no_author() {
    let item = only("instagram.changes.mentions_comment");
    assert_eq!(item.contact.as_deref(), Some("mention:18008317388773069"));
    assert_eq!(comment(&item).kind, MessageKind::Mention);
    let caption = change("mentions", &json!({"media_id": "17920409456309355"}));
    assert_eq!(caption.contact.as_deref(), Some("mention:17920409456309355"));
    assert_eq!(comment(&caption).post_id.as_deref(), Some("17920409456309355"));
}

#[test]
fn a_pages_feed_brings_comments_and_visitor_posts_only() {
    let item = only("page.changes.feed_comment");
    assert_eq!(item.at, Timestamp(1_794_994_200_000), "when it was written");
    let it = comment(&item);
    assert_eq!((it.text.as_deref(), it.name.as_deref(), it.parent_id), (Some("Price?"), Some("Jonas Thal"), None));
    let edited = only("page.changes.feed_comment_edited");
    assert_ne!(edited.at, Timestamp(1_794_994_200_000), "when it was edited");
    assert!(matches!(edited.event.unwrap().what, What::CommentEdited { text, .. } if text == "Price and size?"));
    assert!(matches!(what_of("page.changes.feed_comment_remove"), What::CommentRemoved { .. }));
    let post = comment(&only("page.changes.feed_visitor_post"));
    assert_eq!((post.kind, post.comment_id.as_str()), (MessageKind::VisitorPost, "104857600932817_355224231996870"));
    for value in [
        json!({"item": "reaction", "verb": "add", "from": {"id": "5"}, "post_id": "1"}),
        json!({"item": "comment", "verb": "hide", "comment_id": "1"}),
        json!({"item": "status", "verb": "add", "post_id": "1"}),
        json!({}),
    ] {
        assert_eq!(change("feed", &value).event.unwrap().what, What::Nothing(Nothing::NotMessaging), "{value}");
    }
}

#[test]
fn a_comment_without_a_named_author_can_still_be_answered() {
    let item = change("feed", &json!({"item": "comment", "verb": "add", "comment_id": "5", "message": "x"}));
    assert_eq!(item.contact.as_deref(), Some("comment:5"));
    let removed = change("feed", &json!({"item": "comment", "verb": "remove", "comment_id": "5"}));
    assert_eq!(removed.lane(), item.lane());
    assert_ne!(removed.identity, item.identity);
}

#[test]
fn labels_statistics_and_unknown_fields() {
    let item = only("page.changes.inbox_labels");
    assert_eq!(item.contact.as_deref(), Some("24680135791113150"));
    let label = |item: Item| match item.event.unwrap().what {
        What::Happened { event, opens_window: false, .. } => event,
        other => panic!("{other:?}"),
    };
    assert_eq!(label(item), ThreadEvent::LabelAdded { name: Some("VIP".into()) });
    let removed = json!({"user": {"id": "5"}, "action": "remove", "label": {"id": "1"}});
    assert_eq!(label(change("inbox_labels", &removed)), ThreadEvent::LabelRemoved { name: None });
    assert_eq!(what_of("instagram.changes.story_insights"), What::Nothing(Nothing::NotMessaging));
    let unknown = change("calls", &json!({"id": "1"}));
    assert_eq!(unknown.event.unwrap().what, What::Unknown { kind: "calls".into() });
}
