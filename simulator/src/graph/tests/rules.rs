//! When the business may speak, and to whom: of each rule a request that keeps it and one that breaks it.

use super::{
    APP, COMMENT, DAY_MS, HOUR_MS, INSTAGRAM, JONAS, LINKED, MIA, OTHER_APP, OTHER_PAGE, PAGE, Shop, VISITOR_POST,
    ZOFIA, shop,
};
use crate::world::account::{Account, Routing, Subscription, every_field};
use crate::world::customer::Control;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const EVERY: [(&str, &str); 3] = [(INSTAGRAM, MIA), (PAGE, JONAS), (LINKED, ZOFIA)];

type Refusal = (u16, Option<u64>, Option<u64>);

fn outside_window(account: &str) -> Refusal {
    (400, Some(10), Some(if account == PAGE { 2_018_278 } else { 2_534_022 }))
}

fn human() -> Value {
    json!({"message": {"text": "Sorry for the wait."}, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})
}

async fn hi(shop: &Shop, account: &str) -> Refusal {
    shop.say(account, "Hi").await.refusal()
}

const FINE: Refusal = (200, None, None);

#[tokio::test]
async fn the_window_is_24_hours_from_the_customers_last_action() {
    for (account, customer) in EVERY {
        let shop = shop();
        shop.later(DAY_MS - 1);
        assert_eq!(hi(&shop, account).await, FINE);
        shop.later(1);
        assert_eq!(hi(&shop, account).await, outside_window(account));
        let typing = shop.send(account, json!({"sender_action": "typing_on"})).await;
        assert_eq!(typing.refusal(), outside_window(account));
        // A tap or a reaction opens it as well as a message.
        shop.change(|world| world.customer_mut(customer).unwrap().last_action_ms = Some(world.now_ms()));
        assert_eq!(hi(&shop, account).await, FINE);
        shop.change(|world| world.customer_mut(customer).unwrap().last_action_ms = None);
        assert_eq!(hi(&shop, account).await, outside_window(account), "who never did anything");
    }
}

#[tokio::test]
async fn a_person_may_write_for_seven_days_after_the_last_message() {
    for (account, customer) in EVERY {
        let shop = shop();
        assert_eq!(shop.send(account, human()).await.refusal(), FINE);
        shop.later(7 * DAY_MS - 1);
        assert_eq!(shop.send(account, human()).await.refusal(), FINE);
        shop.later(1);
        assert_eq!(shop.send(account, human()).await.refusal(), outside_window(account));
        shop.change(|world| world.customer_mut(customer).unwrap().last_action_ms = Some(world.now_ms() - 2 * DAY_MS));
        assert_eq!(shop.send(account, human()).await.refusal(), outside_window(account), "a reaction is no message");
    }
}

#[tokio::test]
async fn the_tag_goes_with_its_type_and_with_the_feature() {
    for (account, _) in EVERY {
        let shop = shop();
        let body = |kind: Option<&str>, tag: Option<&str>| {
            let mut body = json!({"message": {"text": "Hi"}});
            for (key, value) in [("messaging_type", kind), ("tag", tag)] {
                if let Some(value) = value {
                    body[key] = value.into();
                }
            }
            body
        };
        for (kind, tag) in
            [(Some("RESPONSE"), None), (Some("UPDATE"), None), (Some("MESSAGE_TAG"), Some("HUMAN_AGENT"))]
        {
            assert_eq!(shop.send(account, body(kind, tag)).await.refusal(), FINE, "{kind:?} {tag:?}");
        }
        for (kind, tag) in [
            (None, Some("HUMAN_AGENT")),
            (Some("RESPONSE"), Some("HUMAN_AGENT")),
            (Some("MESSAGE_TAG"), None),
            (Some("GREETING"), None),
            (Some("MESSAGE_TAG"), Some("CONFIRMED_EVENT_UPDATE")),
            (Some("MESSAGE_TAG"), Some("ACCOUNT_UPDATE")),
            (Some("MESSAGE_TAG"), Some("POST_PURCHASE_UPDATE")),
        ] {
            assert_eq!(shop.send(account, body(kind, tag)).await.refusal(), (400, Some(100), None), "{kind:?} {tag:?}");
        }
        shop.change(|world| world.account_mut(account).unwrap().switches.human_agent = false);
        assert_eq!(shop.send(account, human()).await.refusal(), (400, Some(10), None));
        assert_eq!(hi(&shop, account).await, FINE);
    }
}

#[tokio::test]
async fn customers_are_those_of_the_account() {
    let shop = shop();
    let to = |id: &str| json!({"recipient": {"id": id}, "message": {"text": "Hi"}});
    for (account, other, subcode) in
        [(INSTAGRAM, JONAS, 2_534_014), (INSTAGRAM, "1", 2_534_014), (PAGE, MIA, 2_018_001), (PAGE, "1", 2_018_001)]
    {
        assert_eq!(shop.send(account, to(other)).await.refusal(), (400, Some(100), Some(subcode)));
    }
    let told = shop.post(OTHER_PAGE, "/me/messages", &to(JONAS)).await;
    assert_eq!(told.refusal(), (400, Some(100), Some(2_018_001)));
    for wrong in [Value::Null, json!("1"), json!({}), json!({"id": MIA, "comment_id": "1"})] {
        let body = json!({"recipient": wrong, "message": {"text": "Hi"}});
        assert_eq!(shop.post(INSTAGRAM, "/me/messages", &body).await.refusal(), (400, Some(100), None), "{body}");
    }
    assert_eq!(shop.post(INSTAGRAM, "/me/messages", &to(MIA)).await.refusal(), FINE);
    let told = shop.post(INSTAGRAM, &format!("/{PAGE}/messages"), &to(MIA)).await;
    assert_eq!(told.refusal(), (400, Some(100), Some(33)), "another's account");
}

#[tokio::test]
async fn whoever_blocked_the_business_is_not_available() {
    for (account, customer) in EVERY {
        let shop = shop();
        shop.change(|world| world.customer_mut(customer).unwrap().unreachable = true);
        assert_eq!(hi(&shop, account).await, (400, Some(551), Some(1_545_041)));
    }
}

#[tokio::test]
async fn tokens_end_and_have_permissions() {
    let edit = |shop: &Shop, account: &str, edit: fn(&mut crate::world::account::Token)| {
        let value = format!("token-{account}");
        shop.change(|world| edit(world.tokens.iter_mut().find(|it| it.value == value).unwrap()));
    };
    let shop = shop();
    let body = json!({"recipient": {"id": MIA}, "message": {"text": "Hi"}});
    assert_eq!(shop.post("nobody", "/me/messages", &body).await.refusal(), (400, Some(190), None));
    edit(&shop, INSTAGRAM, |it| it.expires_ms = Some(super::NOW_MS + HOUR_MS));
    assert_eq!(hi(&shop, INSTAGRAM).await, FINE);
    shop.later(HOUR_MS);
    assert_eq!(hi(&shop, INSTAGRAM).await, (400, Some(190), Some(463)));
    edit(&shop, PAGE, |it| it.revoked = Some(460));
    assert_eq!(hi(&shop, PAGE).await, (400, Some(190), Some(460)));

    for (account, holder, permission, refusal) in [
        (INSTAGRAM, INSTAGRAM, "instagram_business_manage_messages", (400, Some(10), None)),
        (LINKED, PAGE, "instagram_manage_messages", (400, Some(10), None)),
        (PAGE, PAGE, "pages_messaging", (403, Some(200), None)),
    ] {
        let shop = super::shop();
        shop.change(|world| {
            let value = format!("token-{holder}");
            world.tokens.iter_mut().find(|it| it.value == value).unwrap().permissions.remove(permission);
        });
        assert_eq!(hi(&shop, account).await, refusal, "{permission}");
    }
}

#[tokio::test]
async fn the_owner_can_shut_apps_out() {
    for (account, refusal) in
        [(INSTAGRAM, (403, Some(200), Some(2_534_041))), (LINKED, (403, Some(200), Some(2_534_041))), (PAGE, FINE)]
    {
        let shop = shop();
        shop.change(|world| world.account_mut(account).unwrap().switches.message_access = false);
        assert_eq!(hi(&shop, account).await, refusal);
    }
}

#[tokio::test]
async fn with_routing_only_the_owner_of_the_thread_speaks() {
    for (account, customer) in EVERY {
        let shop = shop();
        let refusal =
            if account == PAGE { (400, Some(10), Some(2_018_300)) } else { (400, Some(100), Some(2_534_037)) };
        let passing = json!({
            "message": {"text": "The bot helps."}, "thread_control": {"control_type": "pass", "app_id": OTHER_APP},
        });
        assert_eq!(shop.send(account, passing.clone()).await.refusal(), (400, Some(100), None), "without routing");
        let route = |account: &mut Account, app: &str| {
            let fields = every_field(account.platform);
            account.subscriptions.push(Subscription { app_id: OTHER_APP.to_owned(), fields, failing_since_ms: None });
            account.routing = Some(Routing { default_app_id: app.to_owned(), may_take: BTreeSet::default() });
        };
        shop.change(|world| route(world.account_mut(account).unwrap(), OTHER_APP));
        assert_eq!(hi(&shop, account).await, refusal, "idle, and another is the default");
        shop.change(|world| route(world.account_mut(account).unwrap(), APP));
        assert_eq!(hi(&shop, account).await, FINE, "idle, and the default");
        assert_eq!(shop.send(account, passing).await.refusal(), FINE);
        assert_eq!(hi(&shop, account).await, refusal, "passed on");
        let control = |until_ms: i64| Some(Control { app_id: OTHER_APP.to_owned(), until_ms });
        shop.change(|world| world.customer_mut(customer).unwrap().thread.control = control(world.now_ms()));
        assert_eq!(hi(&shop, account).await, FINE, "the other's time is over");
    }
}

#[tokio::test]
async fn a_comment_is_answered_privately_once_within_seven_days() {
    for (account, recipient) in [
        (INSTAGRAM, json!({"comment_id": "1"})),
        (LINKED, json!({"comment_id": COMMENT})),
        (PAGE, json!({"post_id": VISITOR_POST})),
    ] {
        let reply = json!({"recipient": recipient, "message": {"text": "Shipping is 4.90."}});
        let shop = shop();
        shop.later(7 * DAY_MS - 1);
        assert_eq!(shop.send(account, reply.clone()).await.refusal(), FINE);
        assert_eq!(shop.send(account, reply.clone()).await.refusal(), (400, Some(100), Some(2_534_025)), "twice");
        assert_eq!(hi(&shop, account).await, outside_window(account), "it opens no window");

        let shop = super::shop();
        shop.later(7 * DAY_MS);
        assert_eq!(shop.send(account, reply.clone()).await.refusal(), outside_window(account), "too late");

        let shop = super::shop();
        shop.change(|world| world.comments.clear());
        assert_eq!(shop.send(account, reply).await.refusal(), (400, Some(100), Some(2_534_025)), "no such comment");
    }
}

#[tokio::test]
async fn a_private_reply_needs_its_permission() {
    for (account, holder, comment, permission) in [
        (INSTAGRAM, INSTAGRAM, "1", "instagram_business_manage_comments"),
        (LINKED, PAGE, COMMENT, "instagram_manage_comments"),
    ] {
        let shop = shop();
        shop.change(|world| {
            let value = format!("token-{holder}");
            world.tokens.iter_mut().find(|it| it.value == value).unwrap().permissions.remove(permission);
        });
        let reply = json!({"recipient": {"comment_id": comment}, "message": {"text": "Hi"}});
        assert_eq!(shop.send(account, reply).await.refusal(), (400, Some(10), None));
        assert_eq!(hi(&shop, account).await, FINE);
    }
}

#[tokio::test]
async fn what_is_posted_beside_the_page_is_answered_and_lost() {
    let shop = shop();
    let body = json!({"recipient": {"id": ZOFIA}, "message": {"text": "Hi"}});
    let told = shop.post(PAGE, &format!("/v25.0/{LINKED}/messages"), &body).await;
    assert_eq!(told.status, 200);
    assert!(told.body["message_id"].is_string());
    assert_eq!(shop.n_messages(ZOFIA), 1);
    assert_eq!(shop.post(PAGE, &format!("/v25.0/{PAGE}/messages"), &body).await.status, 200);
    assert_eq!(shop.n_messages(ZOFIA), 2);
}

#[tokio::test]
async fn reading_conversations_is_told_in_the_headers_as_well() {
    let shop = shop();
    let ask = async || {
        let request = axum::http::Request::get(format!("/me/conversations?access_token=token-{PAGE}"));
        let told = shop.ask(request.body(axum::body::Body::empty()).unwrap()).await;
        let usage = told.headers["x-business-use-case-usage"].to_str().unwrap();
        let usage: Value = serde_json::from_str(usage).unwrap();
        let of = &usage[PAGE][0];
        (told.status.as_u16(), of["call_count"].clone(), of["estimated_time_to_regain_access"].clone())
    };
    assert_eq!(ask().await, (200, json!(50), json!(0)));
    assert_eq!(ask().await, (200, json!(100), json!(1)));
    assert_eq!(ask().await, (400, json!(100), json!(1)));
}

#[tokio::test]
async fn too_many_in_a_second_are_refused_until_limits_are_lifted() {
    for (account, most, refusal) in [
        (INSTAGRAM, 100, (400, Some(613), Some(2_534_040))),
        (LINKED, 300, (400, Some(613), Some(2_534_040))),
        (PAGE, 300, (400, Some(613), None)),
    ] {
        let shop = shop();
        for _ in 0..most {
            assert_eq!(hi(&shop, account).await, FINE);
        }
        let told = shop.say(account, "Hi").await;
        assert_eq!(told.refusal(), refusal);
        let usage: Value = serde_json::from_str(told.headers["x-app-usage"].to_str().unwrap()).unwrap();
        assert_eq!(usage["call_count"], 100);
        let usage = told.headers["x-business-use-case-usage"].to_str().unwrap();
        let usage: Value = serde_json::from_str(usage).unwrap();
        assert_eq!(usage[account][0]["type"], if account == PAGE { "messenger" } else { "instagram" });
        shop.later(1_000);
        let told = shop.say(account, "Hi").await;
        assert_eq!(told.refusal(), FINE);
        shop.change(|world| world.limits.lifted = true);
        for _ in 0..=most {
            assert_eq!(hi(&shop, account).await, FINE);
        }
    }
}
