//! A whole account read back while its customers go on writing and the inbox is killed twice: how long that takes, what
//! it does to webhooks, and that the inbox then holds what the phones show.

use super::intake::tell;
use super::server::{SECRET, VERIFY, pretended_meta, sqlite};
use super::{Bed, Figure};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use anyhow::Result;
use serde_json::Value;

pub(super) fn on_sqlite(bed: &Bed) -> Result<Vec<Figure>> {
    read_back(bed, "SQLite", &sqlite(&bed.folder.join("history.db")))
}

pub(super) fn on_postgres(bed: &Bed) -> Result<Vec<Figure>> {
    let postgres = Postgres::start()?;
    read_back(bed, "Postgres", &postgres.url)
}

fn read_back(bed: &Bed, database: &str, url: &str) -> Result<Vec<Figure>> {
    let program = bed.workspace.binary("release", "switchboard");
    let (mut meta, meta_at) = pretended_meta(&program, &bed.folder)?;
    step(&format!("100,000 messages read back, {database}"), || {
        let program = program.display().to_string();
        let mut hammer = bed.hammer(&["history", "--program", &program, "--database-url", url, "--meta", &meta_at]);
        let told = tell(&program::read(hammer.args(["--secret", SECRET, "--verify-token", VERIFY]))?)?;
        program::stop(&mut meta.child)?;
        println!("    {told}");
        Ok(figures(database, &told))
    })
}

fn figures(database: &str, told: &Value) -> Vec<Figure> {
    let on = |what: &str| format!("{database}: {what}");
    let of = |name: &str| told[name].as_f64().unwrap_or(f64::INFINITY);
    let (p95, quiet_p95) = (of("p95_ms"), of("quiet_p95_ms"));
    let n_differences = of("differences");
    vec![
        Figure::without_target(
            &on("messages read back, with two kills"),
            format!("{:.0} in {:.0} s: {:.0}/s", of("messages"), of("seconds"), of("messages_s")),
        ),
        Figure::without_target(&on("of it until it went on after them"), format!("{:.1} s", of("stood_seconds"))),
        Figure::without_target(&on("requests to Meta for that"), format!("{:.0}", of("requests"))),
        Figure::without_target(&on("webhooks taken in meanwhile"), format!("{:.0}", of("webhooks"))),
        Figure::without_target(&on("answered within, p95"), format!("{p95:.1} ms")),
        Figure::without_target(
            &on("the same, nothing being read back"),
            format!("{:.2} times {quiet_p95:.1} ms", p95 / quiet_p95),
        ),
        Figure::without_target(&on("memory at most, after them"), format!("{:.0} MB", of("memory_mb"))),
        Figure::against(
            &on("conversations unlike the phones"),
            format!("{n_differences:.0}"),
            "0".to_owned(),
            n_differences == 0.0,
        ),
    ]
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
    fn one_conversation_that_differs_is_too_many_and_what_was_not_compared_is_not_met() {
        let told = |n_differences: u32| json!({"messages": 101_000, "differences": n_differences});
        assert_eq!(missed(&told(0)), 0);
        assert_eq!(missed(&told(1)), 1);
        assert_eq!(missed(&json!({})), 1);
    }

    #[test]
    fn webhooks_are_set_against_those_of_a_quiet_time() {
        let figures = figures("SQLite", &json!({"p95_ms": 9.0, "quiet_p95_ms": 6.0}));
        assert!(figures.iter().any(|it| it.measured == "1.50 times 6.0 ms"));
    }
}
