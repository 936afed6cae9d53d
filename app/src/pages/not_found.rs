use crate::parts::plain_page::PlainPage;
use crate::path::Path;
use crate::prelude::*;
use model::view::View;

#[component]
pub fn NotFoundPage() -> Piece {
    piece! {
        <PlainPage title="Not found" lead="There is no page at this address.">
            // External: the server decides whether this person has to sign in first.
            <div class="login__do">
                <a class="button button--primary button--large" rel="external" href=Path::Inbox { view: View::Mine }.to_string()>
                    "Go to the inbox"
                </a>
            </div>
        </PlainPage>
    }
}
