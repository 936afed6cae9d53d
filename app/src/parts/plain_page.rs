use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;

/// A page outside the inbox: our mark, a title, a sentence, and what there is to do.
#[component]
pub fn PlainPage(#[prop(into)] title: String, #[prop(into)] lead: String, children: Inside) -> Piece {
    piece! {
        <main class="login" id="main">
            <div class="login__box">
                <span class="login__mark"><Icon symbol=Symbol::Mark/></span>
                <div>
                    <h1 class="login__title">{title}</h1>
                    <p class="soft">{lead}</p>
                </div>
                {children.piece()}
            </div>
        </main>
    }
}
