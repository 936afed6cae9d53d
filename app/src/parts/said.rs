//! What a page says above everything else: what was just done, or why it was not.

use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;

#[component]
pub fn Said(words: String) -> Piece {
    piece! { <div class="notice notice--plain" role="status"><Icon symbol=Symbol::Check/><p>{words}</p></div> }
}

#[component]
pub fn Trouble(words: String) -> Piece {
    piece! { <div class="notice" role="alert"><Icon symbol=Symbol::Alert/><p>{words}</p></div> }
}
