//! The parts of a program, as tests need them.

use server::assets::Site;
use server::config::{Cli, SecretKey};
use server::media::keep::MediaStore;
use server::program::Parts;
use server::seams::Seams;
use server::store::Store;
use server::vault::Vault;
use std::path::Path;
use std::sync::Arc;

/// With its files in `folder`, and whatever else `args` say.
pub fn parts(store: Arc<dyn Store>, seams: Seams, folder: &Path, public_url: &str, args: &[&str]) -> Parts {
    server::telemetry::metrics();
    let media = format!("file://{}", folder.join("media").display());
    let args = [&["switchboard", "check", "--media-url", &media], args].concat();
    let settings = <Cli as clap::Parser>::parse_from(args).settings;
    let vault = Vault::new(&SecretKey([7; 32]));
    let media = MediaStore::open(&settings.media_url).unwrap();
    Parts::new(&settings, (store, media), seams, vault, public_url.parse().unwrap(), Site(&[])).unwrap()
}
