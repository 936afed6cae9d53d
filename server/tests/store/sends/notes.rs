//! A note is for the team. Whatever can happen to a message on its way to Meta happens to a note here, even
//! what no page offers.

use super::{claiming, failed, jobs, of_message, postponed, reply, settled, text, thread};
use crate::bed::Bed;
use crate::rows::Thread;
use model::ids::MessageId;
use model::person::Role;
use server::store::notes::NoteRow;
use server::store::sends::{JobKind, NewReaction, NewReply, Queueing};

crate::on_both!(
    nothing_that_is_done_to_a_note_sends_it,
    a_job_that_was_made_for_a_note_by_hand_never_leaves,
    what_was_sent_or_drafted_before_changes_nothing,
);

const WORDS: &str = "Do not tell her yet";

async fn note(bed: &Bed, of: &Thread) -> MessageId {
    let (id, by, now) = (bed.seams.new_id(), bed.somebody("mia", Role::Agent).await, bed.seams.now());
    let (client_id, text, mentions) = ("n1".to_owned(), WORDS.to_owned(), Vec::new());
    let row = NoteRow { id, conversation: of.conversation, client_id, text, mentions, by: by.into(), now };
    bed.store.add_note(row).await.unwrap().unwrap()
}

async fn is_only_a_note(bed: &Bed, note: MessageId) {
    for (column, expected) in [
        ("direction", Some("internal")),
        ("kind", Some("note")),
        ("text", Some(WORDS)),
        ("state", None),
        ("mid", None),
        ("tag", None),
        ("error", None),
    ] {
        assert_eq!(of_message(bed, note, column).await.as_deref(), expected, "{column}");
    }
}

async fn nothing_that_is_done_to_a_note_sends_it(bed: Bed) {
    let it = thread(&bed).await;
    let note = note(&bed, &it).await;
    let (store, now) = (&bed.store, bed.seams.now());
    assert!(!store.retry_send(note, now).await.unwrap());
    assert!(!store.discard_send(note, now).await.unwrap());
    assert!(!store.take_back(note, now).await.unwrap());
    let reaction = NewReaction { message: note, emoji: Some("❤️".to_owned()), person: None, now };
    assert!(!store.queue_reaction(reaction).await.unwrap());
    store.postpone_send(postponed(&bed, note, 0)).await.unwrap();
    // What is there only for a job says that there is none, or is refused by the schema.
    let _ = store.fail_send(failed(&bed, note, JobKind::Message)).await;
    let _ = store.doubt_send(note, now).await;
    let _ = store.split_pictures(note, vec![bed.seams.new_id()], now).await;
    assert!(store.settle_send(settled(&bed, note)).await.is_err(), "Meta cannot have taken it");
    assert!(!store.give_up_doubt(note, now).await.unwrap_or(false));
    is_only_a_note(&bed, note).await;
    assert_eq!(jobs(&bed).await, [""; 0]);
    assert_eq!(store.claim_sends(claiming(&bed)).await.unwrap(), []);
}

/// The schema holds where a program would not.
async fn a_job_that_was_made_for_a_note_by_hand_never_leaves(bed: Bed) {
    let it = thread(&bed).await;
    let note = note(&bed, &it).await;
    for kind in ["message", "reaction"] {
        bed.execute(&format!(
            "insert into outbox (message_id, kind, conversation_id, account_id, due_at, created_at)
             values ('{note}', '{kind}', '{}', '{}', 0, 0)",
            it.conversation, it.account
        ))
        .await;
        assert!(bed.store.claim_sends(claiming(&bed)).await.is_err(), "{kind}: what is not claimed does not leave");
        is_only_a_note(&bed, note).await;
        assert_eq!(jobs(&bed).await, ["ready"]);
        bed.execute("delete from outbox").await;
    }
}

async fn what_was_sent_or_drafted_before_changes_nothing(bed: Bed) {
    let it = thread(&bed).await;
    let note = note(&bed, &it).await;
    let again = NewReply { client_id: Some("n1".to_owned()), ..reply(&bed, &it, vec![text(&bed, "To the customer")]) };
    assert_eq!(bed.store.queue_reply(again).await.unwrap(), Queueing::AlreadyThere(vec![note]), "its id is taken");
    let answering = NewReply { reply_to: Some(note), ..reply(&bed, &it, vec![text(&bed, "To the customer")]) };
    let answered = bed.store.queue_reply(answering).await.unwrap();
    let claimed = bed.store.claim_sends(claiming(&bed)).await.unwrap();
    assert!(!format!("{answered:?} {claimed:?}").contains(WORDS), "what answers a note does not quote it");
    is_only_a_note(&bed, note).await;
}
