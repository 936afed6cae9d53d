//! Labels as admins keep them.

use crate::desk::Label;
use crate::person::FieldProblem;

pub const LABEL_NAME_MOST: u32 = 40;

/// What a label can be coloured, with the hue of each.
pub const COLOURS: [(u16, &str); 12] = [
    (0, "Pink"),
    (30, "Red"),
    (60, "Orange"),
    (90, "Yellow"),
    (120, "Lime"),
    (150, "Green"),
    (180, "Teal"),
    (210, "Cyan"),
    (240, "Sky"),
    (270, "Blue"),
    (300, "Purple"),
    (330, "Magenta"),
];

/// The nearest of those: hues between them are nobody's choice.
pub const fn nearest_hue(hue: u16) -> u16 {
    (hue % 360 + 15) / 30 % 12 * 30
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedLabel {
    pub label: Label,
    pub n_conversations: i64,
}

/// The form of a label: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelForm {
    pub name: String,
    pub hue: u16,
    pub problem: Option<LabelProblem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelProblem {
    Name(FieldProblem),
    /// Another one is called so.
    NameTaken,
}

impl LabelProblem {
    pub fn words(self) -> String {
        match self {
            Self::Name(problem) => problem.words(),
            Self::NameTaken => "There is one of this name already.".to_owned(),
        }
    }
}

/// Without blanks around it.
pub fn check_label_name(name: &str) -> Result<String, FieldProblem> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(FieldProblem::Empty),
        n if n > LABEL_NAME_MOST as usize => Err(FieldProblem::TooLong { most: LABEL_NAME_MOST }),
        _ => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_called_something_short() {
        assert_eq!(check_label_name(" Wholesale "), Ok("Wholesale".to_owned()));
        assert_eq!(check_label_name("  "), Err(FieldProblem::Empty));
        assert_eq!(check_label_name(&"ä".repeat(40)), Ok("ä".repeat(40)));
        assert_eq!(check_label_name(&"ä".repeat(41)), Err(FieldProblem::TooLong { most: 40 }));
    }

    #[test]
    fn every_hue_has_a_colour() {
        for hue in 0..720 {
            assert!(COLOURS.iter().any(|it| it.0 == nearest_hue(hue)), "{hue}");
        }
        assert_eq!((nearest_hue(25), nearest_hue(350), nearest_hue(285)), (30, 0, 300));
    }
}
