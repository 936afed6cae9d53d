//! Labels, as admins keep them.

use super::audit::note_deed;
use super::changes::write_changes;
use super::contacts::LabelRow;
use super::people::standing::hold_admins;
use super::{Conn, Pools};
use crate::store::audit::{Deed, Subject};
use crate::store::changes::NewChange;
use crate::store::labels::{LabelKept, Labels};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::desk::Label;
use model::ids::LabelId;
use model::labels::CountedLabel;
use model::live::Event;
use model::people::Refusal;
use sqlx::FromRow;

const LISTING: &str = "list labels";
const SAVING: &str = "save a label";
const DELETING: &str = "delete a label";

#[async_trait]
impl Labels for Pools {
    async fn list_labels(&self, limit: u32) -> StoreResult<Vec<CountedLabel>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<CountedRow> = sqlx::query_as(
            "select l.id, l.name, l.colour,
                 (select count(*) from conversation_labels c where c.label_id = l.id) as n_conversations
             from labels l order by l.name_folded limit $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn find_label(&self, id: LabelId) -> StoreResult<Option<CountedLabel>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        find(&mut conn, id).await
    }

    async fn add_label(&self, deed: Deed, label: Label) -> StoreResult<Result<LabelKept, Refusal>> {
        taken(self.write(SAVING, move |conn| Box::pin(async move { add(conn, &deed, &label).await })).await)
    }

    async fn change_label(&self, deed: Deed, label: Label) -> StoreResult<Result<LabelKept, Refusal>> {
        taken(self.write(SAVING, move |conn| Box::pin(async move { change(conn, &deed, &label).await })).await)
    }

    async fn delete_label(&self, deed: Deed, id: LabelId) -> StoreResult<Result<Option<CountedLabel>, Refusal>> {
        self.write(DELETING, move |conn| Box::pin(async move { delete(conn, &deed, id).await })).await
    }
}

/// Names are told apart by the database.
fn taken(done: StoreResult<Result<LabelKept, Refusal>>) -> StoreResult<Result<LabelKept, Refusal>> {
    match done {
        Err(StoreError::Database { source, .. })
            if source.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
        {
            Ok(Ok(LabelKept::NameTaken))
        }
        done => done,
    }
}

async fn find(conn: &mut Conn, id: LabelId) -> StoreResult<Option<CountedLabel>> {
    let row: Option<CountedRow> = sqlx::query_as(
        "select l.id, l.name, l.colour,
             (select count(*) from conversation_labels c where c.label_id = l.id) as n_conversations
         from labels l where l.id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(LISTING))?;
    row.map(TryInto::try_into).transpose()
}

async fn add(conn: &mut Conn, deed: &Deed, label: &Label) -> StoreResult<Result<LabelKept, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    sqlx::query("insert into labels (id, name, name_folded, colour, created_at) values ($1, $2, $3, $4, $5)")
        .bind(label.id.to_string())
        .bind(&label.name)
        .bind(label.name.to_lowercase())
        .bind(label.hue.to_string())
        .bind(deed.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    note_deed(conn, deed, Action::LabelAdded, Some(Subject::Label(label.id)), Some(label.name.clone())).await?;
    Ok(Ok(LabelKept::Kept))
}

async fn change(conn: &mut Conn, deed: &Deed, label: &Label) -> StoreResult<Result<LabelKept, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let Some(was) = find(conn, label.id).await? else { return Ok(Ok(LabelKept::NotThere)) };
    if was.label == *label {
        return Ok(Ok(LabelKept::Kept));
    }
    sqlx::query("update labels set name = $2, name_folded = $3, colour = $4 where id = $1")
        .bind(label.id.to_string())
        .bind(&label.name)
        .bind(label.name.to_lowercase())
        .bind(label.hue.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    let renamed = was.label.name != label.name;
    let told = if renamed { format!("{} to {}", was.label.name, label.name) } else { label.name.clone() };
    note_deed(conn, deed, Action::LabelChanged, Some(Subject::Label(label.id)), Some(told)).await?;
    tell(conn, deed).await?;
    Ok(Ok(LabelKept::Kept))
}

async fn delete(conn: &mut Conn, deed: &Deed, id: LabelId) -> StoreResult<Result<Option<CountedLabel>, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let Some(was) = find(conn, id).await? else { return Ok(Ok(None)) };
    sqlx::query("delete from labels where id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    let name = Some(was.label.name.clone());
    note_deed(conn, deed, Action::LabelDeleted, Some(Subject::Label(id)), name).await?;
    tell(conn, deed).await?;
    Ok(Ok(Some(was)))
}

/// It may stand on any page: all look again at what they show.
async fn tell(conn: &mut Conn, deed: &Deed) -> StoreResult<()> {
    let (id, at) = (deed.change_id, deed.now);
    write_changes(conn, &[NewChange { id, event: Event::Resync, account_id: None, person_id: None, at }]).await
}

#[derive(FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    label: LabelRow,
    n_conversations: i64,
}

impl TryFrom<CountedRow> for CountedLabel {
    type Error = StoreError;

    fn try_from(row: CountedRow) -> StoreResult<Self> {
        Ok(Self { label: row.label.read()?, n_conversations: row.n_conversations })
    }
}
