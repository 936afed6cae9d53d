//! Keeping saved replies: everybody's are for admins to change, one's own for oneself.

use crate::auth::Caller;
use crate::auth::may::Forbidden;
use crate::people::deed;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::saved_replies::ReplyKept;
use model::desk::{SavedReply, SavedReplyEdit, SavedReplyId};
use model::may::Act;
use model::replies::{ReplyField, ReplyProblem};

const SHORTCUT_MOST: usize = 40;
const TITLE_MOST: usize = 80;
const TEXT_MOST: usize = model::outgoing::MESSENGER_TEXT_CHARACTERS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    Kept(SavedReplyId),
    Wrong(ReplyProblem),
    /// It is not there (any more), or not the person's to change.
    NotTheirs,
}

/// Everybody's, and the caller's own.
pub async fn list(program: &Program, caller: &Caller) -> StoreResult<Vec<SavedReply>> {
    program.store.list_saved_replies(caller.me.id).await
}

pub async fn keep(
    program: &Program,
    caller: &Caller,
    address: Option<String>,
    edit: SavedReplyEdit,
) -> StoreResult<Became> {
    if allows(caller, edit.is_mine).is_err() {
        return Ok(Became::NotTheirs);
    }
    let edit = match check(&edit) {
        Ok(edit) => edit,
        Err(problem) => return Ok(Became::Wrong(problem)),
    };
    let id = edit.id.unwrap_or_else(|| program.seams.new_id());
    match program.store.save_saved_reply(deed(program, caller, address), id, edit).await? {
        ReplyKept::Kept => Ok(Became::Kept(id)),
        ReplyKept::ShortcutTaken => {
            let words = "Another saved reply has this shortcut.".to_owned();
            Ok(Became::Wrong(ReplyProblem::new(ReplyField::Shortcut, words)))
        }
        ReplyKept::NotTheirs => Ok(Became::NotTheirs),
    }
}

/// `false`: it is not there (any more), or not the caller's to delete.
pub async fn delete(
    program: &Program,
    caller: &Caller,
    address: Option<String>,
    id: SavedReplyId,
) -> StoreResult<bool> {
    program.store.delete_saved_reply(deed(program, caller, address), id).await
}

pub fn allows(caller: &Caller, is_mine: bool) -> Result<(), Forbidden> {
    caller.may(if is_mine { Act::OwnReplies } else { Act::RunReplies })
}

/// As it is kept: without blanks around it.
fn check(edit: &SavedReplyEdit) -> Result<SavedReplyEdit, ReplyProblem> {
    let of_shortcut = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'_');
    let (shortcut, title, text) = (edit.shortcut.trim(), edit.title.trim(), edit.text.trim());
    if !(1..=SHORTCUT_MOST).contains(&shortcut.len()) || !shortcut.bytes().all(of_shortcut) {
        let words = format!("A shortcut is 1 to {SHORTCUT_MOST} lower-case letters, digits, hyphens and underscores.");
        return Err(ReplyProblem::new(ReplyField::Shortcut, words));
    }
    if !(1..=TITLE_MOST).contains(&title.chars().count()) {
        return Err(ReplyProblem::new(ReplyField::Title, format!("A title has 1 to {TITLE_MOST} characters.")));
    }
    if !(1..=TEXT_MOST).contains(&text.chars().count()) {
        return Err(ReplyProblem::new(ReplyField::Text, format!("A saved reply has 1 to {TEXT_MOST} characters.")));
    }
    let (shortcut, title, text) = (shortcut.to_owned(), title.to_owned(), text.to_owned());
    Ok(SavedReplyEdit { id: edit.id, shortcut, title, text, is_mine: edit.is_mine })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_reply_is_kept_without_blanks_around_it() {
        let of = |shortcut: &str, title: &str, text: &str| {
            let [shortcut, title, text] = [shortcut, title, text].map(ToOwned::to_owned);
            check(&SavedReplyEdit { id: None, shortcut, title, text, is_mine: true })
        };
        let kept = of(" ship-2_b ", " Shipping ", " Two days.\n").unwrap();
        assert_eq!((&*kept.shortcut, &*kept.title, &*kept.text), ("ship-2_b", "Shipping", "Two days."));
        for (shortcut, title, text, field) in [
            ("", "a", "a", ReplyField::Shortcut),
            ("Ship", "a", "a", ReplyField::Shortcut),
            ("ship it", "a", "a", ReplyField::Shortcut),
            (&*"a".repeat(41), "a", "a", ReplyField::Shortcut),
            ("a", " ", "a", ReplyField::Title),
            ("a", &*"a".repeat(81), "a", ReplyField::Title),
            ("a", "a", " ", ReplyField::Text),
            ("a", "a", &*"a".repeat(2001), ReplyField::Text),
        ] {
            assert_eq!(of(shortcut, title, text).unwrap_err().field, field, "{shortcut:?} {title:?}");
        }
    }
}
