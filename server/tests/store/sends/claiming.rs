use super::{
    claim, claim_ids, claiming, jobs, n_told, next, of_message, postponed, queue, queue_text, reply, settle, text,
    thread, two_stores,
};
use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::ids::{AccountId, MessageId};
use model::time::Timestamp;
use server::store::sends::{ClaimSends, NewReply};
use sqlx::Connection as _;
use std::collections::HashSet;

crate::on_both!(
    one_job_of_a_conversation_is_out_at_a_time,
    of_two_processes_that_claim_at_once_one_gets_a_job,
    a_conversation_that_somebody_is_at_waits_for_the_next_claim,
    an_earlier_job_that_waits_holds_the_later_ones_back,
    what_was_sent_later_is_seen_later,
    what_is_queued_is_seen_behind_what_leaves,
    the_pace_of_an_account_is_kept_over_claims,
    each_pace_is_kept_by_itself,
    an_account_near_its_limits_sends_slowly,
    a_held_account_sends_nothing,
    a_busy_account_leaves_room_for_others,
    no_more_is_claimed_than_was_wanted,
    the_next_moment_is_known,
    what_was_claimed_outlives_the_process,
    nothing_leaves_while_the_account_is_paused,
);

async fn one_job_of_a_conversation_is_out_at_a_time(bed: Bed) {
    let (it, other) = (thread(&bed).await, thread(&bed).await);
    let first = queue_text(&bed, &it, "first").await;
    let second = queue_text(&bed, &it, "second").await;
    let elsewhere = queue_text(&bed, &other, "elsewhere").await;
    let mut claimed = claim_ids(&bed).await;
    claimed.sort_unstable();
    let mut expected = [first, elsewhere];
    expected.sort_unstable();
    assert_eq!(claimed, expected);
    assert_eq!(of_message(&bed, first, "state").await.as_deref(), Some("sending"));
    assert_eq!(of_message(&bed, second, "state").await.as_deref(), Some("queued"));
    assert_eq!((n_told(&bed, first).await, n_told(&bed, second).await), (2, 1));
    assert_eq!(claim_ids(&bed).await, []);
    settle(&bed, first).await;
    assert_eq!(claim_ids(&bed).await, [second]);
}

async fn of_two_processes_that_claim_at_once_one_gets_a_job(bed: Bed) {
    let mut queued = HashSet::new();
    for _ in 0..30 {
        let it = thread(&bed).await;
        queued.insert(queue_text(&bed, &it, "one").await);
        queue_text(&bed, &it, "two").await;
    }
    let stores = two_stores(&bed).await;
    let claims: Vec<_> = (0..16)
        .map(|n| {
            let (store, claim) = (stores[n % 2].clone(), ClaimSends { limit: 3, ..claiming(&bed) });
            tokio::spawn(async move { store.claim_sends(claim).await.unwrap() })
        })
        .collect();
    let mut claimed = Vec::new();
    for one in claims {
        claimed.extend(one.await.unwrap().into_iter().map(|it| it.message));
    }
    assert_eq!(claimed.len(), 30, "each waits for its turn, and then finds what is left");
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>(), queued);
}

/// SQLite has one writer: there nobody is.
async fn a_conversation_that_somebody_is_at_waits_for_the_next_claim(bed: Bed) {
    let (busy, free) = (thread(&bed).await, thread(&bed).await);
    let waits = queue_text(&bed, &busy, "Hello").await;
    let leaves = queue_text(&bed, &free, "Hello").await;
    if bed.is_postgres() {
        let mut somebody = sqlx::PgConnection::connect(&bed.url).await.unwrap();
        let mut at_it = somebody.begin().await.unwrap();
        let lock = sqlx::query("select id from conversations where id = $1 for update");
        lock.bind(busy.conversation.to_string()).execute(&mut *at_it).await.unwrap();
        assert_eq!(claim_ids(&bed).await, [leaves]);
        assert_eq!(next(&bed).await, Some(bed.seams.now()));
        at_it.rollback().await.unwrap();
        assert_eq!(claim_ids(&bed).await, [waits]);
    } else {
        assert_eq!(claim_ids(&bed).await.len(), 2);
    }
}

async fn an_earlier_job_that_waits_holds_the_later_ones_back(bed: Bed) {
    let it = thread(&bed).await;
    let first = queue_text(&bed, &it, "first").await;
    let second = queue_text(&bed, &it, "second").await;
    assert_eq!(claim_ids(&bed).await, [first]);
    bed.store.postpone_send(postponed(&bed, first, 30)).await.unwrap();
    assert_eq!(of_message(&bed, first, "state").await.as_deref(), Some("queued"));
    bed.clock.advance_s(1);
    assert_eq!(claim_ids(&bed).await, []);
    assert_eq!(next(&bed).await, Some(bed.seams.now().plus_s(29)));
    bed.clock.advance_s(29);
    let claimed = claim(&bed).await;
    assert_eq!((claimed[0].message, claimed[0].attempts), (first, 1));
    settle(&bed, first).await;
    assert_eq!(claim_ids(&bed).await, [second]);
}

async fn what_was_sent_later_is_seen_later(bed: Bed) {
    let it = thread(&bed).await;
    let id = queue_text(&bed, &it, "first").await;
    bed.clock.advance_s(7);
    let leaves_at = claim(&bed).await[0].leaves_at;
    assert_eq!(leaves_at, bed.seams.now());
    assert_eq!(of_message(&bed, id, "at").await, Some(leaves_at.0.to_string()));
}

async fn what_is_queued_is_seen_behind_what_leaves(bed: Bed) {
    let it = thread(&bed).await;
    let parts = (0..4).map(|n| text(&bed, &format!("part {n}"))).collect();
    let ids = queue(&bed, reply(&bed, &it, parts)).await;
    let late = NewReply {
        due_at: bed.seams.now().plus_s(90),
        is_scheduled: true,
        ..reply(&bed, &it, vec![text(&bed, "later")])
    };
    let late = queue(&bed, late).await[0];
    let expected: Vec<String> = ids.iter().chain([&late]).map(ToString::to_string).collect();
    for id in ids {
        let order = "select id from messages where direction = 'out' order by at, id";
        assert_eq!(rows::lines(&bed.url, order).await, expected);
        bed.clock.advance_s(1);
        assert_eq!(claim_ids(&bed).await, [id]);
        assert_eq!(rows::lines(&bed.url, order).await, expected);
        settle(&bed, id).await;
    }
    assert_eq!(n_told(&bed, late).await, 1, "it stays where it is");
}

/// Several conversations of one account, each with a message to leave.
async fn busy(bed: &Bed, n: usize) -> (AccountId, Vec<MessageId>) {
    let first = thread(bed).await;
    let mut ids = Vec::new();
    for _ in 0..n {
        let it = another(bed, &first).await;
        ids.push(queue_text(bed, &it, "Hello").await);
    }
    (first.account, ids)
}

/// Somebody else wrote to the same account.
async fn another(bed: &Bed, of: &Thread) -> Thread {
    let it = thread(bed).await;
    bed.execute(&format!(
        "update contacts set account_id = '{0}' where account_id = '{1}';
         update conversations set account_id = '{0}' where account_id = '{1}';",
        of.account, it.account
    ))
    .await;
    Thread { account: of.account, ..it }
}

async fn the_pace_of_an_account_is_kept_over_claims(bed: Bed) {
    busy(&bed, 30).await;
    let start = bed.seams.now();
    let ms = |claimed: &[server::store::sends::Leaving]| -> Vec<i64> {
        claimed.iter().map(|it| it.leaves_at.since_ms(start)).collect()
    };
    let claim = |horizon_s: i64| ClaimSends { horizon: bed.seams.now().plus_s(horizon_s), ..claiming(&bed) };
    let first = bed.store.claim_sends(claim(1)).await.unwrap();
    assert_eq!(ms(&first), [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    assert_eq!(bed.store.claim_sends(claim(1)).await.unwrap(), [], "as far as the horizon");
    assert_eq!(next(&bed).await, Some(Timestamp(start.0 + 1100)));
    bed.clock.advance_s(1);
    let second = bed.store.claim_sends(claim(1)).await.unwrap();
    assert_eq!(ms(&second), [1100, 1200, 1300, 1400, 1500, 1600, 1700, 1800, 1900, 2000]);
    bed.clock.advance_s(60);
    let last = bed.store.claim_sends(claim(1)).await.unwrap();
    assert_eq!(ms(&last), [61_000, 61_100, 61_200, 61_300, 61_400, 61_500, 61_600, 61_700, 61_800]);
}

async fn each_pace_is_kept_by_itself(bed: Bed) {
    let first = thread(&bed).await;
    let media = super::file(&bed, first.account).await;
    for _ in 0..3 {
        let it = another(&bed, &first).await;
        let voice = super::files(&bed, &model::content::AttachmentKind::Audio, &[media]);
        queue(&bed, reply(&bed, &it, vec![voice])).await;
        let it = another(&bed, &first).await;
        queue_text(&bed, &it, "Hello").await;
    }
    let mut ms: Vec<i64> = claim(&bed).await.iter().map(|it| it.leaves_at.since_ms(bed.seams.now())).collect();
    ms.sort_unstable();
    assert_eq!(ms, [0, 0, 100, 200, 1500]);
}

async fn an_account_near_its_limits_sends_slowly(bed: Bed) {
    let (account, _) = busy(&bed, 5).await;
    bed.store.save_usage(account, 50).await.unwrap();
    bed.store.save_usage(account, 95).await.unwrap();
    let ms: Vec<i64> = claim(&bed).await.iter().map(|it| it.leaves_at.since_ms(bed.seams.now())).collect();
    assert_eq!(ms, [0, 1000, 2000]);
}

async fn a_held_account_sends_nothing(bed: Bed) {
    let (held, _) = busy(&bed, 2).await;
    let (_, free) = busy(&bed, 1).await;
    let until = bed.seams.now().plus_s(60);
    bed.store.hold_account(held, until).await.unwrap();
    bed.store.hold_account(held, bed.seams.now().plus_s(5)).await.unwrap();
    bed.store.save_usage(held, 10).await.unwrap();
    assert_eq!(claim_ids(&bed).await, free);
    assert_eq!(next(&bed).await, Some(until), "the longer word holds");
    bed.clock.advance_s(60);
    assert_eq!(claim_ids(&bed).await.len(), 2);
}

async fn a_busy_account_leaves_room_for_others(bed: Bed) {
    busy(&bed, 40).await;
    bed.clock.advance_s(1);
    let (other, _) = busy(&bed, 2).await;
    let claimed = bed.store.claim_sends(ClaimSends { limit: 25, ..claiming(&bed) }).await.unwrap();
    assert_eq!(claimed.len(), 23, "21 in two seconds, and both of the other");
    assert_eq!(claimed.iter().filter(|it| it.account == other).count(), 2);
    assert_eq!(jobs(&bed).await.iter().filter(|it| *it == "running").count(), 23);
}

async fn no_more_is_claimed_than_was_wanted(bed: Bed) {
    let mut queued = Vec::new();
    for _ in 0..5 {
        let it = thread(&bed).await;
        queued.push(queue_text(&bed, &it, "Hello").await);
        bed.clock.advance_s(1);
    }
    let two = ClaimSends { limit: 2, ..claiming(&bed) };
    let mut claimed = Vec::new();
    for n in [2, 2, 1, 0] {
        let some = bed.store.claim_sends(two).await.unwrap();
        assert_eq!(some.len(), n);
        claimed.extend(some.into_iter().map(|it| it.message));
    }
    assert_eq!(claimed, queued, "those that wait longest first");
}

async fn the_next_moment_is_known(bed: Bed) {
    assert_eq!(next(&bed).await, None);
    let (it, now) = (thread(&bed).await, bed.seams.now());
    let late = NewReply { due_at: now.plus_s(90), is_scheduled: true, ..reply(&bed, &it, vec![text(&bed, "later")]) };
    queue(&bed, late).await;
    assert_eq!(next(&bed).await, Some(now.plus_s(90)));
    let soon = NewReply { due_at: now.plus_s(5), ..reply(&bed, &it, vec![text(&bed, "soon")]) };
    let id = queue(&bed, soon).await[0];
    assert_eq!(next(&bed).await, Some(now.plus_s(5)));
    bed.clock.advance_s(6);
    assert_eq!(next(&bed).await, Some(bed.seams.now()));
    assert_eq!(claim_ids(&bed).await, [id]);
    assert_eq!(next(&bed).await, Some(now.plus_s(90)), "nobody is called for what waits behind another");
    bed.clock.advance_s(90);
    assert_eq!(next(&bed).await, None);
    settle(&bed, id).await;
    assert_eq!(next(&bed).await, Some(bed.seams.now()));
}

async fn what_was_claimed_outlives_the_process(bed: Bed) {
    let it = thread(&bed).await;
    let first = queue_text(&bed, &it, "first").await;
    let second = queue_text(&bed, &it, "second").await;
    assert_eq!(claim_ids(&bed).await, [first]);
    bed.store.close().await;
    let store = bed.again().await;
    assert_eq!(store.claim_sends(claiming(&bed)).await.unwrap(), [], "nobody knows what became of the first");
    assert_eq!(store.orphan_sends(true, bed.seams.now()).await.unwrap(), 1);
    assert_eq!(store.claim_sends(claiming(&bed)).await.unwrap(), []);
    store.settle_send(super::settled(&bed, first)).await.unwrap();
    let claimed = store.claim_sends(claiming(&bed)).await.unwrap();
    assert_eq!(claimed.iter().map(|it| it.message).collect::<Vec<_>>(), [second]);
}

async fn nothing_leaves_while_the_account_is_paused(bed: Bed) {
    let it = thread(&bed).await;
    let id = queue_text(&bed, &it, "Yes.").await;
    bed.execute("update accounts set state = 'paused'").await;
    assert_eq!(claim_ids(&bed).await, []);
    bed.execute("update accounts set state = 'active'").await;
    assert_eq!(claim_ids(&bed).await, [id], "as soon as it goes on");
}
