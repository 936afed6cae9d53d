//! Looking for messages and customers, and the index.

mod filter;
mod found;
mod index;
mod resolve;

use super::super::{Driver, FOR_UPDATE, search};
use super::many::{among, lists, rows_among};
use super::{Conn, Pools, read_back};
use crate::search::document::{called, first_before, of_account};
use crate::search::phrase::Phrase;
use crate::store::search::{FoundContact, FoundMessages, Indexed, Search, Sought, Wish};
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use filter::Filter;
use model::time::Timestamp;
use resolve::Resolved;
use std::ops::Range;

const SEARCHING: &str = "search";
const INDEXING: &str = "keep the search index";

/// Of more accounts the documents themselves say which may be seen.
const ACCOUNTS_MOST: usize = 32;

/// So often, and so many at once, documents are looked at that a filter may leave out.
const ROUNDS_MOST: usize = 20;
const A_ROUND: usize = 200;
/// So many are asked of the index where no filter leaves any out.
const PAGE_MOST: u32 = 100;
/// Of so many who are called so, those who were active last are given.
const CONTACTS_LOOKED_AT: usize = 64;

#[async_trait]
impl Search for Pools {
    async fn index_next(&self, limit: u32, now: Timestamp) -> StoreResult<Indexed> {
        self.write_long(INDEXING, move |conn| Box::pin(async move { index::step(conn, limit, now).await })).await
    }

    async fn find_messages(&self, wanted: Sought) -> StoreResult<FoundMessages> {
        let mut conn = self.read().await.map_err(doing(SEARCHING))?;
        messages(&mut conn, &wanted).await
    }

    async fn find_contacts(&self, wanted: Sought) -> StoreResult<Vec<FoundContact>> {
        let mut conn = self.read().await.map_err(doing(SEARCHING))?;
        let documents = documents_called(&mut conn, &wanted.said, &wanted.sight, CONTACTS_LOOKED_AT).await?;
        let mut contacts = found::contacts(&mut conn, &documents, &wanted.sight).await?;
        contacts.truncate(wanted.limit as usize);
        Ok(contacts)
    }

    async fn scrub_index(&self) -> StoreResult<()> {
        search::scrub(self).await
    }
}

const CONTACTS: Range<i64> = i64::MIN..0;

/// Conversations with customers who are called by all of these, of the newest customers.
pub(super) async fn conversations_called(
    conn: &mut Conn,
    names: &[Phrase],
    sight: &Sight,
    most: usize,
) -> StoreResult<Vec<String>> {
    let documents = documents_called(conn, names, sight, most).await?;
    found::conversations(conn, &documents).await
}

/// Documents of customers who are called by all of these, the newest first.
async fn documents_called(conn: &mut Conn, names: &[Phrase], sight: &Sight, most: usize) -> StoreResult<Vec<i64>> {
    let Some(seen) = seen(sight) else { return Ok(Vec::new()) };
    let wishes = names.iter().map(|it| Wish::Said(it.map(called)));
    search::candidates(conn, &Wish::All(wishes.chain([seen]).collect()), CONTACTS, most).await
}

async fn messages(conn: &mut Conn, wanted: &Sought) -> StoreResult<FoundMessages> {
    let nothing = FoundMessages { messages: Vec::new(), next: None };
    let Some(seen) = seen(&wanted.sight) else { return Ok(nothing) };
    let Some(Resolved { wishes, filter }) = resolve::resolve(conn, wanted).await? else { return Ok(nothing) };
    let said = wanted.said.iter().cloned().map(Wish::Said);
    let wish = Wish::All(said.chain(wishes).chain([seen]).collect());
    let after = wanted.after.map(|it| it.saturating_add(1));
    let start = [Some(1), wanted.before.map(first_before), after].into_iter().flatten().max().unwrap_or(1);
    let most = wanted.limit.clamp(1, PAGE_MOST) as usize;
    if filter.leaves_all() {
        // One more than asked for says whether there are more.
        let mut documents = search::candidates(conn, &wish, start..i64::MAX, most + 1).await?;
        let has_more = documents.len() > most;
        documents.truncate(most);
        let next = documents.last().copied().filter(|_| has_more);
        return Ok(FoundMessages { messages: found::messages(conn, &documents, &filter, &wanted.sight).await?, next });
    }
    look(conn, &wish, start, &filter, wanted, most).await
}

/// Through what the index gives, until enough of it is wanted.
async fn look(
    conn: &mut Conn,
    wish: &Wish,
    mut start: i64,
    filter: &Filter,
    wanted: &Sought,
    most: usize,
) -> StoreResult<FoundMessages> {
    let mut messages = Vec::new();
    for _ in 0..ROUNDS_MOST {
        let documents = search::candidates(conn, wish, start..i64::MAX, A_ROUND).await?;
        for piece in documents.chunks(most) {
            messages.extend(found::messages(conn, piece, filter, &wanted.sight).await?);
            let next = piece.last().copied();
            if messages.len() >= most {
                return Ok(FoundMessages { messages, next });
            }
            start = next.map_or(start, |it| it + 1);
        }
        if documents.len() < A_ROUND {
            return Ok(FoundMessages { messages, next: None });
        }
    }
    Ok(FoundMessages { messages, next: Some(start - 1) })
}

/// Documents that the person may see; those of too many accounts are told apart later. `None` if there are none.
fn seen(sight: &Sight) -> Option<Wish> {
    match sight {
        Sight::Accounts(accounts) if accounts.is_empty() => None,
        Sight::Accounts(accounts) if accounts.len() <= ACCOUNTS_MOST => {
            Some(Wish::Any(accounts.iter().map(|it| Wish::Mark(of_account(*it))).collect()))
        }
        Sight::Accounts(_) | Sight::EveryAccount => Some(Wish::All(Vec::new())),
    }
}
