//! A database of its own on the throw-away Postgres for each test that asks.

use sqlx::{Connection as _, Executor as _, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

/// The address of a new, empty database. Without a Postgres the test fails: half of the store
/// would go unseen otherwise.
pub async fn new_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let server = std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL names a Postgres: run `make test`, or keep one with `cargo xtask postgres`");
    let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut conn = PgConnection::connect(&server).await.expect("the throw-away Postgres answers");
    conn.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.expect("a database for the test");
    conn.close().await.expect("the connection closes");
    let (front, _) = server.rsplit_once('/').expect("TEST_POSTGRES_URL ends with a database");
    format!("{front}/{name}")
}
