//! What must be on the machine: found, or installed with a word about it, or refused with the command that installs it.

use crate::program;
use crate::progress::step;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const INSTALL_LIMIT: Duration = Duration::from_mins(3);
const OLDEST_NODE: u32 = 20;

/// The browser's target of the Rust compiler.
pub(crate) fn wasm_target() -> Result<()> {
    let mut ask = Command::new("rustc");
    let libraries = program::read(ask.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    step("Rust's wasm32-unknown-unknown target, with rustup", || {
        program::run_within(INSTALL_LIMIT, Command::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
            .context("install the compiler's target wasm32-unknown-unknown, then try again")
    })
}

/// `rustfmt` and `clippy`, which rustup's minimal profile leaves out.
pub(crate) fn components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if answers(Command::new("cargo").args([subcommand, "--version"])) {
            continue;
        }
        step(&format!("Rust's {component}, with rustup"), || {
            program::run_within(INSTALL_LIMIT, Command::new("rustup").args(["component", "add", component]))
                .with_context(|| format!("install {component}, then try again"))
        })?;
    }
    Ok(())
}

/// schemathesis, in a venv of its own; installed again only when what it stands on has changed.
pub(crate) fn schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    let list = workspace.root.join("xtask/api-requirements.txt");
    let wanted = std::fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let digest = hex(&Sha256::digest(&wanted));
    let venv = workspace.target.join("schemathesis");
    let (found, stamp) = (venv.join("bin/schemathesis"), venv.join(".installed"));
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == digest) {
        return Ok(found);
    }
    let advice = "install Python 3.10 or newer with venv and pip (on Debian: python3-venv), then try again";
    step("schemathesis, with pip", || {
        let mut make = Command::new("python3");
        program::run_within(INSTALL_LIMIT, make.args(["-m", "venv", "--clear"]).arg(&venv)).context(advice)?;
        let mut pip = Command::new(venv.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&list);
        program::run_within(INSTALL_LIMIT, &mut pip)
    })?;
    std::fs::write(stamp, digest)?;
    Ok(found)
}

/// The npm packages that a folder's lock file names, installed again only when the lock file has changed.
pub(crate) fn npm_packages(folder: &Path) -> Result<()> {
    let lock_file = folder.join("package-lock.json");
    let lock = std::fs::read(&lock_file).with_context(|| format!("cannot read {}", lock_file.display()))?;
    let digest = hex(&Sha256::digest(&lock));
    let stamp = folder.join("node_modules/.installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == digest) {
        return Ok(());
    }
    node()?;
    step(&format!("npm packages of {}", folder.display()), || {
        let mut command = Command::new("npm");
        command
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        program::run_within(INSTALL_LIMIT, &mut command)
    })?;
    std::fs::write(stamp, digest)?;
    Ok(())
}

/// The folder with PostgreSQL's server programs.
pub(crate) fn postgres_programs() -> Result<PathBuf> {
    if let Some(folder) = find_postgres_programs() {
        return Ok(folder);
    }
    apt_install("postgresql", "the server programs of PostgreSQL (`initdb`, `postgres`)")?;
    find_postgres_programs().context(
        "Debian's package postgresql is installed, yet `initdb` and `postgres` are not in /usr/lib/postgresql/*/bin",
    )
}

/// The browser for the browser tests: `CHROMIUM` when it is set, else the machine's own.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    let find_chromium = || program::find(&["chromium", "chromium-browser", "google-chrome"]);
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    apt_install("chromium", "the browser Chromium")?;
    find_chromium().context("Debian's package chromium is installed, yet there is no `chromium` on the path")
}

pub(crate) fn is_root() -> Result<bool> {
    Ok(program::read(Command::new("id").arg("-u"))?.trim() == "0")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn node() -> Result<()> {
    let advice = format!("install Node {OLDEST_NODE} or newer with npm, then try again");
    let version = program::read(Command::new("node").arg("--version")).context(advice.clone())?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node {} is too old: {advice}", version.trim());
    }
    Ok(())
}

fn find_postgres_programs() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file());
    let on_path = program::find(&["initdb"]).and_then(|path| path.parent().map(Path::to_path_buf)).filter(complete);
    on_path.or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let number = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let newest_last = {
            let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path()).collect();
            folders.sort_by_key(number);
            folders
        };
        newest_last.into_iter().rev().map(|version| version.join("bin")).find(complete)
    })
}

fn apt_install(package: &str, what: &str) -> Result<()> {
    if program::find(&["apt-get"]).is_none() || !is_root()? {
        bail!("{what} is missing: install it (on Debian: `sudo apt-get install {package}`), then try again");
    }
    step(&format!("{what}, as Debian's package {package}"), || {
        let mut update = Command::new("apt-get");
        program::run_within(INSTALL_LIMIT, update.args(["update", "--quiet"]))?;
        let mut install = Command::new("apt-get");
        install
            .args(["install", "--yes", "--quiet", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive");
        program::run_within(INSTALL_LIMIT, &mut install)
    })
}

fn answers(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}
