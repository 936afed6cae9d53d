//! JSON that is looked into only where it is used. Nothing is read ahead, so a part that nobody asks
//! for cannot spoil the rest, however deep or odd it is, and numbers keep every digit.

use crate::time::Timestamp;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A piece of a body, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// Looks whether it is JSON at all; the texts inside may still be broken.
    pub fn check(text: &'a str) -> Option<Self> {
        serde_json::from_str::<&RawValue>(text).ok().map(|it| Self(it.get()))
    }

    /// Of a text that is put together from pieces that were checked.
    pub const fn of_checked(text: &'a str) -> Self {
        Self(text)
    }

    pub const fn as_came(self) -> &'a str {
        self.0
    }

    pub fn object(self) -> Option<Object<'a>> {
        self.0.starts_with('{').then(|| serde_json::from_str(self.0).ok()).flatten()
    }

    /// The parts of a list.
    pub fn list(self) -> Option<Vec<Self>> {
        let parts = self.0.starts_with('[').then(|| serde_json::from_str::<Vec<&RawValue>>(self.0).ok()).flatten()?;
        Some(parts.into_iter().map(|it| Self(it.get())).collect())
    }

    /// The parts of a list; what is none counts as a list of one.
    pub fn parts(self) -> Vec<Self> {
        self.list().unwrap_or_else(|| vec![self])
    }

    /// A text, or a number with every digit: ids come as either. Never with U+0000, which Postgres
    /// cannot store.
    pub fn text(self) -> Option<String> {
        match self.0.as_bytes().first()? {
            b'"' => Some(words(self.0)),
            b'-' | b'0'..=b'9' => Some(self.0.to_owned()),
            _ => None,
        }
    }

    /// A whole number, also as text.
    pub fn number<T: std::str::FromStr>(self) -> Option<T> {
        self.0.trim_matches('"').parse().ok()
    }

    /// Seconds or milliseconds, number or text. Absurd times are none.
    pub fn time(self) -> Option<Timestamp> {
        const YEAR_10000: i64 = 253_402_300_800_000;
        let it = self.number::<i64>()?;
        let ms = if it < 1_000_000_000_000 { it.checked_mul(1000)? } else { it };
        (1..YEAR_10000).contains(&ms).then_some(Timestamp(ms))
    }

    /// All of it, without U+0000; none where it is nested absurdly deep.
    pub fn value(self) -> Option<Value> {
        let mut value =
            serde_json::from_str(self.0).or_else(|_| serde_json::from_str(&without_lone_surrogates(self.0))).ok()?;
        strip_nul(&mut value);
        Some(value)
    }

    /// The same text for the same content, whatever the order of keys and the spaces.
    pub fn canonical(self) -> String {
        self.value().map_or_else(|| self.0.to_owned(), |it| it.to_string())
    }
}

/// An object's pairs in their order, keys as they came. Where a key is repeated the last one counts.
#[derive(Debug, Default)]
pub struct Object<'a>(Vec<(&'a str, Json<'a>)>);

impl<'a> Object<'a> {
    /// None for what is missing and for `null`.
    pub fn get(&self, key: &str) -> Option<Json<'a>> {
        let (_, value) = self.0.iter().rev().find(|(it, _)| *it == key)?;
        (value.0 != "null").then_some(*value)
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&'a str, Json<'a>)> {
        self.0.iter().copied()
    }

    /// Without pairs where it is missing or something else.
    pub fn object(&self, key: &str) -> Object<'a> {
        self.get(key).and_then(Json::object).unwrap_or_default()
    }

    pub fn parts(&self, key: &str) -> Vec<Json<'a>> {
        self.get(key).map(Json::parts).unwrap_or_default()
    }

    /// An empty text is none.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.text().filter(|it| !it.is_empty())
    }

    /// The first of these that has a text.
    pub fn first_text(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.text(key))
    }

    pub fn time(&self, key: &str) -> Option<Timestamp> {
        self.get(key)?.time()
    }

    pub fn is(&self, flag: &str) -> bool {
        self.get(flag).is_some_and(|it| matches!(it.0, "true" | "\"true\""))
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(4);
                while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    pairs.push((inside(key.get()), Json(value.get())));
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// What a key says, which [`Object::pairs`] gives as it came.
pub fn key_words(key: &str) -> String {
    words(&format!("\"{key}\""))
}

/// What a text says, its quotes and escapes taken away.
fn words(quoted: &str) -> String {
    let inner = inside(quoted);
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut text: String = serde_json::from_str(quoted)
        .or_else(|_| serde_json::from_str(&without_lone_surrogates(quoted)))
        .unwrap_or_default();
    text.retain(|it| it != '\0');
    text
}

fn inside(quotes: &str) -> &str {
    quotes.get(1..quotes.len() - 1).unwrap_or_default()
}

fn strip_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|it| it != '\0'),
        Value::Array(parts) => parts.iter_mut().for_each(strip_nul),
        Value::Object(pairs) => {
            if pairs.keys().any(|key| key.contains('\0')) {
                *pairs = std::mem::take(pairs).into_iter().map(|(key, it)| (key.replace('\0', ""), it)).collect();
            }
            pairs.values_mut().for_each(strip_nul);
        }
        _ => {}
    }
}

/// Half of a character, as a text cut in the middle of an emoji ends, becomes U+FFFD.
fn without_lone_surrogates(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\') {
        at += found;
        match (unit(json, at), unit(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                mended.push_str(&json[done..at]);
                mended.push_str("\\ufffd");
                at += 6;
                done = at;
            }
            (Some(_), _) => at += 6,
            // A backslash and what it escapes, one ASCII character in JSON that was checked.
            (None, _) => at += 2,
        }
    }
    if done == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(&json[done..]);
    Cow::Owned(mended)
}

/// The UTF-16 unit of a `\uXXXX` that begins here.
fn unit(json: &str, at: usize) -> Option<u16> {
    u16::from_str_radix(json.get(at..at + 6)?.strip_prefix("\\u")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn object(text: &str) -> Object<'_> {
        Json::check(text).and_then(Json::object).unwrap()
    }

    #[test]
    fn ids_are_texts_or_numbers_and_keep_every_digit() {
        let it = object(r#"{"a":"17841460210973548","b":17841460210973549,"c":123456789012345678901234567890,"d":{}}"#);
        assert_eq!(it.text("a").as_deref(), Some("17841460210973548"));
        assert_eq!(it.text("b").as_deref(), Some("17841460210973549"));
        assert_eq!(it.text("c").as_deref(), Some("123456789012345678901234567890"));
        assert_eq!(it.text("d"), None);
    }

    #[test]
    fn times_are_seconds_or_milliseconds_as_number_or_text() {
        let it = object(
            r#"{"ms":1794994261417,"s":1794994261,"text":"1527459824","negative":-5,"zero":0,"far":253402300800000,
                "huge":99999999999999999999,"last":253402300799999,"word":"soon","list":[1]}"#,
        );
        let ms = |key: &str| it.time(key).map(|it| it.0);
        assert_eq!(ms("ms"), Some(1_794_994_261_417));
        assert_eq!(ms("s"), Some(1_794_994_261_000));
        assert_eq!(ms("text"), Some(1_527_459_824_000));
        assert_eq!(ms("last"), Some(253_402_300_799_999));
        for absurd in ["negative", "zero", "far", "huge", "word", "list", "missing"] {
            assert_eq!(ms(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn half_a_character_becomes_a_replacement_and_nothing_else_changes() {
        let it = object(
            r#"{"cut":"a\ud83d","low":"\udc4d!","pair":"\ud83d\udc4d","twice":"\ud83d\ud83d\udc4d",
                "escaped":"\\ud83d","mixed":"\u00e4\/\ud83dx\\","nul":"a\u0000b"}"#,
        );
        let text = |key: &str| it.text(key).unwrap();
        assert_eq!(text("cut"), "a\u{fffd}");
        assert_eq!(text("low"), "\u{fffd}!");
        assert_eq!(text("pair"), "👍");
        assert_eq!(text("twice"), "\u{fffd}👍");
        assert_eq!(text("escaped"), "\\ud83d");
        assert_eq!(text("mixed"), "ä/\u{fffd}x\\");
        assert_eq!(text("nul"), "ab");
    }

    #[test]
    fn a_value_has_no_nul_and_canonical_knows_no_order() {
        let value = Json::check(r#"[{"a\u0000":["\u0000b\ud800"]}]"#).and_then(Json::value).unwrap();
        assert_eq!(value, serde_json::json!([{"a": ["b\u{fffd}"]}]));
        let canonical = |text| Json::check(text).unwrap().canonical();
        assert_eq!(canonical(r#"{"b": 1, "a":"\u00e4"}"#), canonical(r#"{"a":"ä","b":1}"#));
    }

    #[test]
    fn of_repeated_keys_the_last_counts_and_null_is_nothing() {
        let it = object(r#"{"a":1,"a":2,"b":null,"empty":""}"#);
        assert_eq!(it.text("a").as_deref(), Some("2"));
        assert!(it.get("b").is_none() && it.text("empty").is_none());
    }

    proptest! {
        #[test]
        fn any_text_comes_back_without_nul(text: String) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(Json::check(&json).unwrap().text(), Some(text.replace('\0', "")));
        }

        #[test]
        fn mended_escapes_always_parse(units in prop::collection::vec(any::<u16>(), 0..8), text in "[a\\\\ä/]{0,4}") {
            let escapes: String = units.iter().flat_map(|it| ["\\u".to_owned(), format!("{it:04x}")]).collect();
            let json = format!("\"{}{escapes}\"", text.replace('\\', "\\\\"));
            prop_assert_eq!(Json::check(&json).unwrap().text(), Some(format!("{text}{}",
                String::from_utf16_lossy(&units)).replace('\0', "")));
        }
    }
}
