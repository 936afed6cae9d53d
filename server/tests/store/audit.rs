use crate::bed::Bed;
use server::store::audit::AuditLine;

crate::on_both!(the_log_is_read_in_pages_newest_first);

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
