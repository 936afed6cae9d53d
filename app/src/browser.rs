//! What only a browser can do, in our words. Nothing here may be called while a page is rendered on
//! the server: all of it belongs into effects and answers to events.

pub mod beacon;
pub mod chance;
pub mod clock;
pub mod files;
pub mod history;
pub mod notification;
pub mod order;
pub mod outdated;
pub mod place;
pub mod recorder;
pub mod retry;
pub mod sound;
pub mod storage;
pub mod upload;
