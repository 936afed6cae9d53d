//! What is unsent really goes: words, file and row.

use crate::inbox::{Inbox, NOW, payload};
use crate::rows;
use axum::body::Bytes;
use model::live::Event;
use model::media::MediaId;
use server::media::keep::MediaStore;
use server::media::sweep::sweep_marked;
use server::store::media::NewMedia;
use std::collections::BTreeSet;

crate::on_both!(a_stored_picture_goes_with_its_message, a_picture_that_comes_after_it_was_unsent_is_not_kept);

/// The picture of the reference is unsent.
fn unsending() -> Vec<u8> {
    let (sent, unsent) = (text("instagram.message.image"), text("instagram.message.deleted"));
    let mid = |body: &str| body.split("\"mid\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    unsent.replace(&mid(&unsent), &mid(&sent)).into_bytes()
}

fn text(name: &str) -> String {
    String::from_utf8(payload(name)).unwrap()
}

/// What the worker does once the file is fetched.
async fn fetched(inbox: &Inbox) -> (MediaId, bool) {
    let wanted = inbox.store.claim_attachments(NOW, NOW.plus_s(60), 1).await.unwrap().remove(0);
    let media = keep(inbox, wanted.account_id).await;
    let id = media.id;
    (id, inbox.store.attachment_stored(wanted.message_id, wanted.position, media).await.unwrap())
}

async fn keep(inbox: &Inbox, account: model::ids::AccountId) -> NewMedia {
    let id: MediaId = inbox.program.seams.new_id();
    let mut writing = inbox.program.media.begin(&MediaStore::key(id));
    writing.put(Bytes::from_static(b"a mug")).await.unwrap();
    writing.finish().await.unwrap();
    NewMedia {
        id,
        account_id: Some(account),
        store_key: MediaStore::key(id),
        name: None,
        content_type: "image/png".to_owned(),
        size: 5,
        width: None,
        height: None,
        duration_ms: None,
        blur: None,
        created_by: None,
        created_at: NOW,
    }
}

async fn a_stored_picture_goes_with_its_message(inbox: Inbox) {
    inbox.take(&payload("instagram.message.image")).await;
    let (id, stored) = fetched(&inbox).await;
    assert!(stored);
    inbox.take(&unsending()).await;
    assert!(inbox.store.media_by_id(id).await.unwrap().is_none(), "nobody sees it from this moment on");
    assert_eq!(sweep_marked(&inbox.program).await.unwrap(), 1);
    assert!(inbox.program.media.read_whole(&MediaStore::key(id)).await.unwrap().is_none());
    assert_eq!(rows::lines(&inbox.url, "select id from media").await, Vec::<String>::new());
    while inbox.store.number_changes().await.unwrap() > 0 {}
    let told = inbox.store.changes_after(0, 10).await.unwrap();
    let revisions: BTreeSet<_> = told
        .iter()
        .filter_map(|it| if let Event::Message { revision, .. } = it.event { Some(revision) } else { None })
        .collect();
    assert_eq!(revisions, BTreeSet::from([1, 2, 3]), "that it came, that its picture is there, that it is gone");
}

async fn a_picture_that_comes_after_it_was_unsent_is_not_kept(inbox: Inbox) {
    inbox.take(&payload("instagram.message.image")).await;
    let wanted = inbox.store.claim_attachments(NOW, NOW.plus_s(60), 1).await.unwrap().remove(0);
    let media = keep(&inbox, wanted.account_id).await;
    // At the same time: whoever is first, nothing is left of it.
    let storing = inbox.store.attachment_stored(wanted.message_id, wanted.position, media.clone());
    let unsending = unsending();
    let (stored, ()) = tokio::join!(storing, inbox.take(&unsending));
    let n_swept = sweep_marked(&inbox.program).await.unwrap();
    assert_eq!(n_swept, u32::from(stored.unwrap()));
    assert!(inbox.store.media_by_id(media.id).await.unwrap().is_none());
    assert_eq!(rows::lines(&inbox.url, "select id from media").await, Vec::<String>::new());
}
