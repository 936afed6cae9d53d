//! `make bench`: start and memory of the program as it is deployed, and how fast the store writes.

use crate::bundle::{self, Grade};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const N_STARTS: usize = 11;
const START_TARGET_MS: f64 = 300.0;
const MEMORY_TARGET_MB: f64 = 40.0;
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn measure(workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    bundle::build(workspace, Grade::Shipped)?;
    step("program and hammer (cargo, release profile)", || {
        let mut command = program::cargo(workspace);
        program::run(command.args([
            "build",
            "--release",
            "-p",
            "switchboard",
            "-p",
            "server",
            "--bin",
            "switchboard",
            "--bin",
            "hammer",
        ]))
    })?;
    // Beside the build and not in /tmp, which may be memory: writing must meet a disk.
    let folder = workspace.target.join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let hammered = hammer(workspace, &folder)?;
    let start = starts(&workspace.binary("release", "switchboard"), &folder)?;
    fs::remove_dir_all(&folder)?;
    let met = print(&start);
    Ok(if met && hammered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Start {
    /// Milliseconds from starting the program to `/readyz` answering 200, sorted.
    ready_ms: Vec<f64>,
    memory_mb: f64,
}

fn print(start: &Start) -> bool {
    let median = start.ready_ms[start.ready_ms.len() / 2];
    let (fastest, slowest) = (start.ready_ms[0], start.ready_ms[start.ready_ms.len() - 1]);
    let rows = [
        (
            "start to /readyz",
            format!("{median:.0} ms ({fastest:.0} to {slowest:.0})"),
            format!("{START_TARGET_MS:.0} ms"),
            median <= START_TARGET_MS,
        ),
        (
            "memory after start",
            format!("{:.1} MB", start.memory_mb),
            format!("{MEMORY_TARGET_MB:.0} MB"),
            start.memory_mb <= MEMORY_TARGET_MB,
        ),
    ];
    println!("\n{:<20} {:<24} {:<8} ok", "what", "measured", "target");
    for (what, measured, target, met) in &rows {
        println!("{what:<20} {measured:<24} {target:<8} {}", if *met { "yes" } else { "NO" });
    }
    rows.iter().all(|(_, _, _, met)| *met)
}

fn hammer(workspace: &Workspace, folder: &Path) -> Result<bool> {
    let run = |url: &str| -> Result<bool> {
        let mut command = Command::new(workspace.binary("release", "hammer"));
        Ok(program::start(command.args(["bench", "--database-url", url]).current_dir(folder))?.wait()?.success())
    };
    let sqlite = step("writing, SQLite", || run(&format!("sqlite://{}", folder.join("hammer.db").display())))?;
    let postgres = Postgres::start()?;
    let on_postgres = step("writing, Postgres", || run(&postgres.url))?;
    Ok(sqlite && on_postgres)
}

fn starts(program: &Path, folder: &Path) -> Result<Start> {
    program::run(server(program, folder).arg("migrate"))?;
    let mut ready_ms = Vec::new();
    let mut memory_mb = 0.0;
    step(&format!("{N_STARTS} starts"), || {
        for start_idx in 0..N_STARTS {
            let started = Instant::now();
            let mut running = Running::start(server(program, folder).args(["serve", "--listen", "127.0.0.1:0"]))?;
            running.wait_until_ready()?;
            ready_ms.push(started.elapsed().as_secs_f64() * 1000.0);
            if start_idx == N_STARTS - 1 {
                std::thread::sleep(Duration::from_secs(2).saturating_sub(started.elapsed()));
                memory_mb = resident_mb(running.child.id())?;
            }
            program::stop(&mut running.child)?;
        }
        Ok(())
    })?;
    ready_ms.sort_by(f64::total_cmp);
    Ok(Start { ready_ms, memory_mb })
}

fn server(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("NO_COLOR", "1").env("SWITCHBOARD_LOG", "info");
    command.env("SWITCHBOARD_DATABASE_URL", format!("sqlite://{}", folder.join("data/switchboard.db").display()));
    command.env("SWITCHBOARD_MEDIA_URL", format!("file://{}", folder.join("data/media").display()));
    command
}

/// A started server, ended when dropped.
struct Running {
    child: Child,
    log: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = program::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let (lines, log) = channel();
        forward(child.stdout.take(), lines.clone());
        forward(child.stderr.take(), lines);
        Ok(Self { child, log })
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        let address = self.address()?;
        while started.elapsed() < PATIENCE {
            if is_ready(address) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("/readyz did not answer 200 within {} s", PATIENCE.as_secs())
    }

    fn address(&self) -> Result<SocketAddr> {
        let mut said = Vec::new();
        loop {
            let Ok(line) = self.log.recv_timeout(PATIENCE) else {
                bail!("the program did not say where it listens; it said:\n{}", said.join("\n"));
            };
            if let Some(address) = listening_at(&line) {
                return Ok(address);
            }
            said.push(line);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = program::stop(&mut self.child) {
            eprintln!("{error:#}");
        }
    }
}

fn forward(output: Option<impl Read + Send + 'static>, lines: Sender<String>) {
    let Some(output) = output else { return };
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody listens any more once the address is known; the pipe must be emptied all the same.
            lines.send(line).ok();
        }
    });
}

/// Reads a log line such as `INFO listening server.address=http://127.0.0.1:41231`.
fn listening_at(line: &str) -> Option<SocketAddr> {
    let (_, port) = line.split_once("http://127.0.0.1:").filter(|_| line.contains("listening"))?;
    let digits = port.find(|letter: char| !letter.is_ascii_digit()).map_or(port, |end| &port[..end]);
    Some(SocketAddr::from(([127, 0, 0, 1], digits.parse().ok()?)))
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn resident_mb(process_id: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let kb = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("/proc names no resident memory")?;
    Ok(kb.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::listening_at;

    #[test]
    fn address_is_read_from_the_log() {
        let at = |line: &str| listening_at(line).map(|address| address.to_string());
        assert_eq!(
            at("2026-11-20 INFO listening server.address=http://127.0.0.1:41231"),
            Some("127.0.0.1:41231".to_owned())
        );
        assert_eq!(
            at(r#"{"message":"listening","server.address":"http://127.0.0.1:80"}"#),
            Some("127.0.0.1:80".to_owned())
        );
        assert_eq!(at("INFO opening http://127.0.0.1:41231"), None);
    }
}
