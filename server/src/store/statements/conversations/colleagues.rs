//! Who can be given a conversation.

use super::super::sight::sees;
use super::{Conn, read_back};
use crate::store::{StoreResult, doing};
use model::desk::Colleague;
use model::ids::{AccountId, ConversationId, TeamId};

/// More people than one business has.
const MOST: i64 = 5000;

pub(super) async fn list(conn: &mut Conn, id: ConversationId) -> StoreResult<Vec<Colleague>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(concat!(
        "select p.id, p.name, p.availability from conversations c join people p on ",
        sees!("c.account_id"),
        " where c.id = $1 limit $2"
    ))
    .bind(id.to_string())
    .bind(MOST)
    .fetch_all(conn)
    .await
    .map_err(doing("list colleagues"))?;
    let colleague = |(id, name, availability): (String, String, String)| {
        Ok(Colleague { id: read_back(&id, "people", "id", &id)?, name, is_available: availability == "available" })
    };
    let mut colleagues = rows.into_iter().map(colleague).collect::<StoreResult<Vec<_>>>()?;
    colleagues.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id));
    Ok(colleagues)
}

/// That the people of the team `t` may see an account.
macro_rules! team_sees {
    ($account:literal) => {
        concat!(
            "(not exists (select 1 from account_teams g where g.account_id = ",
            $account,
            ") or exists (select 1 from account_teams g where g.team_id = t.id and g.account_id = ",
            $account,
            "))"
        )
    };
}

pub(super) async fn teams(conn: &mut Conn, id: ConversationId) -> StoreResult<Vec<(TeamId, String)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(concat!(
        "select t.id, t.name from conversations c join teams t on ",
        team_sees!("c.account_id"),
        " where c.id = $1 order by t.name_folded limit $2"
    ))
    .bind(id.to_string())
    .bind(MOST)
    .fetch_all(conn)
    .await
    .map_err(doing("list teams"))?;
    rows.into_iter().map(|(id, name)| Ok((read_back(&id, "teams", "id", &id)?, name))).collect()
}

/// What a team is called whose people may see the account.
pub(super) async fn team(conn: &mut Conn, account: AccountId, team: TeamId) -> StoreResult<Option<String>> {
    sqlx::query_scalar(concat!("select t.name from teams t where t.id = $2 and ", team_sees!("$1")))
        .bind(account.to_string())
        .bind(team.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing("look up a team"))
}
