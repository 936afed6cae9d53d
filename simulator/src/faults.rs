//! Things that go wrong on demand: ordered through the control interface, or by a message that says
//! so itself. A message of the business whose text begins with one of these is a fault for its own
//! request (numbers in capitals; what stands in brackets may be left out; more words may follow):
//!
//! | text | what happens |
//! | --- | --- |
//! | `#fault error CODE [SUBCODE [STATUS]]` | refused with this error |
//! | `#fault error_after_delivery` | delivered, and answered with 1/1357046 |
//! | `#fault slow MS` | delivered, and answered so much later |
//! | `#fault timeout` | never answered, not delivered |
//! | `#fault timeout_after_delivery` | never answered, and yet delivered |
//! | `#fault cut` | the connection is cut, not delivered |
//! | `#fault cut_after_delivery` | the connection is cut, and yet delivered |
//! | `#fault echo_first` | answered after its echo was delivered |
//! | `#fault webhooks_delayed S`, `#fault webhooks_batched N`, `#fault webhooks_duplicated`, `#fault webhooks_reordered`, `#fault webhooks_lost`, `#fault wrong_signature` | delivered, and the next webhook of the account is hit |

use crate::graph::call::Call;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A fault that waits for its turn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Of every account, if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// How often still; for ever, if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Of requests whose path ends so, `messages`; of every one, if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    #[serde(flatten)]
    pub kind: Kind,
}

impl Fault {
    /// What of it could not be kept.
    pub fn impossible(&self) -> Option<&'static str> {
        if self.times == Some(0) { Some("times: expected 1 or more") } else { self.kind.impossible() }
    }
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
    fn impossible(&self) -> Option<&'static str> {
        match self {
            Self::Error { status: Some(it), .. } if !(400..=599).contains(it) => {
                Some("status: expected one of an error, from 400 to 599")
            }
            Self::WebhooksBatched { size } if !(2..=1000).contains(size) => {
                Some("size: expected a number from 2 to 1000")
            }
            Self::WebhooksDelayed { by_s } if *by_s < 0 => Some("by_s: expected a number of seconds, 0 or more"),
            _ => None,
        }
    }

    /// What a message asks for by its text; nothing, if it cannot be done.
    fn of_text(text: &str) -> Option<Self> {
        Self::named(text).filter(|it| it.impossible().is_none())
    }

    fn named(text: &str) -> Option<Self> {
        let mut words = text.strip_prefix("#fault ")?.split_whitespace();
        let name = words.next()?;
        let mut number = || words.next().and_then(|it| it.parse::<u32>().ok());
        Some(match name {
            "error" => Self::Error {
                code: number()?,
                subcode: number(),
                status: number().and_then(|it| u16::try_from(it).ok()),
            },
            "slow" => Self::Slow { ms: number()?.into() },
            "timeout" => Self::Timeout,
            "timeout_after_delivery" => Self::TimeoutAfterDelivery,
            "cut" => Self::Cut,
            "cut_after_delivery" => Self::CutAfterDelivery,
            "error_after_delivery" => Self::ErrorAfterDelivery,
            "echo_first" => Self::EchoFirst,
            "webhooks_delayed" => Self::WebhooksDelayed { by_s: number()?.into() },
            "webhooks_duplicated" => Self::WebhooksDuplicated,
            "webhooks_reordered" => Self::WebhooksReordered,
            "webhooks_batched" => Self::WebhooksBatched { size: usize::try_from(number()?).ok()? },
            "webhooks_lost" => Self::WebhooksLost,
            "wrong_signature" => Self::WrongSignature,
            _ => return None,
        })
    }

    /// Only something that is said can be delivered or have an echo.
    fn is_of_messages(&self) -> bool {
        matches!(self, Self::TimeoutAfterDelivery | Self::CutAfterDelivery | Self::ErrorAfterDelivery | Self::EchoFirst)
    }

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

    /// What goes wrong with this request about an account, or about none; its turn is over.
    pub fn of_request(&mut self, call: &Call, account_id: Option<&str>) -> Option<Kind> {
        let edge = call.path.last().map(String::as_str);
        let is_message = call.method == Method::POST && edge == Some("messages");
        if is_message && let Some(kind) = message_text(call).and_then(Kind::of_text) {
            if !kind.is_of_webhooks() {
                return Some(kind);
            }
            // Before what waits for ever, as it is for this message.
            let account_id = account_id.map(str::to_owned);
            self.0.insert(0, Fault { account_id, times: Some(1), edge: None, kind });
        }
        self.take(|it| {
            !it.kind.is_of_webhooks()
                && (is_message || !it.kind.is_of_messages())
                && it.edge.as_deref().is_none_or(|it| edge == Some(it))
                && it.account_id.as_deref().is_none_or(|it| account_id == Some(it))
        })
    }

    /// What goes wrong with this webhook; its turn is over.
    pub fn of_webhook(&mut self, account_id: &str) -> Option<Kind> {
        self.take(|it| it.kind.is_of_webhooks() && it.account_id.as_deref().is_none_or(|id| id == account_id))
    }

    fn take(&mut self, is_wanted: impl Fn(&Fault) -> bool) -> Option<Kind> {
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

fn message_text(call: &Call) -> Option<&str> {
    call.params.get("message")?.get("text").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::reading;
    use serde_json::json;

    fn call(method: &str, path: &str, text: &str) -> Call {
        let mut call = reading::of_path(method.parse().unwrap(), path);
        call.params.insert("message".to_owned(), json!({"text": text}));
        call
    }

    #[test]
    fn a_fault_hits_the_account_it_is_for_and_as_often_as_was_said() {
        let mut faults = Faults::default();
        faults.add(serde_json::from_str(r#"{"account_id": "1", "kind": "error", "code": 613, "times": 2}"#).unwrap());
        let error = Kind::Error { code: 613, subcode: None, status: None };
        let asked = call("GET", "/v25.0/me", "");
        assert_eq!(faults.of_request(&asked, Some("2")), None);
        assert_eq!(faults.of_webhook("1"), None);
        assert_eq!(faults.of_request(&asked, Some("1")), Some(error.clone()));
        assert_eq!(faults.of_request(&asked, Some("1")), Some(error));
        assert_eq!(faults.of_request(&asked, Some("1")), None);
        assert!(faults.all().is_empty());
    }

    #[test]
    fn a_fault_of_messages_waits_for_one() {
        let mut faults = Faults::default();
        faults.add(serde_json::from_str(r#"{"kind": "timeout_after_delivery"}"#).unwrap());
        faults.add(serde_json::from_str(r#"{"kind": "slow", "ms": 5, "edge": "conversations"}"#).unwrap());
        assert_eq!(faults.of_request(&call("GET", "/me", ""), None), None);
        assert_eq!(faults.of_request(&call("GET", "/me/conversations", ""), None), Some(Kind::Slow { ms: 5 }));
        assert_eq!(faults.of_request(&call("POST", "/me/messages", "Hi"), None), Some(Kind::TimeoutAfterDelivery));
    }

    #[test]
    fn a_message_says_what_is_to_go_wrong() {
        let mut faults = Faults::default();
        let mut of = |text| faults.of_request(&call("POST", "/v25.0/me/messages", text), Some("1"));
        assert_eq!(of("#fault error 613"), Some(Kind::Error { code: 613, subcode: None, status: None }));
        let full = Kind::Error { code: 10, subcode: Some(2_534_022), status: Some(401) };
        assert_eq!(of("#fault error 10 2534022 401 please"), Some(full));
        assert_eq!(of("#fault slow 3000"), Some(Kind::Slow { ms: 3_000 }));
        assert_eq!(of("#fault cut"), Some(Kind::Cut));
        for nothing in [
            "#fault",
            "#fault slow",
            "#faultcut",
            "cut",
            "#fault error 10 2534022 200",
            "#fault webhooks_batched 1",
            "#fault webhooks_lost",
        ] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
        assert_eq!(faults.of_webhook("2"), None);
        assert_eq!(faults.of_webhook("1"), Some(Kind::WebhooksLost));
    }
}
