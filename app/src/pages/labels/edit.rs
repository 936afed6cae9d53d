use super::carried;
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::labels::{COLOURS, CountedLabel, LabelForm, LabelProblem};

/// A new label, or one that is there.
#[derive(Debug, Clone)]
pub struct EditedLabel {
    pub frame: Frame,
    pub was: Option<CountedLabel>,
    pub form: LabelForm,
}

#[component]
pub fn LabelPage(edited: EditedLabel) -> Piece {
    let EditedLabel { frame, was, form } = edited;
    let (title, lead) = match &was {
        Some(was) => (format!("Label {}", was.label.name), format!("{} it.", carries(was.n_conversations))),
        None => ("New label".to_owned(), "Conversations are given labels beside their thread.".to_owned()),
    };
    let action = was.as_ref().map_or(Path::NewLabel, |was| Path::Label { id: was.label.id }).to_string();
    let colours = COLOURS.map(|(hue, name)| {
        let id = format!("hue-{hue}");
        let class = format!("chip chip--label chip--hue-{}", hue / 30);
        view! {
            <div class="choice">
                <input type="radio" name="hue" id=id.clone() value=hue.to_string() checked=form.hue == hue/>
                <label for=id><span class=class>{name}</span></label>
            </div>
        }
    });
    piece! {
        <FramedPage frame place=Place::Labels title lead>
            <PostForm action class="page__form">
                <Field name="name" label="Name" autocomplete="off" value=form.name autofocus=true
                    problem=form.problem.map(LabelProblem::words)/>
                <fieldset class="choices choices--many">
                    <legend class="field__label">"Colour"</legend>
                    {colours.collect_view()}
                </fieldset>
                <div class="page__acts">
                    <button type="submit" class="button button--primary">"Save label"</button>
                    <a class="button button--quiet" href=Path::Labels.to_string()>"Cancel"</a>
                </div>
            </PostForm>
            {was.as_ref().map(deleting)}
        </FramedPage>
    }
}

fn deleting(was: &CountedLabel) -> Piece {
    let words = match was.n_conversations {
        0 => "No conversation carries it.".to_owned(),
        n => format!("{} it. It is taken from all of them, and this cannot be undone.", carries(n)),
    };
    piece! {
        <section class="page__part" aria-labelledby="deleting">
            <h2 class="page__heading" id="deleting">"Delete this label"</h2>
            <p class="soft" id="deleting-words">{words}</p>
            <PostForm action=Path::DeleteLabel { id: was.label.id }.to_string() class="page__acts page__soon">
                <button type="submit" class="button button--danger" aria-describedby="deleting-words">"Delete label"</button>
            </PostForm>
        </section>
    }
}

fn carries(n: i64) -> String {
    carried(n, if n == 1 || n == 0 { "carries" } else { "carry" })
}
