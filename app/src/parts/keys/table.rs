use crate::state::commands::Command;
use model::view::View;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    List,
    Conversation,
    Go,
    Everywhere,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::List, Self::Conversation, Self::Go, Self::Everywhere];

    pub const fn title(self) -> &'static str {
        match self {
            Self::List => "Conversations",
            Self::Conversation => "This conversation",
            Self::Go => "Go to",
            Self::Everywhere => "Everywhere",
        }
    }
}

/// A key, or several one after another, as `event.key` names them.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub group: Group,
    pub keys: &'static [&'static str],
    pub words: &'static str,
    /// `None`: the browser does it by itself.
    pub command: Option<Command>,
}

const fn key(group: Group, keys: &'static [&'static str], words: &'static str, command: Command) -> Key {
    Key { group, keys, words, command: Some(command) }
}

const fn told(group: Group, keys: &'static [&'static str], words: &'static str) -> Key {
    Key { group, keys, words, command: None }
}

const fn go(keys: &'static [&'static str], view: View) -> Key {
    key(Group::Go, keys, view.title(), Command::Go(view))
}

pub const KEYS: [Key; 22] = [
    key(Group::List, &["j"], "Next conversation", Command::Next),
    key(Group::List, &["k"], "Conversation before", Command::Previous),
    told(Group::List, &["Enter"], "Open it"),
    key(Group::List, &["/"], "Search conversations", Command::Search),
    key(Group::Conversation, &["r"], "Reply", Command::Reply),
    key(Group::Conversation, &["n"], "Write a note", Command::Note),
    key(Group::Conversation, &["a"], "Assign to…", Command::Assign),
    key(Group::Conversation, &["e"], "Close or reopen", Command::CloseOrReopen),
    key(Group::Conversation, &["z"], "Snooze…", Command::Snooze),
    key(Group::Conversation, &["b"], "Take over from the bot, or hand to it", Command::Hand),
    key(Group::Conversation, &["d"], "Show or hide details", Command::Details),
    go(&["g", "m"], View::Mine),
    go(&["g", "u"], View::Unassigned),
    go(&["g", "a"], View::AllOpen),
    go(&["g", "x"], View::ExpiringSoon),
    go(&["g", "b"], View::WithTheBot),
    go(&["g", "s"], View::Snoozed),
    go(&["g", "c"], View::Closed),
    key(Group::Everywhere, &["Ctrl", "K"], "Commands", Command::Palette),
    key(Group::Everywhere, &["?"], "All keys", Command::Keys),
    told(Group::Everywhere, &["Enter"], "Send, in the message field"),
    told(Group::Everywhere, &["Esc"], "Close what is open"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    Nothing,
    /// The first key of several.
    First,
    Command(Command),
}

/// What `key` means after `before`.
pub fn meant(before: Option<&str>, key: &str) -> Meant {
    let fits = |it: &&Key| match before {
        Some(before) => it.keys == [before, key],
        None => it.keys == [key],
    };
    if let Some(found) = KEYS.iter().find(fits) {
        return found.command.map_or(Meant::Nothing, Meant::Command);
    }
    let begins = |it: &Key| it.keys.len() > 1 && it.keys[0] == key;
    if before.is_none() && KEYS.iter().any(begins) { Meant::First } else { Meant::Nothing }
}

pub fn keys_of(command: Command) -> &'static [&'static str] {
    KEYS.iter().find(|it| it.command == Some(command)).map_or(&[], |it| it.keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_means_one_thing() {
        for (at, key) in KEYS.iter().enumerate().filter(|it| it.1.command.is_some()) {
            assert!(KEYS[..at].iter().all(|it| it.keys != key.keys), "{key:?}");
            assert!(KEYS[..at].iter().all(|it| it.command != key.command), "{key:?}");
        }
    }

    #[test]
    fn every_view_has_its_keys() {
        assert!(View::ALL.iter().all(|it| keys_of(Command::Go(*it)).len() == 2));
    }

    #[test]
    fn keys_after_one_another_are_read_together() {
        assert_eq!(meant(None, "j"), Meant::Command(Command::Next));
        assert_eq!(meant(None, "g"), Meant::First);
        assert_eq!(meant(Some("g"), "a"), Meant::Command(Command::Go(View::AllOpen)));
        assert_eq!(meant(None, "a"), Meant::Command(Command::Assign));
        for (before, key) in
            [(None, "Enter"), (None, "J"), (None, "m"), (Some("g"), "j"), (Some("g"), "g"), (None, "K")]
        {
            assert_eq!(meant(before, key), Meant::Nothing, "{before:?} {key}");
        }
    }
}
