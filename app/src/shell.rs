//! The document around every page.

use crate::assets::Assets;
use crate::prelude::*;
use crate::routes::App;
use crate::state::liking::theme_word;
use http::request::Parts;
use leptos::html;
use leptos::nonce::use_nonce;
use leptos::reactive::owner::with_context;
use leptos_meta::MetaTags;
use server::auth::Caller;

/// Both sheets are always linked: `pages.css` is 2 KB compressed, and a page that is reached without
/// a reload must not wait for its styles.
pub fn shell(assets: Assets) -> impl IntoView {
    let Assets { script, wasm, inbox_style, pages_style, font, icons, favicon, touch_icon, manifest } = assets;
    let theme = theme();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-icons=icons data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                {desk_colour("light", if theme == Some("dark") { DARK_DESK } else { LIGHT_DESK })}
                {desk_colour("dark", if theme == Some("light") { LIGHT_DESK } else { DARK_DESK })}
                <meta name="robots" content="noindex"/>
                <MetaTags/>
                {present(font).map(|href| view! {
                    <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                })}
                {present(inbox_style).map(|href| view! { <link rel="stylesheet" href=href/> })}
                {present(pages_style).map(|href| view! { <link rel="stylesheet" href=href/> })}
                {present(favicon).map(|href| view! { <link rel="icon" r#type="image/svg+xml" href=href/> })}
                {present(touch_icon).map(|href| view! { <link rel="apple-touch-icon" href=href/> })}
                {present(manifest).map(|href| view! { <link rel="manifest" href=href/> })}
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

/// What the browser colours around the page: `--lch-paper-0` of `tokens.css`.
const LIGHT_DESK: &str = "#f4f3f0";
const DARK_DESK: &str = "#100f0d";

/// `view!` knows no `media` of a `meta`.
fn desk_colour(scheme: &str, colour: &'static str) -> impl IntoView {
    let media = format!("(prefers-color-scheme: {scheme})");
    html::meta().name("theme-color").attr("media", media).content(colour)
}

/// As the person who is signed in wants it; written here, so that no page flashes in the other one.
fn theme() -> Option<&'static str> {
    let caller = with_context(|parts: &Parts| parts.extensions.get::<Caller>().map(|it| it.me.preferences.theme));
    theme_word(caller.flatten()?)
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
fn Program(script: String, wasm: String) -> Piece {
    let start =
        format!("import init, {{ hydrate }} from {script:?};\ninit({{ module_or_path: {wasm:?} }}).then(hydrate);");
    piece! {
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}
