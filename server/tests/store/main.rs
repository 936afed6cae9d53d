//! What the store promises, on both databases: every test here is made twice, `sqlite::…` and
//! `postgres::…`, by one macro.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../support/parts.rs"]
mod parts;
#[path = "../support/postgres.rs"]
mod postgres_server;
#[path = "../support/rows.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with other tests")]
#[allow(dead_code)]
mod rows;

mod accounts;
mod assignment;
mod audit;
mod bed;
mod changes;
mod connecting;
mod contacts;
mod conversations;
mod crash;
mod custom_fields;
mod drafts;
mod endpoints;
mod ground;
mod handing;
mod handovers;
mod health;
mod history;
mod inbox;
mod invites;
mod labels;
mod media;
mod notes;
mod notifications;
mod numbers;
mod people;
mod processes;
mod profiles;
mod retention;
mod rights;
mod saved_replies;
mod saved_views;
mod schema;
mod search;
mod second_factor;
mod sends;
mod sessions;
mod sight;
mod standing;
mod steps;
mod stock;
mod teams;
mod tokens;
mod uploads;

/// Makes each of the named async functions, which take a [`bed::Bed`], a test on each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::bed::Bed::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::bed::Bed::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;
