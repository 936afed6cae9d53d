//! The style sheets: joined as `style/sheets.txt` says, made smaller, and pointed at the hashed names of what they use.

use super::css;
use super::site::{Asset, address};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Beside the public files, because it is not taken as it stands.
const MANIFEST: &str = "switchboard.webmanifest";

pub(super) fn join(folder: &Path, assets: &[Asset]) -> Result<Vec<Asset>> {
    let list = text(&folder.join("sheets.txt"))?;
    sheets(&list)?.into_iter().map(|(name, parts)| join_one(folder, name, &parts, assets)).collect()
}

fn join_one(folder: &Path, name: &str, parts: &[&str], assets: &[Asset]) -> Result<Asset> {
    let mut joined = String::new();
    for part in parts {
        let path = folder.join(part);
        let minified = css::minify(&text(&path)?).with_context(|| path.display().to_string())?;
        joined.push_str(&with_addresses(&minified, assets).with_context(|| path.display().to_string())?);
        joined.push('\n');
    }
    Asset::new(name, joined.into_bytes())
}

/// What makes the program installable; it names its icons as the sheets name what they use.
pub(super) fn manifest(folder: &Path, assets: &[Asset]) -> Result<Asset> {
    let mut text = text(&folder.join(MANIFEST))?;
    while let Some((before, rest)) = text.split_once("\"asset:") {
        let (name, after) = rest.split_once('"').context("a name of an asset is never closed")?;
        text = format!("{before}\"{}\"{after}", address_of(name, assets)?);
    }
    Asset::new(MANIFEST, text.into_bytes())
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads lines such as `inbox.css: tokens.css base.css`.
fn sheets(list: &str) -> Result<Vec<(&str, Vec<&str>)>> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, parts) =
                line.split_once(':').with_context(|| format!("style/sheets.txt: `{line}` has no colon"))?;
            Ok((name.trim(), parts.split_whitespace().collect()))
        })
        .collect()
}

/// Replaces `url("asset:NAME")` by the address of the asset NAME.
fn with_addresses(css: &str, assets: &[Asset]) -> Result<String> {
    let mut pointed = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("url(") {
        let (before, from_url) = rest.split_at(start);
        let end = from_url.find(')').context("a url( is never closed")?;
        let target = from_url[4..end].trim().trim_matches(['"', '\'']);
        pointed.push_str(before);
        match target.strip_prefix("asset:") {
            Some(name) => pointed.extend(["url(", &address_of(name, assets)?, ")"]),
            None => pointed.push_str(&from_url[..=end]),
        }
        rest = &from_url[end + 1..];
    }
    pointed.push_str(rest);
    Ok(pointed)
}

fn address_of(name: &str, assets: &[Asset]) -> Result<String> {
    let Some(asset) = assets.iter().find(|asset| asset.name == name) else {
        let known: Vec<&str> = assets.iter().map(|asset| asset.name.as_str()).collect();
        bail!("url(\"asset:{name}\"): there is no such asset; there are {}", known.join(", "));
    };
    Ok(address(asset))
}

#[cfg(test)]
mod tests {
    use super::{Asset, address, sheets, with_addresses};

    fn font() -> Asset {
        Asset::new("inter.woff2", b"a font".to_vec()).unwrap()
    }

    #[test]
    fn assets_are_found_under_their_hashed_names() {
        let expected = format!("a{{src:url({}) format(\"woff2\"),url(\"b.png\")}}", address(&font()));
        for quote in ["\"", "'", ""] {
            let css = format!("a{{src:url({quote}asset:inter.woff2{quote}) format(\"woff2\"),url(\"b.png\")}}");
            assert_eq!(with_addresses(&css, &[font()]).unwrap(), expected);
        }
    }

    #[test]
    fn unknown_asset_is_refused_by_name() {
        let error = with_addresses("a{src:url(\"asset:itner.woff2\")}", &[font()]).unwrap_err().to_string();
        assert_eq!(error, "url(\"asset:itner.woff2\"): there is no such asset; there are inter.woff2");
    }

    #[test]
    fn sheets_are_listed_in_their_order() {
        let list = "# what is joined\n\ninbox.css: tokens.css  base.css\npages.css: pages.css\n";
        assert_eq!(
            sheets(list).unwrap(),
            [("inbox.css", vec!["tokens.css", "base.css"]), ("pages.css", vec!["pages.css"])]
        );
        assert!(sheets("inbox.css tokens.css").is_err());
    }
}
