//! Who controls a thread. Where conversation routing is on, the default app has what nobody owns, and
//! one app at a time may send; where it is off every app may, and control is a word between apps.

use super::World;
use super::account::{Platform, Routing};
use super::customer::{Control, Customer, STANDARD_MS};
use super::tell::Channel;
use serde_json::{Map, Value, json};

/// Meta's own inboxes, as their app ids.
pub const PAGE_INBOX: &str = "263902037430900";
pub const INSTAGRAM_INBOX: &str = "1217981644879628";
const LONGEST_S: i64 = 604_800;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncontrolled {
    NoCustomer,
    NotOwner,
    /// Passed to whoever passes.
    SameApp,
    /// Passed to an app that is not connected, or to none where there is no default app.
    NoTarget,
    /// Taking needs routing, and the owner's leave.
    MayNotTake,
    /// On Instagram control is asked for only where routing is off.
    RoutingOn,
    BadDuration,
}

impl World {
    /// Without a target it goes to the default app.
    pub fn pass_thread(
        &mut self,
        customer_id: &str,
        by: &str,
        target: Option<&str>,
        metadata: &str,
    ) -> Result<(), Uncontrolled> {
        let routing = self.routing_of(customer_id)?;
        let owner = self.controller(customer_id);
        let previous = if let Some(routing) = &routing {
            if owner.as_deref().unwrap_or(&routing.default_app_id) != by {
                return Err(Uncontrolled::NotOwner);
            }
            owner
        } else {
            Some(by.to_owned())
        };
        let default = routing.map(|it| it.default_app_id);
        let target = target.map(str::to_owned).or(default).ok_or(Uncontrolled::NoTarget)?;
        if target == by {
            return Err(Uncontrolled::SameApp);
        }
        if !self.is_connected(customer_id, &target) {
            return Err(Uncontrolled::NoTarget);
        }
        self.give(customer_id, &target);
        self.tell_of_control(&target, customer_id, |it| passed(previous.as_deref(), &target, metadata, it));
        Ok(())
    }

    pub fn take_thread(&mut self, customer_id: &str, by: &str, metadata: &str) -> Result<(), Uncontrolled> {
        let routing = self.routing_of(customer_id)?;
        if !routing.is_some_and(|it| it.may_take.contains(by) || it.default_app_id == by) {
            return Err(Uncontrolled::MayNotTake);
        }
        self.taken(customer_id, by, metadata);
        Ok(())
    }

    /// Whoever owns it is asked; what nobody owns is given at once.
    pub fn request_thread(&mut self, customer_id: &str, by: &str, metadata: &str) -> Result<(), Uncontrolled> {
        let routing = self.routing_of(customer_id)?;
        let platform = self.customer(customer_id).map(|it| it.platform);
        if routing.is_some() && platform == Some(Platform::Instagram) {
            return Err(Uncontrolled::RoutingOn);
        }
        match self.controller(customer_id) {
            Some(owner) if owner == by => {}
            Some(owner) => self.tell_of_control(&owner, customer_id, |it| requested(by, metadata, it)),
            None => {
                self.give(customer_id, by);
                self.tell_of_control(by, customer_id, |it| passed(None, by, metadata, it));
            }
        }
        Ok(())
    }

    pub fn release_thread(&mut self, customer_id: &str, by: &str) -> Result<(), Uncontrolled> {
        self.control_mut(customer_id, by)?;
        if let Some(customer) = self.customer_mut(customer_id) {
            customer.thread.control = None;
        }
        Ok(())
    }

    pub fn extend_thread(&mut self, customer_id: &str, by: &str, duration_s: i64) -> Result<(), Uncontrolled> {
        let now_ms = self.now_ms();
        let control = self.control_mut(customer_id, by)?;
        if !(1..=LONGEST_S).contains(&duration_s) {
            return Err(Uncontrolled::BadDuration);
        }
        control.until_ms = now_ms + duration_s * 1000;
        Ok(())
    }

    /// Somebody of the business answers in Meta's own inbox, or moves the thread there.
    pub fn native_inbox_takes(&mut self, customer_id: &str) {
        if !matches!(self.routing_of(customer_id), Ok(Some(_))) {
            return;
        }
        let inbox = match self.customer(customer_id).map(|it| it.platform) {
            Some(Platform::Instagram) => INSTAGRAM_INBOX,
            Some(Platform::Page) => PAGE_INBOX,
            None => return,
        };
        self.taken(customer_id, inbox, "");
    }

    /// Whether this app may write into the thread now, as far as control goes.
    pub fn may_send(&self, customer_id: &str, app_id: &str) -> bool {
        match self.routing_of(customer_id) {
            Ok(Some(routing)) => self.owner(customer_id).unwrap_or(&routing.default_app_id) == app_id,
            _ => true,
        }
    }

    /// Switches routing on or off, and tells each app its role in the old words.
    pub fn set_routing(&mut self, account_id: &str, routing: Option<Routing>) {
        let now_ms = self.now_ms();
        let Some(account) = self.account_mut(account_id) else { return };
        account.routing.clone_from(&routing);
        let Some(routing) = routing else { return };
        let (id, object, field) = (account.id.clone(), account.platform.object(), field(account.platform));
        let hears = account.subscriptions.iter().filter(|it| it.fields.contains(field));
        let apps: Vec<String> = hears.map(|it| it.app_id.clone()).collect();
        for app_id in apps {
            let role = if app_id == routing.default_app_id { "primary_receiver" } else { "secondary_receiver" };
            self.tell_app(&app_id, object, &id, Channel::Messaging, app_roles(&id, &app_id, role, now_ms));
        }
    }

    fn routing_of(&self, customer_id: &str) -> Result<Option<Routing>, Uncontrolled> {
        let customer = self.customer(customer_id).ok_or(Uncontrolled::NoCustomer)?;
        Ok(self.account(&customer.account_id).and_then(|it| it.routing.clone()))
    }

    /// Who has it now, whether or not that binds anybody.
    fn controller(&self, customer_id: &str) -> Option<String> {
        let control = self.customer(customer_id)?.thread.control.as_ref()?;
        (control.until_ms > self.now_ms()).then(|| control.app_id.clone())
    }

    fn control_mut(&mut self, customer_id: &str, by: &str) -> Result<&mut Control, Uncontrolled> {
        let now_ms = self.now_ms();
        let customer = self.customer_mut(customer_id).ok_or(Uncontrolled::NoCustomer)?;
        let control = customer.thread.control.as_mut();
        control.filter(|it| it.app_id == by && it.until_ms > now_ms).ok_or(Uncontrolled::NotOwner)
    }

    pub fn is_connected(&self, customer_id: &str, app_id: &str) -> bool {
        let account = self.customer(customer_id).and_then(|it| self.account(&it.account_id));
        let own = [PAGE_INBOX, INSTAGRAM_INBOX].contains(&app_id);
        own || account.is_some_and(|it| it.subscriptions.iter().any(|of| of.app_id == app_id))
    }

    fn taken(&mut self, customer_id: &str, by: &str, metadata: &str) {
        let owner = self.controller(customer_id).filter(|it| it != by);
        self.give(customer_id, by);
        if let Some(owner) = owner {
            self.tell_of_control(&owner, customer_id, |it| took(&owner, by, metadata, it));
        }
    }

    /// Whatever is done about control gives a day of it.
    fn give(&mut self, customer_id: &str, app_id: &str) {
        let until_ms = self.now_ms() + STANDARD_MS;
        if let Some(customer) = self.customer_mut(customer_id) {
            customer.thread.control = Some(Control { app_id: app_id.to_owned(), until_ms });
        }
    }

    /// Tells one app alone, if it is subscribed to the hand-over; Meta's own inboxes are not.
    fn tell_of_control(&mut self, app_id: &str, customer_id: &str, item: impl FnOnce(&Scene) -> Value) {
        let Some(customer) = self.customer(customer_id) else { return };
        let Some(account) = self.account(&customer.account_id) else { return };
        let hears =
            |field: &str| account.subscriptions.iter().any(|it| it.app_id == app_id && it.fields.contains(field));
        if !hears(field(account.platform)) {
            return;
        }
        let (id, object) = (account.id.clone(), account.platform.object());
        let item = item(&Scene { customer, now_ms: self.now_ms() });
        self.tell_app(app_id, object, &id, Channel::Messaging, item);
    }
}

fn field(platform: Platform) -> &'static str {
    match platform {
        Platform::Instagram => "messaging_handover",
        Platform::Page => "messaging_handovers",
    }
}

struct Scene<'a> {
    customer: &'a Customer,
    now_ms: i64,
}

fn passed(previous: Option<&str>, new: &str, metadata: &str, scene: &Scene) -> Value {
    let what = json!({"previous_owner_app_id": previous, "new_owner_app_id": new, "metadata": metadata});
    item(scene, "pass_thread_control", what)
}

fn took(previous: &str, new: &str, metadata: &str, scene: &Scene) -> Value {
    let new = as_the_platform_writes(new, scene);
    let what = json!({"previous_owner_app_id": previous, "new_owner_app_id": new, "metadata": metadata});
    item(scene, "take_thread_control", what)
}

fn requested(by: &str, metadata: &str, scene: &Scene) -> Value {
    let by = as_the_platform_writes(by, scene);
    item(scene, "request_thread_control", json!({"requested_owner_app_id": by, "metadata": metadata}))
}

fn app_roles(account_id: &str, app_id: &str, role: &str, now_ms: i64) -> Value {
    json!({"recipient": {"id": account_id}, "timestamp": now_ms, "app_roles": {app_id: [role]}})
}

/// Here an app's id is text on Instagram and a number on Messenger.
fn as_the_platform_writes(app_id: &str, scene: &Scene) -> Value {
    match (scene.customer.platform, app_id.parse::<u64>()) {
        (Platform::Page, Ok(number)) => number.into(),
        _ => app_id.into(),
    }
}

fn item(scene: &Scene, name: &str, what: Value) -> Value {
    let mut item = Map::new();
    item.insert("sender".to_owned(), json!({"id": scene.customer.id}));
    item.insert("recipient".to_owned(), json!({"id": scene.customer.account_id}));
    item.insert("timestamp".to_owned(), scene.now_ms.into());
    item.insert(name.to_owned(), what);
    item.into()
}
