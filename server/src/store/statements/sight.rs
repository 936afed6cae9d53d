//! Which accounts a person may see.

use super::super::FOR_SHARE_OF_P;
use super::{Conn, Pools, read_back};
use crate::store::sight::{Sight, Sights};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::ids::AccountId;
use model::inbox::NamedPerson;
use model::person::{PersonId, Role};
use sqlx::AssertSqlSafe;

/// That the person `p` may see an account: what `find_sight` says, as part of a larger question.
macro_rules! sees {
    ($account:literal) => {
        concat!(
            "p.state = 'active' and (p.role = 'admin' or p.role = 'agent' and (
                not exists (select 1 from account_teams g where g.account_id = ",
            $account,
            ") or exists (
                select 1 from account_teams g join team_members t on t.team_id = g.team_id
                where t.person_id = p.id and g.account_id = ",
            $account,
            ")))"
        )
    };
}
pub(super) use sees;

/// What a person is called who may see the account, and who stays so until the commit.
pub(super) async fn find_colleague(
    conn: &mut Conn,
    account: AccountId,
    person: PersonId,
) -> StoreResult<Option<NamedPerson>> {
    let sql = [concat!("select p.name from people p where p.id = $2 and ", sees!("$1")), FOR_SHARE_OF_P].concat();
    let name: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account.to_string())
        .bind(person.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing("look up a colleague"))?;
    Ok(name.map(|name| NamedPerson { id: person, name }))
}

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
