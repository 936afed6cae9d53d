use crate::parts::field::{Field, FieldKind};
use crate::parts::plain_page::PlainPage;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::person::FieldProblem;
use model::sign_in::{SetUpForm, SetUpProblems};

/// Behind the one-time link that the program prints while nobody can sign in.
#[component]
pub fn SetUpPage(form: SetUpForm) -> Piece {
    if form.link_is_good {
        piece! { <SetUp form/> }
    } else {
        piece! { <LinkIsBad/> }
    }
}

#[component]
fn SetUp(form: SetUpForm) -> Piece {
    let problems = form.problems;
    let focus = first_to_mend(&problems);
    let words = |problem: Option<FieldProblem>| problem.map(FieldProblem::words);
    piece! {
        <PlainPage title="Set up Switchboard" lead="You become the first admin. Everybody else is added afterwards.">
            <PostForm action=Path::SetUp { link: &form.link }.to_string() class="login__form">
                <Field name="business" label="Business name" autocomplete="organization"
                    value=form.business problem=words(problems.business) autofocus=focus == "business"/>
                <Field name="name" label="Your name" autocomplete="name"
                    value=form.name problem=words(problems.name) autofocus=focus == "name"/>
                <Field kind=FieldKind::Email name="email" label="Email" autocomplete="username"
                    value=form.email problem=words(problems.email) autofocus=focus == "email"/>
                <Field kind=FieldKind::Password name="password" label="Password" autocomplete="new-password"
                    hint="At least 10 characters." problem=words(problems.password) autofocus=focus == "password"/>
                <button type="submit" class="button button--primary button--large">"Create the first admin"</button>
            </PostForm>
        </PlainPage>
    }
}

/// The name of the field to begin at.
fn first_to_mend(problems: &SetUpProblems) -> &'static str {
    let in_order = [
        ("business", problems.business),
        ("name", problems.name),
        ("email", problems.email),
        ("password", problems.password),
    ];
    in_order.into_iter().find(|(_, problem)| problem.is_some()).map_or("business", |(name, _)| name)
}

#[component]
fn LinkIsBad() -> Piece {
    piece! {
        <PlainPage title="This link does not work any more" lead="It was used already, or it has run out.">
            <p class="soft">
                "If nobody can sign in yet, start " <code>"switchboard serve"</code>
                " again: it prints a new link. Once the first admin is there, sign in instead."
            </p>
            <div class="login__do">
                <a class="button button--primary button--large" rel="external" href=Path::Login.to_string()>"Sign in"</a>
            </div>
        </PlainPage>
    }
}
