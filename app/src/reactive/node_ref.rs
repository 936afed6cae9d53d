use super::RwSignal;
use leptos::tachys::html::element::ElementType;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::wasm_bindgen::JsCast;
use send_wrapper::SendWrapper;
use std::marker::PhantomData;
use web_sys::Element;

/// The element that a view has made; none while there is none.
pub struct NodeRef<E>(RwSignal<Option<SendWrapper<Element>>>, PhantomData<fn() -> E>);

copied!(NodeRef);

impl<E> NodeRef<E> {
    pub fn new() -> Self {
        Self(RwSignal::new(None), PhantomData)
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub fn track(&self) {
        self.0.track();
    }
}

impl<E> Default for NodeRef<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: ElementType<Output: JsCast>> NodeRef<E> {
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get(&self) -> Option<E::Output> {
        self.0.get().map(of_its_type)
    }

    pub fn try_get(&self) -> Option<Option<E::Output>> {
        self.0.try_get().map(|it| it.map(of_its_type))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get_untracked(&self) -> Option<E::Output> {
        self.0.get_untracked().map(of_its_type)
    }

    pub fn try_get_untracked(&self) -> Option<Option<E::Output>> {
        self.0.try_get_untracked().map(|it| it.map(of_its_type))
    }
}

/// It was an element of this type that filled it.
fn of_its_type<T: JsCast>(it: SendWrapper<Element>) -> T {
    it.take().unchecked_into()
}

impl<E: ElementType + 'static> NodeRefContainer<E> for NodeRef<E> {
    fn load(self, element: &Element) {
        self.0.set(Some(SendWrapper::new(element.clone())));
    }
}
