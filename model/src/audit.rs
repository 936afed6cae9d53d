//! The audit log's own words.

use crate::id::id;

id! {
    /// One entry of the audit log.
    AuditId
}
