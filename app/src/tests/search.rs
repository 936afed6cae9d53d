//! The page of what was found.

use super::{EVIL, check_nesting, mia, open};
use crate::pages::search::Finding;
use crate::parts::frame::Frame;
use crate::shell::Page;
use http::StatusCode;
use model::id::Id as _;
use model::ids::{ContactId, ConversationId, MessageId};
use model::inbox::ListedContact;
use model::person::Role;
use model::platform::Platform;
use model::search::Query;
use model::thread::Author;
use model::time::{DAY_S, Timestamp};
use model::view::{Counts, View};
use server::search::excerpt::excerpt;
use server::search::phrase::Phrase;
use server::search::{MessageHit, Results};
use server::store::search::FoundMessage;

const NOW: Timestamp = Timestamp(1_795_183_925_000);

fn hit(text: &str, typed: &str) -> MessageHit {
    let contact = ListedContact {
        id: ContactId::compose(1, [1; 10]),
        name: Some(EVIL.to_owned()),
        username: None,
        picture: None,
    };
    let found = FoundMessage {
        id: MessageId::compose(1, [3; 10]),
        conversation: ConversationId::compose(1, [2; 10]),
        at: NOW.plus_s(-9 * DAY_S),
        is_note: true,
        author: Author::Agent,
        author_name: Some(EVIL.to_owned()),
        text: text.to_owned(),
        contact,
        account_name: EVIL.to_owned(),
        platform: Platform::Instagram,
    };
    MessageHit { text: excerpt(text, &Phrase::all_of(&Query::parse(typed).terms)), found }
}

async fn shown(words: &str, results: Results) -> String {
    let caller = mia(Role::Agent);
    let frame = Frame {
        me: caller.me,
        business: caller.business,
        counts: Counts { views: vec![(View::Mine, 1)], saved: Vec::new(), notifications: 0 },
        n_troubled: 0,
        now: NOW,
    };
    let finding = Finding { frame, words: words.to_owned(), wanted: Query::parse(words), is_first: true, results };
    let (status, page) = open("/search", Some(mia(Role::Agent)), Page::Search(Box::new(finding))).await;
    assert_eq!(status, StatusCode::OK);
    check_nesting(&page);
    assert!(!page.contains("<script>alert") && !page.contains(" style=\""), "{page}");
    assert_eq!((page.matches("<h1").count(), page.matches("<main").count()), (1, 1), "{page}");
    assert!(!page.contains("type=\"module\""), "it is no program: {page}");
    page
}

#[tokio::test]
async fn a_hit_is_marked_and_leads_to_its_message() {
    let text = format!("{EVIL} a Bólw");
    let results = Results { messages: vec![hit(&text, "bolw script")], next: Some(81), ..Results::default() };
    let page = shown("bolw script", results).await;
    assert!(page.contains("<mark>Bólw</mark>") && page.contains("<mark>script</mark>"), "{page}");
    let (conversation, id) = (ConversationId::compose(1, [2; 10]), MessageId::compose(1, [3; 10]));
    assert!(page.contains(&format!("href=\"/inbox/{conversation}?at={id}#m-{id}\"")), "{page}");
    assert!(page.contains("href=\"/search?q=bolw+script&amp;after=81\"") && page.contains(">1 message<"), "{page}");
    assert!(page.contains("Note by ") && page.contains(" Nov<") && page.contains("aria-current=\"page\""), "{page}");
}

#[tokio::test]
async fn what_was_typed_stays_and_what_is_no_day_is_said() {
    let page = shown(&format!("before:soon {EVIL}"), Results::default()).await;
    assert!(page.contains("“before:soon” is no day.") && page.contains("Nothing found"), "{page}");
    let page = shown("", Results::default()).await;
    assert!(!page.contains("Nothing found") && page.contains("name=\"q\""), "{page}");
    assert!(page.contains("<title>Search · Switchboard</title>"), "{page}");
}
