//! What Meta posts to us, in Meta's words: `read` takes a webhook's body apart, `event` is what one
//! item of it says, `identity` how its repetitions are known.

pub mod event;
pub mod identity;
pub mod read;
