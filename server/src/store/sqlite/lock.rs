//! A lock between processes, on a file beside the database. The operating system lets go of it
//! when the process ends, however it ends.

use crate::start::StartError;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

pub(super) struct Lock {
    _held: File,
}

impl Lock {
    /// Takes the lock for `what` if nobody has it.
    pub(super) fn try_now(database: &Path, what: &str) -> Result<Option<Self>, StartError> {
        let (file, at) = open(database, what)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _held: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(cannot_lock(&at, &error)),
        }
    }

    /// Waits until nobody else has it.
    pub(super) async fn wait(database: &Path, what: &str) -> Result<Self, StartError> {
        let (file, at) = open(database, what)?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
        match locked {
            Ok(Ok(file)) => Ok(Self { _held: file }),
            Ok(Err(error)) => Err(cannot_lock(&at, &error)),
            Err(error) => Err(StartError::new(format!("cannot lock {}: {error}", at.display()))),
        }
    }
}

fn open(database: &Path, what: &str) -> Result<(File, PathBuf), StartError> {
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".{what}"));
    let at = PathBuf::from(name);
    let file = File::options().create(true).truncate(false).write(true).open(&at);
    file.map(|file| (file, at.clone())).map_err(|error| cannot_lock(&at, &error))
}

fn cannot_lock(at: &Path, error: &std::io::Error) -> StartError {
    StartError::new(format!("cannot lock {}: {error}", at.display()))
}
