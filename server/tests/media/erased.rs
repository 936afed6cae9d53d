//! Who is deleted leaves nothing behind: words are planted wherever words can stand, and then looked for in every byte
//! of the database and of the files.

mod account;
mod owner;

use crate::rows;
use crate::running::Running;
use axum::body::Bytes;
use model::content::ThreadEvent;
use model::desk::{ContactEdit, Draft, DraftMode};
use model::ids::{AccountId, ContactId, ConversationId, FieldId, MessageId};
use model::media::{MediaId, UploadedMedia};
use model::meta::read;
use model::outgoing::FileKind;
use model::person::{PersonId, Role};
use model::platform::Platform;
use model::thread::ConversationState;
use serde_json::{Value, json};
use server::auth::{Caller, Client};
use server::contacts::erase::{Eraser, Step};
use server::contacts::{self, Asked, ContactError};
use server::intake::worker::{Hands, apply_all};
use server::media::keep::MediaStore;
use server::media::sweep::sweep_marked;
use server::store::intake::NewInbound;
use server::store::notes::NoteRow;
use server::store::search::Indexed;
use server::store::sight::Sight;
use std::collections::BTreeSet;
use std::fmt::Write as _;

crate::on_both!(
    nothing_is_left_of_whoever_is_deleted,
    a_deletion_goes_on_wherever_it_was_killed,
    what_comes_meanwhile_is_of_somebody_new,
    whoever_deletes_types_the_name,
    a_copy_holds_all_that_is_kept,
    who_is_blocked_bothers_nobody,
);

pub const ACCOUNT: &str = "17841460210973548";
/// Their id at Meta, and what every word of theirs begins with. Nobody else has anything of it.
pub const THEM: &str = "990775533110";
pub const OTHER: &str = "445566778899";
pub const MARK: &str = "zqx";
const KEPT: &str = "wvykept";

pub struct Bed {
    pub running: Running,
    pub admin: Caller,
    pub contact: ContactId,
    pub other: ContactId,
}

impl Bed {
    pub async fn new(running: Running) -> Self {
        let account = AccountId::of(Platform::Instagram, ACCOUNT);
        rows::execute(
            &running.url,
            &format!(
                "insert into accounts (id, platform, external_id, name, created_at, updated_at)
                 values ('{account}', 'instagram', '{ACCOUNT}', 'Luna Ceramics', 0, 0)"
            ),
        )
        .await;
        let admin = running.person("mia@luna.example", Role::Admin).await;
        let [contact, other] = [THEM, OTHER].map(|it| ContactId::of(account, it));
        Self { running, admin, contact, other }
    }

    pub fn client() -> Client {
        Client { address: "192.0.2.1".to_owned(), user_agent: String::new() }
    }

    /// What Meta posts, as the journal keeps it, without anybody applying it.
    async fn arrive(&self, item: Value) {
        let now = self.running.seams.now();
        let body = json!({ "object": "instagram", "entry": [item] }).to_string();
        let items = read::items(body.as_bytes(), now).unwrap();
        assert!(!items.is_empty());
        let rows = items.into_iter().map(|it| NewInbound::of(self.running.seams.new_id(), it, now)).collect();
        self.running.store.insert_inbound(rows).await.unwrap();
    }

    pub async fn apply(&self) {
        let (store, seams) = (self.running.store.clone(), self.running.seams.clone());
        apply_all(&Hands { store, seams, our_app_id: None }).await.unwrap();
    }

    pub async fn say(&self, who: &str, mid: &str, what: Value) {
        let at = self.running.seams.now().0;
        let mut message = json!({ "mid": mid });
        message.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        let item =
            json!({ "sender": { "id": who }, "recipient": { "id": ACCOUNT }, "timestamp": at, "message": message });
        self.arrive(json!({ "id": ACCOUNT, "time": at, "messaging": [item] })).await;
    }

    pub async fn index(&self) {
        self.running.store.number_changes().await.unwrap();
        while self.running.store.index_next(50, self.running.seams.now()).await.unwrap() != Indexed::Nothing {}
    }

    async fn keep(&self, words: &str) -> MediaId {
        let id: MediaId = self.running.seams.new_id();
        let mut writing = self.running.program.media.begin(&MediaStore::key(id));
        writing.put(Bytes::from(words.to_owned())).await.unwrap();
        writing.finish().await.unwrap();
        id
    }

    fn media_row(id: MediaId, name: &str, by: Option<PersonId>) -> String {
        let account = AccountId::of(Platform::Instagram, ACCOUNT);
        let by = by.map_or("null".to_owned(), |it| format!("'{it}'"));
        format!(
            "insert into media (id, account_id, store_key, name, content_type, size, created_by, created_at)
             values ('{id}', '{account}', '{}', '{name}', 'text/plain', 9, {by}, 0);",
            MediaStore::key(id)
        )
    }

    /// The words that stand somewhere now, in any column, and in the files.
    pub async fn found(&self) -> BTreeSet<String> {
        let mut all = Vec::new();
        if self.running.url.starts_with("postgres") {
            let tables = "select cast(table_name as text) from information_schema.tables
                          where table_schema = current_schema() and table_type = 'BASE TABLE'";
            for table in rows::lines(&self.running.url, tables).await {
                let query = format!("select cast(it as text) from {table} it");
                all.extend(rows::lines(&self.running.url, &query).await.into_iter().flat_map(String::into_bytes));
            }
        } else {
            let file = self.running.url.strip_prefix("sqlite://").unwrap();
            for end in ["", "-wal", "-shm"] {
                all.extend(std::fs::read(format!("{file}{end}")).unwrap_or_default());
            }
        }
        let mut folders = vec![self.running.media_folder()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { all.extend(std::fs::read(path).unwrap()) }
            }
        }
        words(&all)
    }

    async fn ask(&self) -> String {
        let name = format!("{MARK}name Okafor");
        match contacts::ask_deletion(&self.running.program, &self.admin, &Self::client(), self.contact, &name).await {
            Ok(Asked::Begun { code }) => code,
            other => panic!("{other:?}"),
        }
    }

    pub async fn value(&self, query: &str) -> Option<String> {
        rows::value(&self.running.url, query).await
    }

    pub async fn n(&self, table: &str) -> String {
        self.value(&format!("select cast(count(*) as text) from {table}")).await.unwrap()
    }

    /// A person with words in every place that has room for some, and another one beside them.
    pub async fn plant(&self) {
        self.plant_said().await;
        let account = AccountId::of(Platform::Instagram, ACCOUNT);
        let [theirs, others] = [self.contact, self.other].map(ConversationId::of);
        let (came, sent, picture) =
            (self.keep("zqxfile one").await, self.keep("zqxfile two").await, self.keep("zqxface").await);
        let (draft, shared, kept) =
            (self.keep("zqxdraftfile").await, self.keep("wvykeptshared").await, self.keep("wvykeptfile").await);
        let me = self.admin.me.id;
        let first = "select id from messages where text like '%edited'";
        let (out, field): (MessageId, FieldId) = (self.running.seams.new_id(), self.running.seams.new_id());
        let mut sql = [
            (came, "zqxattached.txt", None),
            (sent, "zqxsent.txt", Some(me)),
            (picture, "zqxpicture.jpg", None),
            (draft, "zqxdrafted.txt", Some(me)),
            (shared, "wvykeptshared.txt", Some(me)),
            (kept, "wvykeptfile.txt", None),
        ]
        .map(|(id, name, by)| Self::media_row(id, name, by))
        .concat();
        for (position, media) in [came, sent, shared].iter().enumerate() {
            let _ = write!(
                sql,
                "insert into attachments (message_id, position, kind, state, media_id, title, source_url, detail)
                 values (({first}), {position}, 'file', 'stored', '{media}', '{MARK}title', 'https://{MARK}source',
                     '{{\"words\":\"{MARK}detail\"}}');"
            );
        }
        let _ = write!(
            sql,
            "insert into attachments (message_id, position, kind, state, media_id)
             values ((select id from messages where text = '{KEPT}message'), 0, 'file', 'stored', '{kept}');
             insert into attachments (message_id, position, kind, state, media_id)
             values ((select id from messages where text = '{KEPT}message'), 1, 'file', 'stored', '{shared}');
             update contacts set name = '{MARK}name Okafor', picture_id = '{picture}', profile = '{{\"locale\":\"{MARK}profile\"}}'
             where id = '{}';
             insert into custom_fields (id, name, name_folded, kind) values ('{field}', 'Size', 'size', 'text');
             insert into contact_fields (contact_id, field_id, value, updated_at) values ('{}', '{field}', '{MARK}field', 0);
             insert into contact_aliases (account_id, external_id, contact_id, kind)
             values ('{account}', '{MARK}alias', '{}', 'comment');
             insert into reactions (message_id, side, emoji, name, at) values (({first}), 'contact', 'x', '{MARK}reaction', 0);
             insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, text, error,
                 client_id, created_at, updated_at)
             values ('{out}', '{theirs}', 1, 'out', 'text', 'queued', 'agent', '{me}', '{MARK}queued',
                 '{{\"words\":\"{MARK}error\"}}', '{MARK}client', 0, 0);
             insert into outbox (message_id, kind, conversation_id, account_id, due_at, last_error, created_at)
             values ('{out}', 'message', '{theirs}', '{account}', 0, '{MARK}lasterror', 0);
             insert into notifications (id, person_id, kind, conversation_id, detail, created_at)
             values ('n', '{me}', 'mention', '{theirs}', '{MARK}notified', 0);
             insert into api_tokens (id, name, token_hash, scopes, created_at) values ('t', 'Shop', 'h', '[]', 0);
             insert into endpoints (id, name, token_id, url, secret, events, seq, created_at, updated_at)
             values ('e', 'Shop', 't', 'https://shop.example', 's', '[]', 0, 0, 0);
             insert into endpoint_deliveries (endpoint_id, seq, part, conversation_id, event, state, error, due_at,
                 created_at)
             values ('e', 1, 1, '{theirs}', 'message', 'failed', '{MARK}delivered', 0, 0);
             update inbound set state = 'failed', reason = '{MARK}reason' where raw like '%{MARK}reply%';",
            self.contact, self.contact, self.contact
        );
        rows::execute(&self.running.url, &sql).await;
        let store = &self.running.store;
        let edit =
            |of: &str| ContactEdit { email: format!("{of}@x.example"), phone: String::new(), about: of.to_owned() };
        store.save_contact(theirs, edit(&format!("{MARK}about")), self.running.seams.now()).await.unwrap();
        store.save_contact(others, edit(KEPT), self.running.seams.now()).await.unwrap();
        let note = |conversation, text: String| NoteRow {
            id: self.running.seams.new_id(),
            conversation,
            client_id: format!("c-{text}"),
            text,
            mentions: Vec::new(),
            by: me.into(),
            now: self.running.seams.now(),
        };
        store.add_note(note(theirs, format!("{MARK}note"))).await.unwrap();
        let file = UploadedMedia {
            id: draft,
            kind: FileKind::File,
            name: "zqxdrafted.txt".to_owned(),
            content_type: "text/plain".to_owned(),
            size: 9,
            width: None,
            height: None,
            duration_ms: None,
            blur: None,
            changed: None,
        };
        let written = Draft {
            mode: DraftMode::Reply,
            text: format!("{MARK}draft"),
            chips: vec![format!("{MARK}chip")],
            files: vec![file],
            reply_to: None,
            at: self.running.seams.now(),
        };
        store.save_draft(theirs, me, written).await.unwrap();
        self.index().await;
    }

    /// What Meta posted of them.
    async fn plant_said(&self) {
        self.say(OTHER, "m-other", json!({ "text": format!("{KEPT}message") })).await;
        self.say(THEM, "m-first", json!({ "text": format!("{MARK}message") })).await;
        self.say(THEM, "m-reply", json!({ "text": format!("{MARK}reply"), "reply_to": { "mid": "m-first" } })).await;
        let at = self.running.seams.now().0;
        let item = |what: Value| {
            let mut item = json!({ "sender": { "id": THEM }, "recipient": { "id": ACCOUNT }, "timestamp": at });
            item.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
            json!({ "id": ACCOUNT, "time": at, "messaging": [item] })
        };
        let edit = json!({ "mid": "m-first", "text": format!("{MARK}edited"), "num_edit": 1 });
        self.arrive(item(json!({ "message_edit": edit }))).await;
        let early = json!({ "mid": "m-never", "text": format!("{MARK}waiting"), "num_edit": 1 });
        self.arrive(item(json!({ "message_edit": early }))).await;
        self.arrive(item(json!({ "hologram": { "words": format!("{MARK}unknown") } }))).await;
        let nameless =
            json!({ "timestamp": at, "hologram": { "of": { "id": THEM }, "words": format!("{MARK}nameless") } });
        self.arrive(json!({ "id": ACCOUNT, "time": at, "messaging": [nameless] })).await;
        let from = json!({ "id": THEM, "username": format!("{MARK}username") });
        let value = json!({ "id": "c-1", "from": from, "text": format!("{MARK}comment"), "media": { "id": "p-1" } });
        self.arrive(json!({ "id": ACCOUNT, "time": at / 1000, "changes": [{ "field": "comments", "value": value }] }))
            .await;
        self.apply().await;
    }
}

/// Words that begin as planted ones do, wherever they stand among other bytes.
fn words(bytes: &[u8]) -> BTreeSet<String> {
    let lower = bytes.to_ascii_lowercase();
    let mut found = BTreeSet::new();
    for mark in [MARK, "wvykept", THEM] {
        let places = lower.windows(mark.len()).enumerate().filter(|(_, it)| *it == mark.as_bytes());
        for (at, _) in places {
            let word = lower[at..].iter().take_while(|it| it.is_ascii_alphanumeric()).take(40);
            found.insert(String::from_utf8(word.copied().collect()).unwrap());
        }
    }
    found
}

fn theirs(found: &BTreeSet<String>) -> Vec<&String> {
    found.iter().filter(|it| it.starts_with(MARK) || it.starts_with(THEM)).collect()
}

const PLANTED: [&str; 35] = [
    "about",
    "alias",
    "attached",
    "chip",
    "client",
    "comment",
    "delivered",
    "detail",
    "draft",
    "drafted",
    "draftfile",
    "edited",
    "error",
    "face",
    "field",
    "file",
    "lasterror",
    "message",
    "name",
    "nameless",
    "note",
    "notified",
    "picture",
    "profile",
    "queued",
    "reaction",
    "reason",
    "reply",
    "sent",
    "source",
    "title",
    "unknown",
    "username",
    "waiting",
    "",
];

async fn all_steps(bed: &Bed) {
    let mut eraser = Eraser::new(bed.running.program.clone());
    for _ in 0..200 {
        if eraser.step().await.unwrap() == Step::Nothing {
            return;
        }
    }
    panic!("it never ends");
}

/// Each program gets one step further than the one before, and remembers nothing of it.
async fn killed_after_each_step(bed: &mut Bed) {
    for n_steps in 1..50 {
        bed.running.again().await;
        let mut eraser = Eraser::new(bed.running.program.clone());
        let mut last = Step::Deleted;
        for _ in 0..n_steps {
            last = eraser.step().await.unwrap();
        }
        if last == Step::Nothing {
            assert!(n_steps > 4, "{n_steps}");
            return;
        }
    }
    panic!("it never ends");
}

async fn nothing_is_left_of_whoever_is_deleted(running: Running) {
    let bed = Bed::new(running).await;
    bed.plant().await;
    // What others write meanwhile moves their words about within the pages.
    for n in 0..300 {
        bed.running.clock.advance_s(1);
        let words = format!("{KEPT} {}", "glaze ".repeat(n * 37 % 90));
        bed.say(&format!("5550{n}"), &format!("m-{n}"), json!({ "text": words })).await;
    }
    bed.apply().await;
    for n in (0..300).step_by(7) {
        let account = AccountId::of(Platform::Instagram, ACCOUNT);
        let id = ConversationId::of(ContactId::of(account, &format!("5550{n}")));
        let about = "kiln ".repeat(n * 13 % 300);
        let edit = ContactEdit { email: String::new(), phone: String::new(), about: about.trim().to_owned() };
        assert!(bed.running.store.save_contact(id, edit, bed.running.seams.now()).await.unwrap());
        let edit = ContactEdit { about: format!("{MARK}about {about}"), ..ContactEdit::default() };
        bed.running.store.save_contact(ConversationId::of(bed.contact), edit, bed.running.seams.now()).await.unwrap();
    }
    bed.index().await;
    let before = bed.found().await;
    for word in PLANTED {
        let word = format!("{MARK}{word}");
        assert!(word == MARK || before.iter().any(|it| it.starts_with(&word)), "{word} in {before:?}");
    }
    assert!(before.contains(THEM));
    let code = bed.ask().await;
    assert_eq!(bed.n("outbox").await, "0", "nothing leaves any more");
    assert_eq!(bed.ask().await, code, "asked twice is asked once");
    all_steps(&bed).await;
    let after = bed.found().await;
    assert_eq!(theirs(&after), Vec::<&String>::new());
    for kept in ["wvykeptmessage", "wvykeptfile", "wvykeptshared"] {
        assert!(after.contains(kept), "{kept} in {after:?}");
    }
    let deletion = bed.value("select state || ' ' || coalesce(subject, 'nobody') from deletions").await;
    assert_eq!(deletion.as_deref(), Some("done nobody"));
    let told = bed.running.store.list_audit(None, 2).await.unwrap();
    assert!(told.iter().all(|it| it.detail.as_deref() == Some(&code) && it.subject.is_none()), "{told:?}");
    assert!(bed.running.store.list_deletions(9).await.unwrap()[0].done_at.is_some());
}

async fn a_deletion_goes_on_wherever_it_was_killed(running: Running) {
    let mut bed = Bed::new(running).await;
    bed.plant().await;
    bed.ask().await;
    killed_after_each_step(&mut bed).await;
    assert_eq!(theirs(&bed.found().await), Vec::<&String>::new());
    assert_eq!(bed.value("select state from deletions").await.as_deref(), Some("done"));
    assert_eq!(bed.n("audit where action = 'contact.deleted'").await, "1");
}

async fn what_comes_meanwhile_is_of_somebody_new(running: Running) {
    let bed = Bed::new(running).await;
    bed.plant().await;
    bed.ask().await;
    bed.running.clock.advance_s(1);
    bed.say(THEM, "m-new", json!({ "text": "hello again" })).await;
    bed.apply().await;
    assert_eq!(bed.n("messages where text = 'hello again'").await, "0", "it waits");
    let mut eraser = Eraser::new(bed.running.program.clone());
    while bed.value("select cast(count(*) as text) from deletions where subject is not null").await.unwrap() == "1" {
        assert_eq!(eraser.step().await.unwrap(), Step::Deleted);
    }
    bed.running.clock.advance_s(3);
    bed.apply().await;
    assert_eq!(bed.n("messages where text = 'hello again'").await, "1");
    all_steps(&bed).await;
    let mut found = bed.found().await;
    found.remove(THEM);
    assert_eq!(theirs(&found), Vec::<&String>::new(), "what was said before stays gone");
    let texts = format!("messages where conversation_id = '{}'", ConversationId::of(bed.contact));
    assert_eq!(bed.n(&texts).await, "1", "as from nothing");
    assert_eq!(
        bed.value(&format!("select coalesce(name, 'nobody') from contacts where id = '{}'", bed.contact))
            .await
            .unwrap(),
        "nobody"
    );
}

async fn whoever_deletes_types_the_name(running: Running) {
    let bed = Bed::new(running).await;
    bed.plant().await;
    let (program, client) = (&bed.running.program, Bed::client());
    for typed in ["", "  ", "Somebody", "zqxname"] {
        let asked = contacts::ask_deletion(program, &bed.admin, &client, bed.contact, typed).await.unwrap();
        assert!(matches!(asked, Asked::NotTheName(_)), "{typed}");
    }
    let agent = bed.running.person("ines@luna.example", Role::Agent).await;
    let refused = contacts::ask_deletion(program, &agent, &client, bed.contact, "zqxname okafor").await;
    assert!(matches!(refused, Err(ContactError::Forbidden(_))));
    assert!(matches!(contacts::export(program, &agent, &client, bed.contact).await, Err(ContactError::Forbidden(_))));
    let nobody = contacts::ask_deletion(program, &bed.admin, &client, ContactId::from_bits(7), "x").await;
    assert!(matches!(nobody, Err(ContactError::NotFound)));
    assert_eq!(bed.n("deletions").await, "0");
    // Whoever does not see the account does not find its customers.
    assert!(contacts::find(program, &agent, bed.contact).await.is_ok());
    let account = AccountId::of(Platform::Instagram, ACCOUNT);
    rows::execute(
        &bed.running.url,
        &format!(
            "insert into teams (id, name, name_folded, created_at, updated_at) values ('g', 'Kiln', 'kiln', 0, 0);
             insert into account_teams (account_id, team_id) values ('{account}', 'g')"
        ),
    )
    .await;
    assert!(matches!(contacts::find(program, &agent, bed.contact).await, Err(ContactError::NotFound)));
}

async fn a_copy_holds_all_that_is_kept(running: Running) {
    use futures::TryStreamExt as _;
    let bed = Bed::new(running).await;
    bed.plant().await;
    bed.running.clock.advance_s(1);
    let export = contacts::export(&bed.running.program, &bed.admin, &Bed::client(), bed.contact).await.unwrap();
    assert!(export.name.starts_with(&format!("customer-{THEM}-2025-11-20")), "{}", export.name);
    let pieces: Vec<Bytes> = export.bytes.try_collect().await.unwrap();
    let zip = pieces.concat();
    let files = crate::unzip::read(&zip);
    let text = |name: &str| String::from_utf8(files.iter().find(|it| it.0 == name).unwrap().1.clone()).unwrap();
    let contact: Value = serde_json::from_str(&text("contact.json")).unwrap();
    assert_eq!(contact["name"], "zqxname Okafor");
    assert_eq!(contact["fields"][0]["value"], "zqxfield");
    let messages: Value = serde_json::from_str(&text("messages.json")).unwrap();
    assert_eq!(messages.as_array().unwrap().len(), 6, "{messages}");
    let read = text("messages.txt");
    for word in ["edited", "message", "reply", "note", "comment", "queued", "title"] {
        assert!(read.contains(&format!("{MARK}{word}")), "{word} in {read}");
    }
    let journal: Value = serde_json::from_str(&text("journal.json")).unwrap();
    assert_eq!(journal.as_array().unwrap().len(), 7, "{journal}");
    assert!(journal.to_string().contains("zqxnameless"));
    let media: Vec<_> = files.iter().filter(|it| it.0.starts_with("media/")).collect();
    assert_eq!(
        media.len(),
        4,
        "those of messages, and the picture: {:?}",
        media.iter().map(|it| &it.0).collect::<Vec<_>>()
    );
    assert!(media.iter().any(|it| it.1 == b"zqxface"));
    assert!(!files.iter().any(|it| String::from_utf8_lossy(&it.1).contains("wvykeptmessage")), "nobody else's");
    let last = bed.running.store.list_audit(None, 1).await.unwrap().remove(0);
    assert_eq!(last.action.word(), "contact.exported");
    assert_eq!(sweep_marked(&bed.running.program).await.unwrap(), 0, "nothing was deleted");
}

async fn who_is_blocked_bothers_nobody(running: Running) {
    let bed = Bed::new(running).await;
    bed.plant().await;
    let (program, client, conversation) = (&bed.running.program, Bed::client(), ConversationId::of(bed.contact));
    let standing = format!(
        "select state || ' ' || cast(unread as text) || ' ' || cast(coalesce(waiting_since, 0) as text)
             || ' ' || cast(coalesce(to_assign_at, 0) as text)
         from conversations where id = '{conversation}'"
    );
    let n_open =
        "episodes where closed_at is null and conversation_id in (select id from conversations where contact_id = '";
    let n_open = format!("{n_open}{}')", bed.contact);
    let told = bed.n("notifications").await;
    for _ in 0..2 {
        contacts::block(program, &bed.admin, &client, bed.contact, true).await.unwrap();
    }
    assert_eq!(
        bed.n("messages where state = 'queued' and text = 'zqxqueued'").await,
        "1",
        "refused when it is to leave"
    );
    assert_eq!((bed.value(&standing).await.as_deref(), &*bed.n(&n_open).await), (Some("closed 0 0 0"), "0"));
    bed.running.clock.advance_s(60);
    bed.say(THEM, "m-blocked", json!({ "text": "zqxblocked" })).await;
    bed.apply().await;
    assert_eq!(bed.n("messages where text = 'zqxblocked'").await, "1", "it is kept");
    assert_eq!(bed.value(&standing).await.as_deref(), Some("closed 0 0 0"), "and opens nothing");
    assert_eq!(bed.n("notifications").await, told);
    let to = bed.running.store.find_addressee(conversation).await.unwrap().unwrap();
    assert!(to.is_blocked);
    assert_eq!(to.heard.message_at, Some(bed.running.seams.now()), "the reply window is what Meta says");
    let open = bed.running.store.open_conversation(conversation, &Sight::EveryAccount, 9).await.unwrap().unwrap();
    assert!(open.account.is_blocked);
    bed.running.clock.advance_s(60);
    for _ in 0..2 {
        contacts::block(program, &bed.admin, &client, bed.contact, false).await.unwrap();
    }
    let back = bed.running.store.open_conversation(conversation, &Sight::EveryAccount, 9).await.unwrap().unwrap();
    assert!(!back.account.is_blocked);
    assert_eq!(back.conversation.state, ConversationState::Open, "what they wrote comes to sight");
    assert!(back.conversation.unread > 0 && back.conversation.waiting_since.is_some());
    let said = [ThreadEvent::Blocked, ThreadEvent::Unblocked];
    let told: Vec<_> =
        back.lines.iter().filter_map(|it| it.detail.event.clone()).filter(|it| said.contains(it)).collect();
    assert_eq!(told, said);
    assert_eq!(bed.n(&n_open).await, "1");
    let waits = "conversations where to_assign_at is not null and assignee_id is null";
    assert_ne!(bed.n(waits).await, "0", "and finds somebody");
    assert_eq!(bed.n("audit where action in ('contact.blocked', 'contact.unblocked')").await, "2", "once each");
}
