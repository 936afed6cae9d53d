//! How the team does: a line of sums, plots with the tables behind them, and by whom and where.

mod plot;
mod sums;

use crate::markup::Markup;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use model::numbers::{Numbers, SPANS, Sums};
use plot::{Plot, Row, Shape, round_count, round_duration};
use server::numbers::By;
use std::sync::Arc;
use sums::{duration_cell, heads, share_cell, sum_rows};

#[derive(Debug, Clone)]
pub struct Numbered {
    pub frame: Frame,
    pub numbers: Arc<Numbers>,
}

#[component]
pub fn NumbersPage(numbered: Numbered) -> Piece {
    let Numbered { frame, numbers } = numbered;
    let spans = SPANS.map(|span| {
        let is_here = (span == numbers.span).then_some("page");
        view! { <a href=Path::Numbers { span }.to_string() aria-current=is_here>{format!("{span} days")}</a> }
    });
    let lead = format!(
        "The last {} days, today included, compared with the {} before. Days are UTC.",
        numbers.span, numbers.span
    );
    let plots = plots(&numbers).map(|it| it.figure(numbers.span)).collect_view();
    let people = numbers
        .people
        .iter()
        .map(|(name, sums)| (name.clone().unwrap_or_else(|| "Elsewhere, or nobody".to_owned()), sums))
        .collect::<Vec<_>>();
    let accounts = numbers.accounts.iter().map(|(name, sums)| (name.clone(), sums)).collect::<Vec<_>>();
    let people = part("By person", "Name", &people, By::Person, numbers.span);
    let accounts = part("By account", "Account", &accounts, By::Account, numbers.span);
    let sums = sums::line(&numbers.whole, &numbers.before);
    piece! {
        <FramedPage frame place=Place::Numbers title="Numbers" lead>
            <nav class="tablist" aria-label="Days">{spans.collect_view()}</nav>
            {sums}
            <div class="plots">{plots}</div>
            {people}
            {accounts}
        </FramedPage>
    }
}

fn plots(numbers: &Numbers) -> [Plot; 4] {
    let of = |value: fn(&Sums) -> Option<i64>| numbers.days.iter().map(move |it| value(&it.1)).collect::<Vec<_>>();
    let days: Vec<_> = numbers.days.iter().map(|it| it.0).collect();
    let count = |it: i64| it.to_string();
    let plot =
        |title, shape, rows, unit, round| Plot { title, shape, rows, unit, round, days: days.clone(), by: By::Day };
    let row = |name, class, values| Row { name, class, values };
    [
        plot(
            "Opened and closed",
            Shape::Bars,
            vec![
                row("Opened", "a", of(|it| Some(it.opened.into()))),
                row("Closed", "b", of(|it| Some(it.closed.into()))),
            ],
            count,
            round_count,
        ),
        plot(
            "First reply",
            Shape::Lines,
            vec![
                row("Median", "a", of(|it| it.first_reply.median())),
                row("90 in 100", "b", of(|it| it.first_reply.p90())),
            ],
            sums::short_duration,
            round_duration,
        ),
        plot(
            "Answered inside 24 hours",
            Shape::Lines,
            vec![row("Share", "a", of(|it| it.inside_per_mille().map(i64::from)))],
            sums::per_mille,
            round_count,
        ),
        plot(
            "After 24 hours",
            Shape::Bars,
            vec![
                row("Human-agent tag", "tag", of(|it| Some(it.tagged.into()))),
                row("Missed", "soon", of(|it| Some(it.missed.into()))),
            ],
            count,
            round_count,
        ),
    ]
}

fn part(title: &'static str, first: &'static str, rows: &[(String, &Sums)], by: By, span: i64) -> Piece {
    let label = format!("{title}, as a table");
    let file = Path::NumbersFile { span, by: by.word() }.to_string();
    let mut to = Markup::of_page();
    heads(&mut to, first);
    sum_rows(&mut to, rows);
    let table = to.done();
    piece! {
        <section class="page__part">
            <h2 class="page__heading">{title}</h2>
            <div class="table-scroll" tabindex="0" role="group" aria-label=label>
                <table class="table" inner_html=table></table>
            </div>
            <p class="plot__foot"><a href=file><Icon symbol=Symbol::Download/>{format!("{title} as CSV")}</a></p>
        </section>
    }
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// The cells of one line of sums, after its name.
fn cells(sums: &Sums) -> [String; 7] {
    [
        sums.opened.to_string(),
        sums.closed.to_string(),
        duration_cell(&sums.first_reply),
        duration_cell(&sums.to_close),
        share_cell(sums),
        sums.tagged.to_string(),
        sums.missed.to_string(),
    ]
}
