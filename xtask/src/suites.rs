//! `make test`: every suite, one after another, none left out because an earlier one failed.

pub(crate) mod api;
mod arrows;
mod browser;
mod report;
mod rust;

use crate::bundle::{self, Grade};
use crate::postgres::Postgres;
use crate::workspace::Workspace;
use crate::{program, size, tools};
use anyhow::{Result, bail};
use report::{Outcome, Report};
use std::process::{Command, ExitCode};

struct Suite {
    name: &'static str,
    run: fn(&Bed, &mut Report),
    needs_postgres: bool,
}

const SUITES: [Suite; 7] = [
    Suite { name: "fmt", run: format, needs_postgres: false },
    Suite { name: "clippy", run: clippy, needs_postgres: false },
    Suite { name: "arrows", run: arrows::run, needs_postgres: false },
    Suite { name: "bundle", run: bundle, needs_postgres: false },
    Suite { name: "rust", run: rust::run, needs_postgres: true },
    Suite { name: "api", run: api::run, needs_postgres: false },
    Suite { name: "browser", run: browser::run, needs_postgres: true },
];

/// What the suites stand on.
struct Bed<'a> {
    workspace: &'a Workspace,
    postgres: Option<Postgres>,
}

impl Bed<'_> {
    /// Points a program at the throw-away Postgres.
    fn lend(&self, command: &mut Command) {
        match &self.postgres {
            Some(postgres) => command.env("TEST_POSTGRES_URL", &postgres.url),
            None => command.env_remove("TEST_POSTGRES_URL"),
        };
    }
}

pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<ExitCode> {
    let chosen = choose(names)?;
    let mut report = Report::default();
    let mut bed = Bed { workspace, postgres: None };
    for suite in chosen {
        if suite.needs_postgres && bed.postgres.is_none() {
            start_postgres(&mut bed, &mut report);
        }
        (suite.run)(&bed, &mut report);
    }
    drop(bed);
    Ok(report.close())
}

fn choose(names: &[String]) -> Result<Vec<&'static Suite>> {
    if let Some(unknown) = names.iter().find(|name| SUITES.iter().all(|suite| suite.name != *name)) {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        bail!("there is no suite `{unknown}`; there are {}", known.join(", "));
    }
    Ok(SUITES.iter().filter(|suite| names.is_empty() || names.iter().any(|name| name == suite.name)).collect())
}

fn start_postgres(bed: &mut Bed, report: &mut Report) {
    report.check("postgres starts", || {
        bed.postgres = Some(Postgres::start()?);
        Ok(Outcome::passed())
    });
}

fn format(bed: &Bed, report: &mut Report) {
    report.check("format", || {
        tools::components()?;
        program::run(program::cargo(bed.workspace).args(["fmt", "--all", "--check"]))?;
        Ok(Outcome::passed())
    });
}

fn clippy(bed: &Bed, report: &mut Report) {
    report.check("clippy", || {
        tools::components()?;
        let mut command = program::cargo(bed.workspace);
        program::run(command.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
        Ok(Outcome::passed())
    });
    report.check("clippy, browser", || {
        tools::wasm_target()?;
        let mut command = program::cargo(bed.workspace);
        command.args(["clippy", "--package", "switchboard", "--lib", "--target", "wasm32-unknown-unknown"]);
        program::run(command.args(["--no-default-features", "--features", "hydrate", "--", "-D", "warnings"]))?;
        Ok(Outcome::passed())
    });
}

fn bundle(bed: &Bed, report: &mut Report) {
    report.check("bundle, budget", || {
        let site = bundle::build(bed.workspace, Grade::Shipped)?;
        let figure = size::print(&site)?;
        if !figure.within_budget() {
            bail!("{figure}");
        }
        Ok(Outcome::passed().with_note(figure.to_string()))
    });
}

#[cfg(test)]
mod tests {
    use super::{SUITES, choose};

    #[test]
    fn no_name_chooses_every_suite_and_a_wrong_one_is_refused() {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(choose(&[]).unwrap().len(), SUITES.len());
        assert_eq!(
            choose(&names(&["browser", "fmt"])).unwrap().iter().map(|suite| suite.name).collect::<Vec<_>>(),
            ["fmt", "browser"]
        );
        assert!(choose(&names(&["fmt", "rusty"])).is_err());
    }
}
