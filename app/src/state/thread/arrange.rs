//! Days, and runs of one sender: time and state stand once under the last of a run.

use crate::state::clock::Day;
use model::content::MessageKind;
use model::inbox::{Fate, Line, fate};
use model::person::PersonId;
use model::thread::{Author, Direction, MessageState};
use model::time::Timestamp;

/// Lines of one sender belong together while no more than this lies between them.
const PAUSE_MS: i64 = 5 * 60_000;

/// Where a line stands among its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// It is the first of its day.
    pub day: Option<Day>,
    pub run: Run,
    /// Who wrote it is said above it.
    pub has_author: bool,
    /// Time and state are said below it.
    pub has_meta: bool,
    /// It is the last that the customer has seen.
    pub is_last_seen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Run {
    #[default]
    Single,
    Start,
    Middle,
    End,
}

impl Run {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }

    pub const fn is_last(self) -> bool {
        matches!(self, Self::Single | Self::End)
    }
}

pub(super) fn places(
    lines: &[&Line],
    me: PersonId,
    delivered_until: Timestamp,
    seen_until: Timestamp,
    day: impl Fn(Timestamp) -> Day,
) -> Vec<Place> {
    let fate_of = |it: &Line| fate(it.direction, it.state, it.at, delivered_until, seen_until);
    let go_together = |a: Option<&&Line>, b: Option<&&Line>| match (a, b) {
        (Some(a), Some(b)) => {
            day(a.at) == day(b.at) && b.at.since_ms(a.at) <= PAUSE_MS && can_join(a, b, fate_of(a), fate_of(b))
        }
        _ => false,
    };
    let last_seen = lines.iter().rposition(|it| fate_of(it) == Some(Fate::Seen));
    let place = |n: usize| {
        let line = lines[n];
        let before = n.checked_sub(1).and_then(|it| lines.get(it));
        let after = lines.get(n + 1);
        let run = match (go_together(before, lines.get(n)), go_together(lines.get(n), after)) {
            (false, false) => Run::Single,
            (false, true) => Run::Start,
            (true, true) => Run::Middle,
            (true, false) => Run::End,
        };
        let is_first_of_day = before.is_none_or(|it| day(it.at) != day(line.at));
        Place {
            day: is_first_of_day.then(|| day(line.at)),
            run,
            has_author: matches!(run, Run::Single | Run::Start) && is_by_another(line, me),
            has_meta: run.is_last()
                || !line.edits.is_empty()
                || is_tapped(line)
                || after.is_some_and(|it| fate_of(it) != fate_of(line) || it.tagged != line.tagged),
            is_last_seen: last_seen == Some(n),
        }
    };
    (0..lines.len()).map(place).collect()
}

/// Notes and events stand alone; so does what went wrong, because of what can be done about it.
fn can_join(a: &Line, b: &Line, fate_a: Option<Fate>, fate_b: Option<Fate>) -> bool {
    let is_wrong = |it| matches!(it, Some(Fate::Failed | Fate::NotConfirmed));
    a.direction != Direction::Internal
        && a.direction == b.direction
        && a.author == b.author
        && a.author_id == b.author_id
        && !is_event(a)
        && !is_event(b)
        && !is_wrong(fate_a)
        && !is_wrong(fate_b)
}

pub fn is_event(line: &Line) -> bool {
    line.kind == MessageKind::Event
}

pub fn is_tapped(line: &Line) -> bool {
    line.state != Some(MessageState::Deleted)
        && (line.kind == MessageKind::Postback || line.detail.quick_reply.is_some())
}

/// A colleague, a bot, or somebody in Meta's own app.
pub fn is_by_another(line: &Line, me: PersonId) -> bool {
    line.direction == Direction::Out && !is_mine(line, me)
}

pub fn is_mine(line: &Line, me: PersonId) -> bool {
    line.author == Author::Agent && line.author_id.as_deref() == Some(me.to_string().as_str())
}
