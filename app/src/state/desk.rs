//! What is done with the conversation that is open: it is shown as done at once, and taken back with
//! a sentence if it was not.

use crate::api::desk::{open_receivers, take_step};
use crate::browser::order::after_paint;
use crate::error::AppError;
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::thread::OpenThread;
use crate::state::toasts::Toasts;
use leptos::task::spawn_local;
use model::desk::{Receivers, Step, Stepped};
use model::ids::{ConversationId, TeamId};
use model::inbox::{ListedConversation, NamedPerson};
use model::person::{Me, PersonId};
use model::thread::ConversationState;

#[derive(Clone, Copy)]
pub struct Desk {
    pub thread: OpenThread,
    /// Who the open conversation can be given to, as far as it is known.
    pub receivers: RwSignal<Receivers>,
    me: StoredValue<NamedPerson>,
    clock: Clock,
    toasts: Toasts,
}

impl Desk {
    /// Gives itself to everything below.
    pub fn provide(thread: OpenThread, me: &Me, clock: Clock, toasts: Toasts) -> Self {
        let me = StoredValue::new(NamedPerson { id: me.id, name: me.name.clone() });
        let it = Self { thread, receivers: RwSignal::new(Receivers::default()), me, clock, toasts };
        provide_context(it);
        // Who may see a conversation depends on its account.
        let account = Memo::new(move |_| thread.conversation.with(|it| it.as_ref().map(|it| it.account_id)));
        Effect::new(move || {
            if account.get().is_some() {
                after_paint(move || it.load_receivers());
            }
        });
        it
    }

    pub fn load_receivers(self) {
        let Some(id) = self.open() else { return };
        spawn_local(async move {
            if let Ok(found) = open_receivers(id).await
                && self.open() == Some(id)
                && self.receivers.try_with_untracked(|it| *it != found) == Some(true)
            {
                _ = self.receivers.try_set(found);
            }
        });
    }

    pub fn close_or_reopen(self) {
        match self.thread.conversation.with_untracked(|it| it.as_ref().map(|it| it.state)) {
            Some(ConversationState::Closed) => self.take(Step::Reopen),
            Some(_) => self.take(Step::Close),
            None => {}
        }
    }

    pub fn assign(self, to: Option<PersonId>) {
        self.take(Step::Assign { to });
    }

    pub fn take(self, step: Step) {
        if let Some(id) = self.open() {
            self.take_at(id, step, true);
        }
    }

    pub fn undo(self, id: ConversationId, step: Step) {
        self.take_at(id, step, false);
    }

    fn take_at(self, id: ConversationId, step: Step, can_be_undone: bool) {
        let before = self.show(id, &step);
        let name = before.as_ref().map(|it| it.contact.title().to_owned()).unwrap_or_default();
        spawn_local(async move {
            let words = match take_step(id, step.clone()).await {
                Ok(Stepped::Was) => return,
                Ok(Stepped::Done { undo }) => {
                    self.toasts.say(self.done(&step, &name), can_be_undone.then_some((id, undo)));
                    return;
                }
                Ok(Stepped::Refused { words }) => words,
                Err(error) => not_done(&step, &error),
            };
            if let Some(before) = before {
                self.show_again(&before);
            }
            self.toasts.say(words, None);
        });
    }

    /// As if it were done; what was shown before.
    fn show(self, id: ConversationId, step: &Step) -> Option<ListedConversation> {
        if self.open() != Some(id) {
            return None;
        }
        let mut now = self.thread.conversation.try_get_untracked()??;
        let before = now.clone();
        now.snoozed_until = None;
        match step {
            Step::Assign { to } => {
                now.snoozed_until = before.snoozed_until;
                now.assignee = to.map(|it| self.named(it));
            }
            Step::Team { with, .. } => {
                now.snoozed_until = before.snoozed_until;
                now.assignee = with.map(|it| self.named(it));
            }
            Step::Prioritise { to } => {
                now.snoozed_until = before.snoozed_until;
                now.priority = *to;
            }
            Step::Close => now.state = ConversationState::Closed,
            Step::Reopen => now.state = ConversationState::Open,
            Step::Snooze { until } => {
                now.state = ConversationState::Snoozed;
                now.snoozed_until = Some(*until);
            }
        }
        _ = self.thread.conversation.try_set(Some(now));
        Some(before)
    }

    /// Unless something newer came meanwhile.
    fn show_again(self, before: &ListedConversation) {
        _ = self.thread.conversation.try_update(|it| {
            if let Some(it) = it.as_mut().filter(|it| it.id == before.id && it.revision == before.revision) {
                it.clone_from(before);
            }
        });
    }

    fn named(self, id: PersonId) -> NamedPerson {
        let me = self.me.try_get_value().filter(|it| it.id == id);
        let known =
            || self.receivers.with_untracked(|all| all.people.iter().find(|it| it.id == id).map(|it| it.name.clone()));
        me.unwrap_or_else(|| NamedPerson { id, name: known().unwrap_or_default() })
    }

    fn team(self, id: TeamId) -> String {
        let known = |all: &Receivers| all.teams.iter().find(|it| it.0 == id).map(|it| it.1.clone());
        self.receivers.with_untracked(known).unwrap_or_default()
    }

    fn done(self, step: &Step, name: &str) -> String {
        match step {
            Step::Team { to: Some(to), with: None } => format!("Given to {}", self.team(*to)),
            Step::Assign { to: None } | Step::Team { with: None, .. } => "Nobody’s now".to_owned(),
            Step::Assign { to: Some(to) } | Step::Team { with: Some(to), .. } => match self.named(*to) {
                it if self.me.try_with_value(|me| me.id) == Some(it.id) => "Yours now".to_owned(),
                it => format!("Assigned to {}", it.name),
            },
            Step::Close => format!("Closed {name}").trim_end().to_owned(),
            Step::Reopen if name.is_empty() => "Opened again".to_owned(),
            Step::Reopen => format!("Opened {name} again"),
            Step::Snooze { until } => format!("Snoozed until {}", untrack(|| self.clock.moment(*until))),
            Step::Prioritise { to } => format!("Priority {}", to.title()),
        }
    }

    fn open(self) -> Option<ConversationId> {
        self.thread.conversation.try_with_untracked(|it| it.as_ref().map(|it| it.id)).flatten()
    }
}

fn not_done(step: &Step, error: &AppError) -> String {
    let not = match step {
        Step::Assign { .. } | Step::Team { .. } => "Not assigned",
        Step::Close => "Not closed",
        Step::Reopen => "Not opened",
        Step::Snooze { .. } => "Not snoozed",
        Step::Prioritise { .. } => "The priority is as it was",
    };
    match error {
        AppError::Unavailable => format!("{not}: no connection."),
        error => format!("{not}. {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_done_is_said_with_its_reason() {
        assert_eq!(not_done(&Step::Close, &AppError::Unavailable), "Not closed: no connection.");
        let gone = not_done(&Step::Assign { to: None }, &AppError::NotFound);
        assert_eq!(gone, "Not assigned. This is not here any more.");
    }
}
