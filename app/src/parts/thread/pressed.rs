//! What happens when something in a line is pressed. Lines are written as text: each button says in
//! `data-act` what it does, and the log answers for all of them.

use crate::api::inbox::open_lines;
use crate::api::reply::{discard_send, react, retry_send, take_back};
use crate::error::AppError;
use crate::parts::line::kept_photos;
use crate::prelude::*;
use crate::state::composing::Composing;
use crate::state::thread::OpenThread;
use crate::state::viewing::Viewing;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use model::ids::{ConversationId, MessageId};
use model::inbox::{Line, LineReaction, ReactedBy, ReactionState};
use std::sync::Arc;
use web_sys::{Element, HtmlElement, HtmlMediaElement};

#[derive(Clone, Copy)]
pub struct Pressing {
    thread: OpenThread,
    composing: Composing,
    viewing: Viewing,
}

/// What is done with a message at the server.
#[derive(Clone)]
enum Deed {
    TakeBack,
    Retry,
    Edit,
    Delete,
    Check,
    React(Option<String>),
}

impl Pressing {
    pub fn new(thread: OpenThread) -> Self {
        Self { thread, composing: expect_context(), viewing: expect_context() }
    }

    pub fn press(self, event: &MouseEvent) {
        let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        let pressed = target.closest("[data-act]").ok().flatten();
        shut_menus(pressed.as_ref());
        let Some(pressed) = pressed else { return };
        let (act, of) = (pressed.get_attribute("data-act"), pressed.get_attribute("data-of").unwrap_or_default());
        match act.as_deref().unwrap_or_default() {
            "play" => return play(&pressed),
            "choose" => return toggle_menu(&pressed),
            "jump" => {
                if jump(&pressed) {
                    event.prevent_default();
                }
                return;
            }
            _ => {}
        }
        let Some(line) = self.line_of(&pressed) else { return };
        match act.as_deref().unwrap_or_default() {
            "photo" => {
                let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
                if let (true, Ok(place)) = (is_plain, of.parse()) {
                    event.prevent_default();
                    self.viewing.photos.set(Some((kept_photos(&line), place)));
                }
            }
            "reply" => {
                self.composing.comment.set(None);
                self.composing.reply_to.set(Some(line));
            }
            "private" => {
                self.composing.reply_to.set(None);
                self.composing.comment.set(Some(line));
            }
            "copy" => _ = window().navigator().clipboard().write_text(line.text.as_deref().unwrap_or_default()),
            "take-back" => self.act(line, Deed::TakeBack),
            "retry" => self.act(line, Deed::Retry),
            "edit" => self.act(line, Deed::Edit),
            "delete" => self.act(line, Deed::Delete),
            "check" => self.act(line, Deed::Check),
            "react" => {
                shut_menus(None);
                let wanted = wanted_reaction(&line, &of);
                self.show_reaction(line.id, wanted.clone());
                self.act(line, Deed::React(wanted));
            }
            _ => {}
        }
    }

    /// Escape shuts what is open, and gives the focus back.
    pub fn key(event: &KeyboardEvent) {
        if event.key() != "Escape" {
            return;
        }
        if let Some(opener) = open_menu().and_then(|it| it.previous_element_sibling()) {
            event.stop_propagation();
            shut_menus(None);
            if let Ok(opener) = opener.dyn_into::<HtmlElement>() {
                _ = opener.focus();
            }
        }
    }

    fn line_of(self, pressed: &Element) -> Option<Arc<Line>> {
        let article = pressed.closest("article").ok().flatten()?;
        let id: MessageId = article.id().strip_prefix("m-")?.parse().ok()?;
        self.thread.find(id).map(|it| it.line.get_untracked())
    }

    /// As if it were done already; the line as it really becomes follows.
    fn show_reaction(self, id: MessageId, emoji: Option<String>) {
        let Some(entry) = self.thread.find(id) else { return };
        entry.line.update(|it| {
            let it = Arc::make_mut(it);
            it.reactions.retain(|it| it.by != ReactedBy::Account);
            if let Some(emoji) = emoji {
                it.reactions.push(LineReaction { by: ReactedBy::Account, emoji, state: ReactionState::Queued });
            }
        });
    }

    /// Does it, and then shows the line as it has become, whatever came of it: what went wrong is in
    /// the line, and there is nothing else to say.
    fn act(self, line: Arc<Line>, deed: Deed) {
        let open = self.thread.conversation.with_untracked(|it| it.as_ref().map(|it| it.id));
        let Some(conversation) = open else { return };
        spawn_local(async move {
            let (thread, id) = (self.thread, line.id);
            let is_done = perform(&deed, conversation, id).await == Ok(true);
            let now = thread.conversation.try_with_untracked(|it| it.as_ref().map(|it| it.id)).flatten();
            if now != Some(conversation) {
                return;
            }
            if is_done && matches!(deed, Deed::TakeBack | Deed::Edit) {
                _ = self.composing.restore.try_set(line.text.clone());
            }
            if let Ok(lines) = open_lines(conversation, vec![id]).await {
                if lines.is_empty() {
                    thread.gone(&[id]);
                }
                thread.put(lines);
            }
        });
    }
}

async fn perform(deed: &Deed, conversation: ConversationId, id: MessageId) -> Result<bool, AppError> {
    match deed {
        Deed::TakeBack => take_back(conversation, id).await,
        Deed::Retry => retry_send(conversation, id).await,
        Deed::Edit | Deed::Delete => discard_send(conversation, id).await,
        Deed::Check => Ok(true),
        Deed::React(emoji) => react(conversation, id, emoji.clone()).await,
    }
}

/// The same one twice takes it back.
fn wanted_reaction(line: &Line, emoji: &str) -> Option<String> {
    let ours = line.reactions.iter().find(|it| it.by == ReactedBy::Account);
    (ours.map(|it| it.emoji.as_str()) != Some(emoji)).then(|| emoji.to_owned())
}

fn play(pressed: &Element) {
    let voice = pressed.closest(".voice").ok().flatten();
    let audio = voice.and_then(|it| it.query_selector("audio").ok().flatten());
    let Some(audio) = audio.and_then(|it| it.dyn_into::<HtmlMediaElement>().ok()) else { return };
    // A browser that refuses says so itself.
    if audio.paused() {
        _ = audio.play();
    } else {
        _ = audio.pause();
    }
}

/// `false`: the original is not on the page.
fn jump(pressed: &Element) -> bool {
    let href = pressed.get_attribute("href").unwrap_or_default();
    let Some(original) = document().get_element_by_id(href.trim_start_matches('#')) else { return false };
    original.scroll_into_view();
    let marks = original.class_list();
    _ = marks.remove_1("msg--found");
    // Read so that the browser notices that it was away, and plays the mark again.
    _ = original.client_height();
    _ = marks.add_1("msg--found");
    true
}

fn open_menu() -> Option<Element> {
    document().query_selector(".log .reacting__menu:not([hidden])").ok().flatten()
}

/// All but the one that was pressed in, or on.
fn shut_menus(pressed: Option<&Element>) {
    let around = pressed.and_then(|it| it.closest(".reacting").ok().flatten());
    if let Some(menu) = open_menu()
        && around.is_none_or(|it| !it.contains(Some(menu.as_ref())))
    {
        set_menu(&menu, false);
    }
}

fn toggle_menu(opener: &Element) {
    if let Some(menu) = opener.next_element_sibling() {
        set_menu(&menu, menu.has_attribute("hidden"));
    }
}

fn set_menu(menu: &Element, is_open: bool) {
    // Refused by no browser: the names are plain words.
    _ = menu.toggle_attribute_with_force("hidden", !is_open);
    if let Some(opener) = menu.previous_element_sibling() {
        _ = opener.set_attribute("aria-expanded", if is_open { "true" } else { "false" });
    }
}
