//! The browser bundle: the wasm module with its glue, the styles, the font and the public files, all under names that
//! change with their content, in `<target>/site`. The program embeds that folder; nothing here is read at run time.

mod css;
mod site;
mod styles;
mod wasm;

use crate::sources;
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use site::Asset;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

pub(crate) use site::Site;

const FONT: &str = "xtask/node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

/// What the bundle is for. `Shipped` is what people get: the smallest we can make it, compressed. `Quick` is for
/// `make dev`: compiled in seconds, neither optimised nor compressed, and kept apart from the shipped one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    Shipped,
    Quick,
}

impl Grade {
    pub(crate) fn site(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Shipped => workspace.site(),
            Self::Quick => workspace.target.join("quick-site"),
        }
    }
}

pub(crate) fn build(workspace: &Workspace, grade: Grade) -> Result<Site> {
    tools::wasm_target()?;
    tools::npm_packages(&workspace.root.join("xtask"))?;
    // Read before: what changes while the compiler runs is not in the bundle.
    let sources = sources::fingerprint(&workspace.root)?;
    wasm::compile(workspace, grade)?;
    let site = restyle(workspace, grade)?;
    note(&site.folder.with_extension("sources"), &sources)?;
    Ok(site)
}

/// Leaves the file alone where it says so already: the program is linked anew when it changes.
fn note(file: &Path, words: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|known| known == words) {
        return Ok(());
    }
    fs::write(file, words).with_context(|| format!("cannot write {}", file.display()))
}

/// Builds the bundle again without compiling: for a change of the styles alone.
pub(crate) fn restyle(workspace: &Workspace, grade: Grade) -> Result<Site> {
    let _alone = lock(workspace)?;
    let mut assets = wasm::bind(workspace, grade)?;
    assets.extend(public_files(&workspace.root.join("style/public"))?);
    assets.push(Asset::new("inter.woff2", read(&workspace.root.join(FONT))?)?);
    let sheets = styles::join(&workspace.root.join("style"), &assets)?;
    let manifest = styles::manifest(&workspace.root.join("style"), &assets)?;
    assets.extend(sheets);
    assets.push(manifest);
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    site::write(&grade.site(workspace), &assets, grade)
}

/// Two builds on one target folder take turns.
fn lock(workspace: &Workspace) -> Result<File> {
    fs::create_dir_all(&workspace.target)?;
    let file = File::create(workspace.target.join("bundle.lock"))?;
    file.lock()?;
    Ok(file)
}

fn public_files(folder: &Path) -> Result<Vec<Asset>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut assets = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            let name =
                path.file_name().and_then(|name| name.to_str()).context("a file name in style/public is not UTF-8")?;
            assets.push(Asset::new(name, read(&path)?)?);
        }
    }
    Ok(assets)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
