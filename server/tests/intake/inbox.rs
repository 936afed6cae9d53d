//! A program with the reference's accounts, and a stand-in for Meta's side: it signs and posts.

use crate::parts::parts;
use crate::{postgres_server, rows, seen};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::audit::Action;
use model::id::Id as _;
use model::ids::AccountId;
use model::intake::{Account, Sharing};
use model::person::{PersonId, Role};
use model::platform::Platform;
use model::time::Timestamp;
use ring::hmac;
use server::chance::hex;
use server::clock::ManualClock;
use server::config::DatabaseUrl;
use server::http::Pages;
use server::intake::worker::{Hands, apply_all};
use server::program::Program;
use server::seams::Seams;
use server::store::audit::{Actor, AuditEntry};
use server::store::people::NewPerson;
use server::store::{self, Store};
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";
pub const OUR_APP: &str = "1357924680135792";
const ACCOUNTS: [(Platform, &str); 3] = [
    (Platform::Instagram, "17841460210973548"),
    (Platform::Instagram, "17841471839920461"),
    (Platform::Page, "104857600932817"),
];

/// Wednesday, 18 November 2026, 12:00 UTC: after everything in the reference.
pub const NOW: Timestamp = Timestamp(1_795_089_600_000);

pub struct Inbox {
    pub url: String,
    pub store: Arc<dyn Store>,
    pub program: Program,
    pub router: Router,
    folder: Arc<TempDir>,
}

impl Inbox {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("switchboard.db").display());
        Self::new(url, Arc::new(folder)).await
    }

    pub async fn postgres() -> Self {
        Self::new(postgres_server::new_database().await, Arc::new(tempfile::tempdir().unwrap())).await
    }

    async fn new(url: String, folder: Arc<TempDir>) -> Self {
        let inbox = Self::on(url, folder).await;
        let account = |(platform, id): (Platform, &str)| {
            let account = Account {
                id: AccountId::of(platform, id),
                platform,
                external_id: id.to_owned(),
                our_app_id: None,
                sharing: Sharing::Unknown,
            };
            (account, "Fern & Kettle".to_owned())
        };
        inbox.admin().await;
        inbox.store.insert_accounts(ACCOUNTS.map(account).to_vec(), NOW).await.unwrap();
        inbox
    }

    async fn on(url: String, folder: Arc<TempDir>) -> Self {
        let store = store::open(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        let seams = Seams { clock: Arc::new(ManualClock::at(NOW)), ..Seams::system() };
        let args = ["--meta-app-id", OUR_APP, "--meta-app-secrets", SECRET, "--meta-verify-token", "our-word"];
        let program = Program::new(parts(store.clone(), seams, folder.path(), "http://127.0.0.1", &args));
        let router = server::http::router(&program, Pages { open: Router::new(), inside: Router::new() });
        Self { url, store, program, router, folder }
    }

    /// Who is told of warnings.
    async fn admin(&self) {
        let id = PersonId::compose(NOW.0, [1; 10]);
        let email = "mia@fern.example".to_owned();
        let person = NewPerson {
            id,
            email_folded: email.clone(),
            email,
            name: "Mia Lindqvist".to_owned(),
            role: Role::Admin,
            password_hash: String::new(),
            created_at: NOW,
        };
        let audit = AuditEntry {
            id: self.program.seams.new_id(),
            at: NOW,
            actor: Actor::System,
            action: Action::PersonAdded,
            subject: None,
            detail: None,
            address: None,
        };
        self.store.insert_person(person, audit).await.unwrap();
    }

    /// The same database in another process, as far as the program can tell.
    pub async fn again(&self) -> Self {
        Self::on(self.url.clone(), Arc::clone(&self.folder)).await
    }

    /// An empty database of the same kind.
    pub async fn another(&self) -> Self {
        if self.url.starts_with("sqlite") { Self::sqlite().await } else { Self::postgres().await }
    }

    /// As Meta does; what we answer.
    pub async fn post(&self, body: &[u8]) -> StatusCode {
        self.post_signed(body, &sign(body)).await
    }

    pub async fn post_signed(&self, body: &[u8], signature: &str) -> StatusCode {
        let request = Request::post("/webhooks/meta").header("x-hub-signature-256", signature);
        let request = request.body(Body::from(body.to_vec())).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    pub async fn apply(&self) {
        let our_app_id = self.program.intake.our_app_id.clone();
        let hands = Hands { store: self.store.clone(), seams: self.program.seams.clone(), our_app_id };
        apply_all(&hands).await.unwrap();
        let stuck =
            rows::lines(&self.url, "select raw || coalesce(reason, '') from inbound where state = 'pending'").await;
        assert_eq!(stuck, Vec::<String>::new());
    }

    /// Posts a body that must be taken, and applies it.
    pub async fn take(&self, body: &[u8]) {
        assert_eq!(self.post(body).await, StatusCode::OK);
        self.apply().await;
    }

    pub async fn seen(&self) -> Vec<String> {
        seen::seen(&self.url).await
    }
}

pub fn sign(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    format!("sha256={}", hex(hmac::sign(&key, body).as_ref()))
}

/// A payload of the reference, on one line as it comes over the wire.
pub fn payload(name: &str) -> Vec<u8> {
    let path = format!("{}/../model/tests/payloads/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all webhook bodies of the reference.
pub fn payload_names() -> Vec<String> {
    let folder = format!("{}/../model/tests/payloads", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let names = files.filter_map(|it| it.strip_suffix(".json").map(str::to_owned));
    let mut names: Vec<String> = names.filter(|it| !it.starts_with("vectors")).collect();
    names.sort();
    names
}
