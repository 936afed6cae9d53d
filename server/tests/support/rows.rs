//! Rows that the tests of one noun need of another, written straight into the database.

use model::ids::{AccountId, ContactId, ConversationId, MessageId};
use model::person::PersonId;
use server::seams::Seams;
use sqlx::Connection as _;
use std::fmt::Write as _;

/// Runs statements that both databases understand.
pub async fn execute(url: &str, statements: &str) {
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }
}

/// One value of one row, as text.
pub async fn value(url: &str, query: &str) -> Option<String> {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut conn).await.unwrap()
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut conn).await.unwrap()
    }
}

/// An account with one conversation, in which somebody wrote one message.
pub struct Thread {
    pub account: AccountId,
    pub conversation: ConversationId,
    pub message: MessageId,
}

pub async fn thread(url: &str, seams: &Seams) -> Thread {
    let it = Thread { account: seams.new_id(), conversation: seams.new_id(), message: seams.new_id() };
    let (contact, now): (ContactId, _) = (seams.new_id(), seams.now().0);
    let Thread { account, conversation, message } = &it;
    execute(
        url,
        &format!(
            "insert into accounts (id, platform, external_id, name, created_at, updated_at)
             values ('{account}', 'instagram', '{account}', 'Luna Ceramics', {now}, {now});
             insert into contacts (id, account_id, external_id, created_at, updated_at)
             values ('{contact}', '{account}', '{contact}', {now}, {now});
             insert into conversations (id, account_id, contact_id, last_activity_at, created_at, updated_at)
             values ('{conversation}', '{account}', '{contact}', {now}, {now}, {now});
             insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at)
             values ('{message}', '{conversation}', {now}, 'in', 'media', 'received', 'contact', {now}, {now});"
        ),
    )
    .await;
    it
}

impl Thread {
    /// Attachments that wait for their files, in this order.
    pub async fn attach(&self, url: &str, seams: &Seams, kind: &str, sources: &[String]) {
        let (message, now) = (self.message, seams.now().0);
        let mut statements = String::new();
        for (position, source) in sources.iter().enumerate() {
            let _ = write!(
                statements,
                "insert into attachments (message_id, position, kind, state, source_url, fetch_at)
                 values ('{message}', {position}, '{kind}', 'waiting', '{source}', {now});"
            );
        }
        execute(url, &statements).await;
    }

    /// From now on only this team sees the account; these people are in it.
    pub async fn give_to_team(&self, url: &str, seams: &Seams, people: &[PersonId]) {
        let (team, account, now): (PersonId, _, _) = (seams.new_id(), self.account, seams.now().0);
        let mut statements = format!(
            "insert into teams (id, name, name_folded, created_at, updated_at)
             values ('{team}', 'Kiln', '{team}', {now}, {now});
             insert into account_teams (account_id, team_id) values ('{account}', '{team}');"
        );
        for person in people {
            let _ = write!(statements, "insert into team_members (team_id, person_id) values ('{team}', '{person}');");
        }
        execute(url, &statements).await;
    }
}

/// The first column of each row, as text.
pub async fn lines(url: &str, query: &str) -> Vec<String> {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap()
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap()
    }
}
