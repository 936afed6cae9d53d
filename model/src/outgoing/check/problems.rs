//! What was found, and the looks that many parts need.

use super::Problem;
use crate::texts::{joined, place_of};

#[derive(Debug, Default)]
pub struct Problems {
    part: Option<usize>,
    found: Vec<Problem>,
}

impl Problems {
    /// What is said from now on is said of this part.
    pub fn begin(&mut self, part: usize) {
        self.part = Some(part);
    }

    pub fn say(&mut self, words: impl Into<String>) {
        self.found.push(Problem { part: self.part, words: words.into() });
    }

    pub fn found(self) -> Vec<Problem> {
        self.found
    }

    /// A text that Meta wants and limits. `what` as in "the title of button 2".
    pub fn look_at(&mut self, what: &str, text: &str, most: usize) {
        let n_chars = text.chars().count();
        if text.trim().is_empty() {
            self.say(format!("{} is missing.", capital(what)));
        } else if n_chars > most {
            let (n, most) = (figure(n_chars), figure(most));
            self.say(format!("{} is {n} characters, {most} are the most.", capital(what)));
        }
        self.look_for_nul(&capital(what), text);
    }

    pub fn look_at_url(&mut self, what: &str, url: &str, schemes: &[&str]) {
        if !is_url(url, schemes) {
            let schemes: Vec<_> = schemes.iter().map(|it| format!("{it}://")).collect();
            self.say(format!("The address of {what} is not one that begins with {}.", joined(&schemes, " or ")));
        }
    }

    /// What Meta calls something.
    pub fn look_at_id(&mut self, what: &str, id: &str) {
        let is_allowed = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
        if id.is_empty() || id.len() > 200 || !id.bytes().all(is_allowed) {
            self.say(format!("The id of {what} is not one of Meta's."));
        }
    }

    /// Postgres cannot keep it.
    pub fn look_for_nul(&mut self, what: &str, text: &str) {
        if text.contains('\0') {
            self.say(format!("{what} holds a character that cannot be sent."));
        }
    }
}

fn is_url(url: &str, schemes: &[&str]) -> bool {
    let Some(at) = place_of(url, "://") else { return false };
    let (scheme, rest) = (&url[..at], &url[at + 3..]);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    schemes.iter().any(|it| scheme.eq_ignore_ascii_case(it))
        && !host.is_empty()
        && !host.starts_with(':')
        && !url.chars().any(|it| it.is_whitespace() || it.is_control())
}

fn capital(what: &str) -> String {
    let mut what = what.to_owned();
    if let Some(first) = what.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    what
}

/// 1240 is "1,240".
pub fn figure(n: usize) -> String {
    let digits = n.to_string();
    let mut figure = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            figure.push(',');
        }
        figure.push(digit);
    }
    figure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_by_thousands() {
        let figures = [0, 13, 999, 1000, 1240, 1_234_567].map(figure);
        assert_eq!(figures, ["0", "13", "999", "1,000", "1,240", "1,234,567"]);
    }

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        let web = ["http", "https"];
        for url in ["https://shop.example/kettle?a=1#b", "HTTP://shop.example", "https://me@shop.example:443/"] {
            assert!(is_url(url, &web), "{url}");
        }
        let wrong = [
            "",
            "shop.example",
            "https://",
            "https:///kettle",
            "https://?a",
            "https://me@/",
            "https://:443/",
            "javascript://shop.example",
            "ftp://shop.example",
            "https://shop.example/two mugs",
            "https://shop.example/\0",
            " https://shop.example",
        ];
        for url in wrong {
            assert!(!is_url(url, &web), "{url}");
        }
        assert!(!is_url("http://shop.example", &["https"]));
    }
}
