//! What the browser has to load, and whether it is within the budget: the module and its glue, as brotli.

use crate::bundle::Site;
use anyhow::{Context, Result};
use std::fs;

const KB: u64 = 1024;
const BUDGET: u64 = 350 * KB;

#[derive(Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) bytes: u64,
}

impl Figure {
    pub(crate) fn within_budget(self) -> bool {
        self.bytes <= BUDGET
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = if self.within_budget() { "within" } else { "OVER" };
        write!(f, "wasm + glue {} KB as brotli, {verdict} the budget of {} KB", kb(self.bytes), kb(BUDGET))
    }
}

/// Prints the table of sizes and the figure that the budget is about.
pub(crate) fn print(site: &Site) -> Result<Figure> {
    println!("\n{:<22} {:>10} {:>10} {:>10}", "KB", "plain", "brotli", "gzip");
    for (name, file) in &site.files {
        let length =
            |encoding: &str| fs::metadata(site.folder.join(format!("{file}{encoding}"))).ok().map(|found| found.len());
        let cell = |encoding: &str| length(encoding).map_or_else(String::new, kb);
        println!("{name:<22} {:>10} {:>10} {:>10}", cell(""), cell(".br"), cell(".gz"));
    }
    let figure = figure(site)?;
    println!("{figure}\n");
    Ok(figure)
}

fn figure(site: &Site) -> Result<Figure> {
    let mut bytes = 0;
    for (name, file) in &site.files {
        if name == "switchboard.js" || name == "switchboard.wasm" {
            let compressed = site.folder.join(format!("{file}.br"));
            bytes += fs::metadata(&compressed).with_context(|| format!("cannot read {}", compressed.display()))?.len();
        }
    }
    Ok(Figure { bytes })
}

/// In kilobytes with one decimal, rounded up: a budget must not be met by rounding.
fn kb(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(KB);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, Figure, kb};

    #[test]
    fn budget_is_not_met_by_rounding() {
        assert!(Figure { bytes: BUDGET }.within_budget());
        assert!(!Figure { bytes: BUDGET + 1 }.within_budget());
        assert_eq!(
            Figure { bytes: BUDGET + 1 }.to_string(),
            "wasm + glue 350.1 KB as brotli, OVER the budget of 350.0 KB"
        );
        assert_eq!(kb(BUDGET), "350.0");
    }
}
