//! A page of a view.

use super::super::many::rows_among;
use super::row::{BESIDE, COLUMNS, Row};
use super::walk::Walk;
use super::{Conn, LISTING, PAGE_MOST, read_back};
use crate::store::inbox::Wanted;
use crate::store::{StoreResult, doing};
use model::inbox::{After, ListPage, ListedConversation};
use model::time::Timestamp;
use model::view::View;
use sqlx::{FromRow, QueryBuilder};

/// So many conversations are looked at for words, those that come first in the view, and so many at once.
const LOOKED_AT_MOST: usize = 10_000;
const LOOKED_AT_ONCE: u32 = 500;

/// The longest that somebody looks for; what follows is passed over.
const WORDS_MOST: usize = 200;

pub(super) async fn page(conn: &mut Conn, wanted: &Wanted) -> StoreResult<ListPage> {
    let most = wanted.limit.clamp(1, PAGE_MOST);
    let words = folded(wanted.words.as_deref().unwrap_or_default());
    // One more than asked for says whether another page follows.
    let mut rows = if words.is_empty() {
        walk(conn, wanted, most + 1).await?
    } else {
        look(conn, wanted, &words, most + 1).await?
    };
    let has_more = rows.len() > most as usize;
    rows.truncate(most as usize);
    let next = rows.last().filter(|_| has_more).map(|it| After { at: sorted_by(wanted.view, it), id: it.id });
    Ok(ListPage { rows, next })
}

fn sorted_by(view: View, row: &ListedConversation) -> Timestamp {
    match view {
        View::ExpiringSoon => row.heard.action_at.unwrap_or(row.last_activity_at),
        _ => row.last_activity_at,
    }
}

fn along(wanted: &Wanted, after: Option<After>, limit: u32) -> Walk<'_> {
    let Wanted { view, person, now, .. } = *wanted;
    Walk { view, person, sight: &wanted.sight, after, now, limit }
}

async fn walk(conn: &mut Conn, wanted: &Wanted, limit: u32) -> StoreResult<Vec<ListedConversation>> {
    let walk = along(wanted, wanted.after, limit);
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" from (");
    if !walk.push(&mut query) {
        return Ok(Vec::new());
    }
    query.push(") as page join conversations c on c.id = page.id").push(BESIDE);
    query.push(" order by ").push(walk.order("page.at", "page.id"));
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await.map_err(doing(LISTING))?;
    rows.into_iter().map(Row::read).collect()
}

/// Those that hold all the words. They are compared here, because SQLite folds no letters but ours.
async fn look(conn: &mut Conn, wanted: &Wanted, words: &[String], limit: u32) -> StoreResult<Vec<ListedConversation>> {
    let mut found = Vec::new();
    let mut after = wanted.after;
    for _ in 0..LOOKED_AT_MOST / LOOKED_AT_ONCE as usize {
        let looked = look_at(conn, &along(wanted, after, LOOKED_AT_ONCE)).await?;
        let held = looked.iter().filter(|it| it.holds(words)).map(|it| it.id.clone());
        found.extend(held.take(limit as usize - found.len()));
        let Some(last) = looked.last().filter(|_| looked.len() == LOOKED_AT_ONCE as usize) else { break };
        if found.len() == limit as usize {
            break;
        }
        after = Some(After { at: Timestamp(last.at), id: read_back(&last.id, "conversations", "id", &last.id)? });
    }
    let rows = [COLUMNS, " from conversations c", BESIDE, " where c.id in"].concat();
    let rows: Vec<Row> = rows_among(conn, &rows, &found, "").await.map_err(doing(LISTING))?;
    let mut rows: Vec<ListedConversation> = rows.into_iter().map(Row::read).collect::<StoreResult<_>>()?;
    rows.sort_by_cached_key(|row| found.iter().position(|id| *id == row.id.to_string()));
    Ok(rows)
}

async fn look_at(conn: &mut Conn, walk: &Walk<'_>) -> StoreResult<Vec<Looked>> {
    let mut query = QueryBuilder::new("select page.id, page.at, k.name, k.username, c.preview from (");
    if !walk.push(&mut query) {
        return Ok(Vec::new());
    }
    query.push(") as page join conversations c on c.id = page.id join contacts k on k.id = c.contact_id order by ");
    query.push(walk.order("page.at", "page.id"));
    query.build_query_as().fetch_all(conn).await.map_err(doing(LISTING))
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
}

impl Looked {
    fn holds(&self, words: &[String]) -> bool {
        let texts =
            [&self.name, &self.username, &self.preview].map(|it| it.as_deref().unwrap_or_default().to_lowercase());
        words.iter().all(|word| texts.iter().any(|it| it.contains(word.as_str())))
    }
}
