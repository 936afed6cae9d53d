//! The program as it is deployed, serving, and what the kernel knows of it.

use crate::program;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// What the pretended Meta and the inbox have in common.
pub(super) const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";
pub(super) const VERIFY: &str = "say-kiln";

pub(super) fn sqlite(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

pub(super) fn server(program: &Path, folder: &Path, database_url: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("NO_COLOR", "1").env("SWITCHBOARD_LOG", "info");
    command.env("SWITCHBOARD_DATABASE_URL", database_url);
    command.env("SWITCHBOARD_MEDIA_URL", format!("file://{}", folder.join("media").display()));
    command
}

/// The pretended Meta, which knows nobody yet, and where it listens.
pub(super) fn pretended_meta(program: &Path, folder: &Path) -> Result<(Running, String)> {
    let mut command = server(program, folder, &sqlite(&folder.join("unused.db")));
    let simulator = ["simulator", "--listen", "127.0.0.1:0", "--seed", "empty", "--app-secret", SECRET];
    let meta = Running::start(command.args(simulator).args(["--verify-token", VERIFY]))?;
    let meta_at = meta.address()?.to_string();
    Ok((meta, meta_at))
}

/// A started server, ended when dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
    log: Receiver<String>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = program::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let (lines, log) = channel();
        forward(child.stdout.take(), lines.clone());
        forward(child.stderr.take(), lines);
        Ok(Self { child, log })
    }

    /// Where it listens.
    pub(crate) fn wait_until_ready(&mut self) -> Result<SocketAddr> {
        let started = Instant::now();
        let address = self.address()?;
        while started.elapsed() < PATIENCE {
            if is_ready(address) {
                return Ok(address);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("/readyz did not answer 200 within {} s", PATIENCE.as_secs())
    }

    pub(super) fn address(&self) -> Result<SocketAddr> {
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

pub(super) fn resident_mb(process_id: u32) -> Result<f64> {
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
