//! Where a stream goes on.

use crate::store::changes::FeedBounds;
use axum::http::HeaderMap;
use serde::Deserialize;

#[derive(Default, Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// With what happens from now on.
    AtHead,
    /// With what happened after this number.
    After(i64),
    /// With what happens from now on, after a word that something is missing.
    Anew,
}

/// The header is of a browser that connects again; the address is still that of the first time.
pub(super) fn begin(headers: &HeaderMap, wanted: &Wanted, bounds: FeedBounds) -> Begin {
    let header = headers.get("last-event-id").map(|it| it.to_str().unwrap_or("not a number"));
    let Some(last) = header.or(wanted.after.as_deref()) else { return Begin::AtHead };
    match last.parse() {
        Ok(seq) if bounds.reaches_back_to(seq) => Begin::After(seq),
        _ => Begin::Anew,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(header: Option<&str>, after: Option<&str>) -> Begin {
        let headers = header.map(|it| ("last-event-id".parse().unwrap(), it.parse().unwrap())).into_iter().collect();
        begin(&headers, &Wanted { after: after.map(ToOwned::to_owned) }, FeedBounds { oldest: 5, head: 9 })
    }

    #[test]
    fn a_stream_goes_on_where_everything_after_is_kept() {
        assert_eq!(begins(None, None), Begin::AtHead);
        for kept in [4, 5, 9] {
            assert_eq!(begins(Some(&kept.to_string()), None), Begin::After(kept), "{kept}");
        }
        for lost in ["3", "-1", "10", "", "x", "5 ", "99999999999999999999"] {
            assert_eq!(begins(Some(lost), None), Begin::Anew, "{lost:?}");
            assert_eq!(begins(None, Some(lost)), Begin::Anew, "{lost:?}");
        }
    }

    #[test]
    fn what_the_browser_heard_last_counts_more_than_where_it_began() {
        assert_eq!(begins(Some("8"), Some("5")), Begin::After(8));
        assert_eq!(begins(None, Some("5")), Begin::After(5));
    }
}
