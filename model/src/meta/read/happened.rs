//! What happened where nobody wrote anything: somebody came by a link, wants marketing messages,
//! another app took the thread, Meta warns.

use super::super::event::{PolicyAction, What};
use super::json::{Json, Object, key_words};
use super::messaging::Item;
use super::said;
use crate::content::{Answer, Detail, Referral, ThreadEvent};

pub fn tell(item: &Item<'_>) -> Option<What> {
    let body = &item.body;
    let event = match item.kind {
        "referral" => return referred(item),
        "app_roles" => return Some(What::Roles),
        "policy_enforcement" | "policy-enforcement" => return policy(body),
        "messaging_feedback" => return feedback(item),
        "optin" => opted(body),
        "account_linking" => match body.text("status")?.as_str() {
            "linked" => ThreadEvent::AccountLinked,
            "unlinked" => ThreadEvent::AccountUnlinked,
            _ => return None,
        },
        "response_feedback" => ThreadEvent::MessageRated { mid: body.text("mid"), rating: body.text("feedback") },
        _ => control(item.kind, body)?,
    };
    Some(happened(item, event, Detail::default()))
}

fn happened(item: &Item<'_>, event: ThreadEvent, detail: Detail) -> What {
    let opens_window = event == ThreadEvent::Referred;
    What::Happened {
        detail: Detail { event: Some(event.clone()), standby: item.standby, ..detail },
        event,
        opens_window,
    }
}

/// Beside the referral of a finished lead ad stand the answers.
fn referred(item: &Item<'_>) -> Option<What> {
    let referral = Some(referral(item.pairs.get("referral")?)?);
    let lead = item.pairs.object("lead").parts("data");
    let answers = lead.into_iter().filter_map(|it| said::answer(&it.object()?, "question", "answer")).collect();
    Some(happened(item, ThreadEvent::Referred, Detail { referral, answers, ..Detail::default() }))
}

pub fn referral(it: Json<'_>) -> Option<Referral> {
    let it = it.object()?;
    let ad = it.object("ads_context_data");
    Some(Referral {
        source: it.text("source"),
        kind: it.text("type"),
        reference: it.text("ref"),
        ad_id: it.text("ad_id"),
        ad_title: ad.text("ad_title"),
        ad_media_url: ad.first_text(&["photo_url", "video_url"]),
        post_id: ad.text("post_id"),
        product_id: it.object("product").text("id").or_else(|| ad.text("product_id")),
    })
}

fn opted(optin: &Object<'_>) -> ThreadEvent {
    let topic = optin.first_text(&["payload", "ref"]);
    if optin.text("notification_messages_status").is_some_and(|it| it.starts_with("STOP")) {
        ThreadEvent::OptedOut { topic }
    } else {
        ThreadEvent::OptedIn { topic, title: optin.text("title") }
    }
}

fn control(kind: &str, it: &Object<'_>) -> Option<ThreadEvent> {
    let [from, to] = ["previous_owner_app_id", "new_owner_app_id"].map(|key| it.text(key));
    let metadata = it.text("metadata");
    match kind {
        "pass_thread_control" => Some(ThreadEvent::ControlPassed { from, to, metadata }),
        "take_thread_control" => Some(ThreadEvent::ControlTaken { from, to, metadata }),
        "request_thread_control" => {
            Some(ThreadEvent::ControlRequested { by: it.text("requested_owner_app_id"), metadata })
        }
        _ => None,
    }
}

fn policy(it: &Object<'_>) -> Option<What> {
    let action = match it.text("action")?.as_str() {
        "warning" => PolicyAction::Warning,
        "block" => PolicyAction::Block,
        "unblock" => PolicyAction::Unblock,
        _ => return None,
    };
    Some(What::Policy { action, reason: it.text("reason") })
}

fn feedback(item: &Item<'_>) -> Option<What> {
    let mut answers = Vec::new();
    for screen in item.body.parts("feedback_screens").into_iter().filter_map(Json::object) {
        for (name, question) in screen.object("questions").pairs() {
            let Some(question) = question.object() else { continue };
            let name = question.text("title").unwrap_or_else(|| key_words(name));
            let follow_up = question.object("follow_up").text("payload");
            answers.extend(question.text("payload").map(|answer| Answer { question: name.clone(), answer }));
            answers.extend(follow_up.map(|answer| Answer { question: name, answer }));
        }
    }
    let detail = Detail { answers, ..Detail::default() };
    (!detail.answers.is_empty()).then(|| happened(item, ThreadEvent::Feedback, detail))
}
