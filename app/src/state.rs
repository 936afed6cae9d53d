//! What the open inbox holds while its page stands, as handles that are copied and given as context.

pub mod address;
pub mod clock;
pub mod commands;
pub mod composing;
pub mod desk;
pub mod details;
pub mod liking;
pub mod list;
pub mod presence;
pub mod thread;
pub mod toasts;
pub mod viewing;
