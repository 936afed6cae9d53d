use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::content::MessageKind;
use model::ids::MessageId;
use model::inbox::NamedPerson;
use model::live::Event;
use model::person::{PersonId, Role};
use model::thread::{Author, Direction};
use server::store::notes::NoteRow;
use server::store::sight::Sight;

crate::on_both!(
    a_note_is_for_the_team_alone,
    the_same_note_twice_is_one,
    whom_a_note_means_hears_of_it_once,
    a_mention_is_kept_by_id_and_not_by_name,
);

async fn note(bed: &Bed, of: &Thread, client_id: &str, text: &str) -> Option<MessageId> {
    bed.clock.advance_s(1);
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    let by = bed.store.find_credentials("mia@luna.example".to_owned()).await.unwrap().unwrap().id;
    let (id, now) = (bed.seams.new_id(), bed.seams.now());
    let (client_id, text) = (client_id.to_owned(), text.to_owned());
    let mentions = Vec::new();
    let row = NoteRow { id, conversation: of.conversation, client_id, text, mentions, by: by.into(), now };
    bed.store.add_note(row).await.unwrap()
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

/// By Mia, with these names in it.
async fn calling(bed: &Bed, of: &Thread, by: PersonId, client_id: &str, called: &[(PersonId, &str)]) -> MessageId {
    bed.clock.advance_s(1);
    let (id, now): (MessageId, _) = (bed.seams.new_id(), bed.seams.now());
    let text = called.iter().flat_map(|(_, name)| ["@", *name, " "]).collect::<String>();
    let mentions = called.iter().map(|(id, name)| NamedPerson { id: *id, name: (*name).to_owned() }).collect();
    let client_id = client_id.to_owned();
    let row = NoteRow { id, conversation: of.conversation, client_id, text, mentions, by: by.into(), now };
    bed.store.add_note(row).await.unwrap().unwrap()
}

async fn whom_a_note_means_hears_of_it_once(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let mia = bed.somebody("mia", Role::Admin).await;
    let [ines, noah, gone] =
        [bed.somebody("ines", Role::Agent).await, bed.somebody("noah", Role::Agent).await, bed.seams.new_id()];
    thread.give_to_team(&bed.url, &bed.seams, &[ines]).await;
    let called = [(mia, "mia"), (ines, "ines"), (noah, "noah"), (ines, "ines"), (gone, "gone")];
    let id = calling(&bed, &thread, mia, "n1", &called).await;
    assert_eq!(calling(&bed, &thread, mia, "n1", &called).await, id, "the same note");
    let rows = "select person_id || ' ' || kind || ' ' || message_id || ' ' || account_id from notifications";
    assert_eq!(rows::lines(&bed.url, rows).await, [format!("{ines} mention {id} {}", thread.account)]);
    bed.store.number_changes().await.unwrap();
    let told = bed.store.changes_after(0, 20).await.unwrap();
    let told: Vec<_> = told.iter().filter(|it| matches!(it.event, Event::Notification { .. })).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].person_id, told[0].account_id), (Some(ines), Some(thread.account)));
    calling(&bed, &thread, ines, "n2", &[(ines, "ines")]).await;
    assert_eq!(rows::lines(&bed.url, rows).await.len(), 1, "whoever writes it knows");
    calling(&bed, &thread, mia, "n3", &[(ines, "ines")]).await;
    assert_eq!(rows::lines(&bed.url, rows).await.len(), 2, "another note");
}

async fn a_mention_is_kept_by_id_and_not_by_name(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let (mia, ines) = (bed.somebody("mia", Role::Admin).await, bed.somebody("Ines", Role::Agent).await);
    let id = calling(&bed, &thread, mia, "n1", &[(ines, "Ines"), (bed.seams.new_id(), "nobody")]).await;
    bed.store.rename(bed.change(ines, ines), "Ines Carvalho".to_owned()).await.unwrap();
    let line = bed.store.find_lines(thread.conversation, vec![id]).await.unwrap().remove(0);
    assert_eq!(line.detail.mentions, [NamedPerson { id: ines, name: "Ines".to_owned() }]);
    assert_eq!(line.text.as_deref(), Some("@Ines @nobody "));
    let plain = calling(&bed, &thread, mia, "n2", &[]).await;
    let detail = bed.value(&format!("select detail from messages where id = '{plain}'")).await;
    assert_eq!(detail, None, "as a note without anybody in it always was");
}
