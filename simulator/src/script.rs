//! Customers who go on writing by themselves: every minute or two one of them says something, and
//! what the business says to them they read, like now and then, and answer.
//!
//! All by the simulator's clock and by counting, so that the same day comes again.

use crate::Shared;
use crate::world::World;
use crate::world::act::Act;
use crate::world::customer::From;
use serde_json::{Value, json};
use std::collections::HashMap;

struct Script {
    name: &'static str,
    in_words: &'static str,
    /// What they say of their own accord, in turn.
    says: &'static [Deed],
    answers: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Deed {
    Says(&'static str),
    Photo(&'static str),
    Voice,
    /// To what the business said last.
    Reacts(&'static str),
}

use Deed::{Photo, Reacts, Says, Voice};

const SCRIPTS: [Script; 4] = [
    Script {
        name: "priya",
        in_words: "Writes by herself",
        says: &[
            Says("Quick one: is the espresso pair fine in the dishwasher?"),
            Photo("espresso.jpg"),
            Says("Second coffee of the day, by the way ☕️"),
            Reacts("❤️"),
            Says("Do you sell the little spoons too?"),
        ],
        answers: &[
            "Perfect, thank you!",
            "Oh nice, I didn’t know that.",
            "You’re quick! 🙂",
            "Then I’ll take two more.",
        ],
    },
    Script {
        name: "tomas",
        in_words: "Writes by himself",
        says: &[
            Says("Olá! No sábado posso levar as minhas próprias ferramentas?"),
            Voice,
            Says("A minha irmã pergunta se há estacionamento."),
            Photo("vases.jpg"),
        ],
        answers: &["Combinado!", "Obrigado 🙏", "Ótimo, até lá então.", "Boa, vou dizer-lhe."],
    },
    Script {
        name: "olivia",
        in_words: "Writes by herself",
        says: &[
            Says("My husband says yes to the set of six 🎉"),
            Says("Could the plates come before the 12th?"),
            Photo("plates.jpg"),
            Says("Table is ready, just missing your plates"),
            Reacts("😂"),
        ],
        answers: &["Brilliant.", "That works for us, thanks!", "Lovely. I’ll wait for the link.", "Noted!"],
    },
    Script {
        name: "liam",
        in_words: "Writes by himself",
        says: &[
            Says("Is the jug still behind the counter?"),
            Says("Running late, is half five alright?"),
            Reacts("👍"),
            Says("Do you wrap it as a present?"),
        ],
        answers: &["Grand, thanks!", "Sound.", "Perfect, see you then.", "Cheers 👍"],
    },
];

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// For the list of customers.
pub fn in_words(name: &str) -> &'static str {
    SCRIPTS.iter().find(|it| it.name == name).map_or("Writes by themselves", |it| it.in_words)
}

pub async fn run(simulator: Shared) {
    let mut changed = simulator.changed.subscribe();
    let mut actors = Actors::at(&simulator.look());
    loop {
        changed.borrow_and_update();
        let wait = {
            let world = simulator.look();
            actors.notice(&world);
            world.clock.until(actors.due_ms())
        };
        match wait {
            Some(wait) if wait.is_zero() => simulator.change(|world| actors.step(world)),
            Some(wait) => {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = changed.changed() => {}
                }
            }
            None => {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

struct Actors {
    /// When somebody says something of their own accord.
    next_ms: i64,
    n_said: usize,
    n_answered: usize,
    /// Until which message of the business each has made up their mind.
    noticed: HashMap<String, String>,
    due: Vec<Due>,
}

struct Due {
    at_ms: i64,
    customer_id: String,
    act: Value,
}

impl Actors {
    /// What was said before is answered already.
    fn at(world: &World) -> Self {
        let next_ms = world.now_ms() + MINUTE_MS / 2;
        let mut actors = Self { next_ms, n_said: 0, n_answered: 0, noticed: HashMap::new(), due: Vec::new() };
        actors.notice(world);
        actors.due.clear();
        actors
    }

    fn due_ms(&self) -> i64 {
        self.due.iter().map(|it| it.at_ms).fold(self.next_ms, i64::min)
    }

    /// Plans what follows from what the business said.
    fn notice(&mut self, world: &World) {
        let now_ms = world.now_ms();
        for customer in world.customers().iter().filter(|it| it.script.is_some()) {
            let newest = customer.thread.messages.iter().rev().find(|it| it.from != From::Customer);
            let Some(newest) = newest.filter(|it| self.noticed.get(&customer.id) != Some(&it.mid)) else { continue };
            self.noticed.insert(customer.id.clone(), newest.mid.clone());
            // Who writes twice in a row gets one answer.
            self.due.retain(|it| it.customer_id != customer.id);
            let Some(script) = SCRIPTS.iter().find(|it| Some(it.name) == customer.script) else { continue };
            let n = self.n_answered;
            self.n_answered += 1;
            let hurry_ms = i64::try_from(n % 5).unwrap_or(0) * 2 * SECOND_MS;
            let mut plan = |after_ms: i64, act: Value| {
                self.due.push(Due { at_ms: now_ms + after_ms + hurry_ms, customer_id: customer.id.clone(), act });
            };
            plan(4 * SECOND_MS, json!({"read": {}}));
            if n % 3 == 1 {
                plan(8 * SECOND_MS, json!({"react": {"mid": newest.mid, "emoji": "❤️"}}));
            }
            plan(15 * SECOND_MS, json!({"send": {"text": script.answers[n % script.answers.len()]}}));
        }
    }

    fn step(&mut self, world: &mut World) {
        let now_ms = world.now_ms();
        let (mut now, later): (Vec<Due>, Vec<Due>) = self.due.drain(..).partition(|it| it.at_ms <= now_ms);
        self.due = later;
        now.sort_by_key(|it| it.at_ms);
        for it in now {
            act(world, &it.customer_id, it.act);
        }
        if self.next_ms <= now_ms {
            self.say_something(world);
            // However far the clock was moved, they do not make up for lost time.
            let pause_s = 60 + i64::try_from(self.n_said * 37 % 60).unwrap_or(0);
            self.next_ms = now_ms + pause_s * SECOND_MS;
        }
    }

    fn say_something(&mut self, world: &mut World) {
        let scripted: Vec<(String, &'static str)> =
            world.customers().iter().filter_map(|it| Some((it.id.clone(), it.script?))).collect();
        let Some((customer_id, name)) = scripted.get(self.n_said % scripted.len().max(1)) else { return };
        let round = self.n_said / scripted.len();
        self.n_said += 1;
        let Some(script) = SCRIPTS.iter().find(|it| it.name == *name) else { return };
        let attached = |world: &World, kind: &str, file: &str| json!({"send": {"attachments": [{"type": kind, "url": world.files.url(file)}]}});
        let deed = match script.says[round % script.says.len()] {
            Says(text) => json!({"send": {"text": text}}),
            Photo(file) => attached(world, "image", file),
            Voice => attached(world, "audio", "voice-12.wav"),
            Reacts(emoji) => match last_said(world, customer_id) {
                Some(mid) => json!({"react": {"mid": mid, "emoji": emoji}}),
                None => json!({"send": {"text": emoji}}),
            },
        };
        act(world, customer_id, deed);
    }
}

fn last_said(world: &World, customer_id: &str) -> Option<String> {
    let mut newest = world.customer(customer_id)?.thread.messages.iter().rev();
    newest.find(|it| it.from != From::Customer && !it.unsent).map(|it| it.mid.clone())
}

/// What can no longer be done, since somebody unsent or blocked, is left.
fn act(world: &mut World, customer_id: &str, deed: Value) {
    let now_ms = world.now_ms();
    let done = serde_json::from_value::<Act>(deed).map(|act| world.act(customer_id, act, now_ms));
    if !matches!(done, Ok(Ok(_))) {
        tracing::debug!(customer_id, ?done, "a scripted customer could not do that");
    }
}

#[cfg(test)]
mod tests;
