//! What agents send: how long it takes from pressing Send to the request at Meta, and how many a second
//! leave without an account ever going beyond what Meta allows.

use super::intake::{number, tell};
use super::server::{Running, SECRET, VERIFY, pretended_meta, resident_mb, server, sqlite};
use super::{Bed, Figure};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use anyhow::Result;

const ALONE_P99_MS: f64 = 25.0;
const MESSAGES_S: f64 = 500.0;
/// What the clocks of two ends of a steady pace leave out.
const ROUNDING: f64 = 0.99;

pub(super) fn on_sqlite(bed: &Bed) -> Result<Vec<Figure>> {
    sent(bed, "SQLite", &sqlite(&bed.folder.join("sending.db")))
}

pub(super) fn on_postgres(bed: &Bed) -> Result<Vec<Figure>> {
    let postgres = Postgres::start()?;
    sent(bed, "Postgres", &postgres.url)
}

fn sent(bed: &Bed, database: &str, url: &str) -> Result<Vec<Figure>> {
    let program = bed.workspace.binary("release", "switchboard");
    let (mut meta, meta_at) = pretended_meta(&program, &bed.folder)?;
    let mut command = server(&program, &bed.folder, url);
    let graph = format!("http://{meta_at}");
    command.env("SWITCHBOARD_META_APP_SECRETS", SECRET).env("SWITCHBOARD_META_VERIFY_TOKEN", VERIFY);
    command.env("SWITCHBOARD_GRAPH_URL", &graph).env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", &graph);
    let mut inbox = Running::start(command.args(["serve", "--listen", "127.0.0.1:0"]))?;
    let inbox_at = inbox.wait_until_ready()?.to_string();
    step(&format!("messages sent, {database}"), || {
        let program = program.display().to_string();
        let mut hammer = bed.hammer(&["send", "--program", &program, "--database-url", url]);
        let told = program::read(hammer.args(["--inbox", &inbox_at, "--meta", &meta_at, "--verify-token", VERIFY]))?;
        let told = tell(&told)?;
        let of = |name: &str| number(&told, name);
        let memory_mb = resident_mb(inbox.child.id())?;
        program::stop(&mut inbox.child)?;
        program::stop(&mut meta.child)?;
        let on = |what: &str| format!("{database}: {what}");
        let sent_s = of("sent_s")?;
        let refused = of("refused")? + of("lost")?;
        Ok(vec![
            Figure::without_target(&on("Send to Meta, alone, p50"), format!("{:.0} ms", of("alone_p50_ms")?)),
            Figure::at_most(&on("Send to Meta, alone, p99"), of("alone_p99_ms")?, ALONE_P99_MS, "ms"),
            Figure::against(
                &on("messages sent, 500 conversations"),
                format!("{sent_s:.0}/s"),
                format!("≥ {MESSAGES_S:.0}/s"),
                sent_s >= MESSAGES_S * ROUNDING,
            ),
            Figure::without_target(
                &on("Send to Meta meanwhile, p50 and p99"),
                format!("{:.0} and {:.0} ms", of("many_p50_ms")?, of("many_p99_ms")?),
            ),
            Figure::against(&on("refused by Meta, or lost"), format!("{refused:.0}"), "0".to_owned(), refused == 0.0),
            Figure::without_target(&on("memory after sending"), format!("{memory_mb:.0} MB")),
        ])
    })
}
