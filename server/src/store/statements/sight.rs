//! Which accounts a person may see.

use super::{Conn, Pools, read_back};
use crate::store::sight::{Sight, Sights};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::person::{PersonId, Role};

/// Whether a person may see an account, as part of a larger question: what `find_sight` says of it.
macro_rules! seen_by {
    ($account:literal, $person:literal) => {
        concat!(
            "exists (
                 select 1 from people seer where seer.id = ",
            $person,
            " and seer.state = 'active' and (
                     seer.role = 'admin'
                     or seer.role = 'agent' and not exists (
                         select 1 from account_teams t where t.account_id = ",
            $account,
            "
                     )
                     or seer.role = 'agent' and exists (
                         select 1 from account_teams t join team_members on team_members.team_id = t.team_id
                         where t.account_id = ",
            $account,
            " and team_members.person_id = seer.id
                     )
                 )
             )"
        )
    };
}
pub(super) use seen_by;

/// More accounts than one business has.
const MOST_ACCOUNTS: i64 = 10_000;

#[async_trait]
impl Sights for Pools {
    async fn find_sight(&self, person: PersonId) -> StoreResult<Option<Sight>> {
        let mut conn = self.read().await.map_err(doing("look up what a person may see"))?;
        let id = person.to_string();
        let role: Option<String> = sqlx::query_scalar("select role from people where id = $1 and state = 'active'")
            .bind(&id)
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing("look up what a person may see"))?;
        let Some(role) = role else { return Ok(None) };
        match Role::from_word(&role) {
            Some(Role::Admin) => Ok(Some(Sight::EveryAccount)),
            Some(Role::Agent) => accounts(&mut conn, &id).await.map(Some),
            None => Err(StoreError::Inconsistent { table: "people", column: "role", row: id }),
        }
    }
}

async fn accounts(conn: &mut Conn, person: &str) -> StoreResult<Sight> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select id from accounts
         where not exists (select 1 from account_teams where account_id = accounts.id)
            or exists (
                select 1 from account_teams
                join team_members on team_members.team_id = account_teams.team_id
                where account_teams.account_id = accounts.id and team_members.person_id = $1
            )
         limit $2",
    )
    .bind(person)
    .bind(MOST_ACCOUNTS)
    .fetch_all(conn)
    .await
    .map_err(doing("look up what a person may see"))?;
    let ids: StoreResult<_> = ids.iter().map(|it| read_back(it, "accounts", "id", it)).collect();
    ids.map(Sight::Accounts)
}
