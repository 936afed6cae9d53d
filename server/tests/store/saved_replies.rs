use crate::bed::Bed;
use model::desk::{SavedReplyEdit, SavedReplyId};
use model::person::PersonId;
use server::store::saved_replies::{KeepReply, ReplyKept};

crate::on_both!(
    everybodys_and_ones_own_are_listed_by_shortcut,
    a_shortcut_is_had_once_by_everybody_and_once_by_each,
    only_what_one_may_change_is_changed,
    what_is_deleted_is_gone,
);

async fn people(bed: &Bed) -> [PersonId; 2] {
    let people = ["mia", "ines"].map(|it| bed.person(&format!("{it}@luna.example"), it));
    for it in &people {
        bed.store.insert_person(it.clone(), bed.audit()).await.unwrap();
    }
    people.map(|it| it.id)
}

fn keep(bed: &Bed, by: PersonId, shortcut: &str, is_mine: bool) -> KeepReply {
    let (title, text) = ("Shipping".to_owned(), "Two days, {first name}.".to_owned());
    let edit = SavedReplyEdit { id: None, shortcut: shortcut.to_owned(), title, text, is_mine };
    KeepReply { id: bed.seams.new_id(), edit, by, may_shared: true, now: bed.seams.now() }
}

async fn kept(bed: &Bed, keep: KeepReply) -> SavedReplyId {
    let id = keep.id;
    assert_eq!(bed.store.save_saved_reply(keep).await.unwrap(), ReplyKept::Kept);
    id
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
    kept(&bed, keep(&bed, mia, "returns", false)).await;
    let id = kept(&bed, keep(&bed, mia, "hello", true)).await;
    kept(&bed, keep(&bed, ines, "care", true)).await;
    assert_eq!(shortcuts(&bed, mia).await, [of("hello", true), of("returns", false)]);
    assert_eq!(shortcuts(&bed, ines).await, [of("care", true), of("returns", false)]);
    let hello = bed.store.list_saved_replies(mia).await.unwrap().remove(0);
    assert_eq!((hello.id, &*hello.title, &*hello.text), (id, "Shipping", "Two days, {first name}."));
}

async fn a_shortcut_is_had_once_by_everybody_and_once_by_each(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    for (by, is_mine) in [(mia, false), (mia, true), (ines, true)] {
        kept(&bed, keep(&bed, by, "hello", is_mine)).await;
        let again = bed.store.save_saved_reply(keep(&bed, by, "hello", is_mine)).await.unwrap();
        assert_eq!(again, ReplyKept::ShortcutTaken);
    }
    let other = kept(&bed, keep(&bed, mia, "bye", true)).await;
    let mut renamed = keep(&bed, mia, "hello", true);
    (renamed.id, renamed.edit.id) = (other, Some(other));
    assert_eq!(bed.store.save_saved_reply(renamed).await.unwrap(), ReplyKept::ShortcutTaken);
}

async fn only_what_one_may_change_is_changed(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    let shared = kept(&bed, keep(&bed, mia, "hello", false)).await;
    let hers = kept(&bed, keep(&bed, mia, "mine", true)).await;
    let change = |id, by, may_shared, is_mine| {
        let mut keep = keep(&bed, by, "changed", is_mine);
        (keep.id, keep.edit.id, keep.may_shared) = (id, Some(id), may_shared);
        bed.store.save_saved_reply(keep)
    };
    assert_eq!(change(shared, ines, false, true).await.unwrap(), ReplyKept::NotTheirs);
    assert_eq!(change(hers, ines, true, true).await.unwrap(), ReplyKept::NotTheirs);
    assert_eq!(change(bed.seams.new_id(), mia, true, true).await.unwrap(), ReplyKept::NotTheirs);
    assert_eq!(change(hers, mia, true, false).await.unwrap(), ReplyKept::Kept, "now it is everybody's");
    assert_eq!(shortcuts(&bed, ines).await, [of("changed", false), of("hello", false)]);
}

async fn what_is_deleted_is_gone(bed: Bed) {
    let [mia, ines] = people(&bed).await;
    let shared = kept(&bed, keep(&bed, mia, "hello", false)).await;
    let hers = kept(&bed, keep(&bed, mia, "mine", true)).await;
    let delete = |id, by, may_shared| bed.store.delete_saved_reply(id, by, may_shared);
    assert!(!delete(shared, ines, false).await.unwrap() && !delete(hers, ines, true).await.unwrap());
    assert!(delete(shared, ines, true).await.unwrap() && delete(hers, mia, false).await.unwrap());
    assert!(!delete(hers, mia, true).await.unwrap(), "once");
    assert!(shortcuts(&bed, mia).await.is_empty());
}
