//! Which part of a file a request wants: players of sound and video ask for pieces.

use axum::http::HeaderMap;
use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};
use std::ops::Range;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Some(Range<u64>),
    /// It begins behind the end of the file.
    Nowhere,
}

/// Several parts at once are answered with the whole, as the standard allows.
pub(super) fn part(headers: &HeaderMap, etag: &str, size: u64) -> Part {
    let is_other = headers.get(IF_RANGE).is_some_and(|it| it.as_bytes() != etag.as_bytes());
    let wanted = headers.get(RANGE).and_then(|it| it.to_str().ok()).and_then(|it| it.strip_prefix("bytes="));
    let Some((from, to)) = wanted.filter(|_| !is_other).and_then(|it| it.trim().split_once('-')) else {
        return Part::Whole;
    };
    match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to && from < size => Part::Some(from..to.saturating_add(1).min(size)),
        (Ok(from), Ok(to)) if from > to => Part::Whole,
        (Ok(from), Err(_)) if to.is_empty() && from < size => Part::Some(from..size),
        (Ok(_), Ok(_)) => Part::Nowhere,
        (Ok(_), Err(_)) if to.is_empty() => Part::Nowhere,
        (Err(_), Ok(last)) if from.is_empty() && last > 0 && size > 0 => Part::Some(size.saturating_sub(last)..size),
        (Err(_), Ok(_)) if from.is_empty() => Part::Nowhere,
        _ => Part::Whole,
    }
}

/// Whether the browser has it already.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| matches!(known.trim().trim_start_matches("W/"), it if it == etag || it == "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_part_of_the_file() {
        let part = |range: &str| part(&HeaderMap::from_iter([(RANGE, range.parse().unwrap())]), "\"a\"", 100);
        for (range, expected) in [
            ("bytes=0-9", Part::Some(0..10)),
            ("bytes=90-", Part::Some(90..100)),
            ("bytes=90-500", Part::Some(90..100)),
            ("bytes=0-18446744073709551615", Part::Some(0..100)),
            ("bytes=-10", Part::Some(90..100)),
            ("bytes=-500", Part::Some(0..100)),
            ("bytes=100-", Part::Nowhere),
            ("bytes=100-200", Part::Nowhere),
            ("bytes=-0", Part::Nowhere),
            ("bytes=9-0", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=0-9", Part::Whole),
            ("0-9", Part::Whole),
        ] {
            assert_eq!(part(range), expected, "{range}");
        }
    }

    #[test]
    fn a_part_of_another_version_is_the_whole() {
        let headers = |etag: &str| {
            HeaderMap::from_iter([(RANGE, "bytes=0-9".parse().unwrap()), (IF_RANGE, etag.parse().unwrap())])
        };
        assert_eq!(part(&headers("\"a\""), "\"a\"", 100), Part::Some(0..10));
        assert_eq!(part(&headers("\"b\""), "\"a\"", 100), Part::Whole);
    }

    #[test]
    fn an_empty_file_has_no_parts() {
        let headers = HeaderMap::from_iter([(RANGE, "bytes=0-".parse().unwrap())]);
        assert_eq!(part(&headers, "\"a\"", 0), Part::Nowhere);
    }
}
