//! The little JSON that a browser reads: what the stream tells, the answer to an upload, errors. All
//! of it is ours, small and of a known shape. A reader of its own, because `serde_json`'s would be a
//! thirtieth of the bundle.

use std::str::FromStr;

/// Deeper than anything of ours, and far from the end of the stack.
const DEPTH_MOST: usize = 32;

#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// Null, true, false, and numbers that are not whole.
    Other(String),
    Whole(i64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    /// The last of that name, as everywhere.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(parts) = self else { return None };
        parts.iter().rev().find(|it| it.0 == name).map(|it| &it.1)
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(it) = self { Some(it) } else { None }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Other(it) = self { it.parse().ok() } else { None }
    }

    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(it) = self { Some(it) } else { None }
    }
}

pub fn value(text: &str) -> Option<Json> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_space();
    (reader.at == text.len()).then_some(value)
}

pub fn text(it: &Json, name: &str) -> Option<String> {
    it.get(name)?.as_str().map(str::to_owned)
}

/// What is written as a word: an id, a kind.
pub fn word<T: FromStr>(it: &Json, name: &str) -> Option<T> {
    it.get(name)?.as_str()?.parse().ok()
}

pub fn number<T: TryFrom<i64>>(it: &Json, name: &str) -> Option<T> {
    let Json::Whole(number) = it.get(name)? else { return None };
    T::try_from(*number).ok()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let found = self.text.as_bytes().get(self.at).copied()?;
        self.at += 1;
        Some(found)
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    /// The next that is not space.
    fn mark(&mut self) -> Option<u8> {
        self.skip_space();
        self.next()
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > DEPTH_MOST {
            return None;
        }
        match self.mark()? {
            b'"' => self.string().map(Json::Text),
            b'[' => self.parts(b']', |it| it.value(depth + 1)).map(Json::List),
            b'{' => self.parts(b'}', |it| it.named(depth + 1)).map(Json::Map),
            _ => self.bare(),
        }
    }

    fn named(&mut self, depth: usize) -> Option<(String, Json)> {
        if self.mark()? != b'"' {
            return None;
        }
        let name = self.string()?;
        if self.mark()? != b':' {
            return None;
        }
        Some((name, self.value(depth)?))
    }

    /// Parts between commas, until the end's mark.
    fn parts<T>(&mut self, end: u8, part: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut found = Vec::new();
        let begun = self.at;
        if self.mark()? == end {
            return Some(found);
        }
        self.at = begun;
        loop {
            found.push(part(self)?);
            match self.mark()? {
                b',' => {}
                mark if mark == end => return Some(found),
                _ => return None,
            }
        }
    }

    /// A word or number: whatever stands there until the next mark.
    fn bare(&mut self) -> Option<Json> {
        let rest = self.text.get(self.at - 1..)?;
        let is_end = |it: char| !(it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'));
        let word = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        self.at += word.len().checked_sub(1)?;
        if let Ok(whole) = word.parse() {
            return Some(Json::Whole(whole));
        }
        // None of ours: that it is a number is enough.
        let is_number = word.starts_with(|it: char| it == '-' || it.is_ascii_digit());
        let is_known = is_number || matches!(word, "null" | "true" | "false");
        is_known.then(|| Json::Other(word.to_owned()))
    }

    /// After its first quotation mark.
    fn string(&mut self) -> Option<String> {
        let mut found = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let plain = rest.find(['"', '\\'])?;
            found.push_str(&rest[..plain]);
            self.at += plain;
            if self.next()? == b'"' {
                return Some(found);
            }
            found.push(match self.next()? {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.escaped()?,
                mark @ (b'"' | b'\\' | b'/') => char::from(mark),
                _ => return None,
            });
        }
    }

    /// After `\u`; one outside of the first plane is two of them.
    fn escaped(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if (self.next()?, self.next()?) != (b'\\', b'u') {
            return None;
        }
        let second = self.unit()?.checked_sub(0xdc00).filter(|it| *it < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// What `serde_json` reads, in our words.
    fn same(it: &Value) -> Json {
        match it {
            Value::Null | Value::Bool(_) => Json::Other(it.to_string()),
            Value::Number(number) => number.as_i64().map_or_else(|| Json::Other(it.to_string()), Json::Whole),
            Value::String(it) => Json::Text(it.clone()),
            Value::Array(parts) => Json::List(parts.iter().map(same).collect()),
            Value::Object(parts) => Json::Map(parts.iter().map(|(name, it)| (name.clone(), same(it))).collect()),
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn everything_that_is_written_is_read(it in any_json()) {
            prop_assert_eq!(value(&it.to_string()), Some(same(&it)));
            prop_assert_eq!(value(&serde_json::to_string_pretty(&it).unwrap()), Some(same(&it)));
        }

        #[test]
        fn no_text_breaks_it(it in "[\\[\\]{}\",:\\\\u0-9a-fé😀 tn.+-]{0,40}") {
            if let Ok(read) = serde_json::from_str::<Value>(&it) {
                prop_assert!(value(&it).is_some(), "{read}");
            }
            value(&it);
        }
    }

    #[test]
    fn escapes_are_read_and_halves_refused() {
        assert_eq!(value(r#""a\/\u00e9\ud83d\ude00\n""#), Some(Json::Text("a/é😀\n".to_owned())));
        for odd in [
            r#""\ud83d""#,
            r#""\ud83d\u0041""#,
            r#""\x""#,
            r#""\u12""#,
            "\"",
            "[1",
            "[1,]",
            "{\"a\"}",
            "1 2",
            "tru",
            "",
        ] {
            assert_eq!(value(odd), None, "{odd}");
        }
        assert_eq!(value(&"[".repeat(100_000)), None);
    }
}
