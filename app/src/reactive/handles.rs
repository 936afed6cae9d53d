//! What every handle of this folder does alike.

/// It is copied freely.
macro_rules! copied {
    ($($handle:ident)*) => {
        $(impl<T> Clone for $handle<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $handle<T> {})*
    };
}

/// It is shared by whoever holds it.
macro_rules! shared {
    ($handle:ident) => {
        impl<T> Clone for $handle<T> {
            fn clone(&self) -> Self {
                Self(self.0.clone(), PhantomData)
            }
        }
    };
}

/// Whoever has `try_with` and `try_with_untracked` can be read in every way.
macro_rules! reads {
    ($($handle:ident)*) => {
        $(impl<T: 'static> $handle<T> {
            #[inline(always)]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
                self.try_with(look).unwrap_or_else(|| gone())
            }

            #[inline(always)]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> U {
                self.try_with_untracked(look).unwrap_or_else(|| gone())
            }
        }

        impl<T: Clone + 'static> $handle<T> {
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_get(&self) -> Option<T> {
                self.try_with(T::clone)
            }

            #[cfg_attr(debug_assertions, track_caller)]
            pub fn get(&self) -> T {
                self.with(T::clone)
            }

            pub fn try_get_untracked(&self) -> Option<T> {
                self.try_with_untracked(T::clone)
            }

            #[cfg_attr(debug_assertions, track_caller)]
            pub fn get_untracked(&self) -> T {
                self.with_untracked(T::clone)
            }
        })*
    };
}
