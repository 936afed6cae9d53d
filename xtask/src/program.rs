//! Starting other programs: with their output shown, read, or both, and within a time limit where the network is involved.

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// `cargo` at the root of the clone, as if it were called by hand.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    cargo_with_site(workspace, &workspace.site())
}

/// `cargo`, embedding the given site into the program it builds.
pub(crate) fn cargo_with_site(workspace: &Workspace, site: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    forget_cargo(&mut command);
    // The root build.rs finds the default by itself. Set only where it is needed, the variable does not make
    // cargo build the program anew whenever a build by hand follows one from here.
    if site == workspace.root.join("target/site") {
        command.env_remove("SWITCHBOARD_SITE");
    } else {
        command.env("SWITCHBOARD_SITE", site);
    }
    command
}

/// Removes what `cargo run` told us about the package xtask. Build scripts (ring's is one) watch these variables:
/// inherited, they would make cargo compile such crates again after every change between xtask and a build by hand.
pub(crate) fn forget_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        if name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || name == "CARGO_BIN_NAME"
            || name == "OUT_DIR"
        {
            command.env_remove(name);
        }
    }
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = start(command)?.wait()?;
    expect_success(command, status)
}

/// Runs it without a word, and returns its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = start(command.stdin(Stdio::null()).stdout(Stdio::piped()))?.wait_with_output()?;
    expect_success(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it with its output shown as it comes, and returns its standard output too.
pub(crate) fn run_and_read(command: &mut Command) -> Result<(ExitStatus, String)> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let mut output = child.stdout.take().context("no standard output to read")?;
    let mut text = Vec::new();
    let mut chunk = [0; 8192];
    let mut shown = std::io::stdout();
    loop {
        let n_read = output.read(&mut chunk)?;
        if n_read == 0 {
            break;
        }
        shown.write_all(&chunk[..n_read])?;
        shown.flush()?;
        text.extend_from_slice(&chunk[..n_read]);
    }
    Ok((child.wait()?, String::from_utf8_lossy(&text).into_owned()))
}

/// Runs it, and ends it when it takes longer than the limit: a download that hangs must not hang us.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<()> {
    let mut child = start(command.stdin(Stdio::null()))?;
    let Some(status) = wait_within(limit, &mut child)? else {
        child.kill()?;
        child.wait()?;
        bail!("`{}` was not done after {} s: is the network slow or out of reach?", shown(command), limit.as_secs());
    };
    expect_success(command, status)
}

pub(crate) fn wait_within(limit: Duration, child: &mut Child) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > limit {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Asks a program to stop and waits for it; one that has not stopped after ten seconds (what `switchboard` promises) is killed.
pub(crate) fn stop(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    run(Command::new("kill").args(["-TERM", &child.id().to_string()]))?;
    if wait_within(Duration::from_secs(12), child)?.is_none() {
        child.kill()?;
        child.wait()?;
        bail!("the program did not stop within 12 s of SIGTERM and was killed");
    }
    Ok(())
}

pub(crate) fn start(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("cannot start `{}`", command.get_program().to_string_lossy()))
}

/// The first program of one of these names on the search path.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

fn expect_success(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
