//! A stocked inbox as an agent meets it: in Chromium, with 500 other browsers open.

use super::intake::{number, tell};
use super::reading::{FULL, SECRET, Streams, serve, stocked_sqlite};
use super::{Bed, Figure};
use crate::progress::step;
use crate::{program, tools};
use anyhow::Result;
use std::process::Command;

const SWITCH_P95_MS: f64 = 100.0;
const PAINTED_P95_MS: f64 = 150.0;
const FIRST_VISIT_KB: f64 = 450.0;

pub(super) fn measure(bed: &Bed) -> Result<Vec<Figure>> {
    let chromium = tools::chromium()?;
    let folder = bed.workspace.root.join("end2end");
    tools::npm_packages(&folder)?;
    let (mut running, address) = serve(bed, &stocked_sqlite(bed, FULL)?)?;
    step("an agent's browser", || {
        let streams = Streams::open(bed, address)?;
        let of = |name: &str| streams.told[name].as_str().unwrap_or_default();
        let mut command = Command::new("node");
        command.arg("measure/inbox.mjs").current_dir(&folder);
        command.env("ADDRESS", format!("http://{address}")).env("SECRET", SECRET).env("CHROMIUM", chromium);
        command.env("EMAIL", of("email")).env("PASSWORD", of("password"));
        command.env("ACCOUNT", of("account")).env("CUSTOMER", of("customer"));
        let told = tell(&program::read(command.env("CONVERSATION", of("conversation")))?)?;
        drop(streams);
        program::stop(&mut running.child)?;
        println!("    {told}");
        let of = |name: &str| number(&told, name);
        let p50 = format!("{:.0} and {:.0} ms", of("switch_p50_ms")?, of("painted_p50_ms")?);
        Ok(vec![
            Figure::at_most("browser: switch to painted, p95", of("switch_p95_ms")?, SWITCH_P95_MS, "ms"),
            Figure::at_most("browser: message to painted, p95", of("painted_p95_ms")?, PAINTED_P95_MS, "ms"),
            Figure::without_target("browser: both, p50", p50),
            Figure::at_most("browser: first visit", of("first_visit_kb")?, FIRST_VISIT_KB, "KB"),
        ])
    })
}
