//! What people are called and what they say.

use super::dice::Dice;

const FIRST: [&str; 40] = [
    "Hannah", "Jonas", "Amira", "Kwame", "Helena", "Mateo", "Sofia", "Yuki", "Priya", "Liam", "Chloé", "Zoë", "Noor",
    "Ömer", "Ingrid", "Luca", "Fatima", "Diego", "Anna", "Bram", "Carla", "Dmitri", "Elif", "Farah", "Greta", "Hugo",
    "Isla", "João", "Katya", "Lena", "Marek", "Nadia", "Oskar", "Paula", "Quinn", "Rosa", "Stefan", "Tara", "Uma",
    "Wim",
];
const LAST: [&str; 40] = [
    "Okafor", "Lind", "Haddad", "Mensah", "Costa", "García", "Rossi", "Tanaka", "Sharma", "Murphy", "Dubois", "Visser",
    "Khan", "Yılmaz", "Larsen", "Ferrari", "Ali", "Torres", "Novak", "de Vries", "Silva", "Ivanov", "Demir", "Rahman",
    "Schmidt", "Blom", "Campbell", "Pereira", "Petrova", "Weber", "Kowalski", "Aziz", "Berg", "Moreno", "Reilly",
    "Santos", "Keller", "Byrne", "Patel", "Jansen",
];
const SENTENCES: [&str; 31] = [
    "Hi! Do you still have the blue kettle in stock?",
    "Do you ship to Norway?",
    "Thank you so much!",
    "The parcel came today, and one bowl is broken.",
    "I am sorry to hear that.",
    "Could you send us a photo of it?",
    "We will send you a new one tomorrow.",
    "What does it cost with engraving?",
    "How long does it take?",
    "About ten days from the kiln to you.",
    "Is the glaze safe for food?",
    "Yes, all of our glazes are.",
    "Can I pick it up on Saturday?",
    "We are open from ten to four.",
    "I ordered the wrong size.",
    "No problem, send it back to us within thirty days.",
    "Which clay is this made of?",
    "Stoneware, fired twice.",
    "Wow, that looks lovely 😍",
    "Do you also give courses?",
    "On Thursday evenings, for eight people.",
    "I never got a confirmation by mail.",
    "Could you tell me the number of your order?",
    "Perfect.",
    "Ok",
    "Can two of the mugs be green and the other four white? They are a present for my sister, who moves house in June.",
    "Do you have a discount for restaurants? We need forty plates, forty bowls and some serving dishes by September.",
    "Let me ask my colleague in the workshop, I will come back to you this afternoon.",
    "Gibt es die Tasse auch in Grau?",
    "¿Hacen envíos a Canarias?",
    "See you then 👋",
];
const ORDER: &str = "It is ";
/// Numbers of five digits.
const ORDERS: u64 = 90_000;
const EMOJI: [&str; 5] = ["❤", "👍", "😍", "😂", "🙏"];

pub fn name(dice: &mut Dice) -> String {
    format!("{} {}", dice.pick(&FIRST), dice.pick(&LAST))
}

/// As nobody else is called.
pub fn username(name: &str, number: u32) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic).map(|it| it.to_ascii_lowercase());
    letters.chain(format!(".{number}").chars()).collect()
}

pub fn text(dice: &mut Dice) -> String {
    let mut text = sentence(dice);
    while dice.of_thousand(300) {
        text.push(' ');
        text.push_str(&sentence(dice));
    }
    text
}

/// Now and then somebody tells a number that hardly anybody else tells.
fn sentence(dice: &mut Dice) -> String {
    match dice.below(SENTENCES.len() as u64 + 1) {
        0 => format!("{ORDER}{}.", 10_000 + dice.below(ORDERS)),
        _ => (*dice.pick(&SENTENCES)).to_owned(),
    }
}

/// The number of an order that is told in the text.
pub fn order(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(ORDER)?;
    rest.split_once('.').map(|it| it.0)
}

pub fn emoji(dice: &mut Dice) -> &'static str {
    let emoji: &&str = dice.pick(&EMOJI);
    emoji
}
