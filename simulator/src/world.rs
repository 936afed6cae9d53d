//! What the simulator knows: apps, accounts, customers, and what time it is in its world.

use crate::Seed;
use serde::Serialize;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    Instagram,
    Page,
}

#[derive(Debug, Clone, Serialize)]
pub struct App {
    pub id: String,
    pub secret: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Account {
    pub id: String,
    pub platform: Platform,
    pub name: String,
    pub token: String,
    pub app_id: String,
}

#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub account_id: String,
    pub name: String,
    /// When they last wrote, reacted or tapped; `None` if they never did.
    pub last_action_ms: Option<i64>,
}

impl Customer {
    /// Whether the business may write freely: within a day of what the customer did last.
    pub fn conversation_open(&self, now_ms: i64) -> bool {
        self.last_action_ms.is_some_and(|at| now_ms - at < DAY_MS)
    }
}

#[derive(Debug)]
pub struct World {
    pub now_ms: i64,
    pub apps: Vec<App>,
    pub accounts: Vec<Account>,
    pub customers: Vec<Customer>,
    next_id: u64,
}

const APP: &str = "900100200300400";

impl World {
    pub fn new(seed: Seed, now_ms: i64) -> Self {
        let app = App { id: APP.to_owned(), secret: "pocket-app-secret".to_owned() };
        let mut world = Self { now_ms, apps: vec![app], accounts: Vec::new(), customers: Vec::new(), next_id: 1 };
        if seed == Seed::Demo {
            world.fill();
        }
        world
    }

    fn fill(&mut self) {
        let shop = self.add_account(Platform::Instagram, "17841400000000001", "luna.ceramics");
        let studio = self.add_account(Platform::Instagram, "17841400000000002", "luna.studio");
        let page = self.add_account(Platform::Page, "102030405060701", "Luna Ceramics");
        let shop_customers =
            ["Hannah Okafor", "山本 結衣", "ليلى ناصر", "Chiara Russo", "Priya Raman", "Tomás Silva", "Léa Fontaine"];
        for name in shop_customers {
            self.add_customer(&shop, name);
        }
        for name in ["Zofia Nowak", "Diego Herrera Castellanos"] {
            self.add_customer(&studio, name);
        }
        for name in ["Jonas Weber", "Kwame Mensah", "Aino Virtanen"] {
            self.add_customer(&page, name);
        }
    }

    fn add_account(&mut self, platform: Platform, id: &str, name: &str) -> String {
        self.accounts.push(Account {
            id: id.to_owned(),
            platform,
            name: name.to_owned(),
            token: format!("pocket-token-{id}"),
            app_id: APP.to_owned(),
        });
        id.to_owned()
    }

    /// A new customer of an account that exists; `None` if it does not.
    pub fn add_customer(&mut self, account_id: &str, name: &str) -> Option<Customer> {
        self.accounts.iter().find(|it| it.id == account_id)?;
        let customer = Customer {
            id: format!("55000000000{:05}", self.next_id),
            account_id: account_id.to_owned(),
            name: name.to_owned(),
            last_action_ms: None,
        };
        self.next_id += 1;
        self.customers.push(customer.clone());
        Some(customer)
    }
}
