//! Files from a foreign host to a browser: fetched by the worker, kept, and shown to whoever may
//! see them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support/parts.rs"]
mod parts;

#[path = "../support/rows.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with other tests")]
#[allow(dead_code)]
mod rows;

mod cdn;
mod running;
mod shown;
mod worker;
