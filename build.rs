//! Hands the browser bundle to the program: writes the list of its files, each embedded, for `include!`.
//! The bundle itself is made by `cargo xtask bundle`. Without one the list is empty, and the program still compiles.

#[path = "xtask/src/sources.rs"]
mod sources;

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return Ok(());
    }
    println!("cargo:rerun-if-env-changed=SWITCHBOARD_SITE");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let site = site(&root);
    let manifest = site.join("manifest.txt");
    // File names change with their content, and the manifest lists the names: watching it is watching them all.
    println!("cargo:rerun-if-changed={}", manifest.display());
    let noted = site.with_extension("sources");
    println!("cargo:rerun-if-changed={}", noted.display());
    for source in sources::SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    let is_of_these_pages =
        fs::read_to_string(&noted).is_ok_and(|known| sources::fingerprint(&root).ok() == Some(known));
    if manifest.exists() && !is_of_these_pages {
        println!("cargo:warning=left out the browser bundle: it was made of other pages; run cargo xtask bundle");
    }
    let lines = if manifest.exists() && is_of_these_pages { fs::read_to_string(&manifest)? } else { String::new() };
    let out = PathBuf::from(env::var("OUT_DIR")?).join("site.rs");
    fs::write(out, list(&site, &lines)?)?;
    Ok(())
}

fn site(root: &Path) -> PathBuf {
    let named = env::var_os("SWITCHBOARD_SITE").filter(|named| !named.is_empty());
    root.join(named.map_or_else(|| PathBuf::from("target/site"), PathBuf::from))
}

fn list(site: &Path, lines: &str) -> Result<String, Box<dyn Error>> {
    let mut list = String::from("&[\n");
    for line in lines.lines() {
        let [name, file, mime, etag] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("a line of the manifest is not of four columns: {line}").into());
        };
        let plain = embedded(&site.join(file));
        let brotli = embedded_if_there(&site.join(format!("{file}.br")));
        let gzip = embedded_if_there(&site.join(format!("{file}.gz")));
        writeln!(
            list,
            "    Asset {{ name: {name:?}, file: {file:?}, mime: {mime:?}, etag: {etag:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},"
        )?;
    }
    list.push_str("]\n");
    Ok(list)
}

fn embedded_if_there(path: &Path) -> String {
    if path.exists() { format!("Some({})", embedded(path)) } else { "None".to_owned() }
}

fn embedded(path: &Path) -> String {
    format!("include_bytes!({:?})", path.display().to_string())
}
