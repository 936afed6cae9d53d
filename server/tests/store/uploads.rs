use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::ids::{AccountId, ConversationId};
use model::media::MediaId;
use model::person::PersonId;
use model::platform::Platform;
use model::time::Timestamp;
use server::store::media::NewMedia;
use server::store::uploads::UploadPlace;

crate::on_both!(
    a_file_goes_to_the_account_of_its_conversation,
    an_account_s_files_are_known_in_the_order_asked,
    an_upload_is_taken_away_by_who_made_it,
    what_is_in_use_is_not_taken_away,
    unused_uploads_are_listed_oldest_first,
    what_is_in_use_is_not_unused,
    what_came_into_use_meanwhile_is_not_marked,
);

async fn thread(bed: &Bed) -> Thread {
    rows::thread(&bed.url, &bed.seams).await
}

async fn upload(bed: &Bed, account: AccountId, created_by: Option<PersonId>) -> MediaId {
    let id: MediaId = bed.seams.new_id();
    let media = NewMedia {
        id,
        account_id: Some(account),
        store_key: format!("ab/{id}"),
        name: Some("mug.png".to_owned()),
        content_type: "image/png".to_owned(),
        size: 1234,
        width: Some(64),
        height: Some(48),
        duration_ms: None,
        blur: None,
        created_by,
        created_at: bed.seams.now(),
    };
    bed.store.insert_upload(media).await.unwrap();
    id
}

async fn mia(bed: &Bed) -> PersonId {
    let mia = bed.person("mia@luna.example", "Mia Lindqvist");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    mia.id
}

async fn noah(bed: &Bed) -> PersonId {
    let noah = bed.person("noah@luna.example", "Noah Weber");
    bed.store.insert_person(noah.clone(), bed.audit()).await.unwrap();
    noah.id
}

async fn put_in_message(bed: &Bed, thread: &Thread, id: MediaId) {
    let (message, media) = (thread.message, id);
    bed.execute(&format!(
        "insert into attachments (message_id, position, kind, state, media_id)
         values ('{message}', (select count(*) from attachments), 'image', 'stored', '{media}')"
    ))
    .await;
}

async fn put_in_draft(bed: &Bed, thread: &Thread, person: PersonId, id: MediaId) {
    let (conversation, detail) = (thread.conversation, format!("{{\"files\":[\"{id}\"]}}"));
    bed.execute(&format!(
        "insert into drafts (conversation_id, person_id, detail, updated_at)
         values ('{conversation}', '{person}', '{detail}', 1)"
    ))
    .await;
}

async fn put_in_saved_reply(bed: &Bed, id: MediaId) {
    bed.execute(&format!(
        "insert into saved_replies (id, shortcut, title, text, detail, created_at, updated_at)
         values ('{id}', 'mug', 'Mug', '', '{{\"files\":[\"{id}\"]}}', 1, 1)"
    ))
    .await;
}

async fn is_marked(bed: &Bed, id: MediaId) -> bool {
    let marked = format!("select cast(count(*) as text) from media where id = '{id}' and deleted_at is not null");
    bed.value(&marked).await.as_deref() == Some("1")
}

/// Everything that was taken in until now.
fn later(bed: &Bed) -> Timestamp {
    bed.seams.now().plus_s(1)
}

async fn a_file_goes_to_the_account_of_its_conversation(bed: Bed) {
    let thread = thread(&bed).await;
    let place = async |id| bed.store.find_upload_place(id).await.unwrap();
    let expected = UploadPlace { account: thread.account, platform: Platform::Instagram };
    assert_eq!(place(thread.conversation).await, Some(expected));
    assert_eq!(place(bed.seams.new_id::<ConversationId>()).await, None);
    bed.execute("update accounts set state = 'deleting'").await;
    assert_eq!(place(thread.conversation).await, None);
}

async fn an_account_s_files_are_known_in_the_order_asked(bed: Bed) {
    let (ours, other) = (thread(&bed).await, thread(&bed).await);
    let mia = mia(&bed).await;
    let mut files = Vec::new();
    for _ in 0..70 {
        files.push(upload(&bed, ours.account, Some(mia)).await);
    }
    let foreign = upload(&bed, other.account, Some(mia)).await;
    bed.execute(&format!("update media set deleted_at = 1 where id = '{}'", files[3])).await;
    files.reverse();
    let asked = [&files[..], &[foreign, bed.seams.new_id()]].concat();
    let known = bed.store.known_files(ours.account, asked).await.unwrap();
    files.remove(66);
    assert_eq!(known.iter().map(|it| it.id).collect::<Vec<_>>(), files);
    let first = &known[0];
    let said = (first.name.as_deref(), first.content_type.as_str(), first.size);
    assert_eq!(said, (Some("mug.png"), "image/png", 1234));
    assert_eq!(bed.store.known_files(ours.account, vec![]).await.unwrap(), []);
}

async fn an_upload_is_taken_away_by_who_made_it(bed: Bed) {
    let thread = thread(&bed).await;
    let (mia, noah) = (mia(&bed).await, noah(&bed).await);
    let id = upload(&bed, thread.account, Some(mia)).await;
    let came = upload(&bed, thread.account, None).await;
    let take = async |id, person| bed.store.take_upload_away(id, person, bed.seams.now()).await.unwrap();
    assert!(!take(id, noah).await && !take(came, noah).await && !take(bed.seams.new_id(), mia).await);
    assert!(!is_marked(&bed, id).await);
    put_in_draft(&bed, &thread, mia, id).await;
    assert!(take(id, mia).await, "one's own draft is about to be without it");
    assert!(is_marked(&bed, id).await && !is_marked(&bed, came).await);
    assert!(!take(id, mia).await, "it is gone already");
}

async fn what_is_in_use_is_not_taken_away(bed: Bed) {
    let thread = thread(&bed).await;
    let (mia, noah) = (mia(&bed).await, noah(&bed).await);
    let mut used = Vec::new();
    for _ in 0..3 {
        used.push(upload(&bed, thread.account, Some(mia)).await);
    }
    put_in_message(&bed, &thread, used[0]).await;
    put_in_draft(&bed, &thread, noah, used[1]).await;
    put_in_saved_reply(&bed, used[2]).await;
    for id in used {
        assert!(!bed.store.take_upload_away(id, mia, bed.seams.now()).await.unwrap(), "{id}");
        assert!(!is_marked(&bed, id).await);
    }
}

async fn unused_uploads_are_listed_oldest_first(bed: Bed) {
    let thread = thread(&bed).await;
    let mia = mia(&bed).await;
    let first = upload(&bed, thread.account, Some(mia)).await;
    bed.clock.advance_s(1);
    let second = upload(&bed, thread.account, Some(mia)).await;
    bed.clock.advance_s(1);
    let third = upload(&bed, thread.account, Some(mia)).await;
    let unused = async |before, limit| bed.store.list_unused_uploads(before, limit).await.unwrap();
    assert_eq!(unused(later(&bed), 10).await, [first, second, third]);
    assert_eq!(unused(later(&bed), 2).await, [first, second]);
    assert_eq!(unused(bed.seams.now(), 10).await, [first, second]);
    assert_eq!(bed.store.mark_unused_uploads(vec![first, second], bed.seams.now()).await.unwrap(), 2);
    assert!(is_marked(&bed, first).await && is_marked(&bed, second).await);
    assert_eq!(unused(later(&bed), 10).await, [third]);
}

async fn what_is_in_use_is_not_unused(bed: Bed) {
    let thread = thread(&bed).await;
    let mia = mia(&bed).await;
    upload(&bed, thread.account, None).await;
    let mut used = Vec::new();
    for _ in 0..4 {
        used.push(upload(&bed, thread.account, Some(mia)).await);
    }
    put_in_message(&bed, &thread, used[0]).await;
    put_in_draft(&bed, &thread, mia, used[1]).await;
    put_in_saved_reply(&bed, used[2]).await;
    bed.execute(&format!("update people set picture_id = '{}'", used[3])).await;
    assert_eq!(bed.store.list_unused_uploads(later(&bed), 10).await.unwrap(), []);
}

async fn what_came_into_use_meanwhile_is_not_marked(bed: Bed) {
    let thread = thread(&bed).await;
    let mia = mia(&bed).await;
    let (sent, drafted) =
        (upload(&bed, thread.account, Some(mia)).await, upload(&bed, thread.account, Some(mia)).await);
    let unused = bed.store.list_unused_uploads(later(&bed), 10).await.unwrap();
    assert_eq!(unused.len(), 2);
    put_in_message(&bed, &thread, sent).await;
    put_in_draft(&bed, &thread, mia, drafted).await;
    assert_eq!(bed.store.mark_unused_uploads(unused, bed.seams.now()).await.unwrap(), 0);
    assert!(!is_marked(&bed, sent).await && !is_marked(&bed, drafted).await);
}
