//! Posts to one app. Each account has at most one request under way, so that its events come in order and
//! none waits for another account. What is not answered with 200 is tried three times at once, and then
//! 1, 5, 15 and 30 minutes later by the simulator's clock, while newer events go on being tried: after a
//! failure Meta does not keep the order either. An account of which nothing has arrived for an hour
//! is subscribed no more.

use super::handshake::{self, Asked};
use super::letter::{self, Letter};
use super::patience::{PATIENCE_MS, end_subscription, end_what_waited, failing_since, note};
use super::post::Post;
use crate::Shared;
use crate::world::account::Callback;
use crate::world::record::Webhook;
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;

const MINUTE_MS: i64 = 60_000;
const LATER_MS: [i64; 4] = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS];
/// Nothing is tried for longer, though others of its account may arrive.
const LONGEST_MS: i64 = 36 * 60 * MINUTE_MS;
/// The inbox may start later than the simulator.
const BETWEEN_HANDSHAKES: Duration = Duration::from_secs(2);

pub struct Courier {
    post: Post,
    /// The callback that has shown itself.
    known: Option<Callback>,
    refused: Option<String>,
    waiting: Vec<Letter>,
    /// When it was last looked for something that is due.
    looked_ms: i64,
    busy: HashSet<String>,
    under_way: JoinSet<(Letter, bool)>,
}

impl Courier {
    pub fn new(simulator: Shared, app_id: String, deadline: Duration) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap_or_default();
        Self {
            post: Post { simulator, client, app_id, deadline },
            known: None,
            refused: None,
            waiting: Vec::new(),
            looked_ms: 0,
            busy: HashSet::new(),
            under_way: JoinSet::new(),
        }
    }

    pub async fn run(mut self) {
        loop {
            let simulator = self.post.simulator.clone();
            let mut woken = std::pin::pin!(simulator.wake.notified());
            woken.as_mut().enable();
            let callback = simulator.look().app(&self.post.app_id).and_then(|it| it.callback.clone());
            let Some(callback) = callback else {
                woken.await;
                continue;
            };
            if self.known.as_ref() != Some(&callback) && !self.shake_hands(callback).await {
                self.end_what_waited();
                tokio::select! {
                    () = woken => {}
                    () = tokio::time::sleep(BETWEEN_HANDSHAKES) => {}
                }
                continue;
            }
            while let Some(letter) = self.next() {
                self.busy.extend(letter.account_ids.iter().cloned());
                self.under_way.spawn(self.post.clone().try_at_once(letter));
            }
            let pause = self.until_due();
            tokio::select! {
                () = woken => {}
                Some(done) = self.under_way.join_next() => {
                    if let Ok((letter, arrived)) = done {
                        self.settle(letter, arrived);
                        simulator.changed.send_replace(());
                    }
                }
                () = tokio::time::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
            }
        }
    }

    async fn shake_hands(&mut self, callback: Callback) -> bool {
        let Post { simulator, client, app_id, deadline } = &self.post;
        let challenge = simulator.look().ids.object();
        let Asked { status, error } = handshake::ask(client, &callback, &challenge, *deadline).await;
        // Said once, however often it is tried.
        if error.is_none() || error != self.refused {
            match &error {
                None => tracing::info!(callback = callback.url, "the callback has shown itself"),
                Some(why) => tracing::warn!(callback = callback.url, "no webhooks are posted: {why}"),
            }
            let body = json!({
                "hub.mode": "subscribe", "hub.verify_token": callback.verify_token, "hub.challenge": challenge
            });
            let at = simulator.look().now_ms();
            let (app_id, error) = (app_id.clone(), error.clone());
            let it = Webhook { at, app_id, body, attempt: 1, status, error, took_us: None };
            self.post.record(|world| world.webhooks.add(it));
        }
        let shown = error.is_none();
        self.known = shown.then_some(callback);
        self.refused = error;
        shown
    }

    fn end_what_waited(&mut self) {
        let ended = self.post.record(|world| end_what_waited(world, &self.post.app_id));
        self.waiting.retain(|it| !it.account_ids.iter().all(|id| ended.contains(id)));
    }

    fn next(&mut self) -> Option<Letter> {
        let mut world = self.post.simulator.look();
        let now_ms = world.now_ms();
        self.looked_ms = now_ms;
        let is_free = |it: &Letter| it.due_ms <= now_ms && !it.account_ids.iter().any(|id| self.busy.contains(id));
        match self.waiting.iter().position(is_free) {
            Some(place) => Some(self.waiting.remove(place)),
            None => Letter::next(&mut world, &self.post.app_id, &self.busy),
        }
    }

    /// How long until something is due that is not yet; what is due waits for its account, which will be told.
    fn until_due(&self) -> Option<Duration> {
        let world = self.post.simulator.look();
        let again = self.waiting.iter().map(|it| it.due_ms).filter(|it| *it > self.looked_ms);
        let first = world.outbox.get(&self.post.app_id).and_then(|it| letter::next_due(it, self.looked_ms));
        world.clock.until(again.chain(first).min()?)
    }

    fn settle(&mut self, mut letter: Letter, arrived: bool) {
        for id in &letter.account_ids {
            self.busy.remove(id);
        }
        let app_id = self.post.app_id.clone();
        let mut world = self.post.simulator.look();
        let now_ms = world.now_ms();
        if arrived {
            for id in &letter.account_ids {
                failing_since(&mut world, &app_id, id, |since| *since = None);
            }
            return;
        }
        let mut give_up_ms = i64::MAX;
        let mut ended = Vec::new();
        for id in &letter.account_ids {
            let since = failing_since(&mut world, &app_id, id, |since| *since.get_or_insert(now_ms));
            match since {
                Some(since) if now_ms - since >= PATIENCE_MS => ended.push(id.clone()),
                Some(since) => give_up_ms = give_up_ms.min(since + PATIENCE_MS),
                None => {}
            }
        }
        for id in &ended {
            end_subscription(&mut world, &app_id, id);
            self.waiting.retain(|it| it.account_ids != [id.as_str()]);
        }
        letter.account_ids.retain(|id| !ended.contains(id));
        if letter.account_ids.is_empty() {
            return;
        }
        if now_ms - letter.first_ms >= LONGEST_MS {
            note(&mut world, &app_id, letter.body, "given up after 36 hours");
            return;
        }
        let later_ms = LATER_MS.get(letter.put_off).or(LATER_MS.last()).copied().unwrap_or(MINUTE_MS);
        letter.due_ms = (now_ms + later_ms).min(give_up_ms);
        letter.put_off += 1;
        self.waiting.push(letter);
    }
}
