//! Everything that the vault sealed.

use super::connecting::forget_until;
use super::{Conn, Pools, audit, read_back};
use crate::store::audit::{Actor, AuditEntry};
use crate::store::sealed::{Place, Resealed, Sealed, SealedTexts};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::{Action, AuditId};
use model::platform::Login;
use model::time::Timestamp;

const LISTING: &str = "list what is sealed";
const RESEALING: &str = "seal with a new key";

#[async_trait]
impl SealedTexts for Pools {
    async fn list_sealed(&self) -> StoreResult<Vec<Sealed>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select kept, id, text from (
                 select login as kept, account_id as id, token as text from account_tokens
                 union all
                 select 'second_factor' as kept, id, totp_secret as text from people where totp_secret is not null
                 union all
                 select 'endpoint' as kept, id, secret as text from endpoints
             ) as sealed order by kept, id",
        )
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        rows.into_iter().map(|(kept, id, text)| place(&kept, &id).map(|place| Sealed { place, text })).collect()
    }

    async fn reseal(&self, renewed: Vec<Resealed>, audit: AuditId, now: Timestamp) -> StoreResult<usize> {
        self.write(RESEALING, move |conn| Box::pin(async move { reseal(conn, &renewed, audit, now).await })).await
    }

    async fn forget_short_lived(&self) -> StoreResult<()> {
        self.write(RESEALING, move |conn| {
            Box::pin(async move { forget_until(conn, Timestamp(i64::MAX), RESEALING).await.map(drop) })
        })
        .await
    }
}

/// Whose token it is, or what else is kept.
fn place(kept: &str, id: &str) -> StoreResult<Place> {
    match kept {
        "second_factor" => return Ok(Place::SecondFactor { person: read_back(id, "people", "id", id)? }),
        "endpoint" => return Ok(Place::EndpointSecret { endpoint: read_back(id, "endpoints", "id", id)? }),
        _ => {}
    }
    let inconsistent = || StoreError::Inconsistent { table: "account_tokens", column: "login", row: id.to_owned() };
    let login = Login::from_word(kept).ok_or_else(inconsistent)?;
    Ok(Place::AccountToken { account: read_back(id, "account_tokens", "account_id", id)?, login })
}

async fn reseal(conn: &mut Conn, renewed: &[Resealed], audit_id: AuditId, now: Timestamp) -> StoreResult<usize> {
    let mut n_replaced = 0;
    for Resealed { old, text } in renewed {
        let (statement, id) = match old.place {
            Place::AccountToken { account, .. } => {
                ("update account_tokens set token = $1 where token = $2 and account_id = $3", account.to_string())
            }
            Place::SecondFactor { person } => {
                ("update people set totp_secret = $1 where totp_secret = $2 and id = $3", person.to_string())
            }
            Place::EndpointSecret { endpoint } => {
                ("update endpoints set secret = $1 where secret = $2 and id = $3", endpoint.to_string())
            }
        };
        let replaced = sqlx::query(statement).bind(text).bind(&old.text).bind(id).execute(&mut *conn).await;
        n_replaced += usize::from(replaced.map_err(doing(RESEALING))?.rows_affected() == 1);
    }
    let entry = AuditEntry {
        id: audit_id,
        at: now,
        actor: Actor::System,
        action: Action::KeyRotated,
        subject: None,
        detail: None,
        address: None,
    };
    audit::insert(conn, &entry).await?;
    Ok(n_replaced)
}
