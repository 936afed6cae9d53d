use super::cell::Cell;
use super::gone;
use leptos::prelude::GetValue as _;
use leptos::reactive::owner::StoredValue as Kept;
use std::marker::PhantomData;

/// A value that nobody follows. Copied freely; it lives as long as the owner that it was made under.
pub struct StoredValue<T>(Kept<Cell>, PhantomData<fn() -> T>);

copied!(StoredValue);

impl<T: Send + Sync + 'static> StoredValue<T> {
    pub fn new(value: T) -> Self {
        Self(Kept::new(Cell::new(value)), PhantomData)
    }
}

impl<T: 'static> StoredValue<T> {
    #[inline(always)]
    pub fn try_with_value<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
        self.0.try_get_value()?.with(look)
    }

    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_value<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        self.try_with_value(look).unwrap_or_else(|| gone())
    }

    #[inline(always)]
    pub fn try_update_value<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        self.0.try_get_value()?.change(change)
    }

    #[inline(always)]
    pub fn update_value(&self, change: impl FnOnce(&mut T)) {
        _ = self.try_update_value(change);
    }

    /// Gives back whether there was still something to change.
    pub fn try_set_value(&self, value: T) -> bool {
        let Some(cell) = self.0.try_get_value() else { return false };
        cell.replace(value);
        true
    }

    pub fn set_value(&self, value: T) {
        _ = self.try_set_value(value);
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    pub fn try_get_value(&self) -> Option<T> {
        self.try_with_value(T::clone)
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get_value(&self) -> T {
        self.with_value(T::clone)
    }
}
