//! Cards: templates and products, carts, forms, appointments.

use super::files::card_kind;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::whole::whole;
use model::content::{Answer, Order, Product};
use model::inbox::{LineAttachment, LineCard, LineDetail};

const WIDE: &str = "bubble bubble--card card card--wide";

/// `said` stands in a bubble of its own already.
pub fn template(to: &mut Markup, it: &LineAttachment, said: Option<&str>) {
    let cards = match &it.detail {
        Some(LineDetail::Cards(cards)) => cards.clone(),
        _ => vec![LineCard { title: Some(it.title.clone().unwrap_or("Template".to_owned())), ..LineCard::default() }],
    };
    let label = if cards.len() == 1 { "One card".to_owned() } else { format!("{} cards", cards.len()) };
    to.open_with("div", "cards", &[("role", "group"), ("tabindex", "0"), ("aria-label", &label)]);
    for card in cards {
        let text = card.text.as_deref().filter(|it| said != Some(it));
        to.open("div", "card");
        if card.title.is_some() || text.is_some() {
            to.open_with("div", "card__body", &[("dir", "auto")]);
            to.leaf("span", "card__title", card.title.as_deref().unwrap_or_default());
            to.leaf("span", "card__text", text.unwrap_or_default());
            to.close("div");
        }
        if !card.buttons.is_empty() {
            to.open("div", "card__actions");
            for it in card.buttons {
                to.open("span", "");
                to.link("", it.url.as_deref().unwrap_or_default(), &it.words);
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
    let cents = it.unit_price.map(|it| whole(it * 100.0));
    cents.map(|it| format!("{}.{:02}{currency}", it / 100, it.abs() % 100)).unwrap_or_default()
}

pub fn form(to: &mut Markup, answers: &[Answer]) {
    let answers = answers.iter().map(|it| (it.question.clone(), it.answer.clone())).collect();
    pairs(to, Symbol::Note, "Answered a form", answers);
}

pub fn appointment(to: &mut Markup, it: &LineAttachment) {
    let title = it.title.clone().map(|it| ("About".to_owned(), it));
    let facts = if let Some(LineDetail::Facts(it)) = &it.detail { it.clone() } else { Vec::new() };
    pairs(to, Symbol::Calendar, "Appointment", title.into_iter().chain(facts).collect());
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
