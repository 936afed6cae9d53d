use crate::parts::plain_page::PlainPage;
use crate::prelude::*;

/// Why a conversation is answered by whom it was answered before.
#[component]
pub fn NotHandedPage(words: String, back: String) -> Piece {
    piece! {
        <PlainPage title="It is as it was" lead=words>
            <div class="login__do">
                <a class="button button--primary button--large" rel="external" href=back>"Back to the conversation"</a>
            </div>
        </PlainPage>
    }
}
