//! What is on its way to Meta.

mod accounts;
mod claiming;
mod disclosing;
mod doubting;
mod holding;
mod leaving;
mod notes;
mod owning;
mod queueing;
mod reacting;
mod settling;
mod settling_together;
mod undoing;

use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::content::{AttachmentKind, Detail, MessageKind};
use model::failure::Failure;
use model::ids::{AccountId, MessageId};
use model::media::MediaId;
use model::thread::{AttachmentState, Author};
use model::time::Timestamp;
use server::store::Store;
use server::store::sends::{
    ClaimSends, FailedSend, JobKind, Leaving, NewAttachment, NewMessage, NewReply, Pace, Postponed, Queueing, Settled,
};
use std::sync::Arc;

async fn thread(bed: &Bed) -> Thread {
    rows::thread(&bed.url, &bed.seams).await
}

fn text(bed: &Bed, words: &str) -> NewMessage {
    NewMessage {
        id: bed.seams.new_id(),
        kind: MessageKind::Text,
        text: Some(words.to_owned()),
        detail: Detail::default(),
        attachments: Vec::new(),
    }
}

fn files(bed: &Bed, kind: &AttachmentKind, media: &[MediaId]) -> NewMessage {
    let attachment = |media: &MediaId| NewAttachment {
        kind: kind.clone(),
        state: AttachmentState::Stored,
        media: Some(*media),
        source_url: None,
        external_id: None,
        title: None,
        detail: None,
    };
    let attachments = media.iter().map(attachment).collect();
    NewMessage { kind: MessageKind::Media, text: None, attachments, ..text(bed, "") }
}

/// A kept file.
async fn file(bed: &Bed, account: AccountId) -> MediaId {
    let id: MediaId = bed.seams.new_id();
    bed.execute(&format!(
        "insert into media (id, account_id, store_key, name, content_type, size, created_at)
         values ('{id}', '{account}', 'ab/{id}', 'mug.png', 'image/png', 4000, 0)"
    ))
    .await;
    id
}

fn reply(bed: &Bed, thread: &Thread, messages: Vec<NewMessage>) -> NewReply {
    NewReply {
        conversation: thread.conversation,
        client_id: None,
        author: Author::Agent,
        author_id: Some("ines".to_owned()),
        messages,
        reply_to: None,
        comment: None,
        seen: None,
        due_at: bed.seams.now(),
        is_scheduled: false,
        now: bed.seams.now(),
    }
}

async fn queue(bed: &Bed, reply: NewReply) -> Vec<MessageId> {
    match bed.store.queue_reply(reply).await.unwrap() {
        Queueing::Queued(ids) => ids,
        other => panic!("{other:?}"),
    }
}

async fn queue_text(bed: &Bed, thread: &Thread, words: &str) -> MessageId {
    queue(bed, reply(bed, thread, vec![text(bed, words)])).await[0]
}

fn claiming(bed: &Bed) -> ClaimSends {
    let now = bed.seams.now();
    ClaimSends {
        now,
        lease_until: now.plus_s(60),
        lease_until_for_files: now.plus_s(600),
        horizon: now.plus_s(2),
        limit: 64,
        pace: Pace { texts_ms: 100, media_ms: 1500, private_replies_ms: 3000 },
    }
}

async fn claim(bed: &Bed) -> Vec<Leaving> {
    bed.store.claim_sends(claiming(bed)).await.unwrap()
}

async fn claim_ids(bed: &Bed) -> Vec<MessageId> {
    claim(bed).await.into_iter().map(|it| it.message).collect()
}

async fn next(bed: &Bed) -> Option<Timestamp> {
    bed.store.find_next_send(bed.seams.now()).await.unwrap()
}

fn settled(bed: &Bed, message: MessageId) -> Settled {
    Settled { message, mid: format!("m_{message}"), mid_key: format!("key_{message}"), now: bed.seams.now() }
}

async fn settle(bed: &Bed, message: MessageId) {
    bed.store.settle_send(settled(bed, message)).await.unwrap();
}

/// One that Meta has.
async fn sent(bed: &Bed, thread: &Thread, words: &str) -> MessageId {
    let id = queue_text(bed, thread, words).await;
    assert_eq!(claim_ids(bed).await, [id]);
    settle(bed, id).await;
    id
}

fn postponed(bed: &Bed, message: MessageId, seconds: i64) -> Postponed {
    let now = bed.seams.now();
    Postponed { message, kind: JobKind::Message, retry_at: now.plus_s(seconds), why: "http_503".to_owned(), now }
}

fn failed(bed: &Bed, message: MessageId, kind: JobKind) -> FailedSend {
    let failure = Failure { message: "Meta refused it.".to_owned(), ..Failure::default() };
    FailedSend { message, kind, failure, now: bed.seams.now() }
}

async fn of_message(bed: &Bed, message: MessageId, column: &str) -> Option<String> {
    bed.value(&format!("select cast({column} as text) from messages where id = '{message}'")).await
}

async fn of_conversation(bed: &Bed, thread: &Thread, column: &str) -> Option<String> {
    bed.value(&format!("select cast({column} as text) from conversations where id = '{}'", thread.conversation)).await
}

/// The states of all jobs.
async fn jobs(bed: &Bed) -> Vec<String> {
    rows::lines(&bed.url, "select state from outbox order by due_at, turn, message_id").await
}

async fn n_told(bed: &Bed, message: MessageId) -> u32 {
    let query = format!("select cast(count(*) as text) from changes where subject_id = '{message}'");
    bed.value(&query).await.unwrap().parse().unwrap()
}

/// Two that work on one database: processes on Postgres, tasks on SQLite, which one process serves.
pub(crate) async fn two_stores(bed: &Bed) -> [Arc<dyn Store>; 2] {
    let other = if bed.is_postgres() { bed.again().await } else { bed.store.clone() };
    [bed.store.clone(), other]
}
