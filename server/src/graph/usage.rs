//! How long to wait after too many calls, as far as the headers of an answer say.

use http::HeaderMap;
use serde_json::Value;

const A_DAY_S: i64 = 24 * 60 * 60;

/// What the headers of an answer say about the account's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// How much of them is used, as a percentage.
    pub percent: Option<i32>,
    /// Seconds until calls are answered again.
    pub wait_s: Option<i64>,
}

/// Seconds until calls are answered again; `None` if nothing is said about it.
pub(super) fn wait_s(headers: &HeaderMap) -> Option<i64> {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let after_s = text("retry-after").and_then(|it| it.trim().parse().ok());
    let use_cases = text("x-business-use-case-usage").and_then(|it| serde_json::from_str::<Value>(it).ok());
    let minutes = use_cases.as_ref().and_then(regained_in_minutes);
    let wait_s = after_s.max(minutes.map(|it| it.saturating_mul(60)));
    wait_s.filter(|it| *it > 0).map(|it| it.min(A_DAY_S))
}

/// By account, then by kind of call: the longest counts.
fn regained_in_minutes(use_cases: &Value) -> Option<i64> {
    let uses = use_cases.as_object()?.values().filter_map(Value::as_array).flatten();
    uses.filter_map(|it| it["estimated_time_to_regain_access"].as_i64()).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_counts_and_nonsense_does_not() {
        let wait = |name: &'static str, value: &str| {
            wait_s(&HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]))
        };
        let usage = r#"{"104857600932817":[{"type":"messenger","estimated_time_to_regain_access":13},
            {"type":"pages","estimated_time_to_regain_access":0}]}"#
            .replace('\n', "");
        assert_eq!(wait("x-business-use-case-usage", &usage), Some(13 * 60));
        assert_eq!(wait("retry-after", "90"), Some(90));
        assert_eq!(wait("retry-after", "9999999999"), Some(A_DAY_S));
        for (name, odd) in [("retry-after", "-1"), ("retry-after", "soon"), ("x-business-use-case-usage", "[1]")] {
            assert_eq!(wait(name, odd), None, "{odd}");
        }
    }
}
