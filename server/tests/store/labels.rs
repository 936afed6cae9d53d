use crate::bed::Bed;
use crate::rows;
use model::audit::Action;
use model::desk::Label;
use model::live::Event;
use model::people::Refusal;
use model::person::Role;
use server::store::audit::Subject;
use server::store::labels::LabelKept;

crate::on_both!(
    labels_are_listed_by_name_with_how_many_carry_them,
    only_an_admin_changes_labels,
    a_label_has_its_name_for_itself,
    a_deleted_label_is_on_nothing,
);

fn label(bed: &Bed, name: &str, hue: u16) -> Label {
    Label { id: bed.seams.new_id(), name: name.to_owned(), hue }
}

async fn labels_are_listed_by_name_with_how_many_carry_them(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let [press, damaged] = [label(&bed, "Press", 210), label(&bed, "damaged", 30)];
    for it in [&press, &damaged] {
        assert_eq!(bed.store.add_label(bed.deed(mia), it.clone()).await.unwrap(), Ok(LabelKept::Kept));
    }
    bed.store.set_labels(thread.conversation, vec![press.id], bed.seams.now()).await.unwrap();
    let listed = bed.store.list_labels(10).await.unwrap();
    let listed: Vec<_> = listed.into_iter().map(|it| (it.label, it.n_conversations)).collect();
    assert_eq!(listed, [(damaged, 0), (press.clone(), 1)]);
    assert_eq!(bed.store.find_label(press.id).await.unwrap().unwrap().n_conversations, 1);
    assert_eq!(bed.store.find_label(bed.seams.new_id()).await.unwrap(), None);
}

async fn only_an_admin_changes_labels(bed: Bed) {
    let (mia, ines) = (bed.somebody("mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await);
    let press = label(&bed, "Press", 210);
    assert_eq!(bed.store.add_label(bed.deed(ines), press.clone()).await.unwrap(), Err(Refusal::NotAllowed));
    bed.store.add_label(bed.deed(mia), press.clone()).await.unwrap().unwrap();
    let renamed = Label { name: "Media".to_owned(), ..press.clone() };
    assert_eq!(bed.store.change_label(bed.deed(ines), renamed.clone()).await.unwrap(), Err(Refusal::NotAllowed));
    assert_eq!(bed.store.delete_label(bed.deed(ines), press.id).await.unwrap(), Err(Refusal::NotAllowed));
    assert_eq!(bed.store.list_labels(10).await.unwrap()[0].label, press);
    assert_eq!(bed.store.change_label(bed.deed(mia), renamed.clone()).await.unwrap(), Ok(LabelKept::Kept));
    assert_eq!(bed.store.list_labels(10).await.unwrap()[0].label, renamed);
    let told = bed.store.list_audit(None, 1).await.unwrap().remove(0);
    assert_eq!((told.action, told.detail.as_deref()), (Action::LabelChanged, Some("Press to Media")));
    assert_eq!((told.subject_name.as_deref(), told.actor_name.as_deref()), (Some("Media"), Some("mia")));
}

async fn a_label_has_its_name_for_itself(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let [press, other] = [label(&bed, "Press", 210), label(&bed, "Other", 30)];
    for it in [&press, &other] {
        bed.store.add_label(bed.deed(mia), it.clone()).await.unwrap().unwrap();
    }
    let again = label(&bed, "PRESS", 0);
    assert_eq!(bed.store.add_label(bed.deed(mia), again).await.unwrap(), Ok(LabelKept::NameTaken));
    let renamed = Label { name: "press".to_owned(), ..other };
    assert_eq!(bed.store.change_label(bed.deed(mia), renamed).await.unwrap(), Ok(LabelKept::NameTaken));
    let larger = Label { name: "PRESS".to_owned(), ..press };
    assert_eq!(bed.store.change_label(bed.deed(mia), larger).await.unwrap(), Ok(LabelKept::Kept), "its own");
    let gone = label(&bed, "Gone", 0);
    assert_eq!(bed.store.change_label(bed.deed(mia), gone).await.unwrap(), Ok(LabelKept::NotThere));
}

async fn a_deleted_label_is_on_nothing(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let press = label(&bed, "Press", 210);
    bed.store.add_label(bed.deed(mia), press.clone()).await.unwrap().unwrap();
    bed.store.set_labels(thread.conversation, vec![press.id], bed.seams.now()).await.unwrap();
    let gone = bed.store.delete_label(bed.deed(mia), press.id).await.unwrap().unwrap().unwrap();
    assert_eq!((gone.label, gone.n_conversations), (press.clone(), 1));
    assert!(bed.store.find_details(thread.conversation).await.unwrap().unwrap().labels.is_empty());
    assert_eq!(bed.last_action().await, (Action::LabelDeleted, Some(mia), Some(Subject::Label(press.id))));
    bed.store.number_changes().await.unwrap();
    let told = bed.store.changes_after(0, 10).await.unwrap();
    assert_eq!(told.last().map(|it| (&it.event, it.person_id)), Some((&Event::Resync, None)), "every page looks again");
    assert_eq!(bed.store.delete_label(bed.deed(mia), press.id).await.unwrap(), Ok(None), "once");
}
