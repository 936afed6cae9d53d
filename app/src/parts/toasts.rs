use crate::browser::outdated;
use crate::browser::place::focus_soon;
use crate::error::AppError;
use crate::live::Live;
use crate::prelude::*;
use crate::state::desk::Desk;
use crate::state::toasts::{Toast, Toasts};
use leptos::leptos_dom::helpers::TimeoutHandle;
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(7);

/// What was just done, with Undo. It goes after a while, but not while somebody is at it.
#[component]
pub fn ToastPlace() -> Late {
    let toasts = expect_context::<Toasts>();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    };
    let wait = move || {
        hold();
        let Some(n) = toasts.shown.try_with_untracked(|it| it.as_ref().map(|it| it.n)).flatten() else { return };
        _ = waiting.try_set_value(set_timeout_with_handle(move || toasts.drop(n), SHOWN_FOR).ok());
    };
    Effect::new(move || {
        toasts.shown.track();
        wait();
    });
    let is_outdated = expect_context::<Live>().is_outdated;
    let toast = late(move || {
        toasts.shown.get().filter(|_| !is_outdated.get()).map(|it| {
            late! {
                <div class="toast" role="status" on:pointerenter=heed(move |_| hold()) on:pointerleave=heed(move |_| wait())
                    on:focusin=heed(move |_| hold()) on:focusout=heed(move |_| wait())>
                    <OneToast it/>
                </div>
            }
        })
    });
    late! {
        {late_while(move || is_outdated.get(), || view! { <Outdated/> })}
        {toast}
    }
}

/// Stays until somebody reloads: nothing of what is asked for comes any more.
#[component]
fn Outdated() -> Late {
    late! {
        <div class="toast" role="alert">
            <span>{AppError::Outdated.to_string()}</span>
            <button type="button" class="button button--small" on:click=heed(|_| outdated::reload())>"Reload"</button>
        </div>
    }
}

#[component]
fn OneToast(it: Toast) -> Late {
    let (desk, toasts) = (expect_context::<Desk>(), expect_context::<Toasts>());
    let Toast { n, words, undo } = it;
    let undo = undo.map(|(id, step)| {
        let press = move |_| {
            toasts.drop(n);
            desk.undo(id, step.clone());
            // What had the focus is gone.
            focus_soon("[data-reach=close]");
        };
        view! { <button type="button" class="button button--small" on:click=heed(press)>"Undo"</button> }
    });
    late! { <span>{words}</span>{undo} }
}
