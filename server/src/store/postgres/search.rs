//! The search index on Postgres: a `tsvector` and GIN, which knows no order. What is frequent is met soon by walking
//! back from the newest document; what is not is rare, and the index gives all of it.

use super::{Conn, Pools};
use crate::search::document::Document;
use crate::search::phrase::Phrase;
use crate::store::search::Wish;
use crate::store::{StoreResult, doing};
use sqlx::{Connection as _, Executor as _};
use std::ops::Range;

const SEARCHING: &str = "search";

/// So many of the newest are walked through first; it takes a few milliseconds.
const WALKED_FIRST: i64 = 3000;
/// What is found so often among those is not rare, and soon found by walking on: so far as it takes, going by how often
/// it was found until then. The index would give thousands.
const OFTEN: usize = 3;
/// A page of what is as rare as that lies within some 30,000; at random, within twice as many.
const WALKED_MOST: i64 = 60_000;

/// For a beginning the index gathers every document with any such word, before it looks at other words. So where it
/// is frequent, it is not asked for it: one in so many documents.
const LOOKED_AT: i64 = 3000;
const FREQUENT: i64 = LOOKED_AT / 100;

pub(super) fn body(document: &Document) -> String {
    document.as_vector()
}

pub(super) fn as_body(placeholder: &str) -> String {
    format!("cast({placeholder} as tsvector)")
}

/// Documents in `range` that hold what is wished for, newest first.
pub(super) async fn candidates(conn: &mut Conn, wish: &Wish, range: Range<i64>, most: usize) -> StoreResult<Vec<i64>> {
    let Some(wanted) = print(wish) else { return newest(conn, &range, most).await };
    let mut rest = range;
    let mut found = Vec::new();
    let (mut step, mut walked) = (WALKED_FIRST, 0);
    while step > 0 {
        found.extend(among_newest(conn, &wanted, &rest, step, most - found.len()).await?);
        if found.len() == most {
            return Ok(found);
        }
        let Some(end) = end_of_walk(conn, &rest, step).await? else { return Ok(found) };
        rest.start = end + 1;
        walked += step;
        step = if found.len() < OFTEN { 0 } else { next_step(walked, found.len(), most) };
    }
    let (indexed, asked) = apart(conn, wish, &wanted, rest.start).await?;
    found.extend(rare(conn, (&indexed, &asked), rest, most - found.len()).await?);
    Ok(found)
}

/// How much further to walk after so many were found; nothing, if the index is quicker.
fn next_step(walked: i64, n_found: usize, most: usize) -> i64 {
    let [n_found, n_left] = [n_found, most - n_found].map(|it| i64::try_from(it).unwrap_or(i64::MAX));
    // A half more than it takes, as they do not lie evenly.
    let expected = walked.saturating_mul(n_left).saturating_mul(3) / (n_found * 2);
    expected.max(WALKED_FIRST).min(WALKED_MOST - walked)
}

async fn newest(conn: &mut Conn, range: &Range<i64>, most: usize) -> StoreResult<Vec<i64>> {
    sqlx::query_scalar("select doc from search_documents where doc >= $1 and doc < $2 order by doc limit $3")
        .bind(range.start)
        .bind(range.end)
        .bind(limit(most))
        .fetch_all(conn)
        .await
        .map_err(doing(SEARCHING))
}

async fn among_newest(
    conn: &mut Conn,
    wanted: &str,
    range: &Range<i64>,
    walked: i64,
    most: usize,
) -> StoreResult<Vec<i64>> {
    sqlx::query_scalar(
        "select doc from (
            select doc, body from search_documents where doc >= $1 and doc < $2 order by doc limit $3
         ) as newest where body @@ cast($4 as tsquery) order by doc limit $5",
    )
    .bind(range.start)
    .bind(range.end)
    .bind(walked)
    .bind(wanted)
    .bind(limit(most))
    .fetch_all(conn)
    .await
    .map_err(doing(SEARCHING))
}

/// The last document that was walked through; `None` if there were no more.
async fn end_of_walk(conn: &mut Conn, range: &Range<i64>, walked: i64) -> StoreResult<Option<i64>> {
    sqlx::query_scalar("select doc from search_documents where doc >= $1 and doc < $2 order by doc limit 1 offset $3")
        .bind(range.start)
        .bind(range.end)
        .bind(walked - 1)
        .fetch_optional(conn)
        .await
        .map_err(doing(SEARCHING))
}

/// What the index is asked for, and what each document that it gives is.
async fn apart(conn: &mut Conn, wish: &Wish, wanted: &str, start: i64) -> StoreResult<(String, String)> {
    let whole = || (wanted.to_owned(), wanted.to_owned());
    let Wish::All(all) = wish else { return Ok(whole()) };
    let (open, done): (Vec<Wish>, Vec<Wish>) =
        all.iter().cloned().partition(|it| matches!(it, Wish::Said(phrase) if phrase.is_prefix));
    let has_words = done.iter().any(|it| matches!(it, Wish::Said(_)));
    let (Some(beginning), Some(rest)) = (print(&Wish::All(open)), print(&Wish::All(done))) else {
        return Ok(whole());
    };
    if !has_words {
        return Ok(whole());
    }
    let n_found: i64 = sqlx::query_scalar(
        "select count(*) from (select body from search_documents where doc >= $1 order by doc limit $2) as looked_at
         where body @@ cast($3 as tsquery)",
    )
    .bind(start)
    .bind(LOOKED_AT)
    .bind(&beginning)
    .fetch_one(conn)
    .await
    .map_err(doing(SEARCHING))?;
    Ok(if n_found > FREQUENT { (rest, beginning) } else { whole() })
}

/// By the index and in no other way, whatever the planner thinks of how frequent something is.
async fn rare(conn: &mut Conn, (indexed, rest): (&str, &str), range: Range<i64>, most: usize) -> StoreResult<Vec<i64>> {
    let mut alone = conn.begin().await.map_err(doing(SEARCHING))?;
    alone.execute(ONLY_BY_THE_INDEX).await.map_err(doing(SEARCHING))?;
    let found = sqlx::query_scalar(
        "select doc from search_documents
         where body @@ cast($1 as tsquery) and (body @@ cast($2 as tsquery)) is true
            and doc + 0 >= $3 and doc + 0 < $4
         order by doc limit $5",
    )
    .bind(indexed)
    .bind(rest)
    .bind(range.start)
    .bind(range.end)
    .bind(limit(most))
    .fetch_all(&mut *alone)
    .await
    .map_err(doing(SEARCHING))?;
    alone.commit().await.map_err(doing(SEARCHING))?;
    Ok(found)
}

/// With less memory than for half a million documents, a frequent beginning makes the index give whole pages in place of
/// documents, and seven of eight are looked at in vain.
const ONLY_BY_THE_INDEX: &str = "set local enable_seqscan = off; set local enable_indexscan = off;
    set local enable_indexonlyscan = off; set local jit = off; set local work_mem = '32MB'";

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn print(wish: &Wish) -> Option<String> {
    wish.print(&phrase, " & ", " | ")
}

/// Words are made of letters and digits, and marks begin with a slash: there is nothing to escape.
fn phrase(it: &Phrase) -> String {
    let words: Vec<String> = it.words.iter().map(|word| format!("'{word}'")).collect();
    format!("({}{})", words.join(" <-> "), if it.is_prefix { ":*" } else { "" })
}

/// A word that no document says any more stays in the index as a word, until it is made anew.
pub(super) async fn scrub(pools: &Pools) -> StoreResult<()> {
    const SCRUBBING: &str = "clean the search index";
    let mut conn = pools.read().await.map_err(doing(SCRUBBING))?;
    for sql in ["vacuum search_documents", "reindex index concurrently search_index"] {
        conn.execute(sql).await.map_err(doing(SCRUBBING))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{WALKED_FIRST, WALKED_MOST, next_step};

    #[test]
    fn a_walk_goes_as_far_as_it_takes_and_no_further() {
        assert_eq!(next_step(WALKED_FIRST, 20, 27), WALKED_FIRST, "nearly all are there");
        assert_eq!(next_step(3000, 3, 27), 36_000);
        assert_eq!(next_step(39_000, 26, 27), WALKED_FIRST, "one is missing");
        assert_eq!(next_step(39_000, 5, 27), WALKED_MOST - 39_000);
        assert_eq!(next_step(WALKED_MOST, 26, 27), 0, "it is rarer than it seemed");
    }
}
