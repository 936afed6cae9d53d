//! A host that stands for both of Meta's: it answers what it was told to, and remembers who asked what.

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::Parser as _;
use image::{ImageFormat, Rgb, RgbImage};
use server::config::{Cli, MetaSettings};
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Memory {
    answers: HashMap<String, Answer>,
    heard: Vec<Heard>,
    at_once: usize,
    most_at_once: usize,
}

type Answer = (u16, Bytes, HeaderMap);

#[derive(Debug, Clone)]
pub struct Heard {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub authorization: String,
    pub content_type: String,
    pub body: Bytes,
}

pub struct Host {
    pub url: String,
    memory: Arc<Mutex<Memory>>,
}

/// One of the reference's bodies.
pub fn payload(name: &str) -> String {
    let file = format!("{}/tests/payloads/graph/graph.{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

impl Host {
    pub async fn start() -> Self {
        let memory = Arc::<Mutex<Memory>>::default();
        let app = axum::Router::new().fallback(answer).with_state(memory.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, memory }
    }

    /// What is answered about `id` from now on.
    pub fn answers(&self, id: &str, status: u16, body: &str) {
        self.answers_with(id, status, body, HeaderMap::new());
    }

    pub fn answers_with(&self, id: &str, status: u16, body: &str, headers: HeaderMap) {
        self.keeps(id, status, Bytes::from(body.to_owned()), headers);
    }

    /// A picture at `/id`.
    pub fn shows(&self, id: &str) {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::from_pixel(32, 32, Rgb([140, 60, 40])).write_to(&mut bytes, ImageFormat::Png).unwrap();
        self.keeps(id, 200, Bytes::from(bytes.into_inner()), HeaderMap::new());
    }

    /// A profile whose picture lies at `/id` of this host.
    pub fn profile(&self, id: &str) -> String {
        let theirs = payload("ig.profile");
        let (front, rest) = theirs.split_once("https://lookaside").unwrap();
        let (_, end) = rest.split_once('"').unwrap();
        format!("{front}{}/{id}\"{end}", self.url)
    }

    fn keeps(&self, id: &str, status: u16, body: Bytes, headers: HeaderMap) {
        self.memory.lock().unwrap().answers.insert(id.to_owned(), (status, body, headers));
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.memory.lock().unwrap().heard.clone()
    }

    pub fn most_at_once(&self) -> usize {
        self.memory.lock().unwrap().most_at_once
    }

    pub fn settings(&self, more: &[&str]) -> MetaSettings {
        let urls = ["switchboard", "check", "--graph-url", &self.url, "--instagram-graph-url", &self.url];
        Cli::parse_from([&urls[..], more].concat()).settings.meta
    }
}

async fn answer(State(memory): State<Arc<Mutex<Memory>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let (request, body) = request.into_parts();
    let text =
        |name: HeaderName| request.headers.get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let heard = Heard {
        method: request.method.clone(),
        path,
        query: request.uri.query().unwrap_or_default().to_owned(),
        authorization: text(header::AUTHORIZATION),
        content_type: text(header::CONTENT_TYPE),
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    let (status, body, headers) = {
        let mut memory = memory.lock().unwrap();
        memory.heard.push(heard);
        memory.at_once += 1;
        memory.most_at_once = memory.most_at_once.max(memory.at_once);
        let somebody = || (200, format!(r#"{{"name": "Somebody {id}", "id": "{id}"}}"#).into(), HeaderMap::new());
        memory.answers.get(&id).cloned().unwrap_or_else(somebody)
    };
    tokio::task::yield_now().await;
    memory.lock().unwrap().at_once -= 1;
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}
