//! A program on a database and a folder of its own, that may fetch from one host on this machine.

use crate::parts::parts;
use crate::postgres_server;
use crate::rows::{self, Thread};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use model::audit::Action;
use model::media::MediaId;
use model::person::{Role, fold_email};
use model::time::Timestamp;
use server::auth::Caller;
use server::chance::SeededChance;
use server::clock::ManualClock;
use server::config::DatabaseUrl;
use server::http::Pages;
use server::media::keep::MediaStore;
use server::program::Program;
use server::seams::Seams;
use server::store::audit::{Actor, AuditEntry, Subject};
use server::store::media::NewMedia;
use server::store::people::NewPerson;
use server::store::{self, Store};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Thursday, 20 November 2025, 19:00 UTC.
const START: Timestamp = Timestamp(1_763_665_200_000);

pub struct Running {
    pub store: Arc<dyn Store>,
    pub seams: Seams,
    pub clock: Arc<ManualClock>,
    pub url: String,
    pub program: Program,
    folder: TempDir,
}

impl Running {
    /// `cdn` is the origin that files may come from.
    pub async fn new(cdn: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::in_folder(folder.path()).to_string();
        Self::on(url, folder, cdn).await
    }

    pub async fn sqlite() -> Self {
        Self::new("http://127.0.0.1:1").await
    }

    pub async fn postgres() -> Self {
        Self::on(postgres_server::new_database().await, tempfile::tempdir().unwrap(), "http://127.0.0.1:1").await
    }

    async fn on(url: String, folder: TempDir, cdn: &str) -> Self {
        let store = store::open(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let seams = Seams { clock: clock.clone(), chance: Arc::new(SeededChance::new(7)) };
        let parts = parts(store.clone(), seams.clone(), folder.path(), "http://127.0.0.1", &["--media-allow", cdn]);
        let program = Program::new(parts);
        Self { store, seams, clock, url, program, folder }
    }

    /// The same database and files with a new program, as after a kill.
    pub async fn again(&mut self) {
        self.store.close().await;
        self.store = store::open(&self.url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        let (store, seams) = (self.store.clone(), self.seams.clone());
        let parts =
            parts(store, seams, self.folder.path(), "http://127.0.0.1", &["--media-allow", "http://127.0.0.1:1"]);
        self.program = Program::new(parts);
    }

    pub fn router(&self) -> Router {
        server::http::router(&self.program, Pages { open: Router::new(), inside: Router::new() })
    }

    /// What is answered: the status, how long it may be kept, the bytes.
    pub async fn ask(&self, path: &str, caller: Option<&Caller>) -> (StatusCode, String, Vec<u8>) {
        let mut request = Request::get(path);
        if let Some(caller) = caller {
            request = request.extension(caller.clone());
        }
        let response = self.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let stored = parts.headers.get("cache-control").map_or("", |it| it.to_str().unwrap()).to_owned();
        (parts.status, stored, body.collect().await.unwrap().to_bytes().to_vec())
    }

    pub async fn person(&self, email: &str, role: Role) -> Caller {
        let (id, now) = (self.seams.new_id(), self.seams.now());
        let person = NewPerson {
            id,
            email: email.to_owned(),
            email_folded: fold_email(email),
            name: "Somebody".to_owned(),
            role,
            password_hash: "$argon2id$none".to_owned(),
            created_at: now,
        };
        let audit = AuditEntry {
            id: self.seams.new_id(),
            at: now,
            actor: Actor::System,
            action: Action::PersonAdded,
            subject: Some(Subject::Person(id)),
            detail: None,
            address: None,
        };
        self.store.insert_person(person, audit).await.unwrap();
        let me = self.store.find_signed_in(id).await.unwrap().unwrap().me;
        Caller { me, business: "Luna Ceramics".to_owned() }
    }

    /// A message with these attachments, which wait for their files.
    pub async fn receive(&self, kind: &str, sources: &[String]) -> Thread {
        let thread = rows::thread(&self.url, &self.seams).await;
        thread.attach(&self.url, &self.seams, kind, sources).await;
        thread
    }

    /// A file that came with a message.
    pub async fn kept(&self, content_type: &str, name: Option<&str>, bytes: Vec<u8>) -> (MediaId, Thread) {
        let thread = self.receive("file", &["https://cdn.fbsbx.com/a".to_owned()]).await;
        let id: MediaId = self.seams.new_id();
        let store_key = MediaStore::key(id);
        let size = i64::try_from(bytes.len()).unwrap();
        let mut writing = self.program.media.begin(&store_key);
        writing.put(Bytes::from(bytes)).await.unwrap();
        writing.finish().await.unwrap();
        let media = NewMedia {
            id,
            account_id: Some(thread.account),
            store_key,
            name: name.map(str::to_owned),
            content_type: content_type.to_owned(),
            size,
            width: None,
            height: None,
            duration_ms: None,
            blur: None,
            created_by: None,
            created_at: self.seams.now(),
        };
        assert!(self.store.attachment_stored(thread.message, 0, media).await.unwrap());
        (id, thread)
    }

    pub async fn column(&self, thread: &Thread, position: usize, column: &str) -> Option<String> {
        let of = format!("message_id = '{}' and position = {position}", thread.message);
        rows::value(&self.url, &format!("select cast({column} as text) from attachments where {of}")).await
    }

    /// Looks until the attachment is in this state.
    pub async fn until(&self, thread: &Thread, position: usize, column: &str, wanted: &str) {
        let seen = async { while self.column(thread, position, column).await.as_deref() != Some(wanted) {} };
        let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), seen).await;
        if in_time.is_err() {
            let (state, reason) =
                (self.column(thread, position, "state").await, self.column(thread, position, "reason").await);
            panic!("{column} of {position} is not {wanted}: {state:?} {reason:?}");
        }
    }

    pub fn media_folder(&self) -> PathBuf {
        self.folder.path().join("media")
    }

    pub fn n_files(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let listed = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
            listed.map(|it| if it.is_dir() { count(&it) } else { 1 }).sum()
        }
        count(&self.media_folder())
    }
}
