//! The stamp of this build: what travels between program and pages is read only where both have the same.

#[path = "../xtask/src/sources.rs"]
mod sources;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let root = Path::new("..");
    for source in sources::SOURCES {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    let stamp = u64::from_str_radix(&sources::fingerprint(root)?, 16)?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("stamp.rs");
    fs::write(out, format!("{:?}", stamp.to_be_bytes()))?;
    Ok(())
}
