//! Views that people made. A filter is kept as JSON of ids, with the view that it narrows.

use super::audit::note_deed;
use super::people::standing::hold_admins;
use super::{Conn, Pools, read_back};
use crate::store::audit::Deed;
use crate::store::saved_views::{KeptView, SavedViews, ViewKept};
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::filter::{Filter, Names};
use model::ids::{AccountId, SavedViewId};
use model::person::PersonId;
use model::view::View;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use std::str::FromStr;

const LISTING: &str = "list saved views";
const SAVING: &str = "save a view";
const DELETING: &str = "delete a saved view";

/// Of each person, and of everybody: each is counted again and again.
const MOST: i64 = 30;
/// More than a form offers.
const NAMES_MOST: i64 = 1000;

#[async_trait]
impl SavedViews for Pools {
    async fn list_saved_views(&self, person: PersonId) -> StoreResult<Vec<KeptView>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<Row> = sqlx::query_as(
            "select id, person_id, name, filter from saved_views
             where person_id is null or person_id = $1 order by id",
        )
        .bind(person.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn save_view(&self, deed: Deed, view: KeptView) -> StoreResult<ViewKept> {
        self.write(SAVING, move |conn| Box::pin(async move { save(conn, &deed, &view).await })).await
    }

    async fn delete_view(&self, deed: Deed, id: SavedViewId) -> StoreResult<bool> {
        self.write(DELETING, move |conn| Box::pin(async move { delete(conn, &deed, id).await })).await
    }

    async fn list_names(&self, sight: &Sight) -> StoreResult<Names> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let conn = &mut *conn;
        let mut accounts: Vec<(AccountId, String)> =
            names(conn, "accounts", "select id, name from accounts order by name, id limit $1").await?;
        accounts.retain(|it| sight.includes(it.0));
        Ok(Names {
            people: names(
                conn,
                "people",
                "select id, name from people where state = 'active' order by name, id limit $1",
            )
            .await?,
            teams: names(conn, "teams", "select id, name from teams order by name, id limit $1").await?,
            labels: names(conn, "labels", "select id, name from labels order by name, id limit $1").await?,
            accounts,
        })
    }
}

async fn names<T: FromStr>(conn: &mut Conn, table: &'static str, sql: &'static str) -> StoreResult<Vec<(T, String)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as(sql).bind(NAMES_MOST).fetch_all(conn).await.map_err(doing(LISTING))?;
    rows.into_iter().map(|(id, name)| Ok((read_back(&id, table, "id", &id)?, name))).collect()
}

/// Whether this person may change what is everybody's (`None`) or somebody's.
async fn may(conn: &mut Conn, by: PersonId, whose: Option<&str>) -> StoreResult<bool> {
    match whose {
        Some(id) => Ok(id == by.to_string()),
        None => Ok(hold_admins(conn, by).await?.is_ok()),
    }
}

/// Whose it is, and its name.
async fn find(conn: &mut Conn, id: SavedViewId) -> StoreResult<Option<(Option<String>, String)>> {
    sqlx::query_as("select person_id, name from saved_views where id = $1")
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(SAVING))
}

async fn save(conn: &mut Conn, deed: &Deed, view: &KeptView) -> StoreResult<ViewKept> {
    let whose = view.is_mine.then(|| deed.by.to_string());
    if !may(conn, deed.by, whose.as_deref()).await? {
        return Ok(ViewKept::NotTheirs);
    }
    let known = find(conn, view.id).await?;
    let was_shared = known.as_ref().is_some_and(|it| it.0.is_none());
    if let Some((was, _)) = &known
        && !may(conn, deed.by, was.as_deref()).await?
    {
        return Ok(ViewKept::NotTheirs);
    }
    if known.is_none() {
        let n: i64 = sqlx::query_scalar(
            "select count(*) from saved_views where person_id = $1 or ($1 is null and person_id is null)",
        )
        .bind(&whose)
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
        if n >= MOST {
            return Ok(ViewKept::TooMany);
        }
    }
    let filter = KeptFilter { view: view.view, filter: view.filter.clone() };
    sqlx::query(
        "insert into saved_views (id, person_id, name, filter, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
         on conflict (id) do update set person_id = excluded.person_id, name = excluded.name,
             filter = excluded.filter, updated_at = excluded.updated_at",
    )
    .bind(view.id.to_string())
    .bind(&whose)
    .bind(&view.name)
    .bind(serde_json::to_string(&filter).unwrap_or_default())
    .bind(deed.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    let action = match (was_shared, view.is_mine) {
        (false, true) => return Ok(ViewKept::Kept),
        (true, true) => Action::ViewDeleted,
        (false, false) => Action::ViewAdded,
        (true, false) => Action::ViewChanged,
    };
    note_deed(conn, deed, action, None, Some(view.name.clone())).await?;
    Ok(ViewKept::Kept)
}

async fn delete(conn: &mut Conn, deed: &Deed, id: SavedViewId) -> StoreResult<bool> {
    let Some((whose, name)) = find(conn, id).await? else { return Ok(false) };
    if !may(conn, deed.by, whose.as_deref()).await? {
        return Ok(false);
    }
    sqlx::query("delete from saved_views where id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    // What a person keeps for themselves is nobody else's to know.
    if whose.is_none() {
        note_deed(conn, deed, Action::ViewDeleted, None, Some(name)).await?;
    }
    Ok(true)
}

#[derive(Serialize, Deserialize)]
struct KeptFilter {
    view: View,
    #[serde(flatten)]
    filter: Filter,
}

#[derive(FromRow)]
struct Row {
    id: String,
    person_id: Option<String>,
    name: String,
    filter: String,
}

impl TryFrom<Row> for KeptView {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let odd = |_| StoreError::Inconsistent { table: "saved_views", column: "filter", row: row.id.clone() };
        let KeptFilter { view, filter } = serde_json::from_str(&row.filter).map_err(odd)?;
        let id = read_back(&row.id, "saved_views", "id", &row.id)?;
        Ok(Self { id, name: row.name, is_mine: row.person_id.is_some(), view, filter })
    }
}
