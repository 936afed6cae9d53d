//! Where a value is kept, whatever its type.

use leptos::prelude::{ArcTrigger, Notify as _, Track as _};
use std::any::Any;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

type Kept = Box<dyn Any + Send + Sync>;

/// Shared by whoever holds the signal.
#[derive(Clone)]
pub(super) struct Cell {
    kept: Arc<RwLock<Kept>>,
    /// Who wants to know of changes.
    readers: ArcTrigger,
}

impl Cell {
    pub(super) fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self::of(Box::new(value))
    }

    fn of(kept: Kept) -> Self {
        Self { kept: Arc::new(RwLock::new(kept)), readers: ArcTrigger::new() }
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub(super) fn track(&self) {
        self.readers.track();
    }

    pub(super) fn notify(&self) {
        self.readers.notify();
    }

    pub(super) fn with<T: 'static, U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
        self.read().downcast_ref().map(look)
    }

    pub(super) fn change<T: 'static, U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        self.write().downcast_mut().map(change)
    }

    /// What was there before is dropped when nothing is locked any more.
    pub(super) fn replace<T: 'static>(&self, value: T) {
        let before = self.change(|it| std::mem::replace(it, value));
        drop(before);
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}
