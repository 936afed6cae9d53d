//! The reactive values of the page: leptos' own, under its names and with its methods, but with what they hold
//! behind one pointer. A generic signal is compiled again for each type that it holds, and a closure for
//! each place that it stands at; with some fifty types that was a third of the bundle. Here the machinery
//! is compiled once, and what is left for a type is looking at the value.

#![expect(
    clippy::inline_always,
    reason = "each is called with a closure of its own: three functions for one look are three times the code"
)]

#[macro_use]
mod handles;

mod cell;
mod effect;
mod memo;
mod node_ref;
mod shown;
mod signal;
mod stored;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

pub use effect::Effect;
pub use memo::{ArcMemo, Memo};
pub use node_ref::NodeRef;
pub use signal::{ArcRwSignal, RwSignal, Signal};
pub use stored::StoredValue;

/// Whoever asks for a value after its owner has gone has a fault, as with leptos' own.
#[cold]
#[cfg_attr(debug_assertions, track_caller)]
fn gone() -> ! {
    panic!("a reactive value was asked for after its owner had gone")
}
