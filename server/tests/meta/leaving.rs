//! Whether a message may leave is decided when it leaves, whatever held when it was written.

use crate::bed::Bed;
use crate::host::Host;
use crate::parts::parts;
use model::content::{Detail, MessageKind};
use model::ids::{AccountId, ConversationId, MessageId};
use model::platform::{Login, Platform};
use model::thread::Author;
use model::time::{DAY_S, HOUR_S};
use server::accounts::{Connection, connect};
use server::config::SecretKey;
use server::graph::{Graph, Token};
use server::outbox;
use server::program::{Parts, Program};
use server::store::audit::Actor;
use server::store::sends::{NewMessage, NewReply, Queueing};
use server::vault::Vault;
use std::time::Duration;

crate::on_both!(the_window_is_that_of_the_moment_of_leaving);

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

async fn program(bed: &Bed, host: &Host) -> Program {
    let folder = tempfile::tempdir().unwrap().keep();
    let parts = parts(bed.store.clone(), bed.seams.clone(), &folder, "http://127.0.0.1", &[]);
    let (vault, graph) = (Vault::new(&SecretKey([7; 32])), Graph::new(&host.settings(&[])).unwrap());
    let program = Program::new(Parts { vault, graph, ..parts });
    let connection = Connection {
        platform: Platform::Instagram,
        external_id: "17841400000000001",
        name: "luna.ceramics",
        login: Login::Instagram,
        token: Token::new("IGAA-kiln".to_owned()),
    };
    connect(program.store.as_ref(), &program.seams, &program.vault, Actor::System, &connection).await.unwrap();
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
