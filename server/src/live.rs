//! The live feed: what changes in the database reaches the browsers of whoever may see it. One task
//! of each process reads the feed, and every stream of that process hears it from there. Nothing
//! here says what changed in words; a browser asks for the thing anew.

mod bus;
mod places;
mod resume;
mod stream;

use crate::store::changes::Change;
use model::person::PersonId;
use places::{Listener, Places};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

pub use bus::start;
pub use stream::{open, open_for_program};

/// A browser that is further behind than this asks again for everything it shows.
const KEPT_FOR_THE_SLOW: usize = 4096;

/// How often a stream that has nothing to say shows that it is there, and looks whether its person
/// is still signed in. Some proxies cut off what is silent for half a minute.
const TICK: Duration = Duration::from_secs(15);

pub struct Live {
    tick: Duration,
    sender: broadcast::Sender<Arc<Change>>,
    /// The number up to which this process has read the feed, once it has begun.
    position: watch::Sender<Option<i64>>,
    places: Arc<Places>,
}

impl Default for Live {
    fn default() -> Self {
        Self::with_tick(TICK)
    }
}

impl Live {
    pub fn with_tick(tick: Duration) -> Self {
        let (sender, position) = (broadcast::Sender::new(KEPT_FOR_THE_SLOW), watch::Sender::new(None));
        Self { tick, sender, position, places: Arc::default() }
    }

    /// The session with this fingerprint is over: its streams end.
    pub fn session_ended(&self, fingerprint: &str) {
        self.places.session_ended(fingerprint);
    }

    /// Whether this person has a page open.
    fn has_streams(&self, person: PersonId) -> bool {
        self.places.has(Listener::Person(person))
    }

    /// Up to where this process has heard of changes: whoever reads now, and listens from there, misses nothing.
    pub fn heard_until(&self) -> Option<i64> {
        *self.position.borrow()
    }

    /// Every change from now on, without a gap.
    pub(crate) async fn subscribe(&self) -> broadcast::Receiver<Arc<Change>> {
        let receiver = self.sender.subscribe();
        // Before the process has found its place in the feed, it would pass over what comes meanwhile.
        let _ = self.position.subscribe().wait_for(Option::is_some).await;
        receiver
    }
}

#[cfg(test)]
mod tests {
    use super::places::Listener;
    use super::resume::Wanted;
    use super::stream::Stream;
    use crate::http::serving::tests::program;
    use crate::program::Program;
    use crate::store::audit::{Actor, AuditEntry};
    use crate::store::changes::NewChange;
    use crate::store::people::NewPerson;
    use crate::store::sessions::SessionRow;
    use axum::http::HeaderMap;
    use axum::response::IntoResponse as _;
    use axum::response::sse::Sse;
    use http_body_util::BodyExt as _;
    use model::audit::Action;
    use model::ids::ConversationId;
    use model::live::Event;
    use model::person::{PersonId, Role};
    use model::time::DAY_S;
    use std::convert::Infallible;

    async fn sign_in(program: &Program) -> PersonId {
        let (id, now) = (program.seams.new_id(), program.seams.now());
        let person = NewPerson {
            id,
            email: "mia@luna.example".to_owned(),
            email_folded: "mia@luna.example".to_owned(),
            name: "Mia".to_owned(),
            role: Role::Admin,
            password_hash: String::new(),
            created_at: now,
        };
        let (actor, action) = (Actor::System, Action::PersonAdded);
        let audit = AuditEntry {
            id: program.seams.new_id(),
            at: now,
            actor,
            action,
            subject: None,
            detail: None,
            address: None,
        };
        program.store.insert_person(person, audit).await.unwrap();
        let (fingerprint, data, expires_at) = ("session".to_owned(), "{}".to_owned(), now.plus_s(DAY_S));
        let session =
            SessionRow { fingerprint, person: Some(id), data, user_agent: None, address: None, now, expires_at };
        program.store.insert_session(session).await.unwrap();
        id
    }

    async fn note(program: &Program, n: i64) {
        let event = Event::Conversation { conversation_id: program.seams.new_id::<ConversationId>(), revision: 1 };
        let change = |_| {
            let (id, at) = (program.seams.new_id(), program.seams.now());
            NewChange { id, event, account_id: None, person_id: None, at }
        };
        program.store.note_changes((0..n).map(change).collect()).await.unwrap();
    }

    /// What it says next, as the browser gets it.
    async fn says(stream: &mut Stream) -> String {
        let frame = stream.next().await.unwrap();
        let body = Sse::new(futures::stream::iter([Ok::<_, Infallible>(frame)])).into_response().into_body();
        String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_browser_that_falls_too_far_behind_hears_one_resync_and_goes_on_from_there() {
        let program = program().await;
        super::start(&program);
        let mia = sign_in(&program).await;
        let (headers, wanted) = (HeaderMap::new(), Wanted::default());
        let stream =
            Stream::begin(program.clone(), Listener::Person(mia), "session".to_owned(), &headers, &wanted).await;
        let mut stream = stream.unwrap().unwrap();
        assert_eq!(says(&mut stream).await, "retry: 2000\n\n");
        assert!(says(&mut stream).await.contains("event: hello"));
        note(&program, 5000).await;
        let mut position = program.live.position.subscribe();
        position.wait_for(|it| *it == Some(5000)).await.unwrap();
        assert_eq!(says(&mut stream).await, "id: 5000\nevent: resync\ndata: {\"kind\":\"resync\"}\n\n");
        note(&program, 1).await;
        assert!(says(&mut stream).await.starts_with("id: 5001\nevent: conversation\n"));
        program.stopping.cancel();
    }
}
