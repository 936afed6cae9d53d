//! What the browser may ask the server: one file a noun, verbs first. Each function is a public
//! address, so each begins with who is asking.

pub mod call;
pub mod codec;
pub mod desk;
pub mod inbox;
pub mod me;
pub mod reply;
pub mod shell;
