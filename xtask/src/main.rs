//! The commands of the workshop: everything that a person or a CI machine does with this repository.
//! Whatever a command needs and does not find, it installs, or it says in one line how to.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks on its standard streams")]

mod bench;
mod bundle;
mod dev;
mod postgres;
mod program;
mod progress;
mod run;
mod size;
mod sources;
mod suites;
mod tools;
mod workspace;

use anyhow::{Result, bail};
use bundle::Grade;
use std::process::ExitCode;
use workspace::Workspace;

struct Task {
    usage: &'static str,
    about: &'static str,
    perform: fn(&Workspace, &[String]) -> Result<ExitCode>,
}

const TASKS: [Task; 10] = [
    Task {
        usage: "run [ARGUMENTS]",
        about: "build everything and run the demo; arguments go to `switchboard demo`",
        perform: run::demo,
    },
    Task {
        usage: "test [SUITE…]",
        about: "run every test suite, or those named: fmt clippy arrows bundle rust api browser",
        perform: suites::run,
    },
    Task { usage: "build", about: "build the one file to deploy, target/release/switchboard", perform: run::release },
    Task {
        usage: "dev [ARGUMENTS]",
        about: "run the demo and build and restart it on every change",
        perform: dev::watch,
    },
    Task { usage: "bundle", about: "build the browser bundle into target/site", perform: bundle },
    Task {
        usage: "size",
        about: "print the sizes of the browser bundle; fails when it is over its budget",
        perform: size,
    },
    Task {
        usage: "bench [PART…]",
        about: "measure all, or: writing start simulator intake-sqlite intake-postgres sending-sqlite sending-postgres
                     history-sqlite history-postgres inbox-sqlite inbox-postgres search-sqlite search-postgres
                     inbox-browser (--keep: leave their databases); fails when a target is missed",
        perform: bench::measure,
    },
    Task {
        usage: "fuzz-api",
        about: "ask the API for whatever its document allows, and for what it does not, for ten minutes",
        perform: suites::api::fuzz,
    },
    Task { usage: "fmt", about: "format the code", perform: fmt },
    Task {
        usage: "postgres",
        about: "keep a throw-away Postgres until standard input closes, for `cargo test` by hand",
        perform: postgres::keep,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    perform(&arguments).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn perform(arguments: &[String]) -> Result<ExitCode> {
    let Some((name, rest)) = arguments.split_first() else {
        return Ok(help());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        return Ok(help());
    }
    let Some(task) = TASKS.iter().find(|task| task.usage.split(' ').next() == Some(name)) else {
        bail!("there is no command `{name}`; `cargo xtask help` lists them");
    };
    (task.perform)(&Workspace::find()?, rest)
}

fn help() -> ExitCode {
    println!("cargo xtask COMMAND\n");
    for task in &TASKS {
        println!("  {:<18} {}", task.usage, task.about);
    }
    println!("  {:<18} this list", "help");
    ExitCode::SUCCESS
}

fn bundle(workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    let site = bundle::build(workspace, Grade::Shipped)?;
    size::print(&site)?;
    Ok(ExitCode::SUCCESS)
}

fn size(workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    let site = bundle::build(workspace, Grade::Shipped)?;
    let figure = size::print(&site)?;
    Ok(if figure.within_budget() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn fmt(workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    tools::components()?;
    program::run(program::cargo(workspace).args(["fmt", "--all"]))?;
    Ok(ExitCode::SUCCESS)
}
