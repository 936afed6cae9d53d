//! Which colleagues have the same conversation before them. This page says where it is, again and
//! again while somebody can see it, and hears of the others on the stream.

use crate::api::desk::be_at;
use crate::browser::chance;
use crate::browser::order::after_paint;
use crate::prelude::*;
use crate::state::thread::OpenThread;
use leptos::task::spawn_local;
use model::desk::Present;
use model::ids::ConversationId;
use model::person::PersonId;
use model::time::Timestamp;
use std::time::Duration;
use web_sys::VisibilityState;

/// Twice before the server would forget this page.
const AGAIN: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
pub struct Presence {
    /// Colleagues at the open conversation, without the reader.
    pub others: RwSignal<Vec<Present>>,
    /// When that was so.
    at: StoredValue<Timestamp>,
    thread: OpenThread,
    me: PersonId,
    page: StoredValue<String>,
}

impl Presence {
    /// Gives itself to everything below.
    pub fn provide(thread: OpenThread) -> Self {
        let it = Self {
            others: RwSignal::new(Vec::new()),
            at: StoredValue::new(Timestamp(0)),
            thread,
            me: thread.me,
            page: StoredValue::new(String::new()),
        };
        provide_context(it);
        let is_seen = RwSignal::new(false);
        Effect::new(move || {
            _ = it.page.try_set_value(chance::id());
            let look = move || _ = is_seen.try_set(document().visibility_state() == VisibilityState::Visible);
            look();
            let changed = window_event_listener_untyped("visibilitychange", move |_| look());
            on_cleanup(move || changed.remove());
        });
        let here = Memo::new(move |_| {
            let open = thread.conversation.with(|it| it.as_ref().map(|it| it.id));
            open.filter(|_| is_seen.get())
        });
        Effect::new(move |before: Option<Option<ConversationId>>| {
            let now = here.get();
            if before.flatten() != now {
                _ = it.others.try_set(Vec::new());
                _ = it.at.try_set_value(Timestamp(0));
                match now {
                    Some(_) => after_paint(move || it.say(here.try_get_untracked().flatten())),
                    None => it.say(None),
                }
            }
            if now.is_some()
                && let Ok(again) = set_interval_with_handle(move || it.say(now), AGAIN)
            {
                on_cleanup(move || again.clear());
            }
            now
        });
        it
    }

    fn say(self, at: Option<ConversationId>) {
        let Some(page) = self.page.try_get_value() else { return };
        spawn_local(async move {
            if let Ok(Some(presence)) = be_at(page, at).await {
                self.hear(presence);
            }
        });
    }

    pub fn hear(self, presence: model::desk::Presence) {
        let open = self.thread.conversation.try_with_untracked(|it| it.as_ref().map(|it| it.id)).flatten();
        if open != Some(presence.conversation) || self.at.try_get_value().is_none_or(|at| presence.at < at) {
            return;
        }
        _ = self.at.try_set_value(presence.at);
        let mut others = presence.people;
        others.retain(|it| it.person.id != self.me);
        if self.others.try_with_untracked(|it| *it != others) == Some(true) {
            _ = self.others.try_set(others);
        }
    }
}

/// "Ines", "Ines and Noah", "Ines and 2 others", by first names.
pub fn names(people: &[&str]) -> String {
    let first = |name: &str| name.split_whitespace().next().unwrap_or(name).to_owned();
    match people {
        [] => String::new(),
        [one] => first(one),
        [one, other] => format!("{} and {}", first(one), first(other)),
        [one, others @ ..] => format!("{} and {} others", first(one), others.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colleagues_are_named_in_a_few_words() {
        assert_eq!(names(&["Ines Carvalho"]), "Ines");
        assert_eq!(names(&["Ines Carvalho", "Noah Brandt"]), "Ines and Noah");
        assert_eq!(names(&["Ines Carvalho", "Noah Brandt", "Mia"]), "Ines and 2 others");
    }
}
