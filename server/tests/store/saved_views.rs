//! Views that people made.

use crate::bed::Bed;
use model::audit::Action;
use model::filter::{Assignee, Filter};
use model::ids::{LabelId, SavedViewId};
use model::person::{PersonId, Role};
use model::view::View;
use server::store::saved_views::{KeptView, ViewKept};
use server::store::sight::Sight;

crate::on_both!(
    a_view_is_kept_with_all_that_narrows_it,
    what_everybody_has_is_for_admins_to_change,
    nobody_keeps_more_than_can_be_counted,
    names_are_those_that_somebody_sees,
);

fn view(bed: &Bed, name: &str, is_mine: bool) -> KeptView {
    let filter = Filter {
        words: "mug".to_owned(),
        assignee: Some(Assignee::Person(PersonId::from_bits(7))),
        labels: vec![LabelId::from_bits(1)],
        is_unread: true,
        ..Filter::default()
    };
    KeptView { id: bed.seams.new_id(), name: name.to_owned(), is_mine, view: View::Snoozed, filter }
}

async fn names(bed: &Bed, person: PersonId) -> Vec<String> {
    bed.store.list_saved_views(person).await.unwrap().into_iter().map(|it| it.name).collect()
}

async fn a_view_is_kept_with_all_that_narrows_it(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let own = view(&bed, "Mugs", true);
    assert_eq!(bed.store.save_view(bed.deed(ines), own.clone()).await.unwrap(), ViewKept::Kept);
    assert_eq!(bed.store.list_saved_views(ines).await.unwrap(), std::slice::from_ref(&own));
    assert_eq!(names(&bed, mia).await, [""; 0], "it is nobody else's");
    let changed = KeptView { name: "Cups".to_owned(), filter: Filter::default(), view: View::Mine, ..own.clone() };
    assert_eq!(bed.store.save_view(bed.deed(ines), changed.clone()).await.unwrap(), ViewKept::Kept);
    assert_eq!(bed.store.list_saved_views(ines).await.unwrap(), [changed]);
    assert!(!bed.store.delete_view(bed.deed(mia), own.id).await.unwrap(), "not even an admin's");
    assert!(bed.store.delete_view(bed.deed(ines), own.id).await.unwrap());
    assert!(!bed.store.delete_view(bed.deed(ines), own.id).await.unwrap());
}

async fn what_everybody_has_is_for_admins_to_change(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let shared = view(&bed, "Mugs", false);
    assert_eq!(bed.store.save_view(bed.deed(ines), shared.clone()).await.unwrap(), ViewKept::NotTheirs);
    assert_eq!(bed.store.save_view(bed.deed(mia), shared.clone()).await.unwrap(), ViewKept::Kept);
    assert_eq!(bed.last_action().await.0, Action::ViewAdded);
    assert_eq!(names(&bed, ines).await, ["Mugs"]);
    for is_mine in [false, true] {
        let taken = KeptView { is_mine, ..shared.clone() };
        assert_eq!(bed.store.save_view(bed.deed(ines), taken).await.unwrap(), ViewKept::NotTheirs);
    }
    assert!(!bed.store.delete_view(bed.deed(ines), shared.id).await.unwrap());
    assert_eq!(bed.store.save_view(bed.deed(mia), shared.clone()).await.unwrap(), ViewKept::Kept);
    assert_eq!(bed.last_action().await.0, Action::ViewChanged);
    let taken_back = KeptView { is_mine: true, ..shared.clone() };
    assert_eq!(bed.store.save_view(bed.deed(mia), taken_back).await.unwrap(), ViewKept::Kept);
    assert_eq!(bed.last_action().await.0, Action::ViewDeleted);
    assert_eq!((names(&bed, ines).await.len(), names(&bed, mia).await.len()), (0, 1));
}

async fn nobody_keeps_more_than_can_be_counted(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    for n in 0..30 {
        let own = view(&bed, &n.to_string(), true);
        assert_eq!(bed.store.save_view(bed.deed(mia), own).await.unwrap(), ViewKept::Kept);
    }
    let own = view(&bed, "one too many", true);
    assert_eq!(bed.store.save_view(bed.deed(mia), own).await.unwrap(), ViewKept::TooMany);
    let shared = view(&bed, "everybody's are others", false);
    assert_eq!(bed.store.save_view(bed.deed(mia), shared).await.unwrap(), ViewKept::Kept);
    let known = bed.store.list_saved_views(mia).await.unwrap().remove(0);
    assert_eq!(bed.store.save_view(bed.deed(mia), known).await.unwrap(), ViewKept::Kept, "one that is there");
}

async fn names_are_those_that_somebody_sees(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    bed.store.insert_person(bed.person("ines@luna.example", "Ines"), bed.audit()).await.unwrap();
    let ines = bed.store.list_people(10).await.unwrap().into_iter().find(|it| it.name == "Ines").unwrap().id;
    bed.store.deactivate(bed.change(mia, ines)).await.unwrap().unwrap();
    let [shop, hidden] = [bed.an_account("1").await, bed.an_account("2").await];
    bed.execute(&format!(
        "insert into labels (id, name, name_folded, colour, created_at) values ('{}', 'Big', 'big', '20', 0)",
        LabelId::from_bits(1)
    ))
    .await;
    let names = bed.store.list_names(&Sight::Accounts([shop].into())).await.unwrap();
    assert_eq!(names.accounts, [(shop, "Luna Ceramics".to_owned())]);
    assert_eq!(names.people, [(mia, "Mia".to_owned())]);
    assert_eq!(names.labels, [(LabelId::from_bits(1), "Big".to_owned())]);
    let all = bed.store.list_names(&Sight::EveryAccount).await.unwrap().accounts;
    assert!(all.iter().any(|it| it.0 == hidden));
    assert_eq!(bed.store.list_saved_views(mia).await.unwrap(), []);
    assert!(!bed.store.delete_view(bed.deed(mia), SavedViewId::from_bits(3)).await.unwrap());
}
