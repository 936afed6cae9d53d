//! Moments in the time zone of whoever sits before the browser, as a `datetime-local` field has them.

use crate::state::clock::iso;
use js_sys::Date;
use model::time::Timestamp;

const UP_TO_THE_MINUTE: usize = 16;

#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for 285,000 years")]
pub fn read_local(value: &str) -> Option<Timestamp> {
    let at = Date::parse(value);
    at.is_finite().then_some(Timestamp(at as i64))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
pub fn write_local(at: Timestamp) -> String {
    let minutes_west = Date::new(&(at.0 as f64).into()).get_timezone_offset() as i64;
    let mut value = iso(at.plus_s(-60 * minutes_west));
    value.truncate(UP_TO_THE_MINUTE);
    value
}
