//! The sentence about the reply window, and the ring before it.

use super::standing::{Open, Shut, Standing};
use crate::parts::icon::Symbol;
use crate::state::clock::Clock;
use model::time::{HOUR_S, Timestamp};
use model::window::{HUMAN_AGENT_S, STANDARD_S, left_words};

/// Less than this is soon.
const SOON_S: i64 = 2 * HOUR_S;
/// A ring with less than this left would look empty.
const LEAST_ARC: f64 = 0.06;

/// What is announced when it changes, and gives the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Standard,
    StandardSoon,
    Tag,
    TagSoon,
    Comment,
}

impl Kind {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Standard | Self::Comment => "window",
            Self::StandardSoon | Self::TagSoon => "window window--soon",
            Self::Tag => "window window--tag",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    pub kind: Kind,
    pub long: String,
    /// The same on a phone.
    pub short: String,
    /// How much of it is left, from 0 to 1.
    pub left: f64,
}

/// Of a composer that is about to be shut or not yet there.
pub const FALLBACK: Open = Open::Comment { ends_at: None };

pub fn open(open: Open, clock: Clock) -> Words {
    let now = clock.now.get();
    let both = |kind, words: String, left| Words { kind, short: words.clone(), long: words, left };
    match open {
        Open::Standard { ends_at } => {
            let left_s = left_s(ends_at, now);
            let kind = if left_s < SOON_S { Kind::StandardSoon } else { Kind::Standard };
            both(kind, format!("Free reply for {}", left_words(left_s * 1000)), share(left_s, STANDARD_S))
        }
        Open::HumanAgent { ends_at } => {
            let left_s = left_s(ends_at, now);
            let left = share(left_s, HUMAN_AGENT_S - STANDARD_S);
            if left_s < SOON_S {
                return both(Kind::TagSoon, format!("Human-agent tag for {} more", left_words(left_s * 1000)), left);
            }
            let until = until(ends_at, clock);
            Words {
                kind: Kind::Tag,
                long: format!("Sends with the human-agent tag until {until}"),
                short: format!("Human-agent tag until {until}"),
                left,
            }
        }
        Open::Comment { ends_at } => {
            let words = ends_at.map_or_else(
                || "One private reply to this comment".to_owned(),
                |it| format!("One private reply until {}", until(it, clock)),
            );
            both(Kind::Comment, words, 1.0)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutWords {
    pub title: String,
    pub text: String,
}

/// Why nothing can be written, and what can be done.
pub fn shut(why: &Shut, platform: &str, account: &str, contact: &str, clock: Clock) -> ShutWords {
    let closed = |since: Timestamp| format!("Closed since {}: you can write again when they do", day(since, clock));
    let (title, text) = match why {
        Shut::Closed { since } => {
            (closed(*since), format!("{platform} allows replies for seven days after a customer’s last message."))
        }
        Shut::TagRefused { since } => (
            closed(*since),
            "Meta does not allow this account the human-agent tag, so replies end 24 hours after the customer’s last \
             message. An admin can apply for it at Meta."
                .to_owned(),
        ),
        Shut::NeverWrote => (
            format!("{contact} has not written yet"),
            format!("{platform} lets a business answer, but not begin. You can write as soon as they do."),
        ),
        Shut::CannotSend => (
            format!("{account} can’t send"),
            "An admin has to reconnect it. What customers write still arrives.".to_owned(),
        ),
        Shut::Blocked => ("Blocked".to_owned(), "What they write is kept and bothers nobody.".to_owned()),
        Shut::Bot { name } => {
            (format!("{} is answering", name.as_deref().unwrap_or("The bot")), "Take over to write.".to_owned())
        }
        Shut::OtherApp { app } => (
            format!("{} has this conversation", app.as_deref().unwrap_or("Another app")),
            "Take over to write.".to_owned(),
        ),
    };
    ShutWords { title, text }
}

pub const fn icon(why: &Shut) -> Symbol {
    match why {
        Shut::Closed { .. } | Shut::TagRefused { .. } | Shut::NeverWrote | Shut::Blocked => Symbol::Lock,
        Shut::CannotSend => Symbol::Alert,
        Shut::Bot { .. } => Symbol::Bot,
        Shut::OtherApp { .. } => Symbol::HandOver,
    }
}

/// While it is this close, the words change with every second.
pub fn is_at_the_edge(standing: &Standing, now: Timestamp) -> bool {
    standing.ends_at().is_some_and(|it| (1..=90_000).contains(&it.since_ms(now)))
}

fn left_s(ends_at: Timestamp, now: Timestamp) -> i64 {
    (ends_at.since_ms(now) / 1000).max(0)
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a week")]
fn share(left_s: i64, whole_s: i64) -> f64 {
    (left_s as f64 / whole_s as f64).clamp(LEAST_ARC, 1.0)
}

/// "Thu 14:05". Before the page is live it is not known in whose time, so it says which.
fn until(at: Timestamp, clock: Clock) -> String {
    let utc = if clock.is_local.get() { "" } else { " UTC" };
    format!("{}{utc}", clock.moment(at))
}

/// "Monday" within a week, "12 Nov" before.
fn day(at: Timestamp, clock: Clock) -> String {
    let (today, day) = (clock.day(clock.now.get()), clock.day(at));
    match today.0 - day.0 {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..=6 => day.weekday().to_owned(),
        _ => clock.short(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::{Owner, RwSignal};
    use model::time::{DAY_S, MINUTE_S};

    /// Friday 20 November 2026, 14:05 UTC.
    const NOW: Timestamp = Timestamp(1_795_183_500_000);
    const MINUTE: i64 = MINUTE_S;

    fn with_clock<T>(of: impl FnOnce(Clock) -> T) -> T {
        Owner::new().with(|| of(Clock { now: RwSignal::new(NOW), is_local: RwSignal::new(false) }))
    }

    fn standard(left_s: i64) -> Words {
        with_clock(|clock| open(Open::Standard { ends_at: NOW.plus_s(left_s) }, clock))
    }

    fn tag(left_s: i64) -> Words {
        with_clock(|clock| open(Open::HumanAgent { ends_at: NOW.plus_s(left_s) }, clock))
    }

    #[test]
    fn a_free_reply_says_how_long() {
        let list = [
            (23 * HOUR_S + 48 * MINUTE, Kind::Standard, "Free reply for 23 h 48 min"),
            (3 * HOUR_S, Kind::Standard, "Free reply for 3 h"),
            (2 * HOUR_S, Kind::Standard, "Free reply for 2 h"),
            (2 * HOUR_S - 1, Kind::StandardSoon, "Free reply for 1 h 59 min"),
            (38 * MINUTE + 59, Kind::StandardSoon, "Free reply for 38 min"),
            (59, Kind::StandardSoon, "Free reply for less than a minute"),
        ];
        for (left_s, kind, words) in list {
            let got = standard(left_s);
            assert_eq!((got.kind, got.long.as_str()), (kind, words));
            assert_eq!(got.long, got.short);
        }
    }

    #[test]
    fn the_tag_says_until_when_and_in_whose_time() {
        let words = tag(5 * DAY_S);
        assert_eq!(
            (words.kind, words.long.as_str()),
            (Kind::Tag, "Sends with the human-agent tag until Wed 14:05 UTC")
        );
        assert_eq!(words.short, "Human-agent tag until Wed 14:05 UTC");
        let soon = tag(HOUR_S + 20 * MINUTE);
        assert_eq!((soon.kind, soon.long.as_str()), (Kind::TagSoon, "Human-agent tag for 1 h 20 min more"));
    }

    #[test]
    fn a_ring_is_never_empty_while_something_is_left() {
        let hundredths = |it: Words| format!("{:.0}", it.left * 100.0);
        assert_eq!([standard(DAY_S), standard(12 * HOUR_S), standard(1)].map(hundredths), ["100", "50", "6"]);
        assert_eq!(hundredths(tag(3 * DAY_S)), "50");
    }

    #[test]
    fn a_closed_window_says_since_when() {
        let since = |days: i64| {
            with_clock(|clock| shut(&Shut::Closed { since: NOW.plus_s(-days * DAY_S) }, "Instagram", "", "", clock))
        };
        let days: Vec<_> = [0, 1, 4, 6, 8, 265].map(|it| since(it).title).into();
        let expected = ["today", "yesterday", "Monday", "Saturday", "12 Nov", "28 Feb"]
            .map(|it| format!("Closed since {it}: you can write again when they do"));
        assert_eq!(days, expected);
    }

    #[test]
    fn whoever_answers_is_named_if_known() {
        let title = |why: &Shut| with_clock(|clock| shut(why, "Messenger", "Luna Studio", "Hannah", clock).title);
        assert_eq!(title(&Shut::Bot { name: Some("Luna Bot".to_owned()) }), "Luna Bot is answering");
        assert_eq!(title(&Shut::OtherApp { app: None }), "Another app has this conversation");
        assert_eq!(title(&Shut::Blocked), "Blocked");
        assert_eq!(title(&Shut::CannotSend), "Luna Studio can’t send");
        assert_eq!(title(&Shut::NeverWrote), "Hannah has not written yet");
    }

    #[test]
    fn the_last_minute_is_counted_in_seconds() {
        let standing = |left_s: i64| Standing::Open(Open::Standard { ends_at: NOW.plus_s(left_s) });
        assert_eq!(
            [3600, 90, 1, 0, -1].map(|it| is_at_the_edge(&standing(it), NOW)),
            [false, true, true, false, false]
        );
        assert!(!is_at_the_edge(&Standing::Shut(Shut::NeverWrote), NOW));
    }
}
