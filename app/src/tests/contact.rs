//! The pages about one customer.

use super::people::{NOW, frame, shown};
use super::{EVIL, check_nesting, open};
use crate::pages::contact::{Contact, Deleting, Deletions};
use crate::pages::deletion::Deletion;
use crate::pages::fields::{EditedField, Fields, done};
use crate::shell::Page;
use http::StatusCode;
use model::desk::Episode;
use model::fields::{CountedField, Field, FieldForm, FieldKind};
use model::ids::{AccountId, BackfillId, ContactId, ConversationId, DeletionId, FieldId, MessageId, TeamId};
use model::inbox::ListedContact;
use model::person::Role;
use model::platform::Platform;
use model::priority::Priority;
use model::profile::Facts;
use model::thread::ConversationState;
use model::time::Timestamp;
use server::contacts;
use server::rights::Followed;
use server::store::deletions::{KnownComment, KnownContact, KnownConversation, ListedDeletion};
use server::store::history::{BackfillState, ListedBackfill, Why};
use server::store::rights::PublicDeletion;

fn field(n: u128, kind: FieldKind) -> Field {
    Field { id: FieldId::from_bits(n), name: EVIL.to_owned(), kind, options: Vec::new() }
}

fn known() -> KnownContact {
    let evil = || Some(EVIL.to_owned());
    KnownContact {
        contact: ListedContact { id: ContactId::from_bits(7), name: evil(), username: evil(), picture: None },
        external_id: "1093".to_owned(),
        account: AccountId::from_bits(1),
        account_name: EVIL.to_owned(),
        platform: Platform::Instagram,
        account_external_id: "1784".to_owned(),
        facts: Facts { follower_count: Some(12), ..Facts::default() },
        email: evil(),
        phone: None,
        about: evil(),
        blocked_at: None,
        known_since: NOW,
        fields: vec![(field(1, FieldKind::Text), evil()), (field(2, FieldKind::YesNo), Some("no".to_owned()))],
        conversation: Some(KnownConversation {
            id: ConversationId::from_bits(8),
            state: ConversationState::Open,
            assignee: evil(),
            team: Some(TeamId::from_bits(1)),
            priority: Priority::High,
            last_activity_at: NOW,
            labels: Vec::new(),
            n_received: 1,
            n_sent: 2,
            n_notes: 0,
            n_files: 3,
            episodes: vec![Episode { opened_at: NOW, closed_at: None, closed_by: None }],
        }),
        comments: vec![KnownComment { message: MessageId::from_bits(9), at: NOW, text: evil() }],
        deleting: None,
    }
}

fn reading(state: BackfillState) -> ListedBackfill {
    ListedBackfill {
        id: BackfillId::from_bits(1),
        why: Why::Requested,
        state,
        since: None,
        is_listing: false,
        n_found: 1,
        n_conversations: 1,
        n_messages: 12,
        n_known: 3,
        n_unavailable: 1,
        error: Some(EVIL.to_owned()),
        retry_at: None,
        created_at: NOW,
        finished_at: Some(NOW),
    }
}

async fn contact(role: Role, known: KnownContact) -> String {
    shown(
        "/contacts/7",
        role,
        Page::Contact(Box::new(Contact {
            frame: frame(role),
            form: contacts::form(&known),
            known,
            is_saved: true,
            teams: vec![(TeamId::from_bits(1), EVIL.to_owned())],
            history: Some(reading(BackfillState::Failed)),
        })),
    )
    .await
}

#[tokio::test]
async fn all_about_a_customer_stands_on_one_page() {
    let page = contact(Role::Admin, known()).await;
    for words in ["1 message received, 2 messages sent, 0 notes, 3 files", "Export as ZIP", "Delete everything", ">12<"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("12 messages added, 3 known already.") && page.contains("Read earlier messages"), "{page}");
    let page = contact(Role::Agent, known()).await;
    assert!(!page.contains("Export as ZIP") && !page.contains("/delete"), "{page}");
}

#[tokio::test]
async fn who_is_being_deleted_is_not_deleted_again() {
    let deleting = Some("7K3M-9QWE-2XTR".to_owned());
    let page = contact(Role::Admin, KnownContact { deleting, ..known() }).await;
    assert!(page.contains("under the code 7K3M-9QWE-2XTR") && !page.contains("Delete everything"), "{page}");
    assert!(!page.contains("Read earlier messages"), "nor read back: {page}");
}

#[tokio::test]
async fn deleting_asks_for_the_name() {
    for (typed, problem) in
        [(None, None), (Some("  "), Some("Type the name first.")), (Some(EVIL), Some("This is not the name."))]
    {
        let typed = typed.map(str::to_owned);
        let deleting = Deleting { frame: frame(Role::Admin), known: known(), typed };
        let page = shown("/contacts/7/delete", Role::Admin, Page::Deleting(Box::new(deleting))).await;
        assert!(page.contains("This cannot be undone.") && page.contains("class=\"page__form\""), "{page}");
        assert_eq!(page.contains("aria-invalid=\"true\""), problem.is_some(), "{page}");
        assert!(problem.is_none_or(|it| page.contains(it)), "{page}");
    }
}

#[tokio::test]
async fn deletions_are_told_by_their_codes() {
    let deletion = |n: u128, is_done: bool| ListedDeletion {
        id: DeletionId::from_bits(n),
        code: format!("AAAA-BBBB-000{n}"),
        account_name: Some(EVIL.to_owned()),
        requested_by: Some(EVIL.to_owned()),
        is_from_meta: n == 1,
        requested_at: NOW,
        done_at: is_done.then_some(NOW),
    };
    let all = vec![deletion(2, false), deletion(1, true)];
    let page = Deletions { frame: frame(Role::Admin), all, begun: Some("AAAA-BBBB-0002".to_owned()) };
    let page = shown("/contacts/deletions", Role::Admin, Page::Deletions(Box::new(page))).await;
    assert!(
        page.contains("under the code AAAA-BBBB-0002") && page.contains("Under way") && page.contains("Done "),
        "{page}"
    );
    let none = Deletions { frame: frame(Role::Admin), all: Vec::new(), begun: Some(EVIL.to_owned()) };
    let none = shown("/contacts/deletions", Role::Admin, Page::Deletions(Box::new(none))).await;
    assert!(none.contains("Nobody has been deleted.") && !none.contains("role=\"status\""), "{none}");
}

#[tokio::test]
async fn what_is_wrong_stands_below_its_field() {
    let known = known();
    let mut form = contacts::form(&known);
    form.problems = vec!["Email: This is not an email address.".to_owned()];
    form.fields[0].problem = Some("At most 500 characters.".to_owned());
    let contact = Contact { frame: frame(Role::Agent), known, form, is_saved: false, teams: Vec::new(), history: None };
    let page = shown("/contacts/7", Role::Agent, Page::Contact(Box::new(contact))).await;
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 2, "{page}");
    assert!(page.contains(">This is not an email address.<") && page.contains(">At most 500 characters.<"), "{page}");
}

#[tokio::test]
async fn fields_are_listed_and_edited() {
    let counted = |n: u128, n_contacts| CountedField { field: field(n, FieldKind::Choice), n_contacts };
    let fields = Fields { frame: frame(Role::Admin), fields: vec![counted(1, 0), counted(2, 3)], done: done("order") };
    let list = shown("/fields", Role::Admin, Page::Fields(Box::new(fields))).await;
    assert_eq!(list.matches(">Move up<").count(), 1, "the first stands first: {list}");
    assert!(list.contains("The order is changed."), "{list}");
    let form = FieldForm::of(&counted(1, 3).field).check().unwrap_err();
    let edited = EditedField { frame: frame(Role::Admin), was: Some(counted(1, 3)), form };
    let page = shown("/fields/1", Role::Admin, Page::Field(Box::new(edited))).await;
    assert!(page.contains("It says something of 3 customers. All of that goes with it"), "{page}");
    assert!(page.contains("Write what can be chosen") && !page.contains("name=\"kind\""), "{page}");
    let edited = EditedField { frame: frame(Role::Admin), was: None, form: FieldForm::default() };
    let page = shown("/fields/new", Role::Admin, Page::Field(Box::new(edited))).await;
    assert_eq!(page.matches("<option").count(), 5, "{page}");
}

#[tokio::test]
async fn whoever_has_the_code_follows_a_deletion() {
    let found = |done_at: Option<Timestamp>, had_something| {
        Followed::Found(PublicDeletion { requested_at: NOW, done_at, had_something })
    };
    for (followed, expected, status) in [
        (found(None, true), "Your data is being deleted", StatusCode::OK),
        (found(Some(NOW), true), "Your data is deleted", StatusCode::OK),
        (found(Some(NOW), false), "There is nothing to delete", StatusCode::OK),
        (Followed::Unknown, "No such deletion", StatusCode::NOT_FOUND),
        (Followed::Wait { wait_s: 10 }, "Open this page again in 10 seconds.", StatusCode::TOO_MANY_REQUESTS),
    ] {
        let is_found = matches!(followed, Followed::Found(_));
        let page = Page::Deletion(Deletion { code: EVIL.to_owned(), followed });
        let (answered, page) = open("/deletion/x", None, page).await;
        assert_eq!(answered, status);
        check_nesting(&page);
        assert!(page.contains(expected), "{expected}: {page}");
        assert_eq!(page.contains("Confirmation code"), is_found, "{page}");
        assert!(!page.contains("<script>alert") && !page.contains(" style=\""), "{page}");
        assert_eq!((page.matches("<h1").count(), page.matches("<main").count()), (1, 1), "{page}");
    }
}
