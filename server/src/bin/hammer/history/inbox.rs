//! The inbox as a process, which is killed and started again where it was.

use crate::connection::Connection;
use crate::machine::peak_mb;
use std::error::Error;
use std::fs::OpenOptions;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What it says, in the folder it runs in.
const LOG: &str = "inbox.log";
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

pub struct Inbox {
    /// The same after each start: Meta goes on posting there.
    pub address: SocketAddr,
    program: PathBuf,
    settings: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl Inbox {
    pub fn new(program: PathBuf, settings: Vec<(&'static str, String)>) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Ok(Self { address, program, settings, child: None })
    }

    /// Asks Meta for what was said before as fast as it answers: the pace is its own, and not what is measured.
    pub async fn start(&mut self) -> Result<(), Box<dyn Error>> {
        let log = OpenOptions::new().create(true).append(true).open(LOG)?;
        let mut command = Command::new(&self.program);
        command.args(["serve", "--history-pace-ms", "0", "--listen"]).arg(self.address.to_string());
        command.envs(self.settings.iter().map(|(name, value)| (*name, value.as_str()))).env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(command.spawn()?);
        let begun = Instant::now();
        while !is_ready(self.address).await {
            if let Some(status) = self.child.as_mut().map(Child::try_wait).transpose()?.flatten() {
                return Err(format!("the inbox ended with {status}; what it said is in {LOG}").into());
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("the inbox is not ready; what it said is in {LOG}").into());
            }
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// At once, with no chance to do anything more.
    pub fn kill(&mut self) -> io::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        child.kill()?;
        child.wait().map(drop)
    }

    /// The most memory that it had since it was started last.
    pub fn peak_mb(&self) -> Option<f64> {
        peak_mb(&self.child.as_ref()?.id().to_string())
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    let answer = connection.ask(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    answer.is_ok_and(|(status, _)| status == 200)
}
