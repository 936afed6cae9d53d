use super::{claim, claim_ids, failed, jobs, n_told, queue_text, sent, thread};
use crate::bed::Bed;
use model::ids::MessageId;
use server::store::sends::{Departure, JobKind, NewReaction, Postponed};

crate::on_both!(
    a_reaction_is_put_under_a_message_and_taken_back,
    a_reaction_that_has_not_left_is_replaced,
    a_reaction_that_is_out_is_followed_by_a_newer_one,
    only_what_meta_knows_can_be_reacted_to,
    a_failed_reaction_says_so,
    a_reaction_waits_for_its_turn,
);

async fn react(bed: &Bed, message: MessageId, emoji: Option<&str>) -> bool {
    let person = Some(bed.seams.new_id());
    let reaction = NewReaction { message, person, emoji: emoji.map(str::to_owned), now: bed.seams.now() };
    bed.store.queue_reaction(reaction).await.unwrap()
}

async fn reaction(bed: &Bed) -> String {
    bed.value("select coalesce(emoji, '-') || ' ' || state from reactions where side = 'account'").await.unwrap()
}

/// What is told to Meta now.
async fn told_meta(bed: &Bed) -> Vec<Option<String>> {
    bed.clock.advance_s(1);
    let emoji = |it: server::store::sends::Leaving| match it.what {
        Departure::Reaction { mid, emoji } => {
            assert_eq!(mid, format!("m_{}", it.message));
            emoji
        }
        Departure::Message(_) => panic!("{it:?}"),
    };
    claim(bed).await.into_iter().map(emoji).collect()
}

async fn settle(bed: &Bed, message: MessageId) {
    bed.store.settle_reaction(message, bed.seams.now()).await.unwrap();
}

async fn a_reaction_is_put_under_a_message_and_taken_back(bed: Bed) {
    let it = thread(&bed).await;
    let id = sent(&bed, &it, "Yes").await;
    for emoji in [Some("❤️"), None, Some("👍")] {
        assert!(react(&bed, id, emoji).await);
        assert_eq!(reaction(&bed).await, format!("{} queued", emoji.unwrap_or("-")));
        assert_eq!(told_meta(&bed).await, [emoji.map(str::to_owned)]);
        settle(&bed, id).await;
        assert_eq!(reaction(&bed).await, format!("{} done", emoji.unwrap_or("-")));
        assert_eq!(jobs(&bed).await, Vec::<String>::new());
    }
    assert_eq!(n_told(&bed, id).await, 3 + 6);
}

async fn a_reaction_that_has_not_left_is_replaced(bed: Bed) {
    let it = thread(&bed).await;
    let id = sent(&bed, &it, "Yes").await;
    assert!(react(&bed, id, Some("❤️")).await);
    assert!(react(&bed, id, Some("👍")).await);
    assert_eq!(told_meta(&bed).await, [Some("👍".to_owned())]);
    settle(&bed, id).await;
    assert_eq!(told_meta(&bed).await, []);
}

async fn a_reaction_that_is_out_is_followed_by_a_newer_one(bed: Bed) {
    let it = thread(&bed).await;
    let id = sent(&bed, &it, "Yes").await;
    assert!(react(&bed, id, Some("❤️")).await);
    assert_eq!(told_meta(&bed).await.len(), 1);
    assert!(react(&bed, id, None).await);
    assert_eq!(told_meta(&bed).await, [], "one at a time");
    settle(&bed, id).await;
    assert_eq!(reaction(&bed).await, "- queued", "the newer one is not done");
    assert_eq!(told_meta(&bed).await, [None]);
    settle(&bed, id).await;
    assert_eq!(reaction(&bed).await, "- done");
}

async fn only_what_meta_knows_can_be_reacted_to(bed: Bed) {
    let it = thread(&bed).await;
    assert!(!react(&bed, bed.seams.new_id(), Some("x")).await);
    assert!(!react(&bed, it.message, Some("x")).await, "it has no mid");
    bed.execute(&format!("update messages set mid = 'm_{0}', mid_key = 'key_{0}'", it.message)).await;
    for odd in ["kind = 'comment'", "kind = 'media', state = 'deleted'"] {
        bed.execute(&format!("update messages set {odd}")).await;
        assert!(!react(&bed, it.message, Some("x")).await, "{odd}");
    }
    bed.execute("update messages set state = 'received'").await;
    assert!(react(&bed, it.message, Some("x")).await);
}

async fn a_failed_reaction_says_so(bed: Bed) {
    let it = thread(&bed).await;
    let id = sent(&bed, &it, "Yes").await;
    assert!(react(&bed, id, Some("x")).await);
    told_meta(&bed).await;
    let (now, kind) = (bed.seams.now(), JobKind::Reaction);
    let later = Postponed { message: id, kind, retry_at: now.plus_s(9), why: "http_503".to_owned(), now };
    bed.store.postpone_send(later).await.unwrap();
    bed.clock.advance_s(9);
    assert_eq!(told_meta(&bed).await.len(), 1);
    bed.store.fail_send(failed(&bed, id, kind)).await.unwrap();
    assert_eq!(reaction(&bed).await, "x failed");
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
}

async fn a_reaction_waits_for_its_turn(bed: Bed) {
    let it = thread(&bed).await;
    let liked = sent(&bed, &it, "Yes").await;
    bed.clock.advance_s(1);
    let id = queue_text(&bed, &it, "And?").await;
    bed.clock.advance_s(1);
    assert!(react(&bed, liked, Some("x")).await);
    assert_eq!(claim_ids(&bed).await, [id]);
    super::settle(&bed, id).await;
    assert_eq!(told_meta(&bed).await.len(), 1);
}
