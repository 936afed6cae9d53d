//! `switchboard backup FILE`

use super::say;
use crate::config::{DatabaseUrl, Settings};
use crate::start::{StartError, chain};
use crate::store;
use crate::vault::key::{self, Source};
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Writes the copy under another name first, and gives it its own once it is on the disk: a file
/// of that name is always a whole backup.
pub async fn run(settings: &Settings, file: &Path) -> Result<(), StartError> {
    if let DatabaseUrl::Postgres(_) = settings.database_url {
        return Err(StartError::new(format!(
            "Postgres is copied with its own tool: pg_dump --format=custom --file={} \"$SWITCHBOARD_DATABASE_URL\" \
             (and restored with pg_restore)",
            file.display()
        )));
    }
    let cannot = |why: String| StartError::new(format!("cannot write the backup {}: {why}", file.display()));
    if file.exists() {
        return Err(cannot("the file exists already".to_owned()));
    }
    if let DatabaseUrl::Sqlite(path) = &settings.database_url
        && !path.exists()
    {
        return Err(StartError::new(format!("there is no database at {}", settings.database_url)));
    }
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    let store = store::open(&settings.database_url).await?;
    // What an interrupted backup left behind.
    let _ = std::fs::remove_file(partial);
    store.copy_to(partial).await.map_err(|error| cannot(chain(&error)))?;
    store.close().await;
    let size = keep(partial, file).map_err(|error| cannot(error.to_string()))?;
    say(format_args!("copied {} to {} ({} KB)", settings.database_url, file.display(), size.div_ceil(1024)));
    if let Ok(Some((_, Source::File(key)))) = key::find(settings) {
        say(format_args!("not in it: the secret key {}; keep a copy of that elsewhere", key.display()));
    }
    Ok(())
}

fn keep(partial: &Path, file: &Path) -> std::io::Result<u64> {
    let copy = File::open(partial)?;
    copy.set_permissions(Permissions::from_mode(0o600))?;
    copy.sync_all()?;
    std::fs::rename(partial, file)?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(copy.metadata()?.len())
}
