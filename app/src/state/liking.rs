//! How the person who is signed in likes to work. What they change holds at once, and is kept.

use crate::api::me::save_preferences;
use crate::prelude::*;
use leptos::task::spawn_local;
use model::person::{Preferences, Theme};

#[derive(Clone, Copy)]
pub struct Liking {
    pub now: RwSignal<Preferences>,
    /// What did not work about the last change.
    pub problem: RwSignal<&'static str>,
    is_saving: StoredValue<bool>,
}

impl Liking {
    /// Gives itself to everything below.
    pub fn provide(first: Preferences) -> Self {
        let it = Self { now: RwSignal::new(first), problem: RwSignal::new(""), is_saving: StoredValue::new(false) };
        provide_context(it);
        it
    }

    pub fn change(self, change: impl FnOnce(&mut Preferences)) {
        self.problem.set("");
        self.now.update(change);
        let html = document().document_element();
        // Refused by no browser: both are plain words.
        match (html, theme_word(self.now.with_untracked(|it| it.theme))) {
            (Some(html), Some(word)) => _ = html.set_attribute(THEME_ATTRIBUTE, word),
            (Some(html), None) => _ = html.remove_attribute(THEME_ATTRIBUTE),
            (None, _) => {}
        }
        if !self.is_saving.get_value() {
            self.is_saving.set_value(true);
            spawn_local(self.save());
        }
    }

    /// One request at a time, so that the last word stands.
    async fn save(self) {
        while let Some(wanted) = self.now.try_get_untracked() {
            let is_saved = save_preferences(wanted.clone()).await.is_ok();
            if !is_saved {
                _ = self.problem.try_set("This was not saved: it holds until the page is loaded again.");
            }
            if !is_saved || self.now.try_with_untracked(|it| *it == wanted) != Some(false) {
                break;
            }
        }
        _ = self.is_saving.try_set_value(false);
    }
}

/// Of `<html>`, which the server writes and a change rewrites.
const THEME_ATTRIBUTE: &str = "data-theme";

/// `None`: as the system has it.
pub const fn theme_word(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}
