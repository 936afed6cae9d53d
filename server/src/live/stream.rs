//! `GET /events` and `GET /api/v1/events`: what one signed-in person, or one program with a token, may hear of the
//! feed, as server-sent events.

use super::places::{End, Listener, Place};
use super::resume::{Begin, Wanted, begin};
use crate::auth::{Caller, sessions};
use crate::desk::presence::{self, Told};
use crate::http::fault::Fault;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::changes::{AT_ONCE, Change};
use crate::store::sight::Sight;
use crate::store::tokens::KnownToken;
use axum::extract::{Extension, Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Frame, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use model::desk::PRESENCE;
use model::live::{Event, HELLO};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tower_sessions::Session;

/// When a browser whose stream was cut connects again.
const COME_BACK: Duration = Duration::from_secs(2);
/// When one comes back that had to give way: two that displace each other should do so seldom.
const COME_BACK_LATER: Duration = Duration::from_mins(1);
/// An open page is a person who is there.
const SAY_HERE: Duration = Duration::from_mins(1);

/// Answers with the stream of whoever is signed in.
pub async fn open(
    State(program): State<Program>,
    Extension(caller): Extension<Caller>,
    session: Session,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let Some(session) = sessions::fingerprint_of(&session) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match Stream::begin(program, Listener::Person(caller.me.id), session, &headers, &wanted).await {
        Ok(Some(stream)) => stream.answer(),
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => Fault::of("open the stream of changes", &error).into_response(),
    }
}

/// The same for a program with a token; `None` if the token is not good any more.
pub async fn open_for_program(
    program: Program,
    token: &KnownToken,
    fingerprint: String,
    headers: &HeaderMap,
) -> StoreResult<Option<Response>> {
    let listener = Listener::Program(token.id);
    Ok(Stream::begin(program, listener, fingerprint, headers, &Wanted::default()).await?.map(Stream::answer))
}

pub(super) struct Stream {
    program: Program,
    listener: Listener,
    /// The fingerprint of the session or the token it belongs to.
    session: String,
    place: Place,
    live: Receiver<Arc<Change>>,
    presence: Receiver<Arc<Told>>,
    tick: Interval,
    /// When it was noted last that the person is there.
    here_at: Instant,
    sight: Sight,
    /// The number it has dealt with last, whether or not its person may know of it.
    seq: i64,
    /// What happened before it began to listen is still to be read.
    is_behind: bool,
    /// What is ready is the last that it says.
    is_over: bool,
    ready: VecDeque<Frame>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // At the very end of the program there is nobody left to tell.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let Listener::Person(person) = self.listener else { return };
        let program = self.program.clone();
        runtime.spawn(async move {
            if !program.live.has_streams(person) {
                program.actions.gone(&program, person);
                presence::gone(&program, person);
            }
        });
    }
}

impl Stream {
    fn answer(self) -> Response {
        let stopping = self.program.stopping.clone();
        let frames = futures::stream::unfold(self, |mut stream| async {
            let frame = stream.next().await?;
            Some((Ok::<_, Infallible>(frame), stream))
        });
        let frames = Sse::new(frames.take_until(Box::pin(stopping.cancelled_owned())));
        ([(CACHE_CONTROL.as_str(), "no-store"), ("x-accel-buffering", "no")], frames).into_response()
    }

    /// `None` if the session ended meanwhile. The order counts: first it can be ended and hears what
    /// is new, then it asks how far the feed reaches, then what may be seen of that.
    pub(super) async fn begin(
        program: Program,
        listener: Listener,
        session: String,
        headers: &HeaderMap,
        wanted: &Wanted,
    ) -> StoreResult<Option<Self>> {
        let place = program.live.places.take(listener, session.clone());
        let live = program.live.subscribe().await;
        let presence = program.desk.presence.subscribe();
        let bounds = program.store.feed_bounds().await?;
        let Some(sight) = look(&program, listener, &session).await? else { return Ok(None) };
        let mut tick = interval_at(Instant::now() + program.live.tick, program.live.tick);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ready = VecDeque::from([Frame::default().retry(COME_BACK)]);
        let seq = bounds.head;
        let (is_behind, is_over, here_at) = (false, false, Instant::now());
        let mut it = Self {
            program,
            listener,
            session,
            place,
            live,
            presence,
            tick,
            here_at,
            sight,
            seq,
            is_behind,
            is_over,
            ready,
        };
        match begin(headers, wanted, bounds) {
            Begin::AtHead => it.ready.push_back(frame(seq, HELLO, "{\"kind\":\"hello\"}")),
            Begin::After(seq) => (it.seq, it.is_behind) = (seq, true),
            Begin::Anew => it.ready.push_back(event(seq, &Event::Resync)),
        }
        Ok(Some(it))
    }

    pub(super) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Ok(end) = self.place.end.try_recv() {
                self.end(end);
            }
            if let Some(frame) = self.ready.pop_front() {
                return Some(frame);
            }
            if self.is_over {
                return None;
            }
            let went_on = if self.is_behind { self.catch_up().await } else { self.listen().await };
            if let Err(error) = went_on {
                // The browser comes back and goes on where it was.
                tracing::warn!(error = %chain(&error), "a stream of changes was cut");
                return None;
            }
        }
    }

    /// Reads from the database what the browser missed.
    async fn catch_up(&mut self) -> StoreResult<()> {
        let missed = self.program.store.changes_after(self.seq, AT_ONCE).await?;
        self.is_behind = missed.len() == AT_ONCE as usize;
        if missed.iter().any(|it| self.touches_sight(it)) {
            self.look_again().await?;
            if self.is_over {
                return Ok(());
            }
        }
        for change in missed {
            if change.seq != self.seq + 1 {
                // What is missing was removed since we asked how far back the feed reaches.
                return self.start_anew().await;
            }
            self.seq = change.seq;
            if self.may_hear(&change) {
                self.ready.push_back(event(change.seq, &change.event));
            }
        }
        Ok(())
    }

    async fn listen(&mut self) -> StoreResult<()> {
        tokio::select! {
            biased;
            end = &mut self.place.end => {
                self.end(end.unwrap_or(End::SignedOut));
                Ok(())
            }
            _ = self.tick.tick() => {
                // A number without data is no event, but what the browser begins with next time.
                self.ready.push_back(Frame::default().comment("").id(self.seq.to_string()));
                self.look_again().await?;
                self.say_here().await
            }
            told = self.presence.recv() => {
                self.ready.extend(told.ok().and_then(|it| self.who_is_there(&it)));
                Ok(())
            }
            heard = self.live.recv() => match heard {
                Ok(change) => self.hear(&change).await,
                // It begins anew with the next that it hears: that number is not the next one.
                Err(RecvError::Lagged(_)) => Ok(()),
                Err(RecvError::Closed) => {
                    self.is_over = true;
                    Ok(())
                }
            }
        }
    }

    fn end(&mut self, why: End) {
        self.is_over = true;
        self.ready.clear();
        if why == End::Displaced {
            self.ready.push_back(Frame::default().retry(COME_BACK_LATER));
        }
    }

    async fn hear(&mut self, change: &Change) -> StoreResult<()> {
        if change.seq <= self.seq {
            return Ok(());
        }
        if change.seq != self.seq + 1 {
            return self.start_anew().await;
        }
        self.seq = change.seq;
        let could_hear = self.may_hear(change);
        if self.touches_sight(change) {
            self.look_again().await?;
            if self.is_over {
                return Ok(());
            }
        }
        // Whoever could see an account until now hears that they no longer can.
        if could_hear || self.may_hear(change) {
            self.ready.push_back(event(change.seq, &change.event));
        }
        Ok(())
    }

    async fn say_here(&mut self) -> StoreResult<()> {
        if self.is_over || self.here_at.elapsed() < SAY_HERE {
            return Ok(());
        }
        self.here_at = Instant::now();
        let Listener::Person(person) = self.listener else { return Ok(()) };
        self.program.store.note_here(person, self.program.seams.now()).await
    }

    /// Without a number: it is nothing to go on from.
    fn who_is_there(&self, told: &Told) -> Option<Frame> {
        let is_wanted = matches!(self.listener, Listener::Person(_)) && self.sight.includes(told.account);
        let data = serde_json::to_string(&told.presence).ok().filter(|_| is_wanted)?;
        Some(Frame::default().event(PRESENCE).data(data))
    }

    fn is_for_me(&self, change: &Change) -> bool {
        change.person_id.is_none_or(|it| self.listener == Listener::Person(it))
    }

    fn may_hear(&self, change: &Change) -> bool {
        self.is_for_me(change) && change.account_id.is_none_or(|it| self.sight.includes(it))
    }

    /// Whether the person may see more or less after it.
    fn touches_sight(&self, change: &Change) -> bool {
        self.is_for_me(change) && matches!(change.event, Event::Account { .. } | Event::Resync)
    }

    /// Something is missing and nobody knows what.
    async fn start_anew(&mut self) -> StoreResult<()> {
        self.seq = self.program.store.feed_bounds().await?.head;
        self.is_behind = false;
        self.ready.push_back(event(self.seq, &Event::Resync));
        Ok(())
    }

    /// Whether the person is still signed in; and if they may see more or less than before, the
    /// browser must ask again for what it shows.
    async fn look_again(&mut self) -> StoreResult<()> {
        match look(&self.program, self.listener, &self.session).await? {
            None => self.is_over = true,
            Some(sight) if sight == self.sight => {}
            Some(sight) => {
                self.sight = sight;
                self.ready.push_back(event(self.seq, &Event::Resync));
            }
        }
        Ok(())
    }
}

/// What the listener may see; `None` if the session is over, the person is deactivated or the token revoked.
async fn look(program: &Program, listener: Listener, session: &str) -> StoreResult<Option<Sight>> {
    let (session, now) = (session.to_owned(), program.seams.now());
    match listener {
        Listener::Person(person) => match program.store.find_session(session, now).await? {
            Some(_) => program.store.find_sight(person).await,
            None => Ok(None),
        },
        Listener::Program(_) => Ok(program.store.find_token(session, now).await?.map(|it| it.sight)),
    }
}

fn event(seq: i64, event: &Event) -> Frame {
    frame(seq, event.kind(), &event.print())
}

fn frame(seq: i64, kind: &str, data: &str) -> Frame {
    Frame::default().id(seq.to_string()).event(kind).data(data)
}
