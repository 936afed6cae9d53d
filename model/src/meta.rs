//! What Meta posts to us, in Meta's words: `read` takes a webhook's body apart, `event` is what one
//! item of it says, `identity` how its repetitions are known, `recalled` what Meta tells when it is asked.

pub mod event;
pub mod identity;
pub mod read;
pub mod recalled;
