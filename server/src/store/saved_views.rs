//! Views that people made: everybody's, and each person's own.

use super::StoreResult;
use super::audit::Deed;
use super::sight::Sight;
use async_trait::async_trait;
use model::filter::{Filter, Names};
use model::ids::SavedViewId;
use model::person::PersonId;
use model::view::View;

#[async_trait]
pub trait SavedViews: Send + Sync + 'static {
    /// Everybody's and this person's own, in the order in which they were made.
    async fn list_saved_views(&self, person: PersonId) -> StoreResult<Vec<KeptView>>;

    /// Adds one, or changes the one of this id. What everybody has is for admins to change.
    async fn save_view(&self, deed: Deed, view: KeptView) -> StoreResult<ViewKept>;

    /// `false`: there is no such view for this person to delete.
    async fn delete_view(&self, deed: Deed, id: SavedViewId) -> StoreResult<bool>;

    /// What filters can name, as far as somebody sees it.
    async fn list_names(&self, sight: &Sight) -> StoreResult<Names>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptView {
    pub id: SavedViewId,
    pub name: String,
    /// Nobody else sees it.
    pub is_mine: bool,
    pub view: View,
    pub filter: Filter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewKept {
    Kept,
    /// There is no such view for this person to change.
    NotTheirs,
    TooMany,
}
