use leptos::prelude::*;

const HUES: u32 = 6;

/// The initials of `name` on a colour that stays the same for `seed`.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Avatar(#[prop(into)] name: String, #[prop(into)] seed: String) -> impl IntoView {
    let class = format!("avatar avatar--m avatar--hue-{}", hue(&seed));
    view! { <span class=class><span aria-hidden="true">{initials(&name)}</span></span> }
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
