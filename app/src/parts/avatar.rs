use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use leptos::either::Either;
use leptos::prelude::*;
use model::media::MediaId;
use model::platform::Platform;

const HUES: u32 = 6;

/// The picture of somebody; without one the initials of `name` on a colour that stays the same for
/// `seed`. An ornament: the name stands beside it.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Avatar(
    #[prop(into)] name: String,
    #[prop(into)] seed: String,
    /// The classes of its size and place.
    #[prop(default = "avatar--m")]
    class: &'static str,
    #[prop(default = None)] picture: Option<MediaId>,
    /// Where the person writes.
    #[prop(default = None)]
    platform: Option<Platform>,
) -> impl IntoView {
    let face = match picture {
        Some(id) => {
            let src = Path::Media { id }.to_string();
            Either::Left(view! { <img src=src alt="" width="72" height="72" loading="lazy"/> })
        }
        None => Either::Right(view! { <span aria-hidden="true">{initials(&name)}</span> }),
    };
    let platform = platform.map(|it| {
        view! { <span class="avatar__platform"><Icon symbol=Symbol::of_platform(it)/></span> }
    });
    view! { <span class=format!("avatar {class} avatar--hue-{}", hue(&seed))>{face}{platform}</span> }
}

/// First and last initial; of a script without capitals one character, which says as much.
fn initials(name: &str) -> String {
    let mut firsts = name.split_whitespace().filter_map(|word| word.chars().next());
    let Some(first) = firsts.next() else {
        return String::new();
    };
    let has_case = first.is_lowercase() || first.is_uppercase();
    let last = firsts.next_back().filter(|_| has_case);
    first.to_uppercase().chain(last.into_iter().flat_map(char::to_uppercase)).collect()
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
    fn a_hue_stays_and_has_a_class() {
        let styles = include_str!("../../../style/components.css");
        for seed in ["", "mia", "noah", "ines", "tariq", "sóley", "lena", "01k9"] {
            assert_eq!(hue(seed), hue(seed));
            assert!(styles.contains(&format!(".avatar--hue-{} ", hue(seed))), "{seed:?}");
        }
    }
}
