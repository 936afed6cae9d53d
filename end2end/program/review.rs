//! The demo has what `docs/app-review.md` shows to reviewers.

use crate::meta::{Looks, count, until_there};
use crate::running::{Running, bare};
use model::needs::scopes;
use model::platform::Login;
use std::collections::BTreeSet;
use std::time::Duration;

const DOCUMENT: &str = include_str!("../../docs/app-review.md");
const DAY_MS: i64 = 86_400_000;

/// Scene, conversation, account: the rows of the first table.
fn scenes() -> Vec<[String; 3]> {
    let table = DOCUMENT.lines().skip_while(|it| !it.starts_with("| scene |")).skip(2);
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(|it| it.trim().to_owned());
        std::array::from_fn(|_| cells.next().unwrap())
    };
    table.take_while(|it| it.starts_with('|')).map(row).collect()
}

/// What must be true of the messages `m` of the conversation `c`, and how many of them there must be.
fn asked(scene: &str, now_ms: i64) -> (String, i64) {
    let is = |what: &str| (what.to_owned(), 1);
    match scene {
        "receive" => is("m.direction = 'in' and m.kind = 'media' and c.waiting_since is not null and c.state = 'open'"),
        "answer" => is("m.direction = 'out' and m.state = 'sent' and c.state = 'open'"),
        "reaction" => is("m.n_edits > 0 and m.direction = 'in'"),
        "unsend" => is("m.state = 'deleted' and m.direction = 'in' and m.text is null"),
        "story reply" => is("m.kind = 'story_reply'"),
        "story mention" => is("m.kind = 'story_mention'"),
        "comment" => is("m.kind = 'comment'"),
        // Not in the next hours either, however long a reviewer takes.
        "human agent" => is(&format!(
            "m.direction = 'in' and c.state = 'open' and c.waiting_since is not null
             and c.last_customer_action_at < {} and c.last_customer_message_at > {}",
            now_ms - DAY_MS,
            now_ms - 7 * DAY_MS + DAY_MS / 4
        )),
        "hand-over" => is("c.owner = 'other' and m.author_kind = 'bot'"),
        "person" => is("c.owner = 'human' and c.waiting_since is not null and m.direction = 'in'"),
        other => panic!("the test does not know the scene {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_every_scene_that_the_document_names() {
    let scenes = scenes();
    let kinds: BTreeSet<&str> = scenes.iter().map(|it| it[0].as_str()).collect();
    assert!(kinds.len() >= 10, "{kinds:?}");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (listen, data_text) = ("127.0.0.1:0", data.display().to_string());
    let args = ["demo", "--listen", listen, "--simulator-listen", listen, "--data", &data_text];
    let demo = Running::start(bare(&args)).await;
    let url = format!("sqlite://{}", data.join("switchboard.db").display());
    // Once every conversation is where it stands, somebody has an old one closed.
    until_there(&url, "select case when count(*) >= 10 then 1 else 0 end from conversations where state = 'closed'", 1)
        .await;
    until_there(&url, "select count(*) from inbound where state = 'pending'", 0).await;
    // Names are asked for at Meta's pace.
    let mut looks = Looks::for_at_most(Duration::from_mins(3));
    while count(&url, "select count(*) from contacts where name is null and profile_error is null").await > 0 {
        assert!(looks.again().await, "some have no name yet");
    }
    let now_ms = count(&url, "select max(received_at) from inbound").await;
    for [scene, name, account] in &scenes {
        let (condition, least) = asked(scene, now_ms);
        let query = format!(
            "select case when count(*) >= {least} then 1 else 0 end from messages m
                 join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id
                 join accounts a on a.id = c.account_id
             where k.name = '{}' and a.name = '{account}' and {condition}",
            name.replace('\'', "''")
        );
        until_there(&url, &query, 1).await;
    }
    demo.stop().await;
}

#[test]
fn every_conversation_that_the_steps_name_is_in_the_demo() {
    let seed: String = ["first", "ceramics", "studio", "page"]
        .map(|it| std::fs::read_to_string(format!("{}/simulator/seed/{it}.txt", env!("CARGO_MANIFEST_DIR"))).unwrap())
        .concat();
    // Names stand in stars; menus do too, with an arrow or a single word.
    let named: BTreeSet<&str> = DOCUMENT
        .split('*')
        .skip(1)
        .step_by(2)
        .filter(|it| {
            it.contains(' ') && !it.contains('→') && it.split(' ').all(|it| it.starts_with(char::is_uppercase))
        })
        .collect();
    for name in named.iter().copied().chain(scenes().iter().map(|it| it[1].as_str())) {
        assert!(seed.contains(&format!("# {name} |")), "{name}");
    }
}

#[test]
fn every_permission_of_both_logins_is_shown() {
    for permission in [Login::Instagram, Login::Page].into_iter().flat_map(scopes) {
        assert_eq!(DOCUMENT.matches(&format!("| `{permission}` |")).count(), 1, "{permission}");
    }
    assert_eq!(DOCUMENT.matches("| Human Agent (feature) |").count(), 2);
}
