//! What Meta knows: apps, accounts, customers, their threads, and what time it is. Whatever happens
//! is done here, and whoever is to hear of it is told by `tell`.

pub mod account;
pub mod act;
pub mod control;
pub mod customer;
pub mod grant;
pub mod ids;
pub mod record;
pub mod sample;
pub mod say;
pub mod subscribed;
pub mod tell;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::files::Files;
use crate::graph::limits::Limits;
use account::{Account, App, Holder, Login, Platform, Subscription, Switches, Token};
use customer::{Comment, Customer, Message, Thread};
use ids::Ids;
use record::{Record, Request, Webhook};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use tell::Parcel;

pub struct World {
    pub clock: Clock,
    pub ids: Ids,
    pub apps: Vec<App>,
    pub accounts: Vec<Account>,
    pub tokens: Vec<Token>,
    /// Given to whoever logged in, to be changed for tokens.
    pub codes: Vec<grant::Code>,
    /// What an app subscribed to at all, by app and object; where nothing stands it is everything.
    pub app_fields: BTreeMap<(String, &'static str), BTreeSet<String>>,
    customers: Vec<Customer>,
    /// Where each customer is among them, by id.
    places: HashMap<String, usize>,
    /// In whose thread each message stands, by mid.
    whose: HashMap<String, String>,
    pub comments: Vec<Comment>,
    /// Files that were uploaded, by attachment id.
    pub uploads: BTreeMap<String, Upload>,
    pub files: Files,
    pub faults: Faults,
    pub limits: Limits,
    /// What is still to be posted, by app.
    pub outbox: BTreeMap<String, VecDeque<Parcel>>,
    n_bundles: u64,
    pub requests: Record<Request>,
    pub webhooks: Record<Webhook>,
}

#[derive(Debug, Clone)]
pub struct Upload {
    pub account_id: String,
    /// `image`, `audio`, `video` or `file`.
    pub kind: String,
    pub url: String,
    pub at_ms: i64,
}

/// What is told of somebody new; the rest has a usual value.
pub struct Newcomer<'a> {
    pub account_id: &'a str,
    pub name: &'a str,
    /// As Meta's webhooks call them; made if there is none.
    pub id: Option<&'a str>,
}

impl World {
    /// `at` is where the simulator is reached.
    pub fn empty(clock: Clock, at: &str) -> Self {
        Self {
            ids: Ids::new(clock.now_ms()),
            clock,
            apps: Vec::new(),
            accounts: Vec::new(),
            tokens: Vec::new(),
            codes: Vec::new(),
            app_fields: BTreeMap::new(),
            customers: Vec::new(),
            places: HashMap::new(),
            whose: HashMap::new(),
            comments: Vec::new(),
            uploads: BTreeMap::new(),
            files: Files::new(at),
            faults: Faults::default(),
            limits: Limits::default(),
            outbox: BTreeMap::new(),
            n_bundles: 0,
            requests: Record::default(),
            webhooks: Record::default(),
        }
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn app(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|it| it.id == id)
    }

    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|it| it.id == id)
    }

    pub fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|it| it.id == id)
    }

    /// The accounts that a token of `account` speaks for: a Page's also for the Instagram account linked to it.
    pub fn accounts_of(&self, account_id: &str) -> impl Iterator<Item = &Account> {
        let account_id = account_id.to_owned();
        self.accounts.iter().filter(move |it| it.id == account_id || it.page_id.as_deref() == Some(&account_id))
    }

    pub fn token(&self, value: &str) -> Option<&Token> {
        self.tokens.iter().find(|it| it.value == value)
    }

    /// The token that an inbox uses for an account.
    pub fn token_of(&self, account_id: &str) -> Option<&Token> {
        self.tokens.iter().find(|it| it.holder == Holder::Account(account_id.to_owned()))
    }

    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    pub fn customer(&self, id: &str) -> Option<&Customer> {
        self.places.get(id).map(|place| &self.customers[*place])
    }

    pub fn customer_mut(&mut self, id: &str) -> Option<&mut Customer> {
        self.places.get(id).map(|place| &mut self.customers[*place])
    }

    /// Whoever wrote or got this message.
    pub fn customer_of_message(&self, mid: &str) -> Option<&Customer> {
        self.customer(self.whose.get(mid)?)
    }

    /// As the newest of the thread.
    pub fn add_message(&mut self, customer_id: &str, message: Message) {
        let Some(place) = self.places.get(customer_id) else { return };
        self.whose.insert(message.mid.clone(), customer_id.to_owned());
        self.customers[*place].thread.messages.push(message);
    }

    /// The app that controls a thread now, if any; `None` also where routing is off.
    pub fn owner(&self, customer_id: &str) -> Option<&str> {
        let customer = self.customer(customer_id)?;
        self.account(&customer.account_id)?.routing.as_ref()?;
        let control = customer.thread.control.as_ref()?;
        (control.until_ms > self.now_ms()).then_some(control.app_id.as_str())
    }

    /// A new account with a token for `app_id`, which is subscribed to all that happens.
    pub fn add_account(&mut self, new: Account, app_id: &str, token: &str) {
        let fields = account::every_field(new.platform);
        let subscription = Subscription { app_id: app_id.to_owned(), fields, failing_since_ms: None };
        self.tokens.push(Token {
            value: token.to_owned(),
            app_id: app_id.to_owned(),
            holder: Holder::Account(new.id.clone()),
            permissions: account::every_permission(new.platform, new.login),
            issued_ms: self.now_ms(),
            expires_ms: None,
            revoked: None,
        });
        self.accounts.push(Account { subscriptions: vec![subscription], ..new });
        self.let_pages_speak_for_what_is_linked();
    }

    /// A Page's token has the permissions of the Instagram account that is linked to it as well.
    fn let_pages_speak_for_what_is_linked(&mut self) {
        for account in &self.accounts {
            let Some(page_id) = &account.page_id else { continue };
            let holder = Holder::Account(page_id.clone());
            for token in self.tokens.iter_mut().filter(|it| it.holder == holder) {
                token.permissions.extend(account::every_permission(account.platform, Login::Facebook));
            }
        }
    }

    /// A new customer of an account that exists; `None` if it does not, or if the id is somebody's.
    pub fn add_customer(&mut self, new: &Newcomer) -> Option<&mut Customer> {
        let platform = self.account(new.account_id)?.platform;
        let id = new.id.map_or_else(|| self.ids.object(), str::to_owned);
        if self.places.contains_key(&id) {
            return None;
        }
        let thread_id = match platform {
            Platform::Instagram => self.ids.instagram_conversation(),
            Platform::Page => self.ids.messenger_conversation(),
        };
        let n = self.customers.len();
        self.places.insert(id.clone(), n);
        self.customers.push(Customer {
            username: username(new.name, &id),
            id,
            account_id: new.account_id.to_owned(),
            platform,
            name: new.name.to_owned(),
            picture: None,
            follows: n.is_multiple_of(2),
            follower_count: u32::try_from(n * 37 % 900).unwrap_or_default(),
            unreachable: false,
            last_action_ms: None,
            last_message_ms: None,
            thread: Thread { id: thread_id, ..Thread::default() },
            script: None,
        });
        self.customers.last_mut()
    }

    pub fn new_mid(&mut self, platform: Platform) -> String {
        match platform {
            Platform::Instagram => self.ids.instagram_mid(),
            Platform::Page => self.ids.messenger_mid(),
        }
    }
}

impl Account {
    /// As one is at first: nothing subscribed, nothing posted, everything switched on.
    pub fn new(platform: Platform, id: &str, name: &str) -> Self {
        let login = match platform {
            Platform::Instagram => Login::Instagram,
            Platform::Page => Login::Facebook,
        };
        Self {
            id: id.to_owned(),
            platform,
            login,
            app_scoped_id: format!("26{}", id.chars().rev().collect::<String>()),
            page_id: None,
            name: name.to_owned(),
            username: username(name, id),
            picture: None,
            subscriptions: Vec::new(),
            posts: Vec::new(),
            stories: Vec::new(),
            routing: None,
            switches: Switches::default(),
        }
    }
}

/// Of the Latin letters of the name, as far as there are any.
fn username(name: &str, id: &str) -> String {
    let letters = name.to_lowercase();
    let words: Vec<String> = letters
        .split(|it: char| it.is_whitespace() || it == '.')
        .map(|it| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|it| !it.is_empty())
        .collect();
    if words.is_empty() { format!("friend_{}", &id[id.len().saturating_sub(4)..]) } else { words.join(".") }
}
