//! Numbers are printed as whole ones: the code that prints a fraction is larger than anything here that needs it.

/// The nearest; for sizes, lengths and shares, which are far from any limit.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit becomes the limit")]
pub fn whole(it: f64) -> i64 {
    it.round() as i64
}
