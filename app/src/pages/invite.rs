use crate::parts::field::{Field, FieldKind};
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::people::InviteForm;
use model::person::{FieldProblem, Role};

#[derive(Debug, Clone)]
pub struct Inviting {
    pub frame: Frame,
    pub form: InviteForm,
}

const ROLES: [(Role, &str); 2] =
    [(Role::Agent, "Answers customers."), (Role::Admin, "Runs the inbox as well: people, accounts and settings.")];

/// Somebody new: who they are, and what they may do.
#[component]
pub fn InvitePage(inviting: Inviting) -> Piece {
    let Inviting { frame, form } = inviting;
    let words = |problem: Option<FieldProblem>| problem.map(FieldProblem::words);
    let at_email = form.problems.name.is_none() && form.problems.email.is_some();
    let roles = ROLES.map(|(role, words)| {
        let (id, below) = (format!("role-{}", role.word()), format!("role-{}-below", role.word()));
        view! {
            <div class="choice">
                <input type="radio" name="role" id=id.clone() value=role.word() checked=form.role == role
                    aria-describedby=below.clone()/>
                <label class="strong" for=id>{role.title()}</label>
                <p class="small" id=below>{words}</p>
            </div>
        }
    });
    piece! {
        <FramedPage frame place=Place::People title="Invite someone"
            lead="You get a link that works once, for 7 days. Whoever opens it chooses their own password.">
            <PostForm action=Path::Invite.to_string() class="page__form">
                <Field name="name" label="Name" autocomplete="off" value=form.name
                    problem=words(form.problems.name) autofocus=!at_email/>
                <Field kind=FieldKind::Email name="email" label="Email" autocomplete="off" value=form.email
                    hint="They sign in with it." problem=words(form.problems.email) autofocus=at_email/>
                <fieldset class="choices">
                    <legend class="field__label">"Role"</legend>
                    {roles.collect_view()}
                </fieldset>
                <div class="page__acts">
                    <button type="submit" class="button button--primary">"Make the link"</button>
                    <a class="button button--quiet" href=Path::People.to_string()>"Cancel"</a>
                </div>
            </PostForm>
        </FramedPage>
    }
}
