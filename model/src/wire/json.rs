//! What is JSON of no fixed shape stays JSON on its way, and what stays JSON is read by hand in the
//! browser: [`Value`] is the one type of which it holds a reader.

use borsh::{BorshDeserialize as _, BorshSerialize as _};
use serde_json::Value;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::str::FromStr;

pub fn serialize<W: Write>(value: &Option<Value>, writer: &mut W) -> Result<()> {
    value.as_ref().map(Value::to_string).serialize(writer)
}

pub fn deserialize<R: Read>(reader: &mut R) -> Result<Option<Value>> {
    match Option::<String>::deserialize_reader(reader)? {
        Some(text) => value(&text).map(Some).ok_or_else(|| Error::from(ErrorKind::InvalidData)),
        None => Ok(None),
    }
}

pub fn value(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

pub fn text(it: &Value, name: &str) -> Option<String> {
    it.get(name)?.as_str().map(str::to_owned)
}

/// What is written as a word: an id, a kind.
pub fn word<T: FromStr>(it: &Value, name: &str) -> Option<T> {
    it.get(name)?.as_str()?.parse().ok()
}

pub fn number<T: TryFrom<i64>>(it: &Value, name: &str) -> Option<T> {
    T::try_from(it.get(name)?.as_i64()?).ok()
}
