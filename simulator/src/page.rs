//! The simulator's page: who there is.

use crate::Shared;
use crate::world::account::Platform;
use axum::extract::State;
use axum::response::Html;
use std::fmt::Write as _;

pub async fn customers(State(simulator): State<Shared>) -> Html<String> {
    let world = simulator.look();
    let mut items = String::new();
    for customer in world.customers() {
        let account = world.account(&customer.account_id);
        let (name, platform) = match account {
            Some(it) => (it.name.as_str(), it.platform),
            None => ("", Platform::Page),
        };
        let on = match platform {
            Platform::Instagram => "Instagram",
            Platform::Page => "Messenger",
        };
        let _ = write!(
            items,
            "<li><strong dir=\"auto\">{}</strong> <span>{} on {on}</span></li>",
            escape(&customer.name),
            escape(name)
        );
    }
    let empty = if items.is_empty() { "<p>Nobody yet.</p>" } else { "" };
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Pretended Meta</title><style>{STYLE}</style></head>\
         <body><main><h1>Pretended Meta</h1><p>These people know the shop of the demo.</p>\
         <ul aria-label=\"Customers\">{items}</ul>{empty}</main></body></html>"
    ))
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:0}main{max-width:36rem;margin:3rem auto;\
    padding:0 1rem}ul{list-style:none;padding:0}li{display:flex;justify-content:space-between;gap:1rem;\
    padding:.625rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent)}\
    span{opacity:.7}h1{font-size:1.5rem}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text() {
        assert_eq!(escape("<b>\"Tom & Mia\"</b>"), "&lt;b&gt;&quot;Tom &amp; Mia&quot;&lt;/b&gt;");
    }
}
