//! What concerns the person who asks, and that they know of it.

use crate::auth::Caller;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::notifications::{Notification, Place, Reading, Which};
use model::ids::ConversationId;
use model::time::Timestamp;

const ROWS: u32 = 50;

#[derive(Debug, Clone)]
pub struct Page {
    pub rows: Vec<Notification>,
    /// Where the next page begins, if there is one.
    pub older: Option<Place>,
}

pub async fn page(program: &Program, caller: &Caller, before: Option<Place>) -> StoreResult<Page> {
    let mut rows = program.store.list_notifications(caller.me.id, before, ROWS + 1).await?;
    let has_older = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let older = rows.last().filter(|_| has_older).map(|it| Place { at: it.at, id: it.id });
    Ok(Page { rows, older })
}

/// Whoever has a conversation before them knows what was to be told of it.
pub async fn know_of(program: &Program, caller: &Caller, conversation: ConversationId) -> StoreResult<()> {
    read(program, caller, Which::Of(conversation)).await
}

/// All that were on the page whose newest is of this moment.
pub async fn know_all(program: &Program, caller: &Caller, until: Timestamp) -> StoreResult<()> {
    read(program, caller, Which::Until(until)).await
}

async fn read(program: &Program, caller: &Caller, which: Which) -> StoreResult<()> {
    let (now, change_id) = (program.seams.now(), program.seams.new_id());
    program.store.read_notifications(Reading { person: caller.me.id, which, now, change_id }).await.map(drop)
}
