use super::standing::Shut;
use super::window_words;
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::Clock;
use model::desk::DraftMode;
use model::inbox::ListedConversation;

/// In place of the field: why nothing can be written, and what can be done.
#[component]
pub fn ShutComposer(why: Shut, conversation: ListedConversation, writing: Writing) -> Piece {
    let clock = expect_context::<Clock>();
    let icon = window_words::icon(&why);
    let unblock = (why == Shut::Blocked).then(|| Path::Contact { id: conversation.contact.id }.to_string());
    let words = Memo::new(move |_| {
        let platform = conversation.platform.title();
        window_words::shut(&why, platform, &conversation.account_name, conversation.contact.title(), clock)
    });
    let begun = move || writing.text.with(|it| !it.trim().is_empty());
    let off = move || !clock.is_local.get();
    piece! {
        <div class="composer composer--shut">
            <div class="shut shut--rows">
                <Icon symbol=icon class="icon shut__icon"/>
                <p class="shut__title">
                    <span role="status" aria-label="Reply window">{shown(move || words.with(|it| it.title.clone()))}</span>
                </p>
                <p class="shut__text">
                    {shown(move || words.with(|it| it.text.clone()))}
                    {shown(move || begun().then_some(" What you have begun to write is kept."))}
                </p>
                <span class="shut__do">
                    {unblock.map(|href| piece! { <a class="button button--quiet" href=format!("{href}#blocking")>"Unblock"</a> })}
                    <button type="button" class="button button--quiet" disabled=off on:click=heed(move |_| writing.turn_to(DraftMode::Note))>
                        <Icon symbol=Symbol::Note/>"Add a note"
                    </button>
                </span>
            </div>
        </div>
    }
}
