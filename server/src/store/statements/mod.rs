//! The store's one implementation. This folder is compiled once for each driver: everything here
//! is in the SQL that both understand. What differs lives in `store/sqlite.rs` and
//! `store/postgres.rs`.

mod account_settings;
mod accounts;
mod assignment;
mod audit;
pub(super) mod changes;
mod connecting;
mod contacts;
mod conversations;
mod custom_fields;
mod deletions;
mod drafts;
mod endpoints;
mod handovers;
mod health;
mod history;
mod inbox;
mod incidents;
mod intake;
mod invites;
mod labels;
mod many;
mod media;
mod notes;
mod notifications;
mod numbers;
mod people;
mod processes;
mod profiles;
mod refreshing;
mod retention;
mod rights;
mod rules;
mod saved_replies;
mod saved_views;
mod schedules;
mod sealed;
mod search;
mod second_factor;
mod sends;
mod sessions;
mod sight;
mod teams;
mod tokens;
mod uploads;

use super::{Conn, Pools, feed, voices};

use crate::store::{StoreError, StoreResult};

/// A word or an id from a row; one that this program cannot read was not written by it.
fn read_back<T: std::str::FromStr>(text: &str, table: &'static str, column: &'static str, row: &str) -> StoreResult<T> {
    text.parse().map_err(|_| StoreError::Inconsistent { table, column, row: row.to_owned() })
}
