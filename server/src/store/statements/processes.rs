//! Words from one process to the others.

use super::{Pools, voices};
use crate::store::StoreResult;
use crate::store::processes::Processes;
use async_trait::async_trait;
use tokio::sync::broadcast;

#[async_trait]
impl Processes for Pools {
    async fn tell_processes(&self, word: String) -> StoreResult<()> {
        voices::tell(self, word).await
    }

    fn words_of_processes(&self) -> broadcast::Receiver<String> {
        voices::listen(self)
    }
}
