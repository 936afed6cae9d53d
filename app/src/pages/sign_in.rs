use crate::parts::field::{Field, FieldKind};
use crate::parts::form_problem::FormProblem;
use crate::parts::plain_page::PlainPage;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::sign_in::{SignInForm, SignInProblem};

const PROBLEM_ID: &str = "sign-in-problem";

/// The empty form and, with a problem and what was typed, the form after a failed try.
#[component]
pub fn SignInPage(form: SignInForm) -> Piece {
    let title = form.business.map_or_else(|| "Sign in".to_owned(), |business| format!("Sign in to {business}"));
    let problem = form.problem;
    let described_by = problem.map(|_| PROBLEM_ID);
    let invalid = problem == Some(SignInProblem::WrongEmailOrPassword);
    let again = problem.is_some() && !form.email.is_empty();
    piece! {
        <PlainPage title=title lead="Your team’s inbox for Instagram and Messenger.">
            {problem.map(|it| view! { <FormProblem id=PROBLEM_ID words=it.words()/> })}
            <PostForm action=Path::Login.to_string() class="login__form">
                <input type="hidden" name="next" value=form.next/>
                <Field kind=FieldKind::Email name="email" label="Email" autocomplete="username"
                    value=form.email described_by invalid autofocus=!again/>
                <Field kind=FieldKind::Password name="password" label="Password" autocomplete="current-password"
                    described_by invalid autofocus=again/>
                <button type="submit" class="button button--primary button--large">"Sign in"</button>
            </PostForm>
            <p class="small">
                {if form.nobody_yet {
                    "Nobody can sign in yet. Open the link that switchboard serve printed when it started."
                } else {
                    "Forgotten it? Ask an admin."
                }}
            </p>
        </PlainPage>
    }
}
