use crate::markup::Markup;
use crate::prelude::*;

/// Several lines to fill in, with what is wrong with them, or else a hint, below. Written as escaped text: a view
/// does not escape what stands in a text area.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn TextArea(
    name: &'static str,
    label: &'static str,
    value: String,
    rows: u8,
    hint: &'static str,
    #[prop(default = None)] problem: Option<String>,
    #[prop(default = true)] is_required: bool,
    #[prop(default = false)] autofocus: bool,
) -> Piece {
    let below = format!("{name}-below");
    let rows = rows.to_string();
    let mut attributes =
        vec![("id", name), ("name", name), ("rows", &rows), ("dir", "auto"), ("aria-describedby", &below)];
    if is_required {
        attributes.push(("required", ""));
    }
    if problem.is_some() {
        attributes.push(("aria-invalid", "true"));
    }
    if autofocus {
        attributes.push(("autofocus", ""));
    }
    let mut it = Markup::of_page();
    it.open_with("textarea", "input input--lines", &attributes);
    // The browser drops the first line break of a text area.
    it.text("\n");
    it.text(&value);
    it.close("textarea");
    let class = if problem.is_some() { "field__problem" } else { "field__hint" };
    piece! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <div inner_html=it.done()></div>
            <p class=class id=below.clone()>{problem.unwrap_or_else(|| hint.to_owned())}</p>
        </div>
    }
}
