//! A line as it is shown, part by part.

use super::around::{Around, is_incoming};
use super::body::body;
use super::event::event;
use super::foot::foot;
use super::story::story_above;
use super::text::note;
use super::tools::tools;
use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::icon::Symbol;
use crate::state::thread::is_event;
use model::content::MessageKind;
use model::inbox::{Fate, Line};
use model::thread::Author;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawn {
    /// A message, and not a note or an event.
    pub is_message: bool,
    /// The day that begins with it.
    pub heading: String,
    pub class: String,
    pub label: String,
    pub id: String,
    pub face: String,
    pub above: String,
    /// The class of the body, which says how far it has got; the role of what is no message.
    pub state: String,
    pub body: String,
    pub tools: String,
    pub foot: String,
}

impl Drawn {
    /// The lines of a day stand under its date.
    pub fn write(&self, to: &mut Markup) {
        self.write_heading(to);
        if self.is_message {
            self.write_message(to);
        } else {
            let named = [("role", self.state.as_str()), ("aria-label", &self.label)];
            to.open_with("div", &self.class, if self.label.is_empty() { &named[..1] } else { &named });
            to.written(&self.body);
            to.close("div");
        }
    }

    pub const fn n_nodes(&self) -> usize {
        1 + !self.heading.is_empty() as usize
    }

    pub fn write_heading(&self, to: &mut Markup) {
        if !self.heading.is_empty() {
            to.leaf("h3", "day", &self.heading);
        }
    }

    fn write_message(&self, to: &mut Markup) {
        to.open_with("article", &self.class, &[("aria-label", &self.label), ("id", &self.id)]);
        part(to, "written", &self.face);
        to.open("div", "msg__main");
        part(to, "written", &self.above);
        to.open("div", "msg__row");
        to.open_with("div", &self.state, &[("tabindex", "-1")]);
        to.written(&self.body);
        to.close("div");
        part(to, "msg__tools needs-program", &self.tools);
        to.close("div");
        part(to, "written", &self.foot);
        to.close("div");
        to.close("article");
    }
}

fn part(to: &mut Markup, class: &str, written: &str) {
    to.open("div", class);
    to.written(written);
    to.close("div");
}

pub fn draw(line: &Line, around: &Around, blank: &Markup) -> Drawn {
    let heading = around.place.day.map(|it| around.clock.heading(it)).unwrap_or_default();
    let mut drawn = match line.kind {
        _ if is_event(line) => draw_event(line, around, blank),
        MessageKind::Note => draw_note(line, around, blank),
        _ => draw_message(line, around, blank),
    };
    drawn.heading = heading;
    drawn
}

fn draw_message(line: &Line, around: &Around, blank: &Markup) -> Drawn {
    let (side, run) = (if is_incoming(line) { "in" } else { "out" }, around.place.run.word());
    let is_by_a_machine = matches!(line.author, Author::Bot | Author::Rule);
    let author = around.author(line);
    let write = |write: &dyn Fn(&mut Markup)| {
        let mut it = blank.another();
        write(&mut it);
        it.done()
    };
    let state = match around.fate(line) {
        Some(Fate::Queued | Fate::Sending) => "msg__stack msg__stack--queued",
        Some(Fate::NotConfirmed) => "msg__stack msg__stack--unsure",
        Some(Fate::Failed) => "msg__stack msg__stack--failed",
        _ => "msg__stack",
    };
    Drawn {
        is_message: true,
        class: format!("msg msg--{side} msg--{run}{}", if is_by_a_machine { " msg--bot" } else { "" }),
        label: format!("{author}, {}", around.clock.time(line.at)),
        id: format!("m-{}", line.id),
        face: write(&|it| {
            if is_incoming(line) && around.place.run.is_last() {
                let picture = around.contact.as_ref().and_then(|it| it.picture);
                let seed = around.customer_id().map(|it| it.to_string()).unwrap_or_default();
                let face = Face { name: around.customer(), seed: &seed, class: "msg__avatar", picture, platform: None };
                face.write(it);
            }
        }),
        above: write(&|it| {
            if around.place.has_author {
                it.open("p", "msg__author");
                it.icon(if is_by_a_machine { Symbol::Bot } else { Symbol::Mine });
                it.leaf("bdi", "", &author);
                it.close("p");
            }
            if line.kind == MessageKind::StoryReply {
                story_above(it, line);
            }
        }),
        state: state.to_owned(),
        body: write(&|it| body(it, line, around)),
        tools: write(&|it| tools(it, line, around)),
        foot: write(&|it| foot(it, line, around)),
        ..Drawn::default()
    }
}

fn draw_event(line: &Line, around: &Around, blank: &Markup) -> Drawn {
    let mut it = blank.another();
    let has_quote = event(&mut it, line, around);
    let class = if has_quote { "event event--card" } else { "event" };
    Drawn { class: class.to_owned(), state: "note".to_owned(), body: it.done(), ..Drawn::default() }
}

/// One of us wrote it for the others.
fn draw_note(line: &Line, around: &Around, blank: &Markup) -> Drawn {
    let author = around.author(line);
    let mut it = blank.another();
    it.open("p", "note__head");
    let seed = line.author_id.as_deref().unwrap_or_default();
    let name = line.author_name.as_deref().unwrap_or(&author);
    Face { name, seed, class: "avatar--s", ..Face::default() }.write(&mut it);
    it.leaf("b", "", &author);
    around.time(&mut it, line.at);
    it.leaf("span", "push", "");
    it.icon(Symbol::Lock);
    it.leaf("span", "", "Only your team sees this");
    it.close("p");
    it.open("div", "note__text");
    note(&mut it, line.text.as_deref().unwrap_or_default(), &line.detail.mentions, Some(around.me));
    it.close("div");
    if let Some(failure) = &line.failure {
        it.leaf("p", "note__state", &failure.message);
    }
    Drawn {
        class: "note".to_owned(),
        label: format!("Internal note by {author}, {}", around.clock.time(line.at)),
        state: "article".to_owned(),
        body: it.done(),
        ..Drawn::default()
    }
}
