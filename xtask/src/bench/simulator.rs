//! How fast the pretended Meta starts and answers: it must never be what holds up a measurement.

use super::server::{Running, server, sqlite};
use super::{Bed, Figure};
use crate::program;
use crate::progress::step;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::time::Instant;

const START_TARGET_MS: f64 = 1000.0;
const REQUESTS_TARGET_S: f64 = 5000.0;

pub(super) fn measure(bed: &Bed) -> Result<Vec<Figure>> {
    let program = bed.workspace.binary("release", "switchboard");
    let unused = sqlite(&bed.folder.join("switchboard.db"));
    step("messages to the simulator", || {
        let started = Instant::now();
        let mut command = server(&program, &bed.folder, &unused);
        let mut running = Running::start(command.args(["simulator", "--listen", "127.0.0.1:0"]))?;
        let address = running.address()?.to_string();
        let start_ms = started.elapsed().as_secs_f64() * 1000.0;
        let told: Value = serde_json::from_str(&program::read(&mut bed.hammer(&["ask", "--address", &address]))?)?;
        program::stop(&mut running.child)?;
        let number = |name: &str| told[name].as_f64().with_context(|| format!("no {name} in {told}"));
        let requests_s = number("requests_s")?;
        let answered = format!("{:.1} and {:.1} ms", number("p50_ms")?, number("p99_ms")?);
        let measured = format!("{requests_s:.0}");
        let met = requests_s >= REQUESTS_TARGET_S && told["refused"] == 0;
        let start = format!("{start_ms:.0} ms");
        let start_target = format!("≤ {START_TARGET_MS:.0} ms");
        Ok(vec![
            Figure::against("simulator, start", start, start_target, start_ms <= START_TARGET_MS),
            Figure::against("simulator, messages a second", measured, format!("≥ {REQUESTS_TARGET_S:.0}"), met),
            Figure::without_target("simulator, answered within, p50 and p99", answered),
        ])
    })
}
