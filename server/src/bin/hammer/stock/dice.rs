//! Chance that can be made again: the same numbers for the same name.

pub struct Dice(u64);

impl Dice {
    pub fn of(name: &[u64]) -> Self {
        Self(name.iter().fold(0, |mixed, part| mix(mixed ^ *part)))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True as often as so many of a thousand.
    pub fn of_thousand(&mut self, many: u64) -> bool {
        self.below(1000) < many
    }

    /// Above 0, at most 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what it holds")]
    pub fn share(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Around `mean`, often less and seldom far more.
    #[expect(clippy::cast_possible_truncation, reason = "some years of milliseconds")]
    pub fn wait_ms(&mut self, mean_ms: f64) -> i64 {
        (-self.share().ln() * mean_ms) as i64
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap_or_default()]
    }
}

/// The last step of `SplitMix64`.
const fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
