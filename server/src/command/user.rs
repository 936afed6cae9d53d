//! `switchboard user add`

use super::say;
use crate::auth::password::Passwords;
use crate::chance::secret;
use crate::config::{Settings, UserAddArgs};
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::people::{Added, NewPerson};
use crate::store::{self, Store};
use model::audit::Action;
use model::person::{FieldProblem, Role, check_email, check_name, check_password, fold_email};
use std::io::Read as _;

pub async fn add(settings: &Settings, args: &UserAddArgs) -> Result<(), StartError> {
    let seams = Seams::system();
    let wrong = |option: &'static str| {
        move |problem: FieldProblem| {
            StartError::new(format!("invalid value for '{option}': {}", problem.words().trim_end_matches('.')))
        }
    };
    let name = check_name(&args.name).map_err(wrong("--name"))?;
    let email = check_email(&args.email).map_err(wrong("--email"))?;
    let password = if args.password_stdin { read_password()? } else { secret(seams.chance.as_ref()) };
    check_password(&password, &name, &email).map_err(wrong("password"))?;
    let store = store::open(&settings.database_url).await?;
    store.migrate().await?;
    let person = Person { email: &email, name: &name, role: args.role, password: &password };
    if insert(store.as_ref(), &seams, &person).await? == Added::EmailTaken {
        return Err(StartError::new(format!("somebody already signs in as {email}")));
    }
    say(format_args!("{name} can sign in as {email} ({})", args.role.word()));
    if !args.password_stdin {
        say(format_args!("password, shown this once: {password}"));
    }
    store.close().await;
    Ok(())
}

/// Somebody to add, from the command line or the demo.
pub struct Person<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub password: &'a str,
}

pub async fn insert(store: &dyn Store, seams: &Seams, person: &Person<'_>) -> Result<Added, StartError> {
    let cannot = |error: &(dyn std::error::Error + 'static)| {
        StartError::new(format!("cannot add {}: {}", person.email, chain(error)))
    };
    let hash = Passwords::default().hash(person.password.to_owned(), seams.chance.as_ref()).await;
    let new = NewPerson {
        id: seams.new_id(),
        email: person.email.to_owned(),
        email_folded: fold_email(person.email),
        name: person.name.to_owned(),
        role: person.role,
        password_hash: hash.map_err(|error| cannot(&error))?,
        created_at: seams.now(),
    };
    let audit = AuditEntry {
        id: seams.new_id(),
        at: seams.now(),
        actor: Actor::System,
        action: Action::PersonAdded,
        subject: Some(Subject::Person(new.id)),
        detail: None,
        address: None,
    };
    store.insert_person(new, audit).await.map_err(|error| cannot(&error))
}

/// The first line of standard input.
fn read_password() -> Result<String, StartError> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| StartError::new(format!("cannot read the password from standard input: {error}")))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
