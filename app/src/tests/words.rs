//! Labels, saved replies, the audit log and the second factor.

use super::people::{NOW, frame, shown};
use super::{EVIL, mia, open};
use crate::pages::audit::{Audit, AuditFilter};
use crate::pages::labels::{Done, EditedLabel, Labels};
use crate::pages::numbers::Numbered;
use crate::pages::replies::{EditedReply, Replies};
use crate::pages::second_factor::SecondFactor;
use crate::shell::Page;
use http::StatusCode;
use model::audit::Action;
use model::desk::{Label, SavedReply, SavedReplyId};
use model::id::Id as _;
use model::ids::LabelId;
use model::labels::{CountedLabel, LabelForm, LabelProblem};
use model::numbers::{Durations, Numbers, Sums};
use model::person::Role;
use model::replies::{ReplyField, ReplyForm, ReplyProblem};
use model::second_factor::{CodeForm, CodeProblem};
use model::time::DAY_S;
use server::audit::AuditPage;
use server::people::second_factor::Offer;
use server::qr;
use server::store::audit::{AuditLine, Subject};
use std::sync::Arc;

fn label() -> CountedLabel {
    let label = Label { id: LabelId::compose(1, [1; 10]), name: EVIL.to_owned(), hue: 285 };
    CountedLabel { label, n_conversations: 12 }
}

#[tokio::test]
async fn labels_are_listed_and_edited() {
    let labels = Labels { frame: frame(Role::Admin), labels: vec![label()], done: Some(Done::Deleted(1)) };
    let page = shown("/labels", Role::Admin, Page::Labels(Box::new(labels))).await;
    for part in ["chip--hue-10", ">12<", "The label is deleted. 1 conversation carried it.", "/labels/new"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let form = LabelForm { name: EVIL.to_owned(), hue: 300, problem: Some(LabelProblem::NameTaken) };
    let edited = EditedLabel { frame: frame(Role::Admin), was: Some(label()), form };
    let page = shown("/labels/x", Role::Admin, Page::Label(Box::new(edited))).await;
    for part in
        ["12 conversations carry it. It is taken from all", "There is one of this name", "value=\"300\" checked"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn saved_replies_are_listed_and_edited() {
    let reply = |n: u8, is_mine| SavedReply {
        id: SavedReplyId::compose(1, [n; 10]),
        shortcut: format!("hello-{n}"),
        title: EVIL.to_owned(),
        text: format!("{EVIL} {{order}}"),
        is_mine,
    };
    let listed = |role| Replies { frame: frame(role), replies: vec![reply(1, false), reply(2, true)], done: None };
    let page = shown("/replies", Role::Agent, Page::Replies(Box::new(listed(Role::Agent)))).await;
    assert!(page.contains("Read<span") && page.contains("Edit<span"), "{page}");
    assert!(page.contains("Nothing is filled in for {order}"), "{page}");
    let page = shown("/replies", Role::Admin, Page::Replies(Box::new(listed(Role::Admin)))).await;
    assert!(!page.contains("Read<span"), "{page}");
    let problem = Some(ReplyProblem::new(ReplyField::Text, "Too long.".to_owned()));
    let form = ReplyForm { text: EVIL.to_owned(), problem, ..ReplyForm::default() };
    let edited = EditedReply { frame: frame(Role::Admin), form, may_change: true };
    let page = shown("/replies/new", Role::Admin, Page::Reply(Box::new(edited))).await;
    assert!(page.contains("Too long.") && page.contains("Who has it"), "{page}");
    assert_eq!(page.matches("</textarea>").count(), 1, "what was typed ends nothing: {page}");
}

#[tokio::test]
async fn the_log_is_told_in_sentences() {
    let line = AuditLine {
        id: model::audit::AuditId::compose(NOW.0, [1; 10]),
        at: NOW,
        actor: Some(mia(Role::Admin).me.id),
        actor_name: Some("Mia".to_owned()),
        action: Action::LabelDeleted,
        subject: Some(Subject::Label(LabelId::compose(1, [1; 10]))),
        subject_name: None,
        detail: Some(EVIL.to_owned()),
        address: Some("192.0.2.1".to_owned()),
    };
    let log =
        AuditPage { older: Some(line.id), lines: vec![line], people: vec![(mia(Role::Admin).me.id, EVIL.to_owned())] };
    let filter = AuditFilter { kind: "label".to_owned(), from: "2026-11-01".to_owned(), ..AuditFilter::default() };
    let audit = Audit { frame: frame(Role::Admin), log, filter };
    let page = shown("/audit", Role::Admin, Page::Audit(Box::new(audit))).await;
    for part in ["Mia deleted the label", "2026-11-20 14:12", "value=\"2026-11-01\"", "a label</a>", ">Older<"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        page.contains("href=\"/audit.csv?kind=label&amp;from=2026-11-01\""),
        "the file has the same filter: {page}"
    );
}

#[tokio::test]
async fn numbers_are_drawn_and_told() {
    let sums = |n: u32| Sums {
        opened: n,
        closed: n,
        first_reply: Durations(vec![480_000]),
        to_close: Durations(vec![8_640_000]),
        inside: n,
        missed: 1,
        tagged: 2,
    };
    let numbers = Numbers {
        span: 7,
        whole: sums(71),
        before: sums(70),
        days: (0..7).map(|n| (NOW.plus_s((n - 6) * DAY_S), if n == 3 { Sums::default() } else { sums(10) })).collect(),
        people: vec![(Some(EVIL.to_owned()), sums(9)), (None, sums(1))],
        accounts: vec![(EVIL.to_owned(), sums(10))],
    };
    let numbered = Numbered { frame: frame(Role::Admin), numbers: Arc::new(numbers) };
    let page = shown("/numbers", Role::Admin, Page::Numbers(Box::new(numbered))).await;
    for part in [
        ">71<",
        "1 more",
        ">8<",
        "min<",
        ">2.4<",
        ">98.6<",
        "Elsewhere, or nobody",
        "2026-11-18: Opened 10",
        "/numbers.csv?days=7&amp;by=person",
        "aria-current=\"page\"",
        "Opened and closed over 7 days. The most:",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("class=\"plot__art\"").count(), 4, "{page}");
}

#[tokio::test]
async fn a_code_is_asked_for() {
    let form = CodeForm { next: EVIL.to_owned(), problem: Some(CodeProblem::Wrong) };
    let (status, page) = open("/login/code", None, Page::Code(form)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("one-time-code") && page.contains("aria-invalid=\"true\""), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn a_secret_is_offered_and_codes_are_shown() {
    let offer = Offer { sealed: EVIL.to_owned(), qr: qr::draw("otpauth://totp/x"), secret: "MZXW 6YTB".to_owned() };
    for (is_required, out) in [(false, "Cancel"), (true, "Sign out")] {
        let state = SecondFactor::Offer { offer: offer.clone(), problem: None, is_required };
        let page = shown("/me/second-factor", Role::Agent, Page::SecondFactor(Box::new(state))).await;
        assert!(page.contains(out) && page.contains("MZXW 6YTB") && page.contains("<path d=\"M"), "{page}");
    }
    let state = SecondFactor::Codes(vec!["abcd-efgh".to_owned()]);
    let page = shown("/me/second-factor", Role::Agent, Page::SecondFactor(Box::new(state))).await;
    assert!(page.contains("<li><code>abcd-efgh</code></li>"), "{page}");
}
