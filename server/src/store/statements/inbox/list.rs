//! A page of a view, and how much is in it.

use super::super::many::rows_among;
use super::narrow::{Among, push_conditions};
use super::row::{BESIDE, COLUMNS, Row, find};
use super::walk::Walk;
use super::{Conn, Driver, LISTING, ListOf, PAGE_MOST, read_back};
use crate::store::inbox::Wanted;
use crate::store::{StoreResult, doing};
use model::ids::ConversationId;
use model::inbox::{After, COUNTED_MOST, ListPage, ListedConversation};
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};

/// So many conversations are looked at, those that come first in the view; for words, and to count what is narrowed.
const LOOKED_AT_MOST: u32 = 10_000;
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
    let mut found = Vec::new();
    let mut after = wanted.after;
    let (mut n_looked, mut at_once) = (0, if among.is_some() { LOOKED_AT_ONCE } else { LOOKED_AT_FIRST });
    // Words are looked for in what is newest; whatever else narrows a view leaves nothing out.
    while words.is_empty() || n_looked < LOOKED_AT_MOST {
        let looked = look_at(conn, &Walk { of: &wanted.of, among, after, limit: at_once }).await?;
        let held = looked.iter().filter(|it| it.fits != 0 && it.holds(&words)).map(|it| it.id.clone());
        found.extend(held.take(limit as usize - found.len()));
        let Some(last) = looked.last().filter(|_| looked.len() == at_once as usize) else { break };
        if found.len() == limit as usize {
            break;
        }
        after = Some(After { at: Timestamp(last.at), id: read_back(&last.id, "conversations", "id", &last.id)? });
        n_looked += at_once;
        at_once = LOOKED_AT_ONCE;
    }
    let rows = [COLUMNS, " from conversations c", BESIDE, " where c.id in"].concat();
    let rows: Vec<Row> = rows_among(conn, &rows, &found, "").await.map_err(doing(LISTING))?;
    let mut rows: Vec<ListedConversation> = rows.into_iter().map(Row::read).collect::<StoreResult<_>>()?;
    rows.sort_by_cached_key(|row| found.iter().position(|id| *id == row.id.to_string()));
    Ok(rows)
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
    let walk = Walk { of, among, after: None, limit: LOOKED_AT_MOST };
    if !words.is_empty() {
        let looked = look_at(conn, &walk).await?;
        let n = looked.iter().filter(|it| it.fits != 0 && it.holds(&words)).count();
        return Ok((i64::try_from(n).unwrap_or(i64::MAX), looked.len() == LOOKED_AT_MOST as usize));
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
    let walk = Walk { of, among: Some(Among::One(id)), after: None, limit: 1 };
    let looked = look_at(conn, &walk).await?;
    let words = folded(&of.filter.words);
    Ok(Some((row, looked.iter().any(|it| it.fits != 0 && it.holds(&words)))))
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
    fn holds(&self, words: &[String]) -> bool {
        let texts =
            [&self.name, &self.username, &self.preview].map(|it| it.as_deref().unwrap_or_default().to_lowercase());
        words.iter().all(|word| texts.iter().any(|it| it.contains(word.as_str())))
    }
}
