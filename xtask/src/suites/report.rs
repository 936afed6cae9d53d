//! What came of the suites: a heading while each runs, one line each at the end, and the count of all that was checked.

use anyhow::Result;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// A suite without tests of its own is one check.
pub(super) struct Outcome {
    pub(super) n_passed: usize,
    pub(super) n_failed: usize,
    pub(super) note: String,
    /// Why the suite failed, beyond a count of failed tests.
    pub(super) troubles: Vec<String>,
}

impl Outcome {
    pub(super) fn passed() -> Self {
        Self { n_passed: 1, n_failed: 0, note: String::new(), troubles: Vec::new() }
    }

    pub(super) fn with_note(self, note: String) -> Self {
        Self { note, ..self }
    }

    fn is_ok(&self) -> bool {
        self.n_failed == 0 && self.troubles.is_empty()
    }

    /// A suite that failed without a failed test counts as one.
    fn n_failed(&self) -> usize {
        self.n_failed.max(usize::from(!self.is_ok()))
    }
}

struct Line {
    suite: &'static str,
    outcome: Outcome,
    took: Duration,
}

#[derive(Default)]
pub(super) struct Report {
    lines: Vec<Line>,
}

impl Report {
    pub(super) fn check(&mut self, suite: &'static str, work: impl FnOnce() -> Result<Outcome>) {
        println!("\n######## {suite}");
        let started = Instant::now();
        let outcome = work().unwrap_or_else(|error| Outcome {
            n_passed: 0,
            n_failed: 0,
            note: String::new(),
            troubles: vec![format!("{error:#}")],
        });
        for trouble in &outcome.troubles {
            eprintln!("error: {trouble}");
        }
        self.lines.push(Line { suite, outcome, took: started.elapsed() });
    }

    pub(super) fn close(self) -> ExitCode {
        println!();
        for line in &self.lines {
            println!("{}", summary(line));
        }
        for trouble in self.lines.iter().flat_map(|line| &line.outcome.troubles) {
            println!("\nerror: {trouble}");
        }
        let n_passed: usize = self.lines.iter().map(|line| line.outcome.n_passed).sum();
        let n_failed: usize = self.lines.iter().map(|line| line.outcome.n_failed()).sum();
        println!("\n{n_passed} passed, {n_failed} failed");
        if n_failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn summary(line: &Line) -> String {
    let outcome = &line.outcome;
    let mark = if outcome.is_ok() { "ok" } else { "FAIL" };
    let counts = match (outcome.n_passed, outcome.n_failed) {
        (0 | 1, 0) => String::new(),
        (n_passed, 0) => format!("{n_passed} passed"),
        (n_passed, n_failed) => format!("{n_passed} passed, {n_failed} failed"),
    };
    let seconds = line.took.as_secs_f64().round();
    let remarks = std::iter::once(&outcome.note).chain(&outcome.troubles).filter(|remark| !remark.is_empty());
    let remarks: Vec<&str> = remarks.filter_map(|remark| remark.lines().next()).collect();
    format!("{mark:<5} {:<18} {counts:<24} {seconds:>5} s   {}", line.suite, remarks.join("; ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Line, Outcome, summary};
    use std::time::Duration;

    #[track_caller]
    fn reads(outcome: Outcome, expected: &str) {
        assert_eq!(summary(&Line { suite: "rust tests", outcome, took: Duration::from_millis(44_600) }), expected);
    }

    #[test]
    fn each_suite_is_one_line() {
        reads(Outcome::passed(), "ok    rust tests                                     45 s");
        reads(
            Outcome { n_passed: 123, ..Outcome::passed() },
            "ok    rust tests         123 passed                  45 s",
        );
        reads(
            Outcome { n_failed: 2, ..Outcome::passed() },
            "FAIL  rust tests         1 passed, 2 failed          45 s",
        );
    }

    #[test]
    fn trouble_without_a_failed_test_is_one_failure() {
        let outcome =
            Outcome { troubles: vec!["it did not compile\nat all".to_owned()], n_passed: 0, ..Outcome::passed() };
        assert_eq!(outcome.n_failed(), 1);
        reads(outcome, "FAIL  rust tests                                     45 s   it did not compile");
    }
}
