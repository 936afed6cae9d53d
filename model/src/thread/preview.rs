//! A message in a few words: for the list of conversations and for notifications.

use super::{Attachment, Direction, Message};
use crate::content::{AttachmentKind, Detail, MessageKind, ThreadEvent};

const LONGEST: usize = 140;

/// One line. Never empty.
pub fn preview(message: &Message, attachments: &[Attachment]) -> String {
    if message.is_deleted() {
        return match message.direction {
            Direction::In => "Unsent by the customer".to_owned(),
            _ => "Unsent".to_owned(),
        };
    }
    if message.kind == MessageKind::Event {
        return event(&message.detail);
    }
    let text = message.text.as_deref().map(one_line).filter(|it| !it.is_empty());
    match (message.kind, text) {
        (MessageKind::Comment, Some(text)) => shortened(&format!("Commented: {text}")),
        (MessageKind::VisitorPost, Some(text)) => shortened(&format!("Posted: {text}")),
        (MessageKind::StoryReply, Some(text)) => shortened(&format!("Replied to your story: {text}")),
        (_, Some(text)) => shortened(&text),
        (kind, None) => without_words(kind, &message.detail, attachments),
    }
}

fn without_words(kind: MessageKind, detail: &Detail, attachments: &[Attachment]) -> String {
    match kind {
        MessageKind::StoryMention => "Mentioned you in their story".to_owned(),
        MessageKind::StoryReply => "Replied to your story".to_owned(),
        MessageKind::Sticker => "Sticker".to_owned(),
        MessageKind::Location => "Location".to_owned(),
        MessageKind::Postback => "Tapped a button".to_owned(),
        MessageKind::Ephemeral => "Sent a photo or video to view once".to_owned(),
        MessageKind::Order => "Sent a cart".to_owned(),
        MessageKind::Form => "Answered a form".to_owned(),
        MessageKind::Appointment => "Appointment".to_owned(),
        MessageKind::Comment => "Commented".to_owned(),
        MessageKind::Mention => "Mentioned you".to_owned(),
        MessageKind::VisitorPost => "Posted on your Page".to_owned(),
        MessageKind::Unsupported => unsupported(detail),
        _ => match attachments {
            [] => "Message".to_owned(),
            [one] => one.title.as_deref().map(one_line).filter(|it| !it.is_empty()).map_or_else(
                || attachment(&one.kind).to_owned(),
                |title| shortened(&format!("{}: {title}", attachment(&one.kind))),
            ),
            several if several.iter().all(|it| it.kind == several[0].kind) => {
                format!("{} {}s", several.len(), attachment(&several[0].kind).to_ascii_lowercase())
            }
            several => format!("{} attachments", several.len()),
        },
    }
}

/// What is shown in place of a message that cannot be.
fn unsupported(detail: &Detail) -> String {
    match &detail.unsupported {
        Some(kind) => shortened(&format!("Unsupported message ({kind})")),
        None => "Unsupported message".to_owned(),
    }
}

fn attachment(kind: &AttachmentKind) -> &str {
    match kind {
        AttachmentKind::Image => "Photo",
        AttachmentKind::Video => "Video",
        AttachmentKind::Audio => "Voice message",
        AttachmentKind::File => "File",
        AttachmentKind::Sticker => "Sticker",
        AttachmentKind::LikeHeart => "Heart",
        AttachmentKind::Post => "Post",
        AttachmentKind::Reel => "Reel",
        AttachmentKind::Story | AttachmentKind::StoryMention => "Story",
        AttachmentKind::Link => "Link",
        AttachmentKind::Location => "Location",
        AttachmentKind::Template => "Template",
        AttachmentKind::Appointment => "Appointment",
        AttachmentKind::Ephemeral => "Photo or video to view once",
        AttachmentKind::Unsupported | AttachmentKind::Other(_) => "Attachment",
    }
}

fn event(detail: &Detail) -> String {
    if let Some(ThreadEvent::Unknown { kind }) = &detail.event {
        return shortened(&format!("Unsupported message ({kind})"));
    }
    let words = match &detail.event {
        Some(ThreadEvent::Referred) => "Opened the conversation from a link or an ad",
        Some(ThreadEvent::OptedIn { .. }) => "Agreed to get messages about a topic",
        Some(ThreadEvent::OptedOut { .. }) => "Wants no more messages about a topic",
        Some(ThreadEvent::AccountLinked) => "Linked their account",
        Some(ThreadEvent::AccountUnlinked) => "Unlinked their account",
        Some(ThreadEvent::ControlPassed { .. } | ThreadEvent::HandedOver { .. }) => "The conversation was handed over",
        Some(ThreadEvent::ControlTaken { .. }) => "The conversation was taken over",
        Some(ThreadEvent::ControlRequested { .. }) => "Another app asks for the conversation",
        Some(ThreadEvent::Feedback) => "Answered a survey",
        Some(ThreadEvent::MessageRated { .. }) => "Rated a message",
        Some(ThreadEvent::LabelAdded { .. }) => "A label was set in Meta's inbox",
        Some(ThreadEvent::LabelRemoved { .. }) => "A label was removed in Meta's inbox",
        Some(ThreadEvent::Assigned { to: Some(_) }) => "The conversation was assigned",
        Some(ThreadEvent::Assigned { to: None }) => "The conversation is nobody's",
        Some(ThreadEvent::GivenToTeam { .. }) => "The conversation was given to a team",
        Some(ThreadEvent::Closed) => "The conversation was closed",
        Some(ThreadEvent::Reopened) => "The conversation was opened again",
        Some(ThreadEvent::Snoozed { .. }) => "The conversation was snoozed",
        Some(ThreadEvent::Woke) => "The conversation came back",
        Some(ThreadEvent::Prioritised { .. }) => "The priority was changed",
        Some(ThreadEvent::Blocked) => "The customer was blocked",
        Some(ThreadEvent::Unblocked) => "The customer was unblocked",
        Some(ThreadEvent::Purged) => "Older messages were deleted",
        Some(ThreadEvent::Unknown { .. }) | None => "Unsupported message",
    };
    words.to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}
