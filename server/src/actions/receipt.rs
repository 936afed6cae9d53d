//! For accounts that show "seen" at once: hears the feed for what comes in.

use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use model::ids::AccountId;
use model::live::Event;
use model::thread::Direction;
use model::time::{DAY_S, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// Settings of accounts change seldom; another process may have changed them.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(30);

pub(super) async fn run(program: Program) {
    let mut live = program.live.subscribe().await;
    let mut accounts = HashSet::new();
    let mut read_at: Option<Instant> = None;
    loop {
        let change = match live.recv().await {
            Ok(change) => change,
            // Late is as good as never here.
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if matches!(change.event, Event::Account { .. }) || read_at.is_none_or(|it| it.elapsed() > READ_AGAIN_AFTER) {
            match program.store.accounts_seen_on_receipt().await {
                Ok(found) => (accounts, read_at) = (found.into_iter().collect(), Some(Instant::now())),
                Err(error) => tracing::warn!(error = %chain(&error), "cannot tell which accounts show seen at once"),
            }
        }
        if let Err(error) = hear(&program, &accounts, &change).await {
            tracing::warn!(error = %chain(&error), "a message that came in is not shown as seen");
        }
    }
}

async fn hear(
    program: &Program,
    accounts: &HashSet<AccountId>,
    change: &Arc<crate::store::changes::Change>,
) -> StoreResult<()> {
    let (Event::Message { conversation_id, message_id, .. }, Some(account)) = (change.event, change.account_id) else {
        return Ok(());
    };
    if !accounts.contains(&account) {
        return Ok(());
    }
    let lines = program.store.find_lines(conversation_id, vec![message_id]).await?;
    // Meta takes no receipt for what was read back from long ago.
    let is_fresh = |at: Timestamp| program.seams.now().since_ms(at) < DAY_S * 1000;
    if let Some(line) = lines.first().filter(|it| it.direction == Direction::In && is_fresh(it.at)) {
        super::received(program, conversation_id, line.at);
    }
    Ok(())
}
