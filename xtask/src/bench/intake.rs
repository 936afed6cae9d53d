//! What Meta posts: how much of it the program makes durable a second, and how much slower that is on
//! a database that has grown for months.

use super::server::{Running, server, sqlite};
use super::{Bed, Figure};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use anyhow::{Context, Result};
use serde_json::Value;

const N_MESSAGES: &str = "2000000";
const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";

const P99_MS: f64 = 50.0;
const FALL_PERCENT: f64 = 20.0;
const MEMORY_MB: f64 = 150.0;

struct Targets {
    events_s: f64,
    /// Of what the database takes without the program around it.
    of_floor: Option<f64>,
}

pub(super) fn on_sqlite(bed: &Bed) -> Result<Vec<Figure>> {
    let file = |name: &str| sqlite(&bed.folder.join(name));
    let empty = loaded(bed, "SQLite", &file("empty.db"))?;
    let floor = floor(bed, &file("floor.db"), &empty)?;
    fill(bed, "SQLite", &file("full.db"))?;
    let full = loaded(bed, "SQLite with 2,000,000 messages", &file("full.db"))?;
    let targets = Targets { events_s: 5000.0, of_floor: Some(0.5) };
    Ok(figures("SQLite", &targets, floor, &empty, &full))
}

/// Each on a server of its own, so that none has the other's work still before it.
pub(super) fn on_postgres(bed: &Bed) -> Result<Vec<Figure>> {
    let empty = loaded(bed, "Postgres", &Postgres::start()?.url)?;
    let floor = floor(bed, &Postgres::start()?.url, &empty)?;
    let postgres = Postgres::start()?;
    fill(bed, "Postgres", &postgres.url)?;
    let full = loaded(bed, "Postgres with 2,000,000 messages", &postgres.url)?;
    let targets = Targets { events_s: 2500.0, of_floor: None };
    Ok(figures("Postgres", &targets, floor, &empty, &full))
}

fn fill(bed: &Bed, database: &str, url: &str) -> Result<()> {
    step(&format!("{N_MESSAGES} messages into {database}"), || {
        program::run(&mut bed.hammer(&["fill", "--database-url", url, "--messages", N_MESSAGES]))
    })
}

fn floor(bed: &Bed, url: &str, load: &Load) -> Result<f64> {
    let group = format!("{:.0}", load.group.max(1.0));
    step(&format!("the journal alone, {group} rows at once"), || {
        let told = tell(&program::read(&mut bed.hammer(&["floor", "--database-url", url, "--group", &group]))?)?;
        let rows_s = number(&told, "rows_s")?;
        println!("    {rows_s:.0} rows/s");
        Ok(rows_s)
    })
}

/// What `hammer load` says.
struct Load {
    events_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    group: f64,
    memory_mb: f64,
    n_refused: f64,
    applied_s: f64,
    rest_seconds: f64,
}

fn loaded(bed: &Bed, what: &str, url: &str) -> Result<Load> {
    program::run(&mut bed.hammer(&["fill", "--database-url", url]))?;
    let program = bed.workspace.binary("release", "switchboard");
    let mut command = server(&program, &bed.folder, url);
    command.env("SWITCHBOARD_META_APP_SECRETS", SECRET);
    let mut running = Running::start(command.args(["serve", "--listen", "127.0.0.1:0"]))?;
    let address = running.wait_until_ready()?.to_string();
    let process = running.child.id().to_string();
    step(&format!("events, {what}"), || {
        let arguments = ["load", "--address", &address, "--process", &process, "--secret", SECRET];
        let told = tell(&program::read(&mut bed.hammer(&arguments))?)?;
        let of = |name: &str| number(&told, name);
        let load = Load {
            events_s: of("events_s")?,
            p50_ms: of("p50_ms")?,
            p99_ms: of("p99_ms")?,
            group: of("group")?,
            memory_mb: of("memory_mb")?,
            n_refused: of("refused")?,
            applied_s: of("applied_s")?,
            rest_seconds: of("rest_seconds")?,
        };
        println!(
            "    {:.0} events/s durable, {:.0} of them in one write; answered within {:.1} ms (p50), {:.1} ms (p99)",
            load.events_s, load.group, load.p50_ms, load.p99_ms
        );
        println!(
            "    applied meanwhile {:.0}/s, then the {:.0} that were left in {:.1} s: {:.0}/s",
            load.applied_s,
            of("rest")?,
            load.rest_seconds,
            of("rest_s")?
        );
        println!(
            "    processors: server {:.2}, hammer {:.2}, the whole machine {:.2}; memory of the server at most {:.0} MB",
            of("server_cpu")?,
            of("hammer_cpu")?,
            of("machine_cpu")?,
            load.memory_mb
        );
        Ok(load)
    })
}

pub(super) fn tell(output: &str) -> Result<Value> {
    serde_json::from_str(output).with_context(|| format!("the hammer said {output:?}"))
}

pub(super) fn number(told: &Value, name: &str) -> Result<f64> {
    told[name].as_f64().with_context(|| format!("the hammer said no {name}"))
}

fn figures(database: &str, targets: &Targets, floor: f64, empty: &Load, full: &Load) -> Vec<Figure> {
    let on = |what: &str| format!("{database}: {what}");
    let ratio = empty.events_s / floor;
    let slower = 100.0 * (1.0 - full.events_s / empty.events_s);
    let p99 = empty.p99_ms.max(full.p99_ms);
    let memory = empty.memory_mb.max(full.memory_mb);
    let n_refused = empty.n_refused + full.n_refused;
    let at_least = |what: &str, measured: f64, target: f64| {
        Figure::against(&on(what), format!("{measured:.0}/s"), format!("≥ {target:.0}/s"), measured >= target)
    };
    let of_floor = on("of the journal alone");
    let floor = format!("{ratio:.2} of {floor:.0}/s");
    vec![
        at_least("durable events", empty.events_s, targets.events_s),
        match targets.of_floor {
            Some(target) => Figure::against(&of_floor, floor, format!("≥ {target}"), ratio >= target),
            None => Figure::without_target(&of_floor, floor),
        },
        Figure::without_target(&on("answered within, p50"), format!("{:.1} ms", empty.p50_ms)),
        Figure::at_most(&on("answered within, p99"), p99, P99_MS, "ms"),
        Figure::without_target(
            &on("applied meanwhile, and the rest"),
            format!("{:.0}/s, in {:.1} s", empty.applied_s, empty.rest_seconds),
        ),
        Figure::without_target(&on("durable events, 2,000,000 there"), format!("{:.0}/s", full.events_s)),
        Figure::at_most(&on("fall with 2,000,000 messages"), slower, FALL_PERCENT, "%"),
        Figure::at_most(&on("memory at most"), memory, MEMORY_MB, "MB"),
        Figure::against(&on("refused"), format!("{n_refused:.0}"), "0".to_owned(), n_refused == 0.0),
    ]
}
