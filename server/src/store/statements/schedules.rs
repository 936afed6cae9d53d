//! Working hours: as JSON, one text for each day, and one for each exception.

use super::teams::{may_run, note};
use super::{Conn, Pools, read_back};
use crate::store::audit::Subject;
use crate::store::schedules::Schedules;
use crate::store::teams::RunChange;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::hours::{DayHours, Hours, read_exceptions, write_exceptions};
use model::ids::ScheduleId;
use model::teams::{Schedule, TeamRefusal};
use sqlx::FromRow;

const LISTING: &str = "list the working hours";
const CHANGING: &str = "change working hours";

#[async_trait]
impl Schedules for Pools {
    async fn list_schedules(&self) -> StoreResult<Vec<Schedule>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<Row> =
            sqlx::query_as("select id, name, time_zone, hours, exceptions from schedules order by id limit 1000")
                .fetch_all(&mut *conn)
                .await
                .map_err(doing(LISTING))?;
        rows.into_iter().map(Row::read).collect()
    }

    async fn save_schedule(&self, change: RunChange, schedule: Schedule) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { save(conn, &change, &schedule).await })).await
    }

    async fn delete_schedule(&self, change: RunChange, id: ScheduleId) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { delete(conn, &change, id).await })).await
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    time_zone: String,
    hours: String,
    exceptions: String,
}

impl Row {
    fn read(self) -> StoreResult<Schedule> {
        let odd = |column| StoreError::Inconsistent { table: "schedules", column, row: self.id.clone() };
        let days: Vec<String> = serde_json::from_str(&self.hours).map_err(|_| odd("hours"))?;
        let mut hours = Hours::default();
        for (day, text) in hours.week.iter_mut().zip(&days) {
            *day = DayHours::read(text).map_err(|_| odd("hours"))?;
        }
        let exceptions: Vec<String> = serde_json::from_str(&self.exceptions).map_err(|_| odd("exceptions"))?;
        hours.exceptions = read_exceptions(&exceptions.join("\n")).map_err(|_| odd("exceptions"))?;
        let id = read_back(&self.id, "schedules", "id", &self.id)?;
        Ok(Schedule { id, name: self.name, time_zone: self.time_zone, hours })
    }
}

async fn save(conn: &mut Conn, change: &RunChange, it: &Schedule) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let days: Vec<String> = it.hours.week.iter().map(ToString::to_string).collect();
    let exceptions = write_exceptions(&it.hours.exceptions);
    let exceptions: Vec<&str> = exceptions.lines().collect();
    sqlx::query(
        "insert into schedules (id, name, time_zone, hours, exceptions, updated_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set name = excluded.name, time_zone = excluded.time_zone, hours = excluded.hours,
             exceptions = excluded.exceptions, updated_at = excluded.updated_at",
    )
    .bind(it.id.to_string())
    .bind(&it.name)
    .bind(&it.time_zone)
    .bind(serde_json::to_string(&days).unwrap_or_default())
    .bind(serde_json::to_string(&exceptions).unwrap_or_default())
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(CHANGING))?;
    note(conn, change, Action::HoursSaved, Subject::Schedule(it.id)).await?;
    Ok(Ok(()))
}

async fn delete(conn: &mut Conn, change: &RunChange, id: ScheduleId) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let deleted = sqlx::query("delete from schedules where id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    if deleted.rows_affected() == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    note(conn, change, Action::HoursDeleted, Subject::Schedule(id)).await?;
    Ok(Ok(()))
}
