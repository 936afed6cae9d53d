use crate::bed::Bed;
use crate::rows;
use model::audit::{Action, SubjectKind};
use model::desk::Step;
use model::person::Role;
use server::store::audit::{Actor, AuditEntry, AuditLine, AuditWanted, Subject};
use server::store::conversations::NewStep;

crate::on_both!(
    the_log_is_read_in_pages_newest_first,
    the_log_is_searched,
    a_line_names_who_and_what,
    an_assignment_by_hand_is_in_the_log,
);

async fn the_log_is_read_in_pages_newest_first(bed: Bed) {
    let mut written: Vec<AuditLine> = Vec::new();
    for _ in 0..5 {
        let entry = bed.audit();
        written.push(AuditLine {
            id: entry.id,
            at: entry.at,
            actor: None,
            actor_name: None,
            action: entry.action,
            subject: entry.subject,
            subject_name: None,
            detail: None,
            address: entry.address.clone(),
        });
        bed.store.insert_audit(entry).await.unwrap();
        bed.clock.advance_s(1);
    }
    let mut read = Vec::new();
    let mut before = None;
    loop {
        let page = bed.store.list_audit(before, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        read.extend(page);
    }
    written.reverse();
    assert_eq!(read, written);
}

async fn the_log_is_searched(bed: Bed) {
    let (mia, ines) = (bed.somebody("mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await);
    let begun = bed.seams.now().plus_s(1);
    bed.store.set_role(bed.change(mia, ines), Role::Admin).await.unwrap().unwrap();
    bed.store.rename(bed.change(ines, ines), "Inês".to_owned()).await.unwrap();
    let at_last = bed.seams.now();
    bed.store.set_role(bed.change(mia, ines), Role::Agent).await.unwrap().unwrap();
    let search = async |wanted: AuditWanted| {
        let found = bed.store.search_audit(wanted, None, 10).await.unwrap();
        found.into_iter().map(|it| it.action).collect::<Vec<_>>()
    };
    let all = AuditWanted::default();
    let (role, renamed, again) = (Action::MadeAdmin, Action::PersonRenamed, Action::MadeAgent);
    assert_eq!(search(AuditWanted { from: Some(begun), ..all.clone() }).await, [again, renamed, role]);
    assert_eq!(search(AuditWanted { from: Some(begun), until: Some(at_last), ..all.clone() }).await, [role]);
    assert_eq!(search(AuditWanted { actor: Some(mia), ..all.clone() }).await, [again, role]);
    assert_eq!(search(AuditWanted { action: Some(renamed), ..all.clone() }).await, [renamed]);
    let about = AuditWanted { subject: Some(ines.to_string()), kind: Some(SubjectKind::Person), ..all.clone() };
    assert_eq!(search(about).await, [again, renamed, role]);
    assert!(search(AuditWanted { kind: Some(SubjectKind::Label), ..all }).await.is_empty());
}

async fn a_line_names_who_and_what(bed: Bed) {
    let mia = bed.somebody("mia", Role::Admin).await;
    let thread = rows::thread(&bed.url, &bed.seams).await;
    bed.execute("update contacts set name = 'Ana Duarte'").await;
    for (subject, name) in [
        (Subject::Person(mia), Some("mia")),
        (Subject::Account(thread.account), Some("Luna Ceramics")),
        (Subject::Conversation(thread.conversation), Some("Ana Duarte")),
        (Subject::Message(thread.message), Some("Ana Duarte")),
        (Subject::Label(bed.seams.new_id()), None),
        (Subject::SavedReply(bed.seams.new_id()), None),
    ] {
        bed.clock.advance_s(1);
        let detail = Some("more".to_owned());
        let entry = AuditEntry { actor: Actor::Person(mia), subject: Some(subject), detail, ..bed.audit() };
        bed.store.insert_audit(entry).await.unwrap();
        let line = bed.store.list_audit(None, 1).await.unwrap().remove(0);
        assert_eq!((line.subject, line.subject_name.as_deref()), (Some(subject), name));
        assert_eq!((line.actor_name.as_deref(), line.detail.as_deref()), (Some("mia"), Some("more")));
    }
}

async fn an_assignment_by_hand_is_in_the_log(bed: Bed) {
    let (mia, ines) = (bed.somebody("mia", Role::Admin).await, bed.somebody("ines", Role::Agent).await);
    let conversation = rows::thread(&bed.url, &bed.seams).await.conversation;
    for (step, action, to) in [
        (Step::Assign { to: Some(ines) }, Action::Assigned, Some("ines")),
        (Step::Assign { to: None }, Action::Unassigned, None),
        (Step::Close, Action::Unassigned, None),
    ] {
        bed.clock.advance_s(100);
        let (line, notification, now) = (bed.seams.new_id(), bed.seams.new_id(), bed.seams.now());
        bed.store.take_step(NewStep { conversation, step, by: mia.into(), line, notification, now }).await.unwrap();
        let told = bed.store.list_audit(None, 1).await.unwrap().remove(0);
        assert_eq!((told.action, told.detail.as_deref(), told.actor), (action, to, Some(mia)));
        assert_eq!(told.subject, Some(Subject::Conversation(conversation)));
    }
}
