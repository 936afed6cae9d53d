//! One conversation, from its first to its last message.

use super::dice::Dice;
use super::rows::{Cell, Of, Sink, Table};
use super::said::{Said, Side, Turn};
use super::shop::{APP, BOT, STUDIO, Shop};
use super::{Origin, words};
use crate::event::customer;
use model::ids::{AccountId, ContactId, ConversationId};
use model::time::{DAY_S, HOUR_S, Timestamp};
use server::search::document::{Document, Known};

const LONGEST: u32 = 400;
const SHORTEST: u32 = 1;

/// What Meta tells of a customer; of some nothing.
pub struct Names {
    pub name: Option<String>,
    pub username: Option<String>,
}

pub struct Plan {
    pub number: u32,
    pub id: ConversationId,
    pub account: usize,
    contact: ContactId,
    n_messages: u32,
    state: State,
    last_at: i64,
    origin: Origin,
}

/// Where a conversation is found.
pub struct Found {
    pub id: ConversationId,
    /// The first account is the one that the hammer's events go to.
    pub is_first: bool,
    pub is_studio: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Snoozed,
    Closed,
}

/// What dice are thrown for.
const OF_CONVERSATION: u64 = 1;
const OF_TIMES: u64 = 2;
const OF_LENGTH: u64 = 3;

/// `n_messages` in all, if so many fit.
pub fn plans(origin: Origin, n_conversations: u32, n_messages: u32) -> Vec<Plan> {
    let shop = Shop::of(origin);
    let lengths = lengths(origin, n_conversations, n_messages);
    (0..).zip(lengths).map(|(number, length)| Plan::of(&shop, number, length)).collect()
}

/// Most are short, few are long.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped to what a length can be")]
fn lengths(origin: Origin, n_conversations: u32, n_messages: u32) -> Vec<u32> {
    let weight = |number: u32| Dice::of(&[origin.seed, OF_LENGTH, number.into()]).share().powf(-0.6);
    let weights: Vec<f64> = (0..n_conversations).map(weight).collect();
    let one = f64::from(n_messages) / weights.iter().sum::<f64>().max(1.0);
    let length = |it: &f64| ((it * one) as u32).clamp(SHORTEST, LONGEST);
    let mut lengths: Vec<u32> = weights.iter().map(length).collect();
    let mut left = i64::from(n_messages) - lengths.iter().map(|it| i64::from(*it)).sum::<i64>();
    while left != 0 {
        let before = left;
        for length in &mut lengths {
            let step = left.signum();
            let longer = i64::from(*length) + step;
            if step != 0 && (i64::from(SHORTEST)..=i64::from(LONGEST)).contains(&longer) {
                *length = u32::try_from(longer).unwrap_or(*length);
                left -= step;
            }
        }
        if left == before {
            break;
        }
    }
    lengths
}

impl Plan {
    fn of(shop: &Shop, number: u32, n_messages: u32) -> Self {
        let origin = shop.origin;
        let mut dice = Dice::of(&[origin.seed, OF_CONVERSATION, number.into()]);
        let account = shop.account_of(&mut dice).id;
        let contact = ContactId::of(account, &customer(number.into()));
        let state = match dice.below(100) {
            0..30 => State::Open,
            30..36 => State::Snoozed,
            _ => State::Closed,
        };
        let days = |n: i64| n * DAY_S * 1000;
        let ago = match state {
            State::Closed => days(1) + dice.wait_ms(1e3 * 60.0 * 60.0 * 24.0 * 120.0).min(days(400)),
            State::Open | State::Snoozed => 60_000 + dice.wait_ms(1e3 * 60.0 * 60.0 * 24.0 * 2.0).min(days(20)),
        };
        Self {
            number,
            id: ConversationId::of(contact),
            account: shop.accounts.iter().position(|it| it.id == account).unwrap_or_default(),
            contact,
            n_messages,
            state,
            last_at: origin.until_ms - ago,
            origin,
        }
    }

    /// As much of it as can be told without the others.
    pub fn shortest(shop: &Shop, number: u32) -> Self {
        Self::of(shop, number, SHORTEST)
    }

    pub fn found(shop: &Shop, number: u32) -> Found {
        let plan = Self::shortest(shop, number);
        Found { id: plan.id, is_first: plan.account == 0, is_studio: plan.account == STUDIO }
    }

    pub fn dice(&self, number: u32) -> Dice {
        Dice::of(&[self.origin.seed, OF_TIMES, self.number.into(), 1 + u64::from(number)])
    }

    /// When each message was said, the first one first: some minutes apart, now and then some days.
    pub fn times(&self) -> Vec<i64> {
        let mut dice = Dice::of(&[self.origin.seed, OF_TIMES, self.number.into()]);
        let mut at = self.last_at;
        let mut times = Vec::with_capacity(self.n_messages as usize);
        for _ in 0..self.n_messages {
            times.push(at);
            let gap = if dice.of_thousand(80) { 1e3 * 60.0 * 60.0 * 24.0 * 9.0 } else { 1e3 * 60.0 * 6.0 };
            at -= 1000 + dice.wait_ms(gap);
        }
        times.reverse();
        times
    }

    /// What the customer is called, and the dice for whatever else is said of the conversation.
    pub fn names(&self) -> (Names, Dice) {
        let mut dice = Dice::of(&[self.origin.seed, OF_CONVERSATION, self.number.into(), 1]);
        let name = words::name(&mut dice);
        let known_as = dice.below(20);
        let username = (known_as > 0).then(|| words::username(&name, self.number));
        (Names { name: (known_as > 2).then_some(name), username }, dice)
    }

    pub fn write(&self, shop: &Shop, sink: &mut Sink) {
        let (names, dice) = self.names();
        let times = self.times();
        let account = shop.accounts[self.account].id;
        let first_at = times.first().copied().unwrap_or(self.last_at);
        let Names { name, username } = names;
        let known = Known { name: name.as_deref(), username: username.as_deref(), ..Known::default() };
        let document = Document::of_contact(self.contact, Timestamp(first_at), account, known);
        sink.add_document(document, Of::Contact(&self.contact.to_string()));
        sink.add(
            Table::Contacts,
            [
                Cell::Text(self.contact.to_string()),
                Cell::Text(account.to_string()),
                Cell::Text(customer(self.number.into())),
                name.into(),
                username.into(),
                Cell::Number(first_at),
                Cell::Number(self.last_at),
            ],
        );
        self.write_row(shop, account, &times, dice, sink);
    }

    fn write_row(&self, shop: &Shop, account: AccountId, times: &[i64], mut dice: Dice, sink: &mut Sink) {
        let is_open = self.state == State::Open;
        let (owner, bot, app) = match dice.below(20) {
            0..2 => ("bot", Cell::Word(BOT), Cell::Null),
            2 => ("other", Cell::Null, Cell::Word(APP)),
            _ => ("human", Cell::Null, Cell::Null),
        };
        let assignee = (owner == "human" && dice.of_thousand(500)).then(|| shop.somebody(&mut dice).to_string());
        let story = Story::of(self, shop, times);
        let was_read = !is_open || dice.of_thousand(600);
        let last = Said::of(shop, self, self.n_messages - 1, self.last_at);
        sink.add(
            Table::Conversations,
            [
                Cell::Text(self.id.to_string()),
                Cell::Text(account.to_string()),
                Cell::Text(self.contact.to_string()),
                Cell::Word(match self.state {
                    State::Open => "open",
                    State::Snoozed => "snoozed",
                    State::Closed => "closed",
                }),
                (self.state == State::Snoozed).then(|| self.origin.until_ms + DAY_S * 1000 + dice.wait_ms(1e8)).into(),
                Cell::Word(owner),
                bot,
                app,
                assignee.into(),
                Cell::Number(if was_read { 0 } else { story.n_new }),
                Cell::Number(if was_read { self.last_at } else { story.our_last_at }),
                Cell::Text(last.preview()),
                Cell::Word(last.author_kind()),
                Cell::Text(last.id.to_string()),
                Cell::Number(if is_open { story.n_failed } else { 0 }),
                Cell::Number(self.last_at),
                Cell::Number(story.their_last_at),
                Cell::Number(story.their_last_at),
                Cell::Number(story.our_last_at),
                story.waiting_since.filter(|_| is_open).into(),
                Cell::Number(story.our_last_at),
                Cell::Number(story.our_last_at - HOUR_S * 1000),
                Cell::Number(i64::from(self.n_messages)),
                Cell::Number(times.first().copied().unwrap_or(self.last_at)),
                Cell::Number(self.last_at),
            ],
        );
    }
}

/// What a conversation's row remembers of its messages.
#[derive(Default)]
struct Story {
    /// Theirs after our last one.
    n_new: i64,
    n_failed: i64,
    their_last_at: i64,
    our_last_at: i64,
    waiting_since: Option<i64>,
}

impl Story {
    fn of(plan: &Plan, shop: &Shop, times: &[i64]) -> Self {
        let mut story = Self::default();
        for (number, at) in (0..).zip(times.iter().copied()) {
            let turn = Turn::of(shop, plan, number);
            match turn.side {
                Side::Theirs => {
                    story.their_last_at = at;
                    story.n_new += 1;
                    story.waiting_since = story.waiting_since.or(Some(at));
                }
                Side::Ours => {
                    story.our_last_at = at;
                    story.n_new = 0;
                    story.waiting_since = None;
                    story.n_failed += i64::from(turn.has_failed);
                }
                Side::Internal => {}
            }
        }
        story
    }
}
