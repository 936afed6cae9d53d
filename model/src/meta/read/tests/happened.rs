use super::*;
use crate::content::{Detail, ThreadEvent};
use crate::meta::event::PolicyAction;

fn happened(what: What) -> (ThreadEvent, Detail, bool) {
    match what {
        What::Happened { event, detail, opens_window } => {
            assert_eq!(detail.event.as_ref(), Some(&event));
            (event, detail, opens_window)
        }
        other => panic!("{other:?}"),
    }
}

fn event(part: &Value) -> ThreadEvent {
    happened(what(&from_mia(part))).0
}

#[test]
fn coming_by_a_link_opens_the_window_and_a_lead_has_answers() {
    let (event, detail, opens_window) = happened(what_of("page.referral.lead_complete"));
    assert_eq!((event, opens_window), (ThreadEvent::Referred, true));
    assert_eq!(detail.answers[1].question, "Which city?");
    assert_eq!(detail.referral.unwrap().kind.as_deref(), Some("LEAD_COMPLETE"));
    assert!(happened(what_of("instagram.referral.igme")).2);
}

#[test]
fn marketing_messages_are_wanted_or_no_more() {
    let (wanted, _, opens_window) = happened(what_of("page.optin.notification_messages"));
    assert!(matches!(wanted, ThreadEvent::OptedIn { topic: Some(_), title: Some(_) }) && !opens_window);
    let status = |it: &str| event(&json!({"optin": {"payload": "news", "notification_messages_status": it}}));
    assert_eq!(status("STOP NOTIFICATIONS"), ThreadEvent::OptedOut { topic: Some("news".into()) });
    assert_eq!(status("RESUME NOTIFICATIONS"), ThreadEvent::OptedIn { topic: Some("news".into()), title: None });
    assert_eq!(only("page.optin.checkbox_user_ref").contact.as_deref(), Some("user_ref:ur-Lt-n4bF0srxEYYWb1J3y"));
}

#[test]
fn the_thread_is_passed_taken_and_asked_for() {
    let passed = happened(what_of("page.handover.pass")).0;
    assert!(matches!(passed, ThreadEvent::ControlPassed { from: Some(_), to: Some(_), metadata: Some(_) }));
    let idle = happened(what_of("instagram.handover.pass_from_idle")).0;
    assert!(matches!(idle, ThreadEvent::ControlPassed { from: None, to: Some(_), metadata: None }));
    let taken = happened(what_of("page.handover.take")).0;
    assert!(matches!(taken, ThreadEvent::ControlTaken { to: Some(to), .. } if to == "263902037430900"));
    let asked = happened(what_of("page.handover.request")).0;
    assert!(matches!(asked, ThreadEvent::ControlRequested { by: Some(by), .. } if by == "2468013579246801"));
    assert_eq!(what_of("page.handover.app_roles"), What::Roles);
}

#[test]
fn policy_is_read_with_either_key_and_has_no_contact() {
    let item = only("instagram.policy_enforcement");
    assert_eq!(item.contact, None);
    assert!(matches!(item.event.unwrap().what, What::Policy { action: PolicyAction::Warning, reason: Some(_) }));
    let hyphen = json!({"recipient": {"id": INSTAGRAM}, "policy-enforcement": {"action": "unblock"}});
    assert_eq!(what(&hyphen), What::Policy { action: PolicyAction::Unblock, reason: None });
}

#[test]
fn links_surveys_and_thumbs() {
    assert_eq!(happened(what_of("page.account_linking.linked")).0, ThreadEvent::AccountLinked);
    assert_eq!(happened(what_of("page.account_linking.unlinked")).0, ThreadEvent::AccountUnlinked);
    let (survey, detail, _) = happened(what_of("page.messaging_feedback"));
    assert_eq!(survey, ThreadEvent::Feedback);
    let answers: Vec<_> = detail.answers.iter().map(|it| it.answer.as_str()).collect();
    assert_eq!(answers, ["4", "Quick and kind"]);
    let rated = happened(what_of("page.response_feedback")).0;
    assert!(
        matches!(rated, ThreadEvent::MessageRated { mid: Some(_), rating: Some(rating) } if rating == "Bad response")
    );
}

#[test]
fn the_first_key_of_the_order_decides() {
    let both =
        from_mia(&json!({"read": {"mid": "m1"}, "referral": {"ref": "x"}, "message": {"mid": "m2", "text": "x"}}));
    assert_eq!(said(what(&both)).mid.as_deref(), Some("m2"));
    let null = from_mia(&json!({"message": null, "read": {"mid": "m1"}}));
    assert!(matches!(what(&null), What::Read(_)));
    let unknown = only("instagram.unknown_event");
    assert_eq!(unknown.contact.as_deref(), Some(MIA));
    assert_eq!(unknown.event.unwrap().what, What::Unknown { kind: "community_note".into() });
    assert!(unknown.identity.starts_with("item\n"));
}
