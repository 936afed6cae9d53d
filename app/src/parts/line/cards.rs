//! Cards: templates and products, carts, forms, appointments.

use super::files::card_kind;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use model::content::{Answer, Order, Product};
use model::inbox::LineAttachment;
use serde_json::Value;

const WIDE: &str = "bubble bubble--card card card--wide";

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Card<'a> {
    title: Option<&'a str>,
    text: Option<&'a str>,
    /// What is written on each, and where it leads, if it leads somewhere.
    buttons: Vec<(&'a str, Option<&'a str>)>,
}

/// Whatever the template is, as far as we know its parts.
fn read<'a>(detail: Option<&'a Value>, title: Option<&'a str>) -> Vec<Card<'a>> {
    fn text<'a>(it: &'a Value, name: &str) -> Option<&'a str> {
        it.get(name).and_then(Value::as_str)
    }
    fn list<'a>(it: &'a Value, name: &str) -> &'a [Value] {
        it.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
    let buttons = |it: &'a Value| -> Vec<_> {
        list(it, "buttons").iter().filter_map(|it| Some((text(it, "title")?, text(it, "url")))).collect()
    };
    let payload = detail.map(|it| ["generic", "product", "button"].iter().find_map(|name| it.get(name)).unwrap_or(it));
    let elements = payload.map_or(&[][..], |it| list(it, "elements"));
    let mut cards: Vec<_> = elements
        .iter()
        .map(|it| Card { title: text(it, "title"), text: text(it, "subtitle"), buttons: buttons(it) })
        .collect();
    if let Some(payload) = payload.filter(|_| cards.is_empty()) {
        cards.push(Card { title: None, text: text(payload, "text"), buttons: buttons(payload) });
    }
    cards.retain(|it| *it != Card::default());
    if cards.is_empty() {
        cards.push(Card { title: Some(title.unwrap_or("Template")), ..Card::default() });
    }
    cards
}

/// `said` stands in a bubble of its own already.
pub fn template(to: &mut Markup, it: &LineAttachment, said: Option<&str>) {
    let cards = read(it.detail.as_ref(), it.title.as_deref());
    let label = if cards.len() == 1 { "One card".to_owned() } else { format!("{} cards", cards.len()) };
    to.open_with("div", "cards", &[("role", "group"), ("tabindex", "0"), ("aria-label", &label)]);
    for card in cards {
        let text = card.text.filter(|it| said != Some(it));
        to.open("div", "card");
        if card.title.is_some() || text.is_some() {
            to.open_with("div", "card__body", &[("dir", "auto")]);
            to.leaf("span", "card__title", card.title.unwrap_or_default());
            to.leaf("span", "card__text", text.unwrap_or_default());
            to.close("div");
        }
        if !card.buttons.is_empty() {
            to.open("div", "card__actions");
            for (words, url) in card.buttons {
                to.open("span", "");
                to.link("", url.unwrap_or_default(), words);
                to.close("span");
            }
            to.close("div");
        }
        to.close("div");
    }
    to.close("div");
}

pub fn cart(to: &mut Markup, order: Option<&Order>) {
    to.open("div", WIDE);
    to.open("div", "card__body");
    card_kind(to, Symbol::Bag, "Cart");
    to.open_with("ul", "cart", &[("aria-label", "Products")]);
    for it in order.map_or(&[][..], |it| it.products.as_slice()) {
        let name = it.name.as_deref().or(it.retailer_id.as_deref()).unwrap_or("Product");
        to.open("li", "cart__item");
        to.leaf("bdi", "", &format!("{} × {name}", it.quantity));
        to.leaf("span", "", &price(it));
        to.close("li");
    }
    to.close("ul");
    if let Some(note) = order.and_then(|it| it.note.as_deref()) {
        to.open_with("p", "card__text", &[("dir", "auto")]);
        to.text(note);
        to.close("p");
    }
    to.close("div");
    to.close("div");
}

/// "34.00 EUR"
fn price(it: &Product) -> String {
    let currency = it.currency.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
    it.unit_price.map(|it| format!("{it:.2}{currency}")).unwrap_or_default()
}

pub fn form(to: &mut Markup, answers: &[Answer]) {
    let answers = answers.iter().map(|it| (it.question.clone(), it.answer.clone())).collect();
    pairs(to, Symbol::Note, "Answered a form", answers);
}

/// Meta says what it says: its parts are shown by their own names.
pub fn appointment(to: &mut Markup, it: &LineAttachment) {
    let parts = it.detail.as_ref().and_then(Value::as_object).into_iter().flatten().filter_map(part);
    let title = it.title.clone().map(|it| ("About".to_owned(), it));
    pairs(to, Symbol::Calendar, "Appointment", title.into_iter().chain(parts).collect());
}

fn part((name, value): (&String, &Value)) -> Option<(String, String)> {
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

fn pairs(to: &mut Markup, symbol: Symbol, kind: &str, pairs: Vec<(String, String)>) {
    to.open("div", WIDE);
    to.open("div", "card__body");
    card_kind(to, symbol, kind);
    to.open("dl", "form-card");
    for (name, value) in pairs {
        to.open("div", "");
        for (tag, class, words) in [("dt", "card__text", name), ("dd", "", value)] {
            to.open_with(tag, class, &[("dir", "auto")]);
            to.text(&words);
            to.close(tag);
        }
        to.close("div");
    }
    to.close("dl");
    to.close("div");
    to.close("div");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_template_is_read_in_every_shape_in_which_it_comes() {
        let plain = value(
            r#"{"template_type":"generic","elements":[{"title":"Tidal mug","subtitle":"34 €","buttons":[
                {"type":"web_url","title":"See it","url":"https://luna.example"},{"type":"postback","title":"Ask","payload":"x"}]}]}"#,
        );
        let wrapped = value(&format!("{{\"generic\":{plain}}}"));
        for it in [plain, wrapped] {
            let [card] = &read(Some(&it), None)[..] else { panic!("one card") };
            assert_eq!((card.title, card.text), (Some("Tidal mug"), Some("34 €")));
            assert_eq!(card.buttons, [("See it", Some("https://luna.example")), ("Ask", None)]);
        }
        let button =
            value(r#"{"template_type":"button","text":"Which?","buttons":[{"type":"postback","title":"Blue"}]}"#);
        assert_eq!(read(Some(&button), None)[0].text, Some("Which?"));
        for odd in ["{}", "[]", "1", r#"{"elements":3}"#, r#"{"elements":[{}]}"#] {
            assert_eq!(read(Some(&value(odd)), Some("Tidal"))[0].title, Some("Tidal"), "{odd}");
        }
    }
}
