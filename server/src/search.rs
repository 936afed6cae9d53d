//! Looking for messages, notes and customers; and keeping the index by which they are found.

pub mod document;
pub mod excerpt;
pub mod phrase;
pub mod walk;
pub mod words;
pub mod worker;

use crate::auth::Caller;
use crate::inbox::{InboxResult, sight};
use crate::program::Program;
use crate::store::search::{FoundContact, FoundMessage, FoundMessages, Sought};
use excerpt::{Bit, excerpt, whole};
use model::search::Query;
use phrase::Phrase;

const MESSAGES: u32 = 30;
const CONTACTS: u32 = 6;

/// What a page of results shows.
#[derive(Debug, Clone, Default)]
pub struct Results {
    pub contacts: Vec<ContactHit>,
    pub messages: Vec<MessageHit>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct ContactHit {
    pub found: FoundContact,
    pub name: Vec<Bit>,
    pub username: Vec<Bit>,
}

#[derive(Debug, Clone)]
pub struct MessageHit {
    pub found: FoundMessage,
    pub text: Vec<Bit>,
}

/// What somebody may see of what they look for: newest first, from where the last page ended.
pub async fn search(program: &Program, caller: &Caller, query: &Query, after: Option<i64>) -> InboxResult<Results> {
    let said = Phrase::all_of(&query.terms);
    let from = Phrase::all_of(&query.from);
    let has_filter = !query.from.is_empty() || !query.labels.is_empty() || query.before.is_some();
    if said.is_empty() && !has_filter {
        return Ok(Results::default());
    }
    let sought = Sought {
        sight: sight(program, caller).await?,
        said: said.clone(),
        from,
        labels: query.labels.iter().map(|it| (it.text.to_lowercase(), it.is_open)).collect(),
        before: query.before,
        after,
        limit: MESSAGES,
    };
    let people = Sought { limit: CONTACTS, ..sought.clone() };
    let contacts = async {
        if has_filter || after.is_some() { Ok(Vec::new()) } else { program.store.find_contacts(people).await }
    };
    let (FoundMessages { messages, next }, contacts) = tokio::try_join!(program.store.find_messages(sought), contacts)?;
    let of_contact = |found: FoundContact| ContactHit {
        name: whole(found.contact.title(), &said),
        username: whole(found.contact.username.as_deref().unwrap_or_default(), &said),
        found,
    };
    let of_message = |found: FoundMessage| MessageHit { text: excerpt(&found.text, &said), found };
    Ok(Results {
        contacts: contacts.into_iter().map(of_contact).collect(),
        messages: messages.into_iter().map(of_message).collect(),
        next,
    })
}
