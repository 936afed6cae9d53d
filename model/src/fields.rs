//! Fields of a business's own: what it wants to know of its customers beside email and phone.

use crate::day;
use crate::ids::FieldId;
use crate::person::FieldProblem;

pub const FIELD_NAME_MOST: u32 = 40;
pub const FIELDS_MOST: usize = 30;
const OPTIONS_MOST: usize = 50;
const OPTION_MOST: usize = 80;
const VALUE_MOST: usize = 500;
const NUMBER_MOST: usize = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    #[default]
    Text,
    Number,
    Date,
    Choice,
    YesNo,
}

impl FieldKind {
    pub const ALL: [Self; 5] = [Self::Text, Self::Number, Self::Date, Self::Choice, Self::YesNo];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice => "choice",
            Self::YesNo => "yes_no",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::Choice => "Choice",
            Self::YesNo => "Yes or no",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// A value as people read it.
    pub fn shown(self, value: &str) -> String {
        match (self, value) {
            (Self::YesNo, "yes") => "Yes".to_owned(),
            (Self::YesNo, "no") => "No".to_owned(),
            _ => value.to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub id: FieldId,
    pub name: String,
    pub kind: FieldKind,
    /// What can be chosen, where something is.
    pub options: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedField {
    pub field: Field,
    /// Customers of whom it says something.
    pub n_contacts: i64,
}

impl Field {
    /// What was typed, as it is kept; `None` says nothing. `before` may stay although it can be chosen no more.
    pub fn check(&self, typed: &str, before: Option<&str>) -> Result<Option<String>, String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let is_right = match self.kind {
            FieldKind::Text if typed.chars().count() > VALUE_MOST => {
                return Err(format!("At most {VALUE_MOST} characters."));
            }
            FieldKind::Text => true,
            FieldKind::Number => is_number(typed),
            FieldKind::Date => day::read(typed).is_some(),
            FieldKind::Choice => before == Some(typed) || self.options.iter().any(|it| it == typed),
            FieldKind::YesNo => matches!(typed, "yes" | "no"),
        };
        let problem = match self.kind {
            _ if is_right => return Ok(Some(typed.to_owned())),
            FieldKind::Number => "Write a number, such as 12 or -3.5.",
            FieldKind::Date => "Write a day, such as 2026-11-20.",
            _ => "Choose one of these.",
        };
        Err(problem.to_owned())
    }
}

/// Digits with a point or a comma among them: it is kept as it was written.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, rest) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    text.len() <= NUMBER_MOST && is_digits(whole) && is_digits(rest)
}

/// The form of a field: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldForm {
    pub name: String,
    pub kind: FieldKind,
    /// One on each line.
    pub options: String,
    pub name_problem: Option<String>,
    pub options_problem: Option<String>,
}

impl FieldForm {
    pub fn of(field: &Field) -> Self {
        Self { name: field.name.clone(), kind: field.kind, options: field.options.join("\n"), ..Self::default() }
    }

    #[must_use]
    pub fn taken(self) -> Self {
        Self { name_problem: Some("There is one of this name already.".to_owned()), ..self }
    }

    /// The name and what can be chosen; or the form with what is wrong in it.
    pub fn check(self) -> Result<(String, Vec<String>), Self> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name_problem = match name.chars().count() {
            0 => Some(FieldProblem::Empty),
            n if n > FIELD_NAME_MOST as usize => Some(FieldProblem::TooLong { most: FIELD_NAME_MOST }),
            _ => None,
        };
        let mut options: Vec<String> = Vec::new();
        for line in self.options.lines().map(str::trim).filter(|it| !it.is_empty()) {
            if !options.iter().any(|it| it == line) {
                options.push(line.to_owned());
            }
        }
        let options_problem = match self.kind {
            FieldKind::Choice if options.is_empty() => Some("Write what can be chosen, one on each line.".to_owned()),
            FieldKind::Choice if options.len() > OPTIONS_MOST => Some(format!("At most {OPTIONS_MOST} lines.")),
            FieldKind::Choice if options.iter().any(|it| it.chars().count() > OPTION_MOST) => {
                Some(format!("A line has at most {OPTION_MOST} characters."))
            }
            FieldKind::Choice => None,
            _ => {
                options.clear();
                None
            }
        };
        if name_problem.is_none() && options_problem.is_none() {
            return Ok((name, options));
        }
        Err(Self { name_problem: name_problem.map(FieldProblem::words), options_problem, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field {
            id: FieldId::from_bits(1),
            name: "Size".to_owned(),
            kind,
            options: vec!["S".to_owned(), "M".to_owned()],
        }
    }

    #[test]
    fn a_value_is_of_its_kind() {
        for (kind, right, wrong) in [
            (FieldKind::Text, &["blue", "1 < 2"][..], &[][..]),
            (FieldKind::Number, &["12", "-3.5", "3,5", "+0"], &["", "1e9", "1.", ".5", "one", "1.2.3", "--1"]),
            (FieldKind::Date, &["2026-11-20"], &["20.11.2026", "2026-02-30"]),
            (FieldKind::Choice, &["S", "M", "XL"], &["s", "L"]),
            (FieldKind::YesNo, &["yes", "no"], &["maybe", "Yes"]),
        ] {
            for typed in right {
                let kept = field(kind).check(&format!(" {typed} "), Some("XL"));
                assert_eq!(kept, Ok(Some((*typed).to_owned())), "{typed}");
            }
            for typed in wrong.iter().filter(|it| !it.is_empty()) {
                assert!(field(kind).check(typed, None).is_err(), "{typed}");
            }
            assert_eq!(field(kind).check("  ", None), Ok(None));
        }
        assert!(field(FieldKind::Text).check(&"a".repeat(501), None).is_err());
        assert_eq!((FieldKind::YesNo.shown("yes"), FieldKind::Text.shown("yes")), ("Yes".to_owned(), "yes".to_owned()));
    }

    #[test]
    fn a_form_says_all_that_is_wrong_at_once() {
        let form = |name: &str, kind, options: &str| FieldForm {
            name: name.to_owned(),
            kind,
            options: options.to_owned(),
            ..FieldForm::default()
        };
        let kept = form(" Shoe  size ", FieldKind::Choice, "S\n\n M \r\nS").check();
        assert_eq!(kept, Ok(("Shoe size".to_owned(), vec!["S".to_owned(), "M".to_owned()])));
        assert_eq!(form("Size", FieldKind::Text, "S").check(), Ok(("Size".to_owned(), Vec::new())));
        let wrong = form(" ", FieldKind::Choice, "").check().unwrap_err();
        assert!(wrong.name_problem.is_some() && wrong.options_problem.is_some());
        assert!(form(&"a".repeat(41), FieldKind::Text, "").check().unwrap_err().options_problem.is_none());
        assert!(form("a", FieldKind::Choice, &"b".repeat(81)).check().is_err());
        assert!(FieldKind::ALL.into_iter().all(|it| FieldKind::from_word(it.word()) == Some(it)));
    }
}
