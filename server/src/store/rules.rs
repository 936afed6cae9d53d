//! Rules of assignment, in the order in which they are asked.

use super::StoreResult;
use super::teams::RunChange;
use async_trait::async_trait;
use model::ids::RuleId;
use model::teams::{Rule, TeamRefusal};

#[async_trait]
pub trait Rules: Send + Sync + 'static {
    async fn list_rules(&self) -> StoreResult<Vec<Rule>>;

    /// It is asked last.
    async fn add_rule(&self, change: RunChange, rule: Rule) -> StoreResult<Result<(), TeamRefusal>>;

    async fn change_rule(&self, change: RunChange, id: RuleId, to: RuleChange) -> StoreResult<Result<(), TeamRefusal>>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleChange {
    On,
    Off,
    /// It is asked before the one that was asked before it.
    Earlier,
    Deleted,
}
