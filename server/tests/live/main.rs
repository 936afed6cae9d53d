//! `GET /events`: the whole program without its pages, listening on a port of its own, on both
//! databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../support/postgres.rs"]
mod postgres_server;

#[path = "../support/parts.rs"]
mod parts;

#[path = "../support/rows.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with other tests")]
#[allow(dead_code)]
mod rows;

#[path = "../store/bed.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with the tests of the store")]
#[allow(dead_code)]
mod bed;

mod ending;
mod presence;
mod resuming;
mod running;
mod seeing;
mod telling;

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
