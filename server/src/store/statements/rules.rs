//! Rules of assignment.

use super::teams::{may_run, note};
use super::{Conn, Pools, read_back};
use crate::store::audit::Subject;
use crate::store::rules::{RuleChange, Rules};
use crate::store::teams::RunChange;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::assignment::Method;
use model::audit::Action;
use model::ids::RuleId;
use model::teams::{Rule, TeamRefusal};

const LISTING: &str = "list the rules";
const CHANGING: &str = "change a rule";

#[async_trait]
impl Rules for Pools {
    async fn list_rules(&self) -> StoreResult<Vec<Rule>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<(String, Option<String>, String, String, bool)> = sqlx::query_as(
            "select id, account_id, team_id, method, enabled from assignment_rules order by position, id limit 1000",
        )
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        let rule = |(id, account, team, method, is_on): (String, Option<String>, String, String, bool)| {
            let odd = || StoreError::Inconsistent { table: "assignment_rules", column: "method", row: id.clone() };
            Ok(Rule {
                account: account.map(|it| read_back(&it, "assignment_rules", "account_id", &id)).transpose()?,
                team: read_back(&team, "assignment_rules", "team_id", &id)?,
                method: Method::from_word(&method).ok_or_else(odd)?,
                id: read_back(&id, "assignment_rules", "id", &id)?,
                is_on,
            })
        };
        rows.into_iter().map(rule).collect()
    }

    async fn add_rule(&self, change: RunChange, rule: Rule) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { add(conn, &change, &rule).await })).await
    }

    async fn change_rule(&self, change: RunChange, id: RuleId, to: RuleChange) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { alter(conn, &change, id, to).await })).await
    }
}

async fn add(conn: &mut Conn, change: &RunChange, rule: &Rule) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    // The team or the account may have gone meanwhile.
    let added = sqlx::query(
        "insert into assignment_rules (id, name, account_id, team_id, method, position, enabled, created_at, updated_at)
         select $1, '', $2, t.id, $4, coalesce((select max(o.position) from assignment_rules o), 0) + 1, $5, $6, $6
         from teams t where t.id = $3 and ($2 is null or exists (select 1 from accounts a where a.id = $2))",
    )
    .bind(rule.id.to_string())
    .bind(rule.account.map(|it| it.to_string()))
    .bind(rule.team.to_string())
    .bind(rule.method.word())
    .bind(rule.is_on)
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(CHANGING))?;
    if added.rows_affected() == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    note(conn, change, Action::RuleAdded, Subject::Rule(rule.id)).await?;
    Ok(Ok(()))
}

async fn alter(
    conn: &mut Conn,
    change: &RunChange,
    id: RuleId,
    to: RuleChange,
) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let done = match to {
        RuleChange::On | RuleChange::Off => {
            sqlx::query("update assignment_rules set enabled = $2, updated_at = $3 where id = $1")
                .bind(id.to_string())
                .bind(to == RuleChange::On)
                .bind(change.now.0)
                .execute(&mut *conn)
                .await
                .map_err(doing(CHANGING))?
                .rows_affected()
        }
        RuleChange::Earlier => return earlier(conn, change, id).await,
        RuleChange::Deleted => sqlx::query("delete from assignment_rules where id = $1")
            .bind(id.to_string())
            .execute(&mut *conn)
            .await
            .map_err(doing(CHANGING))?
            .rows_affected(),
    };
    if done == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    let action = if to == RuleChange::Deleted { Action::RuleDeleted } else { Action::RuleChanged };
    note(conn, change, action, Subject::Rule(id)).await?;
    Ok(Ok(()))
}

/// All are numbered anew: there are few.
async fn earlier(conn: &mut Conn, change: &RunChange, id: RuleId) -> StoreResult<Result<(), TeamRefusal>> {
    let mut ids: Vec<String> = sqlx::query_scalar("select id from assignment_rules order by position, id limit 1000")
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    let wanted = id.to_string();
    let Some(place) = ids.iter().position(|it| *it == wanted) else { return Ok(Err(TeamRefusal::NotThere)) };
    if place == 0 {
        return Ok(Ok(()));
    }
    ids.swap(place - 1, place);
    for (position, id) in (1i32..).zip(&ids) {
        sqlx::query("update assignment_rules set position = $2 where id = $1 and position <> $2")
            .bind(id)
            .bind(position)
            .execute(&mut *conn)
            .await
            .map_err(doing(CHANGING))?;
    }
    note(conn, change, Action::RuleChanged, Subject::Rule(id)).await?;
    Ok(Ok(()))
}
