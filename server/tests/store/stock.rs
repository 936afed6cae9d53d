//! What the measurements of reading stand on.

use crate::bed::Bed;
use model::filter::Filter;
use model::search::Query;
use model::view::View;
use server::search::phrase::Phrase;
use server::store::inbox::{ListOf, Wanted};
use server::store::search::{Indexed, Sought};
use std::process::Command;

crate::on_both!(the_same_seed_stocks_the_same_inbox);

const UNTIL_MS: i64 = 1_763_665_200_000;

/// Made of rows, and so the same on both databases as long as nobody changes what is stocked.
const STOCKED: &str = "contacts 300 527139221463318 19319 00wkrymx8gbqk4g3vhs91ab6cr10938475\n\
     conversations 300 1139491973268117 35644 002byqramhkpwk2mz43d5nb878openhum\n\
     messages 5000 8782901311624300 1322273 01hx2f0vgy8yhzsnfzzqhqpzv47baj\n\
     attachments 603 142 21784 01hx2g8erahcsf86w516d65e67imagestored\n\
     reactions 314 551698852293389 10676 01hx2fatearbstqvhcge494acpaccount😍\n\
     message_edits 50 87746092767790 3768 01hx8yf39a3wy0t8cqzjpgs52gDo you also\n\
     comments 26 45695834994070 1096 01j0eh46j08nf86dhv2dc1k2w217903219762\n\
     search_documents 4915 2159800 255580 2asjesfw987rsw6ks9zpheqs4z01j6rcmzvp3vnd";

async fn the_same_seed_stocks_the_same_inbox(bed: Bed) {
    stock(&bed).await;
    let mut found = Vec::new();
    for (table, sum, text) in [
        ("contacts", "created_at", "id || external_id || coalesce(name, '') || coalesce(username, '')"),
        (
            "conversations",
            "last_activity_at + unread + n_failed + coalesce(waiting_since, 0) + read_until",
            "id || state || owner || coalesce(assignee_id, '') || preview || preview_message_id",
        ),
        ("messages", "at", "id || conversation_id || kind || author_kind || coalesce(text, '') || coalesce(mid, '')"),
        ("attachments", "position", "message_id || kind || state"),
        ("reactions", "at", "message_id || side || emoji"),
        ("message_edits", "at", "message_id || text"),
        ("comments", "reply_until", "message_id || comment_id"),
        ("search_documents", "doc % 1000", "account_id || coalesce(message_id, contact_id)"),
    ] {
        let sql = format!(
            "select count(*) || ' ' || sum({sum}) || ' ' || sum(length({text})) || ' ' || min({text}) from {table}"
        );
        let value = bed.value(&sql).await.unwrap();
        found.push(format!("{table} {}", value.chars().take(60).collect::<String>()));
    }
    assert_eq!(found.join("\n"), STOCKED);
    can_be_read(&bed).await;
}

async fn stock(bed: &Bed) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hammer"));
    command.args(["stock", "--database-url", &bed.url, "--conversations", "300", "--messages", "5000"]);
    command.args(["--until-ms", &UNTIL_MS.to_string()]);
    let status = tokio::task::spawn_blocking(move || command.status()).await.unwrap().unwrap();
    assert!(status.success());
}

/// Every row is one that the program could have written.
async fn can_be_read(bed: &Bed) {
    let mia = bed.value("select id from people where role = 'admin'").await.unwrap().parse().unwrap();
    let sight = bed.store.find_sight(mia).await.unwrap().unwrap();
    let mut n_lines = 0;
    for view in View::ALL {
        let of = ListOf { view, filter: Filter::default(), person: mia, sight: sight.clone(), now: bed.seams.now() };
        let wanted = Wanted { of, after: None, limit: 100 };
        let page = bed.store.list_conversations(wanted).await.unwrap();
        assert!(!page.rows.is_empty(), "{view:?}");
        for row in page.rows {
            n_lines += bed.store.open_conversation(row.id, &sight, 100).await.unwrap().unwrap().lines.len();
        }
    }
    assert!(n_lines > 2_000, "{n_lines}");
    assert_eq!(bed.store.index_next(100, bed.seams.now()).await.unwrap(), Indexed::Nothing, "all of it can be found");
    let said = Phrase::all_of(&Query::parse("kett").terms);
    let (from, labels, before, after, limit) = (Vec::new(), Vec::new(), None, None, 100);
    let found = Sought { sight, said, from, labels, before, after, limit };
    let found = bed.store.find_messages(found).await.unwrap();
    assert!(found.messages.len() == 100 && found.messages.iter().all(|it| it.text.contains("kettle")));
}
