//! Keeping fields of the business's own.

use crate::auth::may::Refused;
use crate::auth::{Caller, Client};
use crate::people::deed;
use crate::program::Program;
use crate::store::custom_fields::FieldKept;
use model::fields::{CountedField, FIELDS_MOST, Field, FieldForm};
use model::ids::FieldId;
use model::may::Act;

/// What became of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Kept,
    /// The form again, with what is wrong in it.
    Wrong(FieldForm),
    /// There is no such field (any more).
    NotThere,
}

pub async fn list(program: &Program, caller: &Caller) -> Result<Vec<CountedField>, Refused> {
    caller.may(Act::RunFields)?;
    Ok(program.store.list_fields().await?)
}

pub async fn find(program: &Program, caller: &Caller, id: FieldId) -> Result<Option<CountedField>, Refused> {
    caller.may(Act::RunFields)?;
    Ok(program.store.find_field(id).await?)
}

/// Makes a field, or changes the one that is named.
pub async fn keep(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: Option<FieldId>,
    mut form: FieldForm,
) -> Result<Became, Refused> {
    caller.may(Act::RunFields)?;
    if let Some(id) = id {
        let Some(was) = program.store.find_field(id).await? else { return Ok(Became::NotThere) };
        form.kind = was.field.kind;
    }
    let (name, options) = match form.clone().check() {
        Ok(checked) => checked,
        Err(form) => return Ok(Became::Wrong(form)),
    };
    let deed = deed(program, caller, Some(client.address.clone()));
    let field = Field { id: id.unwrap_or_else(|| program.seams.new_id()), name, kind: form.kind, options };
    let kept = match id {
        Some(_) => program.store.change_field(deed, field).await?,
        None => program.store.add_field(deed, field).await?,
    };
    Ok(match kept? {
        FieldKept::Kept => Became::Kept,
        FieldKept::NameTaken => Became::Wrong(form.taken()),
        FieldKept::NotThere => Became::NotThere,
        FieldKept::TooMany => {
            let words = format!("There are {FIELDS_MOST} already: delete one that is not needed.");
            Became::Wrong(FieldForm { name_problem: Some(words), ..form })
        }
    })
}

/// Puts it before the one above it.
pub async fn raise(program: &Program, caller: &Caller, client: &Client, id: FieldId) -> Result<bool, Refused> {
    caller.may(Act::RunFields)?;
    Ok(program.store.raise_field(deed(program, caller, Some(client.address.clone())), id).await??)
}

/// What was deleted; `None`: there was none.
pub async fn delete(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: FieldId,
) -> Result<Option<CountedField>, Refused> {
    caller.may(Act::RunFields)?;
    Ok(program.store.delete_field(deed(program, caller, Some(client.address.clone())), id).await??)
}
