use crate::bed::Bed;
use model::audit::Action;
use model::id::Id as _;
use model::people::{PersonState, Refusal};
use model::person::{PersonId, Role};
use model::time::DAY_S;
use server::store::audit::Subject;
use server::store::invites::{Invited, Joining};
use server::store::people::{Added, NewLink};

crate::on_both!(
    an_invited_person_comes_in_with_their_link,
    a_newer_link_ends_the_one_before,
    an_invitation_runs_out,
    only_an_admin_invites,
    nobody_is_invited_under_an_email_that_is_taken,
    of_two_who_use_a_link_at_once_one_comes_in,
    a_withdrawn_invitation_is_worthless,
);

fn link(bed: &Bed, fingerprint: &str) -> NewLink {
    let now = bed.seams.now();
    NewLink { fingerprint: fingerprint.to_owned(), created_at: now, expires_at: now.plus_s(7 * DAY_S) }
}

fn hana(role: Role) -> Invited {
    let email = "Hana@Luna.example".to_owned();
    Invited { email_folded: email.to_lowercase(), email, name: "Hana".to_owned(), role }
}

fn joining(bed: &Bed, fingerprint: &str) -> Joining {
    bed.clock.advance_s(1);
    Joining {
        fingerprint: fingerprint.to_owned(),
        name: "Hana Sato".to_owned(),
        password_hash: "$argon2id$hers".to_owned(),
        now: bed.seams.now(),
        audit_id: bed.seams.new_id(),
        address: None,
    }
}

async fn invited(bed: &Bed, by: PersonId, fingerprint: &str) -> PersonId {
    let change = bed.change(by, bed.seams.new_id());
    let person = change.person;
    let done = bed.store.invite(change, hana(Role::Agent), link(bed, fingerprint)).await.unwrap();
    assert_eq!(done, Ok(Added::Yes));
    person
}

async fn an_invited_person_comes_in_with_their_link(bed: Bed) {
    bed.store.set_business("Luna Ceramics".to_owned(), bed.seams.now()).await.unwrap();
    let mia = bed.somebody("Mia", Role::Admin).await;
    let hana = invited(&bed, mia, "first").await;
    assert_eq!(bed.last_action().await, (Action::PersonInvited, Some(mia), Some(Subject::Person(hana))),);
    let listed = bed.stands(hana).await;
    assert_eq!((listed.state, listed.role), (PersonState::Invited, Role::Agent));
    assert_eq!(listed.link_until, Some(bed.seams.now().plus_s(7 * DAY_S)));
    assert!(bed.store.find_credentials("hana@luna.example".to_owned()).await.unwrap().is_none(), "not yet");
    let shown = bed.store.find_invite("first".to_owned(), bed.seams.now()).await.unwrap().unwrap();
    assert_eq!((shown.business.as_str(), shown.invited_by.as_deref()), ("Luna Ceramics", Some("Mia")));
    assert_eq!((shown.name.as_str(), shown.email.as_str()), ("Hana", "Hana@Luna.example"));
    assert_eq!(bed.store.accept_invite(joining(&bed, "made-up")).await.unwrap(), None);
    assert_eq!(bed.store.accept_invite(joining(&bed, "first")).await.unwrap(), Some(hana));
    assert_eq!(bed.last_action().await, (Action::PersonJoined, Some(hana), None));
    let known = bed.store.find_credentials("hana@luna.example".to_owned()).await.unwrap().unwrap();
    assert_eq!((known.id, known.password_hash.as_deref()), (hana, Some("$argon2id$hers")));
    assert_eq!(bed.stands(hana).await.name, "Hana Sato", "as she calls herself");
    assert_eq!(bed.store.accept_invite(joining(&bed, "first")).await.unwrap(), None, "once");
    assert!(bed.store.find_invite("first".to_owned(), bed.seams.now()).await.unwrap().is_none());
}

async fn a_newer_link_ends_the_one_before(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let hana = invited(&bed, mia, "first").await;
    let again = bed.store.renew_invite(bed.change(mia, hana), link(&bed, "second")).await.unwrap();
    assert_eq!(again, Ok(()));
    assert_eq!(bed.last_action().await.0, Action::PersonInvitedAgain);
    assert!(bed.store.find_invite("first".to_owned(), bed.seams.now()).await.unwrap().is_none());
    assert_eq!(bed.store.accept_invite(joining(&bed, "first")).await.unwrap(), None);
    assert_eq!(bed.store.accept_invite(joining(&bed, "second")).await.unwrap(), Some(hana));
    let late = bed.store.renew_invite(bed.change(mia, hana), link(&bed, "third")).await.unwrap();
    assert_eq!(late, Err(Refusal::ChangedMeanwhile), "she is there already");
    let nobody = bed.store.renew_invite(bed.change(mia, bed.seams.new_id()), link(&bed, "fourth")).await.unwrap();
    assert_eq!(nobody, Err(Refusal::NoSuchPerson));
}

async fn an_invitation_runs_out(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    invited(&bed, mia, "first").await;
    bed.clock.advance_s(7 * DAY_S);
    assert!(bed.store.find_invite("first".to_owned(), bed.seams.now()).await.unwrap().is_none());
    assert_eq!(bed.store.accept_invite(joining(&bed, "first")).await.unwrap(), None);
}

async fn only_an_admin_invites(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let ines = bed.somebody("Ines", Role::Agent).await;
    let change = bed.change(ines, bed.seams.new_id());
    let refused = bed.store.invite(change, hana(Role::Admin), link(&bed, "first")).await.unwrap();
    assert_eq!(refused, Err(Refusal::NotAllowed));
    let person = invited(&bed, mia, "second").await;
    let refused = bed.store.renew_invite(bed.change(ines, person), link(&bed, "third")).await.unwrap();
    assert_eq!(refused, Err(Refusal::NotAllowed));
    assert!(bed.store.find_invite("second".to_owned(), bed.seams.now()).await.unwrap().is_some());
}

async fn nobody_is_invited_under_an_email_that_is_taken(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    invited(&bed, mia, "first").await;
    let change = bed.change(mia, PersonId::compose(1, [1; 10]));
    let taken = bed.store.invite(change, hana(Role::Admin), link(&bed, "second")).await.unwrap();
    assert_eq!(taken, Ok(Added::EmailTaken));
    assert!(bed.store.find_invite("second".to_owned(), bed.seams.now()).await.unwrap().is_none());
    assert_eq!(bed.store.list_people(9).await.unwrap().len(), 2);
}

async fn of_two_who_use_a_link_at_once_one_comes_in(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    invited(&bed, mia, "first").await;
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (store, it) = (bed.store.clone(), joining(&bed, "first"));
            tokio::spawn(async move { store.accept_invite(it).await.unwrap() })
        })
        .collect();
    let mut n_in = 0;
    for one in tries {
        n_in += u32::from(one.await.unwrap().is_some());
    }
    assert_eq!(n_in, 1);
}

async fn a_withdrawn_invitation_is_worthless(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    let hana = invited(&bed, mia, "first").await;
    assert_eq!(bed.store.deactivate(bed.change(mia, hana)).await.unwrap(), Ok(Vec::new()));
    assert_eq!(bed.store.accept_invite(joining(&bed, "first")).await.unwrap(), None);
    assert_eq!(bed.store.activate(bed.change(mia, hana)).await.unwrap(), Ok(()));
    assert_eq!(bed.stands(hana).await.state, PersonState::Invited, "she never chose a password");
    assert_eq!(bed.store.accept_invite(joining(&bed, "first")).await.unwrap(), None);
    assert_eq!(bed.store.renew_invite(bed.change(mia, hana), link(&bed, "second")).await.unwrap(), Ok(()));
    assert_eq!(bed.store.accept_invite(joining(&bed, "second")).await.unwrap(), Some(hana));
}
