//! Files. Links to what customers send run out, so each file is fetched soon, kept, and shown to
//! signed-in people from here. What people are about to send is taken in here too.

pub mod address;
pub mod arrive;
pub mod fetch;
pub mod keep;
pub mod link;
pub mod look;
pub(crate) mod portrait;
pub mod post;
mod range;
pub mod serve;
mod sniff;
mod story;
pub mod sweep;
pub mod upload;
pub mod worker;
