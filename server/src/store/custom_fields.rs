//! Fields of the business's own, as admins keep them, and what they say of customers.

use super::StoreResult;
use super::audit::Deed;
use async_trait::async_trait;
use model::desk::ContactEdit;
use model::fields::{CountedField, Field};
use model::ids::{ContactId, FieldId};
use model::people::Refusal;
use model::time::Timestamp;

#[async_trait]
pub trait CustomFields: Send + Sync + 'static {
    /// In their order.
    async fn list_fields(&self) -> StoreResult<Vec<CountedField>>;

    async fn find_field(&self, id: FieldId) -> StoreResult<Option<CountedField>>;

    /// An admin makes one, which stands last.
    async fn add_field(&self, deed: Deed, field: Field) -> StoreResult<Result<FieldKept, Refusal>>;

    /// An admin gives it another name, or other things to choose. Its kind stays.
    async fn change_field(&self, deed: Deed, field: Field) -> StoreResult<Result<FieldKept, Refusal>>;

    /// An admin puts it before the one above it. `false`: it is the first, or not there.
    async fn raise_field(&self, deed: Deed, id: FieldId) -> StoreResult<Result<bool, Refusal>>;

    /// An admin deletes it with all that it says. `None`: there is none.
    async fn delete_field(&self, deed: Deed, id: FieldId) -> StoreResult<Result<Option<CountedField>, Refusal>>;

    /// What people know of a customer, in the place of what stood there. `false` if there is no such customer.
    async fn save_known(&self, contact: ContactId, known: Known, now: Timestamp) -> StoreResult<bool>;
}

/// What people wrote of a customer. A field that is not named stays as it is; one without a value says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub edit: ContactEdit,
    pub fields: Vec<(FieldId, Option<String>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKept {
    Kept,
    /// Another one has this name.
    NameTaken,
    /// There is no such field (any more).
    NotThere,
    /// There are as many as can be.
    TooMany,
}
