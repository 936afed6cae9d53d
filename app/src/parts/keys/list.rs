use super::table::{Group, KEYS};
use crate::markup::Markup;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::commands::{Command, Commands};
use leptos::html;

/// All keys. The dialog gives the focus back when it closes.
#[component]
pub fn KeyList() -> Late {
    let dialog = NodeRef::<html::Dialog>::new();
    let blank = Markup::of_page();
    let list = RwSignal::new(String::new());
    expect_context::<Commands>().heed(move |command| {
        if let (Command::Keys, Some(dialog)) = (command, dialog.get_untracked()) {
            list.set(written(&blank));
            // Refused only where it is open already.
            _ = dialog.show_modal();
        }
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    late! {
        <dialog class="sheet-dialog" aria-labelledby="keys-title" node_ref=dialog>
            <div class="pane__header">
                <h2 class="pane__title" id="keys-title">"Keys"</h2>
                <span class="push"></span>
                <button type="button" class="button button--quiet button--icon" aria-label="Close keys" on:click=heed(close)>
                    <Icon symbol=Symbol::X/>
                </button>
            </div>
            <div class="key-list" tabindex="0" role="group" aria-label="All keys" inner_html=list></div>
        </dialog>
    }
}

fn written(blank: &Markup) -> String {
    let mut to = blank.another();
    for group in Group::ALL {
        to.open("section", "key-list__group");
        to.leaf("h3", "key-list__title", group.title());
        to.open("dl", "");
        for key in KEYS.iter().filter(|it| it.group == group) {
            to.open("div", "key-list__line");
            to.leaf("dt", "", key.words);
            to.open("dd", "");
            write_keys(&mut to, key.keys);
            to.close("dd");
            to.close("div");
        }
        to.close("dl");
        to.close("section");
    }
    to.done()
}

pub fn write_keys(to: &mut Markup, keys: &[&str]) {
    to.open("span", "keys");
    for key in keys {
        to.leaf("kbd", "", &capital(key));
    }
    to.close("span");
}

/// As it stands on the key.
fn capital(key: &str) -> String {
    if key.len() == 1 { key.to_ascii_uppercase() } else { key.to_owned() }
}
