use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::ids::{AccountId, MessageId};
use model::inbox::NamedPerson;
use model::live::Event;
use model::person::{PersonId, Role};
use model::time::Timestamp;
use server::store::notes::NoteRow;
use server::store::notifications::{Notification, Place, Reading, Which};

crate::on_both!(
    what_concerns_a_person_is_listed_newest_first_and_paged,
    what_is_read_is_read_for_one_person_and_told,
    what_is_out_of_sight_concerns_nobody,
);

/// Mia calls somebody, a second later than whatever was before.
async fn call(bed: &Bed, of: &Thread, by: PersonId, whom: PersonId, words: &str) -> MessageId {
    bed.clock.advance_s(1);
    let (id, now): (MessageId, _) = (bed.seams.new_id(), bed.seams.now());
    let mentions = vec![NamedPerson { id: whom, name: "Ines".to_owned() }];
    let (client_id, text) = (id.to_string(), words.to_owned());
    let row = NoteRow { id, conversation: of.conversation, client_id, text, mentions, by: by.into(), now };
    bed.store.add_note(row).await.unwrap().unwrap()
}

async fn incident(bed: &Bed, account: AccountId, person: PersonId) {
    let (id, now): (MessageId, _) = (bed.seams.new_id(), bed.seams.now().0);
    bed.execute(&format!(
        "insert into notifications (id, person_id, kind, account_id, created_at)
         values ('{id}', '{person}', 'token_dead', '{account}', {now})"
    ))
    .await;
}

async fn list(bed: &Bed, of: PersonId, before: Option<&Notification>, limit: u32) -> Vec<Notification> {
    let before = before.map(|it| Place { at: it.at, id: it.id });
    bed.store.list_notifications(of, before, limit).await.unwrap()
}

async fn read(bed: &Bed, person: PersonId, which: Which) -> bool {
    let reading = Reading { person, which, now: bed.seams.now(), change_id: bed.seams.new_id() };
    bed.store.read_notifications(reading).await.unwrap()
}

async fn what_concerns_a_person_is_listed_newest_first_and_paged(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let (mia, ines) = (bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await);
    let first = call(&bed, &thread, mia, ines, "@Ines look").await;
    bed.clock.advance_s(1);
    // Of one moment, as when several come in one unit of work.
    for _ in 0..3 {
        incident(&bed, thread.account, ines).await;
    }
    call(&bed, &thread, mia, ines, "@Ines and again").await;
    incident(&bed, thread.account, mia).await;
    let all = list(&bed, ines, None, 10).await;
    let kinds: Vec<_> = all.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(kinds, ["mention", "token_dead", "token_dead", "token_dead", "mention"]);
    let last = &all[4];
    assert_eq!((last.by.as_deref(), last.words.as_deref(), last.is_read), (Some("Mia"), Some("@Ines look"), false));
    let about = last.about.as_ref().unwrap();
    assert_eq!((about.conversation, about.line), (thread.conversation, Some(first)));
    assert_eq!(last.account, Some((thread.account, "Luna Ceramics".to_owned())));
    assert_eq!((all[1].about.clone(), all[1].by.clone()), (None, None));
    let mut paged = Vec::new();
    loop {
        let page = list(&bed, ines, paged.last(), 2).await;
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all, "each once, whatever the page");
    assert_eq!(bed.store.count_notifications(ines).await.unwrap(), 5);
    assert_eq!(list(&bed, bed.seams.new_id(), None, 10).await, []);
}

async fn what_is_read_is_read_for_one_person_and_told(bed: Bed) {
    let (here, there) = (rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await);
    let (mia, ines) = (bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await);
    call(&bed, &here, mia, ines, "@Ines look").await;
    call(&bed, &there, mia, ines, "@Ines look there").await;
    call(&bed, &here, ines, mia, "@Mia yes").await;
    let until = bed.seams.now();
    bed.store.number_changes().await.unwrap();
    let head = bed.store.feed_bounds().await.unwrap().head;
    assert!(read(&bed, ines, Which::Of(here.conversation)).await);
    assert!(!read(&bed, ines, Which::Of(here.conversation)).await, "it is read already");
    bed.store.number_changes().await.unwrap();
    let told = bed.store.changes_after(head, 10).await.unwrap();
    assert_eq!(told.len(), 1);
    assert!(matches!(told[0].event, Event::Notification { mentioned_in: None, .. }), "and calls nobody");
    assert_eq!(told[0].person_id, Some(ines));
    let unread: Vec<_> = list(&bed, ines, None, 10).await.into_iter().filter(|it| !it.is_read).collect();
    assert_eq!(unread.iter().map(|it| it.words.as_deref()).collect::<Vec<_>>(), [Some("@Ines look there")]);
    assert_eq!(bed.store.count_notifications(mia).await.unwrap(), 1, "nobody else’s");
    call(&bed, &here, mia, ines, "@Ines later").await;
    assert!(!read(&bed, ines, Which::Until(Timestamp(0))).await);
    assert!(read(&bed, ines, Which::Until(until)).await);
    assert_eq!(bed.store.count_notifications(ines).await.unwrap(), 1, "what came since the page was made stays unread");
}

async fn what_is_out_of_sight_concerns_nobody(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let (mia, ines) = (bed.somebody("Mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await);
    call(&bed, &thread, mia, ines, "@Ines look").await;
    call(&bed, &thread, ines, mia, "@Mia look").await;
    thread.give_to_team(&bed.url, &bed.seams, &[]).await;
    assert_eq!(list(&bed, ines, None, 10).await, []);
    assert_eq!(bed.store.count_notifications(ines).await.unwrap(), 0);
    assert_eq!(list(&bed, mia, None, 10).await.len(), 1, "an admin sees every account");
    bed.execute("delete from account_teams").await;
    assert_eq!(list(&bed, ines, None, 10).await.len(), 1, "and again what can be seen again");
}
