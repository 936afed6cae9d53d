//! The lines as they stand in the page. A thread that opens is text, written at once; a view with values of its own
//! for each part of each line took most of the time in which it opens. What changes later is changed where it stands,
//! part by part: a reaction does not stop a voice message that plays.

use crate::markup::Markup;
use crate::parts::line::{Drawn, drawn};
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::thread::{Entry, OpenThread};
use leptos::html;
use std::sync::Arc;
use web_sys::Element;

struct Row {
    key: u32,
    drawn: ArcMemo<Arc<Drawn>>,
    shown: Arc<Drawn>,
    /// The date above it, if a day begins, and the line. None while it is not in the page.
    nodes: Vec<Element>,
}

#[component]
pub fn Lines() -> Piece {
    let (thread, clock) = (expect_context::<OpenThread>(), expect_context::<Clock>());
    let (blank, place) = (Markup::of_page(), NodeRef::<html::Div>::new());
    let fresh = {
        let blank = blank.another();
        move |entry: &Entry| {
            let drawn = drawn(entry, thread, clock, &blank);
            Row { key: entry.key, shown: drawn.get_untracked(), drawn, nodes: Vec::new() }
        }
    };
    let mut rows: Vec<Row> = thread.shown().iter().map(&fresh).collect();
    let written = write(&rows, &blank);
    Effect::new(move || {
        let Some(place) = place.get() else { return };
        if rows.first().is_some_and(|it| it.nodes.is_empty()) {
            find(&place, &mut rows);
        }
        let now = thread.entries.with(|entries| sort(&mut rows, entries, &fresh));
        let gone = std::mem::replace(&mut rows, now);
        if rows.iter().all(|it| it.nodes.is_empty()) {
            rows.iter_mut().for_each(take_in);
            place.set_inner_html(&write(&rows, &blank));
            find(&place, &mut rows);
        } else {
            gone.iter().flat_map(|it| &it.nodes).for_each(Element::remove);
            arrange(&place, &mut rows, &blank);
        }
    });
    piece! { <div class="written" node_ref=place inner_html=written></div> }
}

/// A row for each entry, as it stands or a fresh one. What is left in `rows` is gone.
fn sort(rows: &mut Vec<Row>, entries: &[Entry], fresh: impl Fn(&Entry) -> Row) -> Vec<Row> {
    // Most stand first among those that are left: taken from the end they move nothing.
    rows.reverse();
    let mut stands = |entry: &Entry| {
        let place = rows.iter().rposition(|it| it.key == entry.key)?;
        Some(rows.remove(place))
    };
    let now = entries.iter().map(|it| stands(it).unwrap_or_else(|| fresh(it))).collect();
    rows.reverse();
    now
}

fn write(rows: &[Row], blank: &Markup) -> String {
    let mut all = blank.another();
    for row in rows {
        row.shown.write(&mut all);
    }
    all.done()
}

/// From now on its changes are heard of.
fn take_in(row: &mut Row) {
    row.shown = row.drawn.get();
}

/// The nodes of rows that were written all together.
fn find(place: &Element, rows: &mut [Row]) {
    let mut next = place.first_element_child();
    for row in rows {
        for _ in 0..row.shown.n_nodes() {
            let Some(node) = next else { return };
            next = node.next_element_sibling();
            row.nodes.push(node);
        }
    }
}

/// Puts in what is new, moves what stands elsewhere, and changes what is not as it was.
fn arrange(place: &Element, rows: &mut [Row], blank: &Markup) {
    let mut next = place.first_element_child();
    for row in rows {
        let before = std::mem::take(&mut row.shown);
        row.shown = row.drawn.get();
        let stands_here = next.is_some() && row.nodes.first() == next.as_ref();
        if row.nodes.is_empty() {
            row.nodes = put(place, next.as_ref(), row.shown.n_nodes(), |it| row.shown.write(it), blank);
            continue;
        }
        if !stands_here {
            for it in &row.nodes {
                // Refused by no browser: both are there.
                _ = place.insert_before(it, next.as_deref());
            }
        }
        if before != row.shown {
            change(place, row, &before, blank);
        }
        if stands_here {
            next = row.nodes.last().and_then(Element::next_element_sibling);
        }
    }
}

/// Writes something before `next`, or at the end, and gives back its nodes.
fn put(place: &Element, next: Option<&Element>, n: usize, what: impl Fn(&mut Markup), blank: &Markup) -> Vec<Element> {
    let mut text = blank.another();
    what(&mut text);
    let text = text.done();
    // Refused by no browser: both places are known to it.
    _ = match next {
        Some(next) => next.insert_adjacent_html("beforebegin", &text),
        None => place.insert_adjacent_html("beforeend", &text),
    };
    let last = next.map_or_else(|| place.last_element_child(), Element::previous_element_sibling);
    let mut nodes: Vec<Element> = std::iter::successors(last, Element::previous_element_sibling).take(n).collect();
    nodes.reverse();
    nodes
}

fn change(place: &Element, row: &mut Row, before: &Drawn, blank: &Markup) {
    let now = &row.shown;
    let Some(line) = row.nodes.last().cloned() else { return };
    if before.is_message != now.is_message {
        let nodes = put(place, row.nodes.first(), now.n_nodes(), |it| now.write(it), blank);
        std::mem::replace(&mut row.nodes, nodes).iter().for_each(Element::remove);
        return;
    }
    if before.heading != now.heading {
        if row.nodes.len() > 1 {
            row.nodes.remove(0).remove();
        }
        let n = usize::from(!now.heading.is_empty());
        let heading = put(place, Some(&line), n, |it| now.write_heading(it), blank);
        row.nodes.splice(..0, heading);
    }
    let name = |of: &Element, name: &str, before: &str, now: &str| {
        if before != now {
            _ = of.set_attribute(name, now);
        }
    };
    let write = |path: &[usize], before: &str, now: &str| {
        if before != now
            && let Some(part) = path.iter().try_fold(line.clone(), |it, n| child(&it, *n))
        {
            part.set_inner_html(now);
        }
    };
    name(&line, "class", &before.class, &now.class);
    name(&line, "aria-label", &before.label, &now.label);
    if !now.is_message {
        name(&line, "role", &before.state, &now.state);
        return write(&[], &before.body, &now.body);
    }
    name(&line, "id", &before.id, &now.id);
    write(&FACE, &before.face, &now.face);
    write(&ABOVE, &before.above, &now.above);
    if let Some(stack) = BODY.iter().try_fold(line.clone(), |it, n| child(&it, *n)) {
        name(&stack, "class", &before.state, &now.state);
    }
    write(&BODY, &before.body, &now.body);
    write(&TOOLS, &before.tools, &now.tools);
    write(&FOOT, &before.foot, &now.foot);
}

// Where the parts of a message are in it, as `Drawn::write` writes them.
const FACE: [usize; 1] = [0];
const ABOVE: [usize; 2] = [1, 0];
const BODY: [usize; 3] = [1, 1, 0];
const TOOLS: [usize; 3] = [1, 1, 1];
const FOOT: [usize; 2] = [1, 2];

fn child(of: &Element, n: usize) -> Option<Element> {
    std::iter::successors(of.first_element_child(), Element::next_element_sibling).nth(n)
}
