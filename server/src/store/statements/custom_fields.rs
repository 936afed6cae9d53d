//! Fields of the business's own, and what they say of customers.

use super::audit::note_deed;
use super::changes::write_changes;
use super::conversations::{Raised, raise_of_contact};
use super::people::standing::hold_admins;
use super::{Conn, Pools, read_back};
use crate::store::audit::Deed;
use crate::store::changes::NewChange;
use crate::store::custom_fields::{CustomFields, FieldKept, Known};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::fields::{CountedField, FIELDS_MOST, Field, FieldKind};
use model::ids::{ContactId, FieldId};
use model::live::Event;
use model::people::Refusal;
use model::time::Timestamp;
use sqlx::FromRow;
use std::collections::HashMap;

const LISTING: &str = "list fields";
const SAVING: &str = "save a field";
const DELETING: &str = "delete a field";
const KNOWING: &str = "save what is known of a customer";

#[async_trait]
impl CustomFields for Pools {
    async fn list_fields(&self) -> StoreResult<Vec<CountedField>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list(&mut conn).await
    }

    async fn find_field(&self, id: FieldId) -> StoreResult<Option<CountedField>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        Ok(list(&mut conn).await?.into_iter().find(|it| it.field.id == id))
    }

    async fn add_field(&self, deed: Deed, field: Field) -> StoreResult<Result<FieldKept, Refusal>> {
        taken(self.write(SAVING, move |conn| Box::pin(async move { add(conn, &deed, &field).await })).await)
    }

    async fn change_field(&self, deed: Deed, field: Field) -> StoreResult<Result<FieldKept, Refusal>> {
        taken(self.write(SAVING, move |conn| Box::pin(async move { change(conn, &deed, &field).await })).await)
    }

    async fn raise_field(&self, deed: Deed, id: FieldId) -> StoreResult<Result<bool, Refusal>> {
        self.write(SAVING, move |conn| Box::pin(async move { raise(conn, &deed, id).await })).await
    }

    async fn delete_field(&self, deed: Deed, id: FieldId) -> StoreResult<Result<Option<CountedField>, Refusal>> {
        self.write(DELETING, move |conn| Box::pin(async move { delete(conn, &deed, id).await })).await
    }

    async fn save_known(&self, contact: ContactId, known: Known, now: Timestamp) -> StoreResult<bool> {
        self.write(KNOWING, move |conn| Box::pin(async move { save(conn, contact, &known, now).await })).await
    }
}

/// Names are told apart by the database.
fn taken(done: StoreResult<Result<FieldKept, Refusal>>) -> StoreResult<Result<FieldKept, Refusal>> {
    match done {
        Err(StoreError::Database { source, .. })
            if source.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
        {
            Ok(Ok(FieldKept::NameTaken))
        }
        done => done,
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    kind: String,
    options: String,
    n_contacts: i64,
}

impl Row {
    fn read(self) -> StoreResult<CountedField> {
        let odd = |column| StoreError::Inconsistent { table: "custom_fields", column, row: self.id.clone() };
        let field = Field {
            id: read_back(&self.id, "custom_fields", "id", &self.id)?,
            kind: FieldKind::from_word(&self.kind).ok_or_else(|| odd("kind"))?,
            options: serde_json::from_str(&self.options).map_err(|_| odd("options"))?,
            name: self.name,
        };
        Ok(CountedField { field, n_contacts: self.n_contacts })
    }
}

async fn list(conn: &mut Conn) -> StoreResult<Vec<CountedField>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select f.id, f.name, f.kind, f.options,
             (select count(*) from contact_fields v where v.field_id = f.id) as n_contacts
         from custom_fields f order by f.position, f.name_folded",
    )
    .fetch_all(conn)
    .await
    .map_err(doing(LISTING))?;
    rows.into_iter().map(Row::read).collect()
}

/// Every field, with what it says of a customer.
pub(super) async fn fields_of(conn: &mut Conn, contact: ContactId) -> StoreResult<Vec<(Field, Option<String>)>> {
    let values: Vec<(String, String)> =
        sqlx::query_as("select field_id, value from contact_fields where contact_id = $1")
            .bind(contact.to_string())
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(LISTING))?;
    let values: HashMap<String, String> = values.into_iter().collect();
    let with_value = |it: CountedField| {
        let value = values.get(&it.field.id.to_string()).cloned();
        (it.field, value)
    };
    Ok(list(conn).await?.into_iter().map(with_value).collect())
}

async fn add(conn: &mut Conn, deed: &Deed, field: &Field) -> StoreResult<Result<FieldKept, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let n = list(conn).await?.len();
    if n >= FIELDS_MOST {
        return Ok(Ok(FieldKept::TooMany));
    }
    sqlx::query(
        "insert into custom_fields (id, name, name_folded, kind, options, position)
         select $1, $2, $3, $4, $5, coalesce(max(position), 0) + 1 from custom_fields",
    )
    .bind(field.id.to_string())
    .bind(&field.name)
    .bind(field.name.to_lowercase())
    .bind(field.kind.word())
    .bind(serde_json::to_string(&field.options).unwrap_or_default())
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    note_deed(conn, deed, Action::FieldAdded, None, Some(field.name.clone())).await?;
    Ok(Ok(FieldKept::Kept))
}

async fn change(conn: &mut Conn, deed: &Deed, field: &Field) -> StoreResult<Result<FieldKept, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let was = list(conn).await?.into_iter().map(|it| it.field).find(|it| it.id == field.id);
    let Some(was) = was else { return Ok(Ok(FieldKept::NotThere)) };
    if was.name == field.name && was.options == field.options {
        return Ok(Ok(FieldKept::Kept));
    }
    sqlx::query("update custom_fields set name = $2, name_folded = $3, options = $4 where id = $1")
        .bind(field.id.to_string())
        .bind(&field.name)
        .bind(field.name.to_lowercase())
        .bind(serde_json::to_string(&field.options).unwrap_or_default())
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    let is_renamed = was.name != field.name;
    let told = if is_renamed { format!("{} to {}", was.name, field.name) } else { field.name.clone() };
    note_deed(conn, deed, Action::FieldChanged, None, Some(told)).await?;
    tell(conn, deed).await?;
    Ok(Ok(FieldKept::Kept))
}

async fn raise(conn: &mut Conn, deed: &Deed, id: FieldId) -> StoreResult<Result<bool, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let mut fields = list(conn).await?;
    let at = fields.iter().position(|it| it.field.id == id);
    let Some(at) = at.filter(|it| *it > 0) else { return Ok(Ok(false)) };
    fields.swap(at - 1, at);
    for (place, it) in (1i32..).zip(&fields) {
        sqlx::query("update custom_fields set position = $2 where id = $1 and position <> $2")
            .bind(it.field.id.to_string())
            .bind(place)
            .execute(&mut *conn)
            .await
            .map_err(doing(SAVING))?;
    }
    tell(conn, deed).await?;
    Ok(Ok(true))
}

async fn delete(conn: &mut Conn, deed: &Deed, id: FieldId) -> StoreResult<Result<Option<CountedField>, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let Some(was) = list(conn).await?.into_iter().find(|it| it.field.id == id) else { return Ok(Ok(None)) };
    sqlx::query("delete from custom_fields where id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    note_deed(conn, deed, Action::FieldDeleted, None, Some(was.field.name.clone())).await?;
    tell(conn, deed).await?;
    Ok(Ok(Some(was)))
}

/// It may stand beside any thread: all look again at what they show.
async fn tell(conn: &mut Conn, deed: &Deed) -> StoreResult<()> {
    let (id, at) = (deed.change_id, deed.now);
    write_changes(conn, &[NewChange { id, event: Event::Resync, account_id: None, person_id: None, at }]).await
}

async fn save(conn: &mut Conn, contact: ContactId, known: &Known, now: Timestamp) -> StoreResult<bool> {
    let raised = raise_of_contact(conn, contact, now).await?;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let done = sqlx::query("update contacts set email = $2, phone = $3, note = $4, updated_at = $5 where id = $1")
        .bind(contact.to_string())
        .bind(filled(&known.edit.email))
        .bind(filled(&known.edit.phone))
        .bind(filled(&known.edit.about))
        .bind(now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(KNOWING))?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for (field, value) in &known.fields {
        say(conn, contact, *field, value.as_deref(), now).await?;
    }
    let told: Vec<_> = raised.map(Raised::conversation).into_iter().collect();
    write_changes(conn, &told).await?;
    Ok(true)
}

/// A field that was deleted meanwhile says nothing.
async fn say(
    conn: &mut Conn,
    contact: ContactId,
    field: FieldId,
    value: Option<&str>,
    now: Timestamp,
) -> StoreResult<()> {
    let query = match value {
        None => sqlx::query("delete from contact_fields where contact_id = $1 and field_id = $2"),
        Some(_) => sqlx::query(
            "insert into contact_fields (contact_id, field_id, value, updated_at)
             select $1, id, $3, $4 from custom_fields where id = $2
             on conflict (contact_id, field_id) do update set value = excluded.value, updated_at = excluded.updated_at",
        ),
    };
    let query = query.bind(contact.to_string()).bind(field.to_string());
    let query = match value {
        None => query,
        Some(value) => query.bind(value.to_owned()).bind(now.0),
    };
    query.execute(conn).await.map(drop).map_err(doing(KNOWING))
}
