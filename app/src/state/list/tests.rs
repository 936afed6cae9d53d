use super::*;
use model::id::Id as _;
use model::ids::{AccountId, ContactId};
use model::inbox::{ListedContact, Owner};
use model::platform::Platform;
use model::priority::Priority;
use model::thread::ConversationState;
use model::time::{DAY_S, HOUR_S};
use model::window::LastHeard;

const NOW: Timestamp = Timestamp(1_795_183_925_000);

fn conversation(n: u8, minutes_ago: i64) -> ListedConversation {
    let heard_at = NOW.plus_s(-60 * minutes_ago);
    ListedConversation {
        id: ConversationId::compose(1, [n; 10]),
        account_id: AccountId::compose(1, [1; 10]),
        account_name: "Luna Ceramics".to_owned(),
        platform: Platform::Instagram,
        contact: ListedContact {
            id: ContactId::compose(1, [n; 10]),
            name: Some(format!("Nr {n}")),
            username: None,
            picture: None,
        },
        state: ConversationState::Open,
        snoozed_until: None,
        owner: Owner::Human,
        assignee: None,
        unread: 0,
        preview: Some("Hello".to_owned()),
        preview_author: None,
        preview_author_id: None,
        last_activity_at: heard_at,
        heard: LastHeard { action_at: Some(heard_at), message_at: Some(heard_at) },
        waiting_since: Some(heard_at),
        n_failed: 0,
        priority: Priority::Normal,
        revision: 1,
    }
}

fn with_list(view: View, test: impl FnOnce(OpenList)) {
    _ = any_spawner::Executor::init_tokio();
    leptos::prelude::Owner::new().with(|| {
        let clock = Clock { now: RwSignal::new(NOW), is_local: RwSignal::new(false) };
        test(OpenList::new(PersonId::compose(1, [1; 10]), clock, view, String::new()));
    });
}

fn filled(it: OpenList, rows: Vec<ListedConversation>, is_last: bool) {
    let next = rows.last().filter(|_| !is_last).map(|it| After { at: it.last_activity_at, id: it.id });
    it.fill(Ok(ListPage { rows, next, ..ListPage::default() }));
}

fn names(it: OpenList) -> Vec<String> {
    it.rows
        .get_untracked()
        .iter()
        .map(|it| it.conversation.with_untracked(|it| it.contact.title().to_owned()))
        .collect()
}

#[test]
fn what_is_new_comes_first_unless_somebody_is_in_the_list() {
    with_list(View::Unassigned, |it| {
        filled(it, vec![conversation(1, 10), conversation(2, 20)], true);
        it.update(conversation(2, 0).id, Some((conversation(2, 5), true)));
        assert_eq!(names(it), ["Nr 2", "Nr 1"]);
        it.hold_with_pointer(true);
        it.update(conversation(3, 0).id, Some((conversation(3, 1), true)));
        it.update(conversation(1, 0).id, Some((conversation(1, 0), true)));
        it.update(conversation(1, 0).id, Some((conversation(1, 0), true)));
        assert_eq!(names(it), ["Nr 2", "Nr 1"], "nothing moves under the pointer");
        assert_eq!(it.n_waiting.get_untracked(), 2);
        let shown = it.rows.get_untracked()[1].conversation.with_untracked(|it| it.last_activity_at);
        assert_eq!(shown, NOW, "but what it says is as it is now");
        it.hold_with_pointer(false);
        assert_eq!(names(it), ["Nr 1", "Nr 3", "Nr 2"]);
        assert_eq!(it.n_waiting.get_untracked(), 0);
    });
}

#[test]
fn a_conversation_leaves_the_view_in_which_it_no_longer_is() {
    with_list(View::Unassigned, |it| {
        filled(it, vec![conversation(1, 10), conversation(2, 20)], true);
        let closed = ListedConversation { state: ConversationState::Closed, ..conversation(1, 1) };
        it.update(closed.id, Some((closed, true)));
        assert_eq!(names(it), ["Nr 2"]);
        it.update(conversation(2, 0).id, None);
        assert!(names(it).is_empty());
    });
}

#[test]
fn what_belongs_on_a_later_page_comes_with_it() {
    with_list(View::AllOpen, |it| {
        filled(it, vec![conversation(1, 10), conversation(2, 20)], false);
        it.update(conversation(3, 0).id, Some((conversation(3, 30), true)));
        assert_eq!(names(it), ["Nr 1", "Nr 2"]);
        it.append(ListPage { rows: vec![conversation(2, 20), conversation(3, 30)], next: None, ..ListPage::default() });
        assert_eq!(names(it), ["Nr 1", "Nr 2", "Nr 3"]);
    });
}

#[test]
fn what_was_answered_for_an_older_state_changes_nothing() {
    with_list(View::AllOpen, |it| {
        filled(it, vec![ListedConversation { revision: 7, ..conversation(1, 10) }], true);
        it.update(
            conversation(1, 0).id,
            Some((ListedConversation { revision: 6, unread: 9, ..conversation(1, 10) }, true)),
        );
        assert_eq!(it.rows.get_untracked()[0].conversation.with_untracked(|it| it.unread), 0);
    });
}

#[test]
fn views_hold_what_the_server_would_put_there() {
    let me = PersonId::compose(1, [1; 10]);
    let base = || conversation(1, 23 * 60);
    let mine =
        ListedConversation { assignee: Some(model::inbox::NamedPerson { id: me, name: "Mia".to_owned() }), ..base() };
    let bot = ListedConversation { owner: Owner::Bot { name: None }, ..base() };
    let list =
        |it: &ListedConversation| View::ALL.into_iter().filter(|view| fits(*view, it, me, NOW)).collect::<Vec<_>>();
    assert_eq!(list(&base()), [View::Unassigned, View::AllOpen, View::ExpiringSoon]);
    assert_eq!(list(&mine), [View::Mine, View::AllOpen, View::ExpiringSoon]);
    assert_eq!(list(&bot), [View::AllOpen, View::WithTheBot]);
    let fresh = ListedConversation { heard: LastHeard { action_at: Some(NOW), message_at: Some(NOW) }, ..base() };
    assert_eq!(list(&fresh), [View::Unassigned, View::AllOpen]);
    let snoozed = ListedConversation { state: ConversationState::Snoozed, ..base() };
    assert_eq!(list(&snoozed), [View::Snoozed]);
    assert_eq!(fits::closes_soon(&base(), NOW), Some((DAY_S - 23 * HOUR_S) * 1000));
}
