//! From a signed body at `/webhooks/meta` to what an agent sees, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../support/parts.rs"]
mod parts;
#[path = "../support/postgres.rs"]
mod postgres_server;
#[path = "../support/rows.rs"]
#[expect(clippy::allow_attributes, reason = "whether all of it is used here changes with other tests")]
#[allow(dead_code)]
mod rows;

mod arriving;
mod hook;
mod inbox;
mod order;
mod payloads;
mod recalled;
mod replay;
mod seen;
mod unsent;

/// Makes each of the named async functions, which take an [`inbox::Inbox`], a test on each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::inbox::Inbox::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::inbox::Inbox::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;
