//! What stood before an agent when they pressed Send.

use crate::prelude::*;
use crate::state::thread::OpenThread;
use model::ids::MessageId;

/// So near the end it is the end that is looked at, as the log has it.
const END: i32 = 100;

/// The newest line in sight. At the end of the thread that is the newest of all; whoever has scrolled
/// up has seen as far as they have scrolled. What a colleague or the customer writes below that, or
/// what has not reached this page yet, holds the reply. `None` before anything is shown: then it goes.
pub fn seen(thread: OpenThread) -> Option<MessageId> {
    let lines: Vec<MessageId> = thread
        .shown()
        .iter()
        .filter(|it| !it.is_pending.get_untracked())
        .map(|it| it.line.with_untracked(|it| it.id))
        .collect();
    let log = document().query_selector(".log").ok().flatten()?;
    if log.scroll_height() - log.scroll_top() - log.client_height() <= END {
        return lines.last().copied();
    }
    let end = log.get_bounding_client_rect().bottom();
    let is_in_sight = |it: &MessageId| {
        document().get_element_by_id(&format!("m-{it}")).is_some_and(|it| it.get_bounding_client_rect().top() < end)
    };
    lines.into_iter().rev().find(is_in_sight)
}
