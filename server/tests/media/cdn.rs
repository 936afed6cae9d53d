//! A host on this machine that plays Meta's CDN.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;

pub struct Cdn {
    pub at: String,
    /// How often `/busy` was asked.
    pub n_busy: Arc<AtomicU32>,
}

pub fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let glaze = RgbImage::from_fn(64, 48, |x, y| Rgb([40, u8::try_from(x).unwrap(), u8::try_from(y).unwrap()]));
    glaze.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl Cdn {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let n_busy = Arc::new(AtomicU32::new(0));
        let count = n_busy.clone();
        // Busy twice, then there.
        let busy = get(move || async move {
            match count.fetch_add(1, Ordering::SeqCst) {
                0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                1 => StatusCode::TOO_MANY_REQUESTS.into_response(),
                _ => picture().into_response(),
            }
        });
        let router = Router::new()
            .route("/picture", get(|| async { picture() }))
            .route("/moved", get(|| async { Redirect::temporary("/picture") }))
            .route("/order.pdf", get(|| async { "%PDF-1.7\n" }))
            .route("/reel", get(|| async { "<!doctype html><title>A reel</title>" }))
            .route("/inside", get(|| async { Redirect::temporary("https://10.0.0.1/") }))
            .route("/broken", get(|| async { StatusCode::BAD_REQUEST }))
            .route("/down", get(|| async { StatusCode::BAD_GATEWAY }))
            .route("/busy", busy);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { at, n_busy }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.at)
    }
}
