//! Cards with buttons.

use super::problems::{Problems, figure};
use crate::outgoing::{Button, Card, DefaultAction, Template};
use crate::platform::Platform;
use std::ops::RangeInclusive;

const ELEMENTS: RangeInclusive<usize> = 1..=10;
const CARD_TEXT_MOST: usize = 80;
const BUTTON_TEXT_MOST: usize = 640;
const BUTTONS_MOST: usize = 3;
const TITLE_MOST: usize = 20;
const PAYLOAD_MOST: usize = 1000;
const WEB: [&str; 2] = ["http", "https"];

pub fn check(platform: Platform, template: &Template, problems: &mut Problems) {
    match template {
        Template::Generic { elements } if is_within("cards", elements.len(), problems) => {
            for (place, card) in elements.iter().enumerate() {
                check_card(platform, &format!("card {}", place + 1), card, problems);
            }
        }
        Template::Product { elements } if is_within("products", elements.len(), problems) => {
            for (place, product) in elements.iter().enumerate() {
                problems.look_at_id(&format!("product {}", place + 1), &product.id);
            }
        }
        Template::Generic { .. } | Template::Product { .. } => {}
        Template::Button { text, buttons } => {
            problems.look_at("the text above the buttons", text, BUTTON_TEXT_MOST);
            if buttons.is_empty() {
                problems.say("There is no button.");
            }
            check_buttons(platform, "", buttons, problems);
        }
    }
}

fn is_within(what: &str, n: usize, problems: &mut Problems) -> bool {
    if !ELEMENTS.contains(&n) {
        let (least, most) = ELEMENTS.into_inner();
        problems.say(format!("There are {} {what}, {least} to {most} can be sent.", figure(n)));
    }
    ELEMENTS.contains(&n)
}

fn check_card(platform: Platform, which: &str, card: &Card, problems: &mut Problems) {
    problems.look_at(&format!("the title of {which}"), &card.title, CARD_TEXT_MOST);
    if let Some(subtitle) = &card.subtitle {
        problems.look_at(&format!("the subtitle of {which}"), subtitle, CARD_TEXT_MOST);
    }
    if let Some(url) = &card.image_url {
        problems.look_at_url(&format!("the picture of {which}"), url, &WEB);
    }
    if let Some(DefaultAction::WebUrl { url }) = &card.default_action {
        problems.look_at_url(&format!("the page of {which}"), url, &WEB);
    }
    let is_bare = card.subtitle.is_none() && card.image_url.is_none() && card.default_action.is_none();
    if is_bare && card.buttons.is_empty() {
        problems.say(format!("A title alone is no card: {which} needs a subtitle, a picture, a link or a button."));
    }
    check_buttons(platform, &format!(" of {which}"), &card.buttons, problems);
}

fn check_buttons(platform: Platform, of: &str, buttons: &[Button], problems: &mut Problems) {
    if buttons.len() > BUTTONS_MOST {
        let n = figure(buttons.len());
        return problems.say(format!("There are {n} buttons, {BUTTONS_MOST} are the most."));
    }
    for (place, button) in buttons.iter().enumerate() {
        check_button(platform, &format!("button {}{of}", place + 1), button, problems);
    }
}

fn check_button(platform: Platform, which: &str, button: &Button, problems: &mut Problems) {
    let (Button::WebUrl { title, .. } | Button::Postback { title, .. } | Button::PhoneNumber { title, .. }) = button;
    problems.look_at(&format!("the title of {which}"), title, TITLE_MOST);
    match button {
        Button::WebUrl { url, .. } => problems.look_at_url(which, url, &WEB),
        Button::Postback { payload, .. } => {
            problems.look_at(&format!("the payload of {which}"), payload, PAYLOAD_MOST);
        }
        Button::PhoneNumber { .. } if platform == Platform::Instagram => {
            problems.say("A button that calls a number works on Messenger only.");
        }
        Button::PhoneNumber { payload, .. } if !is_phone_number(payload) => {
            problems.say(format!("The number of {which} begins with + and has digits only."));
        }
        Button::PhoneNumber { .. } => {}
    }
}

fn is_phone_number(number: &str) -> bool {
    let digits = number.strip_prefix('+').map(|it| it.replace(' ', "")).unwrap_or_default();
    (4..=15).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
}
