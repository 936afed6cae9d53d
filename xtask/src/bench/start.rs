//! How long the program takes to start, and its memory then.

use super::server::{Running, resident_mb, server, sqlite};
use super::{Bed, Figure};
use crate::program;
use crate::progress::step;
use anyhow::Result;
use std::time::{Duration, Instant};

const N_STARTS: usize = 11;
const START_TARGET_MS: f64 = 300.0;
const MEMORY_TARGET_MB: f64 = 40.0;

pub(super) fn measure(bed: &Bed) -> Result<Vec<Figure>> {
    let program = bed.workspace.binary("release", "switchboard");
    let url = sqlite(&bed.folder.join("switchboard.db"));
    program::run(server(&program, &bed.folder, &url).arg("migrate"))?;
    let mut ready_ms = Vec::new();
    let mut memory_mb = 0.0;
    step(&format!("{N_STARTS} starts"), || {
        for start_idx in 0..N_STARTS {
            let started = Instant::now();
            let mut command = server(&program, &bed.folder, &url);
            let mut running = Running::start(command.args(["serve", "--listen", "127.0.0.1:0"]))?;
            running.wait_until_ready()?;
            ready_ms.push(started.elapsed().as_secs_f64() * 1000.0);
            if start_idx == N_STARTS - 1 {
                std::thread::sleep(Duration::from_secs(2).saturating_sub(started.elapsed()));
                memory_mb = resident_mb(running.child.id())?;
            }
            program::stop(&mut running.child)?;
        }
        Ok(())
    })?;
    ready_ms.sort_by(f64::total_cmp);
    let (median, fastest, slowest) = (ready_ms[N_STARTS / 2], ready_ms[0], ready_ms[N_STARTS - 1]);
    let measured = format!("{median:.0} ms ({fastest:.0} to {slowest:.0})");
    let target = format!("≤ {START_TARGET_MS:.0} ms");
    Ok(vec![
        Figure::against("start to /readyz", measured, target, median <= START_TARGET_MS),
        Figure::at_most("memory after start", memory_mb, MEMORY_TARGET_MB, "MB"),
    ])
}
