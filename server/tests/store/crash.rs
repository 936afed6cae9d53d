//! `kill -9` while a thousand writes are under way: whatever was acknowledged is there.

use crate::bed::{Bed, open};
use model::audit::AuditId;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

crate::on_both!(every_acknowledged_write_survives_kill_9);

/// Each time after a different number of acknowledgements, so that the kill hits different moments.
const KILL_AFTER: [usize; 4] = [1, 700, 2_500, 6_000];

async fn every_acknowledged_write_survives_kill_9(bed: Bed) {
    let mut acknowledged = HashSet::new();
    for (round, n_lines) in KILL_AFTER.into_iter().enumerate() {
        let url = bed.url.clone();
        let told = tokio::task::spawn_blocking(move || write_until_killed(&url, n_lines)).await.unwrap();
        assert!(told.len() >= n_lines, "round {round}: {} of {n_lines}", told.len());
        acknowledged.extend(told);
    }
    let store = open(&bed.url).await;
    let mut kept = HashSet::new();
    let mut before = None;
    loop {
        let page = store.list_audit(before, 5_000).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        kept.extend(page.into_iter().map(|it| it.id));
    }
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged writes are gone", lost.len(), acknowledged.len());
    bed.store.ping().await.unwrap();
}

/// Starts a writer of its own, kills it with SIGKILL after `n_lines` acknowledgements, and returns
/// every acknowledgement that it got out, also those that came while the signal was on its way.
fn write_until_killed(url: &str, n_lines: usize) -> Vec<AuditId> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hammer"))
        .args(["write", "--database-url", url, "--at-once", "1000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut told = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line).unwrap() == 0 {
            break;
        }
        // The last line may be cut short by the kill: then nobody was told.
        if let Some(id) = line.strip_suffix('\n') {
            told.push(id.parse().unwrap());
        }
        if told.len() == n_lines {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "it was killed, it did not end by itself");
    told
}
