//! What the browser's half is made of, as one number: so that nobody links pages with a bundle that was made of
//! others, whose hydration would fail. Shared with the root's build script, so it stands on the standard library alone.

use std::io;
use std::path::{Path, PathBuf};

/// Below the root of the repository.
pub(crate) const SOURCES: [&str; 4] = ["app/src", "model/src", "src/lib.rs", "Cargo.lock"];

pub(crate) fn fingerprint(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    // FNV-1a: nobody attacks this, and it needs no crate.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        for byte in name.into_bytes().into_iter().chain(std::fs::read(&file)?) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
