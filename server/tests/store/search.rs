//! What is found, by whom, and that what was deleted is not.

use crate::bed::{Bed, START};
use crate::rows;
use model::id::Id as _;
use model::ids::{AccountId, ContactId, ConversationId, MessageId};
use model::person::Role;
use model::search::Query;
use model::time::DAY_S;
use server::search::phrase::Phrase;
use server::store::search::{FoundMessages, Indexed, LACKS_NOTHING, Sought};
use server::store::sight::Sight;
use std::fmt::Write as _;

crate::on_both!(
    words_are_found_in_any_script,
    several_words_are_wanted_all_and_a_phrase_in_its_order,
    the_newest_comes_first_and_pages_follow_one_another,
    a_filter_says_who_said_it_and_when,
    a_name_that_many_have_is_a_filter_too,
    a_label_is_of_a_conversation_or_its_customer,
    customers_are_found_by_name,
    nobody_finds_what_they_may_not_see,
    what_changes_is_found_as_it_is,
    an_inbox_that_was_there_before_is_gone_through_once,
    who_falls_behind_the_feed_begins_anew,
    what_is_deleted_leaves_no_word_behind,
    what_is_rare_is_found_among_very_many,
);

struct Place {
    account: AccountId,
    contact: ContactId,
    conversation: ConversationId,
}

async fn place(bed: &Bed, name: &str, username: &str) -> Place {
    let account = bed.seams.new_id();
    let now = START.0;
    bed.execute(&format!(
        "insert into accounts (id, platform, external_id, name, created_at, updated_at)
         values ('{account}', 'instagram', '{account}', 'luna.ceramics', {now}, {now})"
    ))
    .await;
    beside(bed, account, name, username).await
}

async fn beside(bed: &Bed, account: AccountId, name: &str, username: &str) -> Place {
    let it = Place { account, contact: bed.seams.new_id(), conversation: bed.seams.new_id() };
    let (Place { contact, conversation, .. }, now) = (&it, START.0);
    bed.execute(&format!(
        "insert into contacts (id, account_id, external_id, name, username, created_at, updated_at)
         values ('{contact}', '{account}', '{contact}', '{name}', '{username}', {now}, {now});
         insert into conversations (id, account_id, contact_id, last_activity_at, created_at, updated_at)
         values ('{conversation}', '{account}', '{contact}', {now}, {now}, {now})"
    ))
    .await;
    it
}

async fn say(bed: &Bed, at: &Place, ago_s: i64, text: &str) -> MessageId {
    say_as(bed, at, ago_s, ("in", "text", "'received'", "contact", "null"), text).await
}

type How<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

async fn say_as(bed: &Bed, at: &Place, ago_s: i64, how: How<'_>, text: &str) -> MessageId {
    let when = START.plus_s(-ago_s).0;
    let id = MessageId::compose(when, chance(bed));
    let (conversation, (direction, kind, state, author, author_id)) = (at.conversation, how);
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, text,
            created_at, updated_at)
         values ('{id}', '{conversation}', {when}, '{direction}', '{kind}', {state}, '{author}', {author_id}, '{text}',
            {when}, {when})"
    ))
    .await;
    id
}

fn chance(bed: &Bed) -> [u8; 10] {
    let mut bytes = [0; 10];
    bed.seams.chance.fill(&mut bytes);
    bytes
}

/// Until there is nothing left to do.
async fn index(bed: &Bed) {
    while bed.store.index_next(50, bed.seams.now()).await.unwrap() != Indexed::Nothing {
        bed.store.number_changes().await.unwrap();
    }
}

fn sought(typed: &str) -> Sought {
    let query = Query::parse(typed);
    Sought {
        sight: Sight::EveryAccount,
        said: Phrase::all_of(&query.terms),
        from: Phrase::all_of(&query.from),
        labels: query.labels.iter().map(|it| (it.text.to_lowercase(), it.is_open)).collect(),
        before: query.before,
        after: None,
        limit: 30,
    }
}

async fn page(bed: &Bed, typed: &str) -> FoundMessages {
    bed.store.find_messages(sought(typed)).await.unwrap()
}

async fn found(bed: &Bed, typed: &str) -> String {
    let texts: Vec<String> = page(bed, typed).await.messages.into_iter().map(|it| it.text).collect();
    texts.join("; ")
}

async fn words_are_found_in_any_script(bed: Bed) {
    let at = place(&bed, "Hannah", "hannah.o").await;
    for (n, text) in (1..).zip([
        "Is the BLUE mug there?",
        "Crème brûlée, Straße, Łódź",
        "青い陶器はありますか",
        "한국어 문의",
        "مَرْحَبًا بكم",
        "हिन्दी में लिखें",
        "สวัสดีครับ",
        "Ελλάς, Ёжик",
        "𞤀𞤣𞤤𞤢𞤥 order #A-1042",
    ]) {
        say(&bed, &at, n, text).await;
    }
    index(&bed).await;
    for (typed, text) in [
        ("blue", "Is the BLUE mug there?"),
        ("BLU", "Is the BLUE mug there?"),
        ("the mug ", "Is the BLUE mug there?"),
        ("mu ", ""),
        ("creme brulee", "Crème brûlée, Straße, Łódź"),
        ("STRASSE", "Crème brûlée, Straße, Łódź"),
        ("lodz", "Crème brûlée, Straße, Łódź"),
        ("陶器", "青い陶器はありますか"),
        ("陶", "青い陶器はありますか"),
        ("か", "青い陶器はありますか"),
        ("陶い", ""),
        ("한국", "한국어 문의"),
        ("مرحبا", "مَرْحَبًا بكم"),
        ("हिन्दी", "हिन्दी में लिखें"),
        ("สวัสดี", "สวัสดีครับ"),
        ("ΕΛΛΑΣ", "Ελλάς, Ёжик"),
        ("ежик", "Ελλάς, Ёжик"),
        ("𞤢𞤣𞤤𞤢𞤥", "𞤀𞤣𞤤𞤢𞤥 order #A-1042"),
        ("1042", "𞤀𞤣𞤤𞤢𞤥 order #A-1042"),
        ("#a-10", "𞤀𞤣𞤤𞤢𞤥 order #A-1042"),
        ("/in", ""),
        ("' or \" and * ( NEAR", ""),
        ("😀", "every"),
    ] {
        if text == "every" {
            assert!(sought(typed).said.is_empty());
            continue;
        }
        assert_eq!(found(&bed, typed).await, text, "{typed}");
    }
}

async fn several_words_are_wanted_all_and_a_phrase_in_its_order(bed: Bed) {
    let at = place(&bed, "Hannah", "hannah.o").await;
    say(&bed, &at, 1, "a blue mug").await;
    say(&bed, &at, 2, "a mug, blue").await;
    say(&bed, &at, 3, "a mug").await;
    index(&bed).await;
    assert_eq!(found(&bed, "mug blue").await, "a blue mug; a mug, blue");
    assert_eq!(found(&bed, "\"blue mug\"").await, "a blue mug");
    assert_eq!(found(&bed, "\"blue mu").await, "a blue mug");
    assert_eq!(found(&bed, "\"mug blue\"").await, "a mug, blue");
    assert_eq!(found(&bed, "mug b").await, "a blue mug; a mug, blue");
    assert_eq!(found(&bed, "mug bowl").await, "");
}

async fn the_newest_comes_first_and_pages_follow_one_another(bed: Bed) {
    let at = place(&bed, "Hannah", "hannah.o").await;
    for n in [3, 1, 5, 2, 4] {
        say(&bed, &at, n, &format!("mug {n}")).await;
    }
    index(&bed).await;
    let first = bed.store.find_messages(Sought { limit: 2, ..sought("mug") }).await.unwrap();
    let texts = |page: &FoundMessages| page.messages.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&first), ["mug 1", "mug 2"]);
    let second = Sought { limit: 2, after: first.next, ..sought("mug") };
    let second = bed.store.find_messages(second).await.unwrap();
    assert_eq!(texts(&second), ["mug 3", "mug 4"]);
    let last = bed.store.find_messages(Sought { after: second.next, ..sought("mug") }).await.unwrap();
    assert_eq!((texts(&last), last.next), (vec!["mug 5".to_owned()], None));
}

async fn a_filter_says_who_said_it_and_when(bed: Bed) {
    let hannah = place(&bed, "Hannah Okafor", "hannah.o").await;
    let jonas = beside(&bed, hannah.account, "Jonas", "jonas").await;
    let ines = bed.somebody("Inès", Role::Agent).await;
    say(&bed, &hannah, 10, "mug of Hannah").await;
    say(&bed, &jonas, 3 * DAY_S, "mug of Jonas").await;
    let id = format!("'{ines}'");
    say_as(&bed, &hannah, 20, ("out", "text", "'sent'", "agent", &id), "mug of Ines").await;
    say_as(&bed, &jonas, 30, ("internal", "note", "null", "agent", &id), "mug, noted").await;
    say_as(&bed, &jonas, 40, ("internal", "event", "null", "agent", &id), "mug closed").await;
    index(&bed).await;
    assert_eq!(found(&bed, "mug").await, "mug of Hannah; mug of Ines; mug, noted; mug of Jonas");
    assert_eq!(found(&bed, "mug from:hannah").await, "mug of Hannah");
    assert_eq!(found(&bed, "from:@hannah.o mug").await, "mug of Hannah");
    assert_eq!(found(&bed, "from:\"hannah okafor\"").await, "mug of Hannah");
    assert_eq!(found(&bed, "from:ines mug").await, "mug of Ines; mug, noted");
    assert_eq!(found(&bed, "from:nobody mug").await, "");
    // 20 November 2025.
    assert_eq!(found(&bed, "mug before:2025-11-19").await, "mug of Jonas");
    assert_eq!(found(&bed, "before:2025-11-19").await, "mug of Jonas");
    let note = page(&bed, "noted").await.messages.remove(0);
    assert!(note.is_note && note.author_name.as_deref() == Some("Inès"));
}

async fn a_name_that_many_have_is_a_filter_too(bed: Bed) {
    let first = place(&bed, "Anna", "anna").await;
    for n in 0..70 {
        beside(&bed, first.account, &format!("Anna {n}"), &format!("anna.{n}")).await;
    }
    let jonas = beside(&bed, first.account, "Jonas", "jonas").await;
    let last = beside(&bed, first.account, "Anna Last", "last").await;
    say(&bed, &jonas, 1, "mug of Jonas").await;
    say(&bed, &first, 2, "mug of the first").await;
    say(&bed, &last, 3, "mug of the last").await;
    index(&bed).await;
    assert_eq!(found(&bed, "from:anna mug").await, "mug of the first; mug of the last");
    assert_eq!(found(&bed, "from:\"anna last\" mug").await, "mug of the last");
}

async fn a_label_is_of_a_conversation_or_its_customer(bed: Bed) {
    let hannah = place(&bed, "Hannah", "hannah").await;
    let jonas = beside(&bed, hannah.account, "Jonas", "jonas").await;
    let (of_hannah, contact) = (hannah.conversation, jonas.contact);
    let mut sql = "insert into labels (id, name, name_folded, colour, created_at)
         values ('l1', 'Big order', 'big order', '10', 0), ('l2', 'Big', 'big', '10', 0), ('l3', 'Idle', 'idle', '1', 0);"
        .to_owned();
    let _ = write!(
        sql,
        "insert into conversation_labels (conversation_id, label_id) values ('{of_hannah}', 'l1');
         insert into contact_labels (contact_id, label_id) values ('{contact}', 'l2')"
    );
    bed.execute(&sql).await;
    say(&bed, &hannah, 1, "mug of Hannah").await;
    say(&bed, &jonas, 2, "mug of Jonas").await;
    index(&bed).await;
    assert_eq!(found(&bed, "mug label:\"big order\"").await, "mug of Hannah");
    assert_eq!(found(&bed, "label:BIG mug").await, "mug of Jonas");
    assert_eq!(found(&bed, "mug label:big").await, "mug of Hannah; mug of Jonas", "it may go on");
    assert_eq!(found(&bed, "mug label:idle").await, "");
    assert_eq!(found(&bed, "mug label:none").await, "");
    let mut many = String::new();
    for n in 0..70 {
        let other = beside(&bed, hannah.account, "Anna", &format!("anna.{n}")).await;
        let _ = write!(
            many,
            "insert into conversation_labels (conversation_id, label_id) values ('{}', 'l1');",
            other.conversation
        );
    }
    bed.execute(&many).await;
    assert_eq!(found(&bed, "mug label:\"big order\"").await, "mug of Hannah", "of many it is a filter");
}

async fn customers_are_found_by_name(bed: Bed) {
    let hannah = place(&bed, "Zoë Hannah", "hannah.o").await;
    beside(&bed, hannah.account, "山本 結衣", "yui").await;
    bed.execute("update contacts set email = 'zoe@kiln.example', note = 'Likes celadon' where username = 'hannah.o'")
        .await;
    say(&bed, &hannah, 1, "I am not Yui").await;
    index(&bed).await;
    for (typed, expected) in [
        ("zoe", "hannah.o"),
        ("hannah.", "hannah.o"),
        ("結衣", "yui"),
        ("kiln.ex", "hannah.o"),
        ("celadon", "hannah.o"),
        ("not", ""),
    ] {
        let contacts = bed.store.find_contacts(sought(typed)).await.unwrap();
        let names: Vec<String> = contacts.into_iter().filter_map(|it| it.contact.username).collect();
        assert_eq!(names.join(" "), expected, "{typed}");
    }
    assert_eq!(found(&bed, "zoe").await, "", "a name is no message");
}

async fn nobody_finds_what_they_may_not_see(bed: Bed) {
    let ours = place(&bed, "Hannah", "hannah").await;
    let theirs = place(&bed, "Hannah Secret", "hannah.s").await;
    say(&bed, &ours, 2, "our mug").await;
    say(&bed, &theirs, 1, "their mug").await;
    index(&bed).await;
    for typed in ["mug", "mu", "from:hannah", "from:hannah mug", "before:2030", "their", "secret"] {
        for (sight, others) in [
            (vec![ours.account], "their"),
            (vec![theirs.account], "our"),
            (vec![], "mug"),
            ((0..40).map(|_| bed.seams.new_id()).chain([ours.account]).collect(), "their"),
        ] {
            let sight = Sight::Accounts(sight.into_iter().collect());
            let sought = Sought { sight: sight.clone(), ..sought(typed) };
            let contacts = bed.store.find_contacts(sought.clone()).await.unwrap();
            assert!(contacts.iter().all(|it| it.contact.name.as_deref() != Some("Hannah Secret") || others == "our"));
            let page = bed.store.find_messages(sought).await.unwrap();
            assert!(page.messages.iter().all(|it| !it.text.contains(others)), "{typed} {sight:?}");
            let is_wide = matches!(typed, "mug" | "mu" | "from:hannah" | "from:hannah mug" | "before:2030");
            assert!(!is_wide || others == "mug" || page.messages.len() == 1, "{typed} {others}");
        }
    }
}

async fn what_changes_is_found_as_it_is(bed: Bed) {
    let thread = rows::thread(&bed.url, &bed.seams).await;
    index(&bed).await;
    let at = Place { account: thread.account, contact: bed.seams.new_id(), conversation: thread.conversation };
    let id = say(&bed, &at, 1, "a blue mug").await;
    tell(&bed, &at, id).await;
    assert_eq!(found(&bed, "mug").await, "a blue mug");
    bed.execute(&format!("update messages set text = 'a green bowl' where id = '{id}'")).await;
    tell(&bed, &at, id).await;
    assert_eq!((found(&bed, "mug").await, found(&bed, "bowl").await), (String::new(), "a green bowl".to_owned()));
    bed.execute(&format!("update messages set state = 'deleted', text = null where id = '{id}'")).await;
    assert_eq!(found(&bed, "bowl").await, "", "at once");
    tell(&bed, &at, id).await;
    let n = bed.value("select cast(count(*) as text) from search_documents").await;
    assert_eq!(n.as_deref(), Some("0"));
    check_index(&bed).await;
    let before = say(&bed, &at, 2, "two plates").await;
    tell(&bed, &at, before).await;
    assert_eq!(found(&bed, "from:soley plates").await, "");
    bed.execute("update contacts set name = 'Sóley'").await;
    tell(&bed, &at, id).await;
    assert_eq!(found(&bed, "from:soley plates").await, "two plates", "under the new name, too");
    assert_eq!(bed.store.find_contacts(sought("soley")).await.unwrap().len(), 1);
}

/// As whoever changes a message does.
async fn tell(bed: &Bed, at: &Place, message_id: MessageId) {
    let event = model::live::Event::Message { conversation_id: at.conversation, message_id, revision: 1 };
    let (id, now) = (bed.seams.new_id(), bed.seams.now());
    let change =
        server::store::changes::NewChange { id, event, account_id: Some(at.account), person_id: None, at: now };
    bed.store.note_changes(vec![change]).await.unwrap();
    bed.store.number_changes().await.unwrap();
    index(bed).await;
}

async fn an_inbox_that_was_there_before_is_gone_through_once(bed: Bed) {
    let at = place(&bed, "Hannah", "hannah").await;
    for n in 0..25 {
        say(&bed, &at, n, &format!("mug {n}")).await;
    }
    let step = |limit| bed.store.index_next(limit, bed.seams.now());
    assert_eq!(step(10).await.unwrap(), Indexed::Walked(1), "the customer first");
    assert_eq!(step(10).await.unwrap(), Indexed::Walked(0));
    assert_eq!(step(10).await.unwrap(), Indexed::Walked(10));
    assert_eq!(found(&bed, "mug 3").await, "mug 3", "then the newest");
    assert_eq!(found(&bed, "mug 20").await, "");
    let again = bed.again().await;
    while again.index_next(10, bed.seams.now()).await.unwrap() != Indexed::Nothing {}
    assert_eq!(found(&bed, "mug 20").await, "mug 20", "whoever comes next goes on from there");
    let n = bed.value("select cast(count(*) as text) from search_documents").await;
    assert_eq!(n.as_deref(), Some("26"));
    assert_eq!(step(10).await.unwrap(), Indexed::Nothing);
}

async fn who_falls_behind_the_feed_begins_anew(bed: Bed) {
    let at = place(&bed, "Hannah", "hannah").await;
    let id = say(&bed, &at, 1, "a mug").await;
    index(&bed).await;
    bed.execute(&format!("update messages set text = 'a bowl' where id = '{id}'")).await;
    assert_eq!(bed.store.index_next(10, bed.seams.now()).await.unwrap(), Indexed::Nothing, "nobody told");
    bed.execute("update change_head set seq = 900").await;
    index(&bed).await;
    assert_eq!(found(&bed, "bowl").await, "a bowl");
    let value = bed.value("select value from settings where key = 'search_index'").await.unwrap();
    assert_eq!(value, LACKS_NOTHING.replace(" 0 ", " 900 "));
}

async fn what_is_deleted_leaves_no_word_behind(bed: Bed) {
    let at = place(&bed, "Xanthippe Quux", "quux.x").await;
    let other = beside(&bed, at.account, "Hannah", "hannah").await;
    say(&bed, &other, 1, "a mug").await;
    for n in 0..20 {
        say(&bed, &at, n, &format!("my zyzzyva number {n}, {n}")).await;
    }
    index(&bed).await;
    assert_eq!(page(&bed, "zyzz").await.messages.len(), 20);
    assert!(!traces(&bed).await.is_empty(), "they are there to be found");
    bed.execute(&format!("delete from contacts where id = '{}'", at.contact)).await;
    assert_eq!((found(&bed, "zyzz").await.as_str(), found(&bed, "mug").await.as_str()), ("", "a mug"));
    assert!(bed.store.find_contacts(sought("quux")).await.unwrap().is_empty());
    bed.store.scrub_index().await.unwrap();
    check_index(&bed).await;
    assert_eq!(traces(&bed).await, Vec::<String>::new());
}

/// The index holds what the documents say and nothing else. Postgres sees to that itself.
async fn check_index(bed: &Bed) {
    if bed.url.starts_with("sqlite") {
        bed.execute("insert into search_index (search_index, rank) values ('integrity-check', 1)").await;
    }
}

/// Which of the words stand in the files of the search index.
async fn traces(bed: &Bed) -> Vec<String> {
    let is_sqlite = bed.url.starts_with("sqlite");
    let mut found = Vec::new();
    let mut file = Vec::new();
    if let Some(path) = bed.url.strip_prefix("sqlite://") {
        bed.execute("vacuum; pragma wal_checkpoint(truncate)").await;
        file = std::fs::read(path).unwrap().to_ascii_lowercase();
    }
    for word in ["zyzzyva", "xanthippe", "quux"] {
        let places: Vec<&str> = if is_sqlite {
            vec!["select cast(count(*) as text) from search_index_data where instr(block, cast('WORD' as blob)) > 0"]
        } else {
            bed.execute("checkpoint").await;
            vec![
                "select cast(position(cast('WORD' as bytea) in pg_read_binary_file(pg_relation_filepath('search_index')))
                    as text)",
                "select cast(count(*) as text) from search_documents where cast(body as text) like '%WORD%'",
            ]
        };
        if file.windows(word.len()).any(|it| it == word.as_bytes()) {
            found.push(format!("{word}: the file"));
        }
        for place in places {
            if bed.value(&place.replace("WORD", word)).await.as_deref() != Some("0") {
                found.push(format!("{word}: {place}"));
            }
        }
    }
    found
}

/// More than are walked through on Postgres, and than are looked at for a beginning on SQLite.
async fn what_is_rare_is_found_among_very_many(bed: Bed) {
    let at = place(&bed, "Hannah", "hannah").await;
    let rare = say(&bed, &at, 40 * DAY_S, "the celadon thermos, thanks").await;
    index(&bed).await;
    let (account, conversation, now) = (at.account, at.conversation, START.0);
    let bed_is_sqlite = bed.url.starts_with("sqlite");
    let series = if bed_is_sqlite {
        "(with recursive s (i) as (values (1) union all select i + 1 from s where i < 40000) select i from s) as series"
    } else {
        "generate_series(1, 40000) as series (i)"
    };
    let body = format!("'/a{account} /c{conversation} ¤hannah thanks the ' || i");
    let body = if bed_is_sqlite { body } else { format!("array_to_tsvector(string_to_array({body}, ' '))") };
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, text, created_at, updated_at)
         select 'm' || i, '{conversation}', {now} - i, 'in', 'text', 'received', 'contact', 'thanks the ' || i, 0, 0
         from {series};
         insert into search_documents (doc, account_id, message_id, body)
         select 4611686018427387904 - cast({now} - i as bigint) * 1048576, '{account}', 'm' || i, {body} from {series}"
    ))
    .await;
    for typed in ["celadon", "celad", "the celadon", "celadon th", "celadon than", "ther", "celadon from:hannah"] {
        let ids: Vec<MessageId> = page(&bed, typed).await.messages.into_iter().map(|it| it.id).collect();
        assert_eq!(ids, [rare], "{typed}");
    }
}
