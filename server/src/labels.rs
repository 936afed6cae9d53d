//! Keeping the labels that conversations are sorted by.

use crate::auth::may::Refused;
use crate::auth::{Caller, Client};
use crate::people::deed;
use crate::program::Program;
use crate::store::labels::LabelKept;
use model::desk::Label;
use model::ids::LabelId;
use model::labels::{CountedLabel, LabelForm, LabelProblem, check_label_name, nearest_hue};
use model::may::Act;

/// More than anybody sorts by.
const MOST: u32 = 500;

/// What became of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Kept(LabelId),
    /// The form again, with what is wrong in it.
    Wrong(LabelForm),
    /// There is no such label (any more).
    NotThere,
}

pub async fn list(program: &Program, caller: &Caller) -> Result<Vec<CountedLabel>, Refused> {
    caller.may(Act::RunLabels)?;
    Ok(program.store.list_labels(MOST).await?)
}

pub async fn find(program: &Program, caller: &Caller, id: LabelId) -> Result<Option<CountedLabel>, Refused> {
    caller.may(Act::RunLabels)?;
    Ok(program.store.find_label(id).await?)
}

/// Makes a label, or changes the one that is named.
pub async fn keep(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: Option<LabelId>,
    form: LabelForm,
) -> Result<Became, Refused> {
    caller.may(Act::RunLabels)?;
    let wrong = |problem| Ok(Became::Wrong(LabelForm { problem: Some(problem), ..form.clone() }));
    let name = match check_label_name(&form.name) {
        Ok(name) => name,
        Err(problem) => return wrong(LabelProblem::Name(problem)),
    };
    let deed = deed(program, caller, Some(client.address.clone()));
    let label = Label { id: id.unwrap_or_else(|| program.seams.new_id()), name, hue: nearest_hue(form.hue) };
    let made = label.id;
    let kept = match id {
        Some(_) => program.store.change_label(deed, label).await?,
        None => program.store.add_label(deed, label).await?,
    };
    match kept? {
        LabelKept::Kept => Ok(Became::Kept(made)),
        LabelKept::NameTaken => wrong(LabelProblem::NameTaken),
        LabelKept::NotThere => Ok(Became::NotThere),
    }
}

/// What was deleted; `None`: there was none.
pub async fn delete(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: LabelId,
) -> Result<Option<CountedLabel>, Refused> {
    caller.may(Act::RunLabels)?;
    Ok(program.store.delete_label(deed(program, caller, Some(client.address.clone())), id).await??)
}
