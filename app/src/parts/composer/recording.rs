use super::wav::wav;
use super::writing::Writing;
use crate::browser::recorder::{RATE, Recorder, Refused, file};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::line::clock_words;
use crate::prelude::*;
use crate::state::clock::browser_now;
use leptos::html;
use leptos::task::spawn_local;
use model::time::Timestamp;
use send_wrapper::SendWrapper;
use std::time::Duration;

/// Longer is a call, and would come near what Meta takes.
const MOST_S: f64 = 300.0;
const TICK: Duration = Duration::from_millis(250);

/// A voice message while it is spoken. When it is done it lies with the other files.
#[component]
pub fn Recording(writing: Writing) -> Late {
    let recorder = StoredValue::new(None::<SendWrapper<Recorder>>);
    let began = RwSignal::new(None::<Timestamp>);
    let seconds = RwSignal::new(0.0_f64);
    let done = NodeRef::<html::Button>::new();
    let close = move || {
        _ = writing.panel.try_set(None);
        writing.focus();
    };
    let fail = move |words: &str| {
        _ = writing.problems.try_set(vec![words.to_owned()]);
        close();
    };
    spawn_local(async move {
        match Recorder::begin().await {
            // Nobody waits for it any more: it is let go of here.
            Ok(_) if recorder.try_with_value(|_| ()).is_none() => {}
            Ok(it) => {
                recorder.set_value(Some(SendWrapper::new(it)));
                began.set(Some(browser_now()));
            }
            Err(refused) => fail(sentence(refused)),
        }
    });
    Effect::new(move || {
        if let Some(done) = done.get() {
            _ = done.focus();
        }
    });
    let finish = move || {
        let Some(it) = recorder.try_update_value(Option::take).flatten() else { return };
        spawn_local(async move {
            match it.take().finish().await.filter(|it| !it.is_empty()) {
                Some(samples) => {
                    let voice = file(&wav(&samples, RATE), "Voice message.wav", "audio/wav");
                    writing.attach(voice.into_iter().collect());
                    close();
                }
                None => fail("Nothing was recorded."),
            }
        });
    };
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a recording")]
    let tick = move || {
        let Some(Some(began)) = began.try_get_untracked() else { return };
        seconds.set((browser_now().since_ms(began) as f64 / 1000.0).floor());
        if seconds.get_untracked() >= MOST_S {
            finish();
        }
    };
    if let Ok(ticking) = set_interval_with_handle(tick, TICK) {
        on_cleanup(move || ticking.clear());
    }
    on_cleanup(move || _ = recorder.try_update_value(Option::take));
    let words = Memo::new(move |_| match began.get() {
        None => "Waiting for the microphone".to_owned(),
        Some(_) => clock_words(seconds.get()),
    });
    late! {
        <div class="recording" role="group" aria-label="Recording">
            <span class="recording__mark" class:recording__mark--on=shown(move || began.get().is_some()) aria-hidden="true"></span>
            <span class="recording__time" role="timer">{words}</span>
            <span class="push"></span>
            <button type="button" class="button button--quiet" on:click=heed(move |_| close())>"Cancel"</button>
            <button type="button" class="button" node_ref=done on:click=heed(move |_| finish())>
                <Icon symbol=Symbol::Check/>"Done"
            </button>
        </div>
    }
}

const fn sentence(refused: Refused) -> &'static str {
    match refused {
        Refused::NotAllowed => {
            "The browser does not let this page use the microphone. Allow it beside the address, then try again."
        }
        Refused::NoMicrophone => "No microphone was found.",
        Refused::NotPossible => "This browser cannot record here. It needs a page that is opened over https.",
    }
}
