//! All that an account holds: its customers one after the other, then what belongs to none of them.

use super::super::changes::write_changes;
use super::super::teams::{may_run, note};
use super::{ASKING, Conn, DELETING, Of, erase, hold_conversation, hold_row, read_back, resync, subject_of};
use crate::store::audit::Subject as Noted;
use crate::store::deletions::NewAccountDeletion;
use crate::store::teams::RunChange;
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::ids::{AccountId, ContactId, DeletionId};
use model::teams::TeamRefusal;
use model::time::Timestamp;

/// From here on nothing comes in and nothing leaves, and what opens the account is forgotten.
pub(super) async fn ask(
    conn: &mut Conn,
    change: &RunChange,
    new: &NewAccountDeletion,
) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let account = new.account.to_string();
    let marked =
        sqlx::query("update accounts set state = 'deleting', updated_at = $2 where id = $1 and state <> 'deleting'")
            .bind(&account)
            .bind(change.now.0)
            .execute(&mut *conn)
            .await
            .map_err(doing(ASKING))?;
    if marked.rows_affected() == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    sqlx::query(
        "insert into deletions (id, code, kind, account_id, subject, requested_by, requested_at)
         values ($1, $2, 'account', $3, $3, $4, $5)",
    )
    .bind(new.id.to_string())
    .bind(&new.code)
    .bind(&account)
    .bind(change.by.to_string())
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    for sql in [
        "delete from account_tokens where account_id = $1",
        "delete from outbox where account_id = $1",
        "delete from handovers where conversation_id in (select id from conversations where account_id = $1)",
        "delete from incidents where account_id = $1",
    ] {
        sqlx::query(sql).bind(&account).execute(&mut *conn).await.map_err(doing(ASKING))?;
    }
    note(conn, change, Action::AccountDeletionAsked, Noted::Account(new.account)).await?;
    write_changes(conn, &[resync(change.change_id, new.account, change.now)]).await?;
    Ok(Ok(()))
}

/// `None` if there is nothing to delete any more, or another process is at it.
pub(super) async fn hold(conn: &mut Conn, id: DeletionId) -> StoreResult<Option<AccountId>> {
    let subject = hold_row(conn, id, Of::Account).await?;
    subject.map(|it| read_back(&it, "deletions", "subject", &it)).transpose()
}

/// Whether there was something to delete.
pub(super) async fn piece(conn: &mut Conn, account: AccountId, limit: u32, now: Timestamp) -> StoreResult<bool> {
    let contact: Option<String> = sqlx::query_scalar("select id from contacts where account_id = $1 limit 1")
        .bind(account.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    let Some(contact) = contact else { return waiting(conn, account, limit).await };
    let contact: ContactId = read_back(&contact, "contacts", "id", &contact)?;
    let Some(subject) = subject_of(conn, contact).await? else { return Ok(true) };
    if let Some(conversation) = subject.conversation {
        hold_conversation(conn, conversation).await?;
    }
    if !erase::piece(conn, subject, limit, now).await? {
        erase::contact(conn, subject, now).await?;
        forget_request(conn, contact).await?;
    }
    Ok(true)
}

/// Whoever was to be deleted anyway is so now: what is left of that is to sweep and to say so.
async fn forget_request(conn: &mut Conn, contact: ContactId) -> StoreResult<()> {
    sqlx::query(
        "update deletions set subject = null, state = 'running'
         where kind = 'contact' and state in ('requested', 'running') and subject = $1
             and not exists (select 1 from contacts k where k.id = $1)",
    )
    .bind(contact.to_string())
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing(DELETING))
}

/// Words about messages that never came.
async fn waiting(conn: &mut Conn, account: AccountId, limit: u32) -> StoreResult<bool> {
    let done = sqlx::query(
        "delete from waiting_events where id in (select id from waiting_events where account_id = $1 limit $2)",
    )
    .bind(account.to_string())
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map_err(doing(DELETING))?;
    Ok(done.rows_affected() > 0)
}

/// Files of ours that stand elsewhere, in a saved reply or in a message of another account, stay there; all others go.
pub(super) async fn empty(conn: &mut Conn, account: AccountId, now: Timestamp) -> StoreResult<()> {
    for sql in [
        "update media set account_id = (
             select c.account_id from attachments a join messages m on m.id = a.message_id
                 join conversations c on c.id = m.conversation_id
             where a.media_id = media.id limit 1
         )
         where account_id = $1 and deleted_at is null
             and exists (select 1 from attachments a where a.media_id = media.id)",
        "update media set account_id = null
         where account_id = $1 and deleted_at is null and (
             exists (select 1 from saved_replies r where r.detail like '%' || media.id || '%')
             or exists (select 1 from drafts d where d.detail like '%' || media.id || '%')
             or exists (select 1 from people p where p.picture_id = media.id)
         )",
    ] {
        sqlx::query(sql).bind(account.to_string()).execute(&mut *conn).await.map_err(doing(DELETING))?;
    }
    sqlx::query("update media set deleted_at = $2 where account_id = $1 and deleted_at is null")
        .bind(account.to_string())
        .bind(now.0)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing(DELETING))
}

/// Last of all, once its files are gone: what it was called. What else names it goes with it, or keeps an id that
/// says nothing.
pub(super) async fn forget(conn: &mut Conn, account: AccountId) -> StoreResult<Option<String>> {
    let name = sqlx::query_scalar("select name from accounts where id = $1")
        .bind(account.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    sqlx::query("delete from accounts where id = $1")
        .bind(account.to_string())
        .execute(conn)
        .await
        .map_err(doing(DELETING))?;
    Ok(name)
}
