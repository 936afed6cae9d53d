use crate::parts::choice::select;
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::parts::text_area::TextArea;
use crate::path::Path;
use crate::prelude::*;
use model::fields::{CountedField, FieldForm, FieldKind};

/// A new field, or one that is there.
#[derive(Debug, Clone)]
pub struct EditedField {
    pub frame: Frame,
    pub was: Option<CountedField>,
    pub form: FieldForm,
}

#[component]
pub fn FieldPage(edited: EditedField) -> Piece {
    let EditedField { frame, was, form } = edited;
    let (title, lead) = match &was {
        Some(was) => (format!("Field {}", was.field.name), format!("{}.", says(was))),
        None => ("New field".to_owned(), "What kind it is cannot be changed later.".to_owned()),
    };
    let action = was.as_ref().map_or(Path::NewField, |was| Path::Field { id: was.field.id }).to_string();
    let kinds = FieldKind::ALL.map(|it| (it.word().to_owned(), it.title().to_owned())).to_vec();
    let is_new = was.is_none();
    let kind = is_new.then(|| select("kind", "Kind", kinds, form.kind.word()));
    let has_options = is_new || form.kind == FieldKind::Choice;
    let options = has_options.then(|| {
        let hint = if is_new { "Only for a choice: one on each line." } else { "One on each line. What was chosen stays." };
        view! {
            <TextArea name="options" label="What can be chosen" value=form.options rows=5 hint problem=form.options_problem
                is_required=false/>
        }
    });
    piece! {
        <FramedPage frame place=Place::Fields title lead>
            <PostForm action class="page__form">
                <Field name="name" label="Name" autocomplete="off" value=form.name autofocus=true problem=form.name_problem/>
                {kind}
                {options}
                <div class="page__acts">
                    <button type="submit" class="button button--primary">"Save field"</button>
                    <a class="button button--quiet" href=Path::Fields.to_string()>"Cancel"</a>
                </div>
            </PostForm>
            {was.as_ref().map(deleting)}
        </FramedPage>
    }
}

fn deleting(was: &CountedField) -> Piece {
    let words = match was.n_contacts {
        0 => "It says nothing of anybody.".to_owned(),
        _ => format!("{}. All of that goes with it, and this cannot be undone.", says(was)),
    };
    piece! {
        <section class="page__part" aria-labelledby="deleting">
            <h2 class="page__heading" id="deleting">"Delete this field"</h2>
            <p class="soft" id="deleting-words">{words}</p>
            <PostForm action=Path::DeleteField { id: was.field.id }.to_string() class="page__acts page__soon">
                <button type="submit" class="button button--danger" aria-describedby="deleting-words">"Delete field"</button>
            </PostForm>
        </section>
    }
}

fn says(was: &CountedField) -> String {
    match was.n_contacts {
        0 => "It says nothing of any customer yet".to_owned(),
        1 => "It says something of 1 customer".to_owned(),
        n => format!("It says something of {n} customers"),
    }
}
