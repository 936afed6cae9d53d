//! What is said to Meta and made of its answers, against a host that answers as the reference says.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../store/bed.rs"]
#[expect(dead_code, reason = "the store's own tests use the rest")]
mod bed;
#[path = "../support/parts.rs"]
mod parts;
#[path = "../support/postgres.rs"]
mod postgres_server;
#[path = "../support/rows.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with other tests")]
#[allow(dead_code)]
mod rows;

mod given;
mod graph;
mod history;
mod host;
mod leaving;
mod looking;
mod owners;
mod profiles;
mod refreshing;
mod requests;
mod sending;
mod uploading;
mod watching;

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
