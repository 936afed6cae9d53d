//! Things that go wrong on demand.

use serde::{Deserialize, Serialize};

/// A fault that waits for its turn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Of every account, if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// How often still; for ever, if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// The request is refused with this error.
    Error {
        code: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subcode: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    /// The answer comes late, by the machine's clock.
    Slow {
        ms: u64,
    },
    /// No answer; nothing was done.
    Timeout,
    /// No answer, and yet it was done.
    TimeoutAfterDelivery,
    /// The connection is cut; nothing was done.
    Cut,
    /// The connection is cut, and yet it was done.
    CutAfterDelivery,
    /// An error is answered, and yet it was done.
    ErrorAfterDelivery,
    /// The echo comes before the answer to the request that caused it.
    EchoFirst,
    /// Webhooks come late, by the simulator's clock.
    WebhooksDelayed {
        by_s: i64,
    },
    WebhooksDuplicated,
    /// Two change places.
    WebhooksReordered,
    /// So many wait for one another and come in one request.
    WebhooksBatched {
        size: usize,
    },
    WebhooksLost,
    WrongSignature,
}

impl Kind {
    fn is_of_webhooks(&self) -> bool {
        matches!(
            self,
            Self::WebhooksDelayed { .. }
                | Self::WebhooksDuplicated
                | Self::WebhooksReordered
                | Self::WebhooksBatched { .. }
                | Self::WebhooksLost
                | Self::WrongSignature
        )
    }
}

#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// What goes wrong with this request; its turn is over.
    pub fn of_request(&mut self, account_id: &str) -> Option<Kind> {
        self.take(account_id, |it| !it.is_of_webhooks())
    }

    /// What goes wrong with this webhook; its turn is over.
    pub fn of_webhook(&mut self, account_id: &str) -> Option<Kind> {
        self.take(account_id, Kind::is_of_webhooks)
    }

    fn take(&mut self, account_id: &str, wanted: impl Fn(&Kind) -> bool) -> Option<Kind> {
        let is_wanted = |it: &Fault| wanted(&it.kind) && it.account_id.as_deref().is_none_or(|id| id == account_id);
        let place = self.0.iter().position(is_wanted)?;
        let fault = &mut self.0[place];
        let kind = fault.kind.clone();
        match &mut fault.times {
            Some(0 | 1) => drop(self.0.remove(place)),
            Some(times) => *times -= 1,
            None => {}
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_hits_the_account_it_is_for_and_as_often_as_was_said() {
        let mut faults = Faults::default();
        faults.add(serde_json::from_str(r#"{"account_id": "1", "kind": "error", "code": 613, "times": 2}"#).unwrap());
        let error = Kind::Error { code: 613, subcode: None, status: None };
        assert_eq!(faults.of_request("2"), None);
        assert_eq!(faults.of_webhook("1"), None);
        assert_eq!(faults.of_request("1"), Some(error.clone()));
        assert_eq!(faults.of_request("1"), Some(error));
        assert_eq!(faults.of_request("1"), None);
        assert!(faults.all().is_empty());
    }
}
