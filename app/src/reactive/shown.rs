//! In a view, a signal stands for what it holds.

use super::{ArcMemo, ArcRwSignal, Memo, RwSignal, Signal};
use leptos::tachys::reactive_graph::{ReactiveFunction, SharedReactiveFunction};
use std::sync::{Arc, Mutex};

macro_rules! is_shown {
    ($($signal:ident)*) => {
        $(impl<T: Clone + Send + 'static> ReactiveFunction for $signal<T> {
            type Output = T;

            fn invoke(&mut self) -> T {
                self.get()
            }

            fn into_shared(self) -> SharedReactiveFunction<T> {
                Arc::new(Mutex::new(move || self.get()))
            }
        })*
    };
}

is_shown!(ArcMemo ArcRwSignal Memo RwSignal Signal);
