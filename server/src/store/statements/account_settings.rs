//! What is set for an account.

use super::super::FOR_UPDATE;
use super::changes::write_changes;
use super::teams::{leave_what_is_out_of_sight, may_run, note};
use super::{Conn, Pools, read_back};
use crate::store::account_settings::{AccountSetting, AccountSettings};
use crate::store::audit::Subject;
use crate::store::changes::NewChange;
use crate::store::teams::RunChange;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::ids::{AccountId, ScheduleId, TeamId};
use model::live::Event;
use model::platform::Platform;
use model::teams::{BotSettings, ListedAccount, Standing, TeamRefusal, TokenHealth};
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, FromRow};
use std::collections::{BTreeMap, BTreeSet};

const LISTING: &str = "list what is set for the accounts";
const SETTING: &str = "set something for an account";

#[async_trait]
impl AccountSettings for Pools {
    async fn list_accounts_in_use(&self) -> StoreResult<Vec<ListedAccount>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list(&mut conn).await
    }

    async fn set_account(
        &self,
        change: RunChange,
        id: AccountId,
        to: AccountSetting,
    ) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(SETTING, move |conn| Box::pin(async move { set(conn, &change, id, &to).await })).await
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    platform: String,
    name: String,
    username: Option<String>,
    state: String,
    mark_seen: String,
    typing: bool,
    schedule_id: Option<String>,
    last_event_at: Option<i64>,
    last_sent_at: Option<i64>,
    n_waiting: i64,
    bot_id: Option<String>,
    bot_app_id: Option<String>,
    bot_app_name: Option<String>,
    hand_back_on_close: bool,
    disclosure: Option<String>,
}

#[derive(FromRow)]
struct TokenRow {
    account_id: String,
    state: String,
    error: Option<String>,
    expires_at: Option<i64>,
}

async fn list(conn: &mut Conn) -> StoreResult<Vec<ListedAccount>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, platform, name, username, state, mark_seen, typing, schedule_id, last_event_at, last_sent_at,
             (select count(*) from outbox o where o.account_id = accounts.id and o.state = 'ready') as n_waiting,
             bot_id, bot_app_id, (select p.name from apps p where p.id = accounts.bot_app_id) as bot_app_name,
             hand_back_on_close, disclosure
         from accounts order by created_at, id limit 10000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let teams: Vec<(String, String)> =
        sqlx::query_as("select account_id, team_id from account_teams order by team_id limit 50000")
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(LISTING))?;
    let tokens: Vec<TokenRow> = sqlx::query_as(
        "select account_id, state, error, expires_at from account_tokens order by account_id, login limit 20000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let incidents: Vec<(String, String)> =
        sqlx::query_as("select account_id, kind from incidents where closed_at is null order by id limit 10000")
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(LISTING))?;
    let mut found = BTreeMap::new();
    let mut order = Vec::new();
    for row in rows {
        order.push(row.id.clone());
        found.insert(row.id.clone(), row.read()?);
    }
    for (account, team) in teams {
        if let Some(it) = found.get_mut(&account) {
            it.teams.push(read_back(&team, "account_teams", "team_id", &account)?);
        }
    }
    for token in tokens {
        if let Some(it) = found.get_mut(&token.account_id) {
            let works = token.state == "working";
            it.tokens.push(TokenHealth { works, error: token.error, expires_at: token.expires_at.map(Timestamp) });
        }
    }
    for (account, kind) in incidents {
        if let Some(it) = found.get_mut(&account) {
            it.incidents.push(kind);
        }
    }
    Ok(order.into_iter().filter_map(|id| found.remove(&id)).collect())
}

impl Row {
    fn read(self) -> StoreResult<ListedAccount> {
        let odd = |column| StoreError::Inconsistent { table: "accounts", column, row: self.id.clone() };
        let schedule = |it: &String| read_back::<ScheduleId>(it, "accounts", "schedule_id", &self.id);
        Ok(ListedAccount {
            id: read_back(&self.id, "accounts", "id", &self.id)?,
            platform: Platform::from_word(&self.platform).ok_or_else(|| odd("platform"))?,
            standing: standing(&self.state).ok_or_else(|| odd("state"))?,
            marks_seen: read_back(&self.mark_seen, "accounts", "mark_seen", &self.id)?,
            schedule: self.schedule_id.as_ref().map(schedule).transpose()?,
            bot: BotSettings {
                bot: self.bot_id.as_ref().map(|it| read_back(it, "accounts", "bot_id", &self.id)).transpose()?,
                app: self.bot_app_id,
                app_name: self.bot_app_name,
                hand_back: self.hand_back_on_close,
                disclosure: self.disclosure,
            },
            name: self.name,
            username: self.username,
            typing: self.typing,
            teams: Vec::new(),
            tokens: Vec::new(),
            last_event_at: self.last_event_at.map(Timestamp),
            last_sent_at: self.last_sent_at.map(Timestamp),
            incidents: Vec::new(),
            n_waiting: self.n_waiting,
        })
    }
}

fn standing(word: &str) -> Option<Standing> {
    match word {
        "active" => Some(Standing::Active),
        "paused" => Some(Standing::Paused),
        "disconnected" => Some(Standing::Disconnected),
        "deleting" => Some(Standing::Deleting),
        _ => None,
    }
}

/// What stands so already is neither noted nor told.
async fn set(
    conn: &mut Conn,
    change: &RunChange,
    id: AccountId,
    to: &AccountSetting,
) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let sql = ["select state from accounts where id = $1 and state <> 'deleting'", FOR_UPDATE].concat();
    let state: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    if state.is_none() {
        return Ok(Err(TeamRefusal::NotThere));
    }
    let (action, changed) = match to {
        AccountSetting::Paused => (Action::AccountPaused, set_state(conn, change, id, "active", "paused").await?),
        AccountSetting::Resumed => (Action::AccountResumed, set_state(conn, change, id, "paused", "active").await?),
        AccountSetting::Shows { typing, marks_seen } => {
            let sql = "update accounts set typing = $2, mark_seen = $3, updated_at = $4
                 where id = $1 and (typing <> $2 or mark_seen <> $3)";
            let query = sqlx::query(sql).bind(id.to_string()).bind(typing).bind(marks_seen.word()).bind(change.now.0);
            let done = query.execute(&mut *conn).await.map_err(doing(SETTING))?;
            (Action::AccountChanged, done.rows_affected() > 0)
        }
        AccountSetting::Teams(teams) => (Action::AccountTeams, set_teams(conn, id, teams).await?),
        AccountSetting::Bot(bot) => match set_bot(conn, change, id, bot).await? {
            Ok(changed) => (Action::AccountBot, changed),
            Err(refusal) => return Ok(Err(refusal)),
        },
        AccountSetting::Schedule(schedule) => match set_schedule(conn, change, id, *schedule).await? {
            Ok(changed) => (Action::AccountHours, changed),
            Err(refusal) => return Ok(Err(refusal)),
        },
    };
    if !changed {
        return Ok(Ok(()));
    }
    note(conn, change, action, Subject::Account(id)).await?;
    let told = NewChange {
        id: change.change_id,
        event: Event::Account { account_id: id },
        account_id: Some(id),
        person_id: None,
        at: change.now,
    };
    if matches!(to, AccountSetting::Teams(_)) {
        leave_what_is_out_of_sight(conn, change, vec![told]).await?;
    } else {
        write_changes(conn, &[told]).await?;
    }
    Ok(Ok(()))
}

async fn set_state(conn: &mut Conn, change: &RunChange, id: AccountId, from: &str, to: &str) -> StoreResult<bool> {
    sqlx::query("update accounts set state = $3, updated_at = $4 where id = $1 and state = $2")
        .bind(id.to_string())
        .bind(from)
        .bind(to)
        .bind(change.now.0)
        .execute(conn)
        .await
        .map(|it| it.rows_affected() > 0)
        .map_err(doing(SETTING))
}

/// Teams that are gone are passed over; but if all are, it stays as it was: it must not be everybody's by that.
async fn set_teams(conn: &mut Conn, id: AccountId, teams: &[TeamId]) -> StoreResult<bool> {
    let was: Vec<String> = sqlx::query_scalar("select team_id from account_teams where account_id = $1")
        .bind(id.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    let was: BTreeSet<String> = was.into_iter().collect();
    let mut is = BTreeSet::new();
    for team in teams {
        let found: Option<String> = sqlx::query_scalar("select id from teams where id = $1")
            .bind(team.to_string())
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(SETTING))?;
        is.extend(found);
    }
    if is == was || (is.is_empty() && !teams.is_empty()) {
        return Ok(false);
    }
    for (sql, ids) in [
        ("delete from account_teams where account_id = $1 and team_id = $2", was.difference(&is)),
        ("insert into account_teams (account_id, team_id) values ($1, $2)", is.difference(&was)),
    ] {
        for team in ids {
            sqlx::query(sql).bind(id.to_string()).bind(team).execute(&mut *conn).await.map_err(doing(SETTING))?;
        }
    }
    Ok(true)
}

async fn set_bot(
    conn: &mut Conn,
    change: &RunChange,
    id: AccountId,
    bot: &BotSettings,
) -> StoreResult<Result<bool, TeamRefusal>> {
    let bot_id = bot.bot.map(|it| it.to_string());
    let found: Option<String> = sqlx::query_scalar("select id from bots where id = $1")
        .bind(&bot_id)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    if found != bot_id {
        return Ok(Err(TeamRefusal::NotThere));
    }
    let mut named = false;
    if let (Some(app), Some(name)) = (&bot.app, &bot.app_name) {
        // Whoever names one of our own apps so changes nothing about it.
        let done = sqlx::query(
            "insert into apps (id, kind, name, created_at, updated_at) values ($1, 'other', $2, $3, $3)
             on conflict (id) do update set name = excluded.name, updated_at = excluded.updated_at
             where apps.kind = 'other' and apps.name <> excluded.name",
        )
        .bind(app)
        .bind(name)
        .bind(change.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
        named = done.rows_affected() > 0;
    }
    let done = sqlx::query(
        "update accounts set bot_id = $2, bot_app_id = $3, hand_back_on_close = $4, disclosure = $5, updated_at = $6
         where id = $1 and (coalesce(bot_id, '') <> coalesce($2, '') or coalesce(bot_app_id, '') <> coalesce($3, '')
             or hand_back_on_close <> $4 or coalesce(disclosure, '') <> coalesce($5, ''))",
    )
    .bind(id.to_string())
    .bind(bot_id)
    .bind(&bot.app)
    .bind(bot.hand_back)
    .bind(&bot.disclosure)
    .bind(change.now.0)
    .execute(conn)
    .await
    .map_err(doing(SETTING))?;
    Ok(Ok(named || done.rows_affected() > 0))
}

async fn set_schedule(
    conn: &mut Conn,
    change: &RunChange,
    id: AccountId,
    schedule: Option<ScheduleId>,
) -> StoreResult<Result<bool, TeamRefusal>> {
    let schedule = schedule.map(|it| it.to_string());
    let found: Option<String> = sqlx::query_scalar("select id from schedules where id = $1")
        .bind(&schedule)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SETTING))?;
    if found != schedule {
        return Ok(Err(TeamRefusal::NotThere));
    }
    let done = sqlx::query(
        "update accounts set schedule_id = $2, updated_at = $3
         where id = $1 and coalesce(schedule_id, '') <> coalesce($2, '')",
    )
    .bind(id.to_string())
    .bind(schedule)
    .bind(change.now.0)
    .execute(conn)
    .await
    .map_err(doing(SETTING))?;
    Ok(Ok(done.rows_affected() > 0))
}
