//! The document around every page.

use crate::assets::Assets;
use crate::routes::App;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// Both sheets are always linked: `pages.css` is 2 KB compressed, and a page that is reached without
/// a reload must not wait for its styles.
pub fn shell(assets: Assets) -> impl IntoView {
    let Assets { script, wasm, inbox_style, pages_style, font, icons, favicon } = assets;
    view! {
        <!DOCTYPE html>
        <html lang="en" data-icons=icons>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <MetaTags/>
                {present(font).map(|href| view! {
                    <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                })}
                {present(inbox_style).map(|href| view! { <link rel="stylesheet" href=href/> })}
                {present(pages_style).map(|href| view! { <link rel="stylesheet" href=href/> })}
                {present(favicon).map(|href| view! { <link rel="icon" r#type="image/svg+xml" href=href/> })}
                {present(script).zip(present(wasm)).map(|(script, wasm)| view! { <Program script wasm/> })}
                {use_context::<DevReload>().map(|_| view! { <script nonce=use_nonce()>{RELOAD}</script> })}
            </head>
            <body>
                // Not the body itself: browser extensions put their own elements there.
                <div id="app"><App/></div>
            </body>
        </html>
    }
}

/// Given while developing: the page loads itself again when another build answers.
#[derive(Clone, Copy)]
pub struct DevReload;

const RELOAD: &str = "let build; new EventSource('/dev/reload').onmessage = ({ data }) => { \
    if (build && build !== data) location.reload(); build = data; };";

fn present(path: String) -> Option<String> {
    (!path.is_empty()).then_some(path)
}

/// The script is last in the head and short, so that its import needs no preload of its own.
#[component]
fn Program(script: String, wasm: String) -> impl IntoView {
    let start =
        format!("import init, {{ hydrate }} from {script:?};\ninit({{ module_or_path: {wasm:?} }}).then(hydrate);");
    view! {
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}
