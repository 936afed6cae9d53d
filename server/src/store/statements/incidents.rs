//! What is wrong with an account: opened, ended, and told to every admin once.

use super::changes::write_changes;
use super::{Conn, read_back};
use crate::store::changes::NewChange;
use crate::store::{StoreResult, doing};
use model::ids::{AccountId, IncidentId, NotificationId};
use model::intake::Incident;
use model::live::Event;
use model::meta::identity::digest;
use model::person::PersonId;
use model::time::Timestamp;
use std::collections::BTreeSet;

const SAVING: &str = "note what is wrong with an account";

/// What an admin is told: the accounts that something happened to, and the notifications.
#[derive(Default)]
pub(super) struct Noted {
    accounts: BTreeSet<AccountId>,
    notifications: Vec<(NotificationId, AccountId, PersonId)>,
}

impl Noted {
    /// For the live feed: of which account, and for which person alone.
    pub(super) fn events(self) -> impl Iterator<Item = (Event, AccountId, Option<PersonId>)> {
        let of_account = |account_id| (Event::Account { account_id }, account_id, None);
        let of_person = |(id, of, person)| (Event::Notification { id, mentioned_in: None }, of, Some(person));
        self.accounts.into_iter().map(of_account).chain(self.notifications.into_iter().map(of_person))
    }
}

pub(super) async fn save(conn: &mut Conn, mut rows: Vec<Incident>, now: Timestamp) -> StoreResult<Noted> {
    let mut noted = Noted::default();
    if rows.is_empty() {
        return Ok(noted);
    }
    // One may be open of each kind: what ends makes room for what begins.
    rows.sort_by_key(|it| it.closed_at.is_none());
    let admins: Vec<String> = sqlx::query_scalar("select id from people where role = 'admin' and state = 'active'")
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    for row in rows {
        sqlx::query(
            "insert into incidents (id, account_id, kind, detail, opened_at, closed_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (id) do update set closed_at = excluded.closed_at",
        )
        .bind(row.id.to_string())
        .bind(row.account_id.to_string())
        .bind(&row.kind)
        .bind(row.detail.as_deref())
        .bind(row.opened_at.0)
        .bind(row.closed_at.map(|it| it.0))
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
        noted.accounts.insert(row.account_id);
        for admin in &admins {
            let id = notification_id(row.id, admin);
            let inserted = sqlx::query(
                "insert into notifications (id, person_id, kind, account_id, detail, created_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing",
            )
            .bind(id.to_string())
            .bind(admin)
            .bind(&row.kind)
            .bind(row.account_id.to_string())
            .bind(row.detail.as_deref())
            .bind(now.0)
            .execute(&mut *conn)
            .await
            .map_err(doing(SAVING))?;
            if inserted.rows_affected() > 0 {
                noted.notifications.push((id, row.account_id, read_back(admin, "people", "id", admin)?));
            }
        }
    }
    Ok(noted)
}

/// What is about to be opened.
pub(super) struct Opening<'a> {
    pub(super) id: IncidentId,
    pub(super) account: AccountId,
    pub(super) kind: &'a str,
    pub(super) detail: Option<String>,
    pub(super) now: Timestamp,
}

/// Until the commit nobody else opens an incident of the account, which has one of each kind at most; `false` if there
/// is no such account. It goes before everything else that a unit changes of the account, as in connecting it again:
/// whoever took the rows in another order would wait for whoever waits for them.
pub(super) async fn hold(conn: &mut Conn, account: AccountId, now: Timestamp) -> StoreResult<bool> {
    sqlx::query("update accounts set updated_at = $2 where id = $1")
        .bind(account.to_string())
        .bind(now.0)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(doing(SAVING))
}

/// Opens an incident unless one of its kind is open, and tells every admin. Whoever opens one holds the account.
pub(super) async fn open(conn: &mut Conn, it: Opening<'_>) -> StoreResult<bool> {
    let open: Option<i64> =
        sqlx::query_scalar("select opened_at from incidents where account_id = $1 and kind = $2 and closed_at is null")
            .bind(it.account.to_string())
            .bind(it.kind)
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(SAVING))?;
    if open.is_some() {
        return Ok(false);
    }
    let Opening { id, account, kind, detail, now } = it;
    let incident = Incident { id, account_id: account, kind: kind.to_owned(), detail, opened_at: now, closed_at: None };
    let noted = save(conn, vec![incident], now).await?;
    let told: Vec<NewChange> = noted
        .events()
        .map(|(event, of, person_id)| NewChange { person_id, ..NewChange::new(event, Some(of), now) })
        .collect();
    write_changes(conn, &told).await?;
    Ok(true)
}

/// `false` if none was open.
pub(super) async fn close(conn: &mut Conn, account: AccountId, kind: &str, now: Timestamp) -> StoreResult<bool> {
    sqlx::query("update incidents set closed_at = $1 where account_id = $2 and kind = $3 and closed_at is null")
        .bind(now.0)
        .bind(account.to_string())
        .bind(kind)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(doing(SAVING))
}

fn notification_id(incident: IncidentId, person: &str) -> NotificationId {
    NotificationId::from_bits(digest(&["notification", &incident.to_string(), person]))
}
