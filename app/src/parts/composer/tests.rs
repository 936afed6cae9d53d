//! The composer as the server sends it.

use super::{Composer, PostedReply};
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::composing::Composing;
use crate::state::thread::OpenThread;
use model::desk::{Draft, DraftMode};
use model::id::Id as _;
use model::ids::{AccountId, ContactId, ConversationId};
use model::inbox::{ListedContact, ListedConversation, MarksSeen, OpenAccount, OpenConversation, Owner as Answers};
use model::person::{Me, Preferences, Role};
use model::platform::Platform;
use model::priority::Priority;
use model::thread::ConversationState;
use model::time::{DAY_S, HOUR_S, Timestamp};
use model::window::LastHeard;

const EVIL: &str = "\"></textarea><script>alert(1)</script>";
/// Friday 20 November 2026, 14:05 UTC.
const NOW: Timestamp = Timestamp(1_795_183_500_000);

#[test]
fn a_reply_is_a_plain_form_without_the_program() {
    let page = render(hannah(HOUR_S), account());
    assert!(page.contains(r#"<form aria-label="Reply" method="post""#), "{page}");
    assert!(page.contains(&format!("action=\"/inbox/{}/reply\"", hannah(HOUR_S).id)), "{page}");
    for part in [
        r#"name="text""#,
        r#"name="client_id" value="page-1795183500000""#,
        r#"aria-label="Message""#,
        r#"placeholder="Write to Hannah""#,
        r#"aria-label="Attach files""#,
        r#"aria-label="Like heart""#,
        r#"aria-label="Record a voice message""#,
        r#"aria-label="Saved replies""#,
        r#"aria-label="Cards""#,
        r#"aria-label="Share a post""#,
        r#"role="group" aria-label="Mode""#,
        r#"aria-label="Reply window""#,
        "Free reply for 23 h",
        "Enter sends",
        ">Send</button>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // They need the program, and wait for it.
    assert_eq!(page.matches(" disabled").count(), 11, "{page}");
    assert!(!page.contains(" style=\""), "the policy forbids style attributes: {page}");
}

#[test]
fn words_of_a_posted_form_come_back_as_text() {
    let posted = PostedReply { text: format!("\n{EVIL}"), problems: vec![EVIL.to_owned()] };
    let page = render_with(hannah(HOUR_S), account(), move || provide_context(posted));
    assert!(!page.contains("<script>"), "{page}");
    assert_eq!(page.matches("</textarea>").count(), 1, "{page}");
    assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>"), "{page}");
    assert!(page.contains("role=\"alert\""), "{page}");
}

#[test]
fn nobody_s_name_becomes_markup() {
    let mut conversation = hannah(HOUR_S);
    conversation.contact.name = Some(EVIL.replace(' ', ""));
    EVIL.clone_into(&mut conversation.account_name);
    let cannot = OpenAccount { can_send: false, ..account() };
    let mut with_bot = conversation.clone();
    with_bot.owner = Answers::Bot { name: Some(EVIL.to_owned()) };
    for page in [render(conversation.clone(), account()), render(conversation, cannot), render(with_bot, account())] {
        assert!(!page.contains("<script>"), "{page}");
    }
}

#[test]
fn messenger_has_no_like_heart_and_no_posts() {
    let page = render(ListedConversation { platform: Platform::Page, ..hannah(HOUR_S) }, account());
    assert!(page.contains("Attach files") && !page.contains("Like heart"), "{page}");
    assert!(page.contains("Cards") && !page.contains("Share a post"), "{page}");
}

#[test]
fn after_a_day_a_person_still_answers_under_the_tag() {
    let page = render(hannah(2 * DAY_S), account());
    assert!(page.contains("Sends with the human-agent tag until Wed 14:05 UTC"), "{page}");
    assert!(page.contains("window--tag"), "{page}");
}

#[test]
fn a_shut_composer_says_why_and_has_no_field() {
    let ours = |owner| ListedConversation { owner, ..hannah(HOUR_S) };
    let never = ListedConversation { heard: LastHeard::default(), ..hannah(HOUR_S) };
    let bot = Answers::Bot { name: Some("Luna Bot".to_owned()) };
    let list = [
        (hannah(11 * DAY_S), account(), "Closed since Monday: you can write again when they do"),
        (hannah(2 * DAY_S), OpenAccount { tag_refused: true, ..account() }, "Closed since yesterday"),
        (never, account(), "Hannah Okafor has not written yet"),
        (ours(bot), account(), "Luna Bot is answering"),
        (ours(Answers::Other { app: None }), account(), "Another app has this conversation"),
        (hannah(HOUR_S), OpenAccount { can_send: false, ..account() }, "Luna Ceramics can’t send"),
        (hannah(HOUR_S), OpenAccount { is_blocked: true, ..account() }, "#blocking\""),
    ];
    for (conversation, account, words) in list {
        let page = render(conversation, account);
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains(r#"role="status" aria-label="Reply window""#), "{page}");
        assert!(!page.contains("<textarea") && !page.contains("<form"), "{page}");
        assert!(page.contains("Add a note"), "the team can be written to: {page}");
    }
}

/// They wait in the program, which puts them into the field as a value.
#[test]
fn what_was_begun_elsewhere_is_no_markup() {
    let page = in_page(
        |thread| {
            let mut open = opened(hannah(HOUR_S), account());
            let draft =
                |mode| Draft { text: EVIL.to_owned(), chips: vec![EVIL.to_owned()], ..super::draft::none(mode) };
            open.drafts = vec![draft(DraftMode::Reply), draft(DraftMode::Note)];
            thread.open(open);
        },
        || {},
    );
    assert!(!page.contains("<script>"), "{page}");
}

#[test]
fn without_a_conversation_there_is_no_composer() {
    let page = in_page(|_| {}, || {});
    assert!(!page.contains("composer"), "{page}");
}

fn render(conversation: ListedConversation, account: OpenAccount) -> String {
    render_with(conversation, account, || {})
}

fn render_with(conversation: ListedConversation, account: OpenAccount, context: impl FnOnce()) -> String {
    in_page(|thread| thread.open(opened(conversation, account)), context)
}

const fn opened(conversation: ListedConversation, account: OpenAccount) -> OpenConversation {
    OpenConversation {
        conversation,
        delivered_until: Timestamp(0),
        seen_until: Timestamp(0),
        read_until: Timestamp(0),
        lines: Vec::new(),
        has_older: false,
        drafts: Vec::new(),
        account,
    }
}

fn in_page(open: impl FnOnce(OpenThread), context: impl FnOnce()) -> String {
    Owner::new().with(|| {
        let clock = Clock::provide(NOW);
        Composing::provide();
        provide_context(mia());
        context();
        open(OpenThread::provide(mia().id, clock));
        view! { <Composer/> }.to_html()
    })
}

fn mia() -> Me {
    Me {
        id: "01kag3v5c00000000000000m1a".parse().unwrap(),
        name: "Mia Lindqvist".to_owned(),
        email: "mia@luna.example".to_owned(),
        role: Role::Agent,
        preferences: Preferences::default(),
    }
}

const fn account() -> OpenAccount {
    OpenAccount {
        can_send: true,
        tag_refused: false,
        one_picture_each: false,
        typing: true,
        marks_seen: MarksSeen::OnView,
        is_blocked: false,
        has_bot: false,
    }
}

/// She wrote so many seconds ago.
fn hannah(ago_s: i64) -> ListedConversation {
    let wrote_at = Some(NOW.plus_s(-ago_s));
    ListedConversation {
        id: ConversationId::compose(NOW.0, [1; 10]),
        account_id: AccountId::compose(NOW.0, [2; 10]),
        account_name: "Luna Ceramics".to_owned(),
        platform: Platform::Instagram,
        contact: ListedContact {
            id: ContactId::compose(NOW.0, [3; 10]),
            name: Some("Hannah Okafor".to_owned()),
            username: None,
            picture: None,
        },
        state: ConversationState::Open,
        snoozed_until: None,
        owner: Answers::Human,
        assignee: None,
        unread: 0,
        preview: None,
        preview_author: None,
        preview_author_id: None,
        last_activity_at: NOW,
        heard: LastHeard { action_at: wrote_at, message_at: wrote_at },
        waiting_since: None,
        n_failed: 0,
        priority: Priority::Normal,
        revision: 1,
    }
}
