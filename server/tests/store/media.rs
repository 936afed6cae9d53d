use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::content::AttachmentKind;
use model::ids::AccountId;
use model::live::Event;
use model::media::MediaId;
use model::person::{PersonId, Role};
use model::time::{MINUTE_S, Timestamp};
use server::store::media::{Ending, MarkedMedia, NewMedia, ToFetch};

crate::on_both!(
    a_waiting_file_is_claimed_by_one,
    a_claim_runs_out,
    the_oldest_are_claimed_first_and_no_more_than_wanted,
    of_many_claims_at_once_each_gets_others,
    a_file_that_is_put_off_comes_again_when_it_is_due,
    a_stored_file_is_pointed_at,
    a_file_is_stored_once,
    an_ended_attachment_waits_no_more,
    a_deleted_message_takes_no_file,
    a_person_sees_what_belongs_to_their_accounts,
    a_deleted_file_is_seen_by_nobody,
    what_becomes_of_a_file_is_told_once,
    marked_files_are_listed_in_their_order_and_forgotten,
    a_marked_file_that_a_message_still_shows_stays,
    a_stray_has_no_row_and_is_younger_than_the_oldest_row,
);

fn sources(n: usize) -> Vec<String> {
    (0..n).map(|it| format!("https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id={it}")).collect()
}

async fn waiting(bed: &Bed, n: usize) -> Thread {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    thread.attach(&bed.url, &bed.seams, "image", &sources(n)).await;
    thread
}

async fn claim(bed: &Bed, limit: u32) -> Vec<ToFetch> {
    let now = bed.seams.now();
    let mut claimed = bed.store.claim_attachments(now, now.plus_s(MINUTE_S), limit).await.unwrap();
    claimed.sort_by_key(|it| it.position);
    claimed
}

async fn next(bed: &Bed) -> Option<Timestamp> {
    bed.store.find_next_fetch(bed.seams.now()).await.unwrap()
}

fn file(bed: &Bed, account_id: Option<AccountId>) -> NewMedia {
    let id: MediaId = bed.seams.new_id();
    NewMedia {
        id,
        account_id,
        store_key: format!("ab/{id}"),
        name: Some("mug.png".to_owned()),
        content_type: "image/png".to_owned(),
        size: 4_000_000_000,
        width: Some(1080),
        height: Some(1350),
        duration_ms: None,
        blur: Some("data:image/png;base64,".to_owned()),
        created_by: None,
        created_at: bed.seams.now(),
    }
}

async fn attachment(bed: &Bed, thread: &Thread, column: &str) -> Option<String> {
    let query = format!(
        "select cast({column} as text) from attachments where message_id = '{}' and position = 0",
        thread.message
    );
    bed.value(&query).await
}

async fn a_waiting_file_is_claimed_by_one(bed: Bed) {
    let thread = waiting(&bed, 1).await;
    let expected = ToFetch {
        message_id: thread.message,
        position: 0,
        kind: AttachmentKind::Image,
        source_url: Some(sources(1).remove(0)),
        title: None,
        account_id: thread.account,
        conversation_id: thread.conversation,
        attempts: 1,
    };
    assert_eq!(next(&bed).await, Some(bed.seams.now()));
    assert_eq!(claim(&bed, 4).await, [expected]);
    assert_eq!(claim(&bed, 4).await, []);
    assert_eq!(next(&bed).await, None);
}

async fn a_claim_runs_out(bed: Bed) {
    waiting(&bed, 1).await;
    assert_eq!(claim(&bed, 4).await[0].attempts, 1);
    bed.clock.advance_s(MINUTE_S - 1);
    assert_eq!(claim(&bed, 4).await, []);
    bed.clock.advance_s(1);
    assert!(next(&bed).await.is_some());
    assert_eq!(claim(&bed, 4).await[0].attempts, 2);
}

async fn the_oldest_are_claimed_first_and_no_more_than_wanted(bed: Bed) {
    let first = waiting(&bed, 2).await;
    bed.clock.advance_s(1);
    let second = waiting(&bed, 2).await;
    let claimed = claim(&bed, 3).await;
    assert_eq!(claimed.iter().filter(|it| it.message_id == first.message).count(), 2);
    assert_eq!(claim(&bed, 3).await.iter().map(|it| it.message_id).collect::<Vec<_>>(), [second.message]);
}

async fn of_many_claims_at_once_each_gets_others(bed: Bed) {
    waiting(&bed, 40).await;
    let now = bed.seams.now();
    let claims: Vec<_> = (0..20)
        .map(|_| {
            let store = bed.store.clone();
            tokio::spawn(async move { store.claim_attachments(now, now.plus_s(MINUTE_S), 4).await.unwrap() })
        })
        .collect();
    let mut positions = Vec::new();
    for one in claims {
        positions.extend(one.await.unwrap().into_iter().map(|it| it.position));
    }
    // What lost a race comes with the next claim.
    loop {
        let more = claim(&bed, 4).await;
        if more.is_empty() {
            break;
        }
        positions.extend(more.into_iter().map(|it| it.position));
    }
    positions.sort_unstable();
    assert_eq!(positions, (0..40).collect::<Vec<_>>());
}

async fn a_file_that_is_put_off_comes_again_when_it_is_due(bed: Bed) {
    let thread = waiting(&bed, 1).await;
    claim(&bed, 1).await;
    let due = bed.seams.now().plus_s(10);
    bed.store.attachment_retry(thread.message, 0, due, "http_503".to_owned()).await.unwrap();
    assert_eq!(attachment(&bed, &thread, "reason").await.as_deref(), Some("http_503"));
    assert_eq!((next(&bed).await, claim(&bed, 1).await), (Some(due), vec![]));
    bed.clock.advance_s(10);
    assert_eq!(claim(&bed, 1).await[0].attempts, 2);
}

async fn a_stored_file_is_pointed_at(bed: Bed) {
    let thread = waiting(&bed, 1).await;
    let media = file(&bed, Some(thread.account));
    bed.clock.advance_s(1);
    assert!(bed.store.attachment_stored(thread.message, 0, media.clone()).await.unwrap());
    assert_eq!(attachment(&bed, &thread, "state").await.as_deref(), Some("stored"));
    assert_eq!(attachment(&bed, &thread, "media_id").await, Some(media.id.to_string()));
    let found = bed.store.media_by_id(media.id).await.unwrap().unwrap();
    assert_eq!((found.id, found.store_key, found.size), (media.id, media.store_key, 4_000_000_000));
    assert_eq!((found.name, found.content_type), (media.name, media.content_type));
    bed.clock.advance_s(MINUTE_S);
    assert_eq!((claim(&bed, 1).await, next(&bed).await), (vec![], None));
}

async fn a_file_is_stored_once(bed: Bed) {
    let thread = waiting(&bed, 1).await;
    let (first, second) = (file(&bed, Some(thread.account)), file(&bed, Some(thread.account)));
    assert!(bed.store.attachment_stored(thread.message, 0, first.clone()).await.unwrap());
    assert!(!bed.store.attachment_stored(thread.message, 0, second.clone()).await.unwrap());
    assert!(!bed.store.attachment_stored(thread.message, 7, second.clone()).await.unwrap(), "no such attachment");
    assert!(bed.store.media_by_id(first.id).await.unwrap().is_some());
    assert!(bed.store.media_by_id(second.id).await.unwrap().is_none(), "nothing was changed");
}

async fn an_ended_attachment_waits_no_more(bed: Bed) {
    for ending in [Ending::Link, Ending::Gone, Ending::Refused, Ending::Failed] {
        let thread = waiting(&bed, 1).await;
        claim(&bed, 1).await;
        let now = bed.seams.now();
        bed.store.attachment_ended(thread.message, 0, ending, "http_404".to_owned(), now).await.unwrap();
        assert_eq!(attachment(&bed, &thread, "state").await.as_deref(), Some(ending.word()));
        assert_eq!(attachment(&bed, &thread, "reason").await.as_deref(), Some("http_404"));
        // Whoever comes late changes nothing.
        assert!(!bed.store.attachment_stored(thread.message, 0, file(&bed, Some(thread.account))).await.unwrap());
        bed.store.attachment_retry(thread.message, 0, now, "late".to_owned()).await.unwrap();
        bed.store.attachment_ended(thread.message, 0, Ending::Failed, "late".to_owned(), now).await.unwrap();
        assert_eq!(attachment(&bed, &thread, "state").await.as_deref(), Some(ending.word()));
        assert_eq!(next(&bed).await, None);
    }
}

async fn a_deleted_message_takes_no_file(bed: Bed) {
    let unsent = waiting(&bed, 1).await;
    bed.execute(&format!("update messages set state = 'deleted' where id = '{}'", unsent.message)).await;
    assert_eq!((claim(&bed, 1).await, next(&bed).await), (vec![], None));
    let gone = waiting(&bed, 1).await;
    claim(&bed, 1).await;
    bed.execute(&format!("delete from messages where id = '{}'", gone.message)).await;
    for thread in [unsent, gone] {
        let media = file(&bed, Some(thread.account));
        assert!(!bed.store.attachment_stored(thread.message, 0, media.clone()).await.unwrap());
        assert!(bed.store.media_by_id(media.id).await.unwrap().is_none());
        let now = bed.seams.now();
        bed.store.attachment_ended(thread.message, 0, Ending::Gone, "http_404".to_owned(), now).await.unwrap();
    }
}

async fn person(bed: &Bed, email: &str) -> PersonId {
    let person = bed.person(email, "Somebody");
    bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    person.id
}

async fn a_person_sees_what_belongs_to_their_accounts(bed: Bed) {
    let (ines, noah) = (person(&bed, "ines@luna.example").await, person(&bed, "noah@luna.example").await);
    let (open, closed) = (waiting(&bed, 1).await, waiting(&bed, 1).await);
    closed.give_to_team(&bed.url, &bed.seams, &[ines]).await;
    let (of_open, of_closed, of_nobody) =
        (file(&bed, Some(open.account)), file(&bed, Some(closed.account)), file(&bed, None));
    assert!(bed.store.attachment_stored(open.message, 0, of_open.clone()).await.unwrap());
    assert!(bed.store.attachment_stored(closed.message, 0, of_closed.clone()).await.unwrap());
    // A picture of one of us; which message it hangs on does not matter here.
    closed.attach_more(&bed).await;
    assert!(bed.store.attachment_stored(closed.message, 1, of_nobody.clone()).await.unwrap());
    for (media, person, role, sees) in [
        (&of_open, ines, Role::Agent, true),
        (&of_open, noah, Role::Agent, true),
        (&of_closed, ines, Role::Agent, true),
        (&of_closed, noah, Role::Agent, false),
        (&of_closed, noah, Role::Admin, true),
        (&of_nobody, noah, Role::Agent, true),
    ] {
        let found = bed.store.media_for_person(media.id, person, role).await.unwrap();
        assert_eq!(found.is_some(), sees, "{:?} {person} {role:?}", media.account_id);
    }
    assert!(bed.store.media_for_person(bed.seams.new_id(), ines, Role::Admin).await.unwrap().is_none());
}

impl Thread {
    async fn attach_more(&self, bed: &Bed) {
        let (message, now) = (self.message, bed.seams.now().0);
        let statement = format!(
            "insert into attachments (message_id, position, kind, state, fetch_at)
             values ('{message}', 1, 'image', 'waiting', {now})"
        );
        bed.execute(&statement).await;
    }
}

async fn a_deleted_file_is_seen_by_nobody(bed: Bed) {
    let thread = waiting(&bed, 1).await;
    let media = file(&bed, Some(thread.account));
    assert!(bed.store.attachment_stored(thread.message, 0, media.clone()).await.unwrap());
    bed.execute(&format!("update media set deleted_at = 1 where id = '{}'", media.id)).await;
    assert!(bed.store.media_by_id(media.id).await.unwrap().is_none());
    assert!(bed.store.media_for_person(media.id, bed.seams.new_id(), Role::Admin).await.unwrap().is_none());
}

/// The events in the feed, in order.
async fn told(bed: &Bed) -> Vec<Event> {
    while bed.store.number_changes().await.unwrap() > 0 {}
    bed.store.changes_after(0, 1000).await.unwrap().into_iter().map(|it| it.event).collect()
}

async fn what_becomes_of_a_file_is_told_once(bed: Bed) {
    let thread = waiting(&bed, 3).await;
    let of = |revision| Event::Message { conversation_id: thread.conversation, message_id: thread.message, revision };
    let now = bed.seams.now();
    let gone =
        |position| bed.store.attachment_ended(thread.message, position, Ending::Gone, "http_404".to_owned(), now);
    assert!(bed.store.attachment_stored(thread.message, 0, file(&bed, Some(thread.account))).await.unwrap());
    assert_eq!(told(&bed).await, [of(1)]);
    gone(1).await.unwrap();
    assert_eq!(told(&bed).await, [of(1), of(2)]);
    // What came too late changed nothing.
    assert!(!bed.store.attachment_stored(thread.message, 1, file(&bed, Some(thread.account))).await.unwrap());
    gone(0).await.unwrap();
    gone(7).await.unwrap();
    bed.execute(&format!("update messages set state = 'deleted' where id = '{}'", thread.message)).await;
    gone(2).await.unwrap();
    assert_eq!(told(&bed).await, [of(1), of(2)]);
    let revision = bed.value("select cast(revision as text) from conversations").await;
    assert_eq!(revision.as_deref(), Some("2"));
    bed.store.changes_after(0, 1).await.unwrap().iter().for_each(|it| assert_eq!(it.account_id, Some(thread.account)));
}

/// A file that was unsent: its attachment is gone, and it is marked.
async fn unsent(bed: &Bed) -> NewMedia {
    let thread = waiting(bed, 1).await;
    let media = file(bed, Some(thread.account));
    assert!(bed.store.attachment_stored(thread.message, 0, media.clone()).await.unwrap());
    bed.execute(&format!("delete from attachments where media_id = '{}'", media.id)).await;
    mark(bed, &media).await;
    media
}

async fn mark(bed: &Bed, media: &NewMedia) {
    let now = bed.seams.now().0;
    bed.execute(&format!("update media set deleted_at = {now} where id = '{}'", media.id)).await;
}

fn marked(media: &NewMedia, deleted_at: Timestamp) -> MarkedMedia {
    MarkedMedia { id: media.id, store_key: media.store_key.clone(), deleted_at }
}

async fn marked_files_are_listed_in_their_order_and_forgotten(bed: Bed) {
    assert_eq!(bed.store.list_marked_media(None, 10).await.unwrap(), []);
    let (first_at, first) = (bed.seams.now(), unsent(&bed).await);
    bed.clock.advance_s(1);
    let (second_at, second) = (bed.seams.now(), unsent(&bed).await);
    let (first, second) = (marked(&first, first_at), marked(&second, second_at));
    assert_eq!(bed.store.list_marked_media(None, 10).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(bed.store.list_marked_media(None, 1).await.unwrap(), std::slice::from_ref(&first));
    let after = bed.store.list_marked_media(Some(first.clone()), 10).await.unwrap();
    assert_eq!(after, std::slice::from_ref(&second));
    assert_eq!(bed.store.list_marked_media(Some(second.clone()), 10).await.unwrap(), []);
    assert!(bed.store.delete_media(first.id).await.unwrap());
    assert!(!bed.store.delete_media(first.id).await.unwrap(), "another process was faster");
    assert_eq!(bed.store.list_marked_media(None, 10).await.unwrap(), [second]);
}

async fn a_marked_file_that_a_message_still_shows_stays(bed: Bed) {
    let thread = waiting(&bed, 1).await;
    let media = file(&bed, Some(thread.account));
    assert!(bed.store.attachment_stored(thread.message, 0, media.clone()).await.unwrap());
    assert!(!bed.store.delete_media(media.id).await.unwrap(), "it is not even marked");
    mark(&bed, &media).await;
    assert_eq!(bed.store.list_marked_media(None, 10).await.unwrap(), []);
    assert!(!bed.store.delete_media(media.id).await.unwrap());
    assert_eq!(bed.value("select id from media").await, Some(media.id.to_string()));
}

async fn a_stray_has_no_row_and_is_younger_than_the_oldest_row(bed: Bed) {
    let ids = |n: usize| (0..n).map(|_| bed.seams.new_id::<MediaId>()).collect::<Vec<_>>();
    let earlier = ids(3);
    assert_eq!(bed.store.list_stray_media(earlier.clone()).await.unwrap(), [], "a database without files knows none");
    bed.clock.advance_s(1);
    let thread = waiting(&bed, 1).await;
    let media = file(&bed, Some(thread.account));
    assert!(bed.store.attachment_stored(thread.message, 0, media.clone()).await.unwrap());
    bed.clock.advance_s(1);
    let strays = ids(100);
    let all = [earlier, vec![media.id], strays.clone()].concat();
    assert_eq!(bed.store.list_stray_media(all).await.unwrap(), strays);
}
