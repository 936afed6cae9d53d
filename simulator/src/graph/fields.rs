//! `fields=participants,messages.limit(5){id,from}`: what is asked for, and what is in it.

use super::asked;
use super::call::Call;
use super::error::GraphError;
use super::refusal;
use serde_json::{Map, Value};
use std::fmt;

/// Nobody asks deeper; whoever does, does it to break something.
const DEEPEST: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub limit: Option<usize>,
    /// What is wanted of it; nothing: what it usually has.
    pub fields: Vec<Field>,
}

pub fn asked(call: &Call, usual: &str) -> Result<Vec<Field>, GraphError> {
    parse(asked::word(call, "fields").as_deref().unwrap_or(usual))
}

pub fn parse(text: &str) -> Result<Vec<Field>, GraphError> {
    let mut parser = Parser { letters: text.chars().filter(|it| !it.is_whitespace()).collect(), at: 0 };
    let fields = parser.list(0)?;
    if parser.at == parser.letters.len() { Ok(fields) } else { Err(refusal::field_syntax(parser.at)) }
}

/// The id comes always, the rest if it was asked for; whoever asks for what there is not is refused.
pub fn pick(whole: Map<String, Value>, fields: &[Field], known: &[&str], node: &str) -> Result<Value, GraphError> {
    if let Some(strange) = fields.iter().find(|it| it.name != "id" && !known.contains(&it.name.as_str())) {
        return Err(refusal::no_field(&strange.name, node));
    }
    let wanted = |key: &str| fields.iter().find(|it| it.name == key);
    let picked = whole.into_iter().filter_map(|(key, value)| match wanted(&key) {
        Some(field) => Some((key, within(value, &field.fields))),
        None => (key == "id").then_some((key, value)),
    });
    Ok(Value::Object(picked.collect()))
}

/// The same for what is inside of something; here nobody is refused.
pub fn within(value: Value, fields: &[Field]) -> Value {
    match value {
        value if fields.is_empty() => value,
        Value::Array(all) => all.into_iter().map(|it| within(it, fields)).collect(),
        Value::Object(mut edge) if edge.contains_key("data") => {
            if let Some(data) = edge.get_mut("data") {
                *data = within(data.take(), fields);
            }
            edge.into()
        }
        Value::Object(object) => {
            let wanted = |key: &str| fields.iter().find(|it| it.name == key);
            let inner = object.into_iter();
            inner.filter_map(|(key, it)| wanted(&key).map(|field| (key, within(it, &field.fields)))).collect()
        }
        other => other,
    }
}

struct Parser {
    letters: Vec<char>,
    at: usize,
}

impl Parser {
    fn list(&mut self, depth: usize) -> Result<Vec<Field>, GraphError> {
        if depth > DEEPEST {
            return Err(refusal::field_syntax(self.at));
        }
        let mut fields = vec![self.field(depth)?];
        while self.passes(',') {
            fields.push(self.field(depth)?);
        }
        Ok(fields)
    }

    fn field(&mut self, depth: usize) -> Result<Field, GraphError> {
        let mut field = Field { name: self.name()?, limit: None, fields: Vec::new() };
        while self.passes('.') {
            let modifier = self.name()?;
            self.must('(')?;
            let value = self.name()?;
            self.must(')')?;
            if modifier == "limit" {
                field.limit = Some(value.parse().map_err(|_| refusal::field_syntax(self.at))?);
            }
        }
        if self.passes('{') {
            field.fields = self.list(depth + 1)?;
            self.must('}')?;
        }
        Ok(field)
    }

    fn name(&mut self) -> Result<String, GraphError> {
        let rest = &self.letters[self.at..];
        let name: String = rest.iter().take_while(|it| it.is_alphanumeric() || matches!(it, '_' | '-')).collect();
        self.at += name.chars().count();
        if name.is_empty() { Err(refusal::field_syntax(self.at)) } else { Ok(name) }
    }

    fn passes(&mut self, letter: char) -> bool {
        let is_it = self.letters.get(self.at) == Some(&letter);
        self.at += usize::from(is_it);
        is_it
    }

    fn must(&mut self, letter: char) -> Result<(), GraphError> {
        if self.passes(letter) { Ok(()) } else { Err(refusal::field_syntax(self.at)) }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(limit) = self.limit {
            write!(f, ".limit({limit})")?;
        }
        if self.fields.is_empty() { Ok(()) } else { write!(f, "{{{}}}", written(&self.fields)) }
    }
}

pub fn written(fields: &[Field]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_in_braces_belongs_to_what_stands_before() {
        let text = "id,participants{id},messages.limit(5){id,from{username}},link";
        let fields = parse(text).unwrap();
        assert_eq!(fields.len(), 4);
        assert_eq!((fields[2].name.as_str(), fields[2].limit), ("messages", Some(5)));
        assert_eq!(fields[2].fields[1].fields[0].name, "username");
        assert_eq!(written(&fields), text);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for wrong in ["a,", "a{", "a{b", "a}", "a.limit(x)", "a.limit", ",a", &"a{".repeat(30)] {
            assert_eq!(parse(wrong).unwrap_err().code, 2500, "{wrong}");
        }
    }

    #[test]
    fn only_what_was_asked_for_comes_and_the_id() {
        let whole = json!({"id": "1", "name": "a", "of": {"data": [{"id": "2", "name": "b"}]}});
        let Value::Object(whole) = whole else { unreachable!() };
        let picked = pick(whole.clone(), &parse("of{name}").unwrap(), &["name", "of"], "Thing").unwrap();
        assert_eq!(picked, json!({"id": "1", "of": {"data": [{"name": "b"}]}}));
        assert_eq!(pick(whole, &parse("age").unwrap(), &["name"], "Thing").unwrap_err().code, 100);
    }
}
