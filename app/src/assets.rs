//! Where the browser finds the files of the pages. Their names carry a hash of their content.

use crate::prelude::*;
use serde::{Deserialize, Serialize};

/// Full paths such as `/assets/switchboard-0123.js`; empty for a file that was not built in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    pub script: String,
    pub wasm: String,
    pub inbox_style: String,
    pub pages_style: String,
    pub font: String,
    pub icons: String,
    pub favicon: String,
    pub touch_icon: String,
    pub manifest: String,
}

/// The file with all icons, for every [`Icon`](crate::parts::icon::Icon) below.
#[derive(Clone, Debug, Default)]
pub struct IconSheet(pub String);

/// The attribute of `<html>` that hands the path from the server to the browser. Reading it there
/// gives both sides one value before anything is hydrated.
pub const ICONS_ATTRIBUTE: &str = "data-icons";

pub fn provide_icon_sheet() {
    provide_context(IconSheet(icons()));
}

#[cfg(feature = "ssr")]
fn icons() -> String {
    use_context::<Assets>().unwrap_or_default().icons
}

#[cfg(not(feature = "ssr"))]
fn icons() -> String {
    document().document_element().and_then(|html| html.get_attribute(ICONS_ATTRIBUTE)).unwrap_or_default()
}
