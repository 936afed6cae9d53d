//! What a process has used of the machine, from /proc.

use std::fs::read_to_string;

/// Processor seconds since the start of the process.
pub fn cpu_s(process: &str) -> Option<f64> {
    let stat = read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name in parentheses: state, then the fields from the fourth on.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(hundredths(fields.get(11)?)? + hundredths(fields.get(12)?)?)
}

/// Processor seconds of everything on the machine since its start.
pub fn all_cpu_s() -> Option<f64> {
    let stat = read_to_string("/proc/stat").ok()?;
    let fields: Vec<&str> = stat.lines().next()?.split_whitespace().collect();
    // user, nice, system, then irq and softirq after two of idleness.
    [1, 2, 3, 6, 7].iter().map(|place| fields.get(*place).and_then(|it| hundredths(it))).sum()
}

fn hundredths(field: &str) -> Option<f64> {
    field.parse::<f64>().ok().map(|it| it / 100.0)
}

/// The most memory that was ever resident.
pub fn peak_mb(process: &str) -> Option<f64> {
    let status = read_to_string(format!("/proc/{process}/status")).ok()?;
    let kb = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kb.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|it| it / 1024.0)
}
