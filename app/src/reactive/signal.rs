use super::cell::Cell;
use super::gone;
use leptos::prelude::GetValue as _;
use leptos::reactive::owner::StoredValue as Kept;
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value that whoever reads it follows. Copied freely; it lives as long as the owner that it was made under.
pub struct RwSignal<T>(Kept<Cell>, PhantomData<fn() -> T>);

/// The same, living as long as somebody holds it.
pub struct ArcRwSignal<T>(Cell, PhantomData<fn() -> T>);

/// Something that is worked out each time it is read.
pub struct Signal<T>(Kept<Arc<dyn Any + Send + Sync>>, PhantomData<fn() -> T>);

type Worked<T> = Box<dyn Fn() -> T + Send + Sync>;

copied!(RwSignal Signal);
shared!(ArcRwSignal);
reads!(RwSignal ArcRwSignal);

impl<T: Send + Sync + 'static> RwSignal<T> {
    pub fn new(value: T) -> Self {
        Self(Kept::new(Cell::new(value)), PhantomData)
    }
}

impl<T: Send + Sync + 'static> ArcRwSignal<T> {
    pub fn new(value: T) -> Self {
        Self(Cell::new(value), PhantomData)
    }
}

impl<T> RwSignal<T> {
    fn cell(self) -> Option<Cell> {
        self.0.try_get_value()
    }
}

impl<T> ArcRwSignal<T> {
    #[expect(clippy::unnecessary_wraps, reason = "the other one's may have gone")]
    fn cell(&self) -> Option<Cell> {
        Some(self.0.clone())
    }
}

/// Looking and writing are the same for both.
macro_rules! looks_and_writes {
    ($signal:ident) => {
        impl<T: 'static> $signal<T> {
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn track(&self) {
                if let Some(cell) = self.cell() {
                    cell.track();
                }
            }

            #[inline(always)]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_with<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
                let cell = self.cell()?;
                cell.track();
                cell.with(look)
            }

            #[inline(always)]
            pub fn try_with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
                self.cell()?.with(look)
            }

            /// Gives back whether there was still something to change.
            pub fn try_set(&self, value: T) -> bool {
                let Some(cell) = self.cell() else { return false };
                cell.replace(value);
                cell.notify();
                true
            }

            pub fn set(&self, value: T) {
                _ = self.try_set(value);
            }

            #[inline(always)]
            pub fn try_update<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
                let cell = self.cell()?;
                let done = cell.change(change);
                cell.notify();
                done
            }

            #[inline(always)]
            pub fn update(&self, change: impl FnOnce(&mut T)) {
                _ = self.try_update(change);
            }

            /// Tells of it only if `change` says that there is something to tell.
            #[inline(always)]
            pub fn try_maybe_update<U>(&self, change: impl FnOnce(&mut T) -> (bool, U)) -> Option<U> {
                let cell = self.cell()?;
                let (has_changed, done) = cell.change(change)?;
                if has_changed {
                    cell.notify();
                }
                Some(done)
            }
        }
    };
}

looks_and_writes!(RwSignal);
looks_and_writes!(ArcRwSignal);

impl<T: 'static> Signal<T> {
    pub fn derive(work: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let work: Worked<T> = Box::new(work);
        Self(Kept::new(Arc::new(work)), PhantomData)
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get(&self) -> T {
        self.try_get().unwrap_or_else(|| gone())
    }

    pub fn try_get(&self) -> Option<T> {
        self.0.try_get_value()?.downcast_ref::<Worked<T>>().map(|it| it())
    }

    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.get())
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get_untracked(&self) -> T {
        leptos::prelude::untrack(|| self.get())
    }

    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.get_untracked())
    }
}
