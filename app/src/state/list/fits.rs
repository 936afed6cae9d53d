//! Which conversations a view holds, as the server decides it.

use model::inbox::{ListedConversation, Owner};
use model::person::PersonId;
use model::thread::ConversationState;
use model::time::{HOUR_S, Timestamp};
use model::view::View;
use model::window::Window;

/// So long before its window closes a conversation is "expiring soon", and its row says when.
pub const SOON_S: i64 = 2 * HOUR_S;

pub fn fits(view: View, it: &ListedConversation, me: PersonId, now: Timestamp) -> bool {
    let is_open = it.state == ConversationState::Open;
    let is_ours = it.owner == Owner::Human;
    match view {
        View::Mine => is_open && is_ours && it.assignee.as_ref().is_some_and(|it| it.id == me),
        View::Unassigned => is_open && is_ours && it.assignee.is_none(),
        View::AllOpen => is_open,
        View::ExpiringSoon => is_open && is_ours && it.waiting_since.is_some() && closes_soon(it, now).is_some(),
        View::WithTheBot => is_open && !is_ours,
        View::Snoozed => it.state == ConversationState::Snoozed,
        View::Closed => it.state == ConversationState::Closed,
    }
}

/// Milliseconds until the free reply ends, where that is soon.
pub fn closes_soon(it: &ListedConversation, now: Timestamp) -> Option<i64> {
    match Window::of(it.heard, now) {
        Window::Standard { ends_at } if ends_at <= now.plus_s(SOON_S) => Some(ends_at.since_ms(now)),
        _ => None,
    }
}
