//! What meets what: our own sends and their echoes, words and the messages they are about.

use crate::inbox::{Inbox, NOW, payload};
use crate::rows;
use model::content::{Detail, MessageKind};
use model::id::Id as _;
use model::ids::{AccountId, ContactId, ConversationId, MessageId};
use model::meta::identity::mid_key;
use model::meta::read;
use model::platform::Platform;
use model::thread::{Author, Direction, Message, MessageState};
use model::time::Timestamp;
use server::store::sends::{Leaving, Settled};

crate::on_both!(
    what_was_unsent_is_nowhere,
    an_echo_and_the_answer_of_a_send_are_one_message_in_either_order,
    what_somebody_else_sends_meanwhile_stays_theirs,
);

const CUSTOMER: &str = "1093847561029384";

/// A message of ours with these words, on its way.
fn leaving(text: &str) -> Leaving {
    let account = AccountId::of(Platform::Instagram, "17841460210973548");
    let conversation_id = ConversationId::of(ContactId::of(account, CUSTOMER));
    let message = Message {
        id: MessageId::compose(NOW.0, [7; 10]),
        conversation_id,
        at: NOW,
        direction: Direction::Out,
        kind: MessageKind::Text,
        state: Some(MessageState::Sending),
        author: Author::Agent,
        author_id: Some("ines".to_owned()),
        text: Some(text.to_owned()),
        detail: Detail::default(),
        mid: None,
        mid_key: None,
        reply_to_key: None,
        n_edits: 0,
    };
    Leaving { account, message, lease_until: NOW.plus_s(60), now: NOW }
}

/// What Meta calls the message that this echo is of.
fn settled(echo: &[u8]) -> Settled {
    let item = read::items(echo, Timestamp(0)).unwrap().remove(0);
    let Some(model::meta::event::What::Said(said)) = item.event.map(|it| it.what) else { unreachable!() };
    let mid = said.mid.unwrap();
    let mid_key = mid_key("instagram", "17841460210973548", &mid);
    Settled { message: leaving("").message.id, mid, mid_key, now: NOW }
}

async fn an_echo_and_the_answer_of_a_send_are_one_message_in_either_order(inbox: Inbox) {
    let echo = payload("instagram.message.echo_own_app");
    // The last has other words than the echo, as when Meta changed them: only the answer can tell.
    for (echo_first, text) in [(true, ECHOED), (false, ECHOED), (true, "Yes, two left")] {
        let inbox = inbox.another().await;
        inbox.take(&payload("instagram.message.text")).await;
        assert!(inbox.store.start_send(leaving(text)).await.unwrap());
        assert!(!inbox.store.start_send(second()).await.unwrap(), "one at a time");
        if echo_first {
            inbox.take(&echo).await;
            inbox.take(&payload("instagram.reaction.react")).await;
            inbox.store.settle_send(settled(&echo)).await.unwrap();
        } else {
            inbox.store.settle_send(settled(&echo)).await.unwrap();
            inbox.take(&echo).await;
            inbox.take(&payload("instagram.reaction.react")).await;
        }
        let sent = "select author_kind || ' ' || state || ' ' || coalesce(author_id, '') from messages
                    where direction = 'out'";
        assert_eq!(rows::lines(&inbox.url, sent).await, ["agent sent ines"], "{echo_first} {text}");
        let reactions =
            "select r.emoji from reactions r join messages m on m.id = r.message_id where m.author_id = 'ines'";
        assert_eq!(rows::lines(&inbox.url, reactions).await, ["❤️"], "{echo_first} {text}");
        assert_eq!(rows::lines(&inbox.url, "select message_id from outbox").await, Vec::<String>::new());
        let told = "select cast(count(*) as text) from changes where subject_id in
                    (select id from messages where author_id = 'ines')";
        let n_told = rows::value(&inbox.url, told).await.unwrap().parse::<u32>().unwrap();
        assert!(n_told >= 2, "that it leaves, and that it was sent: {n_told}");
    }
}

/// The words of the reference's echo of our own app.
const ECHOED: &str = "Yes, two left. Shall I reserve one?";

fn second() -> Leaving {
    let leaving = leaving("and another");
    let message = Message { id: MessageId::compose(NOW.0, [8; 10]), ..leaving.message };
    Leaving { message, ..leaving }
}

async fn what_somebody_else_sends_meanwhile_stays_theirs(inbox: Inbox) {
    inbox.take(&payload("instagram.message.text")).await;
    assert!(inbox.store.start_send(leaving(ECHOED)).await.unwrap());
    inbox.take(&payload("instagram.message.echo_native")).await;
    let sent = "select author_kind || ' ' || state from messages where direction = 'out' order by author_kind";
    assert_eq!(rows::lines(&inbox.url, sent).await, ["agent sending", "native_inbox sent"]);
}

/// Neither in the thread nor in the journal, in whichever order it came.
async fn what_was_unsent_is_nowhere(inbox: Inbox) {
    let order: [&[&str]; 2] = [
        &["instagram.message.text", "instagram.message.deleted"],
        &["instagram.message.deleted", "instagram.message.text"],
    ];
    for names in order {
        let inbox = inbox.another().await;
        for name in names {
            inbox.take(&payload(name)).await;
        }
        let everything = [
            "select coalesce(text, '') || coalesce(detail, '') from messages",
            "select coalesce(preview, '') from conversations",
            "select raw from inbound",
            "select payload from waiting_events",
            "select payload from changes",
        ];
        for query in everything {
            let found = rows::lines(&inbox.url, query).await.concat();
            assert!(!found.contains("kettle"), "{names:?}: {query}: {found}");
        }
        let states = rows::lines(&inbox.url, "select state from messages").await;
        assert_eq!(states, ["deleted"], "{names:?}: a tombstone stays");
    }
}
