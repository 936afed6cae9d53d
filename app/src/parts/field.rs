use crate::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    #[default]
    Text,
    Email,
    Password,
}

impl FieldKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Password => "password",
        }
    }
}

/// One line to fill in, with what is wrong with it, or else a hint, below.
///
/// The value is an attribute and not a property: what somebody typed before the page was live stays.
#[component]
pub fn Field(
    #[prop(optional)] kind: FieldKind,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] value: String,
    #[prop(default = None)] problem: Option<String>,
    #[prop(optional)] hint: Option<&'static str>,
    /// The id of a text elsewhere that is about this field too.
    #[prop(default = None)]
    described_by: Option<&'static str>,
    #[prop(optional)] invalid: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] is_optional: bool,
) -> Piece {
    let invalid = invalid || problem.is_some();
    let below = problem.is_some() || hint.is_some();
    let below_id = format!("{name}-below");
    let described_by = below.then(|| below_id.clone()).or(described_by.map(str::to_owned));
    let (class, words) = match problem {
        Some(words) => ("field__problem", Some(words)),
        None => ("field__hint", hint.map(str::to_owned)),
    };
    let value = (kind != FieldKind::Password).then_some(value);
    // Names of people are words; addresses and passwords are not to be corrected.
    let as_typed = kind != FieldKind::Text;
    piece! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <input class="input" id=name name=name type=kind.word() value=value required=!is_optional
                autocomplete=autocomplete autofocus=autofocus
                autocapitalize=as_typed.then_some("none") spellcheck=as_typed.then_some("false")
                aria-invalid=invalid.then_some("true") aria-describedby=described_by/>
            {words.map(|words| view! { <p class=class id=below_id>{words}</p> })}
        </div>
    }
}
