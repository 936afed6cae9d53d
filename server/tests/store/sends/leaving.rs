use super::{claim, claiming, file, files, of_message, queue, queue_text, reply, sent, settle, text, thread};
use crate::bed::Bed;
use crate::rows;
use model::content::{AttachmentKind, Detail, MessageKind};
use model::media::MediaId;
use model::outgoing::FileKind;
use model::platform::Platform;
use model::thread::{AttachmentState, Author};
use model::time::HOUR_S;
use server::store::sends::{
    CommentTo, DepartingFile, DepartingMessage, Departure, Leaving, NewAttachment, NewMessage, NewReply, Upload,
};

crate::on_both!(
    what_leaves_is_whole,
    a_pages_files_are_uploaded_first,
    a_file_that_is_elsewhere_is_named_by_its_address,
    a_private_reply_knows_its_comment,
    a_file_that_is_being_deleted_leaves_with_nobody,
);

fn message(leaving: &Leaving) -> &DepartingMessage {
    match &leaving.what {
        Departure::Message(message) => message,
        Departure::Reaction { .. } => panic!("{leaving:?}"),
    }
}

async fn what_leaves_is_whole(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute("update conversations set last_customer_action_at = 7, last_customer_message_at = 5").await;
    let question = sent(&bed, &it, "Which colour?").await;
    let contact = bed.value("select external_id from contacts").await.unwrap();
    let detail = Detail { quick_reply: Some("{}".to_owned()), ..Detail::default() };
    let answer = NewMessage { detail: detail.clone(), ..text(&bed, "Blue?") };
    bed.clock.advance_s(1);
    let id = queue(&bed, NewReply { reply_to: Some(question), ..reply(&bed, &it, vec![answer]) }).await[0];
    let left = claim(&bed).await.remove(0);
    assert_eq!((left.message, left.conversation, left.account), (id, it.conversation, it.account));
    assert_eq!((left.platform, left.account_external_id.clone()), (Platform::Instagram, it.account.to_string()));
    assert_eq!((left.contact_external_id.clone(), left.attempts), (contact, 0));
    assert_eq!((left.heard.action_at.unwrap().0, left.heard.message_at.unwrap().0), (7, 5));
    let expected = DepartingMessage {
        kind: MessageKind::Text,
        author: Author::Agent,
        author_id: Some("ines".to_owned()),
        text: Some("Blue?".to_owned()),
        detail,
        attachments: Vec::new(),
        reply_to_mid: Some(format!("m_{question}")),
        comment: None,
    };
    assert_eq!(*message(&left), expected);
}

fn kept(id: MediaId, uploaded_as: Option<&str>) -> DepartingFile {
    DepartingFile {
        media: id,
        kind: FileKind::Image,
        store_key: format!("ab/{id}"),
        name: Some("mug.png".to_owned()),
        content_type: "image/png".to_owned(),
        size: 4000,
        uploaded_as: uploaded_as.map(str::to_owned),
    }
}

async fn a_pages_files_are_uploaded_first(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute("update accounts set platform = 'page'").await;
    let media = [file(&bed, it.account).await, file(&bed, it.account).await];
    let leave = async || {
        let id = queue(&bed, reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, &media)])).await[0];
        let left = claim(&bed).await.remove(0);
        let lease = bed.value("select cast(lease_until as text) from outbox").await.unwrap();
        settle(&bed, id).await;
        bed.clock.advance_s(1);
        let files: Vec<_> = message(&left).attachments.iter().map(|it| it.file.clone().unwrap()).collect();
        (files, lease.parse::<i64>().unwrap() - left.leaves_at.0)
    };
    assert_eq!(leave().await, (vec![kept(media[0], None), kept(media[1], None)], 600_000));
    let upload = |n: usize, name: &str, hours: i64| Upload {
        media: media[n],
        account: it.account,
        attachment_id: name.to_owned(),
        expires_at: bed.seams.now().plus_s(hours * HOUR_S),
    };
    bed.store.save_upload(upload(0, "one", 2)).await.unwrap();
    bed.store.save_upload(upload(1, "old", 1)).await.unwrap();
    let (files, lease_ms) = leave().await;
    assert_eq!((files[0].uploaded_as.as_deref(), files[1].uploaded_as.as_deref()), (Some("one"), None));
    assert_eq!(lease_ms, 600_000, "one of them is good for another hour only");
    bed.store.save_upload(upload(1, "two", 2)).await.unwrap();
    assert_eq!(leave().await, (vec![kept(media[0], Some("one")), kept(media[1], Some("two"))], 60_000));
    bed.store.forget_upload(media[0], it.account).await.unwrap();
    assert_eq!(leave().await.0[0], kept(media[0], None));
    bed.execute("update accounts set platform = 'instagram'").await;
    assert_eq!(leave().await.1, 60_000, "Instagram fetches files by itself");
}

async fn a_file_that_is_elsewhere_is_named_by_its_address(bed: Bed) {
    let it = thread(&bed).await;
    let attachment = NewAttachment {
        kind: AttachmentKind::Image,
        state: AttachmentState::Waiting,
        media: None,
        source_url: Some("https://luna.example/mug.png".to_owned()),
        external_id: Some("17".to_owned()),
        title: None,
        detail: Some(serde_json::json!({"elements": []})),
    };
    let media =
        NewMessage { kind: MessageKind::Media, text: None, attachments: vec![attachment.clone()], ..text(&bed, "") };
    let id = queue(&bed, reply(&bed, &it, vec![media])).await[0];
    let left = claim(&bed).await.remove(0);
    let left = &message(&left).attachments[0];
    assert_eq!((&left.source_url, &left.external_id), (&attachment.source_url, &attachment.external_id));
    assert_eq!((&left.detail, &left.file), (&attachment.detail, &None));
    let waits = rows::lines(&bed.url, &format!("select state from attachments where message_id = '{id}'")).await;
    assert_eq!(waits, ["waiting"], "the thread's own copy is fetched");
}

async fn a_private_reply_knows_its_comment(bed: Bed) {
    let it = thread(&bed).await;
    bed.execute(&format!(
        "insert into comments (message_id, comment_id, reply_until) values ('{}', '17890', 99)",
        it.message
    ))
    .await;
    let private = NewReply { comment: Some(it.message), ..reply(&bed, &it, vec![text(&bed, "It is 40 €")]) };
    queue(&bed, private).await;
    let left = claim(&bed).await.remove(0);
    let until = Some(model::time::Timestamp(99));
    assert_eq!(message(&left).comment, Some(CommentTo { external_id: "17890".to_owned(), reply_until: until }));
    let slot = bed.value("select kind from account_limits").await;
    assert_eq!(slot.as_deref(), Some("private_reply"));
}

async fn a_file_that_is_being_deleted_leaves_with_nobody(bed: Bed) {
    let it = thread(&bed).await;
    let media = file(&bed, it.account).await;
    queue(&bed, reply(&bed, &it, vec![files(&bed, &AttachmentKind::Image, &[media])])).await;
    bed.execute("update media set deleted_at = 1").await;
    assert_eq!(message(&claim(&bed).await[0]).attachments[0].file, None);
    let id = queue_text(&bed, &it, "next").await;
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("queued"));
    assert_eq!(bed.store.claim_sends(claiming(&bed)).await.unwrap(), []);
}
