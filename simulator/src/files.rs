//! Pictures, voice notes and videos, as Meta's CDN would serve them.

use crate::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
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
    match file {
        Some(it) => {
            let headers = [
                (CONTENT_TYPE, it.content_type.as_str()),
                (CACHE_CONTROL, "max-age=86400"),
                (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            ];
            (headers, it.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
