//! What only comes when somebody asks for it: panels, forms, bars. A page never begins with it, so the
//! server writes none of it, and the bundle has no code to take such markup over. That code would be
//! more than the half of it. Whatever is late is of one type, so what surrounds it is compiled once.

use crate::prelude::ArcMemo;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use std::sync::{Arc, Mutex};

/// A view that is not there when the page begins.
pub struct Late(Box<dyn FnOnce() -> Standing + Send>);

impl Late {
    pub fn new<V: Render>(view: impl FnOnce() -> V + Send + 'static) -> Self
    where
        V::State: 'static,
    {
        Self(Box::new(move || Standing::new(view().build())))
    }
}

/// `view!`, as something that comes late.
#[macro_export]
macro_rules! late {
    ($($markup:tt)*) => {
        $crate::parts::late::Late::new(move || ::leptos::prelude::view! { $($markup)* })
    };
}

/// Nothing, or what `show` has for now.
pub fn late(show: impl FnMut() -> Option<Late> + Send + 'static) -> SharedReactiveFunction<Option<Late>> {
    Arc::new(Mutex::new(show))
}

/// Shown as long as `is` holds, and made anew each time.
pub fn late_while<V: Render>(
    is: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> V + Clone + Send + 'static,
) -> SharedReactiveFunction<Option<Late>>
where
    V::State: 'static,
{
    let is = ArcMemo::new(move |_| is());
    late(move || is.get().then(|| Late::new(view.clone())))
}

/// What stands in the page, whatever it is.
pub struct Standing(Box<dyn Mountable>);

impl Standing {
    pub fn new(it: impl Mountable + 'static) -> Self {
        Self(Box::new(it))
    }

    /// Another one takes its place.
    pub fn give_way_to(&mut self, mut new: Self) {
        self.insert_before_this(&mut new);
        self.unmount();
        *self = new;
    }
}

/// A view that stands in the browser only, whatever it is: `stand` makes it, `take_over` finds it in the page. Another
/// one in its place is made anew, and the server writes nothing of it.
macro_rules! stands {
    ($view:ident) => {
        impl Render for $view {
            type State = Standing;

            fn build(self) -> Standing {
                self.stand()
            }

            fn rebuild(self, state: &mut Standing) {
                state.give_way_to(self.stand());
            }
        }

        impl AddAnyAttr for $view {
            type Output<A: Attribute> = Self;

            fn add_any_attr<A: Attribute>(self, _: A) -> Self {
                self
            }
        }

        impl RenderHtml for $view {
            type AsyncOutput = Self;
            type Owned = Self;

            const MIN_LENGTH: usize = 0;

            fn dry_resolve(&mut self) {}

            async fn resolve(self) -> Self {
                self
            }

            fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

            fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Standing {
                if FROM_SERVER { self.take_over(cursor, position) } else { self.stand() }
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    };
}

#[cfg(not(feature = "ssr"))]
pub(super) use stands;

stands!(Late);

impl Late {
    fn stand(self) -> Standing {
        self.0()
    }

    /// No page has it: it is made.
    fn take_over(self, _: &Cursor, _: &PositionState) -> Standing {
        self.stand()
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn the_server_writes_nothing_of_what_comes_late() {
        Owner::new().with(|| {
            let page = view! { <p>{late_while(|| false, || view! { <b>"late"</b> })}"there"</p> }.to_html();
            assert!(page.contains("there") && !page.contains("late"), "{page}");
        });
    }
}
