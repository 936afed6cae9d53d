//! `make bench`: the program as it is deployed, measured against its targets.

mod browser;
mod history;
mod intake;
mod reading;
mod searching;
mod sending;
pub(crate) mod server;
mod simulator;
mod start;
mod writing;

use crate::bundle::{self, Grade};
use crate::program;
use crate::progress::step;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

struct Part {
    name: &'static str,
    measure: fn(&Bed) -> Result<Vec<Figure>>,
}

const PARTS: [Part; 14] = [
    Part { name: "writing", measure: writing::measure },
    Part { name: "start", measure: start::measure },
    Part { name: "simulator", measure: simulator::measure },
    Part { name: "intake-sqlite", measure: intake::on_sqlite },
    Part { name: "intake-postgres", measure: intake::on_postgres },
    Part { name: "sending-sqlite", measure: sending::on_sqlite },
    Part { name: "sending-postgres", measure: sending::on_postgres },
    Part { name: "history-sqlite", measure: history::on_sqlite },
    Part { name: "history-postgres", measure: history::on_postgres },
    Part { name: "inbox-sqlite", measure: reading::on_sqlite },
    Part { name: "inbox-postgres", measure: reading::on_postgres },
    Part { name: "search-sqlite", measure: searching::on_sqlite },
    Part { name: "search-postgres", measure: searching::on_postgres },
    Part { name: "inbox-browser", measure: browser::measure },
];

/// What the parts stand on.
struct Bed<'a> {
    workspace: &'a Workspace,
    /// Empty for each part. Beside the build and not in /tmp, which may be memory: writing must meet a disk.
    folder: PathBuf,
    /// Stocked databases, which parts share: to stock one takes minutes.
    stock: PathBuf,
}

/// Leaves the stocked databases where they are, for the next time.
const KEEP: &str = "--keep";

impl Bed<'_> {
    fn hammer(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.workspace.binary("release", "hammer"));
        command.args(arguments).current_dir(&self.folder);
        command
    }
}

/// One line of the table.
struct Figure {
    what: String,
    measured: String,
    /// What it should be, and whether it is.
    target: Option<(String, bool)>,
}

impl Figure {
    fn at_most(what: &str, measured: f64, target: f64, unit: &str) -> Self {
        Self::against(what, format!("{measured:.1} {unit}"), format!("≤ {target:.0} {unit}"), measured <= target)
    }

    fn against(what: &str, measured: String, target: String, met: bool) -> Self {
        Self { what: what.to_owned(), measured, target: Some((target, met)) }
    }

    fn without_target(what: &str, measured: String) -> Self {
        Self { what: what.to_owned(), measured, target: None }
    }
}

pub(crate) fn measure(workspace: &Workspace, names: &[String]) -> Result<ExitCode> {
    let (told, names): (Vec<String>, Vec<String>) = names.iter().cloned().partition(|it| it == KEEP);
    let chosen = choose(&names)?;
    bundle::build(workspace, Grade::Shipped)?;
    step("program and hammer (cargo, release profile)", || {
        let mut command = program::cargo(workspace);
        command.args(["build", "--release", "-p", "switchboard", "-p", "server"]);
        program::run(command.args(["--bin", "switchboard", "--bin", "hammer"]))
    })?;
    let (folder, stock) = (workspace.target.join("bench"), workspace.target.join("bench-stock"));
    let bed = Bed { workspace, folder, stock };
    let mut figures = Vec::new();
    for part in chosen {
        clear(&bed.folder)?;
        fs::create_dir_all(&bed.folder)?;
        figures.extend((part.measure)(&bed)?);
    }
    clear(&bed.folder)?;
    if told.is_empty() {
        clear(&bed.stock)?;
    }
    Ok(if print(&figures) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn choose(names: &[String]) -> Result<Vec<&'static Part>> {
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != *name)) {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("nothing called `{unknown}` is measured; there are {}", known.join(", "));
    }
    Ok(PARTS.iter().filter(|part| names.is_empty() || names.iter().any(|name| name == part.name)).collect())
}

fn print(figures: &[Figure]) -> bool {
    println!("\n{:<44} {:<26} {:<14} ok", "what", "measured", "target");
    for Figure { what, measured, target } in figures {
        let (target, met) = target.as_ref().map_or(("", ""), |(it, met)| (it, if *met { "yes" } else { "NO" }));
        println!("{what:<44} {measured:<26} {target:<14} {met}");
    }
    figures.iter().all(|it| it.target.as_ref().is_none_or(|(_, met)| *met))
}

#[cfg(test)]
mod tests {
    use super::{PARTS, choose};

    #[test]
    fn no_name_chooses_every_part_and_a_wrong_one_is_refused() {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(choose(&[]).unwrap().len(), PARTS.len());
        assert_eq!(choose(&names(&["start"])).unwrap().len(), 1);
        assert!(choose(&names(&["start", "stop"])).is_err());
    }
}
