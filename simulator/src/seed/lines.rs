//! Reads the conversations of `simulator/seed/*.txt`:
//!
//! ```text
//! # Name | account | username | picture | who writes by itself (script.rs), or `bot`
//! @ 7d22h            so long ago is the next line; those after it follow minutes later
//! + 20m              a pause
//! < text             the customer writes          < [photo chip-1 chip-2] text   or does something
//! > text             the shop writes              b> text                        its bot writes
//! ```

use super::{CERAMICS, PAGE, STUDIO};

const MINUTE_MS: i64 = 60_000;

pub struct Person {
    pub name: &'static str,
    pub account_id: &'static str,
    pub username: Option<&'static str>,
    pub picture: Option<&'static str>,
    pub script: Option<&'static str>,
    pub lines: Vec<Line>,
}

#[derive(Debug)]
pub struct Line {
    pub ago_ms: i64,
    pub by: By,
    /// The word in brackets, and what follows it there.
    pub deed: &'static str,
    pub with: &'static str,
    pub text: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Customer,
    Shop,
    Bot,
}

/// Everybody, and the lines that could not be read: none, says a test.
pub fn people() -> (Vec<Person>, Vec<&'static str>) {
    let texts = [
        include_str!("../../seed/first.txt"),
        include_str!("../../seed/ceramics.txt"),
        include_str!("../../seed/studio.txt"),
        include_str!("../../seed/page.txt"),
    ];
    let mut people: Vec<Person> = Vec::new();
    let mut unread = Vec::new();
    let mut ago_ms = 0;
    for line in texts.into_iter().flat_map(str::lines).filter(|it| !it.trim().is_empty() && !it.starts_with("//")) {
        let Some((sign, rest)) = line.split_once(' ') else {
            unread.push(line);
            continue;
        };
        let read = match (sign, people.last_mut()) {
            ("#", _) => person(rest).map(|it| people.push(it)),
            ("@", _) => duration_ms(rest).map(|it| ago_ms = it),
            ("+", _) => duration_ms(rest).map(|it| ago_ms -= it),
            ("<" | ">" | "b>", Some(person)) => said(sign, rest, ago_ms).map(|it| {
                // People need a little while for a line, and not always the same.
                let pause_s = 40 + i64::try_from(rest.len() * 7 % 60).unwrap_or(0);
                ago_ms -= pause_s * 1_000;
                person.lines.push(it);
            }),
            _ => None,
        };
        if read.is_none() {
            unread.push(line);
        }
    }
    for person in &mut people {
        keep_in_the_past(&mut person.lines);
    }
    (people, unread)
}

fn person(rest: &'static str) -> Option<Person> {
    let [name, account, username, picture, script] = columns(rest);
    let account_id = match account {
        "ceramics" => CERAMICS,
        "studio" => STUDIO,
        "page" => PAGE,
        _ => return None,
    };
    let some = |it: &'static str| (!it.is_empty()).then_some(it);
    Some(Person {
        name,
        account_id,
        username: some(username),
        picture: some(picture),
        script: some(script),
        lines: Vec::new(),
    })
}

fn columns(rest: &'static str) -> [&'static str; 5] {
    let mut columns = [""; 5];
    for (column, value) in columns.iter_mut().zip(rest.split('|')) {
        *column = value.trim();
    }
    columns
}

fn said(sign: &str, rest: &'static str, ago_ms: i64) -> Option<Line> {
    let by = match sign {
        "<" => By::Customer,
        ">" => By::Shop,
        _ => By::Bot,
    };
    let (deed, text) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let (deed, with) = deed.split_once(' ').unwrap_or((deed, ""));
    Some(Line { ago_ms, by, deed, with, text: text.trim() })
}

/// `7d22h`, `20m`.
fn duration_ms(text: &str) -> Option<i64> {
    let mut total_ms = 0;
    let mut number = 0;
    for it in text.trim().chars() {
        let unit = match it {
            'd' => 24 * 60 * MINUTE_MS,
            'h' => 60 * MINUTE_MS,
            'm' => MINUTE_MS,
            _ => {
                number = number * 10 + i64::from(it.to_digit(10)?);
                continue;
            }
        };
        total_ms += number * unit;
        number = 0;
    }
    (number == 0).then_some(total_ms)
}

/// A long exchange that began a moment ago has not run ahead of the clock.
fn keep_in_the_past(lines: &mut [Line]) {
    let mut at_least_ms = 20_000;
    for line in lines.iter_mut().rev() {
        line.ago_ms = line.ago_ms.max(at_least_ms);
        at_least_ms = line.ago_ms + 1_000;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_demo_is_read() {
        let (people, unread) = people();
        assert_eq!(unread, [""; 0]);
        assert!(people.len() >= 110, "{}", people.len());
        assert!(people.iter().any(|it| it.lines.len() > 60), "a long thread");
        for person in &people {
            assert!(!person.lines.is_empty(), "{}", person.name);
            assert!(person.lines.windows(2).all(|it| it[0].ago_ms > it[1].ago_ms), "{}: in order", person.name);
        }
    }

    #[test]
    fn durations_are_of_days_hours_and_minutes() {
        assert_eq!(duration_ms("1d2h3m"), Some(((24 + 2) * 60 + 3) * MINUTE_MS));
        assert_eq!((duration_ms("5"), duration_ms("x")), (None, None));
    }
}
