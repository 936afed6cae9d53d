//! What a person sees and may ask for, compiled twice: for the browser (`hydrate`) and for the
//! server (`ssr`). Pages and parts know nothing of databases; server functions are three lines.

// The type of a page is as deep as its markup. Erasing it (`into_any`) would cost 18 KB of bundle.
#![recursion_limit = "256"]
// A handle of many signals is copied into closures, which is what it is for.
#![expect(clippy::large_types_passed_by_value, reason = "components and closures own what they are given")]

pub mod alerts;
pub mod api;
pub mod assets;
pub mod browser;
#[cfg(feature = "ssr")]
pub mod caller;
pub mod case;
pub mod error;
pub mod in_order;
pub mod live;
pub mod markup;
pub mod pages;
pub mod parts;
pub mod path;
pub mod prelude;
pub mod query;
pub mod reactive;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod state;
#[cfg(feature = "ssr")]
pub mod status;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
pub mod whole;
