//! Many rows in one statement. The number of rows in a statement is one of a few, so that few
//! different statements are prepared.

use super::super::Driver;
use sqlx::QueryBuilder;

const SIZES: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// `rows` in pieces of those sizes.
pub(super) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| rows.len() >= *size)?;
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

/// `keys` in lists of those sizes. The last key fills a list up: for `… in` it makes no difference.
pub(super) fn lists(keys: &[String]) -> impl Iterator<Item = Vec<String>> {
    keys.chunks(SIZES[0]).map(|chunk| {
        let size = SIZES.into_iter().rev().find(|size| *size >= chunk.len()).unwrap_or(SIZES[0]);
        let filling = chunk.last().into_iter().cycle().take(size - chunk.len());
        chunk.iter().chain(filling).cloned().collect()
    })
}

/// `sql`, then `($1, $2, …)` with the keys: for `… in`.
pub(super) fn among(sql: &str, keys: &[String]) -> QueryBuilder<Driver> {
    let mut query = QueryBuilder::new(sql);
    query.push(" (");
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(key.clone());
    }
    query.push(")");
    query
}
