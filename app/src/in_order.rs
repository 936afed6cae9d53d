//! Putting lists in order. What the standard library has for that is quick whatever comes, and 14 KB of code before
//! compression; rows and lines are nearly in order, and what is new among them is little.

/// The least key first; of equal ones whichever was first. For each that stands wrong the others make room.
pub fn by_key<T, K: Ord>(all: &mut Vec<T>, key: impl Fn(&T) -> K) {
    for at in 1..all.len() {
        let its = key(&all[at]);
        if key(&all[at - 1]) > its {
            let place = all[..at].partition_point(|it| key(it) <= its);
            let it = all.remove(at);
            all.insert(place, it);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_a_stable_sort() {
        // Each with its place, so that equal ones can be told apart.
        for seed in 0..200_usize {
            let n = seed % 17;
            let mut all: Vec<(usize, usize)> = (0..n).map(|it| ((it * 7 + seed * it * it + seed) % 5, it)).collect();
            let mut expected = all.clone();
            expected.sort_by_key(|it| it.0);
            by_key(&mut all, |it| it.0);
            assert_eq!(all, expected);
        }
    }
}
