//! Words from one process to the others on the same database, which nobody keeps.

use super::StoreResult;
use async_trait::async_trait;
use tokio::sync::broadcast;

#[async_trait]
pub trait Processes: Send + Sync + 'static {
    /// Says something to every process, this one too; less than 8000 bytes. On SQLite there is no other.
    async fn tell_processes(&self, word: String) -> StoreResult<()>;

    /// What is said from now on. Some of it is lost when a connection breaks; on SQLite it is over at once.
    fn words_of_processes(&self) -> broadcast::Receiver<String>;
}
