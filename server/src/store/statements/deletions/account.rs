//! All that an account holds: its customers one after the other, then what belongs to none of them.

use super::super::audit;
use super::super::changes::write_changes;
use super::super::teams::{may_run, note};
use super::{
    ASKING, Conn, DELETING, Of, deleted, erase, hold_conversation, hold_row, mark_done, read_back, resync, subject_of,
};
use crate::store::audit::Subject as Noted;
use crate::store::deletions::NewAccountDeletion;
use crate::store::teams::RunChange;
use crate::store::{StoreResult, doing};
use model::audit::{Action, AuditId};
use model::id::Id as _;
use model::ids::{AccountId, ChangeId, ContactId, DeletionId};
use model::meta::identity::digest;
use model::teams::TeamRefusal;
use model::time::Timestamp;

pub(super) async fn ask(
    conn: &mut Conn,
    change: &RunChange,
    new: &NewAccountDeletion,
) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    if !close(conn, new.account, change.change_id, change.now).await? {
        return Ok(Err(TeamRefusal::NotThere));
    }
    sqlx::query(
        "insert into deletions (id, code, kind, account_id, subject, requested_by, requested_at)
         values ($1, $2, 'account', $3, $3, $4, $5)",
    )
    .bind(new.id.to_string())
    .bind(&new.code)
    .bind(new.account.to_string())
    .bind(change.by.to_string())
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    note(conn, change, Action::AccountDeletionAsked, Noted::Account(new.account)).await?;
    Ok(Ok(()))
}

/// From here on nothing comes in and nothing leaves, and what opens the account is forgotten. What it holds goes in small
/// pieces later. `false` if there is no such account, or it is being deleted already.
pub(in super::super) async fn close(
    conn: &mut Conn,
    account: AccountId,
    change: ChangeId,
    now: Timestamp,
) -> StoreResult<bool> {
    let id = account.to_string();
    let marked =
        sqlx::query("update accounts set state = 'deleting', updated_at = $2 where id = $1 and state <> 'deleting'")
            .bind(&id)
            .bind(now.0)
            .execute(&mut *conn)
            .await
            .map_err(doing(ASKING))?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    for sql in [
        "delete from account_tokens where account_id = $1",
        "delete from outbox where account_id = $1",
        "delete from handovers where conversation_id in (select id from conversations where account_id = $1)",
        "delete from incidents where account_id = $1",
    ] {
        sqlx::query(sql).bind(&id).execute(&mut *conn).await.map_err(doing(ASKING))?;
    }
    write_changes(conn, &[resync(change, account, now)]).await?;
    Ok(true)
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

/// Whether something came in after all else had gone, from whoever began before the account was closed: then that goes
/// first, as everything did.
pub(super) async fn begin_again(conn: &mut Conn, id: DeletionId, account: AccountId) -> StoreResult<bool> {
    let is_left: bool = sqlx::query_scalar(
        "select exists (select 1 from accounts where id = $1 and state = 'deleting') and (
             exists (select 1 from contacts where account_id = $1)
             or exists (select 1 from conversations where account_id = $1)
             or exists (select 1 from outbox where account_id = $1)
             or exists (select 1 from media where account_id = $1 and deleted_at is null)
         )",
    )
    .bind(account.to_string())
    .fetch_one(&mut *conn)
    .await
    .map_err(doing(DELETING))?;
    if is_left {
        sqlx::query("update deletions set subject = $2 where id = $1")
            .bind(id.to_string())
            .bind(account.to_string())
            .execute(conn)
            .await
            .map_err(doing(DELETING))?;
    }
    Ok(is_left)
}

/// Last of all, once its files are gone: what it was called. What else names it goes with it, or keeps an id that
/// says nothing.
pub(super) async fn forget(conn: &mut Conn, account: AccountId) -> StoreResult<Option<String>> {
    sqlx::query_scalar("delete from accounts where id = $1 and state = 'deleting' returning name")
        .bind(account.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(DELETING))
}

/// The owner may have asked for what an admin had asked for before: it is done for both. `audit` is for this one's line.
pub(super) async fn done(
    conn: &mut Conn,
    (id, account): (DeletionId, AccountId),
    name: Option<&str>,
    audit: AuditId,
    now: Timestamp,
) -> StoreResult<()> {
    let asked: Vec<(String, String, String)> = sqlx::query_as(
        "select id, code, kind from deletions
         where account_id = $1 and kind <> 'contact' and state in ('requested', 'running') order by id",
    )
    .bind(account.to_string())
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(DELETING))?;
    for (of, code, kind) in asked {
        let of: DeletionId = read_back(&of, "deletions", "id", &of)?;
        let audit = if of == id { audit } else { audit_of(&code, now) };
        let (action, detail) = if kind == "account" {
            (Action::AccountDeleted, name.map(str::to_owned))
        } else {
            (Action::DataDeleted, Some(code))
        };
        mark_done(conn, of, now).await?;
        audit::insert(conn, &deleted(audit, action, detail, now)).await?;
    }
    Ok(())
}

fn audit_of(code: &str, now: Timestamp) -> AuditId {
    let mut chance = [0u8; 10];
    chance.copy_from_slice(&digest(&["deletion done", code]).to_be_bytes()[..10]);
    AuditId::compose(now.0, chance)
}
