//! Who is writing where, and what the customer is shown of it.

use super::{Action, Actions, act};
use crate::program::Program;
use crate::store::doer::Doer;
use model::ids::ConversationId;
use model::person::PersonId;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::time::Instant;

/// It fades after 20 seconds on Messenger.
const FADES_AFTER: Duration = Duration::from_secs(20);
/// Shown again while somebody goes on writing; never more often.
const RENEWED_AFTER: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Typing {
    conversations: HashMap<ConversationId, Writing>,
}

struct Writing {
    people: HashSet<Doer>,
    shown_at: Instant,
}

impl Typing {
    /// Somebody writes: whether the customer is to be shown it now.
    fn begin(&mut self, conversation: ConversationId, who: Doer, now: Instant) -> bool {
        self.conversations.retain(|_, it| now < it.shown_at + FADES_AFTER);
        let Some(writing) = self.conversations.get_mut(&conversation) else {
            let people = HashSet::from([who]);
            self.conversations.insert(conversation, Writing { people, shown_at: now });
            return true;
        };
        writing.people.insert(who);
        let is_due = now >= writing.shown_at + RENEWED_AFTER;
        if is_due {
            writing.shown_at = now;
        }
        is_due
    }

    /// Somebody stopped: whether the customer still sees typing, and nobody else writes.
    fn stop(&mut self, conversation: ConversationId, who: Doer, now: Instant) -> bool {
        let Some(writing) = self.conversations.get_mut(&conversation) else { return false };
        if !writing.people.remove(&who) || !writing.people.is_empty() {
            return false;
        }
        let is_shown = now < writing.shown_at + FADES_AFTER;
        self.conversations.remove(&conversation);
        is_shown
    }

    fn of(&self, who: Doer) -> Vec<ConversationId> {
        let theirs = self.conversations.iter().filter(|(_, it)| it.people.contains(&who));
        theirs.map(|(id, _)| *id).collect()
    }

    pub(super) fn end(&mut self, conversation: ConversationId) {
        self.conversations.remove(&conversation);
    }
}

impl Actions {
    /// An agent or a bot writes, or has stopped.
    pub(crate) fn typing(&self, program: &Program, conversation: ConversationId, who: Doer, on: bool) {
        let now = Instant::now();
        let action = {
            let typing = &mut self.state().typing;
            if on {
                typing.begin(conversation, who, now).then_some(Action::TypingOn)
            } else {
                typing.stop(conversation, who, now).then_some(Action::TypingOff)
            }
        };
        if let Some(action) = action {
            act(program, conversation, action, who.bot(), |_| true, program.seams.now());
        }
    }

    /// The last page of this person is gone: whatever they were writing, they are not any more.
    pub(crate) fn gone(&self, program: &Program, person: PersonId) {
        let who = Doer::Person(person);
        let conversations = self.state().typing.of(who);
        for conversation in conversations {
            self.typing(program, conversation, who, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    fn people() -> [Doer; 2] {
        [1, 2].map(|it| Doer::Person(PersonId::compose(it, [0; 10])))
    }

    #[test]
    fn it_is_shown_at_once_and_again_before_it_fades() {
        let (mut typing, [mia, ines], now) = (Typing::default(), people(), Instant::now());
        let at = |s| now + Duration::from_secs(s);
        let kiln = ConversationId::compose(1, [1; 10]);
        assert!(typing.begin(kiln, mia, now));
        assert!(!typing.begin(kiln, mia, at(4)) && !typing.begin(kiln, ines, at(8)));
        assert!(typing.begin(kiln, mia, at(11)), "renewed");
        assert!(!typing.begin(kiln, mia, at(13)));
        assert!(typing.begin(kiln, mia, at(40)), "it had faded");
    }

    #[test]
    fn it_ends_with_the_last_who_writes_and_only_if_it_is_seen() {
        let (mut typing, [mia, ines], now) = (Typing::default(), people(), Instant::now());
        let at = |s| now + Duration::from_secs(s);
        let [kiln, mugs] = [1, 2].map(|it| ConversationId::compose(it, [1; 10]));
        typing.begin(kiln, mia, now);
        typing.begin(kiln, ines, at(1));
        typing.begin(mugs, mia, at(1));
        assert_eq!(typing.of(mia).len(), 2);
        assert!(!typing.stop(kiln, mia, at(2)), "ines still writes");
        assert!(typing.stop(kiln, ines, at(3)));
        assert!(!typing.stop(kiln, ines, at(3)), "once");
        assert!(!typing.stop(mugs, mia, at(30)), "it has faded by itself");
    }

    #[test]
    fn a_message_ends_it_without_a_word() {
        let (mut typing, [mia, _], now) = (Typing::default(), people(), Instant::now());
        let kiln = ConversationId::compose(1, [1; 10]);
        typing.begin(kiln, mia, now);
        typing.end(kiln);
        assert!(!typing.stop(kiln, mia, now), "the customer sees the message, and typing is over");
    }
}
