//! What meets what: our own sends and their echoes, words and the messages they are about.

use crate::inbox::{Inbox, NOW, payload};
use crate::rows;
use model::content::{Detail, MessageKind};
use model::ids::{AccountId, ContactId, ConversationId, MessageId};
use model::meta::identity::mid_key;
use model::meta::read;
use model::platform::Platform;
use model::thread::Author;
use model::time::Timestamp;
use server::assignment::give_all;
use server::store::sends::{ClaimSends, NewMessage, NewReply, Pace, Queueing, Settled};

crate::on_both!(
    what_was_unsent_is_nowhere,
    an_echo_and_the_answer_of_a_send_are_one_message_in_either_order,
    what_somebody_else_sends_meanwhile_stays_theirs,
    a_late_echo_is_of_the_message_that_was_never_confirmed,
    an_echo_of_a_private_reply_answers_the_comment,
    what_we_sent_and_somebody_unsent_is_nowhere_either,
    who_had_a_closed_conversation_has_it_again_when_the_customer_comes_back,
);

const CUSTOMER: &str = "1093847561029384";

/// A message of ours with these words, on its way.
async fn leaves(inbox: &Inbox, text: &str) -> MessageId {
    let id = inbox.program.seams.new_id();
    let message = NewMessage {
        id,
        kind: MessageKind::Text,
        text: Some(text.to_owned()),
        detail: Detail::default(),
        attachments: Vec::new(),
    };
    let account = AccountId::of(Platform::Instagram, "17841460210973548");
    let reply = NewReply {
        conversation: ConversationId::of(ContactId::of(account, CUSTOMER)),
        client_id: None,
        author: Author::Agent,
        author_id: Some("ines".to_owned()),
        messages: vec![message],
        reply_to: None,
        comment: None,
        seen: None,
        due_at: NOW,
        is_scheduled: false,
        now: NOW,
    };
    assert_eq!(inbox.store.queue_reply(reply).await.unwrap(), Queueing::Queued(vec![id]));
    let claim = ClaimSends {
        now: NOW,
        lease_until: NOW.plus_s(60),
        lease_until_for_files: NOW.plus_s(60),
        horizon: NOW.plus_s(1),
        limit: 64,
        pace: Pace { texts_ms: 10, media_ms: 10, private_replies_ms: 10 },
    };
    let claimed = inbox.store.claim_sends(claim).await.unwrap();
    assert_eq!(claimed.iter().map(|it| it.message).collect::<Vec<_>>(), [id]);
    id
}

/// What Meta calls the message that this echo is of.
fn settled(message: MessageId, echo: &[u8]) -> Settled {
    let item = read::items(echo, Timestamp(0)).unwrap().remove(0);
    let Some(model::meta::event::What::Said(said)) = item.event.map(|it| it.what) else { unreachable!() };
    let mid = said.mid.unwrap();
    let mid_key = mid_key("instagram", "17841460210973548", &mid);
    Settled { message, mid, mid_key, now: NOW }
}

async fn an_echo_and_the_answer_of_a_send_are_one_message_in_either_order(inbox: Inbox) {
    let echo = payload("instagram.message.echo_own_app");
    // The last has other words than the echo, as when Meta changed them: only the answer can tell.
    for (echo_first, text) in [(true, ECHOED), (false, ECHOED), (true, "Yes, two left")] {
        let inbox = inbox.another().await;
        inbox.take(&payload("instagram.message.text")).await;
        let ours = leaves(&inbox, text).await;
        if echo_first {
            inbox.take(&echo).await;
            inbox.take(&payload("instagram.reaction.react")).await;
            inbox.store.settle_send(settled(ours, &echo)).await.unwrap();
        } else {
            inbox.store.settle_send(settled(ours, &echo)).await.unwrap();
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

async fn what_somebody_else_sends_meanwhile_stays_theirs(inbox: Inbox) {
    inbox.take(&payload("instagram.message.text")).await;
    leaves(&inbox, ECHOED).await;
    inbox.take(&payload("instagram.message.echo_native")).await;
    let sent = "select author_kind || ' ' || state from messages where direction = 'out' order by author_kind";
    assert_eq!(rows::lines(&inbox.url, sent).await, ["agent sending", "native_inbox sent"]);
}

/// Nobody heard what became of it, until its echo came.
async fn a_late_echo_is_of_the_message_that_was_never_confirmed(inbox: Inbox) {
    let echo = payload("instagram.message.echo_own_app");
    inbox.take(&payload("instagram.message.text")).await;
    let ours = leaves(&inbox, ECHOED).await;
    inbox.store.doubt_send(ours, NOW).await.unwrap();
    assert!(inbox.store.give_up_doubt(ours, NOW).await.unwrap());
    let standing = "select cast(n_failed as text) || ' ' || coalesce(cast(waiting_since as text), '-') || ' '
                        || cast(last_reply_at as text) from conversations";
    assert!(rows::value(&inbox.url, standing).await.unwrap().starts_with("1 17"));
    inbox.take(&echo).await;
    let sent = "select author_kind || ' ' || state from messages where direction = 'out'";
    assert_eq!(rows::lines(&inbox.url, sent).await, ["agent sent"]);
    assert_eq!(rows::value(&inbox.url, standing).await, Some(format!("0 - {}", NOW.0)));
}

/// An echo tells as much as an answer.
async fn an_echo_of_a_private_reply_answers_the_comment(inbox: Inbox) {
    inbox.take(&payload("instagram.message.text")).await;
    let ours = leaves(&inbox, ECHOED).await;
    rows::execute(
        &inbox.url,
        &format!(
            "update messages set detail = '{{\"comment\":\"17890\"}}' where id = '{ours}';
             insert into comments (message_id, comment_id, reply_message_id)
             select id, '17890', '{ours}' from messages where direction = 'in';"
        ),
    )
    .await;
    inbox.take(&payload("instagram.message.echo_own_app")).await;
    assert_eq!(rows::value(&inbox.url, "select cast(replied_at as text) from comments").await, Some(NOW.0.to_string()));
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

/// Its echo came at Meta's time, some seconds after ours; or only after it was unsent.
async fn what_we_sent_and_somebody_unsent_is_nowhere_either(inbox: Inbox) {
    let text = |name: &str| String::from_utf8(payload(name)).unwrap();
    let echo = text("instagram.message.echo_own_app").replace("1794997700769", &(NOW.0 + 3000).to_string());
    let mid = |body: &str| body.split("\"mid\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let unsent = text("instagram.message.deleted");
    let unsent = unsent.replace(&mid(&unsent), &mid(&echo)).replace("1794997086599", &(NOW.0 + 9000).to_string());
    for echo_first in [true, false] {
        let inbox = inbox.another().await;
        inbox.take(&payload("instagram.message.text")).await;
        let ours = leaves(&inbox, ECHOED).await;
        inbox.store.settle_send(settled(ours, echo.as_bytes())).await.unwrap();
        let order = if echo_first { [&echo, &unsent] } else { [&unsent, &echo] };
        for body in order {
            inbox.take(body.as_bytes()).await;
        }
        let everything = ["select coalesce(text, '') from messages", "select raw from inbound"];
        for query in everything {
            let found = rows::lines(&inbox.url, query).await.concat();
            assert!(!found.contains("reserve one"), "{echo_first}: {query}: {found}");
        }
    }
}

async fn who_had_a_closed_conversation_has_it_again_when_the_customer_comes_back(inbox: Inbox) {
    inbox.take(&payload("instagram.message.text")).await;
    let open = "select cast(count(*) as text) from episodes where closed_at is null";
    assert_eq!(rows::value(&inbox.url, open).await.as_deref(), Some("1"), "a new one is open");
    let close = |person: &str| {
        format!(
            "update conversations set state = 'closed', assignee_id = null, last_assignee_id = '{person}';
             delete from episodes"
        )
    };
    let mia = rows::value(&inbox.url, "select id from people").await.unwrap();
    let standing = "select state || ' ' || coalesce(assignee_id, '-') from conversations";
    let here = format!("update people set seen_at = {}", NOW.0);
    rows::execute(&inbox.url, &[here, close(&mia)].join(";")).await;
    let again = String::from_utf8(payload("instagram.message.text")).unwrap();
    let says =
        |n: i64| again.replace("1794994261417", &(NOW.0 + n).to_string()).replace("ODg1Nzc3NjQ2ZD", &n.to_string());
    inbox.take(says(1).as_bytes()).await;
    assert_eq!(rows::value(&inbox.url, standing).await.as_deref(), Some("open -"), "it waits for somebody");
    assert_eq!(give_all(&inbox.program).await.unwrap(), 1);
    assert_eq!(rows::value(&inbox.url, standing).await, Some(format!("open {mia}")));
    assert_eq!(rows::value(&inbox.url, open).await.as_deref(), Some("1"));
    rows::execute(&inbox.url, &close(&mia)).await;
    rows::execute(&inbox.url, "update people set state = 'deactivated'").await;
    inbox.take(says(2).as_bytes()).await;
    assert_eq!(give_all(&inbox.program).await.unwrap(), 0);
    assert_eq!(rows::value(&inbox.url, standing).await.as_deref(), Some("open -"), "she cannot sign in any more");
}
