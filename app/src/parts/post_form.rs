use crate::prelude::*;

/// A form that the browser posts itself, with or without the program. A few lines in the head of every page
/// see to it that a second press while the first is under way does nothing
/// ([`ONCE`](crate::shell::ONCE)).
#[component]
pub fn PostForm(action: String, #[prop(optional)] class: &'static str, children: Inside) -> Piece {
    piece! {
        <form method="post" action=action class=class>{children.piece()}</form>
    }
}
