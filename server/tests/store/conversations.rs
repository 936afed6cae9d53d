use crate::bed::Bed;
use crate::rows;
use model::ids::ConversationId;
use model::live::Event;
use server::store::conversations::{Standing, State, With};

crate::on_both!(
    a_conversation_stands_where_it_was_put,
    whoever_had_it_is_remembered,
    what_stands_there_already_is_not_told_again,
    what_is_not_there_cannot_be_put
);

async fn conversation(bed: &Bed) -> ConversationId {
    rows::thread(&bed.url, &bed.seams).await.conversation
}

async fn a_conversation_stands_where_it_was_put(bed: Bed) {
    let id = conversation(&bed).await;
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    let until = bed.seams.now().plus_s(3600);
    let open = Standing { state: State::Open, with: With::People(None) };
    assert_eq!(bed.store.find_standing(id).await.unwrap(), Some(open), "as intake makes it");
    let places = [
        Standing { state: State::Open, with: With::People(Some(mia.id)) },
        Standing { state: State::SnoozedUntil(until), with: With::People(Some(mia.id)) },
        Standing { state: State::Closed, with: With::People(None) },
        Standing { state: State::Open, with: With::App("2468013579246801".to_owned()) },
    ];
    for standing in places {
        assert!(bed.store.put_conversation(id, standing.clone(), bed.seams.now()).await.unwrap());
        assert_eq!(bed.store.find_standing(id).await.unwrap(), Some(standing));
    }
}

async fn whoever_had_it_is_remembered(bed: Bed) {
    let id = conversation(&bed).await;
    let mia = bed.person("mia@luna.example", "Mia");
    bed.store.insert_person(mia.clone(), bed.audit()).await.unwrap();
    for with in [With::People(Some(mia.id)), With::App("1".to_owned()), With::People(None)] {
        let standing = Standing { state: State::Open, with };
        assert!(bed.store.put_conversation(id, standing, bed.seams.now()).await.unwrap());
    }
    let last = bed.value("select last_assignee_id from conversations").await;
    assert_eq!(last, Some(mia.id.to_string()));
}

async fn what_stands_there_already_is_not_told_again(bed: Bed) {
    let id = conversation(&bed).await;
    let closed = Standing { state: State::Closed, with: With::People(None) };
    for _ in 0..2 {
        assert!(bed.store.put_conversation(id, closed.clone(), bed.seams.now()).await.unwrap());
    }
    bed.store.number_changes().await.unwrap();
    let told = bed.store.changes_after(0, 100).await.unwrap();
    let of_it = told
        .iter()
        .filter(|it| matches!(it.event, Event::Conversation { conversation_id, .. } if conversation_id == id));
    assert_eq!(of_it.count(), 1);
}

async fn what_is_not_there_cannot_be_put(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    bed.execute("delete from messages; delete from conversations").await;
    let closed = Standing { state: State::Closed, with: With::People(None) };
    assert!(!bed.store.put_conversation(thread.conversation, closed, bed.seams.now()).await.unwrap());
    assert_eq!(bed.store.find_standing(thread.conversation).await.unwrap(), None);
}
