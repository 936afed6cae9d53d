use super::emoji_picker::close_outside;
use super::pressing::Look;
use super::standing::Open;
use super::writing::{When, Writing};
use crate::browser::clock::{read_local, write_local};
use crate::prelude::*;
use crate::state::clock::browser_now;
use leptos::ev::KeyboardEvent;
use leptos::html;
use model::time::{HOUR_S, MINUTE_S, Timestamp};

/// A moment at which the reply goes, as long as the customer can be written to then. It is only ever
/// opened by the person, so the browser's clock is at hand.
#[component]
pub fn Later(writing: Writing, open: Signal<Open>) -> Late {
    let panel = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<&'static str>);
    close_outside(panel, writing);
    let now = browser_now();
    let bounds = Bounds::of(now, open.get_untracked().ends_at());
    Effect::new(move || {
        if let Some(field) = field.get() {
            field.set_value(&write_local(bounds.usual));
            _ = field.focus();
        }
    });
    let send = move || {
        let at = field.get_untracked().and_then(|it| read_local(&it.value()));
        match at.map(|at| Bounds::of(browser_now(), open.get_untracked().ends_at()).refuses(at)) {
            None => problem.set(Some("Choose a day and a time.")),
            Some(Some(words)) => problem.set(Some(words)),
            Some(None) => {
                if let Some(at) = at {
                    writing.send(When::At(at), Look::First);
                }
            }
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            writing.panel.set(None);
            writing.focus();
        }
        "Enter" => {
            event.prevent_default();
            send();
        }
        _ => {}
    };
    late! {
        <div class="menu menu--dock later" role="dialog" aria-label="Send later" node_ref=panel on:keydown=heed(on_key)>
            <label class="field">
                <span class="field__label">"Send at"</span>
                <input class="input" type="datetime-local" node_ref=field
                    min=write_local(bounds.first) max=bounds.last.map(write_local)/>
            </label>
            <button type="button" class="button button--primary" on:click=heed(move |_| send())>"Send then"</button>
            <p class="field__problem" role="alert">{shown(move || problem.get())}</p>
        </div>
    }
}

#[derive(Clone, Copy)]
struct Bounds {
    first: Timestamp,
    last: Option<Timestamp>,
    /// What stands in the field at first.
    usual: Timestamp,
}

impl Bounds {
    fn of(now: Timestamp, ends_at: Option<Timestamp>) -> Self {
        let first = now.plus_s(MINUTE_S);
        // Sending takes a moment too.
        let last = ends_at.map(|it| it.plus_s(-MINUTE_S));
        let in_an_hour = now.plus_s(HOUR_S);
        let usual = last.map_or(in_an_hour, |last| in_an_hour.min(last).max(first));
        Self { first, last, usual }
    }

    fn refuses(self, at: Timestamp) -> Option<&'static str> {
        // The field has no seconds: this minute is now.
        if at.plus_s(MINUTE_S) < self.first {
            Some("This moment is over.")
        } else if self.last.is_some_and(|last| at > last) {
            Some("By then the reply window is closed.")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_waits_only_while_the_window_is_open() {
        let now = Timestamp(1_795_183_500_000);
        let bounds = Bounds::of(now, Some(now.plus_s(3 * HOUR_S)));
        assert_eq!(bounds.usual, now.plus_s(HOUR_S));
        assert_eq!(bounds.refuses(now.plus_s(2 * HOUR_S)), None);
        assert_eq!(bounds.refuses(now.plus_s(-HOUR_S)), Some("This moment is over."));
        assert_eq!(bounds.refuses(now.plus_s(3 * HOUR_S)), Some("By then the reply window is closed."));
        let tight = Bounds::of(now, Some(now.plus_s(10 * MINUTE_S)));
        assert_eq!(tight.usual, now.plus_s(9 * MINUTE_S));
        assert_eq!(Bounds::of(now, None).refuses(now.plus_s(1_000_000)), None);
    }
}
