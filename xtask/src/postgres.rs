//! A throw-away Postgres, with nothing in it, gone when it is dropped.

use crate::progress::step;
use crate::workspace::Workspace;
use crate::{program, tools};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};

const SUPERVISOR: &str = include_str!("postgres.sh");

pub(crate) struct Postgres {
    pub(crate) url: String,
    supervisor: Child,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        let programs = tools::postgres_programs()?;
        step("throw-away Postgres", || {
            let port = free_port()?;
            let mut command = Command::new("sh");
            command.args(["-c", SUPERVISOR, "postgres.sh"]).arg(programs).arg(port.to_string());
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            // A group of its own: Ctrl-C is for us, and the shell must live on to clean up.
            command.process_group(0);
            let mut postgres = Self {
                url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
                supervisor: program::start(&mut command)?,
            };
            let mut answer = String::new();
            let output = postgres.supervisor.stdout.take().context("no standard output to read")?;
            BufReader::new(output).read_line(&mut answer)?;
            if answer.trim() != "ready" {
                bail!("the throw-away Postgres did not start; what it said is above");
            }
            Ok(postgres)
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        if let Err(error) = self.supervisor.wait() {
            eprintln!("the throw-away Postgres may still be running: {error}");
        }
    }
}

/// `cargo xtask postgres`.
pub(crate) fn keep(_workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    let postgres = Postgres::start()?;
    println!("export TEST_POSTGRES_URL={}", postgres.url);
    println!("It runs until standard input closes (Ctrl-D) or Ctrl-C.");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(ExitCode::SUCCESS)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
