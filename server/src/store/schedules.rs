//! Working hours.

use super::StoreResult;
use super::teams::RunChange;
use async_trait::async_trait;
use model::ids::ScheduleId;
use model::teams::{Schedule, TeamRefusal};

#[async_trait]
pub trait Schedules: Send + Sync + 'static {
    /// In no order.
    async fn list_schedules(&self) -> StoreResult<Vec<Schedule>>;

    /// Adds it, or changes the one with its id.
    async fn save_schedule(&self, change: RunChange, schedule: Schedule) -> StoreResult<Result<(), TeamRefusal>>;

    /// Accounts that had it are always open.
    async fn delete_schedule(&self, change: RunChange, id: ScheduleId) -> StoreResult<Result<(), TeamRefusal>>;
}
