//! What plays in the log: voice messages show how far they are, and a story that is no picture is
//! tried as a video. Such events do not bubble, so the log catches them on their way down.

use crate::parts::line::{clock_words, wave};
use crate::prelude::*;
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use send_wrapper::SendWrapper;
use web_sys::wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlMediaElement};

const EVENTS: [&str; 5] = ["play", "pause", "timeupdate", "ended", "error"];

pub fn follow_media(log: NodeRef<html::Div>) {
    Effect::new(move || {
        let Some(log) = log.get() else { return };
        let follow = Closure::<dyn FnMut(Event)>::new(|event: Event| follow(&event));
        for name in EVENTS {
            // Refused by no browser: the names are plain words.
            _ = log.add_event_listener_with_callback_and_bool(name, follow.as_ref().unchecked_ref(), true);
        }
        // The listeners go with the log; the closure must not go before.
        let follow = SendWrapper::new(follow);
        on_cleanup(move || drop(follow.take()));
    });
}

fn follow(event: &Event) {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    if event.type_() == "error" {
        if target.has_attribute("data-story") {
            try_otherwise(&target);
        }
        return;
    }
    if let Some(audio) = target.dyn_ref::<HtmlMediaElement>()
        && let Ok(Some(voice)) = audio.closest(".voice")
    {
        show(audio, &voice);
    }
}

fn show(audio: &HtmlMediaElement, voice: &Element) {
    let (at, whole) = (audio.current_time(), audio.duration());
    let has_length = whole.is_finite() && whole > 0.0;
    let is_playing = !audio.paused() && !audio.ended();
    let find = |what: &str| voice.query_selector(what).ok().flatten();
    _ = voice.class_list().toggle_with_force("voice--plays", is_playing);
    if let Some(time) = find(".voice__time") {
        let said = if at > 0.0 && !audio.ended() { at } else { whole };
        if said.is_finite() {
            time.set_text_content(Some(&clock_words(said)));
        }
    }
    if let Some(played) = find(".voice__played") {
        let part = if has_length && !audio.ended() { at / whole } else { 0.0 };
        let src = audio.get_attribute("src").unwrap_or_default();
        _ = played.set_attribute("d", &wave(&src, part));
    }
    if let Some(button) = find(".voice__play") {
        let act = if is_playing { "Pause voice message" } else { "Play voice message" };
        _ = button.set_attribute("aria-label", act);
    }
}

/// First as a video, and then not at all.
fn try_otherwise(story: &Element) {
    let other = if story.tag_name().eq_ignore_ascii_case("img") { "video" } else { "p" };
    let Ok(next) = document().create_element(other) else { return };
    if other == "video" {
        next.set_class_name(&story.class_name());
        for (name, value) in [("controls", ""), ("preload", "metadata"), ("playsinline", ""), ("data-story", "")] {
            _ = next.set_attribute(name, value);
        }
        _ = next.set_attribute("src", &story.get_attribute("src").unwrap_or_default());
    } else {
        next.set_class_name("story__gone small");
        next.set_text_content(Some("It cannot be shown any more."));
    }
    _ = story.replace_with_with_node_1(&next);
}
