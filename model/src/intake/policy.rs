//! Meta's warnings and blocks: for the admin, and as a record.

use super::{Account, Change, Incident, Step};
use crate::ids::IncidentId;
use crate::meta::event::PolicyAction;
use crate::time::Timestamp;

const WARNING: &str = "policy_warning";
/// Nothing goes out as long as one is open.
pub const BLOCK: &str = "policy_block";
const UNBLOCK: &str = "policy_unblock";

impl Step<'_> {
    /// A block lasts until the next word about blocking. That of an unblock is kept too, for the
    /// block that comes after it although it was before.
    pub(super) fn policy(&mut self, account: &Account, at: Timestamp, action: PolicyAction, reason: Option<&str>) {
        let kind = match action {
            PolicyAction::Warning => WARNING,
            PolicyAction::Block => BLOCK,
            PolicyAction::Unblock => UNBLOCK,
        };
        let id = IncidentId::of(account.id, kind, at);
        let known = self.known.incidents(account.id);
        if known.iter().any(|it| it.id == id) {
            return;
        }
        let blocking = |it: &&Incident| it.kind != WARNING;
        let next = known.iter().filter(blocking).map(|it| it.opened_at).filter(|it| *it > at).min();
        let before = known.iter().filter(|it| it.kind == BLOCK && it.opened_at < at).max_by_key(|it| it.opened_at);
        let ended = before.filter(|it| it.closed_at.is_none_or(|closed| closed > at)).cloned();
        if let Some(ended) = ended.filter(|_| action != PolicyAction::Warning) {
            self.put(Change::Incident(Incident { closed_at: Some(at), ..ended }));
        }
        self.put(Change::Incident(Incident {
            id,
            account_id: account.id,
            kind: kind.to_owned(),
            detail: reason.map(str::to_owned),
            opened_at: at,
            closed_at: if action == PolicyAction::Block { next } else { Some(at) },
        }));
    }
}
