//! The first start: a link, printed once to whoever started the server, makes the first admin.

use super::{AuthError, Client, begin};
use crate::chance::{fingerprint, secret};
use crate::program::Program;
use crate::store::people::{NewLink, NewPerson, SetUp};
use model::person::{Role, check_email, check_name, check_password, fold_email};
use model::sign_in::{SetUpForm, SetUpProblems, SignInForm};
use model::time::DAY_S;
use tower_sessions::Session;

/// A set-up link, good for a day; `None` once somebody can sign in. Each process that starts on an
/// empty database makes its own, and all of them end with the first that is used.
pub async fn new_link(program: &Program) -> Result<Option<String>, AuthError> {
    let link = secret(program.seams.chance.as_ref());
    let now = program.seams.now();
    let new = NewLink { fingerprint: fingerprint(&link), created_at: now, expires_at: now.plus_s(DAY_S) };
    let added = program.store.insert_set_up_link(new).await?;
    Ok(added.then(|| program.public_url.join(&format!("/setup/{link}"))))
}

/// What the page behind `link` shows at first.
pub async fn form(program: &Program, link: String) -> Result<SetUpForm, AuthError> {
    let link_is_good = program.store.set_up_link_is_good(fingerprint(&link), program.seams.now()).await?;
    Ok(SetUpForm { link, link_is_good, ..SetUpForm::default() })
}

/// The sign-in form with what this inbox knows of itself.
pub async fn complete(program: &Program, form: SignInForm) -> Result<SignInForm, AuthError> {
    let business = program.store.business().await?;
    let nobody_yet = business.is_none() && !program.store.anybody().await?;
    Ok(SignInForm { business, nobody_yet, ..form })
}

/// Makes the first admin and signs them in; or gives the form back with what is wrong in it.
pub async fn finish(
    program: &Program,
    session: &Session,
    mut form: SetUpForm,
    password: String,
    client: &Client,
) -> Result<Result<(), SetUpForm>, AuthError> {
    let business = check_name(&form.business);
    let name = check_name(&form.name);
    let email = check_email(&form.email);
    let good = check_password(&password, &form.name, &form.email);
    form.problems = SetUpProblems {
        business: business.clone().err(),
        name: name.clone().err(),
        email: email.clone().err(),
        password: good.err(),
    };
    let now = program.seams.now();
    form.link_is_good = program.store.set_up_link_is_good(fingerprint(&form.link), now).await?;
    let (Ok(business), Ok(name), Ok(email), Ok(()), true) = (business, name, email, good, form.link_is_good) else {
        return Ok(Err(form));
    };
    let admin = NewPerson {
        id: program.seams.new_id(),
        email_folded: fold_email(&email),
        email,
        name,
        role: Role::Admin,
        password_hash: program.passwords.hash(password, program.seams.chance.as_ref()).await?,
        created_at: now,
    };
    let id = admin.id;
    let set_up = SetUp {
        link_fingerprint: fingerprint(&form.link),
        business,
        admin,
        audit_id: program.seams.new_id(),
        address: Some(client.address.clone()),
    };
    if !program.store.set_up(set_up).await? {
        form.link_is_good = false;
        return Ok(Err(form));
    }
    begin(session, id, client).await?;
    Ok(Ok(()))
}
