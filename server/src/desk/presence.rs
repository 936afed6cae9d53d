//! Who has which conversation open, and who is writing there. Told as it happens and kept in memory:
//! each process tells the others of its own people, and forgets whomever it hears of no more.

mod places;

use crate::auth::Caller;
use crate::inbox::{InboxError, InboxResult, row};
use crate::program::Program;
use crate::start::chain;
use model::desk::{Presence, Present};
use model::ids::{AccountId, ConversationId};
use model::inbox::NamedPerson;
use model::person::PersonId;
use places::{Place, Places};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast};
use tokio::time::Instant;

/// A stream that is further behind hears less of it.
const KEPT_FOR_THE_SLOW: usize = 1024;
const PAGE_MOST: usize = 64;
/// More than work at one conversation; the word for other processes has to stay short.
const TOLD_MOST: usize = 40;
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(10);
const NOT_BEFORE: Duration = Duration::from_millis(100);

/// Who is at a conversation now; for who may see the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub account: AccountId,
    pub presence: Presence,
}

pub struct Presences {
    places: Mutex<Places>,
    sender: broadcast::Sender<Arc<Told>>,
    changed: Notify,
    /// What tells the words of this process from those of others.
    process: OnceLock<String>,
}

impl Default for Presences {
    fn default() -> Self {
        let sender = broadcast::Sender::new(KEPT_FOR_THE_SLOW);
        Self { places: Mutex::default(), sender, changed: Notify::new(), process: OnceLock::new() }
    }
}

/// What one process tells the others: all of its people at a conversation.
#[derive(Serialize, Deserialize)]
struct Word {
    process: String,
    account: AccountId,
    conversation: ConversationId,
    people: Vec<Present>,
}

pub async fn be_at(
    program: &Program,
    caller: &Caller,
    page: String,
    conversation: Option<ConversationId>,
) -> InboxResult<Option<Presence>> {
    if page.is_empty() || page.len() > PAGE_MOST {
        return Err(InboxError::NotFound);
    }
    let place = match conversation {
        Some(id) => Some(place(program, caller, id).await?),
        None => None,
    };
    let me = named(caller);
    program.desk.presence.change(program, |places, now| places.be_at(&me, page, place, now));
    Ok(conversation.map(|conversation| {
        let places = program.desk.presence.places();
        let (at, mut people) = (program.seams.now(), places.people(conversation));
        drop(places);
        people.retain(|it| it.person.id != me.id);
        Presence { conversation, at, people }
    }))
}

/// The caller writes there, or has stopped.
pub(crate) async fn writes(program: &Program, caller: &Caller, id: ConversationId, on: bool) -> InboxResult<()> {
    let place = place(program, caller, id).await?;
    let me = named(caller);
    program.desk.presence.change(program, |places, now| places.write(&me, place, on, now));
    Ok(())
}

/// The last page of this person is gone.
pub(crate) fn gone(program: &Program, person: PersonId) {
    program.desk.presence.change(program, |places, _| places.gone(person));
}

async fn place(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Place> {
    let row = row(program, caller, id).await?.ok_or(InboxError::NotFound)?;
    Ok(Place { conversation: id, account: row.account_id })
}

fn named(caller: &Caller) -> NamedPerson {
    NamedPerson { id: caller.me.id, name: caller.me.name.clone() }
}

impl Presences {
    /// Whatever changes from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<Told>> {
        self.sender.subscribe()
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the people of this process, and tells whom it concerns.
    fn change(&self, program: &Program, change: impl FnOnce(&mut Places, Instant) -> Vec<Place>) {
        let mut words = Vec::new();
        {
            let mut places = self.places();
            for place in change(&mut places, Instant::now()) {
                self.tell(program, &mut places, place);
                words.push((place, places.ours(place.conversation)));
            }
        }
        self.changed.notify_one();
        let Some(process) = self.process.get() else { return };
        for (Place { conversation, account }, mut people) in words {
            people.truncate(TOLD_MOST);
            let word = Word { process: process.clone(), account, conversation, people };
            tell_others(program, &word);
        }
    }

    fn tell(&self, program: &Program, places: &mut Places, place: Place) {
        if let Some(people) = places.news(place) {
            let presence = Presence { conversation: place.conversation, at: program.seams.now(), people };
            // Fails only when nobody listens.
            let _ = self.sender.send(Arc::new(Told { account: place.account, presence }));
        }
    }

    fn hear(&self, program: &Program, word: &str) {
        // A newer version may say it in another way.
        let Ok(word) = serde_json::from_str::<Word>(word) else { return };
        if self.process.get() == Some(&word.process) {
            return;
        }
        let place = Place { conversation: word.conversation, account: word.account };
        let mut places = self.places();
        places.hear(word.process, place, word.people, Instant::now());
        self.tell(program, &mut places, place);
        drop(places);
        self.changed.notify_one();
    }

    /// Forgets who is not there any more; the answer is when to look again.
    fn expire(&self, program: &Program) -> Duration {
        let (now, mut places) = (Instant::now(), self.places());
        for place in places.expire(now) {
            self.tell(program, &mut places, place);
        }
        places
            .next()
            .map_or(LOOKS_AGAIN_AFTER, |next| next.saturating_duration_since(now).clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER))
    }
}

/// On a task of its own: nobody waits for it.
fn tell_others(program: &Program, word: &Word) {
    let Ok(word) = serde_json::to_string(word) else { return };
    let told = program.clone();
    program.workers.spawn(async move {
        if let Err(error) = told.store.tell_processes(word).await {
            tracing::debug!(error = %chain(&error), "other processes do not hear who is where");
        }
    });
}

pub(super) fn start(program: &Program) {
    let _ = program.desk.presence.process.set(program.seams.new_id::<PersonId>().to_string());
    let (forgetting, hearing) = (program.clone(), program.clone());
    program.spawn("presence", move || forget(forgetting.clone()));
    program.spawn("presence of others", move || hear(hearing.clone()));
}

async fn forget(program: Program) {
    loop {
        let pause = program.desk.presence.expire(&program);
        tokio::select! {
            () = program.desk.presence.changed.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn hear(program: Program) {
    let mut words = program.store.words_of_processes();
    loop {
        match words.recv().await {
            Ok(word) => program.desk.presence.hear(&program, &word),
            Err(RecvError::Lagged(_)) => {}
            // On SQLite there is one process.
            Err(RecvError::Closed) => return,
        }
    }
}
