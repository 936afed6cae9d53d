//! Looking for words among the messages of some years: how soon the page with what was found is there, that what was
//! said is found, and that nobody finds what is not theirs to see.

use super::intake::tell;
use super::reading::{FULL, Size, serve, stock, stocked_sqlite};
use super::{Bed, Figure};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use anyhow::Result;
use serde_json::Value;

const P95_MS: f64 = 50.0;

pub(super) fn on_sqlite(bed: &Bed) -> Result<Vec<Figure>> {
    let url = stocked_sqlite(bed, FULL)?;
    Ok(figures("SQLite", &search(bed, "SQLite", &url, FULL)?))
}

pub(super) fn on_postgres(bed: &Bed) -> Result<Vec<Figure>> {
    let postgres = Postgres::start()?;
    stock(bed, "Postgres", &postgres.url, FULL)?;
    Ok(figures("Postgres", &search(bed, "Postgres", &postgres.url, FULL)?))
}

fn search(bed: &Bed, database: &str, url: &str, size: Size) -> Result<Value> {
    let (mut running, address) = serve(bed, url)?;
    step(&format!("searches, {database} with {} messages", size.messages), || {
        let address = address.to_string();
        let arguments = ["search", "--address", &address, "--conversations", size.conversations];
        let told = tell(&program::read(&mut bed.hammer(&arguments))?)?;
        program::stop(&mut running.child)?;
        println!("    {told}");
        Ok(told)
    })
}

fn figures(database: &str, told: &Value) -> Vec<Figure> {
    let on = |what: &str| format!("{database}: {what}");
    let of = |kind: &str, name: &str| told[kind][name].as_f64().unwrap_or(f64::INFINITY);
    let mut figures = Vec::new();
    for (kind, what) in [("one", "the one message"), ("many", "frequent words, names, filters")] {
        let (p50, p99) = (of(kind, "p50_ms"), of(kind, "p99_ms"));
        figures.push(Figure::at_most(&on(&format!("{what}, p95")), of(kind, "p95_ms"), P95_MS, "ms"));
        figures.push(Figure::without_target(&on(&format!("{what}, p50 and p99")), format!("{p50:.1} and {p99:.1} ms")));
    }
    for (name, what) in [("missed", "not found"), ("leaked", "found out of sight"), ("refused", "searches refused")] {
        let count = told[name].as_f64().unwrap_or(f64::INFINITY);
        figures.push(Figure::against(&on(what), format!("{count:.0}"), "0".to_owned(), count == 0.0));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::figures;
    use serde_json::{Value, json};

    fn missed(told: &Value) -> usize {
        let met = figures("SQLite", told).into_iter().filter_map(|it| it.target);
        met.filter(|(_, met)| !met).count()
    }

    #[test]
    fn a_search_is_quick_and_finds_what_it_may() {
        let told = |p95_ms: f64, leaked: u32| {
            let took = json!({"p50_ms": 3.0, "p95_ms": p95_ms, "p99_ms": 60.0});
            json!({"one": took, "many": took, "missed": 0, "leaked": leaked, "refused": 0})
        };
        assert_eq!(missed(&told(49.0, 0)), 0);
        assert_eq!(missed(&told(51.0, 1)), 3);
        assert_eq!(missed(&json!({})), 5, "what was not measured is not met");
    }
}
