//! What stands on this page only, to be copied: it is kept nowhere in this form.

use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;

/// `id` is the field's; `label` says what it holds to whoever does not see it.
#[component]
pub fn ShownOnce(
    id: &'static str,
    symbol: Symbol,
    title: String,
    words: String,
    label: &'static str,
    value: String,
) -> Piece {
    let title_id = format!("{id}-title");
    let named_by = title_id.clone();
    piece! {
        <section class="notice notice--plain" aria-labelledby=named_by>
            <Icon symbol/>
            <div>
                <h2 class="notice__title" id=title_id>{title}</h2>
                <p>{words}</p>
                <div class="notice__copy">
                    <input class="input" id=id readonly=true value=value aria-label=label
                        autocomplete="off" spellcheck="false"/>
                    <button type="button" class="button needs-script" data-copies=id>
                        <Icon symbol=Symbol::Copy/>"Copy"
                    </button>
                </div>
            </div>
        </section>
    }
}
