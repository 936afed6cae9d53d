//! What somebody said: messages and echoes, tapped buttons, answered forms, carts.

use super::super::event::{Attachment, Said, Side};
use super::json::{Json, Object};
use super::messaging::Item;
use super::{attachments, happened};
use crate::content::{Answer, AttachmentKind, Detail, MessageKind, Order, Postback, Product, Story};

/// Meta's app that asks the questions of a lead ad and sends the answers as a message.
const LEAD_FLOW: &str = "413038776280800";

pub fn message(item: &Item<'_>, mid: String) -> Said {
    let message = &item.body;
    let attachments = attachments::read(message);
    let reply_to = message.object("reply_to");
    let detail = Detail {
        quick_reply: message.object("quick_reply").text("payload"),
        story: reply_to.get("story").and_then(Json::object).map(|it| story(&it)),
        referral: message.get("referral").and_then(happened::referral),
        commands: message.parts("commands").into_iter().filter_map(command).collect(),
        app_id: if item.ours { message.text("app_id") } else { None },
        standby: item.standby,
        ..Detail::default()
    };
    let mut said = Said {
        side: if item.ours { Side::Account } else { Side::Contact },
        mid: Some(mid),
        kind: MessageKind::Text,
        text: message.text("text").or_else(|| attachments::template_text(message)),
        attachments,
        reply_to: reply_to.text("mid"),
        detail,
        metadata: if item.ours { message.text("metadata") } else { None },
    };
    let from_lead_flow = item.pairs.object("hop_context").text("app_id").as_deref() == Some(LEAD_FLOW);
    said.kind = if from_lead_flow { MessageKind::Form } else { kind(&said, message.is("is_unsupported")) };
    if said.kind == MessageKind::Unsupported {
        said.detail.unsupported = unsupported(&said.attachments);
    }
    said
}

fn story(it: &Object<'_>) -> Story {
    Story { id: it.text("id"), url: it.text("url"), link_sticker_url: it.text("link_sticker_url") }
}

fn command(it: Json<'_>) -> Option<String> {
    it.object()?.text("name")
}

pub fn kind(said: &Said, is_unsupported: bool) -> MessageKind {
    use AttachmentKind as Kind;
    let text = said.text.is_some();
    let only_unsupported = said.attachments.iter().all(|it| matches!(it.kind, Kind::Unsupported));
    if !text && only_unsupported && (is_unsupported || !said.attachments.is_empty()) {
        return MessageKind::Unsupported;
    }
    let any = |wanted: &dyn Fn(&Kind) -> bool| said.attachments.iter().any(|it| wanted(&it.kind));
    if any(&|it| matches!(it, Kind::Ephemeral)) {
        MessageKind::Ephemeral
    } else if any(&|it| matches!(it, Kind::StoryMention)) {
        MessageKind::StoryMention
    } else if said.detail.story.is_some() {
        MessageKind::StoryReply
    } else if any(&|it| matches!(it, Kind::Sticker | Kind::LikeHeart)) {
        MessageKind::Sticker
    } else if any(&|it| matches!(it, Kind::Image | Kind::Video | Kind::Audio | Kind::File)) {
        MessageKind::Media
    } else if any(&|it| matches!(it, Kind::Post | Kind::Reel | Kind::Story))
        || (!text && any(&|it| matches!(it, Kind::Link)))
    {
        MessageKind::Share
    } else if any(&|it| matches!(it, Kind::Location)) {
        MessageKind::Location
    } else if any(&|it| matches!(it, Kind::Template)) {
        MessageKind::Template
    } else if any(&|it| matches!(it, Kind::Appointment)) {
        MessageKind::Appointment
    } else if !text && !said.attachments.is_empty() {
        // Only what this version does not know: with a link it can be opened at least.
        if said.attachments.iter().any(|it| it.url.is_some()) { MessageKind::Media } else { MessageKind::Unsupported }
    } else {
        MessageKind::Text
    }
}

/// Meta's own word, where it says more than that something is not supported.
fn unsupported(attachments: &[Attachment]) -> Option<String> {
    attachments.iter().find_map(|it| match &it.kind {
        AttachmentKind::Other(word) => Some(word.clone()),
        _ => None,
    })
}

pub fn postback(item: &Item<'_>) -> Option<Said> {
    let postback = &item.body;
    let mid = postback.text("mid");
    let [title, payload] = ["title", "payload"].map(|key| postback.text(key));
    if mid.is_none() && title.is_none() && payload.is_none() {
        return None;
    }
    let detail = Detail {
        postback: Some(Postback { title: title.clone(), payload }),
        referral: postback.get("referral").and_then(happened::referral),
        standby: item.standby,
        ..Detail::default()
    };
    Some(Said { mid, text: title, ..from_contact(MessageKind::Postback, detail) })
}

/// An address or another form of Messenger, answered.
pub fn form(item: &Item<'_>) -> Option<Said> {
    let screens = item.body.parts("screens").into_iter().filter_map(Json::object);
    let answers: Vec<_> = screens
        .flat_map(|screen| screen.parts("responses"))
        .filter_map(|it| answer(&it.object()?, "key", "value"))
        .collect();
    let detail = Detail { answers, standby: item.standby, ..Detail::default() };
    (!detail.answers.is_empty()).then(|| from_contact(MessageKind::Form, detail))
}

pub fn answer(it: &Object<'_>, question: &str, answer: &str) -> Option<Answer> {
    Some(Answer { question: it.text(question)?, answer: it.text(answer).unwrap_or_default() })
}

pub fn order(item: &Item<'_>) -> Option<Said> {
    let products: Vec<_> =
        item.body.parts("products").into_iter().filter_map(Json::object).map(|it| product(&it)).collect();
    let order = Order { products, note: item.body.text("note") };
    if order == Order::default() {
        return None;
    }
    Some(from_contact(MessageKind::Order, Detail { order: Some(order), standby: item.standby, ..Detail::default() }))
}

fn product(it: &Object<'_>) -> Product {
    Product {
        name: it.text("name"),
        retailer_id: it.text("retailer_id"),
        unit_price: it.get("unit_price").and_then(Json::number).filter(|it: &f64| it.is_finite()),
        currency: it.text("currency"),
        quantity: it.get("quantity").and_then(Json::number).unwrap_or(1),
    }
}

const fn from_contact(kind: MessageKind, detail: Detail) -> Said {
    let (mid, text, reply_to, metadata) = (None, None, None, None);
    Said { side: Side::Contact, mid, kind, text, attachments: Vec::new(), reply_to, detail, metadata }
}
