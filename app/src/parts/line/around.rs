//! What a line is shown with: whose conversation it is in, how far that has got, and what time it is.

use crate::markup::Markup;
use crate::state::clock::{Clock, iso};
use crate::state::thread::{OpenThread, Place, is_mine};
use model::ids::ContactId;
use model::inbox::{Fate, Line, ListedContact, fate};
use model::person::PersonId;
use model::platform::Platform;
use model::thread::{Author, Direction};
use model::time::Timestamp;

pub struct Around {
    pub place: Place,
    pub is_pending: bool,
    pub contact: Option<ListedContact>,
    pub platform: Option<Platform>,
    pub me: PersonId,
    pub clock: Clock,
    delivered_until: Timestamp,
    pub seen_until: Timestamp,
}

impl Around {
    pub fn of(thread: OpenThread, clock: Clock, place: Place, is_pending: bool) -> Self {
        let (contact, platform) =
            thread.conversation.with(|it| it.as_ref().map(|it| (it.contact.clone(), it.platform))).unzip();
        Self {
            place,
            is_pending,
            contact,
            platform,
            me: thread.me,
            clock,
            delivered_until: thread.delivered_until.get(),
            seen_until: thread.seen_until.get(),
        }
    }

    pub fn customer(&self) -> &str {
        self.contact.as_ref().map_or("Customer", ListedContact::title)
    }

    pub fn customer_id(&self) -> Option<ContactId> {
        self.contact.as_ref().map(|it| it.id)
    }

    /// What people call where it is written.
    pub fn platform(&self) -> &'static str {
        self.platform.map_or("Meta", Platform::title)
    }

    pub fn fate(&self, line: &Line) -> Option<Fate> {
        match fate(line.direction, line.state, line.at, self.delivered_until, self.seen_until) {
            Some(_) if self.is_pending => Some(Fate::Queued),
            fate => fate,
        }
    }

    pub fn author(&self, line: &Line) -> String {
        let named = |otherwise: &str| line.author_name.clone().unwrap_or_else(|| otherwise.to_owned());
        match line.author {
            Author::Contact => self.customer().to_owned(),
            _ if is_mine(line, self.me) => "You".to_owned(),
            Author::NativeInbox => named("In Meta’s own inbox"),
            Author::Bot => named("Bot"),
            Author::Rule => named("Rule"),
            Author::Agent | Author::System => named("Your team"),
        }
    }

    /// "14:12"
    pub fn time(&self, to: &mut Markup, at: Timestamp) {
        Self::say(to, at, &self.clock.time(at));
    }

    /// With the day, if it is not today.
    pub fn moment(&self, to: &mut Markup, at: Timestamp) {
        Self::say(to, at, &self.clock.moment(at));
    }

    fn say(to: &mut Markup, at: Timestamp, words: &str) {
        to.open_with("time", "", &[("datetime", &iso(at))]);
        to.text(words);
        to.close("time");
    }
}

pub fn is_incoming(line: &Line) -> bool {
    line.direction == Direction::In
}
