//! Everything that is kept, in terms of the product: one method is one unit of work is one
//! transaction. Transactions never leave the store; "not found" is `None`, not an error.
//!
//! There is one implementation, `store/statements`, compiled once for each driver. The trait is
//! split by noun so that each part reads on one screen; `Store` is all of them together.

pub mod migrate;
mod postgres;
mod signal;
mod sqlite;

pub mod account_settings;
pub mod accounts;
pub mod assignment;
pub mod audit;
pub mod changes;
pub mod connecting;
pub mod contacts;
pub mod conversations;
pub mod custom_fields;
pub mod deletions;
pub mod doer;
pub mod drafts;
pub mod endpoints;
pub mod handovers;
pub mod health;
pub mod history;
pub mod inbox;
pub mod intake;
pub mod invites;
pub mod labels;
pub mod media;
pub mod notes;
pub mod notifications;
pub mod numbers;
pub mod people;
pub mod processes;
pub mod profiles;
pub mod refreshing;
pub mod retention;
pub mod rights;
pub mod rules;
pub mod saved_replies;
pub mod saved_views;
pub mod schedules;
pub mod sealed;
pub mod search;
pub mod second_factor;
pub mod sends;
pub mod sessions;
pub mod sight;
pub mod teams;
pub mod tokens;
pub mod uploads;

use crate::config::DatabaseUrl;
use crate::start::{StartError, chain};
use async_trait::async_trait;
use std::path::Path;
use std::sync::Arc;

use migrate::Migrated;

/// Gives the whole its name, so that what is part of it is written once.
macro_rules! whole {
    ($($part:path),+ $(,)?) => {
        pub trait Store: $($part +)+ {}
        impl<T: $($part +)+> Store for T {}
    };
}

whole!(
    Ground,
    people::People,
    invites::Invites,
    sessions::Sessions,
    audit::Audit,
    accounts::Accounts,
    connecting::Connecting,
    intake::Intake,
    contacts::Contacts,
    conversations::Conversations,
    custom_fields::CustomFields,
    deletions::Deletions,
    drafts::Drafts,
    endpoints::Endpoints,
    handovers::Handovers,
    health::Health,
    history::History,
    labels::Labels,
    notes::Notes,
    notifications::Notifications,
    numbers::Counting,
    processes::Processes,
    saved_replies::SavedReplies,
    saved_views::SavedViews,
    second_factor::SecondFactors,
    inbox::Inbox,
    search::Search,
    sealed::SealedTexts,
    sends::Sends,
    media::Media,
    uploads::Uploads,
    profiles::Profiles,
    changes::Changes,
    sight::Sights,
    assignment::Assignment,
    teams::Teams,
    account_settings::AccountSettings,
    refreshing::Refreshing,
    retention::Retention,
    rights::Rights,
    rules::Rules,
    schedules::Schedules,
    tokens::Tokens
);
/// The database itself.
#[async_trait]
pub trait Ground: Send + Sync + 'static {
    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// A consistent copy of a SQLite database while others write to it.
    async fn copy_to(&self, file: &Path) -> StoreResult<()>;

    /// Finishes what was asked for, then closes every connection.
    async fn close(&self);

    /// Migrations that this program has and the database has not, and what is recorded there.
    async fn migrations(&self) -> StoreResult<migrate::State>;

    /// Brings the database up to date, alone: of several processes one does it, the others wait.
    async fn migrate(&self) -> Result<Migrated, StartError>;

    /// Holds the database for this process where only one may serve it (SQLite). Kept until the
    /// store is dropped or the process ends, however it ends.
    fn hold_for_serving(&self) -> Result<(), StartError>;
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("could not {doing}")]
    Database { doing: &'static str, source: sqlx::Error },
    #[error("{table}.{column} holds something that no version of the program wrote, in row {row}")]
    Inconsistent { table: &'static str, column: &'static str, row: String },
    #[error("could not {doing}: the commit that carried it failed: {reason}")]
    Commit { doing: &'static str, reason: String },
    #[error("could not {doing}: the code that did it panicked")]
    Panicked { doing: &'static str },
    #[error("could not {doing}: the store is closed")]
    Closed { doing: &'static str },
    /// A unit of work found that it must not be done; its method says so in its own way.
    #[error("refused")]
    Refused,
    #[error("{0}")]
    Unsupported(&'static str),
}

impl StoreError {
    /// The database cannot be reached or cannot write, whatever is asked of it.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Database { source, .. } => matches!(
                source,
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed
            ),
            Self::Commit { .. } | Self::Closed { .. } => true,
            _ => false,
        }
    }
}

pub type StoreResult<T> = Result<T, StoreError>;

/// Opens the database that `url` names. SQLite's file and folder are made if they are missing;
/// a Postgres that does not answer within a few seconds is an error.
pub async fn open(url: &DatabaseUrl) -> Result<Arc<dyn Store>, StartError> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
                make_folder(folder).map_err(|error| {
                    StartError::new(format!("cannot make the data folder {}: {error}", folder.display()))
                })?;
            }
            match sqlite::Pools::open(path).await {
                Ok(pools) => Ok(Arc::new(pools)),
                Err(error) => Err(StartError::new(format!("cannot open the database {url}: {}", chain(&error)))),
            }
        }
        DatabaseUrl::Postgres(at) => match postgres::Pools::open(at.as_str()).await {
            Ok(pools) => Ok(Arc::new(pools)),
            Err(error) => Err(StartError::new(format!("cannot reach the database {url}: {}", chain(&error)))),
        },
    }
}

/// What it will hold is for nobody else on the machine.
pub(crate) fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// For `map_err`: says what was being done.
fn doing(what: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| StoreError::Database { doing: what, source }
}
