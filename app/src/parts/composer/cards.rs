//! Cards for the customer to tap, from what stands in a few fields.

use model::outgoing::{Button, Card, Template};

/// What Meta allows.
pub const CARDS_MOST: usize = 10;
const BUTTONS: usize = 3;

/// The fields of one card, in their order.
pub const FIELDS: [&str; 9] = [
    "Title",
    "Subtitle",
    "Picture link",
    "Button 1",
    "Link of button 1",
    "Button 2",
    "Link of button 2",
    "Button 3",
    "Link of button 3",
];
pub const SUBTITLE: usize = 1;
pub const PICTURE: usize = 2;
pub const FIRST_BUTTON: usize = 3;

/// What stands in them.
pub type Sheet = [String; FIELDS.len()];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// A text with buttons, and no cards.
    pub is_text: bool,
    /// Its title is the text.
    pub text: Sheet,
    pub sheets: Vec<Sheet>,
    /// Which card is before one.
    pub at: usize,
}

impl Default for Cards {
    fn default() -> Self {
        Self { is_text: false, text: Sheet::default(), sheets: vec![Sheet::default()], at: 0 }
    }
}

impl Cards {
    pub fn sheet(&self) -> Option<&Sheet> {
        if self.is_text { Some(&self.text) } else { self.sheets.get(self.at) }
    }

    pub fn write(&mut self, field: usize, words: String) {
        let sheet = if self.is_text { Some(&mut self.text) } else { self.sheets.get_mut(self.at) };
        if let Some(place) = sheet.and_then(|it| it.get_mut(field)) {
            *place = words;
        }
    }

    pub fn add(&mut self) {
        if self.sheets.len() < CARDS_MOST {
            self.sheets.push(Sheet::default());
            self.at = self.sheets.len() - 1;
        }
    }

    pub fn remove(&mut self) {
        if self.sheets.len() > 1 && self.at < self.sheets.len() {
            self.sheets.remove(self.at);
            self.at = self.at.min(self.sheets.len() - 1);
        }
    }

    pub fn template(&self) -> Template {
        if self.is_text {
            return Template::Button { text: self.text[0].trim().to_owned(), buttons: buttons(&self.text) };
        }
        Template::Generic { elements: self.sheets.iter().map(card).collect() }
    }
}

fn card(sheet: &Sheet) -> Card {
    let filled = |field: usize| Some(sheet[field].trim().to_owned()).filter(|it| !it.is_empty());
    Card {
        title: sheet[0].trim().to_owned(),
        subtitle: filled(SUBTITLE),
        image_url: filled(PICTURE),
        default_action: None,
        buttons: buttons(sheet),
    }
}

/// One with a link opens it; one without answers with its own words.
fn buttons(sheet: &Sheet) -> Vec<Button> {
    let pairs =
        sheet[FIRST_BUTTON..].chunks(2).take(BUTTONS).map(|it| (it[0].trim().to_owned(), it[1].trim().to_owned()));
    pairs
        .filter(|(title, url)| !title.is_empty() || !url.is_empty())
        .map(|(title, url)| {
            if url.is_empty() {
                Button::Postback { payload: title.clone(), title }
            } else {
                Button::WebUrl { title, url }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::outgoing::{Part, Reply, check};
    use model::platform::Platform;

    fn problems(cards: &Cards) -> Vec<String> {
        let parts = vec![Part::Template { template: cards.template() }];
        let reply =
            Reply { client_id: "c".to_owned(), parts, reply_to: None, comment: None, send_at: None, seen: None };
        check(Platform::Page, &reply, &[]).into_iter().map(|it| it.words).collect()
    }

    #[test]
    fn fields_become_a_card_that_can_be_sent() {
        let mut cards = Cards::default();
        assert_eq!(problems(&cards).len(), 2, "{:?}", problems(&cards));
        for (field, words) in
            [(0, " Tidal mug "), (1, "Blue"), (3, "I take it"), (5, "See it"), (6, "https://luna.example")]
        {
            cards.write(field, words.to_owned());
        }
        assert_eq!(problems(&cards), Vec::<String>::new());
        let Template::Generic { elements } = cards.template() else { panic!("a card") };
        let tap = Button::Postback { title: "I take it".to_owned(), payload: "I take it".to_owned() };
        let link = Button::WebUrl { title: "See it".to_owned(), url: "https://luna.example".to_owned() };
        assert_eq!((elements[0].title.as_str(), &elements[0].image_url), ("Tidal mug", &None));
        assert_eq!(elements[0].buttons, [tap, link]);
        cards.write(8, "luna".to_owned());
        assert_eq!(problems(&cards).len(), 2, "a button without words whose link is none");
    }

    #[test]
    fn cards_are_added_up_to_ten_and_one_stays() {
        let mut cards = Cards::default();
        (0..20).for_each(|_| cards.add());
        assert_eq!((cards.sheets.len(), cards.at), (CARDS_MOST, CARDS_MOST - 1));
        (0..20).for_each(|_| cards.remove());
        assert_eq!((cards.sheets.len(), cards.at), (1, 0));
    }

    #[test]
    fn a_text_with_buttons_is_one_of_its_own() {
        let mut cards = Cards { is_text: true, ..Cards::default() };
        cards.write(0, "Anything else?".to_owned());
        cards.write(FIRST_BUTTON, "No, thanks".to_owned());
        assert!(matches!(cards.template(), Template::Button { buttons, .. } if buttons.len() == 1));
        assert_eq!(problems(&cards), Vec::<String>::new());
        cards.is_text = false;
        assert_eq!(cards.sheet(), Some(&Sheet::default()), "the cards are as they were");
    }
}
