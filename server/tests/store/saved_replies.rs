use crate::bed::Bed;
use model::audit::Action;
use model::desk::{SavedReplyEdit, SavedReplyId};
use model::person::{PersonId, Role};
use server::store::audit::Subject;
use server::store::saved_replies::ReplyKept;

crate::on_both!(
    everybodys_and_ones_own_are_listed_by_shortcut,
    a_shortcut_is_had_once_by_everybody_and_once_by_each,
    only_what_one_may_change_is_changed,
    what_is_deleted_is_gone,
    what_everybody_has_is_in_the_log,
);

/// Mia is an admin.
async fn people(bed: &Bed) -> [PersonId; 2] {
    [bed.somebody("mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await]
}

fn edit(shortcut: &str, is_mine: bool) -> SavedReplyEdit {
    let (title, text) = ("Shipping".to_owned(), "Two days, {first name}.".to_owned());
    SavedReplyEdit { id: None, shortcut: shortcut.to_owned(), title, text, is_mine }
}

async fn keep(bed: &Bed, by: PersonId, shortcut: &str, is_mine: bool) -> (ReplyKept, SavedReplyId) {
    let id = bed.seams.new_id();
    (bed.store.save_saved_reply(bed.deed(by), id, edit(shortcut, is_mine)).await.unwrap(), id)
}

async fn kept(bed: &Bed, by: PersonId, shortcut: &str, is_mine: bool) -> SavedReplyId {
    let (kept, id) = keep(bed, by, shortcut, is_mine).await;
    assert_eq!(kept, ReplyKept::Kept);
    id
}

async fn change(bed: &Bed, id: SavedReplyId, by: PersonId, shortcut: &str, is_mine: bool) -> ReplyKept {
    let edit = SavedReplyEdit { id: Some(id), ..edit(shortcut, is_mine) };
    bed.store.save_saved_reply(bed.deed(by), id, edit).await.unwrap()
}

async fn shortcuts(bed: &Bed, person: PersonId) -> Vec<(String, bool)> {
    let all = bed.store.list_saved_replies(person).await.unwrap();
    all.into_iter().map(|it| (it.shortcut, it.is_mine)).collect()
}

fn of(shortcut: &str, is_mine: bool) -> (String, bool) {
    (shortcut.to_owned(), is_mine)
}

async fn everybodys_and_ones_own_are_listed_by_shortcut(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    kept(&bed, mia, "returns", false).await;
    let id = kept(&bed, mia, "hello", true).await;
    kept(&bed, ines, "care", true).await;
    assert_eq!(shortcuts(&bed, mia).await, [of("hello", true), of("returns", false)]);
    assert_eq!(shortcuts(&bed, ines).await, [of("care", true), of("returns", false)]);
    let hello = bed.store.list_saved_replies(mia).await.unwrap().remove(0);
    assert_eq!((hello.id, &*hello.title, &*hello.text), (id, "Shipping", "Two days, {first name}."));
}

async fn a_shortcut_is_had_once_by_everybody_and_once_by_each(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    for (by, is_mine) in [(mia, false), (mia, true), (ines, true)] {
        kept(&bed, by, "hello", is_mine).await;
        assert_eq!(keep(&bed, by, "hello", is_mine).await.0, ReplyKept::ShortcutTaken);
    }
    let other = kept(&bed, mia, "bye", true).await;
    assert_eq!(change(&bed, other, mia, "hello", true).await, ReplyKept::ShortcutTaken);
}

async fn only_what_one_may_change_is_changed(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    assert_eq!(keep(&bed, ines, "hello", false).await.0, ReplyKept::NotTheirs);
    let shared = kept(&bed, mia, "hello", false).await;
    let hers = kept(&bed, mia, "mine", true).await;
    let his = kept(&bed, ines, "his", true).await;
    for (id, by, is_mine) in
        [(shared, ines, true), (shared, ines, false), (hers, ines, true), (his, mia, false), (his, ines, false)]
    {
        assert_eq!(change(&bed, id, by, "changed", is_mine).await, ReplyKept::NotTheirs);
    }
    assert_eq!(change(&bed, bed.seams.new_id(), mia, "changed", true).await, ReplyKept::NotTheirs);
    assert_eq!(change(&bed, hers, mia, "changed", false).await, ReplyKept::Kept, "now it is everybody's");
    assert_eq!(shortcuts(&bed, ines).await, [of("changed", false), of("hello", false), of("his", true)]);
}

async fn what_is_deleted_is_gone(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    let shared = kept(&bed, mia, "hello", false).await;
    let hers = kept(&bed, mia, "mine", true).await;
    let delete = |id, by| bed.store.delete_saved_reply(bed.deed(by), id);
    assert!(!delete(shared, ines).await.unwrap() && !delete(hers, ines).await.unwrap());
    assert!(delete(shared, mia).await.unwrap() && delete(hers, mia).await.unwrap());
    assert!(!delete(hers, mia).await.unwrap(), "once");
    assert!(shortcuts(&bed, mia).await.is_empty());
}

async fn what_everybody_has_is_in_the_log(bed: Bed) {
    let [mia, _] = people(&bed).await;
    let id = kept(&bed, mia, "hello", false).await;
    kept(&bed, mia, "mine", true).await;
    let subject = Some(Subject::SavedReply(id));
    assert_eq!(bed.last_action().await, (Action::ReplyAdded, Some(mia), subject), "hers is not");
    change(&bed, id, mia, "bye", true).await;
    assert_eq!(bed.last_action().await, (Action::ReplyChanged, Some(mia), subject));
    bed.store.delete_saved_reply(bed.deed(mia), id).await.unwrap();
    assert_eq!(bed.last_action().await.0, Action::ReplyChanged, "by now it was hers");
}
