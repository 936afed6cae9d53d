//! The folder with the finished bundle. It is only ever replaced as a whole, and left alone while it is right already,
//! so that cargo does not embed it again for nothing.

use super::Grade;
use crate::progress::step;
use crate::tools::hex;
use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.txt";

/// One file of the bundle: what the code calls it, and what it is called on the way to the browser.
pub(crate) struct Asset {
    pub(crate) name: String,
    file: String,
    mime: &'static str,
    compressible: bool,
    etag: String,
    plain: Vec<u8>,
}

impl Asset {
    pub(crate) fn new(name: &str, plain: Vec<u8>) -> Result<Self> {
        let plain_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        let Some((stem, extension)) = name.rsplit_once('.').filter(|_| name.chars().all(plain_letter)) else {
            bail!("`{name}` cannot be an asset: a name has an extension, and only letters, digits, `.`, `-` and `_`");
        };
        let (mime, compressible) =
            kind(extension).with_context(|| format!("`{name}` cannot be an asset: its kind is unknown"))?;
        let hash = &hex(&Sha256::digest(&plain))[..16];
        Ok(Self {
            name: name.to_owned(),
            file: format!("{stem}-{hash}.{extension}"),
            mime,
            compressible,
            etag: format!("\"{hash}\""),
            plain,
        })
    }
}

/// Where the program serves it.
pub(crate) fn address(asset: &Asset) -> String {
    format!("/assets/{}", asset.file)
}

pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    /// Logical names and file names, in the order of the manifest.
    pub(crate) files: Vec<(String, String)>,
}

pub(super) fn write(folder: &Path, assets: &[Asset], grade: Grade) -> Result<Site> {
    let site = Site {
        folder: folder.to_owned(),
        files: assets.iter().map(|asset| (asset.name.clone(), asset.file.clone())).collect(),
    };
    let manifest = manifest(assets);
    if is_current(folder, assets, &manifest, grade) {
        return Ok(site);
    }
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    fs::create_dir_all(&fresh)?;
    for asset in assets {
        fs::write(fresh.join(&asset.file), &asset.plain)?;
    }
    if grade == Grade::Shipped {
        step("compression", || {
            assets.iter().filter(|asset| asset.compressible).try_for_each(|asset| compress(asset, folder, &fresh))
        })?;
    }
    fs::write(fresh.join(MANIFEST), manifest)?;
    remove(folder)?;
    fs::rename(&fresh, folder)?;
    Ok(site)
}

fn manifest(assets: &[Asset]) -> String {
    let lines =
        assets.iter().map(|asset| [asset.name.as_str(), &asset.file, asset.mime, &asset.etag].join("\t") + "\n");
    lines.collect()
}

/// File names carry the hash of their content, so the right names are the right files.
fn is_current(folder: &Path, assets: &[Asset], manifest: &str, grade: Grade) -> bool {
    let complete = |asset: &Asset| {
        let encodings: &[&str] =
            if asset.compressible && grade == Grade::Shipped { &["", ".br", ".gz"] } else { &[""] };
        encodings.iter().all(|encoding| folder.join(format!("{}{encoding}", asset.file)).is_file())
    };
    fs::read_to_string(folder.join(MANIFEST)).is_ok_and(|of_site| of_site == manifest) && assets.iter().all(complete)
}

fn compress(asset: &Asset, old: &Path, fresh: &Path) -> Result<()> {
    compress_as(".br", brotli, asset, old, fresh)?;
    compress_as(".gz", gzip, asset, old, fresh)
}

fn compress_as(
    encoding: &str,
    encode: impl Fn(&[u8]) -> Result<Vec<u8>>,
    asset: &Asset,
    old: &Path,
    fresh: &Path,
) -> Result<()> {
    let file = format!("{}{encoding}", asset.file);
    if old.join(&file).is_file() {
        fs::copy(old.join(&file), fresh.join(&file))?;
        return Ok(());
    }
    fs::write(fresh.join(&file), encode(&asset.plain)?)?;
    Ok(())
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let params =
        BrotliEncoderParams { quality: 11, lgwin: 24, lgblock: 16, size_hint: plain.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// The media type of a file, and whether compressing it is worth while.
fn kind(extension: &str) -> Option<(&'static str, bool)> {
    Some(match extension {
        "css" => ("text/css; charset=utf-8", true),
        "ico" => ("image/x-icon", false),
        "jpg" => ("image/jpeg", false),
        "js" => ("text/javascript; charset=utf-8", true),
        "json" => ("application/json", true),
        "png" => ("image/png", false),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "webmanifest" => ("application/manifest+json", true),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Asset, address, manifest};

    #[test]
    fn files_are_named_after_their_content() {
        let asset = Asset::new("icon-192.png", b"abc".to_vec()).unwrap();
        assert_eq!(address(&asset), "/assets/icon-192-ba7816bf8f01cfea.png");
        assert_eq!(
            manifest(&[asset]),
            "icon-192.png\ticon-192-ba7816bf8f01cfea.png\timage/png\t\"ba7816bf8f01cfea\"\n"
        );
    }

    #[test]
    fn files_that_cannot_be_served_are_refused() {
        for name in ["notes.docx", "no-extension", "white space.svg", "../icons.svg"] {
            assert!(Asset::new(name, Vec::new()).is_err(), "{name}");
        }
    }
}
