//! Many rows in one statement. The number of rows in a statement is one of a few, so that few
//! different statements are prepared.

use super::super::Driver;
use super::Conn;
use sqlx::{Database, FromRow, QueryBuilder};

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
        let filling = chunk.last().into_iter().cycle().take(size_for(chunk.len()) - chunk.len());
        chunk.iter().chain(filling).cloned().collect()
    })
}

/// The same of rows that say what to make of others: one that stands twice says nothing new.
pub(super) fn tables<T>(rows: &[T]) -> impl Iterator<Item = Vec<&T>> {
    rows.chunks(SIZES[0]).map(|chunk| {
        let filling = chunk.last().into_iter().cycle().take(size_for(chunk.len()) - chunk.len());
        chunk.iter().chain(filling).collect()
    })
}

fn size_for(n: usize) -> usize {
    SIZES.into_iter().rev().find(|size| *size >= n).unwrap_or(SIZES[0])
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

/// What a row of ours can be read into.
pub(super) trait OfRow: for<'r> FromRow<'r, <Driver as Database>::Row> + Send + Unpin {}
impl<R: for<'r> FromRow<'r, <Driver as Database>::Row> + Send + Unpin> OfRow for R {}

/// What `sql` finds for the keys, which stand at its end, before `end`; sorted only within one list of keys.
pub(super) async fn rows_among<R: OfRow>(
    conn: &mut Conn,
    sql: &str,
    keys: &[String],
    end: &str,
) -> Result<Vec<R>, sqlx::Error> {
    let mut found = Vec::new();
    for list in lists(keys) {
        let mut query = among(sql, &list);
        query.push(end);
        found.extend(query.build_query_as().fetch_all(&mut *conn).await?);
    }
    Ok(found)
}
