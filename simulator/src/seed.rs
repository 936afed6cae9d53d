//! What the world holds at first. `world` is quick and has only who is there; `live` fills the demo
//! with what happened before it started.

mod lines;
mod media;
mod play;
mod shop;

use crate::Options;
use crate::bot;
use crate::clock::Clock;
use crate::world::account::{Account, App, Callback, Platform};
use crate::world::customer::{Control, STANDARD_MS};
use crate::world::ids::Ids;
use crate::world::{Newcomer, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// The pottery shop of the demo: three accounts and their customers.
    Demo,
    /// One app and nobody else.
    Empty,
}

pub const APP: &str = "900100200300400";
const APP_SECRET: &str = "pocket-app-secret";
const VERIFY_TOKEN: &str = "pocket-verify-token";

/// Every start makes the same ids, so that an inbox that kept its data meets nobody twice.
const SALT: i64 = 20_261_120;

/// An account and what an inbox needs to connect it.
#[derive(Debug, Clone)]
pub struct Part {
    pub id: String,
    pub platform: Platform,
    pub name: String,
    pub token: String,
    pub app_id: String,
    pub app_secret: String,
}

/// The accounts that a world begins with, for whoever connects to them.
pub fn cast(seed: Seed) -> Vec<Part> {
    let options = Options { seed, now_ms: 0, callback: None, app_secret: None, verify_token: None };
    let world = world(&options, Clock::standing(0), "");
    let part = |account: &Account| {
        let token = world.token_of(&account.id)?;
        let app = world.app(&token.app_id)?;
        Some(Part {
            id: account.id.clone(),
            platform: account.platform,
            name: account.name.clone(),
            token: token.value.clone(),
            app_id: app.id.clone(),
            app_secret: app.secret.clone(),
        })
    };
    world.accounts.iter().filter_map(part).collect()
}

/// Before anything has happened. `at` is where the simulator itself is reached.
pub fn world(options: &Options, clock: Clock, at: &str) -> World {
    let mut world = World::empty(clock, at);
    let verify_token = options.verify_token.as_deref().unwrap_or(VERIFY_TOKEN).to_owned();
    world.apps.push(App {
        id: APP.to_owned(),
        secret: options.app_secret.as_deref().unwrap_or(APP_SECRET).to_owned(),
        name: "Inbox".to_owned(),
        callback: options.callback.clone().map(|url| Callback { url, verify_token }),
    });
    if options.seed == Seed::Demo {
        with_ids_of_the_seed(&mut world, SALT, demo);
    }
    world
}

/// The demo's past: everybody else, files, posts, and months of conversations.
pub fn live(world: &mut World) {
    with_ids_of_the_seed(world, SALT + 1, |world| {
        media::add(world);
        shop::furnish(world);
        play::everything(world);
        with_bot(world);
    });
}

/// What every phone has at hand to send.
pub fn samples(world: &mut World) {
    media::add(world);
}

/// The Page shares its conversations with a bot. What people answered within a day stays theirs; the
/// rest is the bot's as soon as the customer writes again.
fn with_bot(world: &mut World) {
    bot::connect(world, PAGE);
    let now_ms = world.now_ms();
    let controls: Vec<(String, Control)> = world
        .customers()
        .iter()
        .filter(|it| it.account_id == PAGE)
        .filter_map(|it| {
            let until_ms = it.last_message_ms? + STANDARD_MS;
            let is_of_the_bot = it.thread.messages.iter().any(|it| it.from.is_of_app(bot::APP_ID));
            let app_id = if is_of_the_bot { bot::APP_ID } else { APP };
            (until_ms > now_ms).then(|| (it.id.clone(), Control { app_id: app_id.to_owned(), until_ms }))
        })
        .collect();
    for (id, control) in controls {
        if let Some(customer) = world.customer_mut(&id) {
            customer.thread.control = Some(control);
        }
    }
}

fn with_ids_of_the_seed(world: &mut World, salt: i64, fill: impl FnOnce(&mut World)) {
    let of_this_start = std::mem::replace(&mut world.ids, Ids::new(salt));
    fill(world);
    world.ids = of_this_start;
}

const CERAMICS: &str = "17841400000000001";
const STUDIO: &str = "17841400000000002";
const PAGE: &str = "102030405060701";

fn demo(world: &mut World) {
    let accounts = [
        (Platform::Instagram, CERAMICS, "luna.ceramics"),
        (Platform::Instagram, STUDIO, "luna.studio"),
        (Platform::Page, PAGE, "Luna Ceramics"),
    ];
    for (platform, id, name) in accounts {
        world.add_account(Account::new(platform, id, name), APP, &format!("pocket-token-{id}"));
    }
    let customers = [
        (CERAMICS, "Hannah Okafor"),
        (CERAMICS, "山本 結衣"),
        (CERAMICS, "ليلى ناصر"),
        (CERAMICS, "Chiara Russo"),
        (CERAMICS, "Priya Raman"),
        (CERAMICS, "Tomás Silva"),
        (CERAMICS, "Léa Fontaine"),
        (STUDIO, "Zofia Nowak"),
        (STUDIO, "Diego Herrera Castellanos"),
        (PAGE, "Jonas Weber"),
        (PAGE, "Kwame Mensah"),
        (PAGE, "Aino Virtanen"),
    ];
    for (n, (account_id, name)) in customers.into_iter().enumerate() {
        world.add_customer(&Newcomer { account_id, name, id: Some(&customer_id(n)) });
    }
}

/// The demo's customers are counted from 0.
fn customer_id(n: usize) -> String {
    format!("55000000000{:05}", n + 1)
}
