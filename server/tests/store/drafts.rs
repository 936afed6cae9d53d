use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::desk::{Draft, DraftMode};
use model::media::{MediaId, UploadedMedia};
use model::outgoing::FileKind;
use model::person::PersonId;
use model::time::DAY_S;

crate::on_both!(
    a_draft_is_its_writers_alone,
    the_newest_draft_wins_also_over_an_empty_one,
    a_draft_loses_files_that_are_gone,
    a_file_in_a_draft_is_not_swept,
);

async fn person(bed: &Bed, name: &str) -> PersonId {
    let person = bed.person(&format!("{name}@luna.example"), name);
    bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    person.id
}

fn draft(bed: &Bed, mode: DraftMode, text: &str) -> Draft {
    let text = text.to_owned();
    Draft { mode, text, chips: Vec::new(), files: Vec::new(), reply_to: None, at: bed.seams.now() }
}

async fn texts(bed: &Bed, of: &Thread, person: PersonId) -> Vec<String> {
    bed.store.list_drafts(of.conversation, person).await.unwrap().into_iter().map(|it| it.text).collect()
}

async fn a_draft_is_its_writers_alone(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let [mia, ines] = [person(&bed, "mia").await, person(&bed, "ines").await];
    let reply = Draft {
        chips: vec!["Yes".to_owned()],
        reply_to: Some(thread.message),
        ..draft(&bed, DraftMode::Reply, "Two left")
    };
    let note = draft(&bed, DraftMode::Note, "Ask the studio");
    for it in [&reply, &note] {
        bed.store.save_draft(thread.conversation, mia, it.clone()).await.unwrap();
    }
    assert_eq!(bed.store.list_drafts(thread.conversation, mia).await.unwrap(), [reply, note]);
    assert!(texts(&bed, &thread, ines).await.is_empty());
}

async fn the_newest_draft_wins_also_over_an_empty_one(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let mia = person(&bed, "mia").await;
    let save = |text: &'static str, ago_s: i64| {
        let draft = Draft { at: bed.seams.now().plus_s(-ago_s), ..draft(&bed, DraftMode::Reply, text) };
        bed.store.save_draft(thread.conversation, mia, draft)
    };
    save("Two", 20).await.unwrap();
    save("Two left", 10).await.unwrap();
    save("Tw", 15).await.unwrap();
    assert_eq!(texts(&bed, &thread, mia).await, ["Two left"], "the older one came late");
    save("  ", 5).await.unwrap();
    save("Two lef", 8).await.unwrap();
    assert!(texts(&bed, &thread, mia).await.is_empty(), "it was sent meanwhile");
    save("Hello", 1).await.unwrap();
    assert_eq!(texts(&bed, &thread, mia).await, ["Hello"]);
    save("", 0).await.unwrap();
    let n_rows = || bed.value("select cast(count(*) as text) from drafts");
    assert_eq!(n_rows().await.as_deref(), Some("1"));
    let later = Draft { at: bed.seams.now().plus_s(2 * DAY_S), ..draft(&bed, DraftMode::Note, "Later") };
    bed.store.save_draft(thread.conversation, mia, later).await.unwrap();
    assert_eq!(texts(&bed, &thread, mia).await, ["Later"]);
    assert_eq!(n_rows().await.as_deref(), Some("1"), "nothing of the empty one is left");
}

async fn upload(bed: &Bed, thread: &Thread, by: PersonId) -> UploadedMedia {
    let id: MediaId = bed.seams.new_id();
    bed.execute(&format!(
        "insert into media (id, account_id, store_key, name, content_type, size, created_by, created_at)
         values ('{id}', '{}', 'ab/{id}', 'mug.png', 'image/png', 4000, '{by}', 0)",
        thread.account
    ))
    .await;
    UploadedMedia {
        id,
        kind: FileKind::Image,
        name: "mug.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: 4000,
        width: None,
        height: None,
        duration_ms: None,
        blur: None,
        changed: None,
    }
}

async fn a_draft_loses_files_that_are_gone(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let [mia, ines] = [person(&bed, "mia").await, person(&bed, "ines").await];
    let [kept, gone] = [upload(&bed, &thread, mia).await, upload(&bed, &thread, mia).await];
    let hers = upload(&bed, &thread, ines).await;
    bed.execute(&format!("update media set deleted_at = 1 where id = '{}'", gone.id)).await;
    let with = |files: &[&UploadedMedia]| Draft {
        files: files.iter().map(|it| (*it).clone()).collect(),
        ..draft(&bed, DraftMode::Reply, "")
    };
    bed.store.save_draft(thread.conversation, mia, with(&[&gone, &kept, &hers])).await.unwrap();
    assert_eq!(bed.store.list_drafts(thread.conversation, mia).await.unwrap(), [with(&[&kept])]);
    bed.store.save_draft(thread.conversation, mia, with(&[&gone])).await.unwrap();
    assert!(bed.store.list_drafts(thread.conversation, mia).await.unwrap().is_empty(), "there is nothing in it");
}

async fn a_file_in_a_draft_is_not_swept(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    let mia = person(&bed, "mia").await;
    let file = upload(&bed, &thread, mia).await;
    let of = |files| Draft { files, ..draft(&bed, DraftMode::Reply, "") };
    let unused = || bed.store.list_unused_uploads(bed.seams.now().plus_s(1), 10);
    assert_eq!(unused().await.unwrap(), [file.id]);
    bed.store.save_draft(thread.conversation, mia, of(vec![file.clone()])).await.unwrap();
    assert!(unused().await.unwrap().is_empty());
    bed.store.save_draft(thread.conversation, mia, of(Vec::new())).await.unwrap();
    assert_eq!(unused().await.unwrap(), [file.id]);
}
