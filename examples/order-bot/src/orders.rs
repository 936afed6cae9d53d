//! What the bot knows, and what it says. A shop would ask its own database here.

/// Number and what has become of it.
const ORDERS: [(&str, &str); 3] = [
    ("4127", "was delivered on Tuesday"),
    ("4138", "is packed and can be picked up in the shop"),
    ("4140", "left on Monday and arrives within two days"),
];

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Say(String),
    HandOver { reason: String, summary: String },
}

pub(crate) fn answer(text: &str) -> Reply {
    let number = text.split(|it: char| !it.is_ascii_digit()).find(|it| it.len() == 4);
    let words = text.to_lowercase();
    let is_about_an_order = ["order", "parcel", "delivery"].iter().any(|it| words.contains(it));
    match number {
        Some(number) => match ORDERS.iter().find(|it| it.0 == number) {
            Some((_, state)) => Reply::Say(format!("Your order {number} {state}.")),
            None => hand_over(&format!("There is no order {number}."), text),
        },
        None if is_about_an_order => {
            Reply::Say("Which order is it? Its number has four digits and stands in the confirmation.".to_owned())
        }
        None => hand_over("This is not about an order.", text),
    }
}

fn hand_over(reason: &str, text: &str) -> Reply {
    Reply::HandOver { reason: reason.to_owned(), summary: format!("The customer wrote: {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_answered_and_everything_else_is_handed_over() {
        let say = |text: &str| Reply::Say(text.to_owned());
        assert_eq!(answer("Where is order 4127?"), say("Your order 4127 was delivered on Tuesday."));
        assert!(matches!(answer("Where is my parcel?"), Reply::Say(text) if text.starts_with("Which order")));
        for text in ["Order 9999?", "Do you make blue mugs?", ""] {
            assert!(matches!(answer(text), Reply::HandOver { .. }), "{text}");
        }
    }
}
