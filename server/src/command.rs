//! The commands of the program, one file each. What they say goes to standard output; logs go to
//! standard error.

pub mod account;
pub mod backup;
pub mod check;
pub mod key;
pub mod migrate;
pub mod replay;
pub mod serve;
pub mod token;
pub mod user;

use std::io::Write as _;

/// Says one line to whoever started the program. Nobody listening is no reason to stop.
pub fn say(line: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
