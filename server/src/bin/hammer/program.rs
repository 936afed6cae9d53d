//! The program's commands.

use serde_json::Value;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Who looks after the inbox.
pub const EMAIL: &str = "mia@luna.example";
pub const PASSWORD: &str = "kiln and glaze";

pub fn add_admin(program: &Path, database_url: &str) -> Result<(), Box<dyn Error>> {
    let add = ["user", "add", "--email", EMAIL, "--name", "Mia", "--role", "admin", "--password-stdin"];
    run(program, database_url, &add, PASSWORD)
}

/// An account of the pretended Meta.
pub fn connect(program: &Path, database_url: &str, account: &Value) -> Result<(), Box<dyn Error>> {
    let of = |name: &str| account[name].as_str().unwrap_or_default();
    let add = ["account", "add", "--platform", of("platform"), "--id", of("id"), "--name", of("name"), "--token-stdin"];
    run(program, database_url, &add, of("token"))
}

fn run(program: &Path, database_url: &str, arguments: &[&str], input: &str) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(program);
    command.args(arguments).env("SWITCHBOARD_DATABASE_URL", database_url);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        writeln!(stdin, "{input}")?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("{arguments:?}: {status}").into()) }
}
