//! What is shown of the free JSON that Meta sends along with an attachment. It is read where it is
//! kept: a browser is given the words, and needs no reader for JSON of any shape.

use crate::content::AttachmentKind;
use crate::outgoing::{Button, Template};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineDetail {
    /// A template: one card, or several in a row.
    Cards(Vec<LineCard>),
    Place {
        lat: String,
        long: String,
    },
    /// Names and values.
    Facts(Vec<(String, String)>),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LineCard {
    pub title: Option<String>,
    pub text: Option<String>,
    pub buttons: Vec<LineButton>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LineButton {
    pub words: String,
    /// Where it leads, if it leads somewhere.
    pub url: Option<String>,
}

impl LineDetail {
    /// As far as its parts are known.
    pub fn of(kind: &AttachmentKind, detail: &Value) -> Option<Self> {
        match kind {
            AttachmentKind::Template => Some(Self::Cards(cards(detail))).filter(|it| *it != Self::Cards(Vec::new())),
            AttachmentKind::Location => place(detail),
            // Meta says what it says: its parts are shown by their own names.
            AttachmentKind::Appointment => Some(Self::Facts(detail.as_object()?.iter().filter_map(fact).collect())),
            _ => None,
        }
    }

    /// The same of one of ours, before it is kept.
    pub fn of_template(template: &Template) -> Option<Self> {
        let cards = match template {
            Template::Generic { elements } => elements
                .iter()
                .map(|it| LineCard {
                    title: Some(it.title.clone()),
                    text: it.subtitle.clone(),
                    buttons: it.buttons.iter().map(button).collect(),
                })
                .collect(),
            Template::Button { text, buttons } => {
                vec![LineCard { title: None, text: Some(text.clone()), buttons: buttons.iter().map(button).collect() }]
            }
            Template::Product { .. } => return None,
        };
        Some(Self::Cards(cards))
    }
}

fn button(it: &Button) -> LineButton {
    match it {
        Button::WebUrl { title, url } => LineButton { words: title.clone(), url: Some(url.clone()) },
        Button::Postback { title, .. } | Button::PhoneNumber { title, .. } => {
            LineButton { words: title.clone(), url: None }
        }
    }
}

fn text(it: &Value, name: &str) -> Option<String> {
    it.get(name)?.as_str().map(str::to_owned)
}

fn list<'a>(it: &'a Value, name: &str) -> &'a [Value] {
    it.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn buttons(it: &Value) -> Vec<LineButton> {
    let button = |it| Some(LineButton { words: text(it, "title")?, url: text(it, "url") });
    list(it, "buttons").iter().filter_map(button).collect()
}

/// Plain, or under the name of its kind.
fn cards(detail: &Value) -> Vec<LineCard> {
    let payload = ["generic", "product", "button"].iter().find_map(|name| detail.get(name)).unwrap_or(detail);
    let element = |it| LineCard { title: text(it, "title"), text: text(it, "subtitle"), buttons: buttons(it) };
    let mut cards: Vec<_> = list(payload, "elements").iter().map(element).collect();
    if cards.is_empty() {
        cards.push(LineCard { title: None, text: text(payload, "text"), buttons: buttons(payload) });
    }
    cards.retain(|it| *it != LineCard::default());
    cards
}

fn place(detail: &Value) -> Option<LineDetail> {
    let number = |name: &str| detail.get(name).filter(|it| it.is_number()).map(Value::to_string);
    Some(LineDetail::Place { lat: number("lat")?, long: number("long")? })
}

fn fact((name, value): (&String, &Value)) -> Option<(String, String)> {
    let value = match value {
        Value::String(it) if !it.starts_with("http") => it.clone(),
        Value::Number(it) => it.to_string(),
        _ => return None,
    };
    let mut name = name.replace('_', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outgoing::Card;
    use serde_json::json;

    fn cards_of(detail: &Value) -> Option<LineDetail> {
        LineDetail::of(&AttachmentKind::Template, detail)
    }

    #[test]
    fn a_template_is_read_in_every_shape_in_which_it_comes() {
        let plain = json!({"template_type": "generic", "elements": [{"title": "Tidal mug", "subtitle": "34 €", "buttons": [
            {"type": "web_url", "title": "See it", "url": "https://luna.example"},
            {"type": "postback", "title": "Ask", "payload": "x"},
        ]}]});
        let buttons = vec![
            LineButton { words: "See it".to_owned(), url: Some("https://luna.example".to_owned()) },
            LineButton { words: "Ask".to_owned(), url: None },
        ];
        let card = LineCard { title: Some("Tidal mug".to_owned()), text: Some("34 €".to_owned()), buttons };
        for it in [json!({"generic": &plain}), plain] {
            assert_eq!(cards_of(&it), Some(LineDetail::Cards(vec![card.clone()])), "{it}");
        }
        for odd in [json!({}), json!([]), json!(1), json!({"elements": 3}), json!({"elements": [{}]})] {
            assert_eq!(cards_of(&odd), None, "{odd}");
        }
    }

    #[test]
    fn a_template_of_ours_looks_the_same_before_it_is_kept_and_after() {
        let tap = |title: &str| Button::Postback { title: title.to_owned(), payload: "TAP".to_owned() };
        let link = Button::WebUrl { title: "See it".to_owned(), url: "https://luna.example".to_owned() };
        let card = |title: &str, buttons| Card { title: title.to_owned(), buttons, ..Card::default() };
        let kettle = Card { subtitle: Some("1.7 l".to_owned()), ..card("Blue kettle", vec![link]) };
        for template in [
            Template::Generic { elements: vec![kettle, card("Tidal mug", Vec::new())] },
            Template::Button { text: "Anything else?".to_owned(), buttons: vec![tap("No, thanks")] },
            Template::Product { elements: vec![crate::outgoing::ProductRef { id: "7185".to_owned() }] },
        ] {
            let kept = serde_json::to_value(&template).unwrap();
            assert_eq!(LineDetail::of_template(&template), cards_of(&kept), "{kept}");
        }
    }

    #[test]
    fn places_have_both_numbers_and_appointments_whatever_can_be_read() {
        let place = |detail: &Value| LineDetail::of(&AttachmentKind::Location, detail);
        let found = LineDetail::Place { lat: "51.5".to_owned(), long: "-0.1".to_owned() };
        assert_eq!(place(&json!({"lat": 51.5, "long": -0.1})), Some(found));
        for odd in [json!({"lat": 51.5}), json!({"lat": "51", "long": "0"}), json!(null)] {
            assert_eq!(place(&odd), None, "{odd}");
        }
        let facts = json!({"booking_id": "bk_1", "places": 2, "link": "https://x.example", "more": {}});
        let said = [("Booking id", "bk_1"), ("Places", "2")].map(|(name, it)| (name.to_owned(), it.to_owned()));
        let found = LineDetail::of(&AttachmentKind::Appointment, &facts);
        assert_eq!(found, Some(LineDetail::Facts(said.to_vec())));
    }
}
