//! What can be done with the conversation that is open.

use super::{EVIL, NOW, hannah, mia, opened, page, part};
use model::id::Id as _;
use model::inbox::{ListPage, ListedConversation, NamedPerson};
use model::person::{PersonId, Role};
use model::thread::ConversationState;

async fn opened_page(it: ListedConversation) -> String {
    let path = format!("/inbox/{}", it.id);
    page(&path, move |first| {
        first.list = Ok(ListPage { rows: vec![it.clone()], next: None, ..ListPage::default() });
        first.open = Some(Ok(opened(it.clone(), Vec::new())));
    })
    .await
}

fn header(page: &str) -> &str {
    part(page, "thread__header", "class=\"log__place")
}

#[tokio::test]
async fn before_the_page_is_live_its_controls_are_there_and_off() {
    let page = opened_page(hannah()).await;
    let header = header(&page);
    for control in
        ["aria-label=\"Assignee\"", "aria-label=\"Snooze\"", "data-reach=\"close\"", "aria-label=\"Show details\""]
    {
        let at = header.find(control).unwrap_or_else(|| panic!("{control}: {header}"));
        let tag = &header[..at + header[at..].find('>').unwrap()];
        assert!(tag[tag.rfind('<').unwrap()..].contains(" disabled"), "{control}: {tag}");
    }
    assert!(header.contains("</svg>Close") && header.contains("aria-expanded=\"true\""), "{header}");
}

#[tokio::test]
async fn whoever_has_it_is_chosen_by_name() {
    let nobodys = opened_page(hannah()).await;
    assert!(header(&nobodys).contains("<option value=\"\" selected=\"\">Nobody</option>"), "{nobodys}");
    let me = mia(Role::Agent).me;
    let mine =
        opened_page(ListedConversation { assignee: Some(NamedPerson { id: me.id, name: me.name }), ..hannah() }).await;
    assert!(header(&mine).contains("selected=\"\">You</option>"), "{mine}");
    let somebody = NamedPerson { id: PersonId::compose(1, [9; 10]), name: EVIL.to_owned() };
    let theirs = opened_page(ListedConversation { assignee: Some(somebody), ..hannah() }).await;
    assert!(header(&theirs).contains("selected=\"\">&quot;&gt;&lt;/textarea&gt;&lt;script&gt;"), "{theirs}");
}

#[tokio::test]
async fn what_is_closed_or_put_aside_says_so_beside_its_name() {
    let closed = opened_page(ListedConversation { state: ConversationState::Closed, ..hannah() }).await;
    let name = part(&closed, "thread__name", "</h2>");
    assert!(name.contains("class=\"chip\">Closed<") && header(&closed).contains("</svg>Reopen"), "{closed}");
    let until = Some(NOW.plus_s(3600));
    let snoozed = ListedConversation { state: ConversationState::Snoozed, snoozed_until: until, ..hannah() };
    let snoozed = opened_page(snoozed).await;
    assert!(part(&snoozed, "thread__name", "</h2>").contains("Until 15:12"), "{snoozed}");
}

#[tokio::test]
async fn details_stand_beside_a_conversation_and_not_beside_none() {
    let open = opened_page(hannah()).await;
    let details = part(&open, "<aside", "</aside>");
    assert!(
        details.contains("aria-label=\"Details\"") && details.contains("aria-label=\"About Hannah Okafor\""),
        "{details}"
    );
    assert!(details.contains("@hannah.makes") && !open.contains("sheet--without-details"), "{open}");
    let none = page("/inbox", |_| {}).await;
    assert!(!none.contains("<aside") && none.contains("sheet--without-details"), "{none}");
}
