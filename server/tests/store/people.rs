use crate::bed::Bed;
use model::audit::Action;
use model::media::MediaId;
use model::people::Refusal;
use model::person::{PersonId, Preferences, Role};
use model::time::DAY_S;
use server::store::audit::Subject;
use server::store::media::NewMedia;
use server::store::people::{Added, NewLink, SetUp};

crate::on_both!(
    a_person_signs_in_with_their_email,
    an_email_belongs_to_one_person,
    the_first_admin_is_made_once,
    a_set_up_link_runs_out,
    of_two_set_ups_at_once_one_wins,
    the_business_can_be_renamed,
    how_a_person_likes_to_work_is_kept,
    a_person_has_one_picture_and_the_one_before_goes,
    an_admin_takes_a_picture_away_and_gives_none,
);

async fn a_person_signs_in_with_their_email(bed: Bed) {
    assert!(!bed.store.anybody().await.unwrap());
    let mia = bed.person("Mia@Luna.example", "Mia Lindqvist");
    assert_eq!(bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap(), Added::Yes);
    assert!(bed.store.anybody().await.unwrap());
    let found = bed.store.find_credentials("mia@luna.example".to_owned()).await.unwrap().unwrap();
    assert_eq!((found.id, found.password_hash), (mia.id, Some(mia.password_hash)));
    assert!(bed.store.find_credentials("ines@luna.example".to_owned()).await.unwrap().is_none());
    let signed_in = bed.store.find_signed_in(mia.id).await.unwrap().unwrap();
    assert_eq!((signed_in.me.email.as_str(), signed_in.me.role), ("Mia@Luna.example", Role::Agent));
    assert!(bed.store.find_signed_in(bed.seams.new_id()).await.unwrap().is_none());
}

async fn an_email_belongs_to_one_person(bed: Bed) {
    bed.store.insert_person(bed.person("mia@luna.example", "Mia"), bed.audit()).await.unwrap();
    let again = bed.store.insert_person(bed.person("MIA@luna.example", "Mia too"), bed.audit()).await.unwrap();
    assert_eq!(again, Added::EmailTaken);
    assert_eq!(bed.store.list_audit(None, 10).await.unwrap().len(), 1, "what was not done is not in the log");
}

fn link(bed: &Bed, fingerprint: &str) -> NewLink {
    let now = bed.seams.now();
    NewLink { fingerprint: fingerprint.to_owned(), created_at: now, expires_at: now.plus_s(DAY_S) }
}

fn set_up(bed: &Bed, fingerprint: &str, email: &str) -> SetUp {
    SetUp {
        link_fingerprint: fingerprint.to_owned(),
        business: "Luna Ceramics".to_owned(),
        admin: bed.person(email, "Mia Lindqvist"),
        audit_id: bed.seams.new_id(),
        address: None,
    }
}

async fn the_first_admin_is_made_once(bed: Bed) {
    let store = &bed.store;
    assert!(store.insert_set_up_link(link(&bed, "first")).await.unwrap());
    assert!(store.insert_set_up_link(link(&bed, "second")).await.unwrap());
    assert!(!store.set_up(set_up(&bed, "made-up", "mia@luna.example")).await.unwrap());
    assert!(store.set_up_link_is_good("first".to_owned(), bed.seams.now()).await.unwrap(), "nothing was changed");
    assert!(store.set_up(set_up(&bed, "first", "mia@luna.example")).await.unwrap());
    assert_eq!(store.business().await.unwrap().as_deref(), Some("Luna Ceramics"));
    assert_eq!(store.list_audit(None, 10).await.unwrap()[0].action, Action::SetUp);
    for used in ["first", "second"] {
        assert!(!store.set_up_link_is_good(used.to_owned(), bed.seams.now()).await.unwrap());
        assert!(!store.set_up(set_up(&bed, used, "eve@luna.example")).await.unwrap());
    }
    assert!(!store.insert_set_up_link(link(&bed, "third")).await.unwrap(), "no link once somebody can sign in");
}

async fn a_set_up_link_runs_out(bed: Bed) {
    bed.store.insert_set_up_link(link(&bed, "first")).await.unwrap();
    bed.clock.advance_s(DAY_S);
    assert!(!bed.store.set_up_link_is_good("first".to_owned(), bed.seams.now()).await.unwrap());
    assert!(!bed.store.set_up(set_up(&bed, "first", "mia@luna.example")).await.unwrap());
    assert!(!bed.store.anybody().await.unwrap());
}

async fn of_two_set_ups_at_once_one_wins(bed: Bed) {
    bed.store.insert_set_up_link(link(&bed, "first")).await.unwrap();
    bed.store.insert_set_up_link(link(&bed, "second")).await.unwrap();
    let tries: Vec<_> = ["first", "second", "first", "second"]
        .into_iter()
        .enumerate()
        .map(|(n, used)| {
            let (store, it) = (bed.store.clone(), set_up(&bed, used, &format!("{n}@luna.example")));
            tokio::spawn(async move { store.set_up(it).await.unwrap() })
        })
        .collect();
    let mut n_won = 0;
    for one in tries {
        n_won += u32::from(one.await.unwrap());
    }
    assert_eq!(n_won, 1);
}

async fn the_business_can_be_renamed(bed: Bed) {
    assert_eq!(bed.store.business().await.unwrap(), None);
    for name in ["Luna", "Luna Ceramics"] {
        bed.store.set_business(name.to_owned(), bed.seams.now()).await.unwrap();
    }
    assert_eq!(bed.store.business().await.unwrap().as_deref(), Some("Luna Ceramics"));
}

async fn how_a_person_likes_to_work_is_kept(bed: Bed) {
    let [mia, ines] = [("mia@luna.example", "Mia"), ("ines@luna.example", "Ines")].map(|it| bed.person(it.0, it.1));
    for person in [&mia, &ines] {
        bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    }
    let wanted = Preferences { undo_s: 0, enter_sends: false, ..Preferences::default() };
    bed.store.save_preferences(mia.id, wanted.clone(), bed.seams.now()).await.unwrap();
    let of = |id| bed.store.find_signed_in(id);
    assert_eq!(of(mia.id).await.unwrap().unwrap().me.preferences, wanted);
    assert_eq!(of(ines.id).await.unwrap().unwrap().me.preferences, Preferences::default(), "hers alone");
}

fn picture(bed: &Bed, of: PersonId) -> NewMedia {
    let id: MediaId = bed.seams.new_id();
    NewMedia {
        id,
        account_id: None,
        store_key: format!("ab/{id}"),
        name: None,
        content_type: "image/jpeg".to_owned(),
        size: 9_000,
        width: Some(256),
        height: Some(256),
        duration_ms: None,
        blur: None,
        created_by: Some(of),
        created_at: bed.seams.now(),
    }
}

async fn a_person_has_one_picture_and_the_one_before_goes(bed: Bed) {
    let (ines, noah) = (bed.somebody("Ines", Role::Agent).await, bed.somebody("Noah", Role::Agent).await);
    let set = |picture| bed.store.set_picture(bed.change(ines, ines), picture);
    assert_eq!(set(None).await.unwrap(), Ok(()), "there was none");
    assert_ne!(bed.last_action().await.0, Action::PictureRemoved);
    let (first, second) = (picture(&bed, ines), picture(&bed, ines));
    assert_eq!(set(Some(first.clone())).await.unwrap(), Ok(()));
    assert_eq!(bed.last_action().await, (Action::PictureChanged, Some(ines), Some(Subject::Person(ines))));
    assert_eq!(bed.store.list_faces().await.unwrap(), [(ines, first.id)]);
    let seen = |id| bed.store.media_for_person(id, noah, Role::Agent);
    assert!(seen(first.id).await.unwrap().is_some(), "every colleague sees it, whatever their teams");
    bed.clock.advance_s(3 * DAY_S);
    let unused = bed.store.list_unused_uploads(bed.seams.now(), 10).await.unwrap();
    assert_eq!(unused, [], "the sweeper knows that it is in use");
    assert_eq!(set(Some(second.clone())).await.unwrap(), Ok(()));
    assert_eq!(bed.store.list_faces().await.unwrap(), [(ines, second.id)]);
    assert!(seen(first.id).await.unwrap().is_none());
    let marked = bed.store.list_marked_media(None, 10).await.unwrap();
    assert_eq!(marked.iter().map(|it| it.id).collect::<Vec<_>>(), [first.id]);
    assert_eq!(set(None).await.unwrap(), Ok(()));
    assert_eq!(bed.store.list_faces().await.unwrap(), []);
    assert_eq!(bed.last_action().await.0, Action::PictureRemoved);
    assert_eq!(bed.store.list_marked_media(None, 10).await.unwrap().len(), 2);
}

async fn an_admin_takes_a_picture_away_and_gives_none(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (ines, noah) = (bed.somebody("Ines", Role::Agent).await, bed.somebody("Noah", Role::Agent).await);
    let of_ines = picture(&bed, ines);
    bed.store.set_picture(bed.change(ines, ines), Some(of_ines.clone())).await.unwrap().unwrap();
    let set = |by, of, picture| bed.store.set_picture(bed.change(by, of), picture);
    assert_eq!(set(mia, ines, Some(picture(&bed, mia))).await.unwrap(), Err(Refusal::NotAllowed));
    assert_eq!(set(noah, ines, None).await.unwrap(), Err(Refusal::NotAllowed));
    assert_eq!(set(mia, bed.seams.new_id(), None).await.unwrap(), Err(Refusal::NoSuchPerson));
    assert_eq!(bed.store.list_faces().await.unwrap(), [(ines, of_ines.id)]);
    assert_eq!(set(mia, ines, None).await.unwrap(), Ok(()));
    assert_eq!(bed.last_action().await, (Action::PictureRemoved, Some(mia), Some(Subject::Person(ines))));
    assert_eq!(bed.store.list_faces().await.unwrap(), []);
}
