//! Codes that change every half minute: HMAC-SHA-1 over the number of the step (RFC 6238), which is what every
//! app understands.

use model::second_factor::STEP_S;
use model::time::Timestamp;
use ring::hmac;

/// As long as SHA-1's own output.
pub const SECRET_LEN: usize = 20;

const DIGITS: u32 = 1_000_000;

pub const fn step_at(now: Timestamp) -> i64 {
    now.0.div_euclid(STEP_S * 1000)
}

pub fn code_at(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 15);
    let word = bytes[at..at + 4].iter().fold(0, |word, byte| (word << 8) | u32::from(*byte));
    (word & 0x7fff_ffff) % DIGITS
}

/// The step whose code this is: the present one, or one before or after it, for clocks that differ. Every one is
/// looked at, so that the time it takes tells nothing.
pub fn matching_step(secret: &[u8], code: u32, now: Timestamp) -> Option<i64> {
    let present = step_at(now);
    (present - 1..=present + 1).fold(None, |found, step| if code_at(secret, step) == code { Some(step) } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// Appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (at_s, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code_at(SECRET, step_at(Timestamp(at_s * 1000))), code, "{at_s}");
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_the_one_beside_it() {
        let now = Timestamp(1_111_111_111_000);
        let (step, code) = (step_at(now), code_at(SECRET, step_at(now)));
        for (later_s, found) in [(0, true), (30, true), (-30, true), (60, false), (-60, false)] {
            assert_eq!(matching_step(SECRET, code, now.plus_s(later_s)), found.then_some(step), "{later_s}");
        }
    }
}
