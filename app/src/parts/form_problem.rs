use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;

/// What is wrong with a form as a whole. Its fields name `id` as their description.
#[component]
pub fn FormProblem(id: &'static str, words: String) -> Piece {
    piece! {
        <p class="login__problem" role="alert" id=id><Icon symbol=Symbol::Alert/><span>{words}</span></p>
    }
}
