//! Ids: 26 lower-case characters of Crockford's base 32, a millisecond and 80 random bits (a ULID).
//!
//! They sort by the time they were made, in the same order as text on both databases, are safe in
//! a URL, and cannot be guessed from one another. The milliseconds and the random bits are given
//! by whoever holds the clock and the source of chance.

use std::fmt;

/// How many characters an id prints as.
pub const ID_LEN: usize = 26;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: expected 26 letters and digits")
    }
}

impl std::error::Error for NotAnId {}

/// 48 bits of milliseconds, then 80 bits of chance.
pub fn compose(at_ms: i64, chance: [u8; 10]) -> u128 {
    let at_ms = u128::from(at_ms.unsigned_abs() & 0xffff_ffff_ffff);
    chance.iter().fold(at_ms, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// The 26 characters of `bits`.
pub fn print(bits: u128) -> String {
    (0..ID_LEN).rev().map(|place| char::from(ALPHABET[((bits >> (place * 5)) & 31) as usize])).collect()
}

/// Reads what [`print`] wrote. Only the one spelling is accepted, so that an id is one text.
pub fn parse(text: &str) -> Result<u128, NotAnId> {
    if text.len() != ID_LEN || text.as_bytes()[0] > b'7' {
        return Err(NotAnId);
    }
    text.bytes().try_fold(0u128, |bits, byte| {
        let digit = ALPHABET.iter().position(|it| *it == byte).ok_or(NotAnId)?;
        Ok((bits << 5) | digit as u128)
    })
}

/// What every kind of id can do: be made of a moment and chance, and be read and printed.
pub trait Id: Copy + fmt::Display + std::str::FromStr<Err = NotAnId> {
    fn compose(at_ms: i64, chance: [u8; 10]) -> Self;
}

/// Makes a newtype for the id of one kind of thing, so that ids of different kinds cannot be mixed.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, borsh::BorshSerialize, borsh::BorshDeserialize)]
        pub struct $name(u128);

        impl $name {
            /// An id that is made of what it stands for, and not of time and chance.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }
        }

        impl $crate::id::Id for $name {
            fn compose(at_ms: i64, chance: [u8; 10]) -> Self {
                Self($crate::id::compose(at_ms, chance))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::id::print(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::NotAnId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: std::borrow::Cow<'de, str> = serde::Deserialize::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use id;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_of_another_spelling_is_refused() {
        let id = print(compose(1_763_665_200_000, [7; 10]));
        assert_eq!(parse(&id.to_uppercase()), Err(NotAnId));
        assert_eq!(parse(&id[1..]), Err(NotAnId));
        assert_eq!(parse(&id.replace(char::is_numeric, "u")), Err(NotAnId));
        assert_eq!(parse("8zzzzzzzzzzzzzzzzzzzzzzzzz"), Err(NotAnId), "more than 128 bits");
    }

    proptest! {
        #[test]
        fn an_id_prints_and_parses(bits: u128) {
            prop_assert_eq!(parse(&print(bits)), Ok(bits));
        }

        #[test]
        fn ids_sort_by_time_as_text(a in 0i64..1 << 47, b in 0i64..1 << 47, x: [u8; 10], y: [u8; 10]) {
            prop_assume!(a != b);
            let (first, second) = (print(compose(a, x)), print(compose(b, y)));
            prop_assert_eq!(a < b, first < second);
        }

        #[test]
        fn no_text_makes_parse_panic(text: String) {
            let _ = parse(&text);
        }
    }
}
