//! How often an app may ask.

use super::error::GraphError;
use crate::world::World;

/// The Conversations API: two a second and account.
pub fn read(_world: &mut World, _account_id: &str) -> Result<(), GraphError> {
    Ok(())
}
