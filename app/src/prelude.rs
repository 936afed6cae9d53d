//! Leptos, with reactive values and pieces of the page of our own: see [`crate::reactive`] and [`crate::parts::piece`].

pub use crate::parts::late::{Late, late, late_while};
pub use crate::parts::piece::{Inside, Piece, heed, piece, shown};
pub use crate::reactive::{ArcMemo, ArcRwSignal, Effect, Memo, NodeRef, RwSignal, Signal, StoredValue};
pub use crate::{late, piece};
pub use leptos::prelude::*;
