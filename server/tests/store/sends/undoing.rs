use super::{
    claim_ids, failed, file, files, jobs, n_told, of_conversation, of_message, postponed, queue, queue_text, reply,
    sent, settle, thread, two_stores,
};
use crate::bed::Bed;
use crate::rows;
use model::content::AttachmentKind;
use model::ids::MessageId;
use server::store::sends::{Departure, JobKind, NewReply};

crate::on_both!(
    a_message_that_has_not_left_is_taken_back,
    what_leaves_is_not_taken_back_and_what_is_taken_back_does_not_leave,
    a_failed_message_is_sent_again_behind_the_others,
    a_private_reply_that_failed_is_sent_again_unless_another_answered,
    a_failed_message_is_discarded_with_its_files,
    several_pictures_become_messages_of_their_own,
);

async fn a_message_that_has_not_left_is_taken_back(bed: Bed) {
    let it = thread(&bed).await;
    bed.clock.advance_s(1);
    let first = queue_text(&bed, &it, "first").await;
    let media = file(&bed, it.account).await;
    let second = queue(&bed, reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, &[media])])).await[0];
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("Photo"));
    assert!(bed.store.take_back(second, bed.seams.now()).await.unwrap());
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("first"));
    assert_eq!(of_conversation(&bed, &it, "preview_message_id").await, Some(first.to_string()));
    assert_eq!(n_told(&bed, second).await, 2);
    assert!(bed.store.media_by_id(media).await.unwrap().is_some(), "the composer has it again");
    claim_ids(&bed).await;
    assert!(!bed.store.take_back(first, bed.seams.now()).await.unwrap(), "it is on its way");
    bed.store.postpone_send(postponed(&bed, first, 9)).await.unwrap();
    assert!(bed.store.take_back(first, bed.seams.now()).await.unwrap(), "it has not left");
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    assert_eq!(of_conversation(&bed, &it, "preview_message_id").await, Some(it.message.to_string()));
    assert!(!bed.store.take_back(it.message, bed.seams.now()).await.unwrap(), "it is the customer's");
}

async fn what_leaves_is_not_taken_back_and_what_is_taken_back_does_not_leave(bed: Bed) {
    let stores = two_stores(&bed).await;
    let mut queued = Vec::new();
    for _ in 0..20 {
        let it = thread(&bed).await;
        queued.push(queue_text(&bed, &it, "Hello").await);
    }
    let now = bed.seams.now();
    let taking: Vec<_> = queued
        .iter()
        .map(|id| {
            let (store, id) = (stores[0].clone(), *id);
            tokio::spawn(async move { store.take_back(id, now).await.unwrap().then_some(id) })
        })
        .collect();
    let mut all: Vec<MessageId> = Vec::new();
    let claim = super::claiming(&bed);
    all.extend(stores[1].claim_sends(claim).await.unwrap().into_iter().map(|it| it.message));
    for one in taking {
        all.extend(one.await.unwrap());
    }
    all.sort_unstable();
    queued.sort_unstable();
    assert_eq!(all, queued, "each was either claimed or taken back");
}

async fn a_failed_message_is_sent_again_behind_the_others(bed: Bed) {
    let it = thread(&bed).await;
    let first = queue_text(&bed, &it, "first").await;
    claim_ids(&bed).await;
    assert!(!bed.store.retry_send(first, bed.seams.now()).await.unwrap(), "it has not failed");
    bed.store.fail_send(failed(&bed, first, JobKind::Message)).await.unwrap();
    let undo = bed.seams.now().plus_s(5);
    let second = queue(&bed, NewReply { due_at: undo, ..reply(&bed, &it, vec![super::text(&bed, "second")]) }).await[0];
    bed.clock.advance_s(1);
    assert!(bed.store.retry_send(first, bed.seams.now()).await.unwrap());
    assert_eq!(of_message(&bed, first, "state").await.as_deref(), Some("queued"));
    assert_eq!(of_message(&bed, first, "error").await, None);
    assert_eq!(of_conversation(&bed, &it, "n_failed").await.as_deref(), Some("0"));
    assert_eq!(of_conversation(&bed, &it, "preview").await.as_deref(), Some("first"), "it is the last now");
    assert_eq!(claim_ids(&bed).await, [], "the second can still be taken back");
    bed.clock.advance_s(4);
    assert_eq!(claim_ids(&bed).await, [second]);
    settle(&bed, second).await;
    assert_eq!(claim_ids(&bed).await, [first]);
    bed.store.doubt_send(first, bed.seams.now()).await.unwrap();
    assert!(bed.store.give_up_doubt(first, bed.seams.now()).await.unwrap());
    assert!(bed.store.retry_send(first, bed.seams.now()).await.unwrap(), "unconfirmed");
    assert!(!bed.store.retry_send(first, bed.seams.now()).await.unwrap());
}

async fn a_private_reply_that_failed_is_sent_again_unless_another_answered(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute(&format!("insert into comments (message_id, comment_id) values ('{}', '17890')", it.message)).await;
    let answer = || NewReply { comment: Some(it.message), ..reply(&bed, &it, vec![super::text(&bed, "40 €")]) };
    let first = queue(&bed, answer()).await[0];
    claim_ids(&bed).await;
    bed.store.fail_send(failed(&bed, first, JobKind::Message)).await.unwrap();
    assert!(bed.store.retry_send(first, bed.seams.now()).await.unwrap());
    assert_eq!(bed.value("select pace from outbox").await.as_deref(), Some("private_reply"));
    bed.clock.advance_s(9);
    assert_eq!(claim_ids(&bed).await, [first]);
    bed.store.fail_send(failed(&bed, first, JobKind::Message)).await.unwrap();
    queue(&bed, answer()).await;
    assert!(!bed.store.retry_send(first, bed.seams.now()).await.unwrap());
    assert_eq!(of_message(&bed, first, "state").await.as_deref(), Some("failed"), "nothing was changed");
}

async fn a_failed_message_is_discarded_with_its_files(bed: Bed) {
    let it = thread(&bed).await;
    bed.clock.advance_s(1);
    let before = sent(&bed, &it, "before").await;
    bed.clock.advance_s(1);
    let (alone, shared) = (file(&bed, it.account).await, file(&bed, it.account).await);
    let id = queue(&bed, reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, &[alone, shared])])).await[0];
    assert!(!bed.store.discard_send(id, bed.seams.now()).await.unwrap(), "it has not failed");
    assert_eq!(claim_ids(&bed).await, [id]);
    bed.store.fail_send(failed(&bed, id, JobKind::Message)).await.unwrap();
    let other = thread(&bed).await;
    queue(&bed, reply(&bed, &other, vec![files(&bed, &AttachmentKind::Image, &[shared])])).await;
    assert!(bed.store.discard_send(id, bed.seams.now()).await.unwrap());
    assert!(bed.store.media_by_id(alone).await.unwrap().is_none());
    assert!(bed.store.media_by_id(shared).await.unwrap().is_some());
    assert_eq!(of_conversation(&bed, &it, "n_failed").await.as_deref(), Some("0"));
    assert_eq!(of_conversation(&bed, &it, "preview_message_id").await, Some(before.to_string()));
    assert!(!bed.store.discard_send(before, bed.seams.now()).await.unwrap(), "it was sent");
}

async fn several_pictures_become_messages_of_their_own(bed: Bed) {
    let it = thread(&bed).await;
    let media = [file(&bed, it.account).await, file(&bed, it.account).await, file(&bed, it.account).await];
    let pictures = files(&bed, &AttachmentKind::Image, &media);
    let with_id = NewReply {
        client_id: Some("c1".to_owned()),
        ..reply(&bed, &it, vec![pictures, super::text(&bed, "All three")])
    };
    let ids = queue(&bed, with_id).await;
    let rest: Vec<MessageId> = vec![bed.seams.new_id(), bed.seams.new_id()];
    bed.store.split_pictures(ids[0], rest.clone(), bed.seams.now()).await.unwrap();
    assert_eq!(jobs(&bed).await.len(), 2, "it is not on its way");
    assert_eq!(claim_ids(&bed).await, [ids[0]]);
    bed.store.split_pictures(ids[0], rest.clone(), bed.seams.now()).await.unwrap();
    assert!(bed.store.find_addressee(it.conversation).await.unwrap().unwrap().one_picture_each);
    let order = [ids[0], rest[0], rest[1], ids[1]];
    for (n, id) in order.into_iter().enumerate() {
        bed.clock.advance_s(1);
        let left = super::claim(&bed).await.remove(0);
        assert_eq!(left.message, id, "{n}");
        let Departure::Message(message) = &left.what else { panic!() };
        let sent: Vec<_> = message.attachments.iter().map(|it| it.file.clone().unwrap().media).collect();
        assert_eq!(sent, media.get(n).copied().into_iter().collect::<Vec<_>>());
        settle(&bed, id).await;
    }
    let parts = "select cast(part as text) from messages where client_id = 'c1' order by part";
    assert_eq!(rows::lines(&bed.url, parts).await, ["0", "1", "1000", "2000"]);
}
