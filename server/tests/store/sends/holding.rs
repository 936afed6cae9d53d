//! A reply that is held for a second look.

use super::{Bed, queue, queue_text, reply, text, thread};
use crate::rows::{self, Thread};
use model::content::MessageKind;
use model::desk::Unseen;
use model::ids::MessageId;
use model::thread::Author;
use server::store::sends::{NewReply, Queueing};

crate::on_both!(
    what_came_since_holds_a_reply,
    what_the_writer_said_and_what_only_the_team_reads_holds_nothing,
    a_reply_that_is_queued_stays_queued,
    what_somebody_else_queued_holds_a_reply,
);

async fn says(bed: &Bed, of: &Thread, said: &str, text: &str) -> MessageId {
    bed.clock.advance_s(1);
    let (id, at): (MessageId, _) = (bed.seams.new_id(), bed.seams.now().0);
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, text, created_at,
             updated_at)
         values ('{id}', '{}', {at}, {said}, '{text}', {at}, {at})",
        of.conversation
    ))
    .await;
    id
}

const CUSTOMER: &str = "'in', 'text', 'received', 'contact', null";

async fn held(bed: &Bed, of: &Thread, seen: MessageId) -> Option<Unseen> {
    bed.clock.advance_s(1);
    let reply = NewReply { seen: Some(seen), ..reply(bed, of, vec![text(bed, "Two left")]) };
    let n_jobs = rows::lines(&bed.url, "select state from outbox").await.len();
    match bed.store.queue_reply(reply).await.unwrap() {
        Queueing::Held(unseen) => {
            assert_eq!(rows::lines(&bed.url, "select state from outbox").await.len(), n_jobs);
            Some(unseen)
        }
        Queueing::Queued(_) => None,
        other => panic!("{other:?}"),
    }
}

async fn what_came_since_holds_a_reply(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute("update contacts set name = 'Ana Duarte'").await;
    says(&bed, &it, CUSTOMER, "Have you any left?").await;
    let newest = says(&bed, &it, CUSTOMER, "The blue ones").await;
    let unseen = held(&bed, &it, it.message).await.unwrap();
    assert_eq!((unseen.n_messages, unseen.author, &*unseen.preview), (2, Author::Contact, "The blue ones"));
    assert_eq!(unseen.author_name.as_deref(), Some("Ana Duarte"));
    assert_eq!(held(&bed, &it, newest).await, None, "seen");
    assert_eq!(held(&bed, &it, bed.seams.new_id()).await, None, "nobody knows what was seen");
    says(&bed, &it, "'out', 'text', 'sent', 'native_inbox', null", "We have two").await;
    let unseen = held(&bed, &it, newest).await.unwrap();
    assert_eq!((unseen.n_messages, unseen.author, unseen.author_name), (1, Author::NativeInbox, None));
    let unsent = says(&bed, &it, CUSTOMER, "Oh").await;
    bed.execute(&format!("update messages set state = 'deleted', text = null where id = '{unsent}'")).await;
    assert_eq!(held(&bed, &it, newest).await.unwrap().n_messages, 1, "what is unsent needs no look");
}

async fn what_the_writer_said_and_what_only_the_team_reads_holds_nothing(bed: Bed) {
    let it = thread(&bed).await;
    says(&bed, &it, "'out', 'text', 'sent', 'agent', 'ines'", "Hello").await;
    for kind in [MessageKind::Note, MessageKind::Event] {
        let said = format!("'internal', '{}', null, 'agent', 'mia'", kind.word());
        says(&bed, &it, &said, "Ask the studio").await;
    }
    assert_eq!(held(&bed, &it, it.message).await, None);
}

async fn a_reply_that_is_queued_stays_queued(bed: Bed) {
    let it = thread(&bed).await;
    let once = || NewReply {
        client_id: Some("c1".to_owned()),
        seen: Some(it.message),
        ..reply(&bed, &it, vec![text(&bed, "Two left")])
    };
    let ids = queue(&bed, once()).await;
    says(&bed, &it, CUSTOMER, "Never mind").await;
    assert_eq!(bed.store.queue_reply(once()).await.unwrap(), Queueing::AlreadyThere(ids));
}

async fn what_somebody_else_queued_holds_a_reply(bed: Bed) {
    let it = thread(&bed).await;
    let later = bed.seams.now().plus_s(3600);
    let by_mia = || NewReply { author_id: Some("mia".to_owned()), ..reply(&bed, &it, vec![text(&bed, "Tomorrow")]) };
    queue(&bed, NewReply { due_at: later, is_scheduled: true, ..by_mia() }).await;
    queue_text(&bed, &it, "Hello").await;
    assert_eq!(held(&bed, &it, it.message).await, None, "what waits for its moment was not said yet");
    bed.clock.advance_s(1);
    queue(&bed, NewReply { due_at: bed.seams.now(), now: bed.seams.now(), ..by_mia() }).await;
    let unseen = held(&bed, &it, it.message).await.unwrap();
    assert_eq!((unseen.n_messages, unseen.author, &*unseen.preview), (1, Author::Agent, "Tomorrow"));
}
