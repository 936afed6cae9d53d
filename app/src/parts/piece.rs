//! A piece of the page whose type is not known to what surrounds it. Leptos compiles a view as deep as its
//! markup, once to build it, once to take it over from the page and once to change it into another of the same
//! shape; its own erased view adds a fourth, for pages that arrive in parts, of which there are none here. A piece
//! knows how to be built and how to be taken over, and whoever shows another one instead builds it anew.

use leptos::children::ToChildren;
use leptos::tachys::view::RenderHtml;

#[cfg(feature = "ssr")]
pub use of_server::{Piece, piece};

#[cfg(not(feature = "ssr"))]
pub use of_browser::{Piece, piece};

/// `view!`, as a piece.
#[macro_export]
macro_rules! piece {
    ($($markup:tt)*) => {
        $crate::parts::piece::piece(::leptos::prelude::view! { $($markup)* })
    };
}

/// What a view shows for now, and again when what it reads has changed.
pub fn shown<T>(now: impl FnMut() -> T + Send + 'static) -> Box<dyn FnMut() -> T + Send> {
    Box::new(now)
}

/// What is done when something happens.
pub fn heed<E: 'static>(done: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(done)
}

/// What stands between the tags of a component, as a piece.
pub struct Inside(Box<dyn FnOnce() -> Piece + Send>);

impl Inside {
    pub fn piece(self) -> Piece {
        self.0()
    }
}

impl<F, V> ToChildren<F> for Inside
where
    F: FnOnce() -> V + Send + 'static,
    V: RenderHtml + 'static,
{
    fn to_children(inside: F) -> Self {
        Self(Box::new(move || piece(inside())))
    }
}

#[cfg(feature = "ssr")]
mod of_server {
    use leptos::prelude::{AnyView, IntoAny as _, RenderHtml};

    pub type Piece = AnyView;

    pub fn piece(view: impl RenderHtml + 'static) -> Piece {
        view.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
mod of_browser {
    use crate::parts::late::{Standing, stands};
    use leptos::tachys::html::attribute::Attribute;
    use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::add_attr::AddAnyAttr;
    use leptos::tachys::view::{Position, PositionState, Render, RenderHtml};

    pub struct Piece(Box<dyn Shape>);

    trait Shape: Send {
        fn build(self: Box<Self>) -> Standing;
        fn take_over(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Standing;
    }

    impl<V: RenderHtml> Shape for V
    where
        V::State: 'static,
    {
        fn build(self: Box<Self>) -> Standing {
            Standing::new(Render::build(*self))
        }

        fn take_over(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Standing {
            Standing::new(self.hydrate::<true>(cursor, position))
        }
    }

    pub fn piece<V: RenderHtml + 'static>(view: V) -> Piece {
        Piece(Box::new(view))
    }

    stands!(Piece);

    impl Piece {
        fn stand(self) -> Standing {
            self.0.build()
        }

        fn take_over(self, cursor: &Cursor, position: &PositionState) -> Standing {
            self.0.take_over(cursor, position)
        }
    }
}
