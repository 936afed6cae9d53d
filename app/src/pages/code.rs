use crate::parts::field::Field;
use crate::parts::form_problem::FormProblem;
use crate::parts::plain_page::PlainPage;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::second_factor::CodeForm;

const PROBLEM_ID: &str = "code-problem";

/// Between the right password and the inbox.
#[component]
pub fn CodePage(form: CodeForm) -> Piece {
    let described_by = form.problem.map(|_| PROBLEM_ID);
    let action = Path::LoginCode { next: "" }.to_string();
    piece! {
        <PlainPage title="Enter your code" lead="Your password is right. Now the six digits that your app shows.">
            {form.problem.map(|it| view! { <FormProblem id=PROBLEM_ID words=it.words()/> })}
            <PostForm action class="login__form">
                <input type="hidden" name="next" value=form.next/>
                <Field name="code" label="Code" autocomplete="one-time-code" described_by
                    invalid=form.problem.is_some() autofocus=true/>
                <button type="submit" class="button button--primary button--large">"Sign in"</button>
            </PostForm>
            <p class="small">
                "No phone? A recovery code works too, once. If you have neither, ask an admin. "
                <a href=Path::Login.to_string()>"Start again"</a>
            </p>
        </PlainPage>
    }
}
