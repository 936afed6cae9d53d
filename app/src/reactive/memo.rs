use super::gone;
use leptos::prelude::{Get as _, GetUntracked as _};
use leptos::reactive::computed::{ArcMemo as InnerArc, Memo as Inner};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

type Known = Arc<dyn Any + Send + Sync>;
type Worked = Box<dyn Fn(Option<&Known>) -> Known + Send + Sync>;

/// What follows from other values, worked out once for each change of them. Copied freely; it lives as
/// long as the owner that it was made under.
pub struct Memo<T>(Inner<Known>, PhantomData<fn() -> T>);

/// The same, living as long as somebody holds it.
pub struct ArcMemo<T>(InnerArc<Known>, PhantomData<fn() -> T>);

copied!(Memo);
shared!(ArcMemo);
reads!(Memo ArcMemo);

fn erased<T: Send + Sync + 'static>(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Worked {
    Box::new(move |before| Arc::new(work(before.and_then(|it| it.downcast_ref()))))
}

fn differ<T: PartialEq + 'static>(one: Option<&Known>, other: Option<&Known>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.downcast_ref::<T>() != other.downcast_ref::<T>(),
        (one, other) => one.is_some() != other.is_some(),
    }
}

macro_rules! follows {
    ($memo:ident, $inner:ident) => {
        impl<T: PartialEq + Send + Sync + 'static> $memo<T> {
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn new(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
                Self($inner::new_with_compare(erased(work), differ::<T>), PhantomData)
            }
        }

        impl<T: 'static> $memo<T> {
            #[inline(always)]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_with<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
                self.0.try_get()?.downcast_ref().map(look)
            }

            #[inline(always)]
            pub fn try_with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
                self.0.try_get_untracked()?.downcast_ref().map(look)
            }

            #[cfg_attr(debug_assertions, track_caller)]
            pub fn track(&self) {
                _ = self.0.try_get();
            }
        }
    };
}

follows!(Memo, Inner);
follows!(ArcMemo, InnerArc);
