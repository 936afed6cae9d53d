//! Invitations.

use super::super::FOR_NO_KEY_UPDATE;
use super::people::standing::{hold, hold_admins, note};
use super::{Conn, Pools, audit, read_back};
use crate::store::audit::{Actor, AuditEntry};
use crate::store::invites::{Invited, Invites, Joining};
use crate::store::people::{Added, NewLink, PersonChange};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::people::{Invitation, PersonState, Refusal};
use model::person::{PersonId, Role};
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, FromRow};

const INVITING: &str = "invite a person";
const JOINING: &str = "let an invited person in";

#[async_trait]
impl Invites for Pools {
    async fn invite(&self, change: PersonChange, who: Invited, link: NewLink) -> StoreResult<Result<Added, Refusal>> {
        self.write(INVITING, move |conn| Box::pin(async move { invite(conn, &change, &who, &link).await })).await
    }

    async fn renew_invite(&self, change: PersonChange, link: NewLink) -> StoreResult<Result<(), Refusal>> {
        self.write(INVITING, move |conn| Box::pin(async move { renew(conn, &change, &link).await })).await
    }

    async fn find_invite(&self, fingerprint: String, now: Timestamp) -> StoreResult<Option<Invitation>> {
        let mut conn = self.read().await.map_err(doing("look up an invitation"))?;
        let row: Option<InvitationRow> = sqlx::query_as(
            "select p.id, p.name, p.email, p.role, m.name as invited_by,
                    (select value from settings where key = 'business') as business
             from one_time_links l join people p on p.id = l.person_id left join people m on m.id = l.made_by
             where l.token_hash = $1 and l.kind = 'invite' and l.expires_at > $2 and p.state = 'invited'",
        )
        .bind(fingerprint)
        .bind(now.0)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up an invitation"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn accept_invite(&self, it: Joining) -> StoreResult<Option<PersonId>> {
        self.write(JOINING, move |conn| Box::pin(async move { accept(conn, &it).await })).await
    }
}

async fn invite(
    conn: &mut Conn,
    change: &PersonChange,
    who: &Invited,
    link: &NewLink,
) -> StoreResult<Result<Added, Refusal>> {
    if let Err(refusal) = hold_admins(conn, change.by).await? {
        return Ok(Err(refusal));
    }
    let done = sqlx::query(
        "insert into people (id, email, email_folded, name, role, state, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'invited', $6, $6)
         on conflict (email_folded) do nothing",
    )
    .bind(change.person.to_string())
    .bind(&who.email)
    .bind(&who.email_folded)
    .bind(&who.name)
    .bind(who.role.word())
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(INVITING))?;
    if done.rows_affected() == 0 {
        return Ok(Ok(Added::EmailTaken));
    }
    insert_link(conn, change, link).await?;
    note(conn, change, Action::PersonInvited).await?;
    Ok(Ok(Added::Yes))
}

async fn renew(conn: &mut Conn, change: &PersonChange, link: &NewLink) -> StoreResult<Result<(), Refusal>> {
    match hold(conn, change).await? {
        Ok(held) if held.state == PersonState::Invited => {}
        Ok(_) => return Ok(Err(Refusal::ChangedMeanwhile)),
        Err(refusal) => return Ok(Err(refusal)),
    }
    sqlx::query("delete from one_time_links where person_id = $1 and kind = 'invite'")
        .bind(change.person.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(INVITING))?;
    insert_link(conn, change, link).await?;
    note(conn, change, Action::PersonInvitedAgain).await?;
    Ok(Ok(()))
}

async fn insert_link(conn: &mut Conn, change: &PersonChange, link: &NewLink) -> StoreResult<()> {
    sqlx::query(
        "insert into one_time_links (token_hash, kind, person_id, made_by, created_at, expires_at)
         values ($1, 'invite', $2, $3, $4, $5)",
    )
    .bind(&link.fingerprint)
    .bind(change.person.to_string())
    .bind(change.by.to_string())
    .bind(link.created_at.0)
    .bind(link.expires_at.0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(INVITING))
}

/// First the person and then the link, as everybody does who needs both. Of two who use it at once
/// the second finds it gone.
async fn accept(conn: &mut Conn, it: &Joining) -> StoreResult<Option<PersonId>> {
    let sql = [
        "select p.id from people p where p.state = 'invited' and p.id =
             (select person_id from one_time_links where token_hash = $1 and kind = 'invite')",
        FOR_NO_KEY_UPDATE,
    ];
    let id: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql.concat()))
        .bind(&it.fingerprint)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(JOINING))?;
    let Some(id) = id else { return Ok(None) };
    let used = sqlx::query("delete from one_time_links where token_hash = $1 and person_id = $2 and expires_at > $3")
        .bind(&it.fingerprint)
        .bind(&id)
        .bind(it.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(JOINING))?;
    if used.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query("update people set state = 'active', name = $2, password_hash = $3, updated_at = $4 where id = $1")
        .bind(&id)
        .bind(&it.name)
        .bind(&it.password_hash)
        .bind(it.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(JOINING))?;
    let person: PersonId = read_back(&id, "people", "id", &id)?;
    let (id, at, actor) = (it.audit_id, it.now, Actor::Person(person));
    let address = it.address.clone();
    audit::insert(
        conn,
        &AuditEntry { id, at, actor, action: Action::PersonJoined, subject: None, detail: None, address },
    )
    .await?;
    Ok(Some(person))
}

#[derive(FromRow)]
struct InvitationRow {
    id: String,
    name: String,
    email: String,
    role: String,
    invited_by: Option<String>,
    business: Option<String>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StoreError;

    fn try_from(row: InvitationRow) -> StoreResult<Self> {
        let role = Role::from_word(&row.role);
        Ok(Self {
            role: role.ok_or_else(|| StoreError::Inconsistent { table: "people", column: "role", row: row.id })?,
            name: row.name,
            email: row.email,
            invited_by: row.invited_by,
            business: row.business.unwrap_or_default(),
        })
    }
}
