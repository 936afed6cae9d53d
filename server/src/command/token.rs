//! `switchboard token add`

use super::say;
use crate::config::{Settings, TokenAddArgs};
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store::audit::Actor;
use crate::store::sight::Sight;
use crate::store::tokens::TokenAdded;
use crate::store::{self, Store};
use crate::tokens;
use model::ids::AccountId;
use model::person::FieldProblem;
use model::platform::Platform;
use model::tokens::{CheckedToken, DAYS_MOST, Scope, TokenForm, TokenProblems};

pub async fn add(settings: &Settings, args: &TokenAddArgs) -> Result<(), StartError> {
    let seams = Seams::system();
    let checked = check(args)?;
    let store = store::open(&settings.database_url).await?;
    store.migrate().await?;
    let accounts = accounts(store.as_ref(), &args.account).await?;
    let (made, new) = tokens::new(&seams, CheckedToken { accounts, ..checked }, Actor::System, None);
    let added = store.add_token(new).await;
    store.close().await;
    match added.map_err(|error| cannot(&error))? {
        Ok(TokenAdded::Yes) => {
            say(format_args!("token, shown this once: {}", made.token));
            Ok(())
        }
        Ok(TokenAdded::TooMany) => Err(StartError::new("there are too many API tokens: revoke some that nobody uses")),
        Ok(TokenAdded::NoSuchAccount) | Err(_) => Err(StartError::new("an account is gone: try again")),
    }
}

fn cannot(error: &(dyn std::error::Error + 'static)) -> StartError {
    StartError::new(format!("cannot add an API token: {}", chain(error)))
}

/// Without a scope it may do everything: whoever has the operator's shell means it.
fn check(args: &TokenAddArgs) -> Result<CheckedToken, StartError> {
    let scopes = if args.scope.is_empty() { Scope::ALL.to_vec() } else { args.scope.clone() };
    let form = TokenForm {
        name: args.name.clone(),
        scopes,
        bot: args.bot.clone().unwrap_or_default(),
        days: args.expires_in_days.map(|it| it.to_string()).unwrap_or_default(),
        ..TokenForm::default()
    };
    form.check().map_err(|TokenProblems { name, bot, .. }| {
        let words = |it: FieldProblem| it.words().trim_end_matches('.').to_owned();
        let (option, why) = match (name, bot) {
            (Some(problem), _) => ("--name", words(problem)),
            (None, Some(problem)) => ("--bot", words(problem)),
            (None, None) => ("--expires-in-days", format!("expected a number from 1 to {DAYS_MOST}")),
        };
        StartError::new(format!("invalid value for '{option}': {why}"))
    })
}

/// Accounts are named by Meta's id, as when they were connected, or by ours.
async fn accounts(store: &dyn Store, named: &[String]) -> Result<Vec<AccountId>, StartError> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let known = store.list_names(&Sight::EveryAccount).await.map_err(|error| cannot(&error))?.accounts;
    let mut found = Vec::new();
    for name in named {
        let meant = [Platform::Instagram, Platform::Page].map(|it| AccountId::of(it, name));
        let is_meant = |id: &AccountId| meant.contains(id) || name.parse() == Ok(*id);
        let before = found.len();
        found.extend(known.iter().map(|it| it.0).filter(is_meant));
        if found.len() == before {
            let why = "no account is connected under this id";
            return Err(StartError::new(format!("invalid value for '--account': {why}: {name}")));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
