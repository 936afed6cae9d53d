//! `make dev`: the demo, built and started again whenever something it is made of changes. A build that fails leaves
//! the running program alone. The browser notices the new build by itself.

use crate::bundle::{self, Grade};
use crate::program;
use crate::workspace::Workspace;
use anyhow::Result;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, SystemTime};

const WATCHED: [&str; 9] =
    ["src", "app", "server", "model", "style", "migrations", "simulator", "Cargo.toml", "Cargo.lock"];
const PAUSE: Duration = Duration::from_millis(500);

type Snapshot = BTreeMap<PathBuf, SystemTime>;

pub(crate) fn watch(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let mut before = snapshot(workspace);
    let mut running = None;
    let mut only_styles = false;
    loop {
        let outcome = rebuild(workspace, only_styles).and_then(|()| restart(workspace, arguments, &mut running));
        let now_runs = outcome.is_ok();
        show(outcome);
        let now = next_change(workspace, &before);
        // After a failure the code may be what failed, so it is compiled even if only a style has changed since.
        let styles = workspace.root.join("style");
        only_styles = now_runs && changes(&before, &now).iter().all(|path| path.starts_with(&styles));
        before = now;
    }
}

fn show(outcome: Result<()>) {
    match outcome {
        Ok(()) => println!("==> watching for changes; Ctrl-C ends"),
        Err(error) => {
            eprintln!("error: {error:#}");
            println!("==> watching for changes; what ran before still runs");
        }
    }
}

fn rebuild(workspace: &Workspace, only_styles: bool) -> Result<()> {
    let site =
        if only_styles { bundle::restyle(workspace, Grade::Quick)? } else { bundle::build(workspace, Grade::Quick)? };
    let mut command = program::cargo_with_site(workspace, &site.folder);
    program::run(command.args(["build", "--profile", "demo", "--bin", "switchboard"]))
}

fn restart(workspace: &Workspace, arguments: &[String], running: &mut Option<Child>) -> Result<()> {
    if let Some(mut child) = running.take()
        && let Err(error) = program::stop(&mut child)
    {
        eprintln!("{error:#}");
    }
    let mut command = Command::new(workspace.binary("demo", "switchboard"));
    command.args(["demo", "--dev-reload", "--data"]).arg(workspace.target.join("dev-data")).args(arguments);
    program::forget_cargo(&mut command);
    *running = Some(program::start(&mut command)?);
    Ok(())
}

/// Waits for a change, and then until nothing has changed for a pause: an editor or git may write many files.
fn next_change(workspace: &Workspace, before: &Snapshot) -> Snapshot {
    let mut last = before.clone();
    loop {
        std::thread::sleep(PAUSE);
        let now = snapshot(workspace);
        if now == last && now != *before {
            return now;
        }
        last = now;
    }
}

fn changes<'a>(before: &'a Snapshot, now: &'a Snapshot) -> Vec<&'a Path> {
    let appeared_or_changed = now.iter().filter(|(path, time)| before.get(*path) != Some(time));
    let disappeared = before.iter().filter(|(path, _)| !now.contains_key(*path));
    appeared_or_changed.chain(disappeared).map(|(path, _)| path.as_path()).collect()
}

fn snapshot(workspace: &Workspace) -> Snapshot {
    let mut snapshot = Snapshot::new();
    for name in WATCHED {
        add(&workspace.root.join(name), &mut snapshot);
    }
    snapshot
}

/// A file may go away while we look: then it is simply not there.
fn add(path: &Path, snapshot: &mut Snapshot) {
    if path.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            add(&entry.path(), snapshot);
        }
    } else if let Ok(time) = fs::metadata(path).and_then(|found| found.modified()) {
        snapshot.insert(path.to_owned(), time);
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, changes};
    use std::path::{Path, PathBuf};
    use std::time::{Duration, SystemTime};

    #[test]
    fn new_touched_and_removed_files_are_changes() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let files = |list: &[(&str, u64)]| -> Snapshot {
            list.iter().map(|(name, seconds)| (PathBuf::from(name), at(*seconds))).collect()
        };
        let before = files(&[("same", 1), ("touched", 1), ("removed", 1)]);
        let now = files(&[("same", 1), ("touched", 2), ("new", 2)]);
        assert_eq!(changes(&before, &now), ["new", "touched", "removed"].map(Path::new));
    }
}
