//! From the crate to the two files that a browser runs: the wasm module and its JavaScript glue.
//! wasm-bindgen and wasm-opt are slow, so their results are kept and used again while the compiled module is the same.

use super::Grade;
use super::site::Asset;
use crate::program;
use crate::progress::step;
use crate::tools::hex;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::{Bindgen, Output};

/// What rustc's wasm may contain since 1.87, by the names of wasm-opt, which otherwise refuses the module.
/// What one type differs from another by is often a number or two: such functions become one (1 % less), and what is
/// left is looked at again, twice.
const WASM_OPT: [&str; 13] = [
    "-Oz",
    "--merge-similar-functions",
    "-Oz",
    "-Oz",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-extended-const",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
const WASM_OPT_PROGRAM: &str = "xtask/node_modules/binaryen/bin/wasm-opt";
const TERSER_PROGRAM: &str = "xtask/node_modules/terser/bin/terser";
const GLUE: &str = "switchboard.js";

pub(super) fn compile(workspace: &Workspace, grade: Grade) -> Result<()> {
    step("browser code (cargo)", || {
        let mut command = program::cargo(workspace);
        command.args(["build", "--package", "switchboard", "--lib", "--target", "wasm32-unknown-unknown"]);
        command.args(["--profile", profile(grade), "--no-default-features", "--features", "hydrate"]);
        if let Some(sources) = sources_of_crates() {
            // Whoever panics says where: without the folders of this machine, of which the bundle shall know nothing.
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", format!("--remap-path-prefix={sources}="));
        }
        program::run(&mut command)
    })
}

pub(super) fn bind(workspace: &Workspace, grade: Grade) -> Result<Vec<Asset>> {
    let compiled = workspace.target.join("wasm32-unknown-unknown").join(profile(grade)).join("switchboard.wasm");
    let stamp = stamp(workspace, &super::read(&compiled)?)?;
    let kept = workspace.target.join("bound").join(profile(grade));
    if fs::read_to_string(kept.join("stamp")).is_ok_and(|of_kept| of_kept == stamp) {
        return assets(&kept);
    }
    let fresh = kept.with_extension("new");
    clear(&fresh)?;
    step("bindings (wasm-bindgen)", || generate(&compiled, &fresh))?;
    if grade == Grade::Shipped {
        step("size (wasm-opt)", || optimise(workspace, &module(&fresh)))?;
        step("size (terser)", || minify(workspace, &fresh.join(GLUE)))?;
    }
    fs::write(fresh.join("stamp"), stamp)?;
    clear(&kept)?;
    fs::rename(&fresh, &kept)?;
    assets(&kept)
}

fn sources_of_crates() -> Option<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")))?;
    Some(format!("{}/", home.join("registry/src").display()))
}

fn profile(grade: Grade) -> &'static str {
    match grade {
        Grade::Shipped => "browser",
        Grade::Quick => "demo",
    }
}

/// Everything that decides the result. The version of wasm-bindgen needs no place of its own: it is written in the module.
fn stamp(workspace: &Workspace, compiled: &[u8]) -> Result<String> {
    let mut inputs = Sha256::new();
    inputs.update(compiled);
    inputs.update(super::read(&workspace.root.join("xtask/package-lock.json"))?);
    inputs.update(WASM_OPT.join(" "));
    Ok(hex(&inputs.finalize()))
}

fn generate(compiled: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name("switchboard").web(true)?.typescript(false);
    // Without a default path the glue names no file: the page says which, under its hashed name.
    bindgen.omit_default_module_path(true).remove_name_section(true).remove_producers_section(true);
    let mut output = bindgen.generate_output()?;
    let names = shorten_imports(&mut output);
    output.emit(folder)?;
    let glue = folder.join(GLUE);
    fs::write(&glue, renamed(&String::from_utf8(super::read(&glue)?)?, &names))?;
    if folder.join("snippets").exists() {
        bail!(
            "a dependency brings JavaScript files of its own (snippets), which the bundle does not carry: do without it"
        );
    }
    Ok(())
}

/// What the module takes from the glue is named by a hash each, once in either file, which no compression makes shorter.
fn shorten_imports(output: &mut Output) -> HashMap<String, String> {
    let imports = output.wasm_mut().imports.iter_mut();
    let short = imports.enumerate().map(|(n, it)| {
        let short = format!("i{n:x}");
        (std::mem::replace(&mut it.name, short.clone()), short)
    });
    short.collect()
}

/// The same script, with other names wherever a whole word is one of these.
fn renamed(script: &str, names: &HashMap<String, String>) -> String {
    let is_of_word = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '$';
    let words = script.split_inclusive(|it| !is_of_word(it));
    words.fold(String::with_capacity(script.len()), |mut text, word| {
        let end = word.find(|it| !is_of_word(it)).unwrap_or(word.len());
        text.push_str(names.get(&word[..end]).map_or(&word[..end], String::as_str));
        text.push_str(&word[end..]);
        text
    })
}

fn minify(workspace: &Workspace, glue: &Path) -> Result<()> {
    let mut command = Command::new("node");
    // The file first: after an option it would be taken for its value.
    command.arg(workspace.root.join(TERSER_PROGRAM)).arg(glue).args(["--module", "--compress", "--mangle"]);
    program::run(command.arg("--output").arg(glue))
}

fn optimise(workspace: &Workspace, module: &Path) -> Result<()> {
    let optimised = module.with_extension("optimised");
    let mut command = Command::new("node");
    command.arg(workspace.root.join(WASM_OPT_PROGRAM)).args(WASM_OPT).arg(module).arg("-o").arg(&optimised);
    program::run(&mut command)?;
    fs::rename(optimised, module)?;
    Ok(())
}

fn assets(folder: &Path) -> Result<Vec<Asset>> {
    let glue = super::read(&folder.join(GLUE))?;
    Ok(vec![Asset::new(GLUE, glue)?, Asset::new("switchboard.wasm", super::read(&module(folder))?)?])
}

fn module(folder: &Path) -> PathBuf {
    folder.join("switchboard_bg.wasm")
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_get_another_name() {
        let names = HashMap::from([("__wbg_get_1".to_owned(), "i0".to_owned())]);
        let script = "const it = { __wbg_get_1: function() {}, __wbg_get_12: 1 }; it.__wbg_get_1();__wbg_get_1";
        let wanted = "const it = { i0: function() {}, __wbg_get_12: 1 }; it.i0();i0";
        assert_eq!(renamed(script, &names), wanted);
    }
}
