//! What the open inbox holds while its page stands, as handles that are copied and given as context.

pub mod clock;
pub mod composing;
pub mod liking;
pub mod list;
pub mod thread;
pub mod viewing;
