use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::state::address::Address;
use leptos::ev::SubmitEvent;
use leptos::html;
use model::view::View;

/// A plain GET form. Once the program runs, it searches without a reload, and `/` leads here
/// ([`crate::parts::keys`]).
#[component]
pub fn SearchBox(view: Memo<View>, words: Memo<String>) -> Piece {
    let input = NodeRef::<html::Input>::new();
    let address = expect_context::<Address>();
    let on_submit = move |event: SubmitEvent| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        event.prevent_default();
        let (view, words) = (view.get_untracked(), input.value());
        let path = match words.trim() {
            "" => Path::Inbox { view },
            words => Path::Search { view, words },
        };
        address.go(&path.to_string());
    };
    // Only changes are written: the first words may have been typed before the page was live.
    Effect::new(move |before: Option<String>| {
        let now = words.get();
        if let Some(input) = input.get_untracked()
            && before.is_some_and(|before| before != now)
        {
            input.set_value(&now);
        }
        now
    });
    piece! {
        <form class="list__tools" role="search" method="get" action=Path::Inbox { view: View::Mine }.to_string() on:submit=heed(on_submit)>
            {shown(move || (view.get() != View::Mine).then(|| piece! { <input type="hidden" name="view" value=view.get().word()/> }))}
            <div class="search">
                <Icon symbol=Symbol::Search/>
                <input class="input" type="search" name="q" value=words.get_untracked() node_ref=input
                    aria-label="Search conversations" placeholder="Search" autocomplete="off" enterkeyhint="search"/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
        </form>
    }
}
