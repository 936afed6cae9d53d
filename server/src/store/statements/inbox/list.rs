//! A page of a view, and how much is in it.

use super::super::many::rows_among;
use super::super::search::conversations_called;
use super::narrow::{Among, push_conditions};
use super::row::{BESIDE, COLUMNS, Row, find};
use super::walk::Walk;
use super::{Conn, Driver, LISTING, ListOf, PAGE_MOST, read_back};
use crate::search::phrase::Phrase;
use crate::store::inbox::Wanted;
use crate::store::{StoreResult, doing};
use model::ids::ConversationId;
use model::inbox::{After, COUNTED_MOST, ListPage, ListedConversation};
use model::search::Term;
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};
use std::collections::BTreeSet;

/// So many conversations are looked at, those that come first in the view, to count what is narrowed.
const LOOKED_AT_MOST: u32 = 10_000;
/// And so many for words, which may be part of a name or of what was said last. Whoever begins to be called so is found
/// however far back, by the search index.
const LOOKED_AT_FOR_WORDS: u32 = 2000;
const CALLED_MOST: usize = 500;
/// So many at once: first few, because mostly they are enough.
const LOOKED_AT_FIRST: u32 = 500;
const LOOKED_AT_ONCE: u32 = 4000;

/// The longest that somebody looks for; what follows is passed over.
const WORDS_MOST: usize = 200;

pub(super) async fn page(conn: &mut Conn, wanted: &Wanted) -> StoreResult<ListPage> {
    let most = wanted.limit.clamp(1, PAGE_MOST);
    // One more than asked for says whether another page follows.
    let mut rows = if wanted.of.filter.is_plain() {
        walk(conn, wanted, most + 1).await?
    } else {
        look(conn, wanted, most + 1).await?
    };
    let has_more = rows.len() > most as usize;
    rows.truncate(most as usize);
    let order = wanted.of.filter.order(wanted.of.view);
    let next = rows.last().filter(|_| has_more).map(|it| After { at: order.of(it), id: it.id });
    Ok(ListPage { rows, next, order, problems: Vec::new() })
}

async fn walk(conn: &mut Conn, wanted: &Wanted, limit: u32) -> StoreResult<Vec<ListedConversation>> {
    let walk = Walk { of: &wanted.of, among: None, after: wanted.after, limit };
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" from (");
    if !walk.push(&mut query) {
        return Ok(Vec::new());
    }
    query.push(") as page join conversations c on c.id = page.id").push(BESIDE);
    query.push(" order by ").push(walk.sorted("page.at", "page.id"));
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await.map_err(doing(LISTING))?;
    rows.into_iter().map(Row::read).collect()
}

/// Those that hold all the words, and all else that narrows the view. Words are compared here, because SQLite folds no
/// letters but ours.
async fn look(conn: &mut Conn, wanted: &Wanted, limit: u32) -> StoreResult<Vec<ListedConversation>> {
    let words = folded(&wanted.of.filter.words);
    let among = Among::smallest(conn, &wanted.of).await?;
    let mut found = called(conn, &wanted.of, wanted.after).await?;
    let n_called = found.len();
    let mut after = wanted.after;
    let (mut n_looked, mut at_once) = (0, if among.is_some() { LOOKED_AT_ONCE } else { LOOKED_AT_FIRST });
    // Words are looked for in what is newest; whatever else narrows a view leaves nothing out.
    while words.is_empty() || n_looked < LOOKED_AT_FOR_WORDS {
        let walk = Walk { of: &wanted.of, among, after, limit: at_once };
        let looked = look_at(conn, &walk).await?;
        let held = looked.iter().filter(|it| it.fits != 0 && it.holds(&words)).map(Looked::place);
        found.extend(held.take(limit as usize + n_called - found.len()));
        let Some(last) = looked.last().filter(|_| looked.len() == at_once as usize) else { break };
        if found.len() == limit as usize + n_called {
            break;
        }
        after = Some(After { at: Timestamp(last.at), id: read_back(&last.id, "conversations", "id", &last.id)? });
        n_looked += at_once;
        at_once = if words.is_empty() { LOOKED_AT_ONCE } else { LOOKED_AT_FOR_WORDS - LOOKED_AT_FIRST };
    }
    let is_ascending = Walk { of: &wanted.of, among, after, limit }.is_ascending();
    found.sort();
    found.dedup();
    if !is_ascending {
        found.reverse();
    }
    found.truncate(limit as usize);
    let found: Vec<String> = found.into_iter().map(|it| it.1).collect();
    let rows = [COLUMNS, " from conversations c", BESIDE, " where c.id in"].concat();
    let rows: Vec<Row> = rows_among(conn, &rows, &found, "").await.map_err(doing(LISTING))?;
    let mut rows: Vec<ListedConversation> = rows.into_iter().map(Row::read).collect::<StoreResult<_>>()?;
    rows.sort_by_cached_key(|row| found.iter().position(|id| *id == row.id.to_string()));
    Ok(rows)
}

/// Those of the list whose customers are called by all the words, as the search index knows: when, and which.
async fn called(conn: &mut Conn, of: &ListOf, after: Option<After>) -> StoreResult<Vec<(i64, String)>> {
    let names = names(&of.filter.words);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let ids = conversations_called(conn, &names, &of.sight, CALLED_MOST).await?;
    let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    if limit == 0 {
        return Ok(Vec::new());
    }
    let looked = look_at(conn, &Walk { of, among: Some(Among::These(&ids)), after, limit }).await?;
    Ok(looked.iter().filter(|it| it.fits != 0).map(Looked::place).collect())
}

type Known = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// Whether this one's customer is.
async fn is_called(conn: &mut Conn, words: &str, id: ConversationId) -> StoreResult<bool> {
    let names = names(words);
    let sql = "select k.name, k.username, k.email, k.phone, k.note
        from conversations c join contacts k on k.id = c.contact_id where c.id = $1";
    let known: Option<Known> =
        sqlx::query_as(sql).bind(id.to_string()).fetch_optional(conn).await.map_err(doing(LISTING))?;
    let Some((name, username, email, phone, note)) = known else { return Ok(false) };
    let texts: Vec<String> = [name, username, email, phone, note].into_iter().flatten().collect();
    Ok(!names.is_empty() && names.iter().all(|name| texts.iter().any(|it| name.is_in(it))))
}

async fn look_at(conn: &mut Conn, walk: &Walk<'_>) -> StoreResult<Vec<Looked>> {
    let mut query = QueryBuilder::new("select page.id, page.at, k.name, k.username, c.preview, case when true");
    push_conditions(&mut query, walk.of);
    query.push(" then 1 else 0 end as fits from (");
    if !walk.push(&mut query) {
        return Ok(Vec::new());
    }
    query.push(") as page join conversations c on c.id = page.id join contacts k on k.id = c.contact_id order by ");
    query.push(walk.sorted("page.at", "page.id"));
    query.build_query_as().fetch_all(conn).await.map_err(doing(LISTING))
}

/// How many stand in a list, and whether there may be more of them than was looked at.
pub(super) async fn count(conn: &mut Conn, of: &ListOf) -> StoreResult<(i64, bool)> {
    let words = folded(&of.filter.words);
    let among = Among::smallest(conn, of).await?;
    let limit = if words.is_empty() { LOOKED_AT_MOST } else { LOOKED_AT_FOR_WORDS };
    let walk = Walk { of, among, after: None, limit };
    if !words.is_empty() {
        let looked = look_at(conn, &walk).await?;
        let mut found: BTreeSet<(i64, String)> = called(conn, of, None).await?.into_iter().collect();
        found.extend(looked.iter().filter(|it| it.fits != 0 && it.holds(&words)).map(Looked::place));
        return Ok((i64::try_from(found.len()).unwrap_or(i64::MAX), looked.len() == limit as usize));
    }
    let mut query = QueryBuilder::<Driver>::new("select count(*), coalesce(sum(case when true");
    push_conditions(&mut query, of);
    query.push(" then 1 else 0 end), 0) from (");
    // In its order: what may be missing from the count is what is at the end of the list.
    if !walk.push(&mut query) {
        return Ok((0, false));
    }
    query.push(") as page join conversations c on c.id = page.id");
    let (n_looked, n): (i64, i64) =
        query.build_query_as().fetch_one(conn).await.map_err(doing("count what is in a list"))?;
    let most = i64::from(COUNTED_MOST);
    Ok((n.min(most), n < most && n_looked == i64::from(LOOKED_AT_MOST)))
}

/// A row, and whether it stands in this list.
pub(super) async fn find_in(
    conn: &mut Conn,
    of: &ListOf,
    id: ConversationId,
) -> StoreResult<Option<(ListedConversation, bool)>> {
    let Some(row) = find(conn, id, &of.sight).await? else { return Ok(None) };
    let these = [id.to_string()];
    let looked = look_at(conn, &Walk { of, among: Some(Among::These(&these)), after: None, limit: 1 }).await?;
    let Some(it) = looked.first().filter(|it| it.fits != 0) else { return Ok(Some((row, false))) };
    let fits = it.holds(&folded(&of.filter.words)) || is_called(conn, &of.filter.words, id).await?;
    Ok(Some((row, fits)))
}

/// The words as the beginnings of names.
fn names(words: &str) -> Vec<Phrase> {
    let words: String = words.chars().take(WORDS_MOST).collect();
    words.split_whitespace().filter_map(|it| Phrase::of(&Term { text: it.to_owned(), is_open: true })).collect()
}

fn folded(words: &str) -> Vec<String> {
    let words: String = words.chars().take(WORDS_MOST).collect();
    let words = words.split_whitespace().map(|it| it.trim_start_matches('@').to_lowercase());
    words.filter(|it| !it.is_empty()).collect()
}

#[derive(FromRow)]
struct Looked {
    id: String,
    at: i64,
    name: Option<String>,
    username: Option<String>,
    preview: Option<String>,
    fits: i32,
}

impl Looked {
    fn place(&self) -> (i64, String) {
        (self.at, self.id.clone())
    }

    fn holds(&self, words: &[String]) -> bool {
        let texts =
            [&self.name, &self.username, &self.preview].map(|it| it.as_deref().unwrap_or_default().to_lowercase());
        words.iter().all(|word| texts.iter().any(|it| it.contains(word.as_str())))
    }
}
