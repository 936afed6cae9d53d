//! `switchboard account add` and `switchboard account set`

use super::say;
use crate::accounts::{Connection, check_token, connect};
use crate::config::{AccountAddArgs, AccountSetArgs, OnOff, Settings};
use crate::graph::Token;
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store;
use crate::store::accounts::{AccountAdded, AccountShows, Told};
use crate::store::audit::Actor;
use crate::vault::Vault;
use crate::vault::key::{self, Source};
use model::ids::AccountId;
use model::person::check_name;
use model::platform::{Login, Platform};
use std::io::Read as _;

/// Longer than any token that Meta gives.
const LONGEST_TOKEN: u64 = 16 * 1024;

pub async fn add(settings: &Settings, args: &AccountAddArgs) -> Result<(), StartError> {
    let wrong = |option: &str, why: &str| StartError::new(format!("invalid value for '{option}': {why}"));
    if !args.token_stdin {
        return Err(StartError::new("the token is read from standard input only: add --token-stdin"));
    }
    let name = check_name(&args.name).map_err(|it| wrong("--name", it.words().trim_end_matches('.')))?;
    let login = args.login.unwrap_or(Login::usual(args.platform));
    if !login.reaches(args.platform) {
        return Err(wrong("--login", "a Page is reached with its own token: expected page"));
    }
    let token = read_token()?;
    let seams = Seams::system();
    let store = store::open(&settings.database_url).await?;
    store.migrate().await?;
    let (keys, source) = key::find_or_make(settings, seams.chance.as_ref())?;
    if let Source::NewFile(path) = &source {
        say(format_args!("made the secret key {}; keep a copy of it", path.display()));
    }
    let (vault, id) = (Vault::of(&keys), args.id.0.as_str());
    let connection = Connection {
        platform: args.platform,
        external_id: id,
        name: &name,
        login,
        token,
        told: Told::default(),
        wants_history: args.history,
    };
    let added = connect(store.as_ref(), &seams, &vault, Actor::System, &connection).await;
    store.close().await;
    let which = format!("{} {id}", what(args.platform));
    match added.map_err(|error| StartError::new(format!("cannot connect {which}: {}", chain(&error))))? {
        AccountAdded::New => say(format_args!("connected {name} ({which})")),
        AccountAdded::Renewed => say(format_args!("{name} ({which}) was connected already and has its new token now")),
        AccountAdded::BeingDeleted => {
            return Err(StartError::new(format!("{which} is being deleted: connect it again when that is done")));
        }
    }
    Ok(())
}

pub async fn set(settings: &Settings, args: &AccountSetArgs) -> Result<(), StartError> {
    if args.typing.is_none() && args.mark_seen.is_none() {
        return Err(StartError::new("there is nothing to change: say --typing or --mark-seen"));
    }
    let seams = Seams::system();
    let store = store::open(&settings.database_url).await?;
    store.migrate().await?;
    let shows = AccountShows {
        id: AccountId::of(args.platform, &args.id.0),
        typing: args.typing.map(|it| it == OnOff::On),
        marks_seen: args.mark_seen,
        now: seams.now(),
        actor: Actor::System,
        audit_id: seams.new_id(),
        change_id: seams.new_id(),
    };
    let done = store.set_account_shows(shows).await;
    store.close().await;
    let which = format!("{} {}", what(args.platform), args.id.0);
    if done.map_err(|error| StartError::new(format!("cannot change {which}: {}", chain(&error))))? {
        say(format_args!("changed {which}"));
        Ok(())
    } else {
        Err(StartError::new(format!("there is no {which}: connect it with `switchboard account add`")))
    }
}

const fn what(platform: Platform) -> &'static str {
    match platform {
        Platform::Instagram => "Instagram account",
        Platform::Page => "Page",
    }
}

fn read_token() -> Result<Token, StartError> {
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST_TOKEN)
        .read_to_string(&mut text)
        .map_err(|error| StartError::new(format!("cannot read the token from standard input: {error}")))?;
    check_token(&text).map_err(StartError::new)
}
