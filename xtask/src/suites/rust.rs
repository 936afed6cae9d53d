//! All tests written in Rust. Nothing may be skipped, and the store's tests must have run on both databases.

use super::Bed;
use super::report::{Outcome, Report};
use crate::program;

pub(super) fn run(bed: &Bed, report: &mut Report) {
    let mut tally = None;
    report.check("rust tests", || {
        let mut command = program::cargo(bed.workspace);
        bed.lend(command.args(["test", "--workspace", "--no-fail-fast"]));
        let (status, output) = program::run_and_read(&mut command)?;
        let tally = tally.insert(Tally::read(&output));
        Ok(tally.outcome(status.success()))
    });
    report.check("store conformance", || Ok(tally.unwrap_or_default().conformance()));
}

/// What `cargo test` said, over all its test programs.
#[derive(Default)]
struct Tally {
    n_passed: usize,
    n_failed: usize,
    n_ignored: usize,
    n_filtered: usize,
    failed: Vec<String>,
    /// The conformance tests that ran, without the name of the database.
    sqlite: Vec<String>,
    postgres: Vec<String>,
}

impl Tally {
    fn read(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            if let Some(result) = line.strip_prefix("test result: ") {
                tally.n_passed += count(result, "passed");
                tally.n_failed += count(result, "failed");
                tally.n_ignored += count(result, "ignored");
                tally.n_filtered += count(result, "filtered out");
            } else if let Some((name, verdict)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... ")) {
                tally.note(name, verdict);
            }
        }
        tally.sqlite.sort();
        tally.postgres.sort();
        tally
    }

    fn note(&mut self, name: &str, verdict: &str) {
        if verdict.starts_with("ignored") {
            return;
        }
        if verdict.starts_with("FAILED") {
            self.failed.push(name.to_owned());
        }
        // One body makes two tests, each in a module named after its database.
        for (database, rules) in [("sqlite", &mut self.sqlite), ("postgres", &mut self.postgres)] {
            let segments: Vec<&str> = name.split("::").collect();
            if segments.contains(&database) {
                let rule: Vec<&str> = segments.into_iter().filter(|segment| *segment != database).collect();
                rules.push(rule.join("::"));
            }
        }
    }

    fn outcome(&self, exited_well: bool) -> Outcome {
        let mut troubles = Vec::new();
        if self.n_ignored + self.n_filtered > 0 {
            troubles
                .push(format!("{} ignored and {} filtered out: every test must run", self.n_ignored, self.n_filtered));
        }
        if !exited_well && self.n_failed == 0 {
            troubles.push(
                "`cargo test` failed outside of the tests: something does not compile, or a test program crashed"
                    .to_owned(),
            );
        }
        if self.n_passed + self.n_failed == 0 {
            troubles.push("no test ran".to_owned());
        }
        Outcome { n_passed: self.n_passed, n_failed: self.n_failed, note: self.failed.join(", "), troubles }
    }

    fn conformance(&self) -> Outcome {
        let missing = |here: &[String], there: &[String]| here.iter().find(|rule| !there.contains(rule)).cloned();
        let mut troubles = Vec::new();
        if self.postgres.is_empty() {
            troubles.push("no conformance test ran on Postgres".to_owned());
        } else if let Some(rule) = missing(&self.sqlite, &self.postgres) {
            troubles.push(format!("not run on Postgres: {rule}"));
        } else if let Some(rule) = missing(&self.postgres, &self.sqlite) {
            troubles.push(format!("not run on SQLite: {rule}"));
        } else if self.sqlite.len() != self.postgres.len() {
            troubles.push("not the same number of tests on both databases".to_owned());
        }
        let note = format!("sqlite {}, postgres {}", self.sqlite.len(), self.postgres.len());
        Outcome { n_passed: usize::from(troubles.is_empty()), n_failed: 0, note, troubles }
    }
}

/// The number before a word, in a line such as `ok. 3 passed; 0 failed; …`.
fn count(result: &str, word: &str) -> usize {
    let parts = result.split([';', '.']).map(str::trim);
    parts.filter_map(|part| part.strip_suffix(word)).find_map(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    const TWO_PROGRAMS: &str = "
running 3 tests
test sessions::sqlite::they_expire ... ok
test sessions::postgres::they_expire ... ok
test clock::time_stands_still - should panic ... ok

test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s

running 2 tests
test panics ... FAILED
test works ... ok

failures:
test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn counts_are_added_up_over_the_programs() {
        let tally = Tally::read(TWO_PROGRAMS);
        assert_eq!((tally.n_passed, tally.n_failed, tally.n_ignored, tally.n_filtered), (4, 1, 0, 0));
        let outcome = tally.outcome(false);
        assert_eq!((outcome.n_passed, outcome.n_failed, outcome.troubles.len()), (4, 1, 0));
        assert_eq!(outcome.note, "panics");
    }

    #[test]
    fn skipped_tests_are_trouble() {
        let skipped = Tally::read(
            "test a ... ignored, slow\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s",
        );
        assert_eq!(skipped.outcome(true).troubles, ["1 ignored and 4 filtered out: every test must run"]);
    }

    #[test]
    fn code_that_does_not_compile_is_trouble() {
        assert_eq!(Tally::read("").outcome(false).troubles.len(), 2);
    }

    #[test]
    fn both_databases_must_have_run_the_same_tests() {
        let conformance = |output: &str| Tally::read(output).conformance();
        let same = conformance(TWO_PROGRAMS);
        assert_eq!((same.note.as_str(), same.troubles.len(), same.n_passed), ("sqlite 1, postgres 1", 0, 1));
        assert_eq!(conformance("").troubles, ["no conformance test ran on Postgres"]);
        let one_missing =
            "test sqlite::a ... ok\ntest sqlite::b ... ok\ntest postgres::a ... ok\ntest postgres::b ... ignored";
        assert_eq!(conformance(one_missing).troubles, ["not run on Postgres: b"]);
        assert_eq!(
            conformance("test sqlite::a ... ok\ntest postgres::a ... ok\ntest postgres::c ... ok").troubles,
            ["not run on SQLite: c"]
        );
    }
}
