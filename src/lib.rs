//! The browser's entry: the script in the page's head calls it once the program is loaded.

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    use app::pages::inbox::first::First;
    use app::pages::inbox::inbox;
    use leptos::prelude::document;
    use wasm_bindgen::JsCast as _;

    // The console adds where it came from.
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    let page = document().get_element_by_id("app").zip(First::brought_along());
    let Some((page, first)) = page else { return };
    leptos::mount::hydrate_from(page.unchecked_into(), move || inbox(first)).forget();
    leptos::task::spawn_local(async {
        // By then the effects of the first render have run: the page is live.
        leptos::task::tick().await;
        if let Some(html) = document().document_element() {
            _ = html.set_attribute("data-hydrated", "");
        }
    });
}
