//! Bringing a database up to date: which migrations it has, which this program knows.

use super::StoreError;
use crate::start::{StartError, chain};
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};

/// How the database stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    UpToDate,
    /// The names of the migrations it lacks.
    Behind(Vec<String>),
    /// A newer program has migrated it: it has `has`, we know up to `know`.
    Newer {
        has: i64,
        know: i64,
    },
    /// A migration that it has was changed since, or was left half done.
    Damaged(String),
}

/// The names of the migrations that were applied just now.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Migrated(pub Vec<String>);

impl State {
    /// Why a database in this state cannot be used as it is.
    pub fn objection(&self) -> Option<StartError> {
        match self {
            Self::UpToDate => None,
            Self::Behind(names) => Some(StartError::new(format!(
                "the database is behind this program by {}: run switchboard migrate",
                names.join(", ")
            ))),
            Self::Newer { has, know } => Some(StartError::new(format!(
                "the database was written by a newer switchboard (its migration {has:04}, this program knows up to \
                 {know:04}): run that version, or restore a backup"
            ))),
            Self::Damaged(why) => Some(StartError::new(format!("the database cannot be migrated: {why}"))),
        }
    }
}

pub(super) fn failed(error: &StoreError) -> StartError {
    StartError::new(format!("the database cannot be migrated: {}", chain(error)))
}

fn stopped(error: &MigrateError) -> StartError {
    StartError::new(format!("the database cannot be migrated: {}", chain(error)))
}

/// The migrations that are missing, under the driver's lock between processes (SQLite's does
/// nothing: its callers hold a lock on a file).
pub(super) async fn state<C: Migrate>(migrator: &Migrator, conn: &mut C) -> Result<State, MigrateError> {
    conn.lock().await?;
    let state = state_unlocked(migrator, conn).await;
    conn.unlock().await?;
    match state {
        // Looking makes nothing, so an empty database has no list yet.
        Err(error) if chain(&error).contains(migrator.table_name.as_ref()) => {
            Ok(State::Behind(migrator.iter().map(name).collect()))
        }
        state => state,
    }
}

/// Applies what is missing and says what that was.
pub(super) async fn run<C: Migrate>(migrator: &Migrator, conn: &mut C) -> Result<Migrated, StartError> {
    conn.lock().await.map_err(|error| stopped(&error))?;
    let migrated = run_unlocked(migrator, conn).await;
    conn.unlock().await.map_err(|error| stopped(&error))?;
    migrated
}

async fn run_unlocked<C: Migrate>(migrator: &Migrator, conn: &mut C) -> Result<Migrated, StartError> {
    conn.ensure_migrations_table(&migrator.table_name).await.map_err(|error| stopped(&error))?;
    let state = state_unlocked(migrator, conn).await.map_err(|error| stopped(&error))?;
    let missing = match state {
        State::UpToDate => return Ok(Migrated::default()),
        State::Behind(names) => names,
        objectionable => return objectionable.objection().map_or(Ok(Migrated::default()), Err),
    };
    for migration in migrator.iter().filter(|it| missing.contains(&name(it))) {
        conn.apply(&migrator.table_name, migration).await.map_err(|error| stopped(&error))?;
    }
    Ok(Migrated(missing))
}

async fn state_unlocked<C: Migrate>(migrator: &Migrator, conn: &mut C) -> Result<State, MigrateError> {
    if let Some(version) = conn.dirty_version(&migrator.table_name).await? {
        return Ok(State::Damaged(format!("migration {version:04} was left half done; restore a backup")));
    }
    let applied = conn.list_applied_migrations(&migrator.table_name).await?;
    let know = migrator.iter().map(|it| it.version).max().unwrap_or_default();
    if let Some(newer) = applied.iter().find(|it| it.version > know) {
        return Ok(State::Newer { has: newer.version, know });
    }
    let mut missing = Vec::new();
    for migration in migrator.iter() {
        match applied.iter().find(|it| it.version == migration.version) {
            Some(it) if it.checksum == migration.checksum => {}
            Some(_) => {
                return Ok(State::Damaged(format!(
                    "its migration {} differs from this program's; was it made by a development version?",
                    name(migration)
                )));
            }
            None => missing.push(name(migration)),
        }
    }
    Ok(if missing.is_empty() { State::UpToDate } else { State::Behind(missing) })
}

/// As the file is called: `0001_ground`.
fn name(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version, migration.description.replace(' ', "_"))
}
