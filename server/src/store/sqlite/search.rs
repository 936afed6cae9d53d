//! The search index on SQLite: FTS5. It gives documents from the newest on, one after the other, without reading the
//! rest, as long as whole words are looked for.

use super::{Conn, Pools};
use crate::search::document::Document;
use crate::search::phrase::Phrase;
use crate::store::search::Wish;
use crate::store::{StoreResult, doing};
use sqlx::AssertSqlSafe;
use std::ops::Range;

const SEARCHING: &str = "search";

/// Beginnings of so many characters have an index of their own. For a longer one all documents with any word that begins
/// so are put together before the first is given. So where few words do, those are looked for instead; where many do
/// and are frequent, they are soon found among what begins with the first characters.
const INDEXED: usize = 3;
const WORDS_MOST: usize = 8;
const LOOKED_AT: i64 = 400;

pub(super) fn body(document: &Document) -> String {
    document.as_text()
}

pub(super) fn as_body(placeholder: &str) -> String {
    placeholder.to_owned()
}

/// Documents in `range` that hold what is wished for, newest first.
pub(super) async fn candidates(conn: &mut Conn, wish: &Wish, range: Range<i64>, most: usize) -> StoreResult<Vec<i64>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let Some(wish) = finished(conn, wish).await? else { return Ok(Vec::new()) };
    let Some(wanted) = print(&wish) else { return newest(conn, range, most).await };
    if let Some((shorter, word)) = shortened(&wish) {
        let found = among_newest(conn, &shorter, &word, &range, most).await?;
        if i64::try_from(found.len()).is_ok_and(|it| it == most) {
            return Ok(found);
        }
    }
    sqlx::query_scalar(
        "select rowid from search_index where search_index match $1 and rowid >= $2 and rowid < $3
         order by rowid limit $4",
    )
    .bind(wanted)
    .bind(range.start)
    .bind(range.end)
    .bind(most)
    .fetch_all(conn)
    .await
    .map_err(doing(SEARCHING))
}

async fn newest(conn: &mut Conn, range: Range<i64>, most: i64) -> StoreResult<Vec<i64>> {
    sqlx::query_scalar("select doc from search_documents where doc >= $1 and doc < $2 order by doc limit $3")
        .bind(range.start)
        .bind(range.end)
        .bind(most)
        .fetch_all(conn)
        .await
        .map_err(doing(SEARCHING))
}

/// The cross join keeps the index in front.
async fn among_newest(
    conn: &mut Conn,
    shorter: &str,
    word: &str,
    range: &Range<i64>,
    most: i64,
) -> StoreResult<Vec<i64>> {
    let sql = format!(
        "select d.doc from (
            select rowid as doc from search_index where search_index match $1 and rowid >= $2 and rowid < $3
            order by rowid limit {LOOKED_AT}
         ) as newest cross join search_documents d on d.doc = newest.doc
         where instr(' ' || d.body, ' ' || $4) > 0 order by d.doc limit $5"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(shorter)
        .bind(range.start)
        .bind(range.end)
        .bind(word)
        .bind(most)
        .fetch_all(conn)
        .await
        .map_err(doing(SEARCHING))
}

/// The wish with the words that were meant by the beginnings of words, where those are few. `None` if there are none.
async fn finished(conn: &mut Conn, wish: &Wish) -> StoreResult<Option<Wish>> {
    Ok(match wish {
        Wish::All(all) => {
            let mut wishes = Vec::with_capacity(all.len());
            for wish in all {
                let Some(wish) = Box::pin(finished(conn, wish)).await? else { return Ok(None) };
                wishes.push(wish);
            }
            Some(Wish::All(wishes))
        }
        Wish::Any(any) => {
            let mut wishes = Vec::with_capacity(any.len());
            for wish in any {
                wishes.extend(Box::pin(finished(conn, wish)).await?);
            }
            (!wishes.is_empty()).then_some(Wish::Any(wishes))
        }
        Wish::Said(phrase) => {
            let Some(beginning) = unfinished(phrase) else { return Ok(Some(wish.clone())) };
            let words = words_from(conn, beginning).await?;
            match words.len() {
                0 => None,
                1..=WORDS_MOST => Some(Wish::Any(words.into_iter().map(|it| Wish::Said(ended(phrase, it))).collect())),
                _ => Some(wish.clone()),
            }
        }
        Wish::Mark(_) => Some(wish.clone()),
    })
}

/// What ends with the beginning of a word that has no index of its own.
fn unfinished(phrase: &Phrase) -> Option<&str> {
    phrase.words.last().filter(|it| phrase.is_prefix && it.chars().count() > INDEXED).map(String::as_str)
}

fn ended(phrase: &Phrase, word: String) -> Phrase {
    let mut words = phrase.words.clone();
    words.pop();
    words.push(word);
    Phrase { words, is_prefix: false }
}

/// Words of the index that begin so, and one more than few. Each is sought anew, for going on from one to the next would
/// read every place of the first. A blank comes after the end of a word and before whatever may follow in one.
async fn words_from(conn: &mut Conn, beginning: &str) -> StoreResult<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut from = beginning.to_owned();
    while words.len() <= WORDS_MOST {
        let word: Option<String> = sqlx::query_scalar("select term from search_words where term >= $1 limit 1")
            .bind(&from)
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(SEARCHING))?;
        let Some(word) = word.filter(|it| it.starts_with(beginning)) else { break };
        from = format!("{word} ");
        words.push(word);
    }
    Ok(words)
}

/// The wish with the beginning of its one unfinished word shortened to what is indexed, and that word.
fn shortened(wish: &Wish) -> Option<(String, String)> {
    let Wish::All(all) = wish else { return None };
    let mut all = all.clone();
    let long = all.iter_mut().find_map(|it| match it {
        Wish::Said(Phrase { words, is_prefix: true }) if words.len() == 1 => words.first_mut(),
        _ => None,
    })?;
    let (end, _) = long.char_indices().nth(INDEXED)?;
    let word = long.clone();
    long.truncate(end);
    Some((print(&Wish::All(all))?, word))
}

fn print(wish: &Wish) -> Option<String> {
    wish.print(&phrase, " AND ", " OR ")
}

/// Words are made of letters and digits, and marks begin with a slash: there is nothing to escape.
fn phrase(it: &Phrase) -> String {
    format!("\"{}\"{}", it.words.join(" "), if it.is_prefix { " *" } else { "" })
}

/// What is deleted leaves the index at once; its pages are written over by others when they are needed.
#[expect(clippy::unused_async, reason = "on Postgres this asks the database")]
pub(super) async fn scrub(_pools: &Pools) -> StoreResult<()> {
    Ok(())
}
