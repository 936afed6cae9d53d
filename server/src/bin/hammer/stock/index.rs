//! The search index: made at the end and at once, because row by row it would take hours.

use server::store::search::LACKS_NOTHING;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, SqliteConnection};

/// What makes it again.
pub struct Index(Vec<String>);

/// More than the program gives it, so that few large parts are written instead of many small ones.
const SQLITE_LARGE: &str = "insert into search_index (search_index, rank) values ('hashsize', 268435456)";
const SQLITE_MAKE: &str = "insert into search_index (search_index) values ('rebuild')";
/// Those parts all lie on one level: with sixteen of them whoever wrote the first word would put them all together.
const SQLITE_MERGE: &str = "insert into search_index (search_index, rank) values ('merge', 10000000)";
const SQLITE_AS_BEFORE: &str = "insert into search_index (search_index, rank) values ('hashsize', 1048576)";
const POSTGRES_LARGE: &str = "set maintenance_work_mem = '1GB'";

impl Index {
    pub async fn drop_on_sqlite(conn: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let triggers: Vec<(String, String)> = sqlx::query_as(
            "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'search_documents'",
        )
        .fetch_all(&mut *conn)
        .await?;
        for (name, _) in &triggers {
            conn.execute(AssertSqlSafe(format!("drop trigger {name}"))).await?;
        }
        Ok(Self(triggers.into_iter().map(|it| it.1).collect()))
    }

    pub async fn drop_on_postgres(conn: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let sql = "select indexdef from pg_indexes where indexname = 'search_index'";
        let index: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *conn).await?;
        conn.execute("drop index search_index").await?;
        Ok(Self(index))
    }

    pub async fn make_on_sqlite(self, conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        for sql in [SQLITE_LARGE, SQLITE_MAKE, SQLITE_MERGE, SQLITE_AS_BEFORE] {
            conn.execute(sql).await?;
        }
        for trigger in self.0 {
            conn.execute(AssertSqlSafe(trigger)).await?;
        }
        conn.execute(AssertSqlSafe(done())).await.map(drop)
    }

    pub async fn make_on_postgres(self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        conn.execute(POSTGRES_LARGE).await?;
        for index in self.0 {
            conn.execute(AssertSqlSafe(index)).await?;
        }
        conn.execute(AssertSqlSafe(done())).await.map(drop)
    }
}

/// Nothing has to be gone through.
fn done() -> String {
    format!("insert into settings (key, value, updated_at) values ('search_index', '{LACKS_NOTHING}', 0)")
}
