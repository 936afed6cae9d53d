//! The product as a person meets it: Playwright drives Chromium against the built program.

use super::Bed;
use super::report::{Outcome, Report};
use crate::bundle::{self, Grade};
use crate::{program, tools};
use anyhow::Context;
use serde_json::Value;
use std::fs;
use std::process::Command;

/// With `--workspace` and `--tests` cargo chooses the same features as for `cargo test`, and finds nearly everything
/// built by the suite before; `cargo build --bin switchboard` alone would compile most dependencies a second time.
pub(super) const BUILD: [&str; 5] = ["build", "--workspace", "--tests", "--bin", "switchboard"];
const PLAYWRIGHT: [&str; 5] = ["--no-install", "playwright", "test", "--reporter", "line,json"];

pub(super) fn run(bed: &Bed, report: &mut Report) {
    report.check("browser tests", || {
        let workspace = bed.workspace;
        let folder = workspace.root.join("end2end");
        let chromium = tools::chromium()?;
        tools::npm_packages(&folder)?;
        bundle::build(workspace, Grade::Shipped)?;
        program::run(program::cargo(workspace).args(BUILD))?;
        let results = workspace.target.join("browser-tests.json");
        if results.exists() {
            fs::remove_file(&results)?;
        }
        let mut command = Command::new("npx");
        command.current_dir(folder).args(PLAYWRIGHT);
        command.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &results).env("CHROMIUM", chromium);
        command.env("SWITCHBOARD_BIN", workspace.binary("debug", "switchboard"));
        bed.lend(&mut command);
        program::forget_cargo(&mut command);
        let status = program::start(&mut command)?.wait()?;
        let results = fs::read_to_string(results).context("Playwright left no results")?;
        Ok(outcome(&serde_json::from_str(&results)?, status.success()))
    });
}

fn outcome(results: &Value, exited_well: bool) -> Outcome {
    let count = |key: &str| results["stats"][key].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    let (n_passed, n_failed, n_skipped, n_flaky) =
        (count("expected"), count("unexpected"), count("skipped"), count("flaky"));
    let mut troubles = failures(&results["suites"]);
    if n_skipped + n_flaky > 0 {
        troubles.push(format!("{n_skipped} skipped and {n_flaky} flaky: every test must run, and pass at once"));
    }
    if !exited_well && n_failed == 0 {
        troubles.push("Playwright failed outside of the tests".to_owned());
    }
    if n_passed + n_failed == 0 {
        troubles.push("no test ran".to_owned());
    }
    Outcome { n_passed, n_failed, note: String::new(), troubles }
}

/// How much of a failure is said again at the end.
const LINES_MOST: usize = 16;

/// Each failed test with what it said: what Playwright printed on the way is far above the end.
fn failures(suites: &Value) -> Vec<String> {
    let list = |it: &Value| it.as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for suite in list(suites) {
        for spec in list(&suite["specs"]).iter().filter(|it| it["ok"] == false) {
            let (file, title) = (spec["file"].as_str().unwrap_or_default(), spec["title"].as_str().unwrap_or_default());
            let results = list(&spec["tests"]).into_iter().flat_map(|it| list(&it["results"]));
            let errors = results.flat_map(|it| list(&it["errors"]));
            let said = errors.filter_map(|it| it["message"].as_str().map(plain)).collect::<Vec<_>>().join("\n");
            let said: Vec<&str> = said.lines().filter(|it| !it.trim().is_empty()).take(LINES_MOST).collect();
            found.push(format!("{file}: {title}\n    {}", said.join("\n    ")));
        }
        found.extend(failures(&suite["suites"]));
    }
    found
}

/// Without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut said = parts.next().unwrap_or_default().to_owned();
    said.extend(parts.map(|it| it.split_once('m').map_or(it, |it| it.1)));
    said
}

#[cfg(test)]
mod tests {
    use super::outcome;
    use serde_json::json;

    #[test]
    fn skipped_and_flaky_tests_are_trouble() {
        let clean = outcome(&json!({"stats": {"expected": 12, "unexpected": 0, "skipped": 0, "flaky": 0}}), true);
        assert_eq!((clean.n_passed, clean.n_failed, clean.troubles.len()), (12, 0, 0));
        let flaky = outcome(&json!({"stats": {"expected": 12, "unexpected": 0, "skipped": 1, "flaky": 2}}), true);
        assert_eq!(flaky.troubles, ["1 skipped and 2 flaky: every test must run, and pass at once"]);
        assert_eq!(outcome(&json!({"errors": []}), false).troubles.len(), 2);
    }

    #[test]
    fn a_failed_test_is_named_with_what_it_said() {
        let failed = |message: &str| json!([{"results": [{"errors": [{"message": message}]}]}]);
        let specs = json!([
            {"ok": true, "file": "a.spec.ts", "title": "fires a kiln", "tests": []},
            {"ok": false, "file": "a.spec.ts", "title": "cools a kiln", "tests": failed("\u{1b}[31mstill hot\u{1b}[39m\n\n at 1")},
        ]);
        let results =
            json!({"suites": [{"specs": [], "suites": [{"specs": specs}]}], "stats": {"expected": 1, "unexpected": 1}});
        assert_eq!(outcome(&results, false).troubles, ["a.spec.ts: cools a kiln\n    still hot\n     at 1"]);
    }
}
