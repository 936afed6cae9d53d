//! The code beside the password.

use super::audit::note_deed;
use super::people::standing::{hold, hold_admins, note};
use super::{Conn, Pools};
use crate::store::audit::{Deed, Subject};
use crate::store::people::PersonChange;
use crate::store::second_factor::{NewSecondFactor, SecondFactors};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::people::Refusal;
use model::person::PersonId;
use model::second_factor::SecondFactorStanding;
use model::time::Timestamp;
use sqlx::FromRow;

const READING: &str = "look up a second factor";
const SAVING: &str = "change a second factor";

#[async_trait]
impl SecondFactors for Pools {
    async fn second_factor_standing(&self, person: PersonId) -> StoreResult<SecondFactorStanding> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        let row: Option<StandingRow> = sqlx::query_as(
            "select p.totp_confirmed_at,
                 (select count(*) from recovery_codes c where c.person_id = p.id and c.used_at is null) as n_codes,
                 (select value from settings where key = 'second_factor') as required
             from people p where p.id = $1",
        )
        .bind(person.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(READING))?;
        Ok(row.map_or_else(SecondFactorStanding::default, |row| SecondFactorStanding {
            since: row.totp_confirmed_at.map(Timestamp),
            n_codes: row.n_codes,
            is_required: row.required.as_deref() == Some(REQUIRED),
        }))
    }

    async fn find_second_factor(&self, person: PersonId) -> StoreResult<Option<String>> {
        let mut conn = self.read().await.map_err(doing(READING))?;
        let sealed: Option<Option<String>> = sqlx::query_scalar(
            "select totp_secret from people where id = $1 and state = 'active' and totp_confirmed_at is not null",
        )
        .bind(person.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(READING))?;
        Ok(sealed.flatten())
    }

    async fn turn_on_second_factor(&self, deed: Deed, new: NewSecondFactor) -> StoreResult<bool> {
        self.write(SAVING, move |conn| Box::pin(async move { turn_on(conn, &deed, &new).await })).await
    }

    async fn turn_off_second_factor(&self, deed: Deed) -> StoreResult<()> {
        self.write(SAVING, move |conn| {
            Box::pin(async move {
                if turn_off(conn, deed.by, deed.now).await? {
                    note_own(conn, &deed, Action::SecondFactorOff).await?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn reset_second_factor(&self, change: PersonChange) -> StoreResult<Result<(), Refusal>> {
        self.write(SAVING, move |conn| {
            Box::pin(async move {
                if let Err(refusal) = hold(conn, &change).await? {
                    return Ok(Err(refusal));
                }
                if turn_off(conn, change.person, change.now).await? {
                    note(conn, &change, Action::SecondFactorReset).await?;
                }
                Ok(Ok(()))
            })
        })
        .await
    }

    async fn use_step(&self, person: PersonId, step: i64) -> StoreResult<bool> {
        self.write("use a code up", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "update people set totp_step = $2 where id = $1 and state = 'active'
                         and totp_confirmed_at is not null and coalesce(totp_step, -1) < $2",
                )
                .bind(person.to_string())
                .bind(step)
                .execute(conn)
                .await
                .map(|done| done.rows_affected() == 1)
                .map_err(doing("use a code up"))
            })
        })
        .await
    }

    async fn use_recovery_code(&self, deed: Deed, fingerprint: String) -> StoreResult<bool> {
        self.write("use a recovery code up", move |conn| {
            Box::pin(async move { use_recovery_code(conn, &deed, &fingerprint).await })
        })
        .await
    }

    async fn replace_recovery_codes(&self, deed: Deed, fingerprints: Vec<String>) -> StoreResult<bool> {
        self.write(SAVING, move |conn| Box::pin(async move { replace_codes(conn, &deed, &fingerprints).await })).await
    }

    async fn require_second_factor(&self, deed: Deed, is_required: bool) -> StoreResult<Result<(), Refusal>> {
        self.write(SAVING, move |conn| Box::pin(async move { require(conn, &deed, is_required).await })).await
    }
}

/// The setting's value; another one, or none, lets everybody choose.
pub(super) const REQUIRED: &str = "required";

async fn turn_on(conn: &mut Conn, deed: &Deed, new: &NewSecondFactor) -> StoreResult<bool> {
    let done = sqlx::query(
        "update people set totp_secret = $2, totp_confirmed_at = $3, totp_step = $4, updated_at = $3
         where id = $1 and state = 'active' and totp_confirmed_at is null",
    )
    .bind(deed.by.to_string())
    .bind(&new.sealed)
    .bind(deed.now.0)
    .bind(new.step)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    write_codes(conn, deed.by, &new.recovery_codes).await?;
    note_own(conn, deed, Action::SecondFactorOn).await?;
    Ok(true)
}

/// `false`: it was off.
async fn turn_off(conn: &mut Conn, person: PersonId, now: Timestamp) -> StoreResult<bool> {
    let done = sqlx::query(
        "update people set totp_secret = null, totp_confirmed_at = null, totp_step = null, updated_at = $2
         where id = $1 and totp_secret is not null",
    )
    .bind(person.to_string())
    .bind(now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    write_codes(conn, person, &[]).await?;
    Ok(done.rows_affected() == 1)
}

async fn write_codes(conn: &mut Conn, person: PersonId, fingerprints: &[String]) -> StoreResult<()> {
    sqlx::query("delete from recovery_codes where person_id = $1")
        .bind(person.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    for it in fingerprints {
        sqlx::query("insert into recovery_codes (person_id, code_hash) values ($1, $2)")
            .bind(person.to_string())
            .bind(it)
            .execute(&mut *conn)
            .await
            .map_err(doing(SAVING))?;
    }
    Ok(())
}

async fn use_recovery_code(conn: &mut Conn, deed: &Deed, fingerprint: &str) -> StoreResult<bool> {
    let done = sqlx::query(
        "update recovery_codes set used_at = $3 where person_id = $1 and code_hash = $2 and used_at is null
             and exists (select 1 from people p where p.id = $1 and p.state = 'active'
                 and p.totp_confirmed_at is not null)",
    )
    .bind(deed.by.to_string())
    .bind(fingerprint)
    .bind(deed.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing("use a recovery code up"))?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    note_own(conn, deed, Action::RecoveryCodeUsed).await?;
    Ok(true)
}

async fn replace_codes(conn: &mut Conn, deed: &Deed, fingerprints: &[String]) -> StoreResult<bool> {
    let on = sqlx::query("update people set updated_at = $2 where id = $1 and totp_confirmed_at is not null")
        .bind(deed.by.to_string())
        .bind(deed.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    if on.rows_affected() == 0 {
        return Ok(false);
    }
    write_codes(conn, deed.by, fingerprints).await?;
    note_own(conn, deed, Action::RecoveryCodesMade).await?;
    Ok(true)
}

async fn require(conn: &mut Conn, deed: &Deed, is_required: bool) -> StoreResult<Result<(), Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let value = if is_required { REQUIRED } else { "optional" };
    let done = sqlx::query(
        "insert into settings (key, value, updated_at) values ('second_factor', $1, $2)
         on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at
         where settings.value <> excluded.value",
    )
    .bind(value)
    .bind(deed.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    if done.rows_affected() == 1 {
        let action = if is_required { Action::SecondFactorRequired } else { Action::SecondFactorOptional };
        note_deed(conn, deed, action, None, None).await?;
    }
    Ok(Ok(()))
}

async fn note_own(conn: &mut Conn, deed: &Deed, action: Action) -> StoreResult<()> {
    note_deed(conn, deed, action, Some(Subject::Person(deed.by)), None).await
}

#[derive(FromRow)]
struct StandingRow {
    totp_confirmed_at: Option<i64>,
    n_codes: i64,
    required: Option<String>,
}
