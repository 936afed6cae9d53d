//! Markup written as text, escaped on the way. For what is only shown: lines of a thread have so many
//! shapes that a view for each of their parts would be a third of the bundle, and text is none.
//! Server and browser write the same.

use crate::assets::IconSheet;
use crate::parts::avatar::Faces;
use crate::parts::icon::Symbol;
use leptos::context::use_context;
use std::fmt::Write as _;

/// A name and a value.
pub type Attribute<'a> = (&'static str, &'a str);

#[derive(Debug, Clone)]
pub struct Markup {
    text: String,
    /// Where the icons are.
    sheet: String,
    faces: Faces,
}

impl Markup {
    pub fn new(sheet: String) -> Self {
        Self::with_faces(sheet, Faces::default())
    }

    pub const fn with_faces(sheet: String, faces: Faces) -> Self {
        Self { text: String::new(), sheet, faces }
    }

    /// With the icons of the page that is open, and the pictures of our own people.
    pub fn of_page() -> Self {
        Self::with_faces(use_context::<IconSheet>().unwrap_or_default().0, use_context::<Faces>().unwrap_or_default())
    }

    /// Another one for the same page.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::with_faces(self.sheet.clone(), self.faces.clone())
    }

    pub const fn faces(&self) -> &Faces {
        &self.faces
    }

    pub fn open(&mut self, tag: &'static str, class: &str) {
        self.open_with(tag, class, &[]);
    }

    pub fn open_with(&mut self, tag: &'static str, class: &str, attributes: &[Attribute<'_>]) {
        self.text.push('<');
        self.text.push_str(tag);
        if !class.is_empty() {
            self.attribute("class", class);
        }
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.text.push('>');
    }

    pub fn close(&mut self, tag: &'static str) {
        // Infallible: it is a string.
        _ = write!(self.text, "</{tag}>");
    }

    pub fn text(&mut self, text: &str) {
        for it in text.chars() {
            match it {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                it => self.text.push(it),
            }
        }
    }

    /// An element with nothing but words in it.
    pub fn leaf(&mut self, tag: &'static str, class: &str, text: &str) {
        self.open(tag, class);
        self.text(text);
        self.close(tag);
    }

    pub fn icon(&mut self, symbol: Symbol) {
        self.text.push_str("<svg class=\"icon\" aria-hidden=\"true\"><use");
        let href = format!("{}#i-{}", self.sheet, symbol.name());
        self.attribute("href", &href);
        self.text.push_str("></use></svg>");
    }

    /// A way out: the other side learns nothing of where it was followed. Whatever is no address of
    /// the web leads nowhere, and is only its words.
    pub fn link(&mut self, class: &str, url: &str, words: &str) {
        let begins = |with: &str| url.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
        if begins("https://") || begins("http://") {
            let rel = "noopener noreferrer nofollow external";
            self.open_with("a", class, &[("href", url), ("target", "_blank"), ("rel", rel)]);
            self.text(words);
            self.close("a");
        } else {
            self.text(words);
        }
    }

    /// What was written elsewhere in the same way.
    pub fn add(&mut self, other: &Self) {
        self.written(&other.text);
    }

    /// The same, as it was when it was done.
    pub fn written(&mut self, done: &str) {
        self.text.push_str(done);
    }

    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn done(self) -> String {
        self.text
    }

    fn attribute(&mut self, name: &'static str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.text(value);
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_stays_text() {
        let evil = "\"'><script>alert(1)</script>&amp;";
        let mut it = Markup::new("/icons.svg".to_owned());
        it.open_with("a", evil, &[("title", evil)]);
        it.text(evil);
        it.close("a");
        it.link("", evil, evil);
        it.icon(Symbol::Bag);
        let text = it.done();
        assert!(!text.contains("<script") && !text.contains("'>"), "{text}");
        let escaped = "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;";
        let icon = "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"/icons.svg#i-bag\"></use></svg>";
        assert_eq!(text, format!("<a class=\"{escaped}\" title=\"{escaped}\">{escaped}</a>{escaped}{icon}"));
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let written = |url: &str| {
            let mut it = Markup::new(String::new());
            it.link("", url, "words");
            it.done()
        };
        assert!(written("https://luna.example").starts_with("<a href=\"https://luna.example\" target=\"_blank\""));
        for url in ["javascript:alert(1)", "data:text/html,x", " https://luna.example", ""] {
            assert_eq!(written(url), "words");
        }
    }
}
