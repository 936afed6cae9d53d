//! What a person changes of themselves.

use super::super::super::FOR_NO_KEY_UPDATE;
use super::super::Conn;
use super::super::changes::write_changes;
use super::super::media::insert_media;
use super::super::sessions;
use super::standing::{hold, look_again, note};
use crate::store::media::NewMedia;
use crate::store::people::{NewPassword, PersonChange};
use crate::store::sessions::Ending;
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::people::Refusal;
use model::person::PersonId;
use model::time::Timestamp;
use sqlx::AssertSqlSafe;

pub(super) async fn rename(conn: &mut Conn, change: &PersonChange, name: &str) -> StoreResult<()> {
    sqlx::query("update people set name = $2, updated_at = $3 where id = $1")
        .bind(change.person.to_string())
        .bind(name)
        .bind(change.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing("rename a person"))?;
    note(conn, change, Action::PersonRenamed).await
}

/// Of two who change it at once the second takes away what the first has set, so that no file is left behind.
pub(super) async fn set_picture(
    conn: &mut Conn,
    change: &PersonChange,
    picture: Option<&NewMedia>,
) -> StoreResult<Result<(), Refusal>> {
    const SETTING: &str = "change a person's picture";
    if change.by != change.person {
        if picture.is_some() {
            return Ok(Err(Refusal::NotAllowed));
        }
        if let Err(refusal) = hold(conn, change).await? {
            return Ok(Err(refusal));
        }
    }
    let id = change.person.to_string();
    let sql = ["select picture_id from people where id = $1", FOR_NO_KEY_UPDATE].concat();
    let former: Option<(Option<String>,)> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(&id).fetch_optional(&mut *conn).await.map_err(doing(SETTING))?;
    let Some((former,)) = former else { return Ok(Err(Refusal::NoSuchPerson)) };
    let action = match (&former, picture) {
        (None, None) => return Ok(Ok(())),
        (Some(_), None) => Action::PictureRemoved,
        (_, Some(picture)) => {
            insert_media(conn, picture).await?;
            Action::PictureChanged
        }
    };
    sqlx::query("update people set picture_id = $2, updated_at = $3 where id = $1")
        .bind(&id)
        .bind(picture.map(|it| it.id.to_string()))
        .bind(change.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    sqlx::query("update media set deleted_at = $2 where id = $1 and deleted_at is null")
        .bind(former)
        .bind(change.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    note(conn, change, action).await?;
    Ok(Ok(()))
}

/// Of two who change it at once one wins: each names the password that they knew.
pub(super) async fn change_password(
    conn: &mut Conn,
    change: &PersonChange,
    new: &NewPassword,
) -> StoreResult<Option<Vec<String>>> {
    let changed = sqlx::query(
        "update people set password_hash = $2, updated_at = $3
         where id = $1 and password_hash = $4 and state = 'active'",
    )
    .bind(change.person.to_string())
    .bind(&new.hash)
    .bind(change.now.0)
    .bind(&new.was)
    .execute(&mut *conn)
    .await
    .map_err(doing("change a password"))?;
    if changed.rows_affected() == 0 {
        return Ok(None);
    }
    let ended = sessions::end(conn, change.person, &Ending::AllBut(new.keep.clone())).await?;
    note(conn, change, Action::PasswordChanged).await?;
    write_changes(conn, &[look_again(change)]).await?;
    Ok(Some(ended))
}

/// First the person and then the session, as everybody does who needs both.
pub(super) async fn note_seen(conn: &mut Conn, session: &str, person: PersonId, now: Timestamp) -> StoreResult<()> {
    note_here(conn, person, now).await?;
    sqlx::query("update sessions set seen_at = $2 where id_hash = $1 and seen_at < $2")
        .bind(session)
        .bind(now.0)
        .execute(conn)
        .await
        .map(drop)
        .map_err(doing("note that a person is here"))
}

pub(in super::super) async fn note_here(conn: &mut Conn, person: PersonId, now: Timestamp) -> StoreResult<()> {
    sqlx::query("update people set seen_at = $2 where id = $1 and coalesce(seen_at, 0) < $2")
        .bind(person.to_string())
        .bind(now.0)
        .execute(conn)
        .await
        .map(drop)
        .map_err(doing("note that a person is here"))
}
