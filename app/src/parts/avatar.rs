use crate::case::{capital, small};
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::path::Path;
use crate::prelude::*;
use model::media::MediaId;
use model::person::PersonId;
use model::platform::Platform;
use std::sync::Arc;

const HUES: u32 = 6;

/// Somebody, by their initials, on a colour that stays the same for `seed`. An ornament: the name
/// stands beside it.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Avatar(
    #[prop(into)] name: String,
    #[prop(into)] seed: String,
    /// The class of its size.
    #[prop(default = "avatar--m")]
    class: &'static str,
) -> Piece {
    let mut to = Markup::of_page();
    Face { name: &name, seed: &seed, class, ..Face::default() }.write(&mut to);
    let written = to.done();
    piece! { <span class="written" inner_html=written></span> }
}

/// The pictures of our own people, by the seeds of their faces.
#[derive(Debug, Clone, Default)]
pub struct Faces(Arc<Vec<(String, MediaId)>>);

impl Faces {
    pub fn of(all: &[(PersonId, MediaId)]) -> Self {
        Self(Arc::new(all.iter().map(|(person, picture)| (person.to_string(), *picture)).collect()))
    }

    pub fn find(&self, seed: &str) -> Option<MediaId> {
        self.0.iter().find(|it| it.0 == seed).map(|it| it.1)
    }
}

/// What is written of somebody's face.
#[derive(Clone, Copy, Default)]
pub struct Face<'a> {
    pub name: &'a str,
    pub seed: &'a str,
    /// The class of its size and place.
    pub class: &'a str,
    /// Of a customer; those of our own people are known to the page.
    pub picture: Option<MediaId>,
    /// Where the person writes.
    pub platform: Option<Platform>,
}

impl Face<'_> {
    /// The picture, or else what [`Avatar`] shows.
    pub fn write(self, to: &mut Markup) {
        to.open("span", &format!("avatar {} avatar--hue-{}", self.class, hue(self.seed)));
        if let Some(id) = self.picture.or_else(|| to.faces().find(self.seed)) {
            let src = Path::Media { id }.to_string();
            let size = [("width", "72"), ("height", "72"), ("loading", "lazy")];
            to.open_with("img", "", &[[("src", src.as_str()), ("alt", ""), ("decoding", "async")], size].concat());
        } else {
            to.open_with("span", "", &[("aria-hidden", "true")]);
            to.text(&initials(self.name));
            to.close("span");
        }
        if let Some(platform) = self.platform {
            to.open("span", "avatar__platform");
            to.icon(Symbol::of_platform(platform));
            to.close("span");
        }
        to.close("span");
    }
}

/// First and last initial; of a script without capitals one character, which says as much.
fn initials(name: &str) -> String {
    let mut firsts = name.split_whitespace().filter_map(|word| word.chars().next().map(String::from));
    let Some(first) = firsts.next() else {
        return String::new();
    };
    let (small, large) = (small(&first), capital(&first));
    match firsts.next_back().filter(|_| small != large) {
        Some(last) => large + &capital(&last),
        None => large,
    }
}

/// From 1 to [`HUES`], as the classes are called. FNV-1a: the same on 32 and 64 bits.
fn hue(seed: &str) -> u32 {
    seed.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)) % HUES + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        let list = [
            ("Mia Lindqvist", "ML"),
            ("diego herrera castellanos", "DC"),
            ("Noah", "N"),
            ("山本 結衣", "山"),
            ("ليلى ناصر", "ل"),
            (" ", ""),
        ];
        for (name, expected) in list {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn who_has_a_picture_is_shown_by_it_wherever_their_face_is() {
        let (mia, ines) = (PersonId::from_bits(1), PersonId::from_bits(2));
        let faces = Faces::of(&[(mia, MediaId::from_bits(7))]);
        let face = |of: PersonId| {
            let mut to = Markup::with_faces(String::new(), faces.clone());
            let seed = of.to_string();
            Face { name: "Mia Lindqvist", seed: &seed, class: "avatar--s", ..Face::default() }.write(&mut to);
            to.done()
        };
        assert!(face(mia).contains(&format!("src=\"/media/{}\"", MediaId::from_bits(7))), "{}", face(mia));
        assert!(!face(mia).contains("ML") && face(ines).contains("ML") && !face(ines).contains("<img"));
    }

    #[test]
    fn a_hue_stays_and_has_a_class() {
        let styles = include_str!("../../../style/components.css");
        for seed in ["", "mia", "noah", "ines", "tariq", "sóley", "lena", "01k9"] {
            assert_eq!(hue(seed), hue(seed));
            assert!(styles.contains(&format!(".avatar--hue-{} ", hue(seed))), "{seed:?}");
        }
    }
}
