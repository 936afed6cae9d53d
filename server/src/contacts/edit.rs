//! What people write of a customer on the customer's page.

use super::{ContactError, ContactResult, find};
use crate::auth::Caller;
use crate::desk::check;
use crate::program::Program;
use crate::store::custom_fields::Known;
use crate::store::deletions::KnownContact;
use model::desk::ContactEdit;
use model::fields::Field;
use model::ids::ContactId;

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactForm {
    pub edit: ContactEdit,
    /// About email, phone and what is said of them.
    pub problems: Vec<String>,
    pub fields: Vec<FilledField>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FilledField {
    pub field: Field,
    pub typed: String,
    pub problem: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Became {
    Saved,
    Wrong(Box<KnownContact>, ContactForm),
}

/// As it stands.
pub fn form(known: &KnownContact) -> ContactForm {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let filled = |(field, value): &(Field, Option<String>)| FilledField {
        field: field.clone(),
        typed: text(value),
        problem: None,
    };
    ContactForm {
        edit: ContactEdit { email: text(&known.email), phone: text(&known.phone), about: text(&known.about) },
        problems: Vec::new(),
        fields: known.fields.iter().map(filled).collect(),
    }
}

/// Whoever sees the account writes about its customers. `typed` gives what was typed of a field, if it was there to be
/// filled in: one that was made meanwhile stays as it is.
pub async fn save(
    program: &Program,
    caller: &Caller,
    id: ContactId,
    edit: ContactEdit,
    typed: impl Fn(&Field) -> Option<String> + Send,
) -> ContactResult<Became> {
    let known = find(program, caller, id).await?;
    let mut form = ContactForm { edit, ..form(&known) };
    let mut fields = Vec::new();
    for ((field, before), filled) in known.fields.iter().zip(&mut form.fields) {
        let Some(typed) = typed(field) else { continue };
        match field.check(&typed, before.as_deref()) {
            Ok(value) => fields.push((field.id, value)),
            Err(problem) => filled.problem = Some(problem),
        }
        filled.typed = typed;
    }
    let is_right = form.fields.iter().all(|it| it.problem.is_none());
    match check::contact(&form.edit) {
        Ok(edit) if is_right => {
            let saved = program.store.save_known(id, Known { edit, fields }, program.seams.now()).await?;
            if saved { Ok(Became::Saved) } else { Err(ContactError::NotFound) }
        }
        checked => {
            form.problems = checked.err().unwrap_or_default();
            Ok(Became::Wrong(Box::new(known), form))
        }
    }
}
