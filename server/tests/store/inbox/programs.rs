//! What other programs read of a conversation.

use crate::bed::Bed;
use crate::rows;
use model::ids::MessageId;
use model::inbox::Order;
use model::person::PersonId;
use model::thread::Direction;
use model::view::View;
use server::store::inbox::{Beside, ListOf, Wanted};
use server::store::notes::NoteRow;
use server::store::sight::Sight;

crate::on_both!(
    what_was_said_comes_without_what_the_team_sees,
    what_stands_beside_a_row_is_found,
    owners_are_told_apart
);

async fn what_was_said_comes_without_what_the_team_sees(bed: Bed) {
    let it = rows::thread(&bed.url, &bed.seams).await;
    bed.execute(&format!("update messages set mid = 'm_1', mid_key = 'k' where id = '{}'", it.message)).await;
    bed.clock.advance_s(1);
    let note = NoteRow {
        id: bed.seams.new_id(),
        conversation: it.conversation,
        client_id: "n".to_owned(),
        text: "Ask Mia".to_owned(),
        mentions: Vec::new(),
        by: PersonId::from_bits(1).into(),
        now: bed.seams.now(),
    };
    let note = bed.store.add_note(note).await.unwrap().unwrap();
    let (said, has_older) = bed.store.messages_before(it.conversation, None, 1).await.unwrap();
    assert!(!has_older);
    let found: Vec<_> = said.iter().map(|it| (it.line.id, it.line.direction, it.mid.as_deref())).collect();
    assert_eq!(found, [(it.message, Direction::In, Some("m_1"))]);
    let before = Some((said[0].line.at, said[0].line.id));
    assert_eq!(bed.store.messages_before(it.conversation, before, 9).await.unwrap(), (Vec::new(), false));
    assert_eq!(
        bed.store.find_said(it.conversation, note).await.unwrap().unwrap().line.text.as_deref(),
        Some("Ask Mia")
    );
    let other = rows::thread(&bed.url, &bed.seams).await;
    assert_eq!(bed.store.find_said(other.conversation, note).await.unwrap(), None, "it is another's");
    assert_eq!(bed.store.find_said(it.conversation, MessageId::from_bits(1)).await.unwrap(), None);
}

async fn what_stands_beside_a_row_is_found(bed: Bed) {
    let [one, two] = [rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await];
    bed.execute(&format!(
        "insert into labels (id, name, name_folded, colour, created_at) values ('b', 'Big', 'big', '20', 0);
         insert into labels (id, name, name_folded, colour, created_at) values ('a', 'apt', 'apt', '20', 0);
         insert into conversation_labels (conversation_id, label_id) values ('{0}', 'b');
         insert into conversation_labels (conversation_id, label_id) values ('{0}', 'a');",
        one.conversation
    ))
    .await;
    let ids = vec![one.conversation, two.conversation, bed.seams.new_id()];
    let found = bed.store.list_beside(ids).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[&one.conversation].labels, ["apt", "Big"]);
    let contact = bed.value(&format!("select contact_id from conversations where id = '{}'", two.conversation)).await;
    assert_eq!(found[&two.conversation], Beside { contact_external_id: contact.unwrap(), labels: Vec::new() });
}

async fn owners_are_told_apart(bed: Bed) {
    use model::filter::{Filter, OwnerKind};
    let [one, two] = [rows::thread(&bed.url, &bed.seams).await, rows::thread(&bed.url, &bed.seams).await];
    bed.execute(&format!("update conversations set owner = 'bot' where id = '{}'", two.conversation)).await;
    for (owner, expected) in [
        (OwnerKind::Human, vec![one.conversation]),
        (OwnerKind::Bot, vec![two.conversation]),
        (OwnerKind::Other, vec![]),
    ] {
        let filter = Filter { owner: Some(owner), any_state: true, ..Filter::default() };
        let (person, sight, now) = (PersonId::from_bits(0), Sight::EveryAccount, bed.seams.now());
        let of = ListOf { view: View::AllOpen, filter, person, sight, now };
        let page = bed.store.list_conversations(Wanted { of, after: None, limit: 10 }).await.unwrap();
        assert_eq!(page.rows.iter().map(|it| it.id).collect::<Vec<_>>(), expected, "{owner:?}");
        assert_eq!(page.order, Order::Newest);
    }
}
