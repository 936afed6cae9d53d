//! Who may know whom: the only permitted dependencies among our crates, and what must stay out of the browser.

use super::Bed;
use super::report::{Outcome, Report};
use crate::{program, tools};
use anyhow::{Result, bail};
use serde_json::Value;

const ALLOWED: [(&str, &[&str]); 7] = [
    // The example runs in its tests.
    ("switchboard", &["app", "server", "model", "simulator", "order-bot"]),
    ("app", &["model", "server"]),
    ("server", &["model"]),
    ("model", &[]),
    ("simulator", &[]),
    ("xtask", &[]),
    ("order-bot", &[]),
];

pub(super) fn run(bed: &Bed, report: &mut Report) {
    report.check("arrows", || {
        let mut wrong = forbidden_arrows(&bed.workspace.metadata);
        wrong.extend(forbidden_in_browser(&browser_crates(bed)?));
        if !wrong.is_empty() {
            bail!("{}", wrong.join("; "));
        }
        Ok(Outcome::passed())
    });
}

fn browser_crates(bed: &Bed) -> Result<String> {
    tools::wasm_target()?;
    let mut command = program::cargo(bed.workspace);
    command.args(["tree", "--package", "switchboard", "--target", "wasm32-unknown-unknown"]);
    program::read(command.args([
        "--no-default-features",
        "--features",
        "hydrate",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ]))
}

fn forbidden_arrows(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut wrong = Vec::new();
    for package in packages {
        let from = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == from) else {
            wrong.push(format!("the crate {from} has no place in the line: give it one in xtask/src/suites/arrows.rs"));
            continue;
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let ours =
            dependencies.filter_map(|dependency| dependency["name"].as_str()).filter(|name| names.contains(name));
        wrong.extend(ours.filter(|to| !allowed.contains(to)).map(|to| format!("{from} must not depend on {to}")));
    }
    wrong
}

fn forbidden_in_browser(tree: &str) -> Vec<String> {
    let crates = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut forbidden: Vec<&str> = crates.filter(|name| *name == "server" || name.starts_with("sqlx")).collect();
    forbidden.sort_unstable();
    forbidden.dedup();
    forbidden.into_iter().map(|name| format!("the browser bundle must not contain {name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{forbidden_arrows, forbidden_in_browser};
    use serde_json::{Value, json};

    fn workspace(arrows: &[(&str, &[&str])]) -> Value {
        let dependencies = |names: &[&str]| names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>();
        let packages = arrows.iter().map(|(name, to)| json!({"name": name, "dependencies": dependencies(to)}));
        json!({"packages": packages.collect::<Vec<_>>()})
    }

    #[test]
    fn line_of_crates_is_allowed() {
        let line: [(&str, &[&str]); 4] = [
            ("switchboard", &["app", "tokio", "simulator"]),
            ("app", &["server", "model", "leptos"]),
            ("server", &["model"]),
            ("model", &["serde"]),
        ];
        assert_eq!(forbidden_arrows(&workspace(&line)), [""; 0]);
    }

    #[test]
    fn arrows_backwards_are_refused() {
        let wrong: [(&str, &[&str]); 4] =
            [("model", &["server"]), ("server", &["simulator"]), ("simulator", &["model"]), ("helpers", &[])];
        assert_eq!(
            forbidden_arrows(&workspace(&wrong)),
            [
                "model must not depend on server",
                "server must not depend on simulator",
                // `simulator` stands alone, even before `model`.
                "simulator must not depend on model",
                "the crate helpers has no place in the line: give it one in xtask/src/suites/arrows.rs",
            ]
        );
    }

    #[test]
    fn server_and_database_stay_out_of_the_browser() {
        let tree = "switchboard v0.1.0 (/home/mia)\napp v0.1.0 (/home/mia/app)\nserver_fn v0.8.0\nmodel v0.1.0 (/home/mia/model)\n";
        assert_eq!(forbidden_in_browser(tree), [""; 0]);
        let tree =
            "app v0.1.0\nserver v0.1.0 (/home/mia/server)\nsqlx v0.9.0\nsqlx-core v0.9.0\nsqlx-core v0.9.0 (*)\n";
        assert_eq!(
            forbidden_in_browser(tree),
            ["server", "sqlx", "sqlx-core"].map(|name| format!("the browser bundle must not contain {name}"))
        );
    }
}
