use super::*;
use crate::outgoing::text_room;
use proptest::prelude::*;

const PLATFORMS: [Platform; 2] = [Platform::Instagram, Platform::Page];

fn on_instagram(text: &str) -> Vec<String> {
    split(Platform::Instagram, text)
}

#[test]
fn what_fits_is_one_message() {
    assert_eq!(on_instagram("Yes, two left."), ["Yes, two left."]);
    assert_eq!(on_instagram(&"a".repeat(1000)).len(), 1);
    assert_eq!(on_instagram("\n Yes. \n"), ["Yes."]);
    assert_eq!(on_instagram(" \n "), [""; 0]);
}

#[test]
fn sentences_stay_whole() {
    let sentence = format!("{} (really!) ", "mug ".repeat(150).trim());
    let pieces = on_instagram(&sentence.repeat(3));
    assert_eq!(pieces, [sentence.trim(); 3]);
}

#[test]
fn a_full_stop_of_chinese_needs_no_space() {
    let sentence = format!("{}。", "陶".repeat(200));
    assert_eq!(on_instagram(&sentence.repeat(2)), [&*sentence; 2]);
}

#[test]
fn without_sentences_lines_stay_whole_and_without_lines_words() {
    let line = "mug ".repeat(150).trim().to_owned();
    assert_eq!(on_instagram(&format!("{line}\n{line}")), [&*line; 2]);
    let pieces = on_instagram(&"kettle ".repeat(200));
    assert!(pieces.iter().all(|it| it.starts_with("kettle") && it.ends_with("kettle")), "{pieces:?}");
}

#[test]
fn a_greeting_is_no_message_of_its_own() {
    let pieces = on_instagram(&format!("Hi. {}", "mug ".repeat(300)));
    assert!(pieces[0].len() > 900, "{pieces:?}");
}

#[test]
fn a_link_goes_whole_into_the_next_message() {
    let link = format!("https://shop.example/{}", "k".repeat(500));
    let pieces = on_instagram(&format!("{}{link}", "mug ".repeat(150)));
    assert_eq!(pieces[1], link);
}

#[test]
fn a_word_that_is_too_long_is_cut_between_what_reads_as_characters() {
    let family = "👩‍👩‍👧‍👦";
    let pieces = on_instagram(&family.repeat(60));
    assert_eq!(pieces, [family.repeat(40), family.repeat(20)]);
}

#[test]
fn marks_without_end_are_cut_somewhere() {
    let text = format!("e{}", "\u{301}".repeat(3000));
    let pieces = on_instagram(&text);
    assert!(pieces.iter().all(|it| it.len() <= 1000));
    assert_eq!(pieces.concat(), text);
}

const WHOLE: [&str; 6] = ["👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "❤\u{fe0f}\u{200d}🔥", "e\u{301}", "क्षि"];

/// Long texts with and without places to cut.
fn long_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(WHOLE.to_vec()).prop_map(str::to_owned),
        2 => prop::sample::select(vec![" ", ". ", "\n", "\n\n", "。", "\u{a0}", "\r\n", "?\" "]).prop_map(str::to_owned),
        4 => "[a-zж]{1,40}",
        1 => "\\PC{0,30}",
        1 => "k{1,1200}",
    ];
    prop::collection::vec(piece, 0..100).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_piece_fits_and_none_is_empty(text in long_text()) {
        for platform in PLATFORMS {
            for piece in split(platform, &text) {
                prop_assert!(text_room(platform, &piece).fits() && !piece.is_empty());
                prop_assert_eq!(piece.trim(), &piece);
            }
        }
    }

    #[test]
    fn the_pieces_are_the_text_but_for_white_space_between_them(text in long_text()) {
        for platform in PLATFORMS {
            let mut rest = &*text;
            for piece in split(platform, &text) {
                let after = rest.trim_start().strip_prefix(&*piece);
                prop_assert!(after.is_some(), "{piece:?} does not follow");
                rest = after.unwrap();
            }
            prop_assert_eq!(rest.trim(), "");
        }
    }

    #[test]
    fn nothing_that_reads_as_one_character_is_torn(text in long_text()) {
        for platform in PLATFORMS {
            let pieces = split(platform, &text);
            for whole in WHOLE {
                let n: usize = pieces.iter().map(|it| it.matches(whole).count()).sum();
                prop_assert_eq!(n, text.matches(whole).count(), "{}", whole);
            }
        }
    }
}
