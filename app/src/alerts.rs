//! What calls somebody who looks elsewhere: in the title, how many of their conversations are unread; for
//! a new message or a mention a sound and a notification of the system, if they want them.

use crate::api::inbox::open_list;
use crate::browser::{notification, sound};
use crate::path::Path;
use crate::prelude::*;
use crate::state::address::Address;
use crate::state::clock::browser_now;
use crate::state::liking::Liking;
use crate::state::list::OpenList;
use crate::state::list::fits::fits;
use crate::state::thread::OpenThread;
use leptos::task::spawn_local;
use model::ids::ConversationId;
use model::inbox::ListedConversation;
use model::time::Timestamp;
use model::view::View;
use web_sys::VisibilityState;

/// No two sounds within this time.
const QUIET_MS: i64 = 3000;

#[derive(Clone, Copy)]
pub struct Alerts {
    /// Conversations of mine that are.
    unread: RwSignal<Vec<ConversationId>>,
    /// Where a notification that was pressed leads.
    wanted: RwSignal<Option<String>>,
    /// The newest message of each conversation that was heard of.
    heard: StoredValue<Vec<(ConversationId, Timestamp)>>,
    /// What came before was there when the page was opened.
    since: Timestamp,
    sounded_at: StoredValue<Timestamp>,
    list: OpenList,
    thread: OpenThread,
    liking: Liking,
}

impl Alerts {
    pub fn new(since: Timestamp, list: OpenList, thread: OpenThread, liking: Liking) -> Self {
        let it = Self {
            unread: RwSignal::new(Vec::new()),
            wanted: RwSignal::new(None),
            heard: StoredValue::new(Vec::new()),
            since,
            sounded_at: StoredValue::new(Timestamp(0)),
            list,
            thread,
            liking,
        };
        let address = expect_context::<Address>();
        Effect::new(move || {
            if let Some(path) = it.wanted.get() {
                address.go(&path);
            }
        });
        Effect::new(move || it.count());
        it
    }

    /// "(3) ", or nothing.
    pub fn badge(self) -> String {
        match self.unread.with(Vec::len) {
            0 => String::new(),
            n => format!("({n}) "),
        }
    }

    /// Begins to count anew: from the list if it shows them, else from what the server says.
    pub fn count(self) {
        let unread = |it: &ListedConversation| (it.unread > 0).then_some(it.id);
        if self.list.shown() == (View::Mine, String::new()) {
            let rows = self.list.rows.try_get_untracked().unwrap_or_default();
            self.set(rows.iter().filter_map(|it| it.conversation.with_untracked(unread)).collect());
            return;
        }
        spawn_local(async move {
            if let Ok(page) = open_list(View::Mine, None, None).await {
                self.set(page.rows.iter().filter_map(unread).collect());
            }
        });
    }

    fn set(self, unread: Vec<ConversationId>) {
        if self.unread.try_with_untracked(|it| *it != unread) == Some(true) {
            _ = self.unread.try_set(unread);
        }
    }

    /// This conversation is so now, or is out of sight.
    pub fn hear(self, id: ConversationId, now: Option<&ListedConversation>) {
        let is_in = |view| now.is_some_and(|it| fits(view, it, self.thread.me, Timestamp(0)));
        let is_mine = is_in(View::Mine);
        let is_unread = now.is_some_and(|it| it.unread > 0);
        let mut unread = self.unread.try_get_untracked().unwrap_or_default();
        unread.retain(|it| *it != id);
        if is_mine && is_unread {
            unread.push(id);
        }
        self.set(unread);
        let Some((now, at)) = now.and_then(|it| Some((it, it.heard.message_at?))) else { return };
        let is_new = self.heard.try_update_value(|heard| note(heard, id, at, self.since)) == Some(true);
        if is_new && is_unread && (is_mine || is_in(View::Unassigned)) && !self.is_before_the_eyes(id) {
            let words = now.preview.as_deref().unwrap_or_default();
            self.call(now, if is_mine { View::Mine } else { View::Unassigned }, words);
        }
    }

    fn is_before_the_eyes(self, id: ConversationId) -> bool {
        let is_open = self.thread.conversation.try_with_untracked(|it| it.as_ref().is_some_and(|it| it.id == id));
        is_open == Some(true) && document().visibility_state() == VisibilityState::Visible
    }

    /// Somebody called the reader in a note of this conversation.
    pub fn mentioned(self, now: Option<&ListedConversation>) {
        if let Some(it) = now.filter(|it| !self.is_before_the_eyes(it.id)) {
            self.call(it, View::AllOpen, "You are mentioned in a note");
        }
    }

    fn call(self, it: &ListedConversation, view: View, words: &str) {
        let Some(liking) = self.liking.now.try_get_untracked() else { return };
        let now = browser_now();
        if liking.sound && self.sounded_at.try_get_value().is_some_and(|before| now.since_ms(before) >= QUIET_MS) {
            _ = self.sounded_at.try_set_value(now);
            sound::play();
        }
        if liking.notifies {
            let path = Path::Conversation { view, words: "", id: it.id }.to_string();
            let go = move || _ = self.wanted.try_set(Some(path));
            notification::show(it.contact.title(), words, &it.id.to_string(), go);
        }
    }
}

/// Whether the newest message of a conversation is a new one.
fn note(heard: &mut Vec<(ConversationId, Timestamp)>, id: ConversationId, at: Timestamp, since: Timestamp) -> bool {
    if let Some(known) = heard.iter_mut().find(|it| it.0 == id) {
        let is_new = at > known.1;
        known.1 = known.1.max(at);
        return is_new;
    }
    heard.push((id, at));
    at > since
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    #[test]
    fn a_message_is_new_once_and_only_if_it_came_after_the_page() {
        let [hannah, jonas] = [1, 2].map(|it| ConversationId::compose(1, [it; 10]));
        let mut heard = Vec::new();
        let mut is_new = |id, at| note(&mut heard, id, Timestamp(at), Timestamp(100));
        assert!(!is_new(hannah, 90), "its reaction is heard of, and it was there before");
        assert!(is_new(hannah, 110));
        assert!(!is_new(hannah, 110), "its picture has come");
        assert!(is_new(jonas, 105));
        assert!(!is_new(jonas, 101), "came late");
    }
}
