use crate::bed::Bed;
use crate::rows;
use model::desk::Step;
use model::ids::{ConversationId, EpisodeId};
use model::person::{PersonId, Role};
use model::time::DAY_S;
use server::store::conversations::NewStep;

crate::on_both!(what_was_opened_and_closed_is_counted_in_its_days, only_what_left_with_the_tag_is_counted,);

async fn step(bed: &Bed, conversation: ConversationId, by: PersonId, step: Step) {
    let (line, notification, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
    bed.store.take_step(NewStep { conversation, step, by: by.into(), line, notification, now }).await.unwrap();
}

async fn what_was_opened_and_closed_is_counted_in_its_days(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let it = rows::thread(&bed.url, &bed.seams).await;
    let begun = bed.seams.now();
    step(&bed, it.conversation, mia, Step::Close).await;
    bed.clock.advance_s(DAY_S);
    let again = bed.seams.now();
    step(&bed, it.conversation, mia, Step::Reopen).await;
    bed.execute(&format!(
        "update episodes set first_reply_at = {}, first_reply_by = '{mia}' where closed_at is null",
        again.plus_s(60).0
    ))
    .await;
    bed.clock.advance_s(DAY_S);
    let until = bed.seams.now();
    step(&bed, it.conversation, mia, Step::Close).await;

    let opened = bed.store.list_opened(begun, until).await.unwrap();
    assert_eq!(opened.len(), 2);
    let newest = &opened[1];
    assert_eq!((newest.account, newest.at, newest.closed_at), (it.account, again, Some(until)));
    assert_eq!((newest.replied_at, newest.replied_by), (Some(again.plus_s(60)), Some(mia)));
    assert_eq!(bed.store.list_opened(again, until).await.unwrap().len(), 1);
    assert_eq!(bed.store.list_opened(begun, again).await.unwrap().len(), 1, "up to there, and not at it");

    let closed = bed.store.list_closed(begun, until).await.unwrap();
    assert_eq!(closed.len(), 1, "the second was closed at the very end");
    assert_eq!((closed[0].by, closed[0].at, closed[0].opened_at), (Some(mia), begun, begun));
    let closed = bed.store.list_closed(begun, until.plus_s(1)).await.unwrap();
    assert_eq!(closed.iter().map(|it| it.at).collect::<Vec<_>>(), [begun, until]);
    let accounts = bed.store.list_account_names().await.unwrap();
    assert_eq!(accounts, [(it.account, "Luna Ceramics".to_owned())]);
}

async fn only_what_left_with_the_tag_is_counted(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let it = rows::thread(&bed.url, &bed.seams).await;
    let now = bed.seams.now();
    for (tag, state) in [("'HUMAN_AGENT'", "sent"), ("'HUMAN_AGENT'", "failed"), ("null", "sent")] {
        let id: EpisodeId = bed.seams.new_id();
        bed.execute(&format!(
            "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, tag,
                 created_at, updated_at)
             values ('{id}', '{}', {}, 'out', 'text', '{state}', 'agent', '{mia}', {tag}, 0, 0)",
            it.conversation, now.0
        ))
        .await;
    }
    let tagged = bed.store.list_tagged(now, now.plus_s(1)).await.unwrap();
    assert_eq!(tagged.len(), 1);
    assert_eq!((tagged[0].account, tagged[0].at, tagged[0].by), (it.account, now, Some(mia)));
    assert!(bed.store.list_tagged(now.plus_s(1), now.plus_s(DAY_S)).await.unwrap().is_empty());
}
