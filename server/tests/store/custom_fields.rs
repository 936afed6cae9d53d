use crate::bed::Bed;
use crate::rows;
use model::audit::Action;
use model::desk::ContactEdit;
use model::fields::{FIELDS_MOST, Field, FieldKind};
use model::ids::{ContactId, FieldId};
use model::people::Refusal;
use model::person::Role;
use server::store::custom_fields::{FieldKept, Known};
use server::store::sight::Sight;

crate::on_both!(admins_keep_fields_in_an_order, a_field_says_something_of_a_customer, there_are_no_more_than_so_many,);

fn field(bed: &Bed, name: &str, kind: FieldKind) -> Field {
    Field { id: bed.seams.new_id(), name: name.to_owned(), kind, options: vec!["S".to_owned()] }
}

async fn names(bed: &Bed) -> Vec<String> {
    bed.store.list_fields().await.unwrap().into_iter().map(|it| it.field.name).collect()
}

async fn admins_keep_fields_in_an_order(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let ines = bed.somebody("Ines", Role::Agent).await;
    let [size, city, shop] = ["Size", "City", "Shop"].map(|it| field(&bed, it, FieldKind::Choice));
    for it in [&size, &city, &shop] {
        assert_eq!(bed.store.add_field(bed.deed(mia), it.clone()).await.unwrap(), Ok(FieldKept::Kept));
    }
    assert_eq!(bed.last_action().await.0, Action::FieldAdded);
    assert_eq!(bed.store.find_field(size.id).await.unwrap().unwrap().field, size);
    let again = field(&bed, "SIZE", FieldKind::Text);
    assert_eq!(bed.store.add_field(bed.deed(mia), again).await.unwrap(), Ok(FieldKept::NameTaken));
    assert_eq!(bed.store.raise_field(bed.deed(mia), shop.id).await.unwrap(), Ok(true));
    assert_eq!(names(&bed).await, ["Size", "Shop", "City"]);
    assert_eq!(bed.store.raise_field(bed.deed(mia), size.id).await.unwrap(), Ok(false), "it is the first");
    assert_eq!(bed.store.raise_field(bed.deed(mia), bed.seams.new_id()).await.unwrap(), Ok(false));
    let named = |name: &str| Field { name: name.to_owned(), ..city.clone() };
    assert_eq!(bed.store.change_field(bed.deed(mia), named("Town")).await.unwrap(), Ok(FieldKept::Kept));
    assert_eq!(bed.store.change_field(bed.deed(mia), named("shop")).await.unwrap(), Ok(FieldKept::NameTaken));
    let nowhere = field(&bed, "Else", FieldKind::Text);
    assert_eq!(bed.store.change_field(bed.deed(mia), nowhere).await.unwrap(), Ok(FieldKept::NotThere));
    for refused in [
        bed.store.add_field(bed.deed(ines), field(&bed, "Mine", FieldKind::Text)).await.unwrap().err(),
        bed.store.change_field(bed.deed(ines), named("Mine")).await.unwrap().err(),
        bed.store.raise_field(bed.deed(ines), city.id).await.unwrap().err(),
        bed.store.delete_field(bed.deed(ines), city.id).await.unwrap().err(),
    ] {
        assert_eq!(refused, Some(Refusal::NotAllowed));
    }
    assert!(bed.store.delete_field(bed.deed(mia), city.id).await.unwrap().unwrap().is_some());
    assert_eq!(bed.last_action().await.0, Action::FieldDeleted);
    assert_eq!(bed.store.delete_field(bed.deed(mia), city.id).await.unwrap(), Ok(None));
    assert_eq!(names(&bed).await, ["Size", "Shop"]);
}

async fn a_field_says_something_of_a_customer(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let [size, member] =
        [("Size", FieldKind::Text), ("Member", FieldKind::YesNo)].map(|(name, kind)| field(&bed, name, kind));
    for it in [&size, &member] {
        bed.store.add_field(bed.deed(mia), it.clone()).await.unwrap().unwrap();
    }
    let contact: ContactId = bed.value("select id from contacts").await.unwrap().parse().unwrap();
    let save = |fields: Vec<(FieldId, Option<&str>)>| {
        let fields = fields.into_iter().map(|(id, value)| (id, value.map(str::to_owned))).collect();
        let edit = ContactEdit { phone: "12 34".to_owned(), ..ContactEdit::default() };
        bed.store.save_known(contact, Known { edit, fields }, bed.seams.now())
    };
    assert!(save(vec![(size.id, Some("M")), (member.id, Some("yes"))]).await.unwrap());
    let said = || async {
        let known = bed.store.find_contact(contact, &Sight::EveryAccount).await.unwrap().unwrap();
        assert_eq!(known.phone.as_deref(), Some("12 34"));
        known.fields.into_iter().filter_map(|(field, value)| Some((field.name, value?))).collect::<Vec<_>>()
    };
    let told = [("Size", "M"), ("Member", "yes")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(said().await, told);
    let beside = bed.store.find_details(thread.conversation).await.unwrap().unwrap();
    assert_eq!(
        beside.fields,
        [("Size", "M"), ("Member", "Yes")].map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(bed.store.find_field(size.id).await.unwrap().unwrap().n_contacts, 1);
    assert!(save(vec![(size.id, Some("L")), (bed.seams.new_id(), Some("gone meanwhile"))]).await.unwrap());
    assert_eq!(said().await[0].1, "L");
    assert_eq!(said().await.len(), 2, "what is not named stays");
    assert!(save(vec![(member.id, None)]).await.unwrap());
    assert_eq!(said().await.len(), 1);
    bed.store.delete_field(bed.deed(mia), size.id).await.unwrap().unwrap();
    assert_eq!(said().await, []);
    let nobody = Known { edit: ContactEdit::default(), fields: Vec::new() };
    assert!(!bed.store.save_known(bed.seams.new_id(), nobody, bed.seams.now()).await.unwrap());
}

async fn there_are_no_more_than_so_many(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    for n in 0..FIELDS_MOST {
        let it = field(&bed, &format!("Field {n}"), FieldKind::Text);
        assert_eq!(bed.store.add_field(bed.deed(mia), it).await.unwrap(), Ok(FieldKept::Kept));
    }
    let one_more = field(&bed, "One more", FieldKind::Text);
    assert_eq!(bed.store.add_field(bed.deed(mia), one_more).await.unwrap(), Ok(FieldKept::TooMany));
}
