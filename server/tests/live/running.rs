//! The program on a port, people who are signed in, and what a browser hears.

use crate::bed::Bed;
use crate::parts::parts;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use model::ids::AccountId;
use model::live::Event;
use model::person::{PersonId, Role};
use model::time::DAY_S;
use reqwest::{Client, RequestBuilder, Response};
use server::auth;
use server::chance::fingerprint;
use server::http::{Pages, serving};
use server::live::Live;
use server::program::{Parts, Program};
use server::store::Store;
use server::store::changes::NewChange;
use server::store::people::NewPerson;
use server::store::sessions::SessionRow;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_sessions::Session;
use tower_sessions::session::Id;

pub struct Running {
    pub program: Program,
    _folder: tempfile::TempDir,
    pub at: String,
    task: JoinHandle<std::io::Result<()>>,
}

/// The program with one form: signing out.
pub async fn serve(bed: &Bed) -> Running {
    serve_on(bed, bed.store.clone(), Live::default()).await
}

pub async fn serve_on(bed: &Bed, store: Arc<dyn Store>, live: Live) -> Running {
    serve_with(bed, store, live, &[]).await
}

/// With more options.
pub async fn serve_with(bed: &Bed, store: Arc<dyn Store>, live: Live, args: &[&str]) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(Parts { live, ..parts(store, bed.seams.clone(), folder.path(), &at, args) });
    let open = Router::new().route("/logout", post(sign_out)).with_state(program.clone());
    let pages = Pages { open, inside: Router::new() };
    let told = program.stopping.clone().cancelled_owned();
    let task = tokio::spawn(serving::run(program.clone(), pages, listener, told));
    Running { program, _folder: folder, at, task }
}

async fn sign_out(State(program): State<Program>, session: Session) {
    auth::sign_out(&program, &session, "192.0.2.1").await.unwrap();
}

impl Running {
    pub async fn note(&self, changes: Vec<NewChange>) {
        self.program.store.note_changes(changes).await.unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(self) {
        self.program.stopping.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// A signed-in browser.
#[derive(Clone)]
pub struct Browser {
    pub person: PersonId,
    pub session: String,
    cookie: String,
}

pub async fn browser(bed: &Bed, email: &str, role: Role) -> Browser {
    let person = NewPerson { role, ..bed.person(email, "Somebody") };
    bed.store.insert_person(person.clone(), bed.audit()).await.unwrap();
    let id = Id::default().to_string();
    let session = SessionRow {
        fingerprint: fingerprint(&id),
        person: Some(person.id),
        data: format!("{{\"person\":\"{}\",\"renewed\":{}}}", person.id, bed.seams.now().0 / 1000),
        user_agent: None,
        address: None,
        now: bed.seams.now(),
        expires_at: bed.seams.now().plus_s(DAY_S),
    };
    bed.store.insert_session(session.clone()).await.unwrap();
    Browser { person: person.id, session: session.fingerprint, cookie: format!("switchboard={id}") }
}

impl Browser {
    pub fn get(&self, at: &str, path: &str) -> RequestBuilder {
        client().get(format!("{at}{path}")).header("cookie", &self.cookie)
    }

    pub async fn sign_out(&self, at: &str) {
        let done = client().post(format!("{at}/logout")).header("cookie", &self.cookie).send().await.unwrap();
        assert!(done.status().is_success());
    }

    /// Opens a stream that begins now.
    pub async fn listen(&self, at: &str) -> Heard {
        let mut heard = Heard::of(self.get(at, "/events").send().await.unwrap());
        assert_eq!(heard.next().await.unwrap().kind, "hello");
        heard
    }

    pub async fn listen_after(&self, at: &str, seq: &str) -> Heard {
        Heard::of(self.get(at, "/events").header("last-event-id", seq).send().await.unwrap())
    }
}

pub fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// One block of the stream; only one with data is an event to a browser.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Block {
    pub id: String,
    pub kind: String,
    pub data: String,
    pub retry: String,
}

impl Block {
    pub fn event(&self) -> Event {
        let event = Event::read(&self.data);
        assert_eq!(event.kind(), self.kind);
        event
    }
}

pub struct Heard {
    pub response: Response,
    text: String,
}

impl Heard {
    pub fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        Self { response, text: String::new() }
    }

    /// The next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Block> {
        loop {
            let block = self.next_block().await?;
            if !block.data.is_empty() {
                return Some(block);
            }
        }
    }

    pub async fn next_block(&mut self) -> Option<Block> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = parse(&self.text[..end]);
                self.text.drain(..end + 2);
                return Some(block);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk()).await;
            let chunk = chunk.expect("something is heard").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next `n` events without their numbers.
    pub async fn events(&mut self, n: usize) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..n {
            events.push(self.next().await.unwrap().event());
        }
        events
    }

    /// Hears nothing more until the stream ends.
    pub async fn ends(mut self) {
        assert_eq!(self.next().await, None);
    }
}

fn parse(text: &str) -> Block {
    let mut block = Block::default();
    for line in text.lines() {
        let (field, value) = line.split_once(':').unwrap();
        let place = match field {
            "id" => &mut block.id,
            "event" => &mut block.kind,
            "data" => &mut block.data,
            "retry" => &mut block.retry,
            _ => continue,
        };
        value.trim_start().clone_into(place);
    }
    block
}

pub fn change(bed: &Bed, event: Event) -> NewChange {
    // Ids of one moment are ordered by chance.
    bed.clock.advance_s(1);
    NewChange { id: bed.seams.new_id(), event, account_id: None, person_id: None, at: bed.seams.now() }
}

pub fn conversation(bed: &Bed, account_id: Option<AccountId>, revision: i64) -> NewChange {
    let event = Event::Conversation { conversation_id: bed.seams.new_id(), revision };
    NewChange { account_id, ..change(bed, event) }
}
