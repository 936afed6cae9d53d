//! What the palette offers, and what of it fits the words that were typed.

use crate::case::small;
use crate::parts::hand;
use crate::parts::icon::Symbol;
use crate::parts::list::{counted, counted_so_far};
use crate::parts::snooze::choices;
use crate::state::clock::Clock;
use crate::state::commands::Command;
use model::desk::{Receivers, Step};
use model::ids::ConversationId;
use model::inbox::{ListedConversation, Owner};
use model::person::{PersonId, Theme};
use model::priority::Priority;
use model::thread::ConversationState;
use model::view::{SavedView, View};
use std::ops::Range;

/// More conversations than these are found by searching.
const CONVERSATIONS_MOST: usize = 8;

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub group: &'static str,
    pub symbol: Symbol,
    pub words: String,
    /// What is to be known of it, beside.
    pub more: String,
    pub does: Does,
    /// Only there for whoever types its name.
    is_asked_for: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    Command(Command),
    Step(Step),
    Open(ConversationId),
    Search(View, String),
}

/// What it is all made of.
pub struct Known {
    pub conversation: Option<ListedConversation>,
    pub receivers: Receivers,
    /// There is one to hand it to.
    pub has_bot: bool,
    pub counts: Vec<(View, i64)>,
    pub saved: Vec<SavedView>,
    pub rows: Vec<ListedConversation>,
    pub me: PersonId,
    pub clock: Clock,
}

/// Of everything, what fits; those that begin so come first in their group.
pub fn found(known: &Known, query: &str) -> Vec<Item> {
    let query = query.trim();
    let mut all = everything(known);
    if query.is_empty() {
        all.retain(|it| !it.is_asked_for);
        return all;
    }
    all.retain(|it| place_of(&it.words, query).is_some());
    let mut found: Vec<Item> = Vec::new();
    for group in all.chunk_by(|a, b| a.group == b.group) {
        let begins = |it: &&Item| place_of(&it.words, query).is_some_and(|it| it.start == 0);
        let most = if group[0].group == CONVERSATIONS { CONVERSATIONS_MOST } else { group.len() };
        found.extend(group.iter().filter(begins).chain(group.iter().filter(|it| !begins(it))).take(most).cloned());
    }
    let words = format!("Search for “{query}”");
    found.push(item(CONVERSATIONS, Symbol::Search, words, Does::Search(View::AllOpen, query.to_owned())));
    found
}

const THIS: &str = "This conversation";
const GO: &str = "Go to";
const EVERYWHERE: &str = "Everywhere";
const CONVERSATIONS: &str = "Conversations";

fn item(group: &'static str, symbol: Symbol, words: impl Into<String>, does: Does) -> Item {
    Item { group, symbol, words: words.into(), more: String::new(), does, is_asked_for: false }
}

fn everything(known: &Known) -> Vec<Item> {
    let mut all = Vec::new();
    if let Some(it) = &known.conversation {
        of_conversation(&mut all, it, known);
    }
    for view in View::ALL {
        let count = known.counts.iter().find(|it| it.0 == view && it.1 > 0 && view != View::Closed);
        let more = count.map(|it| counted(it.1)).unwrap_or_default();
        all.push(Item { more, ..item(GO, Symbol::of_view(view), view.title(), Does::Command(Command::Go(view))) });
    }
    for it in &known.saved {
        let more = counted_so_far(it.count, it.is_more);
        all.push(Item { more, ..item(GO, Symbol::Star, it.name.clone(), Does::Search(it.view, it.words.clone())) });
    }
    for (symbol, words, command) in
        [(Symbol::Search, "Search conversations", Command::Search), (Symbol::Keyboard, "All keys", Command::Keys)]
    {
        all.push(item(EVERYWHERE, symbol, words, Does::Command(command)));
    }
    for (symbol, words, theme) in [
        (Symbol::Sun, "Light colours", Theme::Light),
        (Symbol::Moon, "Dark colours", Theme::Dark),
        (Symbol::Eye, "Colours as the system has them", Theme::System),
    ] {
        let does = Does::Command(Command::Theme(theme));
        all.push(Item { is_asked_for: true, ..item(EVERYWHERE, symbol, words, does) });
    }
    for it in &known.rows {
        let words = it.contact.title().to_owned();
        let more = it.preview.clone().unwrap_or_default();
        let symbol = Symbol::of_platform(it.platform);
        all.push(Item { more, is_asked_for: true, ..item(CONVERSATIONS, symbol, words, Does::Open(it.id)) });
    }
    all
}

fn of_conversation(all: &mut Vec<Item>, it: &ListedConversation, known: &Known) {
    let now = match &it.assignee {
        Some(person) if person.id == known.me => "now: you".to_owned(),
        Some(person) => format!("now: {}", person.name),
        None => "now: nobody".to_owned(),
    };
    let does = |command| Does::Command(command);
    all.push(item(THIS, Symbol::Reply, "Reply", does(Command::Reply)));
    all.push(item(THIS, Symbol::Note, "Write a note", does(Command::Note)));
    all.push(Item { more: now, ..item(THIS, Symbol::Mine, "Assign to…", does(Command::Assign)) });
    let (symbol, words) = match it.state {
        ConversationState::Closed => (Symbol::Undo, "Reopen"),
        _ => (Symbol::Check, "Close"),
    };
    all.push(item(THIS, symbol, words, does(Command::CloseOrReopen)));
    if it.state != ConversationState::Closed {
        all.push(item(THIS, Symbol::Moon, "Snooze…", does(Command::Snooze)));
    }
    if let Some(words) = hand::words(it.owner == Owner::Human, known.has_bot) {
        all.push(item(THIS, Symbol::Bot, words, does(Command::Hand)));
    }
    all.push(item(THIS, Symbol::PanelRight, "Show or hide details", does(Command::Details)));
    let step = |symbol, words: String, step| Item { is_asked_for: true, ..item(THIS, symbol, words, Does::Step(step)) };
    let others = known.receivers.people.iter().filter(|it| it.id != known.me);
    let whom = [("you", Some(known.me)), ("nobody", None)].into_iter().chain(others.map(|it| (&*it.name, Some(it.id))));
    let assignee = it.assignee.as_ref().map(|it| it.id);
    for (name, to) in whom.filter(|it| it.1 != assignee) {
        all.push(step(Symbol::People, format!("Assign to {name}"), Step::Assign { to }));
    }
    for (id, name) in &known.receivers.teams {
        all.push(step(Symbol::People, format!("Assign to the team {name}"), Step::Team { to: Some(*id), with: None }));
    }
    for to in Priority::ALL.into_iter().filter(|to| *to != it.priority) {
        all.push(step(Symbol::Hourglass, format!("Priority: {}", to.title()), Step::Prioritise { to }));
    }
    if it.state != ConversationState::Closed {
        let clock = known.clock;
        for choice in choices(clock.here(clock.now.get())) {
            let until = clock.there(choice.here);
            let words = format!("Snooze: {}", choice.words.to_ascii_lowercase());
            all.push(Item { more: clock.moment(until), ..step(Symbol::Moon, words, Step::Snooze { until }) });
        }
    }
}

/// Where the words have what was typed, whatever its case.
pub fn place_of(words: &str, typed: &str) -> Option<Range<usize>> {
    let typed = small(typed);
    words.char_indices().map(|it| it.0).find_map(|begin| {
        let mut wanted = typed.as_str();
        let mut end = begin;
        for it in words[begin..].chars() {
            if wanted.is_empty() {
                break;
            }
            wanted = wanted.strip_prefix(small(it.encode_utf8(&mut [0; 4])).as_str())?;
            end += it.len_utf8();
        }
        wanted.is_empty().then_some(begin..end)
    })
}

#[cfg(test)]
mod tests;
