//! Filters as they are typed, both ways.

use super::{Assignee, Filter, Names, WindowKind};
use crate::platform::Platform;
use crate::priority::Priority;
use crate::search::{can_be_quoted, term};
use std::fmt::{Display, Write as _};
use std::str::FromStr;

/// More than anybody types.
const LETTERS_MOST: usize = 400;
const PARTS_MOST: usize = 24;

const KEYS: [Key; 10] = [
    Key::Assignee,
    Key::Team,
    Key::Label,
    Key::Account,
    Key::Platform,
    Key::Window,
    Key::Priority,
    Key::State,
    Key::Is,
    Key::Sort,
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Assignee,
    Team,
    Label,
    Account,
    Platform,
    Window,
    Priority,
    State,
    Is,
    Sort,
}

impl Key {
    const fn word(self) -> &'static str {
        match self {
            Self::Assignee => "assignee:",
            Self::Team => "team:",
            Self::Label => "label:",
            Self::Account => "account:",
            Self::Platform => "platform:",
            Self::Window => "window:",
            Self::Priority => "priority:",
            Self::State => "state:",
            Self::Is => "is:",
            Self::Sort => "sort:",
        }
    }

    fn begins(text: &str) -> Option<(Self, &str)> {
        KEYS.into_iter().find_map(|key| {
            let (begin, rest) = text.split_at_checked(key.word().len())?;
            begin.eq_ignore_ascii_case(key.word()).then_some((key, rest))
        })
    }

    /// What may stand behind it, where that is not somebody's name.
    const fn choices(self) -> &'static str {
        match self {
            Self::Platform => "instagram or messenger",
            Self::Window => "free, human-agent or closed",
            Self::Priority => "normal, high or urgent",
            Self::State => "any",
            Self::Is => "unread, waiting or mentioned",
            Self::Sort => "waiting",
            Self::Assignee | Self::Team | Self::Label | Self::Account => "",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Label => "label",
            Self::Account => "account",
            _ => "person",
        }
    }
}

/// Whether any part of `text` is a filter: names are looked up only then.
pub fn has_filters(text: &str) -> bool {
    text.split_whitespace().any(|it| Key::begins(it).is_some())
}

/// What somebody typed, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    pub filter: Filter,
    /// Sentences about what was not. Such a filter holds for nothing.
    pub problems: Vec<String>,
}

impl Typed {
    pub fn read(text: &str, names: &Names) -> Self {
        let end = text.char_indices().nth(LETTERS_MOST).map_or(text.len(), |it| it.0);
        let mut rest = text[..end].trim_start();
        let mut typed = Self::default();
        for _ in 0..PARTS_MOST {
            if rest.is_empty() {
                break;
            }
            rest = typed.read_part(rest, names).trim_start();
        }
        typed
    }

    fn read_part<'a>(&mut self, text: &'a str, names: &Names) -> &'a str {
        let Some((key, value)) = Key::begins(text) else {
            let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            self.filter.words.push_str(if self.filter.words.is_empty() { "" } else { " " });
            self.filter.words.push_str(word);
            return rest;
        };
        let (value, rest) = term(value);
        // Its value is yet to come.
        let Some(value) = value else { return rest };
        if !self.filter.take(key, &value.text, names) {
            let said = value.text;
            self.problems.push(match key.choices() {
                "" => format!("No {} is called “{said}”.", key.noun()),
                choices => format!("“{}” is followed by {choices}, not by “{said}”.", key.word()),
            });
        }
        rest
    }
}

impl Filter {
    /// `false` if nothing is called so.
    fn take(&mut self, key: Key, value: &str, names: &Names) -> bool {
        let is = |word: &str| value.eq_ignore_ascii_case(word);
        match key {
            Key::Assignee => {
                self.assignee = if is("me") {
                    Some(Assignee::Me)
                } else if is("nobody") {
                    Some(Assignee::Nobody)
                } else {
                    find(&names.people, value).map(Assignee::Person)
                };
                self.assignee.is_some()
            }
            Key::Team => put(&mut self.team, find(&names.teams, value)),
            Key::Account => put(&mut self.account, find(&names.accounts, value)),
            Key::Label => {
                let label = find(&names.labels, value);
                self.labels.extend(label.filter(|it| !self.labels.contains(it)));
                label.is_some()
            }
            Key::Platform => {
                let all = [Platform::Instagram, Platform::Page];
                put(&mut self.platform, all.into_iter().find(|it| is(it.title())))
            }
            Key::Window => put(&mut self.window, WindowKind::ALL.into_iter().find(|it| is(it.word()))),
            Key::Priority => put(&mut self.priority, Priority::called(value)),
            Key::State => set(&mut self.any_state, is("any")),
            Key::Sort => set(&mut self.longest_first, is("waiting")),
            Key::Is if is("unread") => set(&mut self.is_unread, true),
            Key::Is if is("waiting") => set(&mut self.is_waiting, true),
            Key::Is if is("mentioned") => set(&mut self.mentions_me, true),
            Key::Is => false,
        }
    }

    /// As it would be typed.
    pub fn text(&self, names: &Names) -> String {
        let mut text = Text(String::new());
        match self.assignee {
            None => {}
            Some(Assignee::Me) => text.put(Key::Assignee, "me"),
            Some(Assignee::Nobody) => text.put(Key::Assignee, "nobody"),
            Some(Assignee::Person(id)) => text.named(Key::Assignee, id, &names.people),
        }
        if let Some(id) = self.team {
            text.named(Key::Team, id, &names.teams);
        }
        for id in &self.labels {
            text.named(Key::Label, *id, &names.labels);
        }
        if let Some(id) = self.account {
            text.named(Key::Account, id, &names.accounts);
        }
        if let Some(it) = self.platform {
            text.put(Key::Platform, &it.title().to_ascii_lowercase());
        }
        if let Some(it) = self.window {
            text.put(Key::Window, it.word());
        }
        if let Some(it) = self.priority {
            text.put(Key::Priority, &it.title().to_ascii_lowercase());
        }
        for (is_set, key, word) in [
            (self.any_state, Key::State, "any"),
            (self.is_unread, Key::Is, "unread"),
            (self.is_waiting, Key::Is, "waiting"),
            (self.mentions_me, Key::Is, "mentioned"),
            (self.longest_first, Key::Sort, "waiting"),
        ] {
            if is_set {
                text.put(key, word);
            }
        }
        text.part(&self.words);
        text.0
    }
}

struct Text(String);

impl Text {
    fn part(&mut self, part: &str) {
        if !self.0.is_empty() && !part.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(part);
    }

    fn put(&mut self, key: Key, value: &str) {
        self.part(key.word());
        self.0.push_str(value);
    }

    /// By its name if that leads back to it, else by its id.
    fn named<T: Copy + PartialEq + Display + FromStr>(&mut self, key: Key, id: T, all: &[(T, String)]) {
        self.part(key.word());
        let name = all.iter().find(|it| it.0 == id).map(|it| it.1.as_str());
        let is_word =
            |it: &str| key == Key::Assignee && ["me", "nobody"].iter().any(|word| it.eq_ignore_ascii_case(word));
        let leads_back = |it: &&str| find(all, it) == Some(id) && can_be_quoted(it) && it.trim() == *it && !is_word(it);
        match name.filter(leads_back) {
            Some(name) if name.contains(char::is_whitespace) => _ = write!(self.0, "\"{name}\""),
            Some(name) if term(name).0.is_some_and(|it| it.text == name) => self.0.push_str(name),
            Some(name) => _ = write!(self.0, "\"{name}\""),
            None => _ = write!(self.0, "{id}"),
        }
    }
}

/// What is called so, or has this id.
fn find<T: Copy + PartialEq + FromStr>(all: &[(T, String)], name: &str) -> Option<T> {
    let folded = name.to_lowercase();
    let called = all.iter().find(|it| it.1.to_lowercase() == folded).map(|it| it.0);
    called.or_else(|| name.parse().ok())
}

const fn set(place: &mut bool, value: bool) -> bool {
    *place |= value;
    value
}

const fn put<T: Copy>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    value.is_some()
}
