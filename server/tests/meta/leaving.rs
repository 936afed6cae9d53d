//! Whether a message may leave is decided when it leaves, whatever held when it was written.

use crate::bed::Bed;
use crate::given::give_instagram;
use crate::host::Host;
use crate::parts::parts;
use model::content::{Detail, MessageKind};
use model::ids::{AccountId, ConversationId, MessageId};
use model::person::Role;
use model::platform::Platform;
use model::thread::Author;
use model::time::{DAY_S, HOUR_S};
use server::config::SecretKey;
use server::graph::Graph;
use server::outbox;
use server::program::{Parts, Program};
use server::store::sends::{NewMessage, NewReaction, NewReply, Queueing};
use server::vault::Vault;
use std::time::Duration;

crate::on_both!(the_window_is_that_of_the_moment_of_leaving, nothing_leaves_for_whom_we_blocked);

/// How long the customer had been silent when it left, who wrote it, and what became of it.
const CASES: [(i64, Author, &str); 8] = [
    (DAY_S - 1, Author::Agent, "sent"),
    (DAY_S, Author::Agent, "sent under the tag"),
    (DAY_S + 1, Author::Agent, "sent under the tag"),
    (7 * DAY_S - 1, Author::Agent, "sent under the tag"),
    (7 * DAY_S, Author::Agent, "failed"),
    (DAY_S - 1, Author::Bot, "sent"),
    (DAY_S, Author::Bot, "failed"),
    (7 * DAY_S, Author::Rule, "failed"),
];

async fn the_window_is_that_of_the_moment_of_leaving(bed: Bed) {
    let host = Host::start().await;
    // What becomes of them after they left is another matter.
    host.answers("messages", 400, r#"{"error": {"message": "(#100) x", "code": 100, "error_subcode": 2534015}}"#);
    let program = program(&bed, &host).await;
    for (n, (silent_s, author, _)) in CASES.into_iter().enumerate() {
        let conversation = conversation(&bed, n, silent_s - HOUR_S).await;
        queue(&bed, conversation, n, author).await;
    }
    // Written an hour before it leaves.
    bed.clock.advance_s(HOUR_S);
    outbox::start(&program);
    for (n, (silent_s, author, expected)) in CASES.into_iter().enumerate() {
        let heard = heard_of(&host, &bed, n, expected == "failed").await;
        assert_eq!(heard, expected, "{author:?}, {silent_s} s");
    }
    let n_tagged = bed.value("select cast(count(*) as text) from audit where action = 'message.sent_with_tag'").await;
    assert_eq!(n_tagged.as_deref(), Some("3"), "a line of the audit log for each tag");
    program.stopping.cancel();
}

async fn nothing_leaves_for_whom_we_blocked(bed: Bed) {
    let host = Host::start().await;
    host.answers("messages", 400, r#"{"error": {"message": "(#100) x", "code": 100, "error_subcode": 2534015}}"#);
    let program = program(&bed, &host).await;
    let mia = bed.somebody("Mia", Role::Admin).await;
    let [blocked, other] = [conversation(&bed, 0, HOUR_S).await, conversation(&bed, 1, HOUR_S).await];
    // Queued before, while nobody was blocked.
    queue(&bed, blocked, 0, Author::Agent).await;
    let contact = bed.value(&format!("select contact_id from conversations where id = '{blocked}'")).await;
    let contact = contact.unwrap().parse().unwrap();
    assert!(bed.store.block_contact(bed.deed(mia), contact, true).await.unwrap());
    assert!(
        !bed.store.block_contact(bed.deed(mia), bed.seams.new_id(), true).await.unwrap(),
        "there is no such customer"
    );
    // And by whatever else does not ask before.
    queue(&bed, blocked, 2, Author::Bot).await;
    queue(&bed, other, 1, Author::Agent).await;
    let theirs = "select id from messages where text = 'A question'";
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, text, mid, mid_key, created_at,
             updated_at)
         values ('{}', '{blocked}', 1, 'in', 'text', 'received', 'contact', 'A question', 'm-1', 'k-1', 1, 1)",
        bed.seams.new_id::<MessageId>()
    ))
    .await;
    let theirs: MessageId = bed.value(theirs).await.unwrap().parse().unwrap();
    let reaction =
        NewReaction { message: theirs, person: Some(mia), emoji: Some("❤".to_owned()), now: bed.seams.now() };
    assert!(bed.store.queue_reaction(reaction).await.unwrap());
    outbox::start(&program);
    for (n, expected) in [(0, "failed"), (2, "failed"), (1, "sent")] {
        assert_eq!(heard_of(&host, &bed, n, expected == "failed").await, expected, "{n}");
    }
    let why = bed.value("select error from messages where state = 'failed' and author_kind = 'bot'").await.unwrap();
    assert!(why.contains("This customer is blocked."), "{why}");
    // Asked for once more it is refused once more: the reaction was before it.
    let message: MessageId =
        bed.value(&format!("select id from messages where text = '{}'", words(0))).await.unwrap().parse().unwrap();
    assert!(bed.store.retry_send(message, bed.seams.now()).await.unwrap());
    program.outbox.wanted.notify_one();
    assert_eq!(heard_of(&host, &bed, 0, true).await, "failed");
    assert_eq!(bed.value("select state from reactions").await.as_deref(), Some("failed"));
    assert!(host.heard().iter().all(|it| !String::from_utf8_lossy(&it.body).contains("\"500\"")), "nothing to them");
    program.stopping.cancel();
}

async fn program(bed: &Bed, host: &Host) -> Program {
    let folder = tempfile::tempdir().unwrap().keep();
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &[]);
    let (vault, graph) = (Vault::new(&SecretKey([7; 32])), Graph::new(&host.settings(&[])).unwrap());
    let program = Program::new(Parts { vault, graph, ..parts });
    give_instagram(&program, "17841400000000001").await;
    program
}

/// With a customer who was last heard of so long ago.
async fn conversation(bed: &Bed, n: usize, silent_s: i64) -> ConversationId {
    let account = AccountId::of(Platform::Instagram, "17841400000000001");
    let contact = bed.contact(account, &format!("50{n}")).await;
    let conversation = ConversationId::of(contact);
    let (now, heard) = (bed.seams.now().0, bed.seams.now().plus_s(-silent_s).0);
    bed.execute(&format!(
        "insert into conversations (id, account_id, contact_id, last_activity_at, last_customer_action_at,
             last_customer_message_at, created_at, updated_at)
         values ('{conversation}', '{account}', '{contact}', {now}, {heard}, {heard}, {now}, {now})"
    ))
    .await;
    conversation
}

fn words(n: usize) -> String {
    format!("Mug number {n} is ready.")
}

async fn queue(bed: &Bed, conversation: ConversationId, n: usize, author: Author) {
    let id: MessageId = bed.seams.new_id();
    let message = NewMessage {
        id,
        kind: MessageKind::Text,
        text: Some(words(n)),
        detail: Detail::default(),
        attachments: Vec::new(),
    };
    let reply = NewReply {
        conversation,
        client_id: None,
        author,
        author_id: None,
        messages: vec![message],
        reply_to: None,
        comment: None,
        seen: None,
        due_at: bed.seams.now(),
        is_scheduled: false,
        now: bed.seams.now(),
    };
    assert_eq!(bed.store.queue_reply(reply).await.unwrap(), Queueing::Queued(vec![id]));
}

/// What became of the message: as the host heard it, or as it is kept.
async fn heard_of(host: &Host, bed: &Bed, n: usize, is_kept: bool) -> String {
    let words = words(n);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..1500 {
        tick.tick().await;
        let asked: Vec<serde_json::Value> =
            host.heard().iter().filter_map(|it| serde_json::from_slice(&it.body).ok()).collect();
        let mut said = asked.iter().filter(|it| it["message"]["text"] == words.as_str());
        if let Some(body) = said.next() {
            assert!(!is_kept, "it left: {body}");
            return if body["tag"] == "HUMAN_AGENT" { "sent under the tag" } else { "sent" }.to_owned();
        }
        let state = bed.value(&format!("select state from messages where text = '{words}'")).await;
        if is_kept && state.as_deref() == Some("failed") {
            return "failed".to_owned();
        }
    }
    panic!("nothing became of {words:?}");
}
