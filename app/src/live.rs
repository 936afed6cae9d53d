//! What happens while the page is open: one stream of events for list and thread. It says what has
//! changed, and the page asks for that again.

use crate::alerts::Alerts;
use crate::api::inbox::{open_conversation, open_counts, open_lines, open_row};
use crate::browser::outdated::{OUTDATED, reload};
use crate::error::AppError;
use crate::prelude::*;
use crate::state::list::OpenList;
use crate::state::presence::Presence;
use crate::state::thread::OpenThread;
use leptos::task::spawn_local;
use model::desk::PRESENCE;
use model::ids::{ConversationId, MessageId};
use model::live::{Event, HELLO};
use send_wrapper::SendWrapper;
use std::time::Duration;
use web_sys::wasm_bindgen::JsCast as _;
use web_sys::wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// What comes within so long is asked for together.
const TOGETHER: Duration = Duration::from_millis(50);
const COUNTS_AFTER: Duration = Duration::from_millis(700);
const OFFLINE_AFTER: Duration = Duration::from_secs(5);
/// When a stream that broke is opened again: first, and at most.
const AGAIN_AFTER_MS: u64 = 1000;
const AGAIN_MOST_MS: u64 = 30_000;
/// More rows than these are asked for as a page.
const ROWS_MOST: usize = 20;

const KINDS: [&str; 7] = [HELLO, PRESENCE, "message", "conversation", "account", "notification", "resync"];

#[derive(Clone, Copy)]
pub struct Live {
    /// There was no stream for a while.
    pub is_offline: RwSignal<bool>,
    /// The server is of another build by now.
    pub is_outdated: RwSignal<bool>,
    list: OpenList,
    thread: OpenThread,
    alerts: Alerts,
    presence: Presence,
    source: StoredValue<Option<SendWrapper<Source>>>,
    is_open: StoredValue<bool>,
    last_seq: StoredValue<Option<String>>,
    again_after: StoredValue<u64>,
    heard: StoredValue<Heard>,
}

/// What was heard of and not yet asked for.
#[derive(Default)]
struct Heard {
    lines: Vec<MessageId>,
    rows: Vec<ConversationId>,
    /// The reader was called in a note there.
    mentions: Vec<ConversationId>,
    /// Something concerns the reader: it is counted anew.
    noticed: bool,
    /// The open conversation itself.
    opened: bool,
    everything: bool,
}

/// A stream, and what answers it.
struct Source {
    stream: EventSource,
    _on_event: Closure<dyn FnMut(MessageEvent)>,
    _on_open: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut()>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.stream.close();
        self.stream.set_onerror(None);
    }
}

impl Live {
    /// Gives itself to everything below; listens once the page is live, from where the page ended, until it goes.
    pub fn provide(
        heard_until: Option<i64>,
        list: OpenList,
        thread: OpenThread,
        alerts: Alerts,
        presence: Presence,
    ) -> Self {
        let it = Self {
            is_offline: RwSignal::new(false),
            is_outdated: RwSignal::new(false),
            list,
            thread,
            alerts,
            presence,
            source: StoredValue::new(None),
            is_open: StoredValue::new(false),
            last_seq: StoredValue::new(heard_until.map(|it| it.to_string())),
            again_after: StoredValue::new(AGAIN_AFTER_MS),
            heard: StoredValue::new(Heard::default()),
        };
        provide_context(it);
        Effect::new(move || {
            it.listen();
            let leaving = window_event_listener_untyped("pagehide", move |_| it.stop());
            let back = window_event_listener_untyped("pageshow", move |_| it.listen());
            let outdated = window_event_listener_untyped(OUTDATED, move |_| _ = it.is_outdated.try_set(true));
            on_cleanup(move || {
                leaving.remove();
                back.remove();
                outdated.remove();
                it.stop();
            });
        });
        it
    }

    fn stop(self) {
        _ = self.is_open.try_set_value(false);
        _ = self.source.try_set_value(None);
    }

    fn listen(self) {
        if self.source.try_with_value(Option::is_some) != Some(false) {
            return;
        }
        let last = self.last_seq.try_get_value().flatten();
        let address = last.map_or_else(|| "/events".to_owned(), |it| format!("/events?after={it}"));
        let Ok(stream) = EventSource::new(&address) else { return };
        let on_event = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| self.hear(&event));
        let on_open = Closure::<dyn FnMut()>::new(move || {
            _ = self.is_open.try_set_value(true);
            _ = self.is_offline.try_set(false);
        });
        // Not from within the answer itself, which must not be dropped while it runs.
        let on_error = Closure::<dyn FnMut()>::new(move || set_timeout(move || self.begin_again(), Duration::ZERO));
        for kind in KINDS {
            // Refused by no browser: the names are plain words.
            _ = stream.add_event_listener_with_callback(kind, on_event.as_ref().unchecked_ref());
        }
        stream.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        stream.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let source = Source { stream, _on_event: on_event, _on_open: on_open, _on_error: on_error };
        _ = self.source.try_set_value(Some(SendWrapper::new(source)));
    }

    /// The stream broke: another one goes on where it ended.
    fn begin_again(self) {
        if self.source.try_with_value(Option::is_some) != Some(true) {
            return;
        }
        self.stop();
        set_timeout(
            move || {
                if self.is_open.try_get_value() == Some(false) {
                    _ = self.is_offline.try_set(true);
                }
            },
            OFFLINE_AFTER,
        );
        let after = self.again_after.try_get_value().unwrap_or(AGAIN_MOST_MS);
        _ = self.again_after.try_set_value((after * 2).min(AGAIN_MOST_MS));
        set_timeout(move || self.listen(), Duration::from_millis(after));
    }

    fn hear(self, event: &MessageEvent) {
        let last = event.last_event_id();
        if !last.is_empty() {
            _ = self.last_seq.try_set_value(Some(last));
        }
        _ = self.again_after.try_set_value(AGAIN_AFTER_MS);
        if event.type_() == HELLO {
            return;
        }
        let data = event.data().as_string().unwrap_or_default();
        if event.type_() == PRESENCE {
            if let Some(presence) = model::desk::Presence::read(&data) {
                self.presence.hear(presence);
            }
            return;
        }
        let event = Event::read(&data);
        let open = self.thread.conversation.try_with_untracked(|it| it.as_ref().map(|it| it.id)).flatten();
        let is_first = self.heard.try_update_value(|heard| {
            let is_first = heard.is_empty();
            heard.note(event, open);
            is_first && !heard.is_empty()
        });
        if is_first == Some(true) {
            set_timeout(move || self.ask(), TOGETHER);
        }
    }

    /// Asks for what was heard of.
    fn ask(self) {
        let Some(heard) = self.heard.try_update_value(std::mem::take) else { return };
        let open = self.thread.conversation.try_with_untracked(|it| it.as_ref().map(|it| it.id)).flatten();
        if heard.everything || heard.rows.len() > ROWS_MOST {
            self.list.load();
        }
        set_timeout(move || self.count(), COUNTS_AFTER);
        spawn_local(async move {
            if let Some(id) = open {
                self.ask_for_thread(id, &heard).await;
            }
            if heard.everything || heard.rows.len() > ROWS_MOST {
                self.alerts.count();
                return;
            }
            for id in heard.rows {
                let (view, words) = self.list.shown();
                if let Ok(found) = open_row(id, view, words.clone()).await {
                    let now = found.as_ref().map(|it| &it.0);
                    self.alerts.hear(id, now);
                    if heard.mentions.contains(&id) {
                        self.alerts.mentioned(now);
                    }
                    // Where another list is shown by now, it came with it.
                    if self.list.shown() == (view, words) {
                        self.list.update(id, found);
                    }
                }
            }
        });
    }

    async fn ask_for_thread(self, id: ConversationId, heard: &Heard) {
        if heard.everything || heard.opened {
            match open_conversation(id).await {
                Ok(opened) if self.is_shown(id) => self.thread.open(opened),
                // Deleted, or out of sight: nothing of it may stay on the page.
                Err(AppError::NotFound) if self.is_shown(id) => reload(),
                _ => {}
            }
            return;
        }
        let asked = self.thread.with_those_that_quote(heard.lines.clone());
        if !asked.is_empty()
            && let Ok(lines) = open_lines(id, asked.clone()).await
            && self.is_shown(id)
        {
            let gone: Vec<_> = asked.into_iter().filter(|id| lines.iter().all(|it| it.id != *id)).collect();
            self.thread.put(lines);
            self.thread.gone(&gone);
        }
    }

    fn is_shown(self, id: ConversationId) -> bool {
        self.thread.conversation.try_with_untracked(|it| it.as_ref().is_some_and(|it| it.id == id)) == Some(true)
    }

    fn count(self) {
        spawn_local(async move {
            if let Ok(counts) = open_counts().await {
                self.list.count(counts);
            }
        });
    }
}

impl Heard {
    const fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.rows.is_empty() && !self.noticed && !self.opened && !self.everything
    }

    fn note(&mut self, event: Event, open: Option<ConversationId>) {
        match event {
            Event::Message { conversation_id, message_id, .. } => {
                if open == Some(conversation_id) && !self.lines.contains(&message_id) {
                    self.lines.push(message_id);
                }
            }
            Event::Conversation { conversation_id, .. } => self.opened |= open == Some(conversation_id),
            Event::Account { .. } => self.opened = true,
            Event::Resync => self.everything = true,
            Event::Notification { mentioned_in, .. } => {
                self.noticed = true;
                self.mentions.extend(mentioned_in);
            }
        }
        if let Some(id) = event.conversation().or_else(|| self.mentions.last().copied())
            && !self.rows.contains(&id)
        {
            self.rows.push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    #[test]
    fn what_was_heard_of_several_times_is_asked_for_once() {
        let [here, there] = [1, 2].map(|it| ConversationId::compose(1, [it; 10]));
        let message = |conversation_id, n| Event::Message {
            conversation_id,
            message_id: MessageId::compose(1, [n; 10]),
            revision: 1,
        };
        let mut heard = Heard::default();
        assert!(heard.is_empty());
        for event in [message(here, 1), message(here, 1), message(here, 2), message(there, 3)] {
            heard.note(event, Some(here));
        }
        assert_eq!((heard.lines.len(), heard.rows.as_slice()), (2, [here, there].as_slice()));
        assert!(!heard.opened);
        heard.note(Event::Conversation { conversation_id: here, revision: 2 }, Some(here));
        assert!(heard.opened && !heard.everything);
        heard.note(Event::Resync, Some(here));
        assert!(heard.everything);
    }
}
