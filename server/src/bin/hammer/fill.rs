//! A database as it is after months: written by the database itself, because the program would take
//! an hour. Ids, keys and texts have the form and the size that the program gives them.

use crate::event::{ACCOUNT, MID, customer};
use model::ids::{AccountId, ContactId, ConversationId};
use model::intake::{Account, Sharing};
use model::meta::identity::lane;
use model::platform::Platform;
use model::time::DAY_S;
use server::config::DatabaseUrl;
use server::seams::Seams;
use server::store;
use sqlx::{AssertSqlSafe, Connection as _, Executor, PgConnection, SqliteConnection};
use std::error::Error;

const N_CONVERSATIONS: u32 = 20_000;
const MONTHS_S: i64 = 120 * DAY_S;

/// As long as the program keeps the journal; what is older it would remove during the measurement.
const JOURNAL_S: i64 = 29 * DAY_S;

/// Rows in one statement.
const AT_ONCE: u32 = 250_000;

pub async fn fill(url: &DatabaseUrl, n_messages: u32) -> Result<(), Box<dyn Error>> {
    let seams = Seams::system();
    let store = store::open(url).await?;
    store.migrate().await?;
    let platform = Platform::Instagram;
    let account = AccountId::of(platform, ACCOUNT);
    let sharing = Sharing::Unknown;
    let luna = Account { id: account, platform, external_id: ACCOUNT.to_owned(), our_app_id: None, sharing };
    store.insert_accounts(vec![(luna, "luna.ceramics".to_owned())], seams.now()).await?;
    store.close().await;
    if n_messages == 0 {
        return Ok(());
    }
    let history = History { n_messages, account, until_ms: seams.now().0 };
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
            conn.execute(SQLITE_BEFORE).await?;
            history.people(&mut conn).await?;
            history.rows(MESSAGES, &SQLITE, &mut conn).await?;
            history.rows(INBOUND, &SQLITE, &mut conn).await?;
            conn.close().await?;
        }
        DatabaseUrl::Postgres(at) => {
            let mut conn = PgConnection::connect(at.as_str()).await?;
            let mut other = PgConnection::connect(at.as_str()).await?;
            run(&mut conn, &POSTGRES_BEFORE).await?;
            conn.execute(POSTGRES_SESSION).await?;
            other.execute(POSTGRES_SESSION).await?;
            history.people(&mut conn).await?;
            let messages = history.rows(MESSAGES, &POSTGRES, &mut conn);
            let journal = history.rows(INBOUND, &POSTGRES, &mut other);
            tokio::try_join!(messages, journal)?;
            run(&mut conn, &POSTGRES_AFTER).await?;
            conn.close().await?;
        }
    }
    Ok(())
}

async fn run(conn: &mut PgConnection, statements: &[&'static str]) -> Result<(), sqlx::Error> {
    for sql in statements {
        conn.execute(*sql).await?;
    }
    Ok(())
}

/// It may be lost and made again: nothing waits for the disk, or looks whether what is meant is there.
const SQLITE_BEFORE: &str =
    "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -1000000";
const POSTGRES_SESSION: &str = "set synchronous_commit = off; set session_replication_role = replica";
const POSTGRES_BEFORE: [&str; 3] =
    ["alter system set full_page_writes = off", "alter system set max_wal_size = '8GB'", "select pg_reload_conf()"];
/// As after months: looked over and written out.
const POSTGRES_AFTER: [&str; 5] = [
    "alter system reset full_page_writes",
    "alter system reset max_wal_size",
    "select pg_reload_conf()",
    "vacuum analyze",
    "checkpoint",
];

/// What the two say differently.
struct Dialect {
    /// Numbers from `$from` to `$to` as `series (i)`, at the start of a select.
    series: &'static str,
    /// 32 hexadecimal digits: they are letters of ids too.
    random: &'static str,
}

const SQLITE: Dialect = Dialect {
    series: "(with recursive series (i) as (values ($from) union all select i + 1 from series where i < $to)
        select i from series) as series",
    random: "lower(hex(randomblob(16)))",
};
const POSTGRES: Dialect = Dialect {
    series: "(select i from generate_series(cast($from as bigint), $to) as all_of_them (i)) as series",
    random: "md5(cast(random() as text))",
};

struct History {
    n_messages: u32,
    account: AccountId,
    until_ms: i64,
}

impl History {
    async fn people<C>(&self, conn: &mut C) -> Result<(), sqlx::Error>
    where
        for<'c> &'c mut C: Executor<'c>,
    {
        for from in (0..N_CONVERSATIONS).step_by(1000) {
            conn.execute(AssertSqlSafe(self.thousand_people(from))).await?;
        }
        Ok(())
    }

    async fn rows<C>(&self, sql: &str, dialect: &Dialect, conn: &mut C) -> Result<(), sqlx::Error>
    where
        for<'c> &'c mut C: Executor<'c>,
    {
        conn.execute(AssertSqlSafe(self.places())).await?;
        for from in (0..self.n_messages).step_by(AT_ONCE as usize) {
            let to = (from + AT_ONCE).min(self.n_messages) - 1;
            conn.execute(AssertSqlSafe(self.of_series(sql, dialect, from, to))).await?;
        }
        Ok(())
    }

    fn thousand_people(&self, from: u32) -> String {
        let (mut contacts, mut conversations) = (Vec::new(), Vec::new());
        let (account, now) = (self.account, self.until_ms);
        for n in from..from + 1000 {
            let external_id = customer(u64::from(n));
            let id = ContactId::of(account, &external_id);
            let conversation = ConversationId::of(id);
            contacts.push(format!("('{id}', '{account}', '{external_id}', 'Customer {n}', {now}, {now})"));
            conversations.push(format!(
                "('{conversation}', '{account}', '{id}', 'Do you ship to Norway?', {now}, {now}, {now}, {now}, {now}, \
                 1, {now}, {now})"
            ));
        }
        format!(
            "insert into contacts (id, account_id, external_id, name, created_at, updated_at) values {};
             insert into conversations (id, account_id, contact_id, preview, last_activity_at, last_customer_action_at,
                last_customer_message_at, last_reply_at, read_until, revision, created_at, updated_at) values {};",
            contacts.join(", "),
            conversations.join(", ")
        )
    }

    /// Where each conversation is found by its number.
    fn places(&self) -> String {
        let place = |n: u32| {
            let external_id = customer(u64::from(n));
            let conversation = ConversationId::of(ContactId::of(self.account, &external_id));
            format!("({n}, '{conversation}', '{external_id}', {})", lane("instagram", ACCOUNT, Some(&external_id)))
        };
        let places: Vec<String> = (0..N_CONVERSATIONS).map(place).collect();
        format!(
            "create temporary table if not exists places
                (n integer primary key, conversation_id text, contact text, lane integer);
             insert into places values {} on conflict do nothing;",
            places.join(", ")
        )
    }

    fn of_series(&self, sql: &str, dialect: &Dialect, from: u32, to: u32) -> String {
        let step_ms = MONTHS_S * 1000 / i64::from(self.n_messages);
        let at = format!("({} + i * {step_ms})", self.until_ms - MONTHS_S * 1000);
        let random = dialect.random;
        [
            ("$series", dialect.series),
            ("$timed", &format!("{} || substr({random}, 1, 16)", printed("at"))),
            ("$key", &format!("'0' || substr({random}, 1, 25)")),
            ("$time", &printed("at")),
            ("$at", &at),
            ("$mid", MID),
            ("$account", ACCOUNT),
            ("$n_conversations", &N_CONVERSATIONS.to_string()),
            ("$journal_from", &(self.until_ms - JOURNAL_S * 1000).to_string()),
            ("$from", &from.to_string()),
            ("$to", &to.to_string()),
        ]
        .into_iter()
        .fold(sql.to_owned(), |sql, (name, value)| sql.replace(name, value))
    }
}

/// The first ten characters of an id of that moment.
fn printed(ms: &str) -> String {
    let digit = |place: u32| {
        let bits = place * 5;
        format!("substr('0123456789abcdefghjkmnpqrstvwxyz', cast((({ms} >> {bits}) & 31) as integer) + 1, 1)")
    };
    let places: Vec<String> = (0..10).rev().map(digit).collect();
    places.join(" || ")
}

const MESSAGES: &str = "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, text, mid,
        mid_key, created_at, updated_at)
    select $timed, conversation_id, at, case when i % 3 = 0 then 'out' else 'in' end, 'text',
        case when i % 3 = 0 then 'sent' else 'received' end, case when i % 3 = 0 then 'native_inbox' else 'contact' end,
        'Hi! Do you still have the blue kettle in stock? And do you ship it to Norway?',
        '$mid' || (1000000000000000 + i), $key, at, at
    from (select i, $at as at from $series) as moments
    join places on n = (i * 7919) % $n_conversations";

const INBOUND: &str = "insert into inbound (id, dedupe_key, object, account_external_id, contact_external_id, lane, state,
        raw, received_at, applied_at)
    select $timed, $time || $key, 'instagram', '$account', contact, lane, 'applied',
        '{\"object\":\"instagram\",\"entry\":[{\"id\":\"$account\",\"time\":' || at
            || ',\"messaging\":[{\"sender\":{\"id\":\"' || contact || '\"},\"recipient\":{\"id\":\"$account\"},\"timestamp\":'
            || at || ',\"message\":{\"mid\":\"$mid' || (1000000000000000 + i)
            || '\",\"text\":\"Hi! Do you still have the blue kettle in stock? And do you ship it to Norway?\"}}]}]}',
        at, at
    from (select i, $at as at from $series) as moments
    join places on n = (i * 7919) % $n_conversations
    where at >= $journal_from";
