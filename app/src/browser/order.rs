//! What comes first: the question that somebody waits for, then what they see, then the rest.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Asks now, and not only when everything is done that waits already. Whoever waits for the answer hears of it then.
pub fn at_once<T>(ask: impl Future<Output = T>) -> impl Future<Output = T> {
    let mut ask = Box::pin(ask);
    let begun = ask.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    async move {
        match begun {
            Poll::Ready(answer) => answer,
            Poll::Pending => ask.await,
        }
    }
}

/// When what has changed is before the reader's eyes; while nobody looks at the page, when somebody does again.
pub fn after_paint(act: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(act, Duration::ZERO));
}
