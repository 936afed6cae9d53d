//! The photos that are looked at large.

use crate::prelude::*;
use model::inbox::LineMedia;

#[derive(Clone, Copy)]
pub struct Viewing {
    /// All of one message, and which of them is shown.
    pub photos: RwSignal<Option<(Vec<LineMedia>, usize)>>,
}

impl Viewing {
    /// Gives itself to everything below.
    pub fn provide() -> Self {
        let it = Self { photos: RwSignal::new(None) };
        provide_context(it);
        it
    }
}
