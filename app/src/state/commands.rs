//! What a key or the command palette asks of another part of the page, as if its button were pressed.

use crate::prelude::*;
use model::person::Theme;
use model::view::View;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Write to the customer.
    Reply,
    /// Write to the team.
    Note,
    /// Choose who has the conversation.
    Assign,
    CloseOrReopen,
    Snooze,
    /// Take it from the bot, or hand it to it.
    Hand,
    Details,
    Search,
    Palette,
    Keys,
    Next,
    Previous,
    Go(View),
    /// Light, dark, or as the system has it.
    Theme(Theme),
}

#[derive(Clone, Copy)]
pub struct Commands(RwSignal<Option<Command>>);

impl Commands {
    /// Gives itself to everything below.
    pub fn provide() -> Self {
        let it = Self(RwSignal::new(None));
        provide_context(it);
        it
    }

    pub fn say(self, command: Command) {
        _ = self.0.try_set(Some(command));
    }

    /// `heed` is called with each command from now on, for as long as the asking part is there.
    pub fn heed(self, heed: impl Fn(Command) + 'static) {
        Effect::new(move |before: Option<()>| {
            let command = self.0.get();
            if before.is_some()
                && let Some(command) = command
            {
                untrack(|| heed(command));
            }
        });
    }
}
