//! Who answers a conversation, where several apps share an account: whatever Meta said last.
//!
//! Meta names the owner seldom, and never says that a time has run out. But all that comes tells
//! something: what is on `standby` was told to somebody else first, and what is in `messaging` is ours to
//! answer. The newest word counts, by Meta's time; of two of one moment the surer one does. So the order
//! in which they come changes nothing.
//!
//! Where Meta routes nothing, everybody is told everything in `messaging`. Then that says nothing: the account's bot has
//! whoever begins, until an app says that it gives a conversation away, or somebody of ours takes or gives it.

use super::{Account, Change, Sharing, Step};
use crate::content::ThreadEvent;
use crate::filter::OwnerKind;
use crate::ids::{AccountId, ContactId, ConversationId};
use crate::meta::event::{Event, Side, UpTo, What};
use crate::thread::{Conversation, ConversationState};
use crate::time::Timestamp;

/// How sure a word is.
pub const STANDBY: i32 = 0;
const MESSAGING: i32 = 1;
/// Meta says who has it now: somebody else, or we do.
pub const NAMED_ANOTHER: i32 = 2;
pub const NAMED_US: i32 = 3;

/// Older than all that Meta says: who begins counts until anything else is said.
const FIRST: Timestamp = Timestamp(1);

/// Meta's own inboxes, as apps.
const PAGE_INBOX: &str = "263902037430900";
/// As one page of Meta's prints it in echoes.
const PAGE_INBOX_IN_ECHOES: &str = "26390203743090";
const INSTAGRAM_INBOX: &str = "1217981644879628";

/// Whether people write there, in Meta's own app.
pub fn is_native_inbox(app_id: &str) -> bool {
    [PAGE_INBOX, PAGE_INBOX_IN_ECHOES, INSTAGRAM_INBOX].contains(&app_id)
}

/// One id for each app.
fn usual(app_id: &str) -> &str {
    if app_id == PAGE_INBOX_IN_ECHOES { PAGE_INBOX } else { app_id }
}

struct Word<'e> {
    at: Timestamp,
    rank: i32,
    /// Which app, where that was said and it is not ours.
    app: Option<&'e str>,
}

impl Word<'_> {
    const fn is_ours(&self) -> bool {
        matches!(self.rank, MESSAGING | NAMED_US)
    }
}

impl Step<'_> {
    /// Meta lets one app at a time answer for this account.
    pub(super) fn routed(&mut self, account: &Account) {
        if self.known.account(account.platform, &account.external_id).is_some_and(|it| it.sharing != Sharing::Routed) {
            self.put(Change::Routed(account.id));
        }
    }

    pub(super) fn owned(&mut self, account: &Account, contact: &str, event: &Event) {
        let Some(word) = word(account, event) else { return };
        if event.standby {
            self.routed(account);
        }
        let id = conversation(account.id, contact);
        // What waits for its conversation comes again when that is there.
        let Some(before) = self.known.conversation(id).cloned() else { return };
        let is_newest = (word.at, word.rank) > (before.owner_at, before.owner_rank);
        self.change_conversation(id, |it| it.hear(&word, is_newest));
        // It is ours again, and whoever we blocked still bothers nobody.
        if self.is_blocked(id) {
            return;
        }
        if is_newest && word.rank == NAMED_US && is_pass(event) {
            self.change_conversation(id, |it| {
                it.state = ConversationState::Open;
                it.snoozed_until = None;
            });
        }
        let Some(after) = self.known.conversation(id) else { return };
        let comes_back = before.owner == OwnerKind::Other && after.owner == OwnerKind::Human;
        let opens = before.state != after.state;
        if (comes_back || opens) && after.state == ConversationState::Open {
            self.put(Change::Opened(id));
        }
    }
}

impl Conversation {
    fn hear(&mut self, word: &Word<'_>, is_newest: bool) {
        let at = word.at;
        // Of one moment the greater id: some order, and always the same.
        if let Some(app) = word.app
            && (at, Some(app)) > (self.owner_app_at, self.owner_app_id.as_deref())
        {
            self.owner_app_id = Some(app.to_owned());
            self.owner_app_at = at;
        }
        if !is_newest {
            return;
        }
        (self.owner_at, self.owner_rank) = (at, word.rank);
        self.owner = match (word.is_ours(), self.owner) {
            (false, _) => OwnerKind::Other,
            // Who of us answers is not Meta's to say.
            (true, OwnerKind::Bot) => OwnerKind::Bot,
            (true, _) => OwnerKind::Human,
        };
    }
}

fn conversation(account: AccountId, contact: &str) -> ConversationId {
    ConversationId::of(ContactId::of(account, contact))
}

const fn is_pass(event: &Event) -> bool {
    matches!(event.what, What::Happened { event: ThreadEvent::ControlPassed { .. }, .. })
}

/// `None`: it says nothing about that.
fn word<'e>(account: &'e Account, event: &'e Event) -> Option<Word<'e>> {
    let ours = account.our_app_id.as_deref();
    let at = event.at;
    match &event.what {
        What::Happened {
            event: it @ (ThreadEvent::ControlPassed { to, .. } | ThreadEvent::ControlTaken { to, .. }),
            ..
        } => {
            let to = to.as_deref().map(usual);
            // A pass is told to the new owner alone, so whoever does not know their own id is that.
            let is_pass = matches!(it, ThreadEvent::ControlPassed { .. });
            let is_ours = match (to, ours) {
                (Some(to), Some(ours)) => to == ours,
                (_, None) | (None, _) => is_pass && !event.standby,
            };
            let app = to.filter(|_| !is_ours);
            Some(Word { at, rank: if is_ours { NAMED_US } else { NAMED_ANOTHER }, app })
        }
        _ if !is_of_the_thread(&event.what) => None,
        what if event.standby => {
            let app = match what {
                What::Said(said) if said.side == Side::Account => said.detail.app_id.as_deref().map(usual),
                _ => None,
            };
            Some(Word { at, rank: STANDBY, app: app.filter(|it| Some(*it) != ours) })
        }
        what => match &account.sharing {
            Sharing::Open { bot_app } => begun(what, ours, bot_app.as_deref()),
            Sharing::Unknown | Sharing::Routed => Some(Word { at, rank: MESSAGING, app: None }),
        },
    }
}

/// Whom every app hears, the account's bot has first; but not whom we wrote to.
fn begun<'e>(what: &What, ours: Option<&str>, bot_app: Option<&'e str>) -> Option<Word<'e>> {
    let What::Said(said) = what else { return None };
    match said.side {
        Side::Contact => bot_app.map(|app| Word { at: FIRST, rank: STANDBY, app: Some(app) }),
        Side::Account if ours.is_some() && said.detail.app_id.as_deref() == ours => {
            Some(Word { at: FIRST, rank: MESSAGING, app: None })
        }
        Side::Account => None,
    }
}

/// What comes in `messaging` or `standby`, as its thread is ours or somebody else's. Comments and labels have no thread
/// that anybody could own; a word about a message that we do not know may come before its conversation does, so that it
/// would depend on the order.
const fn is_of_the_thread(what: &What) -> bool {
    match what {
        What::Said(_) | What::Read(UpTo::Time(_)) | What::Delivered { .. } => true,
        What::Happened { event, .. } => !matches!(
            event,
            ThreadEvent::ControlRequested { .. } | ThreadEvent::LabelAdded { .. } | ThreadEvent::LabelRemoved { .. }
        ),
        _ => false,
    }
}

/// How our own app is called in what the thread keeps.
pub const US: &str = "us";

/// What happened, with one name for each app, and ours told apart.
pub(super) fn as_we_say(account: &Account, event: ThreadEvent) -> ThreadEvent {
    let ours = account.our_app_id.as_deref();
    let named =
        |app: Option<String>| app.map(|it| if Some(&*it) == ours { US.to_owned() } else { usual(&it).to_owned() });
    match event {
        ThreadEvent::ControlPassed { from, to, metadata } => {
            ThreadEvent::ControlPassed { from: named(from), to: named(to), metadata }
        }
        ThreadEvent::ControlTaken { from, to, metadata } => {
            ThreadEvent::ControlTaken { from: named(from), to: named(to), metadata }
        }
        ThreadEvent::ControlRequested { by, metadata } => ThreadEvent::ControlRequested { by: named(by), metadata },
        other => other,
    }
}
