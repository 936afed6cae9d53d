//! Choices in forms.

use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;

/// One of several that can be chosen together; what is said about it stands below.
pub fn tick(name: &'static str, value: &str, title: String, words: Option<String>, checked: bool) -> Piece {
    let id = format!("{name}-{value}");
    let below = format!("{id}-below");
    let described_by = words.is_some().then(|| below.clone());
    piece! {
        <div class="choice">
            <input type="checkbox" name=name id=id.clone() value=value.to_owned() checked=checked
                aria-describedby=described_by/>
            <label for=id>{title}</label>
            {words.map(|words| view! { <p class="small" id=below>{words}</p> })}
        </div>
    }
}

/// One of several, of which the first is chosen unless another one is.
pub fn select(name: &'static str, label: &'static str, options: Vec<(String, String)>, chosen: &str) -> Piece {
    let options = options.into_iter().map(|(value, title)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{title}</option> }
    });
    piece! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <span class="select select--boxed">
                <select name=name id=name>{options.collect_view()}</select>
                <Icon symbol=Symbol::ChevronDown/>
            </span>
        </div>
    }
}
