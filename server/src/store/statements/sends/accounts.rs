//! What sending learns of an account: its limits, its files at Meta, what Meta refuses.

use super::super::Conn;
use super::super::incidents::{self, Opening};
use super::{pace, run};
use crate::store::StoreResult;
use crate::store::accounts::incident;
use crate::store::changes::NewChange;
use crate::store::sends::Upload;
use model::ids::{AccountId, IncidentId};
use model::live::Event;
use model::media::MediaId;
use model::time::Timestamp;

const REFUSED: &str = "note that the human-agent tag is refused";
const WORKS: &str = "note that the human-agent tag works";

pub(super) async fn save_upload(conn: &mut Conn, upload: &Upload) -> StoreResult<()> {
    let query = sqlx::query(
        "insert into media_uploads (media_id, account_id, attachment_id, expires_at) values ($1, $2, $3, $4)
         on conflict (media_id, account_id) do update set attachment_id = excluded.attachment_id,
             expires_at = excluded.expires_at",
    );
    let query = query
        .bind(upload.media.to_string())
        .bind(upload.account.to_string())
        .bind(upload.attachment_id.clone())
        .bind(upload.expires_at.0);
    run(conn, "note what Meta calls a file", query).await.map(drop)
}

pub(super) async fn forget_upload(conn: &mut Conn, media: MediaId, account: AccountId) -> StoreResult<()> {
    let query = sqlx::query("delete from media_uploads where media_id = $1 and account_id = $2");
    run(conn, "forget what Meta called a file", query.bind(media.to_string()).bind(account.to_string())).await.map(drop)
}

/// Never shorter than somebody asked before.
pub(super) async fn hold(conn: &mut Conn, account: AccountId, until: Timestamp) -> StoreResult<()> {
    let query = sqlx::query(
        "insert into account_limits (account_id, kind, blocked_until) values ($1, $2, $3)
         on conflict (account_id, kind) do update set blocked_until = excluded.blocked_until
             where account_limits.blocked_until < excluded.blocked_until",
    );
    run(conn, "hold an account", query.bind(account.to_string()).bind(pace::ALL).bind(until.0)).await.map(drop)
}

pub(super) async fn save_usage(conn: &mut Conn, account: AccountId, percent: i32) -> StoreResult<()> {
    let query = sqlx::query(
        "insert into account_limits (account_id, kind, usage_percent) values ($1, $2, $3)
         on conflict (account_id, kind) do update set usage_percent = excluded.usage_percent
             where account_limits.usage_percent <> excluded.usage_percent",
    );
    let what = "note how much of its limits an account has used";
    run(conn, what, query.bind(account.to_string()).bind(pace::ALL).bind(percent)).await.map(drop)
}

pub(super) async fn tag_refused(
    conn: &mut Conn,
    account: AccountId,
    incident: IncidentId,
    now: Timestamp,
) -> StoreResult<bool> {
    // First, also if it says so already: of two that are refused at once, the second waits.
    let query = sqlx::query("update accounts set human_agent = 'refused', updated_at = $1 where id = $2");
    let n_accounts = run(conn, REFUSED, query.bind(now.0).bind(account.to_string())).await?;
    if n_accounts == 0 {
        return Ok(false);
    }
    let opening = Opening { id: incident, account, kind: incident::TAG_REFUSED, detail: None, now };
    incidents::open(conn, opening).await
}

/// Meta took a message with it: whatever was refused before is over. What the feed is to be told.
pub(super) async fn tag_works(conn: &mut Conn, account: AccountId, now: Timestamp) -> StoreResult<Option<NewChange>> {
    let query = sqlx::query("update accounts set human_agent = 'works' where id = $1 and human_agent <> 'works'");
    if run(conn, WORKS, query.bind(account.to_string())).await? == 0 {
        return Ok(None);
    }
    incidents::close(conn, account, incident::TAG_REFUSED, now).await?;
    Ok(Some(NewChange::new(Event::Account { account_id: account }, Some(account), now)))
}
