use crate::bed::Bed;
use model::person::{PersonId, Role};
use server::store::people::NewPerson;
use server::store::sight::Sight;

crate::on_both!(an_agent_sees_what_is_for_everybody_and_for_their_teams, who_cannot_sign_in_sees_nothing);

async fn an_agent_sees_what_is_for_everybody_and_for_their_teams(bed: Bed) {
    let [open, sales, service] = [bed.an_account("1").await, bed.an_account("2").await, bed.an_account("3").await];
    let mia = NewPerson { role: Role::Admin, ..bed.person("mia@luna.example", "Mia") };
    let [ines, noah] = [bed.person("ines@luna.example", "Ines"), bed.person("noah@luna.example", "Noah")];
    for person in [&mia, &ines, &noah] {
        bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    }
    bed.team("sales", &[sales], &[ines.id]).await;
    bed.team("service", &[sales, service], &[]).await;
    let sees = async |person: PersonId| {
        let sight = bed.store.find_sight(person).await.unwrap().unwrap();
        [open, sales, service].map(|it| sight.includes(it))
    };
    assert_eq!(sees(mia.id).await, [true, true, true]);
    assert_eq!(sees(ines.id).await, [true, true, false]);
    assert_eq!(sees(noah.id).await, [true, false, false]);
    let unknown = bed.seams.new_id();
    assert_eq!(bed.store.find_sight(mia.id).await.unwrap(), Some(Sight::EveryAccount));
    assert!(!bed.store.find_sight(noah.id).await.unwrap().unwrap().includes(unknown));
}

async fn who_cannot_sign_in_sees_nothing(bed: Bed) {
    let ines = bed.person("ines@luna.example", "Ines");
    assert_eq!(bed.store.find_sight(ines.id).await.unwrap(), None);
    bed.store.insert_person(ines.clone(), bed.audit()).await.unwrap();
    assert!(bed.store.find_sight(ines.id).await.unwrap().is_some());
    bed.execute("update people set state = 'deactivated'").await;
    assert_eq!(bed.store.find_sight(ines.id).await.unwrap(), None);
}
