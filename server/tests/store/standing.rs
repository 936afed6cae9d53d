use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::audit::Action;
use model::desk::Step;
use model::live::Event;
use model::people::{PersonState, Refusal};
use model::person::{PersonId, Role};
use model::time::HOUR_S;
use server::store::audit::Subject;
use server::store::conversations::{NewStep, Standing, State, StepTaken, With};
use server::store::people::NewPassword;
use server::store::sessions::{Ending, SessionRow};

crate::on_both!(
    a_role_is_changed_and_noted,
    the_last_admin_stays_one,
    of_two_admins_who_act_on_one_another_one_stays,
    nobody_deactivates_themselves,
    whoever_is_deactivated_is_out_at_once,
    what_somebody_had_is_nobodys,
    nobody_is_given_a_conversation_while_they_are_deactivated,
    whoever_is_active_again_signs_in_anew,
    an_agent_changes_nobody,
    a_new_password_ends_every_other_session,
    one_ends_ones_own_sessions_only,
    it_is_noted_when_somebody_was_here,
    a_person_is_called_as_they_like,
);

async fn signed_in(bed: &Bed, person: PersonId, fingerprint: &str) {
    let now = bed.seams.now();
    let session = SessionRow {
        fingerprint: fingerprint.to_owned(),
        person: Some(person),
        data: "{}".to_owned(),
        user_agent: Some(format!("Firefox of {fingerprint}")),
        address: Some("192.0.2.7".to_owned()),
        now,
        expires_at: now.plus_s(HOUR_S),
    };
    assert!(bed.store.insert_session(session).await.unwrap());
}

async fn is_signed_in(bed: &Bed, fingerprint: &str) -> bool {
    bed.store.find_signed_in_with(fingerprint.to_owned(), bed.seams.now()).await.unwrap().is_some()
}

async fn give(bed: &Bed, thread: &Thread, by: PersonId, step: Step) -> StepTaken {
    let (line, notification, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    bed.store
        .take_step(NewStep { conversation: thread.conversation, step, by: by.into(), line, notification, now })
        .await
        .unwrap()
}

async fn told(bed: &Bed) -> Vec<(Event, Option<PersonId>)> {
    bed.store.number_changes().await.unwrap();
    let all = bed.store.changes_after(0, 100).await.unwrap();
    all.into_iter().map(|it| (it.event, it.person_id)).collect()
}

async fn a_role_is_changed_and_noted(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    for (role, action) in [(Role::Admin, Action::MadeAdmin), (Role::Agent, Action::MadeAgent)] {
        assert_eq!(bed.store.set_role(bed.change(mia, ines), role).await.unwrap(), Ok(()));
        assert_eq!(bed.stands(ines).await.role, role);
        assert_eq!(bed.last_action().await, (action, Some(mia), Some(Subject::Person(ines))));
    }
    let n_lines = bed.store.list_audit(None, 10).await.unwrap().len();
    assert_eq!(bed.store.set_role(bed.change(mia, ines), Role::Agent).await.unwrap(), Ok(()), "she is one already");
    assert_eq!(bed.store.list_audit(None, 10).await.unwrap().len(), n_lines);
    assert_eq!(told(&bed).await, [(Event::Resync, Some(ines)), (Event::Resync, Some(ines))], "her pages look again");
}

async fn the_last_admin_stays_one(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    assert_eq!(bed.store.set_role(bed.change(mia, mia), Role::Agent).await.unwrap(), Err(Refusal::LastAdmin));
    bed.store.set_role(bed.change(mia, ines), Role::Admin).await.unwrap().unwrap();
    bed.store.deactivate(bed.change(mia, ines)).await.unwrap().unwrap();
    let alone = bed.store.set_role(bed.change(mia, mia), Role::Agent).await.unwrap();
    assert_eq!(alone, Err(Refusal::LastAdmin), "one who cannot sign in does not count");
    bed.store.activate(bed.change(mia, ines)).await.unwrap().unwrap();
    assert_eq!(bed.store.set_role(bed.change(mia, mia), Role::Agent).await.unwrap(), Ok(()), "with another one there");
    assert_eq!(bed.stands(mia).await.role, Role::Agent);
}

async fn of_two_admins_who_act_on_one_another_one_stays(bed: Bed) {
    for (n, with_role) in [(0, true), (1, false), (2, true), (3, false)] {
        let [one, two] =
            [bed.somebody(&format!("one{n}"), Role::Admin).await, bed.somebody(&format!("two{n}"), Role::Admin).await];
        let tries = [(one, two), (two, one)].map(|(by, person)| {
            let (store, change) = (bed.store.clone(), bed.change(by, person));
            tokio::spawn(async move {
                if with_role {
                    store.set_role(change, Role::Agent).await.unwrap()
                } else {
                    store.deactivate(change).await.unwrap().map(drop)
                }
            })
        });
        let mut results = Vec::new();
        for one in tries {
            results.push(one.await.unwrap());
        }
        results.sort_by_key(Result::is_err);
        assert_eq!(results, [Ok(()), Err(Refusal::NotAllowed)], "the second is no admin any more");
        let stay = [bed.stands(one).await, bed.stands(two).await];
        let admins = stay.iter().filter(|it| it.role == Role::Admin && it.state == PersonState::Active);
        assert_eq!(admins.count(), 1);
        bed.execute("update people set state = 'deactivated'").await;
    }
}

async fn nobody_deactivates_themselves(bed: Bed) {
    let [mia, _] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Lena", Role::Admin).await];
    assert_eq!(bed.store.deactivate(bed.change(mia, mia)).await.unwrap(), Err(Refusal::Oneself));
    assert_eq!(bed.stands(mia).await.state, PersonState::Active);
}

async fn whoever_is_deactivated_is_out_at_once(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    for (person, fingerprint) in [(mia, "m"), (ines, "a"), (ines, "b")] {
        signed_in(&bed, person, fingerprint).await;
    }
    let mut ended = bed.store.deactivate(bed.change(mia, ines)).await.unwrap().unwrap();
    ended.sort();
    assert_eq!(ended, ["a", "b"]);
    assert_eq!(bed.last_action().await.0, Action::PersonDeactivated);
    assert_eq!(told(&bed).await, [(Event::Resync, Some(ines))], "her streams in every process look again");
    assert!(!is_signed_in(&bed, "a").await && !is_signed_in(&bed, "b").await && is_signed_in(&bed, "m").await);
    assert!(bed.store.find_credentials("ines@luna.example".to_owned()).await.unwrap().is_none());
    assert!(bed.store.find_sight(ines).await.unwrap().is_none());
    assert_eq!(bed.store.deactivate(bed.change(mia, ines)).await.unwrap(), Ok(Vec::new()), "again changes nothing");
}

async fn what_somebody_had_is_nobodys(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let [open, snoozed, closed, others] = [
        rows::thread(&bed.url, &bed.seams).await,
        rows::thread(&bed.url, &bed.seams).await,
        rows::thread(&bed.url, &bed.seams).await,
        rows::thread(&bed.url, &bed.seams).await,
    ];
    for (thread, to) in [(&open, ines), (&snoozed, ines), (&closed, ines), (&others, mia)] {
        give(&bed, thread, mia, Step::Assign { to: Some(to) }).await;
    }
    let until = bed.seams.now().plus_s(HOUR_S);
    give(&bed, &snoozed, mia, Step::Snooze { until }).await;
    give(&bed, &closed, mia, Step::Close).await;
    assert_eq!(bed.stands(ines).await.n_open, 1);
    bed.clock.advance_s(100);
    let n_told = told(&bed).await.len();
    bed.store.deactivate(bed.change(mia, ines)).await.unwrap().unwrap();
    let stands = |it: &Thread| bed.store.find_standing(it.conversation);
    let is = |state, person| Some(Standing { state, with: With::People(person) });
    assert_eq!(stands(&open).await.unwrap(), is(State::Open, None));
    assert_eq!(stands(&snoozed).await.unwrap(), is(State::SnoozedUntil(until), None));
    assert_eq!(stands(&closed).await.unwrap(), is(State::Closed, Some(ines)), "what is done stays as it was");
    assert_eq!(stands(&others).await.unwrap(), is(State::Open, Some(mia)));
    let told = told(&bed).await.split_off(n_told);
    for thread in [&open, &snoozed] {
        let id = thread.conversation;
        assert!(
            told.iter().any(|it| matches!(it.0, Event::Conversation { conversation_id, .. } if conversation_id == id))
        );
        assert!(told.iter().any(|it| matches!(it.0, Event::Message { conversation_id, .. } if conversation_id == id)));
        let (those, _) = bed.store.lines_before(id, (bed.seams.now().plus_s(9), thread.message), 9).await.unwrap();
        let last = those.last().unwrap();
        assert_eq!(last.author_name.as_deref(), Some("Mia"), "the thread says who did it");
    }
    assert_eq!(told.len(), 5, "two for each, and one for her own pages: {told:?}");
}

async fn nobody_is_given_a_conversation_while_they_are_deactivated(bed: Bed) {
    let mia = bed.somebody("Mia", Role::Admin).await;
    for n in 0..6 {
        let ines = bed.somebody(&format!("Ines{n}"), Role::Agent).await;
        let thread = rows::thread(&bed.url, &bed.seams).await;
        let (store, change) = (bed.store.clone(), bed.change(mia, ines));
        let deactivating = tokio::spawn(async move { store.deactivate(change).await.unwrap().unwrap() });
        let taken = give(&bed, &thread, mia, Step::Assign { to: Some(ines) }).await;
        deactivating.await.unwrap();
        assert!(matches!(taken, StepTaken::Done { .. } | StepTaken::OutOfTheirSight), "{taken:?}");
        let stands = bed.store.find_standing(thread.conversation).await.unwrap().unwrap();
        assert_eq!(stands.with, With::People(None), "whichever came first");
    }
}

async fn whoever_is_active_again_signs_in_anew(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    signed_in(&bed, ines, "a").await;
    bed.store.deactivate(bed.change(mia, ines)).await.unwrap().unwrap();
    assert_eq!(bed.store.activate(bed.change(mia, ines)).await.unwrap(), Ok(()));
    assert_eq!(bed.last_action().await.0, Action::PersonActivated);
    assert_eq!(bed.stands(ines).await.state, PersonState::Active);
    assert!(bed.store.find_credentials("ines@luna.example".to_owned()).await.unwrap().is_some());
    assert!(!is_signed_in(&bed, "a").await, "the old sessions stay ended");
}

async fn an_agent_changes_nobody(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    let (store, no) = (&bed.store, Refusal::NotAllowed);
    let n_lines = store.list_audit(None, 10).await.unwrap().len();
    for by in [ines, bed.seams.new_id()] {
        assert_eq!(store.set_role(bed.change(by, ines), Role::Admin).await.unwrap(), Err(no));
        assert_eq!(store.deactivate(bed.change(by, mia)).await.unwrap(), Err(no));
        assert_eq!(store.activate(bed.change(by, mia)).await.unwrap(), Err(no));
    }
    assert_eq!(store.list_audit(None, 10).await.unwrap().len(), n_lines);
    let nobody = store.set_role(bed.change(mia, bed.seams.new_id()), Role::Admin).await.unwrap();
    assert_eq!(nobody, Err(Refusal::NoSuchPerson));
}

async fn a_new_password_ends_every_other_session(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    for (person, fingerprint) in [(mia, "m"), (ines, "a"), (ines, "b"), (ines, "c")] {
        signed_in(&bed, person, fingerprint).await;
    }
    let was = bed.store.find_password_hash(ines).await.unwrap().unwrap();
    let new = |was: &str| NewPassword { was: was.to_owned(), hash: "$new".to_owned(), keep: "b".to_owned() };
    let mut ended = bed.store.change_password(bed.change(ines, ines), new(&was)).await.unwrap().unwrap();
    ended.sort();
    assert_eq!(ended, ["a", "c"]);
    assert!(is_signed_in(&bed, "b").await && is_signed_in(&bed, "m").await);
    assert_eq!(bed.store.find_password_hash(ines).await.unwrap().as_deref(), Some("$new"));
    assert_eq!(bed.last_action().await.0, Action::PasswordChanged);
    let late = bed.store.change_password(bed.change(ines, ines), new(&was)).await.unwrap();
    assert_eq!(late, None, "it is another one meanwhile");
}

async fn one_ends_ones_own_sessions_only(bed: Bed) {
    let [mia, ines] = [bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await];
    for (person, fingerprint) in [(mia, "m"), (ines, "a"), (ines, "b"), (ines, "c")] {
        signed_in(&bed, person, fingerprint).await;
        bed.clock.advance_s(1);
    }
    let listed = bed.store.list_sessions(ines, bed.seams.now(), 9).await.unwrap();
    assert_eq!(listed.iter().map(|it| it.fingerprint.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
    assert_eq!(listed[0].user_agent.as_deref(), Some("Firefox of c"));
    assert_eq!(listed[0].address.as_deref(), Some("192.0.2.7"));
    let end = |which| bed.store.end_sessions(bed.change(ines, ines), which);
    assert!(end(Ending::One("m".to_owned())).await.unwrap().is_empty(), "not hers");
    assert_eq!(end(Ending::One("a".to_owned())).await.unwrap(), ["a"]);
    assert_eq!(end(Ending::AllBut("c".to_owned())).await.unwrap(), ["b"]);
    assert_eq!(bed.last_action().await.0, Action::SessionsEnded);
    assert!(is_signed_in(&bed, "c").await && is_signed_in(&bed, "m").await);
    assert_eq!(told(&bed).await, [(Event::Resync, Some(ines)), (Event::Resync, Some(ines))]);
}

async fn it_is_noted_when_somebody_was_here(bed: Bed) {
    let ines = bed.somebody("Ines", Role::Agent).await;
    assert_eq!(bed.stands(ines).await.seen_at, None);
    let begun = bed.seams.now();
    signed_in(&bed, ines, "a").await;
    assert_eq!(bed.stands(ines).await.seen_at, Some(begun), "signing in is being here");
    bed.clock.advance_s(300);
    bed.store.note_seen("a".to_owned(), ines, bed.seams.now()).await.unwrap();
    bed.store.note_seen("a".to_owned(), ines, begun).await.unwrap();
    assert_eq!(bed.stands(ines).await.seen_at, Some(bed.seams.now()), "and it never goes back");
    let (_, times) = bed.store.find_signed_in_with("a".to_owned(), bed.seams.now()).await.unwrap().unwrap();
    assert_eq!((times.seen_at, times.expires_at), (bed.seams.now(), begun.plus_s(HOUR_S)));
    bed.store.delete_session("a".to_owned()).await.unwrap();
    assert_eq!(bed.stands(ines).await.seen_at, Some(bed.seams.now()), "after signing out too");
}

async fn a_person_is_called_as_they_like(bed: Bed) {
    let ines = bed.somebody("Ines", Role::Agent).await;
    bed.store.rename(bed.change(ines, ines), "Inês Carvalho".to_owned()).await.unwrap();
    assert_eq!(bed.store.find_signed_in(ines).await.unwrap().unwrap().me.name, "Inês Carvalho");
    assert_eq!(bed.last_action().await, (Action::PersonRenamed, Some(ines), Some(Subject::Person(ines))));
}
