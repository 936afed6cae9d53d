//! What people do with a conversation beside answering it: who has it, whether it is open, what the
//! team tells each other about it, and what is known of the customer.

use crate::content::Referral;
use crate::id::id;
use crate::ids::{ConversationId, LabelId, MessageId, TeamId};
use crate::inbox::{ListedContact, NamedPerson};
use crate::media::UploadedMedia;
use crate::person::PersonId;
use crate::priority::Priority;
use crate::thread::Author;
use crate::time::Timestamp;
use crate::wire::json::{self, Json};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

id! {
    /// A reply that is kept for many customers.
    SavedReplyId
}

/// What a person does with a conversation. Each leaves a line in its thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// `None`: it is nobody's.
    Assign {
        to: Option<PersonId>,
    },
    Close,
    Reopen,
    Snooze {
        until: Timestamp,
    },
    /// How much it presses.
    Prioritise {
        to: Priority,
    },
    /// It waits for whom a rule of that team finds, and stays the team's until then; or somebody of it has it. Without
    /// either it is nobody's.
    Team {
        to: Option<TeamId>,
        with: Option<PersonId>,
    },
}

impl Step {
    pub const NOBODY: Self = Self::Team { to: None, with: None };
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Stepped {
    /// Done; `undo` takes it back.
    Done { undo: Step },
    /// It was so already.
    Was,
    /// It cannot be done: a sentence for the agent.
    Refused { words: String },
}

/// Who can be given a conversation: those who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Colleague {
    pub id: PersonId,
    pub name: String,
    pub is_available: bool,
}

/// Who a conversation can be given to: people, and teams by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Receivers {
    pub people: Vec<Colleague>,
    pub teams: Vec<(TeamId, String)>,
}

/// Something only the team reads. The same `client_id` twice is one note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    pub client_id: String,
    pub text: String,
}

pub const NOTE_MOST: usize = 10_000;

/// What became of adding a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Noted {
    Added { message: MessageId },
    Refused { words: String },
}

/// Reply and note are drafted apart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum DraftMode {
    #[default]
    Reply,
    Note,
}

impl DraftMode {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
}

impl std::str::FromStr for DraftMode {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "reply" => Ok(Self::Reply),
            "note" => Ok(Self::Note),
            _ => Err(crate::id::NotAnId),
        }
    }
}

/// What a person began and has not sent. An empty one is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Draft {
    /// Missing in what browsers kept before there were notes.
    #[serde(default)]
    pub mode: DraftMode,
    pub text: String,
    #[serde(default)]
    pub chips: Vec<String>,
    #[serde(default)]
    pub files: Vec<UploadedMedia>,
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    pub at: Timestamp,
}

impl Draft {
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.chips.is_empty() && self.files.is_empty()
    }
}

/// A reply that is kept for many customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct SavedReply {
    pub id: SavedReplyId,
    /// What is written after `/`.
    pub shortcut: String,
    pub title: String,
    /// With variables: `{name}`, `{first name}`, `{agent}`.
    pub text: String,
    /// Only mine; otherwise everybody's.
    pub is_mine: bool,
}

/// `id` is `None` for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedReplyEdit {
    pub id: Option<SavedReplyId>,
    pub shortcut: String,
    pub title: String,
    pub text: String,
    pub is_mine: bool,
}

/// What became of keeping one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Kept {
    Kept { id: SavedReplyId },
    Refused { words: String },
}

/// A post or reel of the account's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct OwnPost {
    /// Meta's id, as [`crate::outgoing::Part::Post`] takes it.
    pub id: String,
    pub caption: Option<String>,
    /// Where it can be seen for a while: with Meta, and for a page as we pass it on.
    pub picture: Option<String>,
    pub permalink: Option<String>,
    pub at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct OwnPosts {
    pub posts: Vec<OwnPost>,
    /// Where the next page begins.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    /// A hue, 0 to 359.
    pub hue: u16,
}

/// What stands beside the thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Details {
    pub contact: ListedContact,
    pub followers: Option<i64>,
    pub follows_us: Option<bool>,
    pub is_verified: Option<bool>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// What the team wrote about the customer.
    pub about: Option<String>,
    pub known_since: Timestamp,
    pub is_blocked: bool,
    /// What fields of the business's own say, by their names.
    pub fields: Vec<(String, String)>,
    /// Whose it is until somebody has it.
    pub team: Option<String>,
    pub labels: Vec<Label>,
    /// Every label that there is.
    pub all_labels: Vec<Label>,
    pub came_from: Option<CameFrom>,
    /// Newest first, without the one that is open.
    pub earlier: Vec<Episode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct CameFrom {
    pub referral: Referral,
    pub at: Timestamp,
}

/// From opening to closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Episode {
    pub opened_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<NamedPerson>,
}

/// What a person writes about a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactEdit {
    pub email: String,
    pub phone: String,
    pub about: String,
}

/// Somebody who has a conversation open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Present {
    pub person: NamedPerson,
    pub is_writing: bool,
}

/// Who is at a conversation. Told as it happens and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Presence {
    pub conversation: ConversationId,
    /// An answer and the stream may cross on their way: the later word holds.
    pub at: Timestamp,
    pub people: Vec<Present>,
}

impl Presence {
    /// Reads it as the stream tells it: JSON.
    pub fn read(text: &str) -> Option<Self> {
        let it = json::value(text)?;
        let people = it.get("people")?.as_list()?.iter().map(Present::of).collect::<Option<_>>()?;
        let at = Timestamp(json::number(&it, "at")?);
        Some(Self { conversation: json::word(&it, "conversation")?, at, people })
    }
}

impl Present {
    fn of(it: &Json) -> Option<Self> {
        let person = it.get("person")?;
        let person = NamedPerson { id: json::word(person, "id")?, name: json::text(person, "name")? };
        Some(Self { person, is_writing: it.get("is_writing")?.as_bool()? })
    }
}

/// Whoever said nothing for so long is not there any more.
pub const PRESENT_FOR_S: i64 = 45;

/// The name of its event on the stream, which has no number.
pub const PRESENCE: &str = "presence";

/// Why a reply was held for a second look: this came since its writer last saw the end of the thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Unseen {
    pub n_messages: u32,
    /// Whose the newest is.
    pub author: Author,
    pub author_name: Option<String>,
    pub preview: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id as _;

    #[test]
    fn who_is_there_is_read_as_the_stream_tells_it() {
        let person = NamedPerson { id: PersonId::compose(1, [2; 10]), name: "Ines Carvalho".to_owned() };
        let people = vec![Present { person, is_writing: true }];
        let told = Presence { conversation: ConversationId::compose(1, [1; 10]), at: Timestamp(7), people };
        assert_eq!(Presence::read(&serde_json::to_string(&told).unwrap()), Some(told));
        for odd in ["", "null", "{}", r#"{"conversation":"x","people":[]}"#, r#"{"people":[{}]}"#] {
            assert_eq!(Presence::read(odd), None, "{odd}");
        }
    }
}
