//! What the index holds of one message or customer.

use super::words::{Word, words};
use model::ids::{AccountId, ContactId, ConversationId, MessageId};
use model::person::PersonId;
use model::time::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Documents of messages have numbers above zero and those of contacts below. In both the newest has the lowest: the
/// index of SQLite goes forwards in leaps and backwards step by step.
const OLDEST: i64 = 1 << 62;
const NUMBER_BITS: u32 = 20;

/// The words that a customer is called by begin with the one in the customer's own document, so that looking for customers
/// never meets what millions of messages say, and with the other in what they said. Neither is a letter, and so part of
/// any word.
const CALLED: char = '§';
const SAID_BY: char = '¤';

/// Postgres keeps no more places of one word.
const PLACES_MOST: usize = 255;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it stands; the next number is as good where two meet.
    pub number: i64,
    pub account: AccountId,
    pub words: Vec<String>,
}

/// The texts of a contact.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    pub name: Option<&'a str>,
    pub username: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// Who said something, as far as it can be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sayer<'a> {
    Contact { name: Option<&'a str>, username: Option<&'a str> },
    Agent(&'a str),
    Another,
}

impl Document {
    /// `None` if nothing is said in it.
    pub fn of_message(
        id: MessageId,
        at: Timestamp,
        (account, conversation): (AccountId, ConversationId),
        sayer: Sayer<'_>,
        text: &str,
    ) -> Option<Self> {
        let sayer = match sayer {
            Sayer::Contact { name, username } => {
                let called = [name, username].into_iter().flatten().flat_map(words);
                called.map(|it| said_by(&it.text)).collect()
            }
            Sayer::Agent(id) => vec![format!("/p{id}")],
            Sayer::Another => Vec::new(),
        };
        let marks = [of_account(account), of_conversation(conversation)].into_iter().chain(sayer);
        Self::with(OLDEST - time(at, &id.to_string()), account, marks, words(text))
    }

    pub fn of_contact(id: ContactId, since: Timestamp, account: AccountId, known: Known<'_>) -> Option<Self> {
        let Known { name, username, email, phone, note } = known;
        let texts = [name, username, email, phone, note].into_iter().flatten();
        let said = texts.flat_map(words).map(|it| Word { text: called(&it.text), ..it });
        Self::with(-1 - time(since, &id.to_string()), account, [of_account(account)].into_iter(), said)
    }

    /// As SQLite takes it.
    pub fn as_text(&self) -> String {
        self.words.join(" ")
    }

    /// As Postgres takes it: each word once, with where it stands.
    pub fn as_vector(&self) -> String {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, word) in self.words.iter().enumerate() {
            let places = places.entry(word).or_default();
            if places.len() < PLACES_MOST {
                places.push(place + 1);
            }
        }
        places.into_iter().fold(String::new(), |mut vector, (word, places)| {
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            let _ = write!(vector, "'{word}':{} ", places.join(","));
            vector
        })
    }

    fn with(
        number: i64,
        account: AccountId,
        marks: impl Iterator<Item = String>,
        said: impl IntoIterator<Item = Word>,
    ) -> Option<Self> {
        let mut said = said.into_iter().map(|it| it.text).peekable();
        said.peek()?;
        Some(Self { number, account, words: marks.chain(said).collect() })
    }
}

fn time(at: Timestamp, id: &str) -> i64 {
    let mixed = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    begin(at) | i64::from(mixed & ((1 << NUMBER_BITS) - 1))
}

fn begin(at: Timestamp) -> i64 {
    at.0.clamp(0, (1 << 42) - 1) << NUMBER_BITS
}

/// The first number of messages that were said before.
pub fn first_before(at: Timestamp) -> i64 {
    OLDEST - begin(at) + 1
}

pub fn of_account(id: AccountId) -> String {
    format!("/a{id}")
}

pub fn of_conversation(id: ConversationId) -> String {
    format!("/c{id}")
}

pub fn of_person(id: PersonId) -> String {
    format!("/p{id}")
}

/// In the document of a customer who is called so.
pub fn called(word: &str) -> String {
    format!("{CALLED}{word}")
}

/// In what a customer said who is called so.
pub fn said_by(word: &str) -> String {
    format!("{SAID_BY}{word}")
}
