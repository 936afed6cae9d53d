//! Everything that the vault sealed.

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
            "select id, login, text from (
                 select account_id as id, login, token as text from account_tokens
                 union all
                 select id, '' as login, totp_secret as text from people where totp_secret is not null
             ) as sealed order by login, id",
        )
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        rows.into_iter().map(|(id, login, text)| place(&id, &login).map(|place| Sealed { place, text })).collect()
    }

    async fn reseal(&self, renewed: Vec<Resealed>, audit: AuditId, now: Timestamp) -> StoreResult<usize> {
        self.write(RESEALING, move |conn| Box::pin(async move { reseal(conn, &renewed, audit, now).await })).await
    }
}

fn place(id: &str, login: &str) -> StoreResult<Place> {
    if login.is_empty() {
        return Ok(Place::SecondFactor { person: read_back(id, "people", "id", id)? });
    }
    let inconsistent = || StoreError::Inconsistent { table: "account_tokens", column: "login", row: id.to_owned() };
    let login = Login::from_word(login).ok_or_else(inconsistent)?;
    Ok(Place::AccountToken { account: read_back(id, "account_tokens", "account_id", id)?, login })
}

async fn reseal(conn: &mut Conn, renewed: &[Resealed], audit_id: AuditId, now: Timestamp) -> StoreResult<usize> {
    let mut n_replaced = 0;
    for Resealed { old, text } in renewed {
        let (statement, id, login) = match old.place {
            Place::AccountToken { account, login } => (
                "update account_tokens set token = $1 where token = $2 and account_id = $3 and login = $4",
                account.to_string(),
                login.word(),
            ),
            Place::SecondFactor { person } => (
                "update people set totp_secret = $1 where totp_secret = $2 and id = $3 and '' = $4",
                person.to_string(),
                "",
            ),
        };
        let replaced = sqlx::query(statement).bind(text).bind(&old.text).bind(id).bind(login).execute(&mut *conn).await;
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
