use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::parts::text_area::TextArea;
use crate::path::Path;
use crate::prelude::*;
use model::desk::SavedReplyId;
use model::may::Act;
use model::replies::{ReplyField, ReplyForm, remarks};

/// A saved reply that is made, changed or, if it is everybody's, only read.
#[derive(Debug, Clone)]
pub struct EditedReply {
    pub frame: Frame,
    pub form: ReplyForm,
    pub may_change: bool,
}

const HINT: &str = "{name}, {first name} and {agent} are filled in when it is used.";

#[component]
pub fn ReplyPage(edited: EditedReply) -> Piece {
    let EditedReply { frame, form, may_change } = edited;
    let may_shared = frame.me.role.may(Act::RunReplies);
    let title =
        if form.id.is_some() { format!("Saved reply /{}", form.shortcut) } else { "New saved reply".to_owned() };
    let lead = match (form.is_mine, may_change) {
        (true, _) => "Yours alone: nobody else sees it.",
        (false, true) => "Everybody has it.",
        (false, false) => "Everybody has it. Admins change it.",
    };
    let inside = if may_change { editing(form, may_shared) } else { reading(form) };
    piece! { <FramedPage frame place=Place::Replies title lead>{inside}</FramedPage> }
}

fn reading(form: ReplyForm) -> Piece {
    piece! {
        <p class="strong" dir="auto">{form.title}</p>
        <p class="page__words" dir="auto">{form.text}</p>
        <p><a class="button" href=Path::Replies.to_string()>"Back"</a></p>
    }
}

fn editing(form: ReplyForm, may_shared: bool) -> Piece {
    let ReplyForm { id, shortcut, title, text, is_mine, problem } = form;
    let at = problem.as_ref().map(|it| it.field);
    let [at_shortcut, at_title, at_text] = [ReplyField::Shortcut, ReplyField::Title, ReplyField::Text]
        .map(|field| problem.as_ref().filter(|it| it.field == field).map(|it| it.words.clone()));
    let remarks = remarks(&text).into_iter().map(|words| view! { <p class="is-soon small">{words}</p> }).collect_view();
    let action = id.map_or(Path::NewReply, |id| Path::SavedReply { id }).to_string();
    let whose = if may_shared {
        whose(is_mine)
    } else {
        piece! { <input type="hidden" name="whose" value="mine"/> }
    };
    piece! {
        <PostForm action class="page__form page__form--wide">
            <Field name="shortcut" label="Shortcut" autocomplete="off" value=shortcut
                hint="What is written after /." problem=at_shortcut
                autofocus=at.is_none_or(|it| it == ReplyField::Shortcut)/>
            <Field name="title" label="Title" autocomplete="off" value=title problem=at_title
                autofocus=at == Some(ReplyField::Title)/>
            <TextArea name="text" label="Text" rows=8 value=text hint=HINT problem=at_text
                autofocus=at == Some(ReplyField::Text)/>
            {remarks}
            {whose}
            <div class="page__acts">
                <button type="submit" class="button button--primary">"Save reply"</button>
                <a class="button button--quiet" href=Path::Replies.to_string()>"Cancel"</a>
            </div>
        </PostForm>
        {id.map(|id| deleting(id, is_mine))}
    }
}

fn whose(is_mine: bool) -> Piece {
    let choices = [("shared", "Everybody", false), ("mine", "Only me", true)].map(|(word, title, mine)| {
        let id = format!("whose-{word}");
        view! {
            <div class="choice">
                <input type="radio" name="whose" id=id.clone() value=word checked=is_mine == mine/>
                <label for=id>{title}</label>
            </div>
        }
    });
    piece! {
        <fieldset class="choices">
            <legend class="field__label">"Who has it"</legend>
            {choices.collect_view()}
        </fieldset>
    }
}

fn deleting(id: SavedReplyId, is_mine: bool) -> Piece {
    let words = if is_mine { "It cannot be undone." } else { "Nobody has it any more. It cannot be undone." };
    piece! {
        <section class="page__part" aria-labelledby="deleting">
            <h2 class="page__heading" id="deleting">"Delete this saved reply"</h2>
            <p class="soft" id="deleting-words">{words}</p>
            <PostForm action=Path::DeleteReply { id }.to_string() class="page__acts page__soon">
                <button type="submit" class="button button--danger" aria-describedby="deleting-words">"Delete reply"</button>
            </PostForm>
        </section>
    }
}
