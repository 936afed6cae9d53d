use crate::bed::Bed;
use model::person::PersonId;
use model::time::HOUR_S;
use server::store::people::SessionTimes;
use server::store::sessions::SessionRow;

crate::on_both!(
    a_session_is_kept_until_it_runs_out,
    a_session_can_be_ended,
    saving_replaces_what_it_held,
    a_taken_id_is_told,
    a_session_says_who_is_signed_in,
    old_sessions_are_purged,
);

fn session(bed: &Bed, fingerprint: &str, person: Option<PersonId>) -> SessionRow {
    let now = bed.seams.now();
    SessionRow {
        fingerprint: fingerprint.to_owned(),
        person,
        data: "{\"page\":\"/inbox\"}".to_owned(),
        user_agent: Some("Firefox".to_owned()),
        address: Some("192.0.2.1".to_owned()),
        now,
        expires_at: now.plus_s(HOUR_S),
    }
}

async fn data(bed: &Bed, fingerprint: &str) -> Option<String> {
    bed.store.find_session(fingerprint.to_owned(), bed.seams.now()).await.unwrap().map(|it| it.data)
}

async fn a_session_is_kept_until_it_runs_out(bed: Bed) {
    assert!(bed.store.insert_session(session(&bed, "a", None)).await.unwrap());
    bed.clock.advance_s(HOUR_S - 1);
    assert_eq!(data(&bed, "a").await.as_deref(), Some("{\"page\":\"/inbox\"}"));
    bed.clock.advance_s(1);
    assert_eq!(data(&bed, "a").await, None);
}

async fn a_session_can_be_ended(bed: Bed) {
    bed.store.insert_session(session(&bed, "a", None)).await.unwrap();
    bed.store.insert_session(session(&bed, "b", None)).await.unwrap();
    bed.store.delete_session("a".to_owned()).await.unwrap();
    assert_eq!(data(&bed, "a").await, None);
    assert!(data(&bed, "b").await.is_some(), "others stay");
    bed.store.delete_session("a".to_owned()).await.unwrap();
}

async fn saving_replaces_what_it_held(bed: Bed) {
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    bed.store.save_session(session(&bed, "a", None)).await.unwrap();
    bed.clock.advance_s(HOUR_S / 2);
    let later = SessionRow { data: "{}".to_owned(), ..session(&bed, "a", Some(mia.id)) };
    bed.store.save_session(later).await.unwrap();
    bed.clock.advance_s(HOUR_S - 1);
    assert_eq!(data(&bed, "a").await.as_deref(), Some("{}"), "and it runs from then on");
}

async fn a_taken_id_is_told(bed: Bed) {
    assert!(bed.store.insert_session(session(&bed, "a", None)).await.unwrap());
    assert!(!bed.store.insert_session(session(&bed, "a", None)).await.unwrap());
}

async fn old_sessions_are_purged(bed: Bed) {
    bed.store.insert_session(session(&bed, "old", None)).await.unwrap();
    bed.clock.advance_s(HOUR_S);
    bed.store.insert_session(session(&bed, "new", None)).await.unwrap();
    assert_eq!(bed.store.purge_sessions(bed.seams.now()).await.unwrap(), 1);
    assert_eq!(bed.store.purge_sessions(bed.seams.now()).await.unwrap(), 0);
    assert!(data(&bed, "new").await.is_some());
}

async fn a_session_says_who_is_signed_in(bed: Bed) {
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    bed.store.insert_session(session(&bed, "nobody", None)).await.unwrap();
    bed.store.insert_session(session(&bed, "a", Some(mia.id))).await.unwrap();
    let begun_at = bed.seams.now();
    let with = |fingerprint: &str| bed.store.find_signed_in_with(fingerprint.to_owned(), bed.seams.now());
    bed.clock.advance_s(HOUR_S - 1);
    let (found, times) = with("a").await.unwrap().unwrap();
    assert_eq!(Some(found), bed.store.find_signed_in(mia.id).await.unwrap());
    assert_eq!(times, SessionTimes { seen_at: begun_at, expires_at: begun_at.plus_s(HOUR_S) });
    assert_eq!((with("nobody").await.unwrap(), with("b").await.unwrap()), (None, None));
    bed.execute("update people set state = 'deactivated'").await;
    assert_eq!(with("a").await.unwrap(), None);
    bed.execute("update people set state = 'active'").await;
    bed.clock.advance_s(1);
    assert_eq!(with("a").await.unwrap(), None, "it is over");
}
