//! Cards: templates and products, carts, forms, appointments.

use super::files::Open;
use crate::parts::icon::{Icon, Symbol};
use leptos::prelude::*;
use model::content::{Answer, Order, Product};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Shown {
    title: Option<String>,
    text: Option<String>,
    /// What is written on each, and where it leads, if it leads somewhere.
    buttons: Vec<(String, Option<String>)>,
}

/// Whatever the template is, as far as we know its parts.
fn read(detail: Option<&Value>, title: Option<String>) -> Vec<Shown> {
    let text = |it: &Value, name: &str| it.get(name).and_then(Value::as_str).map(str::to_owned);
    let buttons = |it: &Value| {
        let all = it.get("buttons").and_then(Value::as_array).cloned().unwrap_or_default();
        all.iter().filter_map(|it| Some((text(it, "title")?, text(it, "url")))).collect::<Vec<_>>()
    };
    let payload = detail.map(|it| ["generic", "product", "button"].iter().find_map(|name| it.get(name)).unwrap_or(it));
    let elements = payload.and_then(|it| it.get("elements")).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut cards: Vec<Shown> = elements
        .iter()
        .map(|it| Shown { title: text(it, "title"), text: text(it, "subtitle"), buttons: buttons(it) })
        .collect();
    if let Some(payload) = payload.filter(|_| cards.is_empty()) {
        cards.push(Shown { title: None, text: text(payload, "text"), buttons: buttons(payload) });
    }
    cards.retain(|it| *it != Shown::default());
    if cards.is_empty() {
        cards.push(Shown { title: title.or_else(|| Some("Template".to_owned())), ..Shown::default() });
    }
    cards
}

/// `text` is said in its own bubble already.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn TemplateCards(detail: Option<Value>, title: Option<String>, text: Option<String>) -> impl IntoView {
    let mut cards = read(detail.as_ref(), title);
    for card in &mut cards {
        card.text.take_if(|it| text.as_ref() == Some(it));
    }
    let label = if cards.len() == 1 { "One card".to_owned() } else { format!("{} cards", cards.len()) };
    let cards = cards.into_iter().map(|it| {
        let actions = (!it.buttons.is_empty()).then(|| {
            let all = it.buttons.into_iter().map(|(words, url)| match url {
                Some(url) => view! { <span><Open url words/></span> }.into_any(),
                None => view! { <bdi>{words}</bdi> }.into_any(),
            });
            view! { <div class="card__actions">{all.collect_view()}</div> }
        });
        let has_words = it.title.is_some() || it.text.is_some();
        let body = has_words.then(|| {
            view! {
                <div class="card__body" dir="auto">
                    {it.title.map(|it| view! { <span class="card__title">{it}</span> })}
                    {it.text.map(|it| view! { <span class="card__text">{it}</span> })}
                </div>
            }
        });
        view! { <div class="card">{body}{actions}</div> }
    });
    view! { <div class="cards" role="group" tabindex="0" aria-label=label>{cards.collect_view()}</div> }
}

#[component]
pub fn OrderCard(order: Order) -> impl IntoView {
    let products = order.products.into_iter().map(|it| {
        let price = price(&it);
        let name = it.name.or(it.retailer_id).unwrap_or_else(|| "Product".to_owned());
        view! { <li class="cart__item"><bdi>{format!("{} × {name}", it.quantity)}</bdi>{price.map(|it| view! { <span>{it}</span> })}</li> }
    });
    view! {
        <div class="bubble bubble--card card card--wide">
            <div class="card__body">
                <span class="card__kind"><Icon symbol=Symbol::Bag/>"Cart"</span>
                <ul class="cart" aria-label="Products">{products.collect_view()}</ul>
                {order.note.map(|it| view! { <p class="card__text" dir="auto">{it}</p> })}
            </div>
        </div>
    }
}

/// "34.00 EUR"
fn price(it: &Product) -> Option<String> {
    let price = it.unit_price?;
    Some(match &it.currency {
        Some(currency) => format!("{price:.2} {currency}"),
        None => format!("{price:.2}"),
    })
}

#[component]
pub fn Form(answers: Vec<Answer>) -> impl IntoView {
    let answers = answers.into_iter().map(|it| {
        view! { <div class="form-card__answer"><dt class="card__text" dir="auto">{it.question}</dt><dd dir="auto">{it.answer}</dd></div> }
    });
    view! {
        <div class="bubble bubble--card card card--wide">
            <div class="card__body">
                <span class="card__kind"><Icon symbol=Symbol::Note/>"Answered a form"</span>
                <dl class="form-card">{answers.collect_view()}</dl>
            </div>
        </div>
    }
}

/// Meta says what it says: its parts are shown by their own names.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn AppointmentCard(title: Option<String>, detail: Option<Value>) -> impl IntoView {
    let parts: Vec<_> = detail.as_ref().and_then(Value::as_object).into_iter().flatten().filter_map(part).collect();
    let parts = parts.into_iter().map(|(name, value)| {
        view! { <div class="form-card__answer"><dt class="card__text">{name}</dt><dd dir="auto">{value}</dd></div> }
    });
    view! {
        <div class="bubble bubble--card card card--wide">
            <div class="card__body">
                <span class="card__kind"><Icon symbol=Symbol::Calendar/>"Appointment"</span>
                {title.map(|it| view! { <bdi class="card__title">{it}</bdi> })}
                <dl class="form-card">{parts.collect_view()}</dl>
            </div>
        </div>
    }
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
            assert_eq!((card.title.as_deref(), card.text.as_deref()), (Some("Tidal mug"), Some("34 €")));
            let link = Some("https://luna.example".to_owned());
            assert_eq!(card.buttons, [("See it".to_owned(), link), ("Ask".to_owned(), None)]);
        }
        let button =
            value(r#"{"template_type":"button","text":"Which?","buttons":[{"type":"postback","title":"Blue"}]}"#);
        assert_eq!(read(Some(&button), None)[0].text.as_deref(), Some("Which?"));
        for odd in ["{}", "[]", "1", r#"{"elements":3}"#, r#"{"elements":[{}]}"#] {
            assert_eq!(read(Some(&value(odd)), Some("Tidal".to_owned()))[0].title.as_deref(), Some("Tidal"), "{odd}");
        }
    }
}
