//! Where the secret key comes from: the setting, or a file beside the data that the first start makes.

use crate::chance::{Chance, hex};
use crate::config::{DatabaseUrl, SecretKey, SecretKeys, Settings};
use crate::start::StartError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Setting,
    File(PathBuf),
    /// The same, made just now.
    NewFile(PathBuf),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setting => f.write_str("SWITCHBOARD_SECRET_KEY"),
            Self::File(path) | Self::NewFile(path) => write!(f, "{}", path.display()),
        }
    }
}

/// The key of this installation; made if there is none yet.
pub fn find_or_make(settings: &Settings, chance: &dyn Chance) -> Result<(SecretKeys, Source), StartError> {
    if let Some(found) = find(settings)? {
        return Ok(found);
    }
    let path = file_of(&settings.database_url);
    let made = make(&path, chance);
    let made = made.map_err(|error| StartError::new(format!("cannot make the secret key {}: {error}", path.display())));
    let source = if made? { Source::NewFile(path.clone()) } else { Source::File(path.clone()) };
    match read(&path)? {
        Some(key) => Ok((key, source)),
        None => Err(StartError::new(format!("the secret key {} went away while it was read", path.display()))),
    }
}

/// The key if there is one already.
pub fn find(settings: &Settings) -> Result<Option<(SecretKeys, Source)>, StartError> {
    if let Some(keys) = &settings.secret_key {
        return Ok(Some((keys.clone(), Source::Setting)));
    }
    let path = file_of(&settings.database_url);
    Ok(read(&path)?.map(|key| (key, Source::File(path))))
}

/// Beside a SQLite file; for Postgres where SQLite's would be.
pub fn file_of(database: &DatabaseUrl) -> PathBuf {
    let folder = match database {
        DatabaseUrl::Sqlite(path) => path.parent().unwrap_or(Path::new("")),
        DatabaseUrl::Postgres(_) => Path::new("data"),
    };
    folder.join("switchboard.key")
}

/// Whether others on this machine may read the key.
pub fn is_open_to_others(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

fn read(path: &Path) -> Result<Option<SecretKeys>, StartError> {
    match std::fs::read_to_string(path) {
        Ok(text) => text.parse().map(Some).map_err(|_: String| {
            StartError::new(format!(
                "{} holds no secret key: put back the file of a backup, or set SWITCHBOARD_SECRET_KEY",
                path.display()
            ))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StartError::new(format!("cannot read the secret key {}: {error}", path.display()))),
    }
}

/// Writes the whole key under another name first. Giving it its own name succeeds for one of
/// several starts; the others read that one's. `false` if there was one already.
fn make(path: &Path, chance: &dyn Chance) -> std::io::Result<bool> {
    let folder = folder_of(path);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let partial = partial_of(path, chance);
    let named = write(&partial, &[new(chance)]).and_then(|()| std::fs::hard_link(&partial, path));
    // Only a leftover, whatever came of it.
    let _ = std::fs::remove_file(&partial);
    match named {
        Ok(()) => File::open(folder)?.sync_all().map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.exists() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts a new key before the one of today, which stays as the former one: whoever is killed at any moment of a
/// rotation finds a file that opens everything.
pub fn renew(path: &Path, keys: &SecretKeys, chance: &dyn Chance) -> std::io::Result<SecretKeys> {
    let renewed = SecretKeys { current: new(chance), former: vec![keys.current.clone()] };
    let partial = partial_of(path, chance);
    let all = [renewed.current.clone(), keys.current.clone()];
    let named = write(&partial, &all).and_then(|()| std::fs::rename(&partial, path));
    if named.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    named?;
    File::open(folder_of(path))?.sync_all()?;
    Ok(renewed)
}

fn new(chance: &dyn Chance) -> SecretKey {
    let mut bytes = [0u8; 32];
    chance.fill(&mut bytes);
    SecretKey(bytes)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn partial_of(path: &Path, chance: &dyn Chance) -> PathBuf {
    let mut name = [0u8; 8];
    chance.fill(&mut name);
    folder_of(path).join(format!("switchboard.key.{}", hex(&name)))
}

fn write(path: &Path, keys: &[SecretKey]) -> std::io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    for key in keys {
        writeln!(file, "{}", STANDARD.encode(key.0))?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemChance;
    use crate::config::Cli;
    use clap::Parser as _;
    use std::sync::Barrier;

    fn settings(folder: &Path) -> Settings {
        let url = format!("sqlite://{}/data/switchboard.db", folder.display());
        Cli::parse_from(["switchboard", "check", "--database-url", &url]).settings
    }

    #[test]
    fn starts_at_the_same_time_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let barrier = Barrier::new(8);
        let keys: Vec<_> = std::thread::scope(|scope| {
            let start = || {
                barrier.wait();
                find_or_make(&settings, &SystemChance).unwrap()
            };
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            starts.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|(key, _)| *key == keys[0].0));
        assert_eq!(keys.iter().filter(|(_, source)| matches!(source, Source::NewFile(_))).count(), 1);
        let files: Vec<_> = std::fs::read_dir(folder.path().join("data")).unwrap().map(|it| it.unwrap()).collect();
        assert_eq!(files.len(), 1, "nothing is left over: {files:?}");
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(find(&settings).unwrap().unwrap().0, keys[0].0, "a later start finds it");
    }

    #[test]
    fn a_file_that_holds_no_key_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let file = file_of(&settings.database_url);
        std::fs::create_dir(folder.path().join("data")).unwrap();
        std::fs::write(&file, "").unwrap();
        let error = find_or_make(&settings, &SystemChance).unwrap_err().to_string();
        assert!(error.contains("holds no secret key"), "{error}");
        assert_eq!(std::fs::read(&file).unwrap(), b"");
    }

    #[test]
    fn a_new_key_stands_before_the_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let first = find_or_make(&settings, &SystemChance).unwrap().0;
        let path = file_of(&settings.database_url);
        let second = renew(&path, &first, &SystemChance).unwrap();
        assert_ne!(second.current, first.current);
        assert_eq!(second.former, vec![first.current.clone()]);
        let third = renew(&path, &second, &SystemChance).unwrap();
        assert_eq!(third.former, vec![second.current], "the one before the last is forgotten");
        assert_eq!(find(&settings).unwrap().unwrap().0, third);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path().join("data")).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn looking_makes_nothing_and_the_setting_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        assert_eq!(find(&settings).unwrap(), None);
        settings.secret_key = Some(SecretKey([7; 32]).into());
        let found = find_or_make(&settings, &SystemChance).unwrap();
        assert_eq!(found, (SecretKey([7; 32]).into(), Source::Setting));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
