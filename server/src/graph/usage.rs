//! How much of its limits an account has used, and how long to wait after too many calls, as far
//! as the headers of an answer say.

use chrono::DateTime;
use http::HeaderMap;
use model::time::Timestamp;
use serde_json::Value;

const A_DAY_S: i64 = 24 * 60 * 60;

/// What the headers of an answer say about the account's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// How much of them is used, as a percentage.
    pub percent: Option<i32>,
    /// Seconds until calls are answered again.
    pub wait_s: Option<i64>,
    /// What time it was there, to the second.
    pub at: Option<Timestamp>,
}

impl Usage {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
        let said = |name: &str| text(name).and_then(|it| serde_json::from_str::<Value>(it).ok());
        let after_s = text("retry-after").and_then(|it| it.trim().parse().ok());
        let use_cases = said("x-business-use-case-usage");
        let minutes = use_cases.as_ref().and_then(regained_in_minutes);
        let wait_s = after_s.max(minutes.map(|it| it.saturating_mul(60)));
        let everywhere = [said("x-app-usage"), said("x-page-usage")].into_iter().chain([use_cases]).flatten();
        Self {
            percent: everywhere.filter_map(|it| percent(&it)).max(),
            wait_s: wait_s.filter(|it| *it > 0).map(|it| it.min(A_DAY_S)),
            at: text("date")
                .and_then(|it| DateTime::parse_from_rfc2822(it).ok())
                .map(|it| Timestamp(it.timestamp_millis())),
        }
    }
}

/// Of the app or the Page at once, or by account and kind of call: the highest counts.
fn percent(said: &Value) -> Option<i32> {
    let of = |used: &Value| {
        let counts = ["call_count", "total_time", "total_cputime"].map(|it| used[it].as_f64());
        #[expect(clippy::cast_possible_truncation, reason = "it is held within bounds")]
        counts.into_iter().flatten().map(|it| it.ceil().clamp(0.0, 1000.0) as i32).max()
    };
    use_cases(said).filter_map(of).max().max(of(said))
}

/// The longest counts.
fn regained_in_minutes(said: &Value) -> Option<i64> {
    use_cases(said).filter_map(|it| it["estimated_time_to_regain_access"].as_i64()).max()
}

/// By account, then by kind of call.
fn use_cases(said: &Value) -> impl Iterator<Item = &Value> {
    said.as_object().into_iter().flat_map(|it| it.values()).filter_map(Value::as_array).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_counts_and_nonsense_does_not() {
        let wait = |name: &'static str, value: &str| {
            Usage::of(&HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])).wait_s
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

    #[test]
    fn the_time_there_is_read_where_it_is_one() {
        let at = |text: &str| Usage::of(&HeaderMap::from_iter([("date".parse().unwrap(), text.parse().unwrap())])).at;
        assert_eq!(at("Wed, 18 Nov 2026 12:00:00 GMT"), Some(Timestamp(1_795_003_200_000)));
        for odd in ["", "soon", "2026-11-18", "Wed, 99 Nov 2026 12:00:00 GMT"] {
            assert_eq!(at(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_highest_share_of_all_headers_counts() {
        let of = |headers: &[(&'static str, &str)]| {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            Usage::of(&headers.collect()).percent
        };
        let app = ("x-app-usage", r#"{"call_count":34,"total_time":11,"total_cputime":19}"#);
        let page = ("x-page-usage", r#"{"call_count":3,"total_time":35.2}"#);
        let cases = r#"{"1":[{"type":"pages","call_count":1}],"2":[{"type":"messenger","total_cputime":77}]}"#;
        assert_eq!(of(&[app]), Some(34));
        assert_eq!(of(&[app, page]), Some(36));
        assert_eq!(of(&[app, page, ("x-business-use-case-usage", cases)]), Some(77));
        for odd in ["", "[]", "{}", "7", r#"{"call_count":"many"}"#, r#"{"1":{"call_count":3}}"#] {
            assert_eq!(of(&[("x-app-usage", odd), ("x-business-use-case-usage", odd)]), None, "{odd}");
        }
        assert_eq!(of(&[("x-app-usage", r#"{"call_count":1e300}"#)]), Some(1000));
    }
}
