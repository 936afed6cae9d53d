//! What people read: how soon a page begins to come when an inbox has grown for a year, beside one that
//! is a hundred times smaller, and what open browsers cost.

use super::intake::{number, tell};
use super::server::{Running, resident_mb, server, sqlite};
use super::{Bed, Figure};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

const P99_MS: f64 = 30.0;
const TIMES_SMALLER: f64 = 1.5;
const MEMORY_MB: f64 = 150.0;
pub(super) const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";

/// How much is stocked.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) conversations: &'static str,
    pub(super) messages: &'static str,
}

const SMALL: Size = Size { conversations: "2000", messages: "50000" };
pub(super) const FULL: Size = Size { conversations: "200000", messages: "5000000" };

pub(super) fn on_sqlite(bed: &Bed) -> Result<Vec<Figure>> {
    let small = read(bed, "SQLite", &stocked_sqlite(bed, SMALL)?, SMALL)?;
    let full = stocked_sqlite(bed, FULL)?;
    let told = read(bed, "SQLite", &full, FULL)?;
    let open = streams(bed, &full)?;
    Ok(figures("SQLite", &small, &told, &open))
}

pub(super) fn on_postgres(bed: &Bed) -> Result<Vec<Figure>> {
    let postgres = Postgres::start()?;
    stock(bed, "Postgres", &postgres.url, SMALL)?;
    let small = read(bed, "Postgres", &postgres.url, SMALL)?;
    drop(postgres);
    let postgres = Postgres::start()?;
    stock(bed, "Postgres", &postgres.url, FULL)?;
    let told = read(bed, "Postgres", &postgres.url, FULL)?;
    let open = streams(bed, &postgres.url)?;
    Ok(figures("Postgres", &small, &told, &open))
}

/// Stocked now, or by a part before.
pub(super) fn stocked_sqlite(bed: &Bed, size: Size) -> Result<String> {
    fs::create_dir_all(&bed.stock)?;
    let Size { conversations, messages } = size;
    let file = bed.stock.join(format!("searched-{conversations}-{messages}.db"));
    if !file.exists() {
        // Under another name until it is whole.
        let begun = bed.stock.join("begun.db");
        if begun.exists() {
            fs::remove_file(&begun)?;
        }
        stock(bed, "SQLite", &sqlite(&begun), size)?;
        fs::rename(begun, &file)?;
    }
    Ok(sqlite(&file))
}

pub(super) fn stock(bed: &Bed, database: &str, url: &str, size: Size) -> Result<()> {
    let Size { conversations, messages } = size;
    step(&format!("{conversations} conversations with {messages} messages into {database}"), || {
        let media = media(bed);
        let arguments = ["stock", "--database-url", url, "--media", &media];
        program::run(bed.hammer(&arguments).args(["--conversations", conversations, "--messages", messages]))?;
        // Whoever stocks gigabytes and goes on measures how the machine writes them down.
        program::run(&mut Command::new("sync"))
    })
}

fn media(bed: &Bed) -> String {
    bed.stock.join("media").display().to_string()
}

pub(super) fn serve(bed: &Bed, url: &str) -> Result<(Running, SocketAddr)> {
    let program = bed.workspace.binary("release", "switchboard");
    let mut command = server(&program, &bed.folder, url);
    command.env("SWITCHBOARD_META_APP_SECRETS", SECRET);
    command.env("SWITCHBOARD_MEDIA_URL", format!("file://{}", media(bed)));
    let mut running = Running::start(command.args(["serve", "--listen", "127.0.0.1:0"]))?;
    let address = running.wait_until_ready()?;
    Ok((running, address))
}

fn read(bed: &Bed, database: &str, url: &str, size: Size) -> Result<Value> {
    let (mut running, address) = serve(bed, url)?;
    step(&format!("pages, {database} with {} conversations", size.conversations), || {
        let address = address.to_string();
        let arguments = ["read", "--address", &address, "--conversations", size.conversations];
        let told = tell(&program::read(&mut bed.hammer(&arguments))?)?;
        program::stop(&mut running.child)?;
        println!("    {told}");
        Ok(told)
    })
}

/// Streams that are held open until this is dropped.
pub(super) struct Streams {
    pub(super) told: Value,
    hammer: Child,
}

impl Streams {
    pub(super) fn open(bed: &Bed, address: SocketAddr) -> Result<Self> {
        let mut command = bed.hammer(&["streams", "--address", &address.to_string(), "--secret", SECRET]);
        let mut hammer = program::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let output = hammer.stdout.take().context("no standard output to read")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self { told: tell(&line)?, hammer })
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        drop(self.hammer.stdin.take());
        if let Err(error) = self.hammer.wait() {
            eprintln!("the hammer may still be running: {error}");
        }
    }
}

struct Open {
    streams: Value,
    memory_mb: f64,
}

fn streams(bed: &Bed, url: &str) -> Result<Open> {
    let (mut running, address) = serve(bed, url)?;
    step("streams", || {
        let streams = Streams::open(bed, address)?;
        let memory_mb = resident_mb(running.child.id())?;
        let told = streams.told.clone();
        drop(streams);
        program::stop(&mut running.child)?;
        Ok(Open { streams: told, memory_mb })
    })
    .and_then(|open| {
        number(&open.streams, "heard_p95_ms")?;
        Ok(open)
    })
}

fn figures(database: &str, small: &Value, full: &Value, open: &Open) -> Vec<Figure> {
    let on = |what: &str| format!("{database}: {what}");
    let of = |told: &Value, page: &str, name: &str| told[page][name].as_f64().unwrap_or(f64::INFINITY);
    let mut figures = Vec::new();
    for (page, name) in [("list", "/inbox"), ("thread", "/inbox/{id}")] {
        let (p50, p95) = (of(full, page, "p50_ms"), of(full, page, "p95_ms"));
        figures.push(Figure::without_target(&on(&format!("{name}, p50 and p95")), format!("{p50:.1} and {p95:.1} ms")));
        let (p99, smaller) = (of(full, page, "p99_ms"), of(small, page, "p99_ms"));
        figures.push(Figure::at_most(&on(&format!("{name}, p99")), p99, P99_MS, "ms"));
        let times = p99 / smaller;
        let measured = format!("{times:.2} times {smaller:.1} ms");
        let what = on(&format!("{name}, p99, of 2,000"));
        figures.push(Figure::against(&what, measured, format!("≤ {TIMES_SMALLER}"), times <= TIMES_SMALLER));
    }
    let refused: f64 = [small, full].iter().map(|it| of(it, "list", "refused") + of(it, "thread", "refused")).sum();
    figures.push(Figure::against(&on("pages refused"), format!("{refused:.0}"), "0".to_owned(), refused == 0.0));
    let words = format!("{:.0} and {:.0} ms", of(full, "words", "p50_ms"), of(full, "words", "p99_ms"));
    figures.push(Figure::without_target(&on("words nobody said, p50 and p99"), words));
    let heard = open.streams["heard_p95_ms"].as_f64().unwrap_or(f64::INFINITY);
    figures.push(Figure::without_target(&on("heard by the last of 500, p95"), format!("{heard:.0} ms")));
    figures.push(Figure::at_most(&on("memory with 500 streams"), open.memory_mb, MEMORY_MB, "MB"));
    figures
}

#[cfg(test)]
mod tests {
    use super::{Open, figures};
    use serde_json::{Value, json};

    fn told(p99_ms: f64) -> Value {
        let page = json!({"p50_ms": 3.0, "p95_ms": 5.0, "p99_ms": p99_ms, "refused": 0});
        json!({"list": page, "thread": page, "words": page})
    }

    fn missed(small: &Value, full: &Value, memory_mb: f64) -> usize {
        let open = Open { streams: json!({"heard_p95_ms": 40.0}), memory_mb };
        let met = figures("SQLite", small, full, &open).into_iter().filter_map(|it| it.target);
        met.filter(|(_, met)| !met).count()
    }

    #[test]
    fn a_page_may_be_slow_neither_by_itself_nor_beside_a_small_inbox() {
        assert_eq!(missed(&told(8.0), &told(10.0), 90.0), 0);
        assert_eq!(missed(&told(4.0), &told(10.0), 90.0), 2, "2.5 times as slow");
        assert_eq!(missed(&told(25.0), &told(31.0), 151.0), 3, "too slow, and too large");
        assert_eq!(missed(&told(8.0), &json!({}), 90.0), 5, "what was not measured is not met");
    }
}
