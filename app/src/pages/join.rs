use crate::parts::field::{Field, FieldKind};
use crate::parts::plain_page::PlainPage;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::people::{Invitation, JoinForm};
use model::person::FieldProblem;

/// Behind the one-time link that an admin made for somebody.
#[component]
pub fn JoinPage(mut form: JoinForm) -> Piece {
    match form.invitation.take() {
        Some(invitation) => piece! { <Join form invitation/> },
        None => piece! { <LinkIsBad/> },
    }
}

#[component]
fn Join(form: JoinForm, invitation: Invitation) -> Piece {
    let words = |problem: Option<FieldProblem>| problem.map(FieldProblem::words);
    let Invitation { business, invited_by, email, .. } = invitation;
    let business = if business.is_empty() { "Switchboard".to_owned() } else { business };
    let lead = match invited_by {
        Some(name) => format!("{name} invites you to answer customers with them. You sign in as {email}."),
        None => format!("You are invited to answer customers. You sign in as {email}."),
    };
    let at_name = form.problems.name.is_some();
    piece! {
        <PlainPage title=format!("Join {business}") lead>
            <PostForm action=Path::Join { link: &form.link }.to_string() class="login__form">
                // For whatever keeps the person's passwords.
                <input type="hidden" name="email" autocomplete="username" value=email/>
                <Field name="name" label="Your name" autocomplete="name"
                    value=form.name problem=words(form.problems.name) autofocus=at_name/>
                <Field kind=FieldKind::Password name="password" label="Password" autocomplete="new-password"
                    hint="At least 10 characters." problem=words(form.problems.password) autofocus=!at_name/>
                <button type="submit" class="button button--primary button--large">"Join"</button>
            </PostForm>
        </PlainPage>
    }
}

#[component]
fn LinkIsBad() -> Piece {
    piece! {
        <PlainPage title="This invitation does not work any more"
            lead="It was used already, replaced by a newer one, or it has run out. Ask whoever sent it for another link.">
            <div class="login__do">
                <a class="button button--primary button--large" rel="external" href=Path::Login.to_string()>"Sign in"</a>
            </div>
        </PlainPage>
    }
}
