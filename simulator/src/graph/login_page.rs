//! How Meta asks whether an app may; plain, because it is not what anybody comes for.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The form goes back to where it came from, so that what was wanted need not be said again.
pub fn question(app: &str, scopes: &BTreeSet<String>, choices: &[(&str, &str)], pages: &[&str]) -> String {
    let app = escape(app);
    let mut body = format!("<h1>{app} wants to answer your messages</h1>");
    if !pages.is_empty() {
        let pages: Vec<String> = pages.iter().map(|it| escape(it)).collect();
        let _ = write!(body, "<p>It will reach these Pages: {}.</p>", pages.join(", "));
    }
    body.push_str("<form method=\"post\"><fieldset><legend>It may</legend><input type=\"hidden\" name=\"switches\">");
    for scope in scopes {
        let scope = escape(scope);
        let _ =
            write!(body, "<label><input type=\"checkbox\" name=\"allow\" value=\"{scope}\" checked> {scope}</label>");
    }
    body.push_str("</fieldset>");
    for (id, name) in choices {
        let (id, name) = (escape(id), escape(name));
        let _ = write!(body, "<button name=\"as\" value=\"{id}\">Continue as {name}</button>");
    }
    if choices.is_empty() {
        body.push_str("<p>Nobody here has an account.</p>");
    }
    body.push_str("<button class=\"quiet\">Cancel</button></form>");
    page("Log in", &body)
}

pub fn refusal(why: &str) -> String {
    let why = escape(why);
    page("Not possible", &format!("<h1>Sorry, this is not possible</h1><p role=\"alert\">{why}</p>"))
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} – Pretended Meta</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:26rem;margin:4rem auto;\
    padding:0 1rem}h1{font-size:1.375rem;line-height:1.25}fieldset{display:grid;gap:.25rem;border:0;padding:0}\
    form{display:grid;gap:.625rem;margin-top:1.5rem}button{font:inherit;font-weight:600;padding:.625rem 1rem;\
    border:0;border-radius:.625rem;background:#0866ff;color:#fff;cursor:pointer}\
    button:focus-visible{outline:3px solid;outline-offset:2px}\
    .quiet{background:transparent;color:inherit;font-weight:400}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
