use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::prelude::*;
use crate::state::presence::{Presence, names};

/// That somebody else is writing too, above the composer.
#[component]
pub fn Colleagues() -> Piece {
    let (presence, blank) = (expect_context::<Presence>(), Markup::of_page());
    let words = move || {
        let mut to = blank.another();
        let others = presence.others.get();
        let writing: Vec<&str> = others.iter().filter(|it| it.is_writing).map(|it| it.person.name.as_str()).collect();
        if let Some(first) = others.iter().find(|it| it.is_writing) {
            let seed = first.person.id.to_string();
            Face { name: &first.person.name, seed: &seed, class: "avatar--s", ..Face::default() }.write(&mut to);
            let are = if writing.len() == 1 { "is" } else { "are" };
            to.text(&format!("{} {are} writing a reply", names(&writing)));
        }
        to.done()
    };
    piece! { <p class="collision" inner_html=words></p> }
}
