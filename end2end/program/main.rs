//! The program as its operator and its people meet it: started as a process, spoken to over HTTP,
//! stopped by signals. Tests that need a database run on both.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../../server/tests/support/postgres.rs"]
mod postgres_server;

#[path = "../../server/tests/support/parts.rs"]
mod parts;

#[path = "../../server/src/bin/hammer/history/standing.rs"]
mod standing;

mod accounts;
mod api;
mod browser;
mod commands;
mod connecting;
mod handover;
mod handover_variants;
mod health;
mod history;
mod intake;
mod life;
mod live;
mod meta;
mod people;
mod quiet;
mod refusals;
mod review;
mod rights;
mod running;
mod sending;
mod sending_crashed;
mod signing_in;
mod simulator;
mod teams;
mod telling;
mod tokens;
mod words;
mod year;

/// Makes each of the named async functions, which take a [`running::Place`], a test on each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::running::Place::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::running::Place::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;
