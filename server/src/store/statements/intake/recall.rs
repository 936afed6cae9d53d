//! A page of a conversation that was read back goes the way that webhooks go, in one unit of work with how far the
//! reading is.

use super::super::deletions::being_deleted;
use super::super::history::{forgotten_until, hold, run};
use super::super::retention::kept_since;
use super::rows::Rows;
use super::{Conn, LANE_GROUPS, hold_lanes, load, write};
use crate::store::history::{Kept, RecalledPage};
use crate::store::intake::{Applied, Applier};
use crate::store::{StoreError, StoreResult};
use model::ids::ContactId;
use model::intake::{Known, Needs, Received};
use model::meta::event::What;
use model::meta::identity::{LANES, lane, mid_key};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(in super::super) async fn save(conn: &mut Conn, mut page: RecalledPage, by: &Applier) -> StoreResult<Kept> {
    // As webhooks of this customer are applied: a conversation that is not there yet cannot be locked.
    let lane = lane(page.platform.word(), &page.account_external_id, Some(&page.thread.person));
    if !hold_lanes(conn, lane / (LANES / LANE_GROUPS)).await? {
        return Ok(Kept::NotNow);
    }
    let mut known = load::known_accounts(conn, by.our_app_id.as_deref()).await?;
    let Some(account) = known.account(page.platform, &page.account_external_id) else { return Ok(Kept::Was) };
    let account = account.id;
    let contact = ContactId::of(account, &page.thread.person);
    let of = |event| Received { event, dedupe_key: String::new(), raw: String::new() };
    let mut received: Vec<Received> = page.events.iter().cloned().map(of).collect();
    let needs = Needs::of(&known, &received);
    load::rows(conn, &mut known, &needs, by.now).await?;
    // Looked up once the conversation is held.
    if being_deleted(conn).await?.contains(&contact) {
        return Ok(Kept::NotNow);
    }
    if let Some(until) = forgotten_until(conn, contact).await? {
        received.retain(|it| it.event.at > until);
    }
    if let Some(since) = kept_since(conn, account, by.now).await?
        && received.iter().any(|it| it.event.at < since)
    {
        received.retain(|it| it.event.at >= since);
        // Pages come newest first: the next one is older still.
        page.next = None;
    }
    let n_new = received.iter().filter(|it| !is_known(&known, it)).count();
    if !go_on(conn, &page, n_new, received.len() - n_new, by).await? {
        return Ok(Kept::Was);
    }
    let mut rows = Rows { were_recalled: true, ..Rows::default() };
    for it in &received {
        let changes = catch_unwind(AssertUnwindSafe(|| model::intake::apply(&mut known, it, by.now).0))
            .map_err(|_| StoreError::Panicked { doing: "apply what was read back" })?;
        rows.add(changes);
    }
    let applied = Applied {
        n_applied: received.len(),
        media_wanted: rows.wants_media(),
        n_erased: rows.erased.len(),
        n_opened: rows.opened.len(),
        profiles_wanted: rows.wants_profiles(),
        ..Applied::default()
    };
    write::rows(conn, rows, by).await?;
    Ok(Kept::Kept { n_new: i32::try_from(n_new).unwrap_or(i32::MAX), applied })
}

fn is_known(known: &Known, it: &Received) -> bool {
    let What::Recalled(recalled) = &it.event.what else { return true };
    let key = recalled.said.mid.as_deref().map(|mid| mid_key(it.event.platform.word(), &it.event.account, mid));
    key.is_some_and(|key| known.message_by_key(&key).is_some())
}

/// `false` if it was stopped, or is further already.
async fn go_on(conn: &mut Conn, page: &RecalledPage, n_new: usize, n_known: usize, by: &Applier) -> StoreResult<bool> {
    if !hold(conn, page.id).await? {
        return Ok(false);
    }
    // Who they are is needed no more once all of it is read.
    let update = sqlx::query(
        "update backfill_threads set place = $4, state = case when $5 then 'read' else state end,
             contact_external_id = case when $5 then null else contact_external_id end,
             called = case when $5 then null else called end
         where backfill_id = $1 and platform_id = $2 and state = 'waiting' and coalesce(place, '') = $3",
    );
    let update = update
        .bind(page.id.to_string())
        .bind(&page.thread.platform_id)
        .bind(page.thread.place.as_deref().unwrap_or_default())
        .bind(&page.next)
        .bind(page.next.is_none());
    let moved = run(conn, update).await?;
    if moved == 0 {
        return Ok(false);
    }
    let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let update = sqlx::query(
        "update backfills set state = 'running', n_messages = n_messages + $2, n_known = n_known + $3,
             n_unavailable = n_unavailable + $4, n_conversations = n_conversations + $5, tries = 0, error = null,
             lease_until = null, updated_at = $6
         where id = $1",
    );
    let update = update.bind(page.id.to_string()).bind(number(n_new)).bind(number(n_known)).bind(page.n_unavailable);
    run(conn, update.bind(i32::from(page.next.is_none())).bind(by.now.0)).await.map(|_| true)
}
