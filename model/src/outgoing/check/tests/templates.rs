use super::{FINE, INSTAGRAM, MESSENGER, of};
use crate::outgoing::{Button, Card, DefaultAction, Part, ProductRef, Template};

fn open(title: &str, url: &str) -> Button {
    Button::WebUrl { title: title.to_owned(), url: url.to_owned() }
}

fn postback(title: &str, payload: &str) -> Button {
    Button::Postback { title: title.to_owned(), payload: payload.to_owned() }
}

fn card() -> Card {
    Card { title: "Blue kettle".to_owned(), subtitle: Some("1.7 l".to_owned()), ..Card::default() }
}

fn cards(elements: Vec<Card>) -> Part {
    Part::Template { template: Template::Generic { elements } }
}

fn asks(text: &str, buttons: Vec<Button>) -> Part {
    Part::Template { template: Template::Button { text: text.to_owned(), buttons } }
}

#[test]
fn there_are_one_to_ten_cards() {
    assert_eq!(of(INSTAGRAM, cards(vec![card(); 10])), FINE);
    assert_eq!(of(INSTAGRAM, cards(vec![])), ["There are 0 cards, 1 to 10 can be sent."]);
    assert_eq!(of(INSTAGRAM, cards(vec![card(); 11])), ["There are 11 cards, 1 to 10 can be sent."]);
}

#[test]
fn a_card_has_short_texts_and_more_than_a_title() {
    let at_most = Card { title: "ä".repeat(80), subtitle: Some("ä".repeat(80)), ..Card::default() };
    assert_eq!(of(MESSENGER, cards(vec![at_most])), FINE);
    let longer = Card { title: "a".repeat(81), subtitle: Some("a".repeat(81)), ..Card::default() };
    assert_eq!(
        of(MESSENGER, cards(vec![card(), longer])),
        [
            "The title of card 2 is 81 characters, 80 are the most.",
            "The subtitle of card 2 is 81 characters, 80 are the most.",
        ]
    );
    let said = of(MESSENGER, cards(vec![Card { subtitle: None, ..card() }]));
    assert_eq!(said, ["A title alone is no card: card 1 needs a subtitle, a picture, a link or a button."]);
    let said = of(MESSENGER, cards(vec![Card { title: String::new(), ..card() }]));
    assert_eq!(said, ["The title of card 1 is missing."]);
}

#[test]
fn each_property_beside_the_title_makes_a_card() {
    let title = || Card { subtitle: None, ..card() };
    let shop = "https://shop.example/kettle";
    let one_more = [
        Card { image_url: Some("https://cdn.example/kettle.jpg".to_owned()), ..title() },
        Card { default_action: Some(DefaultAction::WebUrl { url: shop.to_owned() }), ..title() },
        Card { buttons: vec![open("View", shop)], ..title() },
    ];
    for card in one_more {
        assert_eq!(of(INSTAGRAM, cards(vec![card])), FINE);
    }
}

#[test]
fn addresses_in_a_card_are_of_the_web() {
    let wrong = Card {
        image_url: Some("kettle.jpg".to_owned()),
        default_action: Some(DefaultAction::WebUrl { url: "javascript:alert(1)".to_owned() }),
        buttons: vec![open("View", "shop.example")],
        ..card()
    };
    let begins = "is not one that begins with http:// or https://.";
    let said = ["the picture of card 1", "the page of card 1", "button 1 of card 1"];
    let said = said.map(|it| format!("The address of {it} {begins}"));
    assert_eq!(of(INSTAGRAM, cards(vec![wrong])), said);
}

#[test]
fn there_are_one_to_three_buttons_under_a_text() {
    let button = postback("No, thanks", "DONE");
    assert_eq!(of(INSTAGRAM, asks(&"a".repeat(640), vec![button.clone(); 3])), FINE);
    assert_eq!(of(INSTAGRAM, asks("a", vec![])), ["There is no button."]);
    assert_eq!(of(INSTAGRAM, asks("a", vec![button.clone(); 4])), ["There are 4 buttons, 3 are the most."]);
    let said = of(INSTAGRAM, asks(&"a".repeat(641), vec![button.clone()]));
    assert_eq!(said, ["The text above the buttons is 641 characters, 640 are the most."]);
    assert_eq!(of(INSTAGRAM, cards(vec![Card { buttons: vec![button; 4], ..card() }])).len(), 1);
}

#[test]
fn a_button_has_a_short_title_and_a_short_payload() {
    assert_eq!(of(MESSENGER, asks("a", vec![postback(&"ä".repeat(20), &"p".repeat(1000))])), FINE);
    assert_eq!(
        of(MESSENGER, asks("a", vec![postback(&"ä".repeat(21), &"p".repeat(1001))])),
        [
            "The title of button 1 is 21 characters, 20 are the most.",
            "The payload of button 1 is 1,001 characters, 1,000 are the most.",
        ]
    );
    let said = of(MESSENGER, asks("a", vec![postback("", "")]));
    assert_eq!(said, ["The title of button 1 is missing.", "The payload of button 1 is missing."]);
}

#[test]
fn only_messenger_calls_and_only_whole_numbers() {
    let call =
        |number: &str| asks("a", vec![Button::PhoneNumber { title: "Call".to_owned(), payload: number.to_owned() }]);
    assert_eq!(of(MESSENGER, call("+49 30 901820")), FINE);
    assert_eq!(of(INSTAGRAM, call("+4930901820")), ["A button that calls a number works on Messenger only."]);
    for wrong in ["", "030901820", "+49", "+49-30-901820", "+1234567890123456"] {
        let said = of(MESSENGER, call(wrong));
        assert_eq!(said, ["The number of button 1 begins with + and has digits only."], "{wrong}");
    }
}

#[test]
fn there_are_one_to_ten_products() {
    let products = |n| {
        let elements = vec![ProductRef { id: "7185051602957990".to_owned() }; n];
        Part::Template { template: Template::Product { elements } }
    };
    assert_eq!(of(INSTAGRAM, products(10)), FINE);
    assert_eq!(of(INSTAGRAM, products(11)), ["There are 11 products, 1 to 10 can be sent."]);
    let nameless = Template::Product { elements: vec![ProductRef { id: " ".to_owned() }] };
    assert_eq!(of(MESSENGER, Part::Template { template: nameless }), ["The id of product 1 is not one of Meta's."]);
}
