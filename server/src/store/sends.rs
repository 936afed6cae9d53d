//! Messages of ours on their way to Meta, and what became of them.

use super::StoreResult;
use async_trait::async_trait;
use model::ids::{AccountId, MessageId};
use model::thread::Message;
use model::time::Timestamp;

#[async_trait]
pub trait Sends: Send + Sync + 'static {
    /// Notes that a message is leaving, before it leaves: `false` if another one of its conversation
    /// is still on its way.
    async fn start_send(&self, leaving: Leaving) -> StoreResult<bool>;

    /// Meta took it and calls it `mid`. Its echo may have come first, and stands in the thread as
    /// somebody else's message: the two become one.
    async fn settle_send(&self, settled: Settled) -> StoreResult<()>;
}

/// A message in state `sending`.
#[derive(Debug, Clone)]
pub struct Leaving {
    pub account: AccountId,
    pub message: Message,
    pub lease_until: Timestamp,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Settled {
    pub message: MessageId,
    pub mid: String,
    pub mid_key: String,
    pub now: Timestamp,
}
