//! Customers' names, as Meta tells them.

use super::changes::write_changes;
use super::conversations::raise_of_contact;
use super::media::insert_media;
use super::{Conn, Pools, read_back};
use crate::store::media::NewMedia;
use crate::store::profiles::{DueProfile, FetchedProfile, ProblemAt, ProfileClaim, ProfileProblem, Profiles};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::ids::ContactId;
use sqlx::FromRow;

#[async_trait]
impl Profiles for Pools {
    async fn claim_profiles(&self, claim: ProfileClaim) -> StoreResult<Vec<DueProfile>> {
        let rows: Vec<DueRow> = self
            .write("claim profiles to ask for", move |conn| {
                Box::pin(async move {
                    // Of two processes that chose the same row the second sees it moved, and passes over it.
                    sqlx::query_as(
                        "update contacts set profile_due_at = $1
                         where profile_due_at is not null and profile_due_at <= $2 and id in (
                             select id from (
                                 select id, profile_due_at,
                                        row_number() over (partition by account_id order by profile_due_at, id) as place
                                 from contacts where profile_due_at is not null and profile_due_at <= $2
                             ) as due
                             where place <= $3 order by profile_due_at, id limit $4
                         )
                         returning id, account_id, external_id, profile_error",
                    )
                    .bind(claim.until.0)
                    .bind(claim.now.0)
                    .bind(i64::from(claim.an_account))
                    .bind(i64::from(claim.limit))
                    .fetch_all(conn)
                    .await
                    .map_err(doing("claim profiles to ask for"))
                })
            })
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn save_profile(&self, profile: FetchedProfile) -> StoreResult<bool> {
        let done = self.write(SAVING, move |conn| Box::pin(async move { save_profile(conn, &profile).await })).await;
        match done {
            Ok(()) => Ok(true),
            Err(StoreError::Refused) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn save_profile_problem(
        &self,
        contact: ContactId,
        problem: ProfileProblem,
        at: ProblemAt,
    ) -> StoreResult<()> {
        let what = "save why a profile is missing";
        self.write(what, move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "update contacts set
                         profile_error = $2, profile_due_at = $3, profile_at = coalesce($4, profile_at),
                         updated_at = $5
                     where id = $1",
                )
                .bind(contact.to_string())
                .bind(problem.word())
                .bind(at.due_at.map(|it| it.0))
                .bind(at.due_at.is_none().then_some(at.now.0))
                .bind(at.now.0)
                .execute(conn)
                .await
                .map(|_| ())
                .map_err(doing(what))
            })
        })
        .await
    }
}

const SAVING: &str = "save a profile";

async fn save_profile(conn: &mut Conn, profile: &FetchedProfile) -> StoreResult<()> {
    let raised = raise_of_contact(conn, profile.contact, profile.now).await?;
    let facts = serde_json::to_string(&profile.facts).unwrap_or_else(|_| "{}".to_owned());
    let former: Option<(Option<String>,)> = sqlx::query_as(
        "update contacts set
             name = coalesce($2, name), username = coalesce($3, username), profile = $4,
             profile_at = $5, profile_due_at = null, profile_error = null, updated_at = $5
         where id = $1 returning picture_id",
    )
    .bind(profile.contact.to_string())
    .bind(&profile.name)
    .bind(&profile.username)
    .bind(facts)
    .bind(profile.now.0)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    let Some((former,)) = former else { return Err(StoreError::Refused) };
    if let Some(picture) = &profile.picture {
        change_picture(conn, profile.contact, former, picture).await?;
    }
    match raised {
        Some(raised) => write_changes(conn, &[raised.conversation()]).await,
        None => Ok(()),
    }
}

async fn change_picture(
    conn: &mut Conn,
    contact: ContactId,
    former: Option<String>,
    picture: &NewMedia,
) -> StoreResult<()> {
    insert_media(conn, picture).await?;
    sqlx::query("update contacts set picture_id = $2 where id = $1")
        .bind(contact.to_string())
        .bind(picture.id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    sqlx::query("update media set deleted_at = $2 where id = $1 and deleted_at is null")
        .bind(former)
        .bind(picture.created_at.0)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing(SAVING))
}

#[derive(FromRow)]
struct DueRow {
    id: String,
    account_id: String,
    external_id: String,
    profile_error: Option<String>,
}

impl TryFrom<DueRow> for DueProfile {
    type Error = StoreError;

    fn try_from(row: DueRow) -> StoreResult<Self> {
        Ok(Self {
            contact: read_back(&row.id, "contacts", "id", &row.id)?,
            account: read_back(&row.account_id, "contacts", "account_id", &row.id)?,
            external_id: row.external_id,
            tries: row.profile_error.as_deref().map(ProfileProblem::tries).unwrap_or_default(),
        })
    }
}
