//! A plot, drawn as text, with the table behind it.

use super::or_none;
use super::sums::head;
use crate::markup::Markup;
use crate::path::Path;
use crate::prelude::*;
use model::day;
use model::time::Timestamp;
use server::numbers::By;
use std::fmt::Write as _;

const WIDTH: i64 = 480;
const HEIGHT: i64 = 190;
/// Where the first day begins, and what lies on the ground.
const LEFT: i64 = 48;
const TOP: i64 = 8;
const GROUND: i64 = 166;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Bars,
    Lines,
}

/// One value a day; none where there was nothing to count.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub name: &'static str,
    /// The end of its class.
    pub class: &'static str,
    pub values: Vec<Option<i64>>,
}

pub(super) struct Plot {
    pub title: &'static str,
    pub shape: Shape,
    pub rows: Vec<Row>,
    /// How a value is told.
    pub unit: fn(i64) -> String,
    /// The least round step that is as much.
    pub round: fn(i64) -> i64,
    pub days: Vec<Timestamp>,
    pub by: By,
}

impl Plot {
    pub(super) fn figure(self, span: i64) -> Piece {
        let keys = self.rows.iter().map(|it| {
            let class = format!("plot__key plot__key--{}", it.class);
            view! { <span class=class>{it.name}</span> }
        });
        let (keys, art, table) = (keys.collect_view(), self.art(), self.table());
        let (summary, label) = (format!("{} as a table", self.title), format!("{}, as a table", self.title));
        let file = Path::NumbersFile { span, by: self.by.word() }.to_string();
        piece! {
            <figure class="plot">
                <figcaption class="plot__head">
                    <h2 class="page__heading">{self.title}</h2>
                    <span class="push"></span>
                    {keys}
                </figcaption>
                <div inner_html=art></div>
                <details class="plot__foot">
                    <summary>{summary}</summary>
                    <div class="table-scroll plot__table" tabindex="0" role="group" aria-label=label>
                        <table class="table" inner_html=table></table>
                    </div>
                    <a href=file>"By day as CSV"</a>
                </details>
            </figure>
        }
    }

    fn most(&self) -> i64 {
        self.rows.iter().flat_map(|it| it.values.iter().flatten()).copied().max().unwrap_or_default()
    }

    /// What it shows, to those who do not see it.
    fn told(&self) -> String {
        let n_days = self.days.len();
        let highest = self.rows.iter().flat_map(|row| {
            let values = row.values.iter().zip(&self.days);
            values.filter_map(|(value, at)| value.map(|value| (value, row.name, *at)))
        });
        match highest.max_by_key(|it| it.0).filter(|it| it.0 > 0) {
            Some((value, name, at)) => {
                format!(
                    "{} over {n_days} days. The most: {name}, {}, on {}.",
                    self.title,
                    (self.unit)(value),
                    day::write(at)
                )
            }
            None => format!("{} over {n_days} days. There was nothing.", self.title),
        }
    }

    fn art(&self) -> String {
        let (most, step) = scale(self.most(), self.round);
        let height = |value: i64| GROUND - (GROUND - TOP) * value / most;
        let mut to = Markup::of_page();
        let (view_box, told) = (format!("0 0 {WIDTH} {HEIGHT}"), self.told());
        to.open_with("svg", "plot__art", &[("viewBox", &view_box), ("role", "img"), ("aria-label", &told)]);
        let mut value = 0;
        while value <= most {
            let y = height(value);
            to.open_with("path", "plot__grid", &[("d", &format!("M{LEFT} {y}H{WIDTH}"))]);
            to.close("path");
            let (x, y) = ((LEFT - 8).to_string(), (y + 4).to_string());
            to.open_with("text", "", &[("x", &x), ("y", &y), ("text-anchor", "end")]);
            to.text(&(self.unit)(value));
            to.close("text");
            value += step;
        }
        for (place, row) in self.rows.iter().enumerate() {
            match self.shape {
                Shape::Bars => self.bars(&mut to, row, place, &height),
                Shape::Lines => self.line(&mut to, row, &height),
            }
        }
        self.names(&mut to);
        to.close("svg");
        to.done()
    }

    /// In hundredths, because there are more days than whole units.
    fn day_width(&self) -> i64 {
        (WIDTH - LEFT) * 100 / i64::try_from(self.days.len().max(1)).unwrap_or(1)
    }

    fn bars(&self, to: &mut Markup, row: &Row, place: usize, height: &dyn Fn(i64) -> i64) {
        let n_rows = i64::try_from(self.rows.len()).unwrap_or(1);
        let width = self.day_width() * 8 / 10 / n_rows;
        for (x, at, value) in self.places(row) {
            let Some(value) = value.filter(|it| *it > 0) else { continue };
            let x = x + self.day_width() / 10 + width * i64::try_from(place).unwrap_or_default();
            let y = height(value).min(GROUND - 1);
            let (x, width) = (hundredths(x), hundredths(width * 9 / 10));
            let (y, tall) = (y.to_string(), (GROUND - y).to_string());
            let class = format!("plot__bar plot__bar--{}", row.class);
            to.open_with("rect", &class, &[("x", &x), ("y", &y), ("width", &width), ("height", &tall)]);
            self.title(to, at, row, value);
            to.close("rect");
        }
    }

    /// Broken where there was nothing to count.
    fn line(&self, to: &mut Markup, row: &Row, height: &dyn Fn(i64) -> i64) {
        let mut path = String::new();
        let mut is_down = false;
        for (x, _, value) in self.places(row) {
            if let Some(value) = value {
                let mark = if is_down { 'L' } else { 'M' };
                // Infallible: it is a string.
                _ = write!(path, "{mark}{} {}", hundredths(x + self.day_width() / 2), height(value));
            }
            is_down = value.is_some();
        }
        to.open_with("path", &format!("plot__line plot__line--{}", row.class), &[("d", &path)]);
        to.close("path");
        for (x, at, value) in self.places(row) {
            let Some(value) = value else { continue };
            let (x, y) = (hundredths(x + self.day_width() / 2), height(value).to_string());
            let class = format!("plot__bar plot__bar--{}", row.class);
            to.open_with("circle", &class, &[("cx", &x), ("cy", &y), ("r", "2")]);
            self.title(to, at, row, value);
            to.close("circle");
        }
    }

    fn places<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (i64, Timestamp, Option<i64>)> + 'a {
        let width = self.day_width();
        (0..).zip(self.days.iter().zip(&row.values)).map(move |(n, (at, value))| (LEFT * 100 + n * width, *at, *value))
    }

    fn title(&self, to: &mut Markup, at: Timestamp, row: &Row, value: i64) {
        to.leaf("title", "", &format!("{}: {} {}", day::write(at), row.name, (self.unit)(value)));
    }

    /// Some of the days, so that they have room.
    fn names(&self, to: &mut Markup) {
        let every = self.days.len().div_ceil(7).max(1);
        for (n, at) in self.days.iter().enumerate().step_by(every) {
            let x = LEFT * 100 + i64::try_from(n).unwrap_or_default() * self.day_width();
            let text = day::write(*at);
            let (x, y) = (hundredths(x), (HEIGHT - 6).to_string());
            to.open_with("text", "", &[("x", &x), ("y", &y)]);
            to.text(text.get(5..).unwrap_or_default());
            to.close("text");
        }
    }

    fn table(&self) -> String {
        let mut to = Markup::of_page();
        to.open("thead", "");
        to.open("tr", "");
        head(&mut to, "", "Day");
        for row in &self.rows {
            head(&mut to, "number", row.name);
        }
        to.close("tr");
        to.close("thead");
        to.open("tbody", "");
        for (n, at) in self.days.iter().enumerate() {
            to.open("tr", "");
            to.open_with("th", "", &[("scope", "row")]);
            to.text(&day::write(*at));
            to.close("th");
            for row in &self.rows {
                let value = row.values.get(n).copied().flatten();
                to.leaf("td", "number", &or_none(value.map(|it| (self.unit)(it))));
            }
            to.close("tr");
        }
        to.close("tbody");
        to.done()
    }
}

/// Up to which round value, and in which steps.
fn scale(most: i64, round: fn(i64) -> i64) -> (i64, i64) {
    let most = most.max(1);
    let step = round((most + 2) / 3);
    (step * ((most + step - 1) / step), step)
}

/// The least of 1, 2, 5, 10, 20 … that is as much.
pub(super) fn round_count(wanted: i64) -> i64 {
    let mut unit = 1;
    while unit * 10 <= wanted {
        unit *= 10;
    }
    [1, 2, 5, 10].into_iter().map(|it| it * unit).find(|it| *it >= wanted).unwrap_or(wanted)
}

/// The same of durations, which are told in minutes, hours and days.
pub(super) fn round_duration(wanted: i64) -> i64 {
    const MINUTES: [i64; 11] = [1, 5, 10, 20, 30, 60, 120, 240, 480, 720, 1440];
    let minutes = wanted / 60_000 + 1;
    let days = || round_count(minutes / 1440 + 1) * 1440;
    MINUTES.into_iter().find(|it| *it >= minutes).unwrap_or_else(days) * 60_000
}

fn hundredths(it: i64) -> String {
    format!("{}.{:02}", it / 100, it % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_at_a_round_value() {
        for (most, found) in [(0, (1, 1)), (3, (3, 1)), (4, (4, 2)), (71, (100, 50)), (1000, (1000, 500))] {
            assert_eq!(scale(most, round_count), found, "{most}");
        }
        let min = 60_000;
        for (most, found) in
            [(0, (1, 1)), (14, (15, 5)), (170, (180, 60)), (4000, (4320, 1440)), (9000, (14_400, 7200))]
        {
            assert_eq!(scale(most * min, round_duration), (found.0 * min, found.1 * min), "{most}");
        }
    }
}
