//! Leptos, with reactive values of our own: see [`crate::reactive`].

pub use crate::reactive::{ArcMemo, ArcRwSignal, Effect, Memo, RwSignal, Signal, StoredValue};
pub use leptos::prelude::*;
