use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::content::MessageKind;
use model::ids::MessageId;
use model::thread::{Author, Direction};
use server::store::notes::NoteRow;
use server::store::sight::Sight;

crate::on_both!(a_note_is_for_the_team_alone, the_same_note_twice_is_one);

async fn note(bed: &Bed, of: &Thread, client_id: &str, text: &str) -> Option<MessageId> {
    bed.clock.advance_s(1);
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    let by = bed.store.find_credentials("mia@luna.example".to_owned()).await.unwrap().unwrap().id;
    let (id, now) = (bed.seams.new_id(), bed.seams.now());
    let (client_id, text) = (client_id.to_owned(), text.to_owned());
    bed.store.add_note(NoteRow { id, conversation: of.conversation, client_id, text, by, now }).await.unwrap()
}

async fn a_note_is_for_the_team_alone(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let row =
        || async { bed.store.find_conversation(thread.conversation, &Sight::EveryAccount).await.unwrap().unwrap() };
    let before = row().await;
    let id = note(&bed, &thread, "n1", "Ask the studio").await.unwrap();
    let line = bed.store.find_lines(thread.conversation, vec![id]).await.unwrap().remove(0);
    assert_eq!((line.kind, line.direction, line.state), (MessageKind::Note, Direction::Internal, None));
    assert_eq!((line.author, line.author_name.as_deref()), (Author::Agent, Some("Mia")));
    assert_eq!((line.text.as_deref(), line.client_id.as_deref()), (Some("Ask the studio"), Some("n1")));
    let after = row().await;
    assert_eq!((after.preview, after.last_activity_at), (before.preview, before.last_activity_at));
    assert_eq!((after.unread, after.waiting_since, after.heard), (before.unread, before.waiting_since, before.heard));
    assert_eq!(after.revision, before.revision + 1);
    let jobs = bed.value("select cast(count(*) as text) from outbox").await;
    assert_eq!(jobs.as_deref(), Some("0"), "it is never sent");
}

async fn the_same_note_twice_is_one(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let first = note(&bed, &thread, "n1", "Ask the studio").await;
    assert_eq!(note(&bed, &thread, "n1", "Ask the studio again").await, first);
    assert_ne!(note(&bed, &thread, "n2", "Asked").await, first);
    let n_notes = bed.value("select cast(count(*) as text) from messages where kind = 'note'").await;
    assert_eq!(n_notes.as_deref(), Some("2"));
    let nowhere = Thread { conversation: bed.seams.new_id(), ..thread };
    assert_eq!(note(&bed, &nowhere, "n3", "Ask the studio").await, None);
}
