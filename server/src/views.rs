//! Keeping saved views: everybody's are for admins to change, one's own for oneself.

use crate::auth::Caller;
use crate::auth::may::Forbidden;
use crate::inbox::{InboxResult, sight};
use crate::people::deed;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::saved_views::{KeptView, ViewKept};
use model::filter::{Names, Typed};
use model::ids::SavedViewId;
use model::may::Act;

const NAME_MOST: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Kept(KeptView),
    /// Why the name will not do.
    Wrong(String),
    /// It is not there (any more), or not the person's to change.
    NotTheirs,
}

/// Everybody's, and the caller's own.
pub async fn list(program: &Program, caller: &Caller) -> StoreResult<Vec<KeptView>> {
    program.store.list_saved_views(caller.me.id).await
}

/// What filters can name.
pub async fn names(program: &Program, caller: &Caller) -> InboxResult<Names> {
    let sight = sight(program, caller).await?;
    Ok(program.store.list_names(&sight).await?)
}

/// What was typed, understood.
pub async fn read(program: &Program, caller: &Caller, words: &str) -> InboxResult<(Typed, Names)> {
    let names = names(program, caller).await?;
    Ok((Typed::read(words, &names), names))
}

/// Adds it, or changes the one of this id.
pub async fn keep(
    program: &Program,
    caller: &Caller,
    address: Option<String>,
    id: Option<SavedViewId>,
    view: KeptView,
) -> StoreResult<Became> {
    let name = view.name.trim().to_owned();
    if allows(caller, view.is_mine).is_err() {
        return Ok(Became::NotTheirs);
    }
    if !(1..=NAME_MOST).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Ok(Became::Wrong(format!("A view has a name of 1 to {NAME_MOST} characters.")));
    }
    if let Some(id) = id
        && !list(program, caller).await?.iter().any(|it| it.id == id)
    {
        return Ok(Became::NotTheirs);
    }
    let view = KeptView { id: id.unwrap_or_else(|| program.seams.new_id()), name, ..view };
    Ok(match program.store.save_view(deed(program, caller, address), view.clone()).await? {
        ViewKept::Kept => Became::Kept(view),
        ViewKept::NotTheirs => Became::NotTheirs,
        ViewKept::TooMany => Became::Wrong("There are as many views as there can be. Delete one first.".to_owned()),
    })
}

/// `false`: it is not there (any more), or not the caller's to delete.
pub async fn delete(program: &Program, caller: &Caller, address: Option<String>, id: SavedViewId) -> StoreResult<bool> {
    program.store.delete_view(deed(program, caller, address), id).await
}

pub fn allows(caller: &Caller, is_mine: bool) -> Result<(), Forbidden> {
    caller.may(if is_mine { Act::OwnViews } else { Act::RunViews })
}
