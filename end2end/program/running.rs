//! A database to run on, and the program running on it.

use crate::postgres_server;
use std::process::{ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// Nobody listens there: a test never speaks to the real one.
const NO_META: &str = "http://127.0.0.1:9";

pub const PASSWORD: &str = "kiln and glaze";

/// An empty database and a folder.
pub struct Place {
    pub folder: TempDir,
    pub url: String,
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("switchboard.db").display());
        Self { folder, url }
    }

    pub async fn postgres() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: postgres_server::new_database().await }
    }

    /// The program with `args` on this database, with no other setting than what is given, and nobody where Meta is.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = bare(args);
        command.env("SWITCHBOARD_DATABASE_URL", &self.url).current_dir(self.folder.path());
        command.env("SWITCHBOARD_GRAPH_URL", NO_META).env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", NO_META);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().await.unwrap()
    }

    pub async fn add_user(&self, email: &str, name: &str, role: &str) {
        let args = ["user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin"];
        let added = feed(self.command(&args), &format!("{PASSWORD}\n")).await;
        assert!(added.status.success(), "{}", text(&added.stderr));
    }

    pub async fn serve(&self) -> Running {
        self.serve_with(&[]).await
    }

    pub async fn serve_with(&self, args: &[&str]) -> Running {
        let all = [&["serve", "--listen", "127.0.0.1:0"], args].concat();
        Running::start(self.command(&all)).await
    }
}

/// The program without any setting from outside.
pub fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command.args(args).env_clear().kill_on_drop(true);
    command
}

pub async fn feed(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // What refuses its options does not wait to read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
    child.wait_with_output().await.unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The program, serving.
pub struct Running {
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
    pub said: Vec<String>,
    /// Such as `http://127.0.0.1:41231`.
    pub address: String,
}

impl Running {
    /// Starts it and reads what it says until it tells where it listens.
    pub async fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = mpsc::unbounded_channel();
        relay(child.stdout.take().unwrap(), tell.clone());
        relay(child.stderr.take().unwrap(), tell);
        let mut running = Self { child, lines, said: Vec::new(), address: String::new() };
        let line = running.wait_for("listening").await;
        running.address = line.split_whitespace().find_map(|it| it.split("http://").nth(1)).map_or_else(
            || panic!("no address in {line}"),
            |it| format!("http://{}", it.trim_matches(|it: char| !it.is_ascii_digit())),
        );
        running
    }

    /// The first line, said already or yet to come, that holds `words`.
    pub async fn wait_for(&mut self, words: &str) -> String {
        if let Some(line) = self.said.iter().find(|it| it.contains(words)) {
            return line.clone();
        }
        let wait = async {
            loop {
                let line =
                    self.lines.recv().await.unwrap_or_else(|| panic!("it ended without {words:?}: {:?}", self.said));
                self.said.push(line.clone());
                if line.contains(words) {
                    return line;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap_or_else(|_| panic!("never said {words:?}"))
    }

    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// The processor time it has used, in hundredths of a second: unlike the time on the clock, it
    /// does not depend on what else the machine is doing.
    pub fn cpu_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap();
        // After the name in parentheses: state, then the fields from the fourth on.
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    pub async fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Ends it at once, with no chance to do anything more.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop; how it ended, how long that took, and everything it said.
    pub async fn stop(mut self) -> (ExitStatus, Duration, Vec<String>) {
        let start = Instant::now();
        self.signal("TERM").await;
        let status = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await.unwrap().unwrap();
        let took = start.elapsed();
        while let Some(line) = self.lines.recv().await {
            self.said.push(line);
        }
        (status, took, self.said)
    }
}

fn relay(stream: impl AsyncRead + Send + Unpin + 'static, to: mpsc::UnboundedSender<String>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let _ = to.send(line);
        }
    });
}
