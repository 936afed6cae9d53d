//! List and thread, of made-up conversations.

mod hands;
mod thread;

use super::{EVIL, check_nesting, mia, open, part};
use crate::api::codec::WireEncoding;
use crate::api::shell::Shell;
use crate::error::AppError;
use crate::pages::inbox::first::First;
use crate::shell::Page;
use http::StatusCode;
use leptos::server::codee::{Decoder, Encoder};
use model::id::Id as _;
use model::ids::{AccountId, ContactId, ConversationId};
use model::inbox::{
    After, Line, ListPage, ListedContact, ListedConversation, MarksSeen, NamedPerson, OpenAccount, OpenConversation,
    Owner,
};
use model::person::Role;
use model::platform::Platform;
use model::priority::Priority;
use model::thread::{Author, ConversationState};
use model::time::Timestamp;
use model::view::{Counts, View};
use model::window::LastHeard;
use server::auth::Caller;

/// Friday 20 November 2026, 14:12:05.
const NOW: Timestamp = Timestamp(1_795_183_925_000);

fn empty(path: &str, caller: &Caller) -> First {
    First {
        here: path.to_owned(),
        shell: Shell::of(caller.clone()),
        faces: Vec::new(),
        now: NOW,
        list: Ok(ListPage::default()),
        heard_until: None,
        counts: Counts::default(),
        open: None,
    }
}

/// Where nobody has written.
pub(super) fn of(path: &str, caller: &Caller) -> Page {
    Page::Inbox(Box::new(empty(path, caller)))
}

pub(super) async fn opened_by(path: &str, caller: Caller) -> (StatusCode, String) {
    let page = of(path, &caller);
    open(path, Some(caller), page).await
}

fn hannah() -> ListedConversation {
    let heard = Some(NOW.plus_s(-600));
    ListedConversation {
        id: ConversationId::compose(1, [7; 10]),
        account_id: AccountId::compose(1, [1; 10]),
        account_name: "Luna Ceramics".to_owned(),
        platform: Platform::Instagram,
        contact: ListedContact {
            id: ContactId::compose(1, [7; 10]),
            name: Some("Hannah Okafor".to_owned()),
            username: Some("hannah.makes".to_owned()),
            picture: None,
        },
        state: ConversationState::Open,
        snoozed_until: None,
        owner: Owner::Human,
        assignee: None,
        unread: 0,
        preview: Some("Is the big bowl for sale?".to_owned()),
        preview_author: Some(Author::Contact),
        preview_author_id: None,
        last_activity_at: NOW.plus_s(-600),
        heard: LastHeard { action_at: heard, message_at: heard },
        waiting_since: heard,
        n_failed: 0,
        priority: Priority::Normal,
        revision: 1,
    }
}

fn opened(conversation: ListedConversation, lines: Vec<Line>) -> OpenConversation {
    OpenConversation {
        conversation,
        delivered_until: Timestamp(0),
        seen_until: Timestamp(0),
        read_until: Timestamp(0),
        lines,
        has_older: false,
        drafts: Vec::new(),
        account: OpenAccount {
            can_send: true,
            tag_refused: false,
            one_picture_each: false,
            typing: true,
            marks_seen: MarksSeen::OnView,
            is_blocked: false,
            has_bot: false,
        },
    }
}

async fn page(path: &str, change: impl Fn(&mut First)) -> String {
    let caller = mia(Role::Agent);
    let mut first = empty(path, &caller);
    change(&mut first);
    let brought = brought(&first);
    let (_, page) = open(path, Some(caller), Page::Inbox(Box::new(first))).await;
    assert!(page.contains(&format!(" id=\"first\">{brought}</script>")), "{page}");
    check_nesting(&page);
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(!page.contains(" style=\""), "{page}");
    page
}

/// What the browser reads out of the page: whatever a test shows, all of it gets there.
fn brought(first: &First) -> String {
    let text = <WireEncoding as Encoder<First>>::encode(first).unwrap();
    let read: First = <WireEncoding as Decoder<_>>::decode(&text).unwrap();
    assert_eq!(format!("{read:?}"), format!("{first:?}"));
    text
}

async fn list(path: &str, rows: Vec<ListedConversation>) -> String {
    let next = rows.last().map(|it| After { at: it.last_activity_at, id: it.id });
    page(path, move |it| it.list = Ok(ListPage { rows: rows.clone(), next, ..ListPage::default() })).await
}

#[tokio::test]
async fn a_row_is_a_link_named_by_its_contact() {
    let page = list("/inbox?view=all-open&q=bowl", vec![hannah()]).await;
    let row = part(&page, "<li class=\"convo\"", "</li>");
    let href = format!("href=\"/inbox/{}?view=all-open&amp;q=bowl\"", hannah().id);
    assert!(row.contains(&href) || row.contains(&href.replace("&amp;", "&")), "{row}");
    assert!(row.contains("Hannah Okafor</a>") && row.contains(">14:02</time>"), "{row}");
    assert!(row.contains("datetime=\"2026-11-20T14:02:05Z\"") && row.contains("Is the big bowl for sale?"), "{row}");
    assert!(!row.contains("Unread") && !row.contains("aria-current") && !row.contains("closes in"), "{row}");
}

#[tokio::test]
async fn a_row_says_what_most_needs_to_be_known() {
    let soon = Some(NOW.plus_s(-(24 * 60 - 38) * 60));
    let closing = ListedConversation { heard: LastHeard { action_at: soon, message_at: soon }, unread: 2, ..hannah() };
    let page = list("/inbox", vec![closing.clone()]).await;
    assert!(page.contains("The reply window closes in 38 min") && page.contains("Unread. "), "{page}");
    let failed = ListedConversation { n_failed: 1, ..closing };
    let page = list("/inbox", vec![failed]).await;
    assert!(page.contains("Not sent") && !page.contains("closes in"), "{page}");
}

#[tokio::test]
async fn a_row_says_whose_words_it_shows_and_whose_it_is() {
    let me = mia(Role::Agent).me;
    let by_me = ListedConversation {
        preview_author: Some(Author::Agent),
        preview_author_id: Some(me.id.to_string()),
        assignee: Some(NamedPerson { id: me.id, name: me.name }),
        ..hannah()
    };
    let all = list("/inbox?view=all-open", vec![by_me.clone()]).await;
    assert!(all.contains("You: Is the big bowl") && all.contains("Assigned to Mia Lindqvist"), "{all}");
    let mine = list("/inbox", vec![by_me]).await;
    assert!(!mine.contains("Assigned to"), "in Mine everything is mine: {mine}");
}

#[tokio::test]
async fn without_the_program_a_link_leads_to_the_next_page() {
    let page = list("/inbox?view=closed", vec![hannah()]).await;
    let at = NOW.plus_s(-600).0;
    assert!(page.contains(&format!("after={at}.{}\"", hannah().id)) && page.contains("Show more"), "{page}");
}

#[tokio::test]
async fn counts_stand_beside_the_views_and_not_in_their_names() {
    let page =
        page("/inbox", |it| it.counts.views = vec![(View::Mine, 13), (View::ExpiringSoon, 2), (View::Closed, 9)]).await;
    let rail = part(&page, "<header", "</header>");
    assert_eq!(rail.matches("views__count").count() - rail.matches("views__count--soon").count(), 2, "{rail}");
    assert!(
        rail.contains("</a><span class=\"views__count") || rail.contains("</a><!><span class=\"views__count"),
        "{rail}"
    );
    assert!(page.contains("Choose a conversation"), "{page}");
}

#[tokio::test]
async fn a_list_that_did_not_come_says_so() {
    let page = page("/inbox", |it| it.list = Err(AppError::Unavailable)).await;
    assert!(page.contains("cannot be reached right now") && !page.contains("Nobody has written"), "{page}");
}

#[tokio::test]
async fn the_open_conversation_is_marked_and_names_the_page() {
    let path = format!("/inbox/{}", hannah().id);
    let page = page(&path, |it| {
        it.list = Ok(ListPage { rows: vec![hannah()], next: None, ..ListPage::default() });
        it.open = Some(Ok(opened(hannah(), Vec::new())));
    })
    .await;
    assert!(page.contains("<title>Hannah Okafor · Switchboard</title>"), "{page}");
    assert!(part(&page, "<li class=\"convo", "</li>").contains("aria-current=\"true\""), "{page}");
    assert!(page.contains("@hannah.makes to Luna Ceramics") && page.contains("aria-label=\"Messages\""), "{page}");
    assert!(page.contains("class=\"app app--thread\"") || page.contains("app--thread"), "{page}");
}

#[tokio::test]
async fn a_conversation_that_is_not_there_says_so() {
    let page = page("/inbox/nowhere", |it| it.open = Some(Err(AppError::NotFound))).await;
    assert!(page.contains("There is no such conversation") && page.contains("Back to conversations"), "{page}");
}

#[tokio::test]
async fn names_and_previews_of_customers_are_text() {
    let mut it = hannah();
    it.contact.name = Some(EVIL.to_owned());
    it.contact.username = Some(EVIL.to_owned());
    it.preview = Some(EVIL.to_owned());
    it.account_name = EVIL.to_owned();
    let path = format!("/inbox/{}", it.id);
    let page = page(&path, move |first| {
        first.list = Ok(ListPage { rows: vec![it.clone()], next: None, ..ListPage::default() });
        first.open = Some(Ok(opened(it.clone(), Vec::new())));
    })
    .await;
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(
        page.contains("<title>\"&gt;&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; · Switchboard</title>"),
        "{page}"
    );
}

#[tokio::test]
async fn no_word_of_a_customer_ends_the_script_that_brings_it_along() {
    let mut it = hannah();
    it.preview = Some("</script><script>alert(1)</script>\u{2028}\\".to_owned());
    let page = list("/inbox", vec![it]).await;
    let script = part(&page, "id=\"first\">", "</script>");
    let script = &script["id=\"first\">".len()..];
    assert!(!script.contains('<') && !script.contains("alert"), "{script}");
}

#[tokio::test]
async fn a_reply_that_is_posted_says_what_the_list_beside_it_showed() {
    let path = format!("/inbox/{}?view=closed&q=big+bowl", hannah().id);
    let page = page(&path, |it| it.open = Some(Ok(opened(hannah(), Vec::new())))).await;
    let form = part(&page, "aria-label=\"Reply\"", "</form>");
    assert!(
        form.contains("name=\"view\" value=\"closed\"") && form.contains("name=\"q\" value=\"big bowl\""),
        "{form}"
    );
}
