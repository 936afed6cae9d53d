//! The words of the product and its pure rules, shared by browser and server.
//!
//! Nothing here reads a clock, makes a random number or does any I/O: time and ids come in as
//! arguments. What both sides must agree on is decided here and nowhere else.

pub mod assignment;
pub mod audit;
pub mod connecting;
pub mod content;
pub mod day;
pub mod desk;
pub mod endpoints;
pub mod failure;
pub mod fields;
pub mod filter;
pub mod health;
pub mod hours;
pub mod id;
pub mod ids;
pub mod inbox;
pub mod intake;
pub mod labels;
pub mod live;
pub mod may;
pub mod media;
pub mod mention;
pub mod meta;
pub mod needs;
pub mod numbers;
pub mod outgoing;
pub mod people;
pub mod person;
pub mod platform;
pub mod priority;
pub mod profile;
pub mod replies;
pub mod retention;
pub mod search;
pub mod second_factor;
pub mod sign_in;
pub mod teams;
pub mod texts;
pub mod thread;
pub mod time;
pub mod tokens;
pub mod view;
pub mod window;
pub mod wire;
