//! Tokens of the API: making, listing and ending them. Everything here begins by asking whether the caller may,
//! and the store asks again in the transaction that changes something.

use crate::auth::may::Refused;
use crate::auth::{Caller, Client};
use crate::chance::{Chance, fingerprint, secret};
use crate::people::deed;
use crate::program::Program;
use crate::seams::Seams;
use crate::store::audit::Actor;
use crate::store::sight::Sight;
use crate::store::tokens::{NewToken, TokenAdded};
use model::ids::{AccountId, ApiTokenId};
use model::may::Act;
use model::time::DAY_S;
use model::tokens::{CheckedToken, ListedToken, TokenForm, TokenTrouble};

/// What every token begins with, so that whoever finds one somewhere knows what it is.
pub const BEGINNING: &str = "swb_";

/// A token that is shown once: only its fingerprint is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeToken {
    pub name: String,
    pub token: String,
}

/// Every token, and the accounts that one can be for, by name.
pub type TokensAndAccounts = (Vec<ListedToken>, Vec<(AccountId, String)>);

pub async fn list(program: &Program, caller: &Caller) -> Result<TokensAndAccounts, Refused> {
    caller.may(Act::RunTokens)?;
    let tokens = program.store.list_tokens().await?;
    Ok((tokens, program.store.list_names(&Sight::EveryAccount).await?.accounts))
}

/// Makes one; or gives the form back with what is wrong in it.
pub async fn add(
    program: &Program,
    caller: &Caller,
    client: &Client,
    mut form: TokenForm,
) -> Result<Result<MadeToken, TokenForm>, Refused> {
    caller.may(Act::RunTokens)?;
    let checked = match form.check() {
        Ok(checked) => checked,
        Err(problems) => {
            form.problems = problems;
            return Ok(Err(form));
        }
    };
    let (by, address) = (Actor::Person(caller.me.id), Some(client.address.clone()));
    let (made, new) = new(&program.seams, checked, by, address);
    match program.store.add_token(new).await?? {
        TokenAdded::Yes => return Ok(Ok(made)),
        TokenAdded::NoSuchAccount => form.problems = TokenTrouble::AccountGone.into(),
        TokenAdded::TooMany => form.problems = TokenTrouble::TooMany.into(),
    }
    Ok(Err(form))
}

/// `false` if there is no such token (any more).
pub async fn revoke(program: &Program, caller: &Caller, client: &Client, id: ApiTokenId) -> Result<bool, Refused> {
    caller.may(Act::RunTokens)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    let gone = program.store.revoke_token(deed, id).await??;
    // Its streams in this process end at once, those in others when they look again.
    if let Some(fingerprint) = &gone {
        program.live.session_ended(fingerprint);
    }
    Ok(gone.is_some())
}

/// A new token, and what the store is to know of it.
pub(crate) fn new(seams: &Seams, it: CheckedToken, by: Actor, address: Option<String>) -> (MadeToken, NewToken) {
    let (token, now) = (make(seams.chance.as_ref()), seams.now());
    let new = NewToken {
        id: seams.new_id(),
        name: it.name.clone(),
        fingerprint: fingerprint(&token),
        scopes: it.scopes,
        accounts: it.accounts,
        bot: it.bot,
        expires_at: it.days.map(|days| now.plus_s(days * DAY_S)),
        by,
        now,
        audit_id: seams.new_id(),
        address,
    };
    (MadeToken { name: it.name, token }, new)
}

fn make(chance: &dyn Chance) -> String {
    format!("{BEGINNING}{}", secret(chance))
}
