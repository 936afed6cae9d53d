//! Files that are kept: what customers and we sent, and pictures of people.

use crate::id::id;

id! {
    /// One kept file.
    MediaId
}
