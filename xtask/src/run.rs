//! The program, built to be tried (`make run`) or to be deployed (`make build`).

use crate::bundle::{self, Grade};
use crate::progress::step;
use crate::workspace::Workspace;
use crate::{program, size};
use anyhow::{Context, Result};
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// `make run`.
pub(crate) fn demo(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    bundle::build(workspace, Grade::Shipped)?;
    step("server (cargo, demo profile)", || {
        program::run(program::cargo(workspace).args(["build", "--profile", "demo", "--bin", "switchboard"]))
    })?;
    let program = workspace.binary("demo", "switchboard");
    let mut command = Command::new(&program);
    command.arg("demo").args(arguments);
    program::forget_cargo(&mut command);
    // In our place, so that Ctrl-C, the terminal and the exit status are its own.
    Err(command.exec()).with_context(|| format!("cannot start {}", program.display()))
}

/// `make build`.
pub(crate) fn release(workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    let site = bundle::build(workspace, Grade::Shipped)?;
    step("program (cargo, release profile)", || {
        program::run(program::cargo(workspace).args(["build", "--release", "--bin", "switchboard"]))
    })?;
    size::print(&site)?;
    let program = workspace.binary("release", "switchboard");
    let tenths = fs::metadata(&program)?.len() * 10 / (1024 * 1024);
    println!("{}: {}.{} MB, everything in it", workspace.shown(&program), tenths / 10, tenths % 10);
    Ok(ExitCode::SUCCESS)
}
