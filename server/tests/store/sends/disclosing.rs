//! A bot says that it is one: at first, after a pause, and after people gave the conversation back; once.

use super::{claim, queue, reply, text, thread};
use crate::bed::Bed;
use crate::handing::{assign, hand, program};
use crate::rows::Thread;
use model::failure::Failure;
use model::ids::MessageId;
use model::person::Role;
use model::time::DAY_S;
use server::store::conversations::To;
use server::store::doer::Doer;
use server::store::sends::{FailedSend, JobKind, NewReply};

crate::on_both!(
    a_bot_says_what_it_is_when_it_begins_after_a_pause_and_when_it_is_given_back,
    what_did_not_leave_was_not_said,
    two_messages_at_once_say_it_once,
);

const WORDS: &str = "You are chatting with an automated assistant.";

async fn told(bed: &Bed) {
    bed.execute(&format!("update accounts set disclosure = '{WORDS}'")).await;
}

async fn says(bed: &Bed, of: &Thread, doer: Doer) -> Vec<MessageId> {
    bed.clock.advance_s(1);
    let (author, author_id) = (doer.author(), Some(doer.author_id()));
    queue(bed, NewReply { author, author_id, ..reply(bed, of, vec![text(bed, "Two are left")]) }).await
}

/// All that was said, in order.
async fn said(bed: &Bed, of: &Thread) -> Vec<String> {
    let before = (bed.seams.now().plus_s(90), MessageId::from_bits(0));
    let (lines, _) = bed.store.lines_before(of.conversation, before, 50).await.unwrap();
    lines.into_iter().filter_map(|it| it.text.filter(|_| it.state.is_some())).collect()
}

async fn n_said(bed: &Bed, of: &Thread) -> usize {
    said(bed, of).await.iter().filter(|it| *it == WORDS).count()
}

async fn a_bot_says_what_it_is_when_it_begins_after_a_pause_and_when_it_is_given_back(bed: Bed) {
    let it = thread(&bed).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let (kiln, shop) = (program(&bed, "One", Some("Kiln")).await, program(&bed, "Two", None).await);
    says(&bed, &it, shop).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    says(&bed, &it, kiln).await;
    assert_eq!(n_said(&bed, &it).await, 0, "nobody wants it");
    told(&bed).await;
    let ids = says(&bed, &it, kiln).await;
    assert_eq!(ids.len(), 1, "whoever sent it knows its own message");
    assert_eq!(said(&bed, &it).await[2..], [WORDS, "Two are left"]);
    says(&bed, &it, kiln).await;
    assert_eq!(n_said(&bed, &it).await, 1, "once");
    bed.clock.advance_s(DAY_S);
    says(&bed, &it, kiln).await;
    assert_eq!(n_said(&bed, &it).await, 2, "after a pause");
    assign(&bed, &it, mia.into(), Some(mia)).await;
    assert_eq!(hand(&bed, &it, mia.into(), To::Bot, None).await, server::store::conversations::HandedOver::NoBot);
    assign(&bed, &it, mia.into(), None).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    says(&bed, &it, kiln).await;
    says(&bed, &it, kiln).await;
    assert_eq!(n_said(&bed, &it).await, 3, "after a person had it");
}

async fn what_did_not_leave_was_not_said(bed: Bed) {
    let it = thread(&bed).await;
    let kiln = program(&bed, "One", Some("Kiln")).await;
    told(&bed).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    says(&bed, &it, kiln).await;
    let first = claim(&bed).await.remove(0).message;
    let failure = Failure::ours("No", false, None);
    let failed = FailedSend { message: first, kind: JobKind::Message, failure, now: bed.seams.now() };
    bed.store.fail_send(failed).await.unwrap();
    says(&bed, &it, kiln).await;
    assert_eq!(n_said(&bed, &it).await, 2, "the one that failed, and another");
    says(&bed, &it, kiln).await;
    assert_eq!(n_said(&bed, &it).await, 2);
}

async fn two_messages_at_once_say_it_once(bed: Bed) {
    let it = thread(&bed).await;
    let kiln = program(&bed, "One", Some("Kiln")).await;
    told(&bed).await;
    hand(&bed, &it, kiln, To::Bot, None).await;
    tokio::join!(says(&bed, &it, kiln), says(&bed, &it, kiln));
    assert_eq!(n_said(&bed, &it).await, 1);
}
