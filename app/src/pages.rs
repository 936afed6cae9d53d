//! One file a page.

pub mod inbox;
pub mod not_found;
pub mod set_up;
pub mod sign_in;
