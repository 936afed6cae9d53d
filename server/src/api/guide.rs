//! The document again, as somebody reads it.

use super::document::document;
use super::problem::Kind;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    pub about: String,
    pub calls: Vec<Call>,
    pub shapes: Vec<Shape>,
    pub problems: Vec<ProblemKind>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub method: String,
    /// Below [`super::PATH`].
    pub path: String,
    pub about: String,
    pub scope: String,
    pub parameters: Vec<Field>,
    /// What its body looks like.
    pub takes: Option<String>,
    /// Status, and what comes with it.
    pub gives: Vec<(String, String)>,
}

/// What a body looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub name: String,
    pub about: String,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: String,
    pub about: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemKind {
    pub name: &'static str,
    pub status: u16,
    pub title: &'static str,
}

pub fn guide() -> Guide {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let mut calls = Vec::new();
    for (path, methods) in each(&document["paths"]) {
        calls.extend(each(methods).map(|(method, it)| call(method, path, it)));
    }
    let shapes = each(&document["components"]["schemas"]).map(|(name, it)| shape(name, it));
    let problems = Kind::ALL
        .iter()
        .map(|it| ProblemKind { name: it.name(), status: it.status().as_u16(), title: it.title() })
        .collect();
    Guide { about: text(&document["info"]["description"]), calls, shapes: shapes.collect(), problems }
}

fn each(it: &Value) -> impl Iterator<Item = (&String, &Value)> {
    it.as_object().into_iter().flatten()
}

fn list(it: &Value) -> &[Value] {
    it.as_array().map_or(&[], Vec::as_slice)
}

fn text(it: &Value) -> String {
    it.as_str().unwrap_or_default().to_owned()
}

fn call(method: &str, path: &str, it: &Value) -> Call {
    let about = [text(&it["summary"]), text(&it["description"])].join(" ");
    let parameter = |it: &Value| Field {
        name: text(&it["name"]),
        kind: format!("{} in the {}", kind(&it["schema"]), text(&it["in"])),
        about: text(&it["description"]),
    };
    // What can go wrong is the same for all of them.
    let good = each(&it["responses"]).filter(|(status, _)| status.starts_with('2'));
    let gives = good.map(|(status, it)| {
        let shape = each(&it["content"]).next().map(|(_, it)| kind(&it["schema"]));
        (status.clone(), shape.unwrap_or_else(|| text(&it["description"])))
    });
    Call {
        method: method.to_uppercase(),
        path: path.to_owned(),
        about: about.trim().to_owned(),
        scope: text(&it["security"][0]["token"][0]),
        parameters: list(&it["parameters"]).iter().map(parameter).collect(),
        takes: each(&it["requestBody"]["content"]).next().map(|(_, it)| kind(&it["schema"])),
        gives: gives.collect(),
    }
}

fn shape(name: &str, it: &Value) -> Shape {
    let mut fields: Vec<Field> = fields(it).collect();
    // One of several, told apart by one of its fields.
    for variant in list(&it["oneOf"]) {
        let of: Vec<Field> = self::fields(variant).collect();
        let names: Vec<String> = of.iter().map(|it| format!("{} {}", it.name, it.kind)).collect();
        fields.push(Field { name: "either".to_owned(), kind: names.join(", "), about: text(&variant["description"]) });
    }
    if let Some(words) = words(it) {
        fields.push(Field { name: "one of".to_owned(), kind: words, about: String::new() });
    }
    Shape { name: name.to_owned(), about: text(&it["description"]), fields }
}

fn fields(it: &Value) -> impl Iterator<Item = Field> {
    let needed: Vec<&str> = list(&it["required"]).iter().filter_map(Value::as_str).collect();
    each(&it["properties"]).map(move |(name, field)| {
        let optional = if needed.contains(&name.as_str()) { "" } else { ", optional" };
        Field { name: name.clone(), kind: format!("{}{optional}", kind(field)), about: text(&field["description"]) }
    })
}

/// The words of a closed set.
fn words(it: &Value) -> Option<String> {
    let words: Vec<String> = list(&it["enum"]).iter().map(text).filter(|it| !it.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What kind of value it is, in a few words.
fn kind(it: &Value) -> String {
    if let Some((_, name)) = it["$ref"].as_str().and_then(|it| it.rsplit_once('/')) {
        return name.to_owned();
    }
    if let Some(words) = words(it) {
        return words;
    }
    let several = [&it["oneOf"], &it["anyOf"]].into_iter().flat_map(list).map(kind);
    let several: Vec<String> = several.filter(|it| it != "null").collect();
    if !several.is_empty() {
        return several.join(" or ");
    }
    let named: Vec<String> = match &it["type"] {
        Value::String(one) => vec![one.clone()],
        many => list(many).iter().map(text).collect(),
    };
    let is_nullable = named.iter().any(|it| it == "null");
    let plain = named.into_iter().find(|it| it != "null").unwrap_or_else(|| "anything".to_owned());
    let plain = match (plain.as_str(), it["format"].as_str()) {
        ("array", _) => format!("list of {}", kind(&it["items"])),
        ("string", Some("date-time")) => "time".to_owned(),
        ("object", _) if it["properties"].is_object() => {
            let inner: Vec<String> = fields(it).map(|it| format!("{} {}", it.name, it.kind)).collect();
            format!("{{ {} }}", inner.join("; "))
        }
        _ => plain,
    };
    if is_nullable { format!("{plain} or null") } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_and_every_shape_is_explained() {
        let guide = guide();
        assert!(guide.calls.len() >= 12 && guide.about.contains("token"));
        for call in &guide.calls {
            assert!(!call.about.is_empty() && !call.scope.is_empty() && !call.gives.is_empty(), "{call:?}");
        }
        let named = |name: &str| guide.shapes.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("{name}"));
        for call in &guide.calls {
            call.takes.iter().for_each(|it| assert!(!named(it).fields.is_empty(), "{call:?}"));
        }
        let state = named("Conversation").fields.iter().find(|it| it.name == "last_message_at").unwrap();
        assert_eq!(state.kind, "time");
        let whom = named("Conversation").fields.iter().find(|it| it.name == "assignee").unwrap();
        assert!(whom.kind.contains("or null"), "{whom:?}");
    }

    #[test]
    fn the_document_is_of_the_version_that_it_says() {
        let document = serde_json::to_value(document()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{document}");
        assert_eq!(document["servers"][0]["url"], "/api/v1");
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        let problem = &document["paths"]["/conversations"]["get"]["responses"]["429"]["content"];
        assert!(problem["application/problem+json"]["schema"].is_object(), "{problem}");
    }
}
