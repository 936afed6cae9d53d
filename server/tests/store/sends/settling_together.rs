//! Many messages noted as sent by one unit of work: each comes out as if it had been alone.

use super::{
    claim_ids, jobs, n_told, of_conversation, of_message, queue, queue_text, reply, settled, text, thread, two_stores,
};
use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::ids::MessageId;
use server::store::audit::Actor;
use server::store::sends::{NewReply, Settled, Tagged};

crate::on_both!(
    many_are_settled_as_each_would_be,
    an_echo_of_one_becomes_one_with_it,
    all_are_settled_or_none,
    two_that_settle_at_once_wait_for_each_other,
    nothing_is_settled_by_nothing,
);

/// Three conversations: one with two messages, one with a failed one beside, one with a chosen moment, a comment
/// and a tag.
async fn much(bed: &Bed) -> (Vec<Thread>, Vec<MessageId>) {
    let mut threads = Vec::new();
    for _ in 0..3 {
        threads.push(thread(bed).await);
    }
    bed.execute("update conversations set waiting_since = 5, preview = 'Hello'").await;
    let first = queue_text(bed, &threads[0], "first").await;
    let second = queue_text(bed, &threads[0], "second").await;
    let third = queue_text(bed, &threads[1], "third").await;
    bed.execute(&format!(
        "update messages set kind = 'comment' where id = '{0}';
         insert into comments (message_id, comment_id, reply_until) values ('{0}', '17890', 99)",
        threads[2].message
    ))
    .await;
    let due_at = bed.seams.now().plus_s(1);
    let chosen = NewReply {
        due_at,
        is_scheduled: true,
        comment: Some(threads[2].message),
        ..reply(bed, &threads[2], vec![text(bed, "chosen")])
    };
    let chosen = queue(bed, chosen).await[0];
    bed.clock.advance_s(1);
    claim_ids(bed).await;
    bed.execute(&format!(
        "update outbox set state = 'unknown', unknown_since = 1, lease_until = null where message_id = '{first}';
         update messages set state = 'deleted', text = null where id = '{third}'"
    ))
    .await;
    let (audit_id, now) = (bed.seams.new_id(), bed.seams.now());
    bed.store.tag_send(Tagged { message: chosen, actor: Actor::System, audit_id, now }).await.unwrap();
    bed.clock.advance_s(3);
    (threads, vec![first, second, third, chosen])
}

/// What is kept of them, without revisions and ids.
async fn kept(bed: &Bed, threads: &[Thread], ids: &[MessageId]) -> Vec<Option<String>> {
    let mut kept = Vec::new();
    for id in ids {
        for column in
            ["state", "mid = 'm_' || id", "mid_key = 'key_' || id", "at", "updated_at", "text", "error", "tag"]
        {
            kept.push(of_message(bed, *id, column).await);
        }
        kept.push(Some(n_told(bed, *id).await.to_string()));
    }
    for it in threads {
        for column in ["last_reply_at", "last_activity_at", "waiting_since", "n_failed", "preview", "preview_author"] {
            kept.push(of_conversation(bed, it, column).await);
        }
    }
    for query in [
        "select cast(count(*) as text) from outbox",
        "select cast(replied_at as text) from comments",
        "select min(human_agent) || max(human_agent) from accounts",
        "select min(last_sent_at) || ' ' || max(last_sent_at) from accounts",
    ] {
        kept.push(bed.value(query).await);
    }
    kept
}

async fn many_are_settled_as_each_would_be(bed: Bed) {
    let other = if bed.is_postgres() { Bed::postgres().await } else { Bed::sqlite().await };
    let (threads, ids) = much(&bed).await;
    bed.store.settle_sends(ids.iter().map(|id| settled(&bed, *id)).collect()).await.unwrap();
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    assert_eq!(of_message(&bed, ids[1], "state").await.as_deref(), Some("sent"));
    assert_eq!(of_message(&bed, ids[2], "state").await.as_deref(), Some("deleted"), "unsent meanwhile");
    assert_eq!(of_conversation(&bed, &threads[0], "waiting_since").await, None);
    let (other_threads, other_ids) = much(&other).await;
    for id in &other_ids {
        other.store.settle_send(settled(&other, *id)).await.unwrap();
    }
    assert_eq!(kept(&bed, &threads, &ids).await, kept(&other, &other_threads, &other_ids).await);
}

async fn an_echo_of_one_becomes_one_with_it(bed: Bed) {
    let (one, two) = (thread(&bed).await, thread(&bed).await);
    let ids = [queue_text(&bed, &one, "Yes").await, queue_text(&bed, &two, "No").await];
    claim_ids(&bed).await;
    let echo: MessageId = bed.seams.new_id();
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, mid, mid_key, created_at,
             updated_at)
         values ('{echo}', '{}', 1, 'out', 'text', 'sent', 'native_inbox', 'm_{1}', 'key_{1}', 0, 0)",
        two.conversation, ids[1]
    ))
    .await;
    let gone = text(&bed, "").id;
    bed.store.settle_sends([ids[0], gone, ids[1]].map(|id| settled(&bed, id)).to_vec()).await.unwrap();
    let mut expected = ids.map(|id| format!("{id} sent"));
    expected.sort_unstable();
    let left =
        rows::lines(&bed.url, "select id || ' ' || state from messages where direction = 'out' order by id").await;
    assert_eq!(left, expected);
    assert_eq!((n_told(&bed, echo).await, n_told(&bed, gone).await), (1, 0));
}

async fn all_are_settled_or_none(bed: Bed) {
    let threads = [thread(&bed).await, thread(&bed).await, thread(&bed).await];
    let mut ids = Vec::new();
    for it in &threads {
        ids.push(queue_text(&bed, it, "Yes").await);
    }
    claim_ids(&bed).await;
    let of = |id: MessageId| settled(&bed, id);
    let taken = Settled { mid_key: of(ids[0]).mid_key, ..of(ids[2]) };
    bed.store.settle_sends(vec![of(ids[0]), of(ids[1]), taken.clone()]).await.unwrap_err();
    assert_eq!(jobs(&bed).await, ["running"; 3]);
    assert_eq!(of_message(&bed, ids[0], "state").await.as_deref(), Some("sending"));
    assert_eq!(n_told(&bed, ids[0]).await, 2, "that it is queued and leaves");
    for settled in [of(ids[0]), of(ids[1])] {
        bed.store.settle_send(settled).await.unwrap();
    }
    assert_eq!(jobs(&bed).await, ["running"], "the others are settled alone");
}

async fn two_that_settle_at_once_wait_for_each_other(bed: Bed) {
    let mut ids = Vec::new();
    for _ in 0..12 {
        let it = thread(&bed).await;
        ids.push(queue_text(&bed, &it, "Yes").await);
    }
    claim_ids(&bed).await;
    let stores = two_stores(&bed).await;
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let mut all: Vec<Settled> = ids.iter().map(|id| settled(&bed, *id)).collect();
            all.rotate_left(n);
            let store = stores[n % 2].clone();
            tokio::spawn(async move { store.settle_sends(all).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    let revisions = rows::lines(&bed.url, "select distinct cast(revision as text) from conversations").await;
    assert_eq!(revisions.len(), 1, "no raise is lost: {revisions:?}");
    for id in ids {
        assert_eq!(n_told(&bed, id).await, 2 + 12);
    }
}

async fn nothing_is_settled_by_nothing(bed: Bed) {
    bed.store.settle_sends(Vec::new()).await.unwrap();
    assert_eq!(bed.value("select cast(count(*) as text) from changes").await.as_deref(), Some("0"));
}
