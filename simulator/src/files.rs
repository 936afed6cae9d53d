//! Pictures, voice notes and videos, as Meta's CDN would serve them.

use crate::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::collections::HashMap;

/// What was added last goes on being served; the oldest gives way.
const MOST_BYTES: usize = 256 * 1024 * 1024;

pub fn routes() -> Router<Shared> {
    Router::new().route("/cdn/{name}", get(serve))
}

#[derive(Debug, Default)]
pub struct Files {
    /// Where the simulator is reached, `http://127.0.0.1:3001`.
    at: String,
    by_name: HashMap<String, File>,
    /// In the order they came.
    names: Vec<String>,
    n_bytes: usize,
}

#[derive(Debug, Clone)]
pub struct File {
    pub content_type: String,
    pub bytes: Bytes,
}

impl Files {
    pub fn new(at: &str) -> Self {
        Self { at: at.to_owned(), ..Self::default() }
    }

    pub fn at(&self) -> &str {
        &self.at
    }

    /// Keeps a file and gives its address.
    pub fn add(&mut self, name: &str, content_type: &str, bytes: Bytes) -> String {
        self.n_bytes += bytes.len();
        let file = File { content_type: content_type.to_owned(), bytes };
        match self.by_name.insert(name.to_owned(), file) {
            Some(before) => self.n_bytes -= before.bytes.len(),
            None => self.names.push(name.to_owned()),
        }
        while self.n_bytes > MOST_BYTES && self.names.len() > 1 {
            let oldest = self.names.remove(0);
            self.n_bytes -= self.by_name.remove(&oldest).map_or(0, |it| it.bytes.len());
        }
        self.url(name)
    }

    pub fn url(&self, name: &str) -> String {
        format!("{}/cdn/{name}", self.at)
    }

    pub fn get(&self, name: &str) -> Option<&File> {
        self.by_name.get(name)
    }
}

async fn serve(State(simulator): State<Shared>, Path(name): Path<String>) -> Response {
    let file = simulator.look().files.get(&name).cloned();
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (CONTENT_TYPE, file.content_type.as_str()),
        (CACHE_CONTROL, "max-age=86400"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let mut response = (headers, file.bytes).into_response();
    let kind = essence(&file.content_type);
    // Browsers show no paper in a sandbox.
    if kind != PAPER {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
    if !is_shown(&kind) {
        response.headers_mut().insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}

/// What anybody sent runs nothing where the control interface would listen to it.
const POLICY: &str = "sandbox; default-src 'none'";
const PAPER: &str = "application/pdf";

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a browser that is led to it shows it; a drawing can hold a script, and is shown in pages only.
fn is_shown(kind: &str) -> bool {
    let is_media = ["image/", "audio/", "video/"].iter().any(|it| kind.starts_with(it));
    kind == PAPER || (is_media && !kind.starts_with("image/svg"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simulator;
    use crate::clock::Clock;
    use crate::world::World;

    #[tokio::test]
    async fn nothing_that_is_served_runs_in_a_browser() {
        let mut world = World::empty(Clock::standing(0), "http://meta");
        let kinds = [
            ("image/png", true, true),
            ("video/mp4", true, true),
            ("Audio/WAV; rate=8000", true, true),
            ("application/pdf", true, false),
            ("image/svg+xml", false, true),
            ("text/html; charset=utf-8", false, true),
            ("application/octet-stream", false, true),
            ("", false, true),
        ];
        for (content_type, ..) in kinds {
            world.files.add(content_type, content_type, Bytes::from_static(b"it"));
        }
        let simulator = Simulator::new(world);
        for (content_type, is_shown, is_in_sandbox) in kinds {
            let told = serve(State(simulator.clone()), Path(content_type.to_owned())).await;
            let header = |name| told.headers().get(name).map(|it| it.to_str().unwrap());
            assert_eq!(header(X_CONTENT_TYPE_OPTIONS), Some("nosniff"), "{content_type}");
            assert_eq!(header(CONTENT_DISPOSITION), (!is_shown).then_some("attachment"), "{content_type}");
            assert_eq!(header(CONTENT_SECURITY_POLICY), is_in_sandbox.then_some(POLICY), "{content_type}");
        }
    }

    #[test]
    fn the_oldest_files_give_way_to_new_ones() {
        let mut files = Files::new("http://meta");
        let large = Bytes::from(vec![0; MOST_BYTES / 2]);
        for name in ["a", "b", "c"] {
            assert_eq!(files.add(name, "video/mp4", large.clone()), format!("http://meta/cdn/{name}"));
        }
        assert!(files.get("a").is_none() && files.get("b").is_some() && files.get("c").is_some());
    }
}
