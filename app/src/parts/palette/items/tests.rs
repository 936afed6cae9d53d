use super::*;
use crate::prelude::{Owner, RwSignal};
use model::desk::Colleague;
use model::id::Id as _;
use model::ids::{AccountId, ContactId, TeamId};
use model::inbox::{ListedContact, NamedPerson, Owner as Answers};
use model::platform::Platform;
use model::priority::Priority;
use model::time::Timestamp;
use model::window::LastHeard;

/// Friday 20 November 2026, 14:12:05.
const NOW: Timestamp = Timestamp(1_795_183_925_000);

fn person(n: u8) -> PersonId {
    PersonId::compose(1, [n; 10])
}

fn conversation(n: u8, name: &str) -> ListedConversation {
    ListedConversation {
        id: ConversationId::compose(1, [n; 10]),
        account_id: AccountId::compose(1, [1; 10]),
        account_name: "Luna Ceramics".to_owned(),
        platform: Platform::Instagram,
        contact: ListedContact {
            id: ContactId::compose(1, [n; 10]),
            name: Some(name.to_owned()),
            username: None,
            picture: None,
        },
        state: ConversationState::Open,
        snoozed_until: None,
        owner: Answers::Human,
        assignee: Some(NamedPerson { id: person(2), name: "Ines Carvalho".to_owned() }),
        unread: 0,
        preview: Some("Is the big bowl for sale?".to_owned()),
        preview_author: None,
        preview_author_id: None,
        last_activity_at: NOW,
        heard: LastHeard { action_at: None, message_at: None },
        waiting_since: None,
        n_failed: 0,
        priority: Priority::Normal,
        revision: 1,
    }
}

fn words(known: &Known, query: &str) -> Vec<String> {
    found(known, query).into_iter().map(|it| it.words).collect()
}

fn with_known(test: impl FnOnce(Known)) {
    let owner = Owner::new();
    owner.with(|| {
        let names = [(1, "Mia Lindqvist"), (2, "Ines Carvalho"), (3, "Noah Brandt")];
        let colleague = |(n, name): (u8, &str)| Colleague { id: person(n), name: name.to_owned(), is_available: true };
        test(Known {
            conversation: Some(conversation(1, "Hannah Okafor")),
            receivers: Receivers {
                people: names.map(colleague).to_vec(),
                teams: vec![(TeamId::compose(1, [7; 10]), "Orders".to_owned())],
            },
            has_bot: false,
            counts: vec![(View::Unassigned, 4), (View::Closed, 9)],
            saved: Vec::new(),
            rows: (1..30).map(|n| conversation(n, &format!("Astrid {n}"))).collect(),
            me: person(1),
            clock: Clock { now: RwSignal::new(NOW), is_local: RwSignal::new(false) },
        });
    });
}

#[test]
fn without_words_there_is_what_is_done_every_day() {
    with_known(|known| {
        let all = found(&known, " ");
        assert!(all.iter().all(|it| !it.is_asked_for));
        assert_eq!(all[0].words, "Reply");
        let assign = all.iter().find(|it| it.words == "Assign to…").unwrap();
        assert_eq!(assign.more, "now: Ines Carvalho");
        let unassigned = all.iter().find(|it| it.words == "Unassigned").unwrap();
        assert_eq!((&*unassigned.more, unassigned.group), ("4", GO));
    });
}

#[test]
fn what_was_typed_finds_colleagues_times_views_and_conversations() {
    with_known(|known| {
        let list = words(&known, "as");
        assert_eq!(list[..4], ["Assign to…", "Assign to you", "Assign to nobody", "Assign to Noah Brandt"]);
        assert!(list.contains(&"Unassigned".to_owned()) && list.last().unwrap() == "Search for “as”", "{list:?}");
        assert_eq!(list.iter().filter(|it| it.starts_with("Astrid")).count(), CONVERSATIONS_MOST);
        assert!(words(&known, "tomorrow")[0].starts_with("Snooze: tomorrow morning"));
        assert_eq!(words(&known, "dark"), ["Dark colours", "Search for “dark”"]);
        assert_eq!(words(&known, "zzz"), ["Search for “zzz”"]);
    });
}

#[test]
fn without_a_conversation_nothing_is_done_to_it() {
    with_known(|known| {
        let all = found(&Known { conversation: None, ..known }, "");
        assert!(all.iter().all(|it| it.group != THIS), "{all:?}");
    });
}

#[test]
fn what_is_closed_can_be_opened_again_and_not_snoozed() {
    with_known(|mut known| {
        known.conversation.as_mut().unwrap().state = ConversationState::Closed;
        let list = words(&known, "");
        assert!(list.contains(&"Reopen".to_owned()) && !list.contains(&"Close".to_owned()), "{list:?}");
        assert!(found(&known, "snooze").iter().all(|it| it.group != THIS));
    });
}

#[test]
fn what_was_typed_is_found_whatever_its_case() {
    let place = |words: &str, typed: &str| place_of(words, typed).map(|it| words[it].to_owned());
    assert_eq!(place("Unassigned", "as").as_deref(), Some("as"));
    assert_eq!(place("Ärger mit Übersee", "über").as_deref(), Some("Über"));
    assert_eq!(place("山本 結衣", "結").as_deref(), Some("結"));
    assert_eq!(place("Mine", "minute"), None);
    assert_eq!(place("", "a"), None);
    assert_eq!(place("Mine", ""), Some(String::new()));
}

#[test]
fn a_team_and_a_priority_are_found_by_their_names() {
    with_known(|known| {
        assert!(words(&known, "orders").contains(&"Assign to the team Orders".to_owned()));
        let all = words(&known, "priority");
        assert!(
            all.contains(&"Priority: Urgent".to_owned()) && !all.contains(&"Priority: Normal".to_owned()),
            "{all:?}"
        );
    });
}

#[test]
fn a_bot_is_offered_what_there_is_to_hand() {
    with_known(|mut known| {
        let hand = |known: &Known| found(known, "").into_iter().find(|it| it.does == Does::Command(Command::Hand));
        assert!(hand(&known).is_none());
        known.has_bot = true;
        assert_eq!(hand(&known).unwrap().words, "Hand to bot");
        known.conversation.as_mut().unwrap().owner = Answers::Bot { name: None };
        assert_eq!(hand(&known).unwrap().words, "Take over");
    });
}
