//! Many replies queued by one unit of work: each comes out as if it had been alone.

use super::{jobs, n_told, of_conversation, of_message, queue, queue_text, reply, text, thread, two_stores};
use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::ids::MessageId;
use model::thread::Author;
use server::store::sends::{NewReply, Queueing};

crate::on_both!(
    many_are_queued_as_each_would_be,
    all_are_queued_or_none,
    two_that_queue_at_once_wait_for_each_other,
    nothing_is_queued_by_nothing,
);

/// Of every kind: in one part and two, behind another, at a chosen moment, by a rule, and those that are not queued.
async fn much(bed: &Bed) -> (Vec<Thread>, Vec<NewReply>) {
    let mut threads = Vec::new();
    for _ in 0..8 {
        threads.push(thread(bed).await);
    }
    bed.execute("update conversations set unread = 1, preview = 'Hello'").await;
    queue_text(bed, &threads[1], "before").await;
    let twice = || NewReply { client_id: Some("twice".to_owned()), ..reply(bed, &threads[4], vec![text(bed, "once")]) };
    queue(bed, twice()).await;
    bed.clock.advance_s(1);
    let due_at = bed.seams.now().plus_s(60);
    let seen =
        queue(bed, NewReply { author_id: Some("mia".to_owned()), ..reply(bed, &threads[5], vec![text(bed, "1")]) })
            .await[0];
    queue(bed, NewReply { author_id: Some("mia".to_owned()), ..reply(bed, &threads[5], vec![text(bed, "2")]) }).await;
    let plain = |n: usize| reply(bed, &threads[n], vec![text(bed, "plain")]);
    let mut parts = vec![text(bed, "first"), text(bed, "second")];
    parts.sort_by_key(|it| it.id);
    let all = vec![
        NewReply { client_id: Some("parts".to_owned()), messages: parts, ..plain(0) },
        plain(1),
        NewReply { due_at, is_scheduled: true, ..plain(2) },
        NewReply { author: Author::Rule, author_id: None, ..plain(3) },
        twice(),
        NewReply { seen: Some(seen), ..plain(5) },
        NewReply { reply_to: Some(bed.seams.new_id()), ..plain(6) },
        NewReply { conversation: model::ids::ConversationId::from_bits(5), ..plain(7) },
    ];
    (threads, all)
}

fn word(queueing: &Queueing) -> &'static str {
    match queueing {
        Queueing::Queued(_) => "queued",
        Queueing::AlreadyThere(_) => "there",
        Queueing::NoSuchConversation => "no conversation",
        Queueing::NoSuchMessage => "no message",
        Queueing::NoSuchFile => "no file",
        Queueing::CommentAnswered => "answered",
        Queueing::Held(_) => "held",
    }
}

/// What is kept of them, without revisions and ids.
async fn kept(bed: &Bed, threads: &[Thread], all: &[NewReply]) -> Vec<Option<String>> {
    let mut kept = Vec::new();
    for id in all.iter().flat_map(|it| &it.messages).map(|it| it.id) {
        for column in ["state", "text", "at", "part", "client_id", "author_kind"] {
            kept.push(of_message(bed, id, column).await);
        }
        kept.push(Some(n_told(bed, id).await.to_string()));
        for column in ["due_at", "turn", "pace", "state"] {
            let query = format!("select cast({column} as text) from outbox where message_id = '{id}'");
            kept.push(bed.value(&query).await);
        }
    }
    for it in threads {
        for column in ["preview", "preview_author", "unread", "last_activity_at", "revision"] {
            kept.push(of_conversation(bed, it, column).await);
        }
    }
    kept
}

async fn many_are_queued_as_each_would_be(bed: Bed) {
    let other = if bed.is_postgres() { Bed::postgres().await } else { Bed::sqlite().await };
    let (threads, all) = much(&bed).await;
    let together = bed.store.queue_replies(all.clone()).await.unwrap();
    let words: Vec<_> = together.iter().map(word).collect();
    assert_eq!(words, ["queued", "queued", "queued", "queued", "there", "held", "no message", "no conversation"]);
    assert_eq!(together[0], Queueing::Queued(all[0].messages.iter().map(|it| it.id).collect()));
    let (other_threads, other_all) = much(&other).await;
    for (reply, word_of) in other_all.iter().zip(words) {
        assert_eq!(word(&other.store.queue_reply(reply.clone()).await.unwrap()), word_of);
    }
    assert_eq!(kept(&bed, &threads, &all).await, kept(&other, &other_threads, &other_all).await);
}

async fn all_are_queued_or_none(bed: Bed) {
    let (one, two) = (thread(&bed).await, thread(&bed).await);
    let there: MessageId = queue_text(&bed, &one, "there").await;
    let mut taken = reply(&bed, &two, vec![text(&bed, "taken")]);
    taken.messages[0].id = there;
    let free = reply(&bed, &one, vec![text(&bed, "free")]);
    bed.store.queue_replies(vec![free.clone(), taken]).await.unwrap_err();
    assert_eq!(jobs(&bed).await, ["ready"]);
    assert_eq!(of_message(&bed, free.messages[0].id, "state").await, None);
    queue(&bed, free).await;
    assert_eq!(jobs(&bed).await, ["ready", "ready"], "the other one is queued alone");
}

async fn two_that_queue_at_once_wait_for_each_other(bed: Bed) {
    let mut threads = Vec::new();
    for _ in 0..12 {
        threads.push(thread(&bed).await);
    }
    let stores = two_stores(&bed).await;
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let mut all: Vec<NewReply> = threads.iter().map(|it| reply(&bed, it, vec![text(&bed, "Yes")])).collect();
            all.rotate_left(n);
            let store = stores[n % 2].clone();
            tokio::spawn(async move { store.queue_replies(all).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().iter().all(|it| matches!(it, Queueing::Queued(_))));
    }
    let turns = rows::lines(&bed.url, "select cast(max(turn) as text) from outbox group by conversation_id").await;
    assert_eq!(turns, ["11"; 12]);
}

async fn nothing_is_queued_by_nothing(bed: Bed) {
    assert_eq!(bed.store.queue_replies(Vec::new()).await.unwrap(), []);
}
