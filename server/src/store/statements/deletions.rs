//! Deleting all about a customer, or all that an account holds.

mod account;
mod erase;
mod journal;
mod page;

pub(super) use account::close as close_account;
pub(super) use erase::{mark_unshown, unshown_but_by_messages};
pub(super) use journal::part_before as journal_before;

use super::super::{FOR_UPDATE, UNLESS_LOCKED, forget, hold_conversation};
use super::audit::{self, note_deed};
use super::changes::write_changes;
use super::conversations::{Raised, raise_of_contact};
use super::history;
use super::inbox::lines_onward;
use super::many::{among, lists};
use super::people::standing::hold_admins;
use super::{Conn, Pools, read_back};
use crate::store::audit::{Actor, AuditEntry, Deed};
use crate::store::changes::NewChange;
use crate::store::deletions::{
    Deletions, JournalOf, JournalPart, KnownContact, ListedDeletion, NewAccountDeletion, NewDeletion,
    Subject as Wanted, ToDelete,
};
use crate::store::sight::Sight;
use crate::store::teams::RunChange;
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::audit::{Action, AuditId};
use model::ids::{AccountId, ChangeId, ContactId, ConversationId, DeletionId, InboundId, MessageId};
use model::inbox::Line;
use model::live::Event;
use model::people::Refusal;
use model::teams::TeamRefusal;
use model::time::Timestamp;
use sqlx::FromRow;
use std::collections::HashSet;

const ASKING: &str = "ask for a deletion";
const DELETING: &str = "delete all about a customer";
const LISTING: &str = "list deletions";

#[async_trait]
impl Deletions for Pools {
    async fn find_contact(&self, id: ContactId, sight: &Sight) -> StoreResult<Option<KnownContact>> {
        let mut conn = self.read().await.map_err(doing("read all about a customer"))?;
        let known = page::find(&mut conn, id).await?;
        Ok(known.filter(|it| sight.includes(it.account)))
    }

    async fn lines_onward(
        &self,
        id: ConversationId,
        after: Option<(Timestamp, MessageId)>,
        limit: u32,
    ) -> StoreResult<Vec<Line>> {
        let mut conn = self.read().await.map_err(doing("read a conversation"))?;
        lines_onward(&mut conn, id, after, limit).await
    }

    async fn journal_of(&self, of: JournalOf, after: Option<InboundId>) -> StoreResult<JournalPart> {
        let mut conn = self.read().await.map_err(doing(journal::LOOKING))?;
        journal::part(&mut conn, &of, after).await
    }

    async fn ask_deletion(&self, deed: Deed, new: NewDeletion) -> StoreResult<Result<Option<String>, Refusal>> {
        self.write(ASKING, move |conn| Box::pin(async move { ask(conn, &deed, &new).await })).await
    }

    async fn ask_account_deletion(
        &self,
        change: RunChange,
        new: NewAccountDeletion,
    ) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(ASKING, move |conn| Box::pin(async move { account::ask(conn, &change, &new).await })).await
    }

    async fn find_deletion(&self) -> StoreResult<Option<ToDelete>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let row: Option<Row> = sqlx::query_as(
            "select id, kind, account_id, subject, requested_at from deletions
             where state in ('requested', 'running') order by id limit 1",
        )
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        row.map(Row::read).transpose()
    }

    async fn delete_piece(&self, id: DeletionId, limit: u32, now: Timestamp) -> StoreResult<bool> {
        self.write(DELETING, move |conn| {
            Box::pin(async move {
                let Some(subject) = hold(conn, id).await? else { return Ok(false) };
                erase::piece(conn, subject, limit, now).await
            })
        })
        .await
    }

    async fn delete_inbound(&self, ids: Vec<InboundId>) -> StoreResult<()> {
        self.write(DELETING, move |conn| {
            Box::pin(async move {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                for list in lists(&ids) {
                    let mut delete = among("delete from inbound where id in", &list);
                    delete.build().execute(&mut *conn).await.map_err(doing(DELETING))?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn delete_contact(&self, id: DeletionId, change: ChangeId, now: Timestamp) -> StoreResult<bool> {
        self.write(DELETING, move |conn| {
            Box::pin(async move {
                let Some(subject) = hold(conn, id).await? else { return Ok(false) };
                if !erase::contact(conn, subject, now).await? {
                    return Ok(false);
                }
                // Open pages let go of what they show.
                write_changes(conn, &[resync(change, subject.account, now)]).await?;
                let_go(conn, id).await.map(|()| true)
            })
        })
        .await
    }

    async fn delete_account_piece(&self, id: DeletionId, limit: u32, now: Timestamp) -> StoreResult<bool> {
        self.write(DELETING, move |conn| {
            Box::pin(async move {
                let Some(account) = account::hold(conn, id).await? else { return Ok(false) };
                account::piece(conn, account, limit, now).await
            })
        })
        .await
    }

    async fn journal_of_account(&self, account: AccountId, after: Option<InboundId>) -> StoreResult<JournalPart> {
        let mut conn = self.read().await.map_err(doing(journal::LOOKING))?;
        journal::part_of_account(&mut conn, account, after).await
    }

    async fn empty_account(&self, id: DeletionId, now: Timestamp) -> StoreResult<bool> {
        self.write(DELETING, move |conn| {
            Box::pin(async move {
                let Some(account) = account::hold(conn, id).await? else { return Ok(false) };
                if account::piece(conn, account, 1, now).await? {
                    return Ok(false);
                }
                account::empty(conn, account, now).await?;
                let_go(conn, id).await.map(|()| true)
            })
        })
        .await
    }

    async fn n_marked_since(&self, account: AccountId, since: Timestamp) -> StoreResult<i64> {
        let mut conn = self.read().await.map_err(doing("look for files to delete"))?;
        sqlx::query_scalar(
            "select count(*) from media where deleted_at is not null and deleted_at >= $1 and account_id = $2",
        )
        .bind(since.0)
        .bind(account.to_string())
        .fetch_one(&mut *conn)
        .await
        .map_err(doing("look for files to delete"))
    }

    async fn forget_deleted(&self) -> StoreResult<bool> {
        forget::forget(self).await
    }

    async fn finish_deletion(
        &self,
        id: DeletionId,
        audit: AuditId,
        change: ChangeId,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.write(DELETING, move |conn| Box::pin(async move { finish(conn, id, (audit, change), now).await })).await
    }

    async fn list_deletions(&self, limit: u32) -> StoreResult<Vec<ListedDeletion>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<ListedRow> = sqlx::query_as(
            "select d.id, d.code, d.kind, d.requested_at, d.done_at,
                 (select a.name from accounts a where a.id = d.account_id) as account_name,
                 (select p.name from people p where p.id = d.requested_by) as requested_by
             from deletions d order by d.id desc limit $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        rows.into_iter().map(ListedRow::read).collect()
    }
}

/// Whose words are to go: what comes of them meanwhile waits until they are gone.
pub(super) async fn being_deleted(conn: &mut Conn) -> StoreResult<HashSet<ContactId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select subject from deletions
         where state in ('requested', 'running') and kind = 'contact' and subject is not null",
    )
    .fetch_all(conn)
    .await
    .map_err(doing(LISTING))?;
    ids.iter().map(|it| read_back(it, "deletions", "subject", it)).collect()
}

/// Who is to be deleted, with what is held of them until the commit.
#[derive(Debug, Clone, Copy)]
struct Subject {
    contact: ContactId,
    conversation: Option<ConversationId>,
    account: AccountId,
}

async fn subject_of(conn: &mut Conn, contact: ContactId) -> StoreResult<Option<Subject>> {
    let row: Option<(String, Option<String>)> = sqlx::query_as(
        "select k.account_id, c.id from contacts k left join conversations c on c.contact_id = k.id where k.id = $1",
    )
    .bind(contact.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(DELETING))?;
    let Some((account, conversation)) = row else { return Ok(None) };
    let conversation = conversation.map(|it| read_back(&it, "conversations", "id", &it)).transpose()?;
    Ok(Some(Subject { contact, conversation, account: read_back(&account, "contacts", "account_id", &account)? }))
}

/// Admins ask for both; what Meta passes on is about an account.
#[derive(Clone, Copy)]
enum Of {
    Contact,
    Account,
}

/// The subject of one of that kind.
async fn hold_row(conn: &mut Conn, id: DeletionId, of: Of) -> StoreResult<Option<String>> {
    let kind = match of {
        Of::Contact => "kind = 'contact'",
        Of::Account => "kind <> 'contact'",
    };
    let begin = "select subject from deletions where id = $1 and state in ('requested', 'running') and ";
    let sql = [begin, kind, UNLESS_LOCKED];
    let held: Option<Option<String>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.concat()))
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    let Some(subject) = held.flatten() else { return Ok(None) };
    sqlx::query("update deletions set state = 'running' where id = $1 and state = 'requested'")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    Ok(Some(subject))
}

/// `None` if there is nobody to delete any more, or another process is at it.
async fn hold(conn: &mut Conn, id: DeletionId) -> StoreResult<Option<Subject>> {
    let Some(subject) = hold_row(conn, id, Of::Contact).await? else { return Ok(None) };
    let contact = read_back(&subject, "deletions", "subject", &subject)?;
    let found = subject_of(conn, contact).await?;
    if let Some(conversation) = found.and_then(|it| it.conversation) {
        hold_conversation(conn, conversation).await?;
    }
    Ok(found)
}

async fn ask(conn: &mut Conn, deed: &Deed, new: &NewDeletion) -> StoreResult<Result<Option<String>, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let raised = raise_of_contact(conn, new.contact, deed.now).await?;
    let Some(subject) = subject_of(conn, new.contact).await? else { return Ok(Ok(None)) };
    let again: Option<String> = sqlx::query_scalar(
        "select code from deletions where state in ('requested', 'running') and kind = 'contact' and subject = $1",
    )
    .bind(new.contact.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    if again.is_some() {
        return Ok(Ok(again));
    }
    sqlx::query(
        "insert into deletions (id, code, kind, account_id, subject, requested_by, requested_at)
         values ($1, $2, 'contact', $3, $4, $5, $6)",
    )
    .bind(new.id.to_string())
    .bind(&new.code)
    .bind(subject.account.to_string())
    .bind(new.contact.to_string())
    .bind(deed.by.to_string())
    .bind(deed.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(ASKING))?;
    // What has not left yet never does.
    if let Some(conversation) = subject.conversation {
        for sql in ["delete from outbox where conversation_id = $1", "delete from handovers where conversation_id = $1"]
        {
            sqlx::query(sql).bind(conversation.to_string()).execute(&mut *conn).await.map_err(doing(ASKING))?;
        }
    }
    history::forget(conn, subject.contact, subject.account, deed.now).await?;
    note_deed(conn, deed, Action::DeletionAsked, None, Some(new.code.clone())).await?;
    let told: Vec<_> = raised.map(Raised::conversation).into_iter().collect();
    write_changes(conn, &told).await?;
    Ok(Ok(Some(new.code.clone())))
}

/// Only files and traces are left.
async fn let_go(conn: &mut Conn, id: DeletionId) -> StoreResult<()> {
    sqlx::query("update deletions set subject = null where id = $1")
        .bind(id.to_string())
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing(DELETING))
}

fn resync(id: ChangeId, account: AccountId, at: Timestamp) -> NewChange {
    NewChange { id, event: Event::Resync, account_id: Some(account), person_id: None, at }
}

async fn finish(
    conn: &mut Conn,
    id: DeletionId,
    (audit, change): (AuditId, ChangeId),
    now: Timestamp,
) -> StoreResult<bool> {
    let sql = [
        "select code, kind, account_id from deletions where id = $1 and state = 'running' and subject is null",
        FOR_UPDATE,
    ];
    let found: Option<(String, String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql.concat()))
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    // Another process was faster.
    let Some((code, kind, account)) = found else { return Ok(true) };
    if kind == "contact" {
        mark_done(conn, id, now).await?;
        return audit::insert(conn, &deleted(audit, Action::ContactDeleted, Some(code), now)).await.map(|()| true);
    }
    let account: AccountId = read_back(&account, "deletions", "account_id", &code)?;
    if account::begin_again(conn, id, account).await? {
        return Ok(false);
    }
    let name = account::forget(conn, account).await?;
    // Whoever saw it sees one less, and it is nobody's in particular any more.
    write_changes(conn, &[NewChange { account_id: None, ..resync(change, account, now) }]).await?;
    account::done(conn, (id, account), name.as_deref(), audit, now).await.map(|()| true)
}

const fn deleted(id: AuditId, action: Action, detail: Option<String>, at: Timestamp) -> AuditEntry {
    AuditEntry { id, at, actor: Actor::System, action, subject: None, detail, address: None }
}

async fn mark_done(conn: &mut Conn, id: DeletionId, now: Timestamp) -> StoreResult<()> {
    sqlx::query("update deletions set state = 'done', done_at = $2, subject = null where id = $1")
        .bind(id.to_string())
        .bind(now.0)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing(DELETING))
}

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    account_id: String,
    subject: Option<String>,
    requested_at: i64,
}

impl Row {
    fn read(self) -> StoreResult<ToDelete> {
        let is_account = self.kind != "contact";
        let subject = |it: &String| {
            if is_account {
                read_back(it, "deletions", "subject", &self.id).map(Wanted::Account)
            } else {
                read_back(it, "deletions", "subject", &self.id).map(Wanted::Contact)
            }
        };
        Ok(ToDelete {
            id: read_back(&self.id, "deletions", "id", &self.id)?,
            account: read_back(&self.account_id, "deletions", "account_id", &self.id)?,
            subject: self.subject.as_ref().map(subject).transpose()?,
            is_account,
            requested_at: Timestamp(self.requested_at),
        })
    }
}

#[derive(FromRow)]
struct ListedRow {
    id: String,
    code: String,
    kind: String,
    requested_at: i64,
    done_at: Option<i64>,
    account_name: Option<String>,
    requested_by: Option<String>,
}

impl ListedRow {
    fn read(self) -> StoreResult<ListedDeletion> {
        Ok(ListedDeletion {
            id: read_back(&self.id, "deletions", "id", &self.id)?,
            code: self.code,
            account_name: self.account_name,
            requested_by: self.requested_by,
            is_from_meta: self.kind == "callback",
            requested_at: Timestamp(self.requested_at),
            done_at: self.done_at.map(Timestamp),
        })
    }
}
