//! Says what is being done, and how long it took: nobody should have to guess whether a long step hangs.

use anyhow::Result;
use std::time::Instant;

pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {what}");
    let started = Instant::now();
    let outcome = work()?;
    println!("    {:.1} s  {what}", started.elapsed().as_secs_f64());
    Ok(outcome)
}
