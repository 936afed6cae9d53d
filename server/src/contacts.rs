//! All about a customer on one page: what is known, a copy of everything, and deleting it.

mod edit;
pub mod erase;
mod export;

pub use edit::{Became, ContactForm, FilledField, form, save};
pub use export::{Export, export};

use crate::auth::may::{Forbidden, Refused};
use crate::auth::{Caller, Client};
use crate::inbox::{InboxError, sight};
use crate::people::deed;
use crate::program::Program;
use crate::store::StoreError;
use crate::store::deletions::{KnownContact, ListedDeletion, NewDeletion};
use model::ids::{ContactId, DeletionId};
use model::may::Act;

/// More than anybody asks for.
const DELETIONS_MOST: u32 = 500;

#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("there is no such customer in sight")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InboxError> for ContactError {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::Store(error) => Self::Store(error),
            _ => Self::NotFound,
        }
    }
}

pub type ContactResult<T> = Result<T, ContactError>;

/// Whoever sees the account sees its customers.
pub async fn find(program: &Program, caller: &Caller, id: ContactId) -> ContactResult<KnownContact> {
    let sight = sight(program, caller).await?;
    program.store.find_contact(id, &sight).await?.ok_or(ContactError::NotFound)
}

/// What became of asking for a deletion.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// It is known by this code.
    Begun { code: String },
    /// What was typed is not what the customer is called.
    NotTheName(Box<KnownContact>),
}

/// Whoever deletes somebody types what they are called, so that nobody does it to another by mistake.
pub async fn ask_deletion(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: ContactId,
    typed: &str,
) -> ContactResult<Asked> {
    caller.may(Act::RunContacts)?;
    let known = find(program, caller, id).await?;
    if !is_name(typed, known.contact.title()) {
        return Ok(Asked::NotTheName(Box::new(known)));
    }
    let deletion: DeletionId = program.seams.new_id();
    let new = NewDeletion { id: deletion, contact: id, code: code(deletion) };
    let asked = program.store.ask_deletion(deed(program, caller, Some(client.address.clone())), new).await?;
    let code = asked.map_err(|_| Forbidden)?.ok_or(ContactError::NotFound)?;
    program.deletions_wanted.notify_one();
    Ok(Asked::Begun { code })
}

/// Capitals and blanks are no mistake.
pub(crate) fn is_name(typed: &str, name: &str) -> bool {
    let plain = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let typed = plain(typed);
    !typed.is_empty() && typed == plain(name)
}

/// "7K3M-9QWE-2XTR": the last of an id, which are chance.
pub(crate) fn code(id: DeletionId) -> String {
    let id = id.to_string().to_uppercase();
    let end = &id[id.len() - 12..];
    format!("{}-{}-{}", &end[..4], &end[4..8], &end[8..])
}

/// Whoever sees the account blocks its customers, and unblocks them.
pub async fn block(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: ContactId,
    is_blocked: bool,
) -> ContactResult<()> {
    find(program, caller, id).await?;
    let deed = deed(program, caller, Some(client.address.clone()));
    if program.store.block_contact(deed, id, is_blocked).await? { Ok(()) } else { Err(ContactError::NotFound) }
}

/// Newest first, for whoever may delete.
pub async fn deletions(program: &Program, caller: &Caller) -> Result<Vec<ListedDeletion>, Refused> {
    caller.may(Act::RunContacts)?;
    Ok(program.store.list_deletions(DELETIONS_MOST).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    #[test]
    fn a_name_is_typed_as_it_is_read() {
        for (typed, name) in
            [("Hannah Okafor", "Hannah Okafor"), (" hannah  okafor ", "Hannah Okafor"), ("山本", "山本")]
        {
            assert!(is_name(typed, name), "{typed}");
        }
        for (typed, name) in [("", "Hannah"), (" ", " "), ("Hannah", "Hannah Okafor"), ("Hanna", "Hannah")] {
            assert!(!is_name(typed, name), "{typed}");
        }
    }

    #[test]
    fn a_code_can_be_read_to_somebody() {
        let code = code(DeletionId::compose(1_763_665_200_000, [7; 10]));
        assert_eq!(code.len(), 14);
        assert!(code.bytes().all(|it| it == b'-' || it.is_ascii_uppercase() || it.is_ascii_digit()), "{code}");
    }
}
