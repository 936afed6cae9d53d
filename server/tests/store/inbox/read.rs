use super::{OPEN, ago};
use crate::bed::{Bed, START};
use model::ids::{ConversationId, MessageId};
use model::live::Event;
use model::time::Timestamp;
use std::fmt::Write as _;

crate::on_both!(
    what_somebody_looked_at_is_read,
    a_look_that_finds_nothing_new_changes_nothing,
    nobody_reads_what_has_not_come,
    what_is_not_there_cannot_be_read,
);

/// Messages of the customer's one, two and three minutes ago, and one of ours between.
async fn unread(bed: &Bed) -> ConversationId {
    let account = bed.an_account("1").await;
    let id = OPEN.into(bed, account).await;
    let mut sql = format!("update conversations set unread = 3, read_until = {} where id = '{id}';", ago(181).0);
    for (ago_s, said) in [
        (240, "'in', 'text', 'received', 'contact'"),
        (180, "'in', 'text', 'received', 'contact'"),
        (150, "'out', 'text', 'sent', 'native_inbox'"),
        (120, "'in', 'text', 'received', 'contact'"),
        (60, "'in', 'text', 'received', 'contact'"),
    ] {
        let message: MessageId = bed.seams.new_id();
        let _ = write!(
            sql,
            "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at)
             values ('{message}', '{id}', {}, {said}, 0, 0);",
            ago(ago_s).0
        );
    }
    bed.execute(&sql).await;
    id
}

async fn look(bed: &Bed, id: ConversationId, until: Timestamp) -> bool {
    bed.store.mark_read(id, until, bed.seams.now()).await.unwrap()
}

/// How many are unread, until when it is read, and the revision.
async fn standing(bed: &Bed) -> String {
    let columns = "cast(unread as text) || ' ' || cast(read_until as text) || ' ' || cast(revision as text)";
    bed.value(&format!("select {columns} from conversations")).await.unwrap()
}

async fn told(bed: &Bed) -> Vec<Event> {
    bed.store.number_changes().await.unwrap();
    bed.store.changes_after(0, 100).await.unwrap().into_iter().map(|it| it.event).collect()
}

async fn what_somebody_looked_at_is_read(bed: Bed) {
    let id = unread(&bed).await;
    assert!(look(&bed, id, ago(120)).await);
    assert_eq!(standing(&bed).await, format!("1 {} 1", ago(120).0));
    // Changes of one moment have no order.
    bed.clock.advance_s(1);
    assert!(look(&bed, id, ago(60)).await);
    assert_eq!(standing(&bed).await, format!("0 {} 2", ago(60).0));
    let event = |revision| Event::Conversation { conversation_id: id, revision };
    assert_eq!(told(&bed).await, [event(1), event(2)]);
}

async fn a_look_that_finds_nothing_new_changes_nothing(bed: Bed) {
    let id = unread(&bed).await;
    let before = standing(&bed).await;
    for until in [Timestamp(i64::MIN), Timestamp(0), ago(181), ago(300)] {
        assert!(!look(&bed, id, until).await, "{until:?}");
    }
    assert_eq!(standing(&bed).await, before);
    assert!(look(&bed, id, ago(60)).await);
    assert!(!look(&bed, id, ago(60)).await);
    assert!(!look(&bed, id, ago(150)).await, "nothing becomes unread again");
    assert_eq!(told(&bed).await.len(), 1);
}

async fn nobody_reads_what_has_not_come(bed: Bed) {
    let id = unread(&bed).await;
    assert!(look(&bed, id, Timestamp(i64::MAX)).await);
    assert_eq!(standing(&bed).await, format!("0 {} 1", START.plus_s(-60).0));
}

async fn what_is_not_there_cannot_be_read(bed: Bed) {
    assert!(!look(&bed, bed.seams.new_id(), bed.seams.now()).await);
}
