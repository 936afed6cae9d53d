use super::{
    claim_ids, failed, jobs, n_told, of_conversation, of_message, queue_text, sent, settle, settled, text, thread,
};
use crate::bed::Bed;
use crate::rows::{self, Thread};
use model::audit::Action;
use model::ids::{EpisodeId, MessageId};
use model::time::MINUTE_S;
use server::store::accounts::incident;
use server::store::audit::{Actor, Subject};
use server::store::sends::{JobKind, Tagged};

crate::on_both!(
    a_settled_message_is_sent,
    nobody_waits_after_an_answer_but_who_wrote_later,
    an_echo_that_came_first_becomes_one_with_ours,
    what_was_unsent_meanwhile_stays_unsent,
    an_answer_for_what_is_gone_changes_nothing,
    the_first_reply_of_an_episode_is_noted,
    a_tag_is_noted_with_who_sent_it,
    a_tag_that_works_ends_the_incident,
    known_mids_are_found,
);

async fn a_settled_message_is_sent(bed: Bed) {
    let it = thread(&bed).await;
    let id = sent(&bed, &it, "Two are left.").await;
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("sent"));
    assert_eq!(of_message(&bed, id, "mid").await, Some(format!("m_{id}")));
    assert_eq!(jobs(&bed).await, Vec::<String>::new());
    assert_eq!(n_told(&bed, id).await, 3, "that it is queued, leaves and was sent");
    let now = bed.seams.now().0;
    let last_sent = bed.value("select cast(last_sent_at as text) from accounts").await;
    assert_eq!(last_sent, Some((now - now % (MINUTE_S * 1000)).to_string()));
    settle(&bed, id).await;
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("sent"), "twice is once");
}

/// The customer writes once more.
async fn heard(bed: &Bed, thread: &Thread) {
    let (id, now): (MessageId, _) = (bed.seams.new_id(), bed.seams.now().0);
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at)
         values ('{id}', '{}', {now}, 'in', 'text', 'received', 'contact', 0, 0)",
        thread.conversation
    ))
    .await;
}

async fn nobody_waits_after_an_answer_but_who_wrote_later(bed: Bed) {
    let it = thread(&bed).await;
    let since = bed.seams.now().0;
    bed.execute(&format!("update conversations set waiting_since = {since}")).await;
    bed.clock.advance_s(10);
    let id = queue_text(&bed, &it, "Yes").await;
    assert_eq!(
        of_conversation(&bed, &it, "waiting_since").await,
        Some(since.to_string()),
        "it may still be taken back"
    );
    assert_eq!(claim_ids(&bed).await, [id]);
    let left = bed.seams.now();
    bed.clock.advance_s(1);
    heard(&bed, &it).await;
    let later = bed.seams.now();
    settle(&bed, id).await;
    assert_eq!(of_conversation(&bed, &it, "waiting_since").await, Some(later.0.to_string()));
    assert_eq!(of_conversation(&bed, &it, "last_reply_at").await, Some(left.0.to_string()));
    bed.clock.advance_s(1);
    sent(&bed, &it, "And that too").await;
    assert_eq!(of_conversation(&bed, &it, "waiting_since").await, None);
}

async fn an_echo_that_came_first_becomes_one_with_ours(bed: Bed) {
    let it = thread(&bed).await;
    let id = queue_text(&bed, &it, "Yes").await;
    claim_ids(&bed).await;
    let echo: MessageId = bed.seams.new_id();
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, mid, mid_key, created_at,
             updated_at)
         values ('{echo}', '{}', 1, 'out', 'text', 'sent', 'native_inbox', 'm_{id}', 'key_{id}', 0, 0);
         insert into reactions (message_id, side, emoji, at) values ('{echo}', 'contact', 'x', 1);
         update conversations set preview_message_id = '{echo}', preview_author = 'native_inbox'",
        it.conversation
    ))
    .await;
    settle(&bed, id).await;
    assert_eq!(rows::lines(&bed.url, "select id from messages where direction = 'out'").await, [id.to_string()]);
    assert_eq!(rows::lines(&bed.url, "select message_id from reactions").await, [id.to_string()]);
    assert_eq!(of_conversation(&bed, &it, "preview_author").await.as_deref(), Some("agent"));
    assert_eq!(of_conversation(&bed, &it, "preview_message_id").await, Some(id.to_string()));
    assert_eq!(n_told(&bed, echo).await, 1, "that it is gone");
}

async fn what_was_unsent_meanwhile_stays_unsent(bed: Bed) {
    let it = thread(&bed).await;
    let id = queue_text(&bed, &it, "Yes").await;
    claim_ids(&bed).await;
    bed.execute(&format!("update messages set state = 'deleted', text = null, detail = null where id = '{id}'")).await;
    settle(&bed, id).await;
    assert_eq!(of_message(&bed, id, "state").await.as_deref(), Some("deleted"));
}

async fn an_answer_for_what_is_gone_changes_nothing(bed: Bed) {
    let gone = text(&bed, "").id;
    settle(&bed, gone).await;
    bed.store.settle_reaction(gone, bed.seams.now()).await.unwrap();
    bed.store.postpone_send(super::postponed(&bed, gone, 1)).await.unwrap();
    bed.store.fail_send(failed(&bed, gone, JobKind::Message)).await.unwrap();
    bed.store.doubt_send(gone, bed.seams.now()).await.unwrap();
    bed.store.split_pictures(gone, Vec::new(), bed.seams.now()).await.unwrap();
    assert!(!bed.store.take_back(gone, bed.seams.now()).await.unwrap());
    assert_eq!(bed.value("select cast(count(*) as text) from changes").await.as_deref(), Some("0"));
}

async fn the_first_reply_of_an_episode_is_noted(bed: Bed) {
    let it = thread(&bed).await;
    let begun = bed.seams.now();
    bed.execute(&format!(
        "insert into episodes (id, conversation_id, account_id, opened_at)
         values ('{}', '{}', '{}', {})",
        bed.seams.new_id::<EpisodeId>(),
        it.conversation,
        it.account,
        begun.0
    ))
    .await;
    bed.clock.advance_s(60);
    let first = sent(&bed, &it, "Two are left.").await;
    bed.clock.advance_s(60);
    sent(&bed, &it, "One of them is blue.").await;
    let opened = bed.store.list_opened(begun, bed.seams.now()).await.unwrap().remove(0);
    let at = of_message(&bed, first, "at").await;
    assert_eq!(opened.replied_at.map(|it| it.0.to_string()), at, "the second is no first");
}

async fn tag(bed: &Bed, message: MessageId) {
    let (audit_id, now) = (bed.seams.new_id(), bed.seams.now());
    bed.store.tag_send(Tagged { message, actor: Actor::System, audit_id, now }).await.unwrap();
}

async fn a_tag_is_noted_with_who_sent_it(bed: Bed) {
    let it = thread(&bed).await;
    let id = queue_text(&bed, &it, "Sorry for the wait").await;
    claim_ids(&bed).await;
    tag(&bed, id).await;
    assert_eq!(of_message(&bed, id, "tag").await.as_deref(), Some("HUMAN_AGENT"));
    let audit = bed.store.list_audit(None, 10).await.unwrap();
    assert_eq!((audit[0].action, audit[0].subject), (Action::SentWithTag, Some(Subject::Message(id))));
    bed.store.fail_send(failed(&bed, id, JobKind::Message)).await.unwrap();
    assert_eq!(of_message(&bed, id, "tag").await, None, "it did not leave");
}

async fn a_tag_that_works_ends_the_incident(bed: Bed) {
    let it = thread(&bed).await;
    assert!(bed.store.tag_refused(it.account, bed.seams.new_id(), bed.seams.now()).await.unwrap());
    let open = bed.store.list_open_incidents(10).await.unwrap();
    assert_eq!(open[0].kind, incident::TAG_REFUSED);
    sent(&bed, &it, "untagged").await;
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap().len(), 1);
    let id = queue_text(&bed, &it, "tagged").await;
    bed.clock.advance_s(1);
    claim_ids(&bed).await;
    tag(&bed, id).await;
    bed.store.settle_send(settled(&bed, id)).await.unwrap();
    assert_eq!(bed.store.list_open_incidents(10).await.unwrap(), []);
    assert_eq!(bed.value("select human_agent from accounts").await.as_deref(), Some("works"));
    assert_eq!(
        bed.value("select cast(count(*) as text) from changes where kind = 'account'").await.as_deref(),
        Some("2")
    );
}

async fn known_mids_are_found(bed: Bed) {
    let it = thread(&bed).await;
    let id = sent(&bed, &it, "Yes").await;
    let keys = ["a", "b"].map(str::to_owned).into_iter().chain([format!("key_{id}")]).collect();
    assert_eq!(bed.store.known_mids(keys).await.unwrap(), [format!("key_{id}")]);
    assert_eq!(bed.store.known_mids(Vec::new()).await.unwrap(), Vec::<String>::new());
}
