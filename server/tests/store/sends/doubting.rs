use super::{
    claim, claim_ids, failed, file, files, jobs, n_told, of_conversation, of_message, postponed, queue, queue_text,
    reply, sent, settle, thread,
};
use crate::bed::Bed;
use crate::rows::Thread;
use model::content::AttachmentKind;
use model::ids::MessageId;
use model::platform::Platform;
use server::store::sends::{ClaimDoubts, Doubted, JobKind, NewReaction, Upload};

crate::on_both!(
    a_failed_message_keeps_its_reason_and_lets_others_go,
    a_doubted_message_holds_the_others_back,
    a_doubt_is_asked_about_by_one,
    a_doubt_that_is_given_up_leaves_the_message_unconfirmed,
    a_doubt_can_end_either_way,
    what_may_have_left_is_unknown_when_its_process_is_gone,
    what_cannot_have_left_is_ready_when_its_process_is_gone,
);

async fn a_failed_message_keeps_its_reason_and_lets_others_go(bed: Bed) {
    let it = thread(&bed).await;
    let first = queue_text(&bed, &it, "first").await;
    let second = queue_text(&bed, &it, "second").await;
    claim_ids(&bed).await;
    bed.store.fail_send(failed(&bed, first, JobKind::Message)).await.unwrap();
    assert_eq!(of_message(&bed, first, "state").await.as_deref(), Some("failed"));
    assert!(of_message(&bed, first, "error").await.unwrap().contains("Meta refused it."));
    assert_eq!(of_conversation(&bed, &it, "n_failed").await.as_deref(), Some("1"));
    assert_eq!(n_told(&bed, first).await, 3);
    assert_eq!(claim_ids(&bed).await, [second]);
    settle(&bed, second).await;
    bed.store.fail_send(failed(&bed, second, JobKind::Message)).await.unwrap();
    assert_eq!(of_message(&bed, second, "state").await.as_deref(), Some("sent"), "its echo was quicker");
}

/// One that nobody knows the fate of.
async fn doubted(bed: &Bed, thread: &Thread, words: &str) -> MessageId {
    let id = queue_text(bed, thread, words).await;
    assert_eq!(claim_ids(bed).await, [id]);
    bed.store.doubt_send(id, bed.seams.now()).await.unwrap();
    id
}

fn doubts(bed: &Bed) -> ClaimDoubts {
    let now = bed.seams.now();
    ClaimDoubts { unknown_before: now.plus_s(-10), now, until: now.plus_s(30), limit: 8 }
}

async fn a_doubted_message_holds_the_others_back(bed: Bed) {
    let it = thread(&bed).await;
    let first = doubted(&bed, &it, "first").await;
    assert_eq!(of_message(&bed, first, "state").await.as_deref(), Some("sending"));
    let second = queue_text(&bed, &it, "second").await;
    assert_eq!(claim_ids(&bed).await, []);
    settle(&bed, first).await;
    assert_eq!(claim_ids(&bed).await, [second]);
}

async fn a_doubt_is_asked_about_by_one(bed: Bed) {
    let it = thread(&bed).await;
    let left_at = bed.seams.now();
    let media = file(&bed, it.account).await;
    let id = queue(&bed, reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, &[media, media])])).await[0];
    claim_ids(&bed).await;
    bed.clock.advance_s(5);
    bed.store.doubt_send(id, bed.seams.now()).await.unwrap();
    assert_eq!(bed.store.claim_doubts(doubts(&bed)).await.unwrap(), [], "too early");
    let unknown_since = bed.seams.now();
    bed.clock.advance_s(10);
    let stores = super::two_stores(&bed).await;
    let claims: Vec<_> = (0..8)
        .map(|n| {
            let (store, doubts) = (stores[n % 2].clone(), doubts(&bed));
            tokio::spawn(async move { store.claim_doubts(doubts).await.unwrap() })
        })
        .collect();
    let mut all = Vec::new();
    for one in claims {
        all.extend(one.await.unwrap());
    }
    let expected = Doubted {
        message: id,
        conversation: it.conversation,
        account: it.account,
        platform: Platform::Instagram,
        account_external_id: it.account.to_string(),
        contact_external_id: bed.value("select external_id from contacts").await.unwrap(),
        text: None,
        n_attachments: 2,
        left_at,
        unknown_since,
    };
    assert_eq!(all, std::slice::from_ref(&expected));
    bed.clock.advance_s(30);
    assert_eq!(bed.store.claim_doubts(doubts(&bed)).await.unwrap(), [expected]);
}

async fn a_doubt_that_is_given_up_leaves_the_message_unconfirmed(bed: Bed) {
    let it = thread(&bed).await;
    let id = doubted(&bed, &it, "first").await;
    assert!(bed.store.give_up_doubt(id, bed.seams.now()).await.unwrap());
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("unconfirmed"));
    assert_eq!(of_conversation(&bed, &it, "n_failed").await.as_deref(), Some("1"));
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    assert!(!bed.store.give_up_doubt(id, bed.seams.now()).await.unwrap());
    settle(&bed, id).await;
    assert_eq!(of_conversation(&bed, &it, "n_failed").await.as_deref(), Some("0"), "the answer came after all");
}

async fn a_doubt_can_end_either_way(bed: Bed) {
    let it = thread(&bed).await;
    let id = doubted(&bed, &it, "first").await;
    bed.store.postpone_send(postponed(&bed, id, 0)).await.unwrap();
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("queued"));
    let claimed = claim(&bed).await;
    assert_eq!((claimed.len(), claimed.first().map(|it| (it.message, it.attempts))), (1, Some((id, 1))));
    bed.store.doubt_send(id, bed.seams.now()).await.unwrap();
    settle(&bed, id).await;
    assert!(!bed.store.give_up_doubt(id, bed.seams.now()).await.unwrap());
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("sent"));
}

async fn what_may_have_left_is_unknown_when_its_process_is_gone(bed: Bed) {
    let it = thread(&bed).await;
    let id = queue_text(&bed, &it, "first").await;
    claim_ids(&bed).await;
    bed.clock.advance_s(59);
    assert_eq!(bed.store.orphan_sends(false, bed.seams.now()).await.unwrap(), 0, "its lease holds");
    bed.clock.advance_s(1);
    assert_eq!(bed.store.orphan_sends(false, bed.seams.now()).await.unwrap(), 1);
    assert_eq!(jobs(&bed).await, ["unknown"]);
    assert_eq!(bed.store.orphan_sends(true, bed.seams.now()).await.unwrap(), 0);
    bed.clock.advance_s(10);
    assert_eq!(bed.store.claim_doubts(doubts(&bed)).await.unwrap()[0].message, id);
}

async fn what_cannot_have_left_is_ready_when_its_process_is_gone(bed: Bed) {
    let it = thread(&bed).await;
    let liked = sent(&bed, &it, "Yes").await;
    bed.clock.advance_s(1);
    bed.execute("update accounts set platform = 'page'").await;
    let reaction = NewReaction { message: liked, person: None, emoji: Some("x".to_owned()), now: bed.seams.now() };
    assert!(bed.store.queue_reaction(reaction).await.unwrap());
    assert_eq!(claim_ids(&bed).await, [liked]);
    assert_eq!(bed.store.orphan_sends(true, bed.seams.now()).await.unwrap(), 1);
    assert_eq!(claim_ids(&bed).await, [liked], "reacting twice is harmless");
    bed.store.settle_reaction(liked, bed.seams.now()).await.unwrap();
    let media = file(&bed, it.account).await;
    let id = queue(&bed, reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, &[media])])).await[0];
    claim_ids(&bed).await;
    assert_eq!(bed.store.orphan_sends(true, bed.seams.now()).await.unwrap(), 1);
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("queued"), "its file never got to Meta");
    bed.clock.advance_s(1);
    assert_eq!(claim_ids(&bed).await, [id]);
    let (account, now) = (it.account, bed.seams.now());
    let upload = Upload { media, account, attachment_id: "a".to_owned(), expires_at: now.plus_s(9) };
    bed.store.save_upload(upload).await.unwrap();
    assert_eq!(bed.store.orphan_sends(true, now).await.unwrap(), 1);
    assert_eq!(jobs(&bed).await, ["unknown"]);
}
