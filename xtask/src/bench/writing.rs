//! How fast the store writes. Prints by itself; nothing of it has a target.

use super::server::sqlite;
use super::{Bed, Figure};
use crate::postgres::Postgres;
use crate::program;
use crate::progress::step;
use anyhow::Result;

pub(super) fn measure(bed: &Bed) -> Result<Vec<Figure>> {
    let run = |url: &str| program::run(&mut bed.hammer(&["bench", "--database-url", url]));
    step("writing, SQLite", || run(&sqlite(&bed.folder.join("hammer.db"))))?;
    let postgres = Postgres::start()?;
    step("writing, Postgres", || run(&postgres.url))?;
    Ok(Vec::new())
}
