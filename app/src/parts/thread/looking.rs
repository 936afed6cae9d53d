//! Looking is reading: as soon as somebody has the end of the thread before them, it is read.

use crate::api::inbox::look_at;
use crate::prelude::*;
use crate::state::thread::OpenThread;
use leptos::task::spawn_local;
use model::inbox::Line;
use model::thread::Direction;
use model::time::Timestamp;
use std::sync::Arc;
use web_sys::VisibilityState;

pub fn look_at_what_is_seen(thread: OpenThread, is_at_end: RwSignal<bool>) {
    let is_visible = RwSignal::new(false);
    Effect::new(move || {
        let see = move || _ = is_visible.try_set(document().visibility_state() == VisibilityState::Visible);
        see();
        let changed = document_event_listener(see);
        on_cleanup(move || changed.remove());
    });
    let newest = Memo::new(move |_| {
        let id = thread.conversation.with(|it| it.as_ref().map(|it| it.id))?;
        let entries = thread.entries.get();
        // Also what only the team sees: whoever was called or given the conversation knows of it now.
        let heard = |it: &Arc<Line>| (it.direction != Direction::Out).then_some(it.at);
        let newest: Option<Timestamp> = entries.iter().filter_map(|it| it.line.with_untracked(heard)).max();
        newest.map(|it| (id, it))
    });
    Effect::new(move || {
        let (Some((id, newest)), true, true) = (newest.get(), is_at_end.get(), is_visible.get()) else { return };
        if newest > thread.read_until.get_untracked() {
            thread.read_until.set(newest);
            // Best effort: whoever looks again reads it again.
            spawn_local(async move { _ = look_at(id, newest).await });
        }
    });
}

/// Visibility is told to the document and bubbles to the window.
fn document_event_listener(see: impl Fn() + 'static) -> WindowListenerHandle {
    window_event_listener_untyped("visibilitychange", move |_| see())
}
