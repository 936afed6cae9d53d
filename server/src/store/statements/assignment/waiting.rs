//! What waits for somebody.

use super::super::super::Driver;
use super::super::sight::sees;
use super::{Conn, has_room, read_back};
use crate::store::assignment::Moment;
use crate::store::{StoreResult, doing};
use model::assignment::there_since;
use model::ids::{ConversationId, ScheduleId};
use sqlx::QueryBuilder;

const LISTING: &str = "list what waits for somebody";

/// Where a rule would find somebody now. More rules than one business has make no more accounts.
const RULED: &str = concat!(
    "select distinct a.id, a.schedule_id from accounts a
     join assignment_rules r on r.enabled and (r.account_id is null or r.account_id = a.id)
     where r.method = 'team_only' or exists (
         select 1 from team_members t join people p on p.id = t.person_id
         where t.team_id = r.team_id and ",
    has_room!(),
    " and p.availability = 'available' and p.seen_at >= $1 and ",
    sees!("a.id"),
    ") limit 10000"
);

const WAITING: &str = "select c.id from conversations c
     where c.to_assign_at is not null and c.state = 'open' and c.owner = 'human' and c.assignee_id is null and (";

/// Of the team that it was given to, whom a rule would find.
const BY_HAND: &str = " and exists (
         select 1 from assignment_rules r join team_members t on t.team_id = r.team_id join people p on p.id = t.person_id
         where r.team_id = c.to_team_id and r.enabled and r.method <> 'team_only'
             and (r.account_id is null or r.account_id = c.account_id) and ";

fn push_able(query: &mut QueryBuilder<Driver>, since: i64) {
    query.push("p.availability = 'available' and p.seen_at >= ").push_bind(since);
    query.push(concat!(" and ", has_room!(), " and ", sees!("c.account_id")));
}

fn push_among(query: &mut QueryBuilder<Driver>, accounts: &[String]) {
    query.push("c.account_id in (''");
    for account in accounts {
        query.push(", ").push_bind(account.clone());
    }
    query.push(")");
}

/// One walk along an index: what nobody could take costs a look at its entry.
pub(super) async fn list(conn: &mut Conn, moment: &Moment, limit: u32) -> StoreResult<Vec<ConversationId>> {
    let since = there_since(moment.now).0;
    let ruled: Vec<(String, Option<String>)> =
        sqlx::query_as(RULED).bind(since).fetch_all(&mut *conn).await.map_err(doing(LISTING))?;
    let is_shut = |schedule: &Option<String>| {
        schedule.as_ref().and_then(|it| it.parse::<ScheduleId>().ok()).is_some_and(|it| moment.shut.contains(&it))
    };
    let accounts: Vec<String> = ruled.into_iter().filter(|it| !is_shut(&it.1)).map(|it| it.0).collect();
    let mut query = QueryBuilder::<Driver>::new(WAITING);
    query.push("c.to_team_id is null and (");
    push_among(&mut query, &accounts);
    query.push(" or c.last_assignee_id is not null and exists (");
    query.push("select 1 from people p where p.id = c.last_assignee_id and ");
    push_able(&mut query, since);
    query.push(")) or c.to_team_id is not null and ");
    push_among(&mut query, &accounts);
    query.push(BY_HAND);
    push_able(&mut query, since);
    query.push(")) order by c.to_assign_at, c.id limit ");
    query.push_bind(i64::from(limit));
    let ids: Vec<(String,)> = query.build_query_as().fetch_all(conn).await.map_err(doing(LISTING))?;
    ids.iter().map(|(id,)| read_back(id, "conversations", "id", id)).collect()
}
