//! What the world holds at first.

use crate::Options;
use crate::clock::Clock;
use crate::world::account::{Account, App, Callback, Platform};
use crate::world::{Newcomer, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// The pottery shop of the demo: three accounts and their customers.
    Demo,
    /// One app and nobody else.
    Empty,
}

const APP: &str = "900100200300400";
const APP_SECRET: &str = "pocket-app-secret";
const VERIFY_TOKEN: &str = "pocket-verify-token";

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

/// `at` is where the simulator itself is reached.
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
        demo(&mut world);
    }
    world
}

fn demo(world: &mut World) {
    let accounts = [
        (Platform::Instagram, "17841400000000001", "luna.ceramics"),
        (Platform::Instagram, "17841400000000002", "luna.studio"),
        (Platform::Page, "102030405060701", "Luna Ceramics"),
    ];
    for (platform, id, name) in accounts {
        world.add_account(Account::new(platform, id, name), APP, &format!("pocket-token-{id}"));
    }
    let customers = [
        ("17841400000000001", "Hannah Okafor"),
        ("17841400000000001", "山本 結衣"),
        ("17841400000000001", "ليلى ناصر"),
        ("17841400000000001", "Chiara Russo"),
        ("17841400000000001", "Priya Raman"),
        ("17841400000000001", "Tomás Silva"),
        ("17841400000000001", "Léa Fontaine"),
        ("17841400000000002", "Zofia Nowak"),
        ("17841400000000002", "Diego Herrera Castellanos"),
        ("102030405060701", "Jonas Weber"),
        ("102030405060701", "Kwame Mensah"),
        ("102030405060701", "Aino Virtanen"),
    ];
    for (n, (account_id, name)) in customers.into_iter().enumerate() {
        let id = format!("55000000000{:05}", n + 1);
        world.add_customer(&Newcomer { account_id, name, id: Some(&id) });
    }
}
