//! How what the pages ask for is fulfilled: the store, the people who may sign in, HTTP, and the
//! commands of the program. Never compiled for the browser; knows nothing of Leptos.

pub mod accounts;
pub mod actions;
pub mod assets;
pub mod assignment;
pub mod audit;
pub mod auth;
pub mod chance;
pub mod clock;
pub mod command;
pub mod config;
pub mod csv;
pub mod desk;
pub mod graph;
pub mod hours;
pub mod http;
pub mod inbox;
pub mod intake;
pub mod labels;
pub mod live;
pub mod media;
pub mod numbers;
pub mod outbox;
pub mod people;
pub mod profiles;
pub mod program;
pub mod qr;
pub mod replies;
pub mod seams;
pub mod search;
pub mod start;
pub mod store;
pub mod teams;
pub mod telemetry;
pub mod vault;
pub mod views;
