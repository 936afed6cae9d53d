//! The stream of changes of the whole program. What it tells whom is tested in `server/tests/live`.

use crate::browser::Browser;
use crate::running::{PASSWORD, Place};
use model::live::Event;
use reqwest::{Response, StatusCode};
use server::seams::Seams;
use server::store::changes::NewChange;
use server::store::{self, Store};
use std::sync::Arc;
use std::time::Duration;

crate::on_both!(
    a_signed_in_browser_hears_of_changes_until_it_signs_out,
    a_stream_goes_on_after_the_program_was_started_anew,
);

/// Another process that writes to the same database.
struct Writer {
    store: Arc<dyn Store>,
    seams: Seams,
}

impl Writer {
    async fn of(place: &Place) -> Self {
        Self { store: store::open(&place.url.parse().unwrap()).await.unwrap(), seams: Seams::system() }
    }

    async fn note(&self) -> String {
        let event = Event::Conversation { conversation_id: self.seams.new_id(), revision: 1 };
        let (id, at) = (self.seams.new_id(), self.seams.now());
        self.store.note_changes(vec![NewChange { id, event, account_id: None, person_id: None, at }]).await.unwrap();
        event.print()
    }
}

pub struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    pub async fn open(browser: &Browser, headers: &[(&str, &str)]) -> Self {
        Self::of(browser.open("/events", headers).await)
    }

    pub fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self { response, text: String::new() }
    }

    /// Reads until it has said `words`.
    pub async fn says(&mut self, words: &str) {
        while !self.text.contains(words) {
            assert!(self.read().await, "it ended without {words}: {}", self.text);
        }
    }

    pub async fn ends(mut self) {
        while self.read().await {}
    }

    async fn read(&mut self) -> bool {
        let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk()).await;
        let chunk = chunk.expect("something is heard").unwrap();
        self.text.push_str(&String::from_utf8_lossy(chunk.as_deref().unwrap_or_default()));
        chunk.is_some()
    }
}

async fn a_signed_in_browser_hears_of_changes_until_it_signs_out(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let writer = Writer::of(&place).await;
    let mut browser = Browser::at(&running.address);
    assert_eq!(browser.get("/events").await.status, StatusCode::UNAUTHORIZED);
    browser.sign_in("mia@luna.example", PASSWORD).await;
    let mut stream = Stream::open(&browser, &[]).await;
    stream.says("id: 0\nevent: hello\n").await;
    let data = writer.note().await;
    stream.says(&format!("id: 1\nevent: conversation\ndata: {data}\n\n")).await;
    let metrics = browser.get("/metrics").await.body;
    for expected in ["switchboard_streams 1", "switchboard_changes_total{kind=\"conversation\"} 1"] {
        assert!(metrics.contains(expected), "{expected} in {metrics}");
    }
    browser.post("/logout", &[]).await;
    stream.ends().await;
    assert_eq!(browser.get("/events").await.status, StatusCode::UNAUTHORIZED);
}

async fn a_stream_goes_on_after_the_program_was_started_anew(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let writer = Writer::of(&place).await;
    let mut browser = Browser::at(&running.address);
    browser.sign_in("mia@luna.example", PASSWORD).await;
    let mut stream = Stream::open(&browser, &[]).await;
    writer.note().await;
    stream.says("id: 1\n").await;
    let (status, took, said) = running.stop().await;
    assert!(status.success() && took < Duration::from_secs(5), "{took:?}: {said:?}");
    stream.ends().await;
    let missed = writer.note().await;
    let running = place.serve().await;
    let mut again = Browser::at(&running.address);
    again.cookies = browser.cookies;
    let mut stream = Stream::open(&again, &[("last-event-id", "1")]).await;
    stream.says(&missed).await;
    let live = writer.note().await;
    stream.says(&live).await;
    assert!(!stream.text.contains("hello") && !stream.text.contains("resync"), "{}", stream.text);
}
