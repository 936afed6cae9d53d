//! Files from a foreign host to a browser: fetched by the worker, kept, and shown to whoever may
//! see them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../support/parts.rs"]
mod parts;

#[path = "../support/postgres.rs"]
mod postgres_server;

#[path = "../support/rows.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with other tests")]
#[allow(dead_code)]
mod rows;

#[path = "../support/unzip.rs"]
mod unzip;

mod cdn;
mod erased;
mod posts;
mod purged;
mod running;
mod shown;
mod stories;
mod swept;
mod uploads;
mod worker;

/// Makes each of the named async functions, which take a [`running::Running`], a test on each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::running::Running::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::running::Running::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;
