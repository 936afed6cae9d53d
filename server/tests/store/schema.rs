//! The two databases hold the same tables with the same columns.

use crate::bed::Bed;
use sqlx::Connection as _;
use std::collections::BTreeSet;
use std::path::Path;

/// Full-text search is the one thing that the databases do in their own ways.
fn is_search(table: &str) -> bool {
    table.contains("search")
}

#[test]
fn migrations_have_the_same_names() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(database);
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// What both databases understand is written once and copied, so that a difference is always meant.
#[test]
fn the_ground_is_one_text() {
    let text = |database: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(database);
        std::fs::read_to_string(folder.join("0001_ground.sql")).unwrap()
    };
    assert_eq!(text("sqlite"), text("postgres"));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = Bed::sqlite().await;
    let postgres = Bed::postgres().await;
    let columns = "select m.name, c.name from sqlite_master m join pragma_table_xinfo(m.name) c
                   where m.type = 'table' and m.name not like 'sqlite_%'";
    let mut conn = sqlx::SqliteConnection::connect(&sqlite.url).await.unwrap();
    let in_sqlite: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&mut conn).await.unwrap();
    let columns = "select table_name::text, column_name::text from information_schema.columns
                   where table_schema = 'public'";
    let mut conn = sqlx::PgConnection::connect(&postgres.url).await.unwrap();
    let in_postgres: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&mut conn).await.unwrap();
    let named = |rows: Vec<(String, String)>| -> BTreeSet<String> {
        rows.into_iter()
            .filter(|(table, _)| !is_search(table))
            .map(|(table, column)| format!("{table}.{column}"))
            .collect()
    };
    let (in_sqlite, in_postgres) = (named(in_sqlite), named(in_postgres));
    assert!(in_sqlite.contains("people.email_folded"));
    assert_eq!(in_sqlite, in_postgres);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_cannot_be_rewritten() {
    let sqlite = Bed::sqlite().await;
    let postgres = Bed::postgres().await;
    for bed in [&sqlite, &postgres] {
        bed.store.insert_audit(bed.audit()).await.unwrap();
    }
    let mut in_sqlite = sqlx::SqliteConnection::connect(&sqlite.url).await.unwrap();
    let mut in_postgres = sqlx::PgConnection::connect(&postgres.url).await.unwrap();
    for change in ["delete from audit", "update audit set action = 'person.signed_in'", "update audit set at = 0"] {
        assert!(sqlx::query(change).execute(&mut in_sqlite).await.is_err(), "SQLite: {change}");
        assert!(sqlx::query(change).execute(&mut in_postgres).await.is_err(), "Postgres: {change}");
    }
    for bed in [&sqlite, &postgres] {
        assert_eq!(bed.store.list_audit(None, 10).await.unwrap().len(), 1);
    }
}
