//! Walking back from the newest document, where an index knows no order: what is frequent is met soon, and the index would
//! give thousands; what is not is rare, and the index gives all of it.

/// So many are walked through first; it takes a few milliseconds.
pub const FIRST: i64 = 3000;
/// What is found so often among those is not rare, and soon found by walking on: so far as it takes, going by how often
/// it was found until then.
const OFTEN: usize = 3;
/// A page of what is as rare as that lies within some 30,000; at random, within twice as many.
const MOST: i64 = 60_000;

/// How much further to walk after so many were found of so many that are wished for; nothing, if the index is quicker.
pub fn next_step(walked: i64, n_found: usize, wanted: usize) -> i64 {
    if n_found < OFTEN {
        return 0;
    }
    let [n_found, n_left] = [n_found, wanted.saturating_sub(n_found)].map(|it| i64::try_from(it).unwrap_or(i64::MAX));
    // A half more than it takes, as they do not lie evenly.
    let expected = walked.saturating_mul(n_left).saturating_mul(3) / (n_found * 2);
    expected.max(FIRST).min(MOST - walked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_goes_as_far_as_it_takes_and_no_further() {
        assert_eq!(next_step(FIRST, 20, 27), FIRST, "nearly all are there");
        assert_eq!(next_step(3000, 3, 27), 36_000);
        assert_eq!(next_step(39_000, 26, 27), FIRST, "one is missing");
        assert_eq!(next_step(39_000, 5, 27), MOST - 39_000);
        assert_eq!(next_step(MOST, 26, 27), 0, "it is rarer than it seemed");
        assert_eq!(next_step(FIRST, 2, 27), 0, "it is rare");
    }
}
