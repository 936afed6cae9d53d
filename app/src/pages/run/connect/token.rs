use crate::parts::choice::select;
use crate::parts::field::{Field, FieldKind};
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use server::connecting::Pasted;

/// The form of a token; what was typed of it but the token, and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct PastedToken {
    pub what: String,
    pub problem: Option<&'static str>,
}

const fn title(it: Pasted) -> &'static str {
    match it {
        Pasted::Instagram => "An Instagram account, with its own token",
        Pasted::Page => "A Facebook Page, with the Page’s token",
        Pasted::Linked => "The Instagram account linked to a Page, with the Page’s token",
    }
}

#[component]
pub(crate) fn TokenPage(frame: Frame, notice: Option<Piece>, form: PastedToken) -> Piece {
    let options = Pasted::ALL.map(|it| (it.word().to_owned(), title(it).to_owned())).to_vec();
    let PastedToken { what, problem } = form;
    let problem = problem.map(str::to_owned);
    let has_problem = problem.is_some();
    piece! {
        <FramedPage frame place=Place::Accounts title="Paste a token"
            lead="Meta is asked whose token it is. It is kept sealed, and shown to nobody again.">
            {notice}
            <PostForm action=Path::ConnectToken.to_string() class="page__form page__form--wide">
                {select("what", "It connects", options, &what)}
                <Field kind=FieldKind::Password name="token" label="Access token" autocomplete="off" problem
                    autofocus=has_problem
                    hint="It must be one that lasts: Instagram’s of sixty days, or that of a Page. One of an hour dies with the hour."/>
                <div class="page__acts">
                    <button type="submit" class="button button--primary">"Connect"</button>
                    <a class="button button--quiet" href=Path::Connect.to_string()>"Cancel"</a>
                </div>
            </PostForm>
        </FramedPage>
    }
}
