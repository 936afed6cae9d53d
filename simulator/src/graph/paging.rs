//! Pages of a list. A cursor names the place of a thing and not its number, so that what arrives
//! meanwhile moves nothing.

use super::asked;
use super::call::Call;
use super::error::GraphError;
use super::refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const USUAL: usize = 25;

/// Where something stands: the newest, which has the highest, first.
pub type Place = (i64, String);

#[derive(Debug)]
pub struct Wanted {
    limit: usize,
    after: Option<Place>,
    before: Option<Place>,
}

impl Wanted {
    /// More than `most` nobody gets at once.
    pub fn of(call: &Call, most: usize) -> Result<Self, GraphError> {
        let limit = match asked::word(call, "limit") {
            None => USUAL,
            Some(text) => match text.parse() {
                Ok(limit @ 1_usize..) => limit,
                _ => return Err(refusal::parameter("Param limit must be a positive integer")),
            },
        };
        let cursor = |key| asked::word(call, key).map(|it| place(&it)).transpose();
        Ok(Self { limit: limit.min(most), after: cursor("after")?, before: cursor("before")? })
    }

    pub fn first(limit: Option<usize>, most: usize) -> Self {
        Self { limit: limit.unwrap_or(USUAL).clamp(1, most), after: None, before: None }
    }
}

/// Cuts a page out of all there is and makes of it what `show` says: `{"data", "paging"}`.
pub fn page<T>(
    all: impl Iterator<Item = T>,
    at: impl Fn(&T) -> Place,
    wanted: &Wanted,
    address: &Address,
    mut show: impl FnMut(&T) -> Result<Value, GraphError>,
) -> Result<Value, GraphError> {
    let mut all: Vec<(Place, T)> = all.map(|it| (at(&it), it)).collect();
    all.sort_by(|one, other| other.0.cmp(&one.0));
    let (from, to) = match (&wanted.after, &wanted.before) {
        (Some(after), _) => {
            let from = all.partition_point(|(place, _)| place >= after);
            (from, (from + wanted.limit).min(all.len()))
        }
        (None, Some(before)) => {
            let to = all.partition_point(|(place, _)| place > before);
            (to.saturating_sub(wanted.limit), to)
        }
        (None, None) => (0, wanted.limit.min(all.len())),
    };
    let shown = &all[from..to];
    let data = shown.iter().map(|(_, it)| show(it)).collect::<Result<Vec<_>, _>>()?;
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return Ok(json!({"data": data})) };
    let (before, after) = (cursor(&first.0), cursor(&last.0));
    let mut paging = json!({"cursors": {"before": before, "after": after}});
    if to < all.len() {
        paging["next"] = address.with(wanted.limit, "after", &after).into();
    }
    if from > 0 {
        paging["previous"] = address.with(wanted.limit, "before", &before).into();
    }
    Ok(json!({"data": data, "paging": paging}))
}

/// Where the other pages are; like Meta's it holds the token.
pub struct Address(String);

impl Address {
    /// `at` is where the simulator is reached.
    pub fn of(at: &str, call: &Call) -> Self {
        let params: Vec<_> = call.params.keys().filter_map(|it| Some((it.as_str(), asked::word(call, it)?))).collect();
        Self::to(at, call, &call.path.join("/"), &params)
    }

    pub fn to(at: &str, call: &Call, path: &str, params: &[(&str, String)]) -> Self {
        let paged = |key: &str| matches!(key, "after" | "before" | "limit" | "access_token");
        let params = params.iter().filter(|(key, _)| !paged(key)).map(|(key, value)| (*key, value.as_str()));
        let token = call.token.iter().map(|it| ("access_token", it.as_str()));
        let pairs = params.chain(token).map(|(key, value)| format!("{key}={}&", percent(value)));
        Self(format!("{at}/v25.0/{path}?{}", pairs.collect::<String>()))
    }

    fn with(&self, limit: usize, key: &str, cursor: &str) -> String {
        format!("{}limit={limit}&{key}={cursor}", self.0)
    }
}

/// As it stands in a query.
fn percent(text: &str) -> String {
    let safe = |it: u8| it.is_ascii_alphanumeric() || b"-_.~".contains(&it);
    text.bytes().map(|it| if safe(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

fn cursor(place: &Place) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}", place.0, place.1))
}

fn place(cursor: &str) -> Result<Place, GraphError> {
    let decoded = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|it| String::from_utf8(it).ok());
    let place = decoded.as_deref().and_then(|it| it.split_once(':')).map(|(at, id)| (at.parse(), id.to_owned()));
    match place {
        Some((Ok(at), id)) => Ok((at, id)),
        _ => Err(refusal::parameter("Invalid cursors values")),
    }
}
