//! Trying again: after a while, or as soon as the browser says that it is online.

use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::{set_timeout, window_event_listener_untyped};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

pub fn after_or_online(pause: Duration, again: impl FnOnce() + 'static) {
    let waiting = Rc::new(RefCell::new(Some(again)));
    let listening: Rc<RefCell<Option<WindowListenerHandle>>> = Rc::default();
    let (also_waiting, also_listening) = (Rc::clone(&waiting), Rc::clone(&listening));
    let online = window_event_listener_untyped("online", move |_| {
        // Taken out first: what comes next may wait in the same way.
        let again = also_waiting.borrow_mut().take();
        if let Some(again) = again {
            again();
        }
    });
    *also_listening.borrow_mut() = Some(online);
    set_timeout(
        move || {
            if let Some(online) = listening.borrow_mut().take() {
                online.remove();
            }
            let again = waiting.borrow_mut().take();
            if let Some(again) = again {
                again();
            }
        },
        pause,
    );
}
