//! The pages for people, and one's own.

use super::{EVIL, check_nesting, mia, open};
use crate::pages::invite::Inviting;
use crate::pages::me::Own;
use crate::pages::notifications::Noticed;
use crate::pages::people::{Notice, People};
use crate::parts::frame::Frame;
use crate::shell::Page;
use http::StatusCode;
use model::assignment::Availability;
use model::id::Id as _;
use model::ids::{NotificationId, TeamId};
use model::inbox::NamedPerson;
use model::people::{
    Invitation, InviteForm, JoinForm, ListedPerson, OpenSession, PasswordProblems, PersonState, Refusal,
};
use model::person::{FieldProblem, PersonId, Role};
use model::second_factor::SecondFactorStanding;
use model::teams::ListedTeam;
use model::time::{DAY_S, Timestamp};
use model::view::{Counts, View};
use server::notifications::Page as Noted;
use server::people::MadeLink;
use server::store::notifications::{Notification, Place as At};

pub(super) const NOW: Timestamp = Timestamp(1_795_183_925_000);

pub(super) fn frame(role: Role) -> Frame {
    let caller = mia(role);
    Frame {
        me: caller.me,
        business: caller.business,
        counts: Counts { views: vec![(View::AllOpen, 31), (View::Mine, 13)], saved: Vec::new(), notifications: 2 },
        n_troubled: 0,
        now: NOW,
    }
}

fn person(id: PersonId, name: &str, role: Role, state: PersonState) -> ListedPerson {
    ListedPerson {
        id,
        name: name.to_owned(),
        email: format!("{name}@luna.example"),
        role,
        state,
        seen_at: (state == PersonState::Active).then_some(NOW),
        n_open: 2,
        n_waiting: 1,
        waiting_since: Some(NOW.plus_s(-22 * 60)),
        limit: Some(20),
        availability: Availability::Available,
        link_until: (state == PersonState::Invited).then_some(NOW.plus_s(7 * DAY_S)),
        has_second_factor: false,
    }
}

fn id(n: i64) -> PersonId {
    PersonId::compose(n, [0; 10])
}

fn people(notice: Option<Notice>) -> Page {
    let people = vec![
        person(mia(Role::Admin).me.id, "Mia", Role::Admin, PersonState::Active),
        person(id(1), EVIL, Role::Agent, PersonState::Active),
        person(id(2), "Hana", Role::Agent, PersonState::Invited),
        person(id(3), "Tariq", Role::Agent, PersonState::Deactivated),
    ];
    let (frame, teams) = (frame(Role::Admin), vec![team()]);
    Page::People(Box::new(People { frame, people, teams, notice, requires_second_factor: false }))
}

fn team() -> ListedTeam {
    let members = vec![NamedPerson { id: id(1), name: EVIL.to_owned() }];
    ListedTeam { id: TeamId::from_bits(1), name: "Orders".to_owned(), members, accounts: Vec::new(), n_rules: 0 }
}

pub(super) async fn shown(path: &str, role: Role, page: Page) -> String {
    let (status, page) = open(path, Some(mia(role)), page).await;
    assert_eq!(status, StatusCode::OK);
    check_nesting(&page);
    assert!(!page.contains("<script>alert") && !page.contains(" style=\""), "{page}");
    assert_eq!((page.matches("<h1").count(), page.matches("<main").count()), (1, 1), "{page}");
    assert!(!page.contains("type=\"module\""), "it is no program: {page}");
    page
}

#[tokio::test]
async fn everybody_is_listed_by_how_they_stand() {
    let page = shown("/people", Role::Admin, people(None)).await;
    for part in ["2 people, 31 open", "More about Mia", ">you<", "Works once, for 7 days", "Activate again", "Withdraw"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("There must be an admin."), "the last one's role is not offered: {page}");
    assert_eq!(page.matches(">Deactivate<").count(), 1, "nobody deactivates themselves: {page}");
    assert!(page.contains(&format!("action=\"/people/{}/link\"", id(2))), "{page}");
}

#[tokio::test]
async fn what_was_done_is_said() {
    let address = "https://inbox.luna.example/join/secret".to_owned();
    let link = Notice::Link(MadeLink { person: id(2), address: address.clone(), until: NOW.plus_s(7 * DAY_S) });
    let page = shown("/people/invite", Role::Admin, people(Some(link))).await;
    assert!(page.contains(&format!("value=\"{address}\"")) && page.contains("Send this link to Hana"), "{page}");
    for (notice, words) in [
        (Notice::Changed(id(3)), "Tariq can no longer sign in."),
        (Notice::Changed(id(2)), "Hana is invited and needs a new link."),
        (Notice::Refused(Refusal::Oneself), "You cannot deactivate yourself."),
    ] {
        let page = shown("/people", Role::Admin, people(Some(notice))).await;
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = shown("/people", Role::Admin, people(Some(Notice::Changed(id(9))))).await;
    assert!(!page.contains("class=\"notice"), "of nobody nothing is said: {page}");
}

#[tokio::test]
async fn an_invitation_comes_back_with_what_was_typed() {
    let mut form = InviteForm { name: EVIL.to_owned(), email: EVIL.to_owned(), ..InviteForm::default() };
    form.problems.email = Some(FieldProblem::NotAnEmail);
    let page = Page::Invite(Box::new(Inviting { frame: frame(Role::Admin), form }));
    let page = shown("/people/invite", Role::Admin, page).await;
    assert!(
        page.contains("aria-describedby=\"email-below\"") && page.contains("This is not an email address."),
        "{page}"
    );
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 1);
}

#[tokio::test]
async fn an_invitation_says_who_sent_it() {
    let invitation = Invitation {
        business: EVIL.to_owned(),
        invited_by: Some("Mia".to_owned()),
        name: EVIL.to_owned(),
        email: "hana@luna.example".to_owned(),
        role: Role::Agent,
    };
    let form = JoinForm {
        link: "one-time".to_owned(),
        name: EVIL.to_owned(),
        invitation: Some(invitation),
        ..JoinForm::default()
    };
    let page = shown("/join/one-time", Role::Agent, Page::Join(form)).await;
    assert!(page.contains("Mia invites you") && page.contains("action=\"/join/one-time\""), "{page}");
    let page = shown("/join/used", Role::Agent, Page::Join(JoinForm::default())).await;
    assert!(!page.contains("<form") && page.contains("does not work any more"), "{page}");
}

#[tokio::test]
async fn what_concerns_somebody_is_listed_and_can_be_marked_as_read() {
    let note = Notification {
        id: NotificationId::from_bits(1),
        kind: "mention".to_owned(),
        at: NOW,
        is_read: false,
        account: None,
        about: None,
        by: Some(EVIL.to_owned()),
        words: Some(EVIL.to_owned()),
    };
    let older = Some(At { at: NOW, id: note.id });
    let noticed = |rows, is_first| Noticed { frame: frame(Role::Agent), page: Noted { rows, older }, is_first };
    let first = Page::Notifications(Box::new(noticed(vec![note.clone()], true)));
    let page = shown("/notifications", Role::Agent, first).await;
    assert!(
        page.contains("action=\"/notifications/read\"") && page.contains(&format!("value=\"{}\"", NOW.0)),
        "{page}"
    );
    assert!(page.contains(&format!("href=\"/notifications?before={}-{}\"", NOW.0, note.id)), "{page}");
    assert!(page.contains("Unread: ") && page.contains("views__count\">2<"), "{page}");
    let later = Page::Notifications(Box::new(noticed(Vec::new(), false)));
    let page = shown("/notifications", Role::Agent, later).await;
    assert!(page.contains("Nothing here") && page.contains(">Newest<") && !page.contains("Mark all"), "{page}");
}

#[tokio::test]
async fn an_agents_own_page_leads_nowhere_that_is_not_theirs() {
    let session = |fingerprint: &str| OpenSession {
        fingerprint: fingerprint.to_owned(),
        user_agent: Some(EVIL.to_owned()),
        address: Some(EVIL.to_owned()),
        since: NOW,
        seen_at: NOW,
    };
    let own = Own {
        frame: frame(Role::Agent),
        sessions: vec![session("a"), session("b")],
        session: "b".to_owned(),
        name: Some((EVIL.to_owned(), FieldProblem::Empty)),
        picture: Some("Choose a picture first."),
        password: PasswordProblems::default(),
        availability: Availability::Away,
        second_factor: SecondFactorStanding::default(),
        confirm: None,
        saved: None,
    };
    let page = shown("/me", Role::Agent, Page::Me(Box::new(own))).await;
    assert!(!page.contains("href=\"/people\"") && page.contains("aria-current=\"page\""), "{page}");
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("Choose a picture first."), "{page}");
    assert!(!page.contains("Remove picture"), "there is none: {page}");
    assert!(page.contains("This is needed.") && page.contains("Sign out everywhere else"), "{page}");
    assert!(page.contains("value=\"a\"") && !page.contains("value=\"b\""), "this one is signed out as everywhere");
}
