//! The API against its own document: schemathesis asks for whatever the document allows and for much that it does not,
//! of the program on the demo's data. No answer may be a fault or other than the document says.

use super::Bed;
use super::browser::BUILD;
use super::report::{Outcome, Report};
use crate::bench::server::Running;
use crate::bundle::{self, Grade};
use crate::workspace::Workspace;
use crate::{program, tools};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// As part of `make test`, and alone.
const WITHIN_S: u32 = 75;
const ALONE_S: u32 = 600;

/// What must hold for each answer. That everything a schema allows is taken is not among them: a text of blanks is not.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,negative_data_rejection,unsupported_method,ignored_auth";

/// The demo's past has to come in first.
const PATIENCE: Duration = Duration::from_secs(90);

pub(super) fn run(bed: &Bed, report: &mut Report) {
    report.check("api", || fuzz_for(bed.workspace, WITHIN_S).map(|()| Outcome::passed()));
}

/// `make fuzz-api`
pub(crate) fn fuzz(workspace: &Workspace, _arguments: &[String]) -> Result<ExitCode> {
    fuzz_for(workspace, ALONE_S)?;
    Ok(ExitCode::SUCCESS)
}

fn fuzz_for(workspace: &Workspace, seconds: u32) -> Result<()> {
    let schemathesis = tools::schemathesis(workspace)?;
    bundle::build(workspace, Grade::Shipped)?;
    program::run(program::cargo(workspace).args(BUILD))?;
    let folder = workspace.target.join("fuzz-api");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let binary = workspace.binary("debug", "switchboard");
    let mut demo = Command::new(&binary);
    demo.current_dir(&folder).env("NO_COLOR", "1").args(["demo", "--data", "data", "--listen", "127.0.0.1:0"]);
    demo.args(["--simulator-listen", "127.0.0.1:0"]);
    let mut running = Running::start(&mut demo)?;
    let api = Api { at: running.wait_until_ready()?, token: token(&binary, &folder)? };
    fs::write(folder.join("schemathesis.toml"), known(&api)?)?;
    let mut command = Command::new(schemathesis);
    command.current_dir(&folder).env("NO_COLOR", "1").arg("run");
    command.arg(format!("http://{}/api/v1/openapi.json", api.at));
    command.arg("--header").arg(format!("Authorization: Bearer {}", api.token));
    command.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--rate-limit", "auto"]);
    // The stream does not end.
    command.args(["--exclude-path", "/events", "--max-examples", "1000", "--continue-on-failure"]);
    command.arg("--max-time").arg(seconds.to_string()).args(["--request-timeout", "20"]);
    program::run(&mut command)
}

fn token(binary: &Path, folder: &Path) -> Result<String> {
    let mut command = Command::new(binary);
    command.current_dir(folder).env("SWITCHBOARD_DATABASE_URL", "sqlite://data/switchboard.db");
    let said = program::read(command.args(["token", "add", "--name", "schemathesis", "--bot", "Schemathesis"]))?;
    let token = said.lines().find_map(|line| line.strip_prefix("token, shown this once: "));
    token.map(str::to_owned).with_context(|| format!("no token in {said:?}"))
}

/// Ids that are there, so that not everything is "not found": a conversation that is the token's bot's, with its
/// messages, one that is somebody's, and some that are nothing.
fn known(api: &Api) -> Result<String> {
    let closed = api.wait_for_some("/conversations?state=closed&limit=1")?;
    let open = api.wait_for_some("/conversations?state=open&owner=human&assignee=none&limit=1")?;
    let own = id(&open[0])?;
    let (status, answer) = api.ask("POST", &format!("/conversations/{own}/handover"), Some(&json!({"to": "bot"})))?;
    if status != 200 {
        bail!("the bot was given no conversation: {status} {answer}");
    }
    let messages = api.wait_for_some(&format!("/conversations/{own}/messages?limit=3"))?;
    let messages = messages.iter().map(id).collect::<Result<Vec<_>>>()?;
    let conversations = [own.clone(), own, id(&closed[0])?, "01kag3v5c00000000000000m1a".to_owned(), "x".to_owned()];
    Ok(format!("[parameters]\n\"path.id\" = {conversations:?}\n\"path.message_id\" = {messages:?}\n"))
}

fn id(it: &Value) -> Result<String> {
    it["id"].as_str().map(str::to_owned).context("no id")
}

struct Api {
    at: SocketAddr,
    token: String,
}

impl Api {
    fn wait_for_some(&self, path: &str) -> Result<Vec<Value>> {
        let started = Instant::now();
        loop {
            let (status, page) = self.ask("GET", path, None)?;
            let items = page["items"].as_array().cloned().unwrap_or_default();
            if !items.is_empty() {
                return Ok(items);
            }
            if started.elapsed() > PATIENCE {
                bail!("{path} stays empty: {status} {page}");
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.token,
            body.len()
        );
        let mut stream = TcpStream::connect(self.at)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        read(&answer).with_context(|| format!("{method} {path}: {answer}"))
    }
}

fn read(answer: &str) -> Option<(u16, Value)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::json;

    #[test]
    fn an_answer_is_a_status_and_json() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"items\":[1]}";
        assert_eq!(read(answer), Some((200, json!({"items": [1]}))));
        assert_eq!(read("HTTP/1.1 204 No Content\r\n\r\n"), Some((204, json!(null))));
        assert_eq!(read("nonsense"), None);
    }
}
