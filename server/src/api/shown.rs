//! What a program is shown.

use crate::media::link::sign_link;
use crate::program::Program;
use crate::store::inbox::{Beside, Said};
use model::day;
use model::inbox::{LineAttachment, ListedConversation, OpenConversation, Owner, ReactedBy, fate};
use model::media::MediaId;
use model::thread::{Author, Direction, MessageState};
use model::time::{HOUR_S, Timestamp};
use model::window;
use serde::Serialize;
use utoipa::ToSchema;

/// Links to files open them for so long.
const LINK_S: i64 = HOUR_S;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Conversations {
    pub items: Vec<Conversation>,
    /// Give it as `cursor` to get what comes next; `null`: this is the end.
    pub next_cursor: Option<String>,
}

/// Everything between one customer and one account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Conversation {
    id: String,
    /// The id of the account.
    account: String,
    /// `instagram` or `page`.
    platform: &'static str,
    contact: Contact,
    /// `open`, `snoozed` or `closed`.
    state: &'static str,
    /// Who answers: `human`, `bot` or `other`, which is another app.
    owner: &'static str,
    /// The id of the person who takes care of it.
    assignee: Option<String>,
    /// The names of its labels.
    labels: Vec<String>,
    /// How many messages nobody has read yet.
    unread: i32,
    /// The newest message in a few words.
    preview: Option<String>,
    #[schema(format = DateTime)]
    last_message_at: String,
    window: Window,
}

#[derive(Debug, Serialize, ToSchema)]
struct Contact {
    id: String,
    /// Meta's id of the customer.
    external_id: String,
    name: Option<String>,
    username: Option<String>,
    /// Good for an hour.
    avatar_url: Option<String>,
}

/// Until when the customer can be written to.
#[derive(Debug, Serialize, ToSchema)]
struct Window {
    /// `standard`; `human_agent`: only a person may write; `closed`.
    kind: &'static str,
    #[schema(format = DateTime)]
    ends_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Messages {
    pub items: Vec<Message>,
    /// Give it as `cursor` to get what is older; `null`: this is the beginning.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Message {
    id: String,
    /// Meta's id, once it has one.
    mid: Option<String>,
    /// `in` or `out`.
    direction: &'static str,
    author: MessageAuthor,
    /// `text`, `media`, `postback`, …: Meta adds to these.
    kind: &'static str,
    text: Option<String>,
    attachments: Vec<Attachment>,
    /// The id of the message that this one answers.
    reply_to: Option<String>,
    reactions: Vec<Reaction>,
    /// `received`, `queued`, `sending`, `sent`, `delivered`, `seen`, `unconfirmed`, `failed` or `deleted`.
    state: &'static str,
    /// `HUMAN_AGENT` if it left under that tag.
    tag: Option<&'static str>,
    error: Option<SendError>,
    edited: bool,
    #[schema(format = DateTime)]
    sent_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageAuthor {
    /// `contact`, `agent`, `bot` or `native_inbox`, which is Meta's own inbox or app.
    kind: &'static str,
    id: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Attachment {
    /// `image`, `video`, `audio`, `file`, `share`, …: Meta adds to these.
    kind: String,
    /// Good for an hour; `null` while the file is fetched, or if it cannot be had.
    url: Option<String>,
    content_type: Option<String>,
    /// In bytes.
    size: Option<i64>,
    title: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Reaction {
    emoji: String,
    /// `contact` or `account`.
    by: &'static str,
}

/// Why a message did not go out.
#[derive(Debug, Serialize, ToSchema)]
struct SendError {
    /// Meta's, if Meta refused it.
    code: Option<i32>,
    subcode: Option<i32>,
    message: String,
    /// The same again can work.
    retryable: bool,
}

/// What only the team sees.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Note {
    pub id: String,
    pub text: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// As RFC 3339 writes it, in UTC.
pub(super) fn moment(at: Timestamp) -> String {
    let ms = at.0.rem_euclid(86_400_000);
    let s = ms / 1000;
    format!("{}T{:02}:{:02}:{:02}.{:03}Z", day::write(at), s / 3600, s / 60 % 60, s % 60, ms % 1000)
}

fn link(program: &Program, id: MediaId) -> String {
    program.public_url.join(&sign_link(&program.media_key, id, program.seams.now().plus_s(LINK_S)))
}

pub(super) fn conversation(program: &Program, it: ListedConversation, beside: Option<Beside>) -> Conversation {
    let Beside { contact_external_id, labels } = beside.unwrap_or_default();
    let (kind, ends_at) = match window::Window::of(it.heard, program.seams.now()) {
        window::Window::Standard { ends_at } => ("standard", Some(ends_at)),
        window::Window::HumanAgent { ends_at } => ("human_agent", Some(ends_at)),
        window::Window::Closed { .. } => ("closed", None),
    };
    Conversation {
        id: it.id.to_string(),
        account: it.account_id.to_string(),
        platform: it.platform.word(),
        contact: Contact {
            id: it.contact.id.to_string(),
            external_id: contact_external_id,
            name: it.contact.name,
            username: it.contact.username,
            avatar_url: it.contact.picture.map(|id| link(program, id)),
        },
        state: it.state.word(),
        owner: match it.owner {
            Owner::Human => "human",
            Owner::Bot { .. } => "bot",
            Owner::Other { .. } => "other",
        },
        assignee: it.assignee.map(|it| it.id.to_string()),
        labels,
        unread: it.unread,
        preview: it.preview,
        last_message_at: moment(it.last_activity_at),
        window: Window { kind, ends_at: ends_at.map(moment) },
    }
}

/// `of` is the conversation, with how far the customer has got.
pub(super) fn message(program: &Program, of: &OpenConversation, said: Said) -> Message {
    let Said { line, mid } = said;
    let fate = fate(line.direction, line.state, line.at, of.delivered_until, of.seen_until);
    let state = match (fate, line.state) {
        (Some(model::inbox::Fate::Delivered), _) => "delivered",
        (Some(model::inbox::Fate::Seen), _) => "seen",
        (_, state) => state.map_or("received", MessageState::word),
    };
    let contact = &of.conversation.contact;
    let author = match line.author {
        Author::Contact => MessageAuthor {
            kind: "contact",
            id: Some(contact.id.to_string()),
            name: contact.name.clone().or_else(|| contact.username.clone()),
        },
        author => who(author, line.author_id, line.author_name),
    };
    Message {
        id: line.id.to_string(),
        mid,
        direction: if line.direction == Direction::In { "in" } else { "out" },
        author,
        kind: line.kind.word(),
        text: line.text,
        attachments: line.attachments.into_iter().map(|it| attachment(program, it)).collect(),
        reply_to: line.reply_to.map(|it| it.id.to_string()),
        reactions: line
            .reactions
            .into_iter()
            .map(|it| Reaction {
                emoji: it.emoji,
                by: match it.by {
                    ReactedBy::Contact => "contact",
                    ReactedBy::Account => "account",
                },
            })
            .collect(),
        state,
        tag: line.tagged.then_some("HUMAN_AGENT"),
        error: line.failure.map(|it| SendError {
            code: it.code,
            subcode: it.subcode,
            message: it.message,
            retryable: it.retryable,
        }),
        edited: !line.edits.is_empty(),
        sent_at: moment(line.at),
    }
}

/// Whoever it was, but for the customer.
pub(super) fn who(author: Author, id: Option<String>, name: Option<String>) -> MessageAuthor {
    match author {
        Author::Contact => MessageAuthor { kind: "contact", id, name },
        Author::Agent => MessageAuthor { kind: "agent", id, name },
        Author::NativeInbox => MessageAuthor { kind: "native_inbox", id: None, name: None },
        Author::Bot | Author::Rule | Author::System => MessageAuthor { kind: "bot", id, name },
    }
}

fn attachment(program: &Program, it: LineAttachment) -> Attachment {
    let (url, content_type, size) = match it.media {
        Some(file) => (Some(link(program, file.id)), Some(file.content_type), Some(file.size)),
        None => (it.url, None, None),
    };
    Attachment { kind: it.kind, url, content_type, size, title: it.title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_programs_read_it() {
        for (at, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_183_925_042, "2026-11-20T14:12:05.042Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(moment(Timestamp(at)), text);
            assert_eq!(super::super::input::moment("at", text).ok(), Some(Timestamp(at)), "it is read again");
        }
    }
}
