//! Who is at a conversation, and what others do there.

use crate::bed::Bed;
use crate::rows;
use crate::running::{Browser, Heard, browser, conversation, serve, serve_on};
use model::desk::{ContactEdit, Draft, DraftMode, NewNote, Noted, PRESENCE, Presence, Step, Stepped};
use model::live::Event;
use model::person::{Me, Preferences, Role};
use server::auth::Caller;
use server::inbox::InboxError;
use server::live::Live;
use server::{desk, inbox, notifications, outbox};

crate::on_both!(
    whoever_may_see_a_conversation_hears_who_is_there,
    a_step_is_heard_and_what_is_out_of_sight_is_not_there,
    a_draft_is_there_when_its_writer_comes_back,
    whoever_is_called_in_a_note_hears_of_it_until_they_look,
);

fn caller(of: &Browser, name: &str, role: Role) -> Caller {
    let (email, preferences) = (format!("{name}@luna.example"), Preferences::default());
    let me = Me { id: of.person, name: name.to_owned(), email, role, preferences };
    Caller { me, business: "Luna Ceramics".to_owned() }
}

/// The next event, which must be about presence, in short.
async fn there(heard: &mut Heard) -> Vec<String> {
    let block = heard.next().await.unwrap();
    assert_eq!((&*block.kind, &*block.id), (PRESENCE, ""), "it has no number: {block:?}");
    names(&serde_json::from_str(&block.data).unwrap())
}

fn names(presence: &Presence) -> Vec<String> {
    let one = |it: &model::desk::Present| format!("{}{}", it.person.name, if it.is_writing { " writes" } else { "" });
    presence.people.iter().map(one).collect()
}

async fn whoever_may_see_a_conversation_hears_who_is_there(bed: Bed) {
    let running = serve(&bed).await;
    let program = &running.program;
    let [mia, ines, noah] = [
        browser(&bed, "mia@luna.example", Role::Admin).await,
        browser(&bed, "ines@luna.example", Role::Agent).await,
        browser(&bed, "noah@luna.example", Role::Agent).await,
    ];
    let thread = rows::thread(&bed.url, &bed.seams).await;
    thread.give_to_team(&bed.url, &bed.seams, &[ines.person]).await;
    let at = || Some(thread.conversation);
    let (mia_asks, ines_asks) = (caller(&mia, "Mia", Role::Admin), caller(&ines, "Ines", Role::Agent));
    let of_mia = mia.listen(&running.at).await;
    let [mut to_ines, mut to_noah] = [ines.listen(&running.at).await, noah.listen(&running.at).await];
    let found = desk::be_at(program, &mia_asks, "a".to_owned(), at()).await.unwrap().unwrap();
    assert!(found.people.is_empty(), "nobody else");
    assert_eq!(there(&mut to_ines).await, ["Mia"]);
    let found = desk::be_at(program, &ines_asks, "b".to_owned(), at()).await.unwrap().unwrap();
    assert_eq!(names(&found), ["Mia"]);
    assert_eq!(there(&mut to_ines).await, ["Ines", "Mia"]);
    outbox::typing(program, &mia_asks, thread.conversation, true).await.unwrap();
    assert_eq!(there(&mut to_ines).await, ["Ines", "Mia writes"]);
    outbox::typing(program, &mia_asks, thread.conversation, false).await.unwrap();
    assert_eq!(there(&mut to_ines).await, ["Ines", "Mia"]);
    drop(of_mia);
    assert_eq!(there(&mut to_ines).await, ["Ines"], "her last page is gone");
    assert_eq!(desk::be_at(program, &ines_asks, "b".to_owned(), None).await.unwrap(), None);
    assert!(there(&mut to_ines).await.is_empty());
    let noah_asks = caller(&noah, "Noah", Role::Agent);
    let hidden = desk::be_at(program, &noah_asks, "c".to_owned(), at()).await;
    assert!(matches!(hidden, Err(InboxError::NotFound)), "{hidden:?}");
    let last = conversation(&bed, None, 1);
    running.note(vec![last.clone()]).await;
    assert_eq!(to_noah.events(1).await, [last.event], "and nothing before");
    running.stop().await;
}

async fn a_step_is_heard_and_what_is_out_of_sight_is_not_there(bed: Bed) {
    let running = serve(&bed).await;
    let program = &running.program;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let noah = browser(&bed, "noah@luna.example", Role::Agent).await;
    let thread = rows::thread(&bed.url, &bed.seams).await;
    thread.give_to_team(&bed.url, &bed.seams, &[]).await;
    let id = thread.conversation;
    let (mia_asks, noah_asks) = (caller(&mia, "Mia", Role::Admin), caller(&noah, "Noah", Role::Agent));
    let mut heard = mia.listen(&running.at).await;
    let closed = desk::step(program, &mia_asks, id, Step::Close).await.unwrap();
    assert_eq!(closed, Stepped::Done { undo: Step::Reopen });
    let events = heard.events(2).await;
    assert!(events.iter().any(|it| matches!(it, Event::Message { conversation_id, .. } if *conversation_id == id)));
    assert!(
        events.iter().any(|it| matches!(it, Event::Conversation { conversation_id, .. } if *conversation_id == id))
    );
    assert_eq!(desk::step(program, &mia_asks, id, Step::Close).await.unwrap(), Stepped::Was);
    let given = desk::step(program, &mia_asks, id, Step::Assign { to: Some(noah.person) }).await.unwrap();
    assert!(matches!(&given, Stepped::Refused { words } if words.contains("cannot see")), "{given:?}");
    let late = desk::step(program, &mia_asks, id, Step::Snooze { until: bed.seams.now() }).await.unwrap();
    assert!(matches!(late, Stepped::Refused { .. }));
    let note = || NewNote { client_id: "n1".to_owned(), text: " Ask the studio\n".to_owned() };
    let Noted::Added { message } = desk::note(program, &mia_asks, id, note()).await.unwrap() else { panic!() };
    let lines = inbox::lines(program, &mia_asks, id, vec![message]).await.unwrap();
    assert_eq!(lines[0].text.as_deref(), Some("Ask the studio"));
    let hidden = [
        desk::step(program, &noah_asks, id, Step::Reopen).await.map(drop),
        desk::note(program, &noah_asks, id, note()).await.map(drop),
        desk::receivers(program, &noah_asks, id).await.map(drop),
        desk::details(program, &noah_asks, id).await.map(drop),
        desk::posts(program, &noah_asks, id, None).await.map(drop),
        desk::save_contact(program, &noah_asks, id, ContactEdit::default()).await.map(drop),
        desk::set_labels(program, &noah_asks, id, Vec::new()).await,
    ];
    assert!(hidden.iter().all(|it| matches!(it, Err(InboxError::NotFound))), "{hidden:?}");
    running.stop().await;
}

async fn a_draft_is_there_when_its_writer_comes_back(bed: Bed) {
    let running = serve(&bed).await;
    let program = &running.program;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let mia_asks = caller(&mia, "Mia", Role::Admin);
    let id = rows::thread(&bed.url, &bed.seams).await.conversation;
    let draft = |text: String, at| {
        let (mode, chips, files, reply_to) = (DraftMode::Note, Vec::new(), Vec::new(), None);
        Draft { mode, text, chips, files, reply_to, at }
    };
    let ahead = bed.seams.now().plus_s(1000);
    desk::save_draft(program, &mia_asks, id, draft("Ask".to_owned(), ahead)).await.unwrap();
    desk::save_draft(program, &mia_asks, id, draft("Ask the studio".to_owned(), bed.seams.now())).await.unwrap();
    desk::save_draft(program, &mia_asks, id, draft("a".repeat(50_001), bed.seams.now())).await.unwrap();
    let drafts = inbox::open(program, &mia_asks, id).await.unwrap().drafts;
    assert_eq!(drafts, [draft("Ask the studio".to_owned(), bed.seams.now())]);
    running.stop().await;
}

async fn whoever_is_called_in_a_note_hears_of_it_until_they_look(bed: Bed) {
    let running = serve(&bed).await;
    let program = &running.program;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    bed.execute(&format!("update people set name = 'Ines Carvalho' where id = '{}'", ines.person)).await;
    let id = rows::thread(&bed.url, &bed.seams).await.conversation;
    let (mia_asks, ines_asks) = (caller(&mia, "Mia", Role::Admin), caller(&ines, "Ines", Role::Agent));
    let [mut to_mia, mut to_ines] = [mia.listen(&running.at).await, ines.listen(&running.at).await];
    let note = |client_id: &str, text: &str| NewNote { client_id: client_id.to_owned(), text: text.to_owned() };
    let noted = desk::note(program, &mia_asks, id, note("n1", "@ines carvalho, look at @Nobody")).await.unwrap();
    let Noted::Added { message } = noted else { panic!("{noted:?}") };
    let is_call = |it: &Event| matches!(it, Event::Notification { mentioned_in: Some(of), .. } if *of == id);
    assert_eq!(to_ines.events(2).await.iter().filter(|it| is_call(it)).count(), 1);
    assert!(!to_mia.events(1).await.iter().any(is_call), "it is for Ines alone");
    let line = inbox::lines(program, &ines_asks, id, vec![message]).await.unwrap().remove(0);
    assert_eq!(
        line.detail.mentions.iter().map(|it| (it.id, &*it.name)).collect::<Vec<_>>(),
        [(ines.person, "ines carvalho")]
    );
    assert_eq!(inbox::counts(program, &ines_asks).await.unwrap().notifications, 1);
    assert_eq!(inbox::counts(program, &mia_asks).await.unwrap().notifications, 0);
    let page = notifications::page(program, &ines_asks, None).await.unwrap();
    assert_eq!((page.rows.len(), page.older), (1, None));
    inbox::look(program, &mia_asks, id, bed.seams.now()).await.unwrap();
    assert_eq!(inbox::counts(program, &ines_asks).await.unwrap().notifications, 1, "that Mia looks is nothing to Ines");
    inbox::look(program, &ines_asks, id, bed.seams.now()).await.unwrap();
    assert_eq!(inbox::counts(program, &ines_asks).await.unwrap().notifications, 0);
    assert!(to_ines.events(1).await.iter().all(|it| matches!(it, Event::Notification { mentioned_in: None, .. })));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_is_heard_in_every_process_on_postgres() {
    let bed = Bed::postgres().await;
    let one = serve(&bed).await;
    let two = serve_on(&bed, bed.again().await, Live::default()).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    let id = rows::thread(&bed.url, &bed.seams).await.conversation;
    let mut heard = ines.listen(&two.at).await;
    let mut written = two.program.store.changes_written();
    let change = conversation(&bed, None, 1);
    one.note(vec![change.clone()]).await;
    // It hears of the others by now.
    written.changed().await.unwrap();
    assert_eq!(heard.events(1).await, [change.event]);
    let mia_asks = caller(&mia, "Mia", Role::Admin);
    desk::be_at(&one.program, &mia_asks, "a".to_owned(), Some(id)).await.unwrap();
    assert_eq!(there(&mut heard).await, ["Mia"]);
    let ines_asks = caller(&ines, "Ines", Role::Agent);
    let found = desk::be_at(&two.program, &ines_asks, "b".to_owned(), Some(id)).await.unwrap().unwrap();
    assert_eq!(names(&found), ["Mia"]);
    assert_eq!(there(&mut heard).await, ["Ines", "Mia"]);
    desk::be_at(&one.program, &mia_asks, "a".to_owned(), None).await.unwrap();
    assert_eq!(there(&mut heard).await, ["Ines"]);
    one.stop().await;
    two.stop().await;
}
