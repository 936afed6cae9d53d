//! People, the business they work for, and the links by which they come to be.

mod listed;
mod own;
pub(super) mod standing;

pub(super) use own::note_here;

use super::second_factor::REQUIRED;
use super::{Conn, Pools, audit, read_back};
use crate::store::audit::{Actor, AuditEntry};
use crate::store::media::NewMedia;
use crate::store::people::{
    Added, Credentials, NewLink, NewPassword, NewPerson, People, PersonChange, SessionTimes, SetUp, SignedIn,
};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::media::MediaId;
use model::people::{ListedPerson, Refusal};
use model::person::{Me, PersonId, Preferences, Role};
use model::time::Timestamp;
use sqlx::FromRow;

/// More people than one business has.
const FACES_MOST: i64 = 5000;

#[async_trait]
impl People for Pools {
    async fn insert_person(&self, person: NewPerson, audit: AuditEntry) -> StoreResult<Added> {
        self.write("add a person", move |conn| {
            Box::pin(async move {
                let added = insert_person(conn, &person).await?;
                if added == Added::Yes {
                    audit::insert(conn, &audit).await?;
                }
                Ok(added)
            })
        })
        .await
    }

    async fn find_credentials(&self, email_folded: String) -> StoreResult<Option<Credentials>> {
        let mut conn = self.read().await.map_err(doing("look up an email"))?;
        let row: Option<CredentialsRow> = sqlx::query_as(
            "select id, password_hash, totp_confirmed_at is not null as wants_code
                 from people where email_folded = $1 and state = 'active'",
        )
        .bind(email_folded)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up an email"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn find_signed_in(&self, id: PersonId) -> StoreResult<Option<SignedIn>> {
        let mut conn = self.read().await.map_err(doing("look up who is signed in"))?;
        let row: Option<SignedInRow> = sqlx::query_as(
            "select id, name, email, role, preferences, totp_confirmed_at,
                    (select value from settings where key = 'business') as business,
                    (select value from settings where key = 'second_factor') as second_factor
             from people where id = $1 and state = 'active'",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up who is signed in"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn find_signed_in_with(
        &self,
        session: String,
        now: Timestamp,
    ) -> StoreResult<Option<(SignedIn, SessionTimes)>> {
        let mut conn = self.read().await.map_err(doing("look up who is signed in"))?;
        let row: Option<SessionPersonRow> = sqlx::query_as(
            "select p.id, p.name, p.email, p.role, p.preferences, p.totp_confirmed_at,
                    (select value from settings where key = 'business') as business,
                    (select value from settings where key = 'second_factor') as second_factor,
                    s.seen_at, s.expires_at
             from sessions s join people p on p.id = s.person_id
             where s.id_hash = $1 and s.expires_at > $2 and p.state = 'active'",
        )
        .bind(session)
        .bind(now.0)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up who is signed in"))?;
        let Some(row) = row else { return Ok(None) };
        let times = SessionTimes { seen_at: Timestamp(row.seen_at), expires_at: Timestamp(row.expires_at) };
        Ok(Some((row.person.try_into()?, times)))
    }

    async fn note_seen(&self, session: String, person: PersonId, now: Timestamp) -> StoreResult<()> {
        self.write("note that a person is here", move |conn| {
            Box::pin(async move { own::note_seen(conn, &session, person, now).await })
        })
        .await
    }

    async fn list_people(&self, limit: u32) -> StoreResult<Vec<ListedPerson>> {
        let mut conn = self.read().await.map_err(doing("list the people"))?;
        listed::list(&mut conn, limit).await
    }

    async fn set_role(&self, change: PersonChange, role: Role) -> StoreResult<Result<(), Refusal>> {
        self.write("change a role", move |conn| Box::pin(async move { standing::set_role(conn, &change, role).await }))
            .await
    }

    async fn deactivate(&self, change: PersonChange) -> StoreResult<Result<Vec<String>, Refusal>> {
        self.write("deactivate a person", move |conn| {
            Box::pin(async move { standing::deactivate(conn, &change).await })
        })
        .await
    }

    async fn activate(&self, change: PersonChange) -> StoreResult<Result<(), Refusal>> {
        self.write("activate a person", move |conn| Box::pin(async move { standing::activate(conn, &change).await }))
            .await
    }

    async fn rename(&self, change: PersonChange, name: String) -> StoreResult<()> {
        self.write("rename a person", move |conn| Box::pin(async move { own::rename(conn, &change, &name).await }))
            .await
    }

    async fn set_picture(&self, change: PersonChange, picture: Option<NewMedia>) -> StoreResult<Result<(), Refusal>> {
        self.write("change a person's picture", move |conn| {
            Box::pin(async move { own::set_picture(conn, &change, picture.as_ref()).await })
        })
        .await
    }

    async fn list_faces(&self) -> StoreResult<Vec<(PersonId, MediaId)>> {
        let cannot = "look up the pictures of people";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let rows: Vec<(String, String)> =
            sqlx::query_as("select id, picture_id from people where picture_id is not null order by id limit $1")
                .bind(FACES_MOST)
                .fetch_all(&mut *conn)
                .await
                .map_err(doing(cannot))?;
        let face = |(id, picture): (String, String)| {
            Ok((read_back(&id, "people", "id", &id)?, read_back(&picture, "people", "picture_id", &id)?))
        };
        rows.into_iter().map(face).collect()
    }

    async fn find_password_hash(&self, id: PersonId) -> StoreResult<Option<String>> {
        let mut conn = self.read().await.map_err(doing("look up a password"))?;
        let hash: Option<Option<String>> =
            sqlx::query_scalar("select password_hash from people where id = $1 and state = 'active'")
                .bind(id.to_string())
                .fetch_optional(&mut *conn)
                .await
                .map_err(doing("look up a password"))?;
        Ok(hash.flatten())
    }

    async fn change_password(&self, change: PersonChange, new: NewPassword) -> StoreResult<Option<Vec<String>>> {
        self.write("change a password", move |conn| {
            Box::pin(async move { own::change_password(conn, &change, &new).await })
        })
        .await
    }

    async fn save_preferences(&self, id: PersonId, preferences: Preferences, now: Timestamp) -> StoreResult<()> {
        let text = serde_json::to_string(&preferences).unwrap_or_default();
        self.write("save how a person likes to work", move |conn| {
            Box::pin(async move {
                sqlx::query("update people set preferences = $2, updated_at = $3 where id = $1")
                    .bind(id.to_string())
                    .bind(text)
                    .bind(now.0)
                    .execute(conn)
                    .await
                    .map(|_| ())
                    .map_err(doing("save how a person likes to work"))
            })
        })
        .await
    }

    async fn anybody(&self) -> StoreResult<bool> {
        let mut conn = self.read().await.map_err(doing("ask whether anybody can sign in"))?;
        anybody(&mut conn).await
    }

    async fn business(&self) -> StoreResult<Option<String>> {
        let mut conn = self.read().await.map_err(doing("read the name of the business"))?;
        sqlx::query_scalar("select value from settings where key = 'business'")
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing("read the name of the business"))
    }

    async fn set_business(&self, name: String, now: Timestamp) -> StoreResult<()> {
        self.write("name the business", move |conn| Box::pin(async move { set_business(conn, &name, now).await })).await
    }

    async fn insert_set_up_link(&self, link: NewLink) -> StoreResult<bool> {
        self.write("add a set-up link", move |conn| Box::pin(async move { insert_set_up_link(conn, &link).await }))
            .await
    }

    async fn set_up_link_is_good(&self, fingerprint: String, now: Timestamp) -> StoreResult<bool> {
        let mut conn = self.read().await.map_err(doing("look up the set-up link"))?;
        set_up_link_is_good(&mut conn, &fingerprint, now).await
    }

    async fn set_up(&self, it: SetUp) -> StoreResult<bool> {
        let done = self.write("set up the inbox", move |conn| Box::pin(async move { set_up(conn, &it).await })).await;
        match done {
            Ok(()) => Ok(true),
            Err(StoreError::Refused) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

async fn insert_person(conn: &mut Conn, person: &NewPerson) -> StoreResult<Added> {
    let done = sqlx::query(
        "insert into people (id, email, email_folded, name, role, state, password_hash, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'active', $6, $7, $7)
         on conflict (email_folded) do nothing",
    )
    .bind(person.id.to_string())
    .bind(&person.email)
    .bind(&person.email_folded)
    .bind(&person.name)
    .bind(person.role.word())
    .bind(&person.password_hash)
    .bind(person.created_at.0)
    .execute(conn)
    .await
    .map_err(doing("add a person"))?;
    Ok(if done.rows_affected() == 1 { Added::Yes } else { Added::EmailTaken })
}

async fn anybody(conn: &mut Conn) -> StoreResult<bool> {
    let found: Option<i64> = sqlx::query_scalar("select created_at from people where state = 'active' limit 1")
        .fetch_optional(conn)
        .await
        .map_err(doing("ask whether anybody can sign in"))?;
    Ok(found.is_some())
}

async fn set_business(conn: &mut Conn, name: &str, now: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "insert into settings (key, value, updated_at) values ('business', $1, $2)
         on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at",
    )
    .bind(name)
    .bind(now.0)
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("name the business"))
}

async fn insert_set_up_link(conn: &mut Conn, link: &NewLink) -> StoreResult<bool> {
    if anybody(conn).await? {
        return Ok(false);
    }
    sqlx::query("insert into one_time_links (token_hash, kind, created_at, expires_at) values ($1, 'set_up', $2, $3)")
        .bind(&link.fingerprint)
        .bind(link.created_at.0)
        .bind(link.expires_at.0)
        .execute(conn)
        .await
        .map(|_| true)
        .map_err(doing("add a set-up link"))
}

async fn set_up_link_is_good(conn: &mut Conn, fingerprint: &str, now: Timestamp) -> StoreResult<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "select expires_at from one_time_links where token_hash = $1 and kind = 'set_up' and expires_at > $2",
    )
    .bind(fingerprint)
    .bind(now.0)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing("look up the set-up link"))?;
    Ok(found.is_some() && !anybody(conn).await?)
}

/// Every set-up link goes with the one that is used. Of two that are used at once the second waits
/// for the first to commit, and then finds nothing left to delete.
async fn set_up(conn: &mut Conn, it: &SetUp) -> StoreResult<()> {
    let good = set_up_link_is_good(conn, &it.link_fingerprint, it.admin.created_at).await?;
    let used = sqlx::query("delete from one_time_links where kind = 'set_up'")
        .execute(&mut *conn)
        .await
        .map_err(doing("use up the set-up link"))?;
    if !good || used.rows_affected() == 0 || insert_person(conn, &it.admin).await? != Added::Yes {
        return Err(StoreError::Refused);
    }
    set_business(conn, &it.business, it.admin.created_at).await?;
    let entry = AuditEntry {
        id: it.audit_id,
        at: it.admin.created_at,
        actor: Actor::Person(it.admin.id),
        action: Action::SetUp,
        subject: None,
        detail: None,
        address: it.address.clone(),
    };
    audit::insert(conn, &entry).await
}

#[derive(FromRow)]
struct CredentialsRow {
    id: String,
    password_hash: Option<String>,
    wants_code: bool,
}

impl TryFrom<CredentialsRow> for Credentials {
    type Error = StoreError;

    fn try_from(row: CredentialsRow) -> StoreResult<Self> {
        Ok(Self {
            id: read_back(&row.id, "people", "id", &row.id)?,
            password_hash: row.password_hash,
            wants_code: row.wants_code,
        })
    }
}

#[derive(FromRow)]
struct SignedInRow {
    id: String,
    name: String,
    email: String,
    role: String,
    preferences: String,
    totp_confirmed_at: Option<i64>,
    business: Option<String>,
    second_factor: Option<String>,
}

#[derive(FromRow)]
struct SessionPersonRow {
    #[sqlx(flatten)]
    person: SignedInRow,
    seen_at: i64,
    expires_at: i64,
}

impl TryFrom<SignedInRow> for SignedIn {
    type Error = StoreError;

    fn try_from(row: SignedInRow) -> StoreResult<Self> {
        let role = Role::from_word(&row.role).ok_or_else(|| StoreError::Inconsistent {
            table: "people",
            column: "role",
            row: row.id.clone(),
        })?;
        let id = read_back(&row.id, "people", "id", &row.id)?;
        // Whatever cannot be read is as at the start.
        let preferences = serde_json::from_str(&row.preferences).unwrap_or_default();
        let me = Me { id, name: row.name, email: row.email, role, preferences };
        let is_required = row.second_factor.as_deref() == Some(REQUIRED);
        let lacks_second_factor = is_required && row.totp_confirmed_at.is_none();
        Ok(Self { me, business: row.business.unwrap_or_default(), lacks_second_factor })
    }
}
