//! One call to Meta, and what comes of it.

use crate::accounts::{Reached, reach, token_died};
use crate::graph::conversations::{ListedConversation, Page, moment};
use crate::graph::send::Answered;
use crate::graph::{GraphError, Kind};
use crate::intake::worker::{Hands, wake};
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::history::{Kept, ListedPage, Listing, NewThread, PutOff, RecalledPage, Thread, ToDo, Turn, Why};
use model::meta::event::{Event, Recalled, What};
use model::meta::recalled;
use model::time::{HOUR_S, MINUTE_S, Timestamp};
use serde_json::Value;
use std::time::Duration;
use tokio::time::sleep;

/// As many as Instagram gives at most.
const USUALLY: u32 = 50;
/// Asked for one by one, so many take less time than the lease.
const ONE_BY_ONE: u32 = 10;
/// After failures in a row.
const LATER_S: [i64; 6] = [5, 15, MINUTE_S, 5 * MINUTE_S, 15 * MINUTE_S, HOUR_S];
/// A limit ends by itself; how soon, Meta does not always say.
const USUAL_HOLD_S: i64 = MINUTE_S;
/// Until somebody connects the account again.
const WITHOUT_TOKEN_S: i64 = MINUTE_S;
/// The list is read so often at most: conversations that go on moving up are told by webhooks.
const PASSES: u32 = 10;

/// While what comes in is applied.
const A_MOMENT: Duration = Duration::from_millis(20);
const MOMENTS: u32 = 50;

/// What the message says whose details Meta does not give any more.
const NOT_TOLD: i32 = 9_000_001;

/// Makes the call. The word is for metrics.
pub async fn take(program: &Program, turn: Turn) -> StoreResult<&'static str> {
    let Some(reached) = reach(program, turn.account).await? else {
        return later(program, &turn, Some("no_token"), WITHOUT_TOKEN_S).await.map(|()| "no_token");
    };
    match &turn.todo {
        ToDo::List => list(program, &turn, reached).await,
        ToDo::Find { person } => find(program, &turn, person, reached).await,
        ToDo::Read(thread) => read(program, &turn, thread, reached).await,
    }
}

async fn list(program: &Program, turn: &Turn, reached: Reached) -> StoreResult<&'static str> {
    let (was, account) = (&turn.listing, turn.account_external_id.as_str());
    let limit = was.limit.unwrap_or(USUALLY);
    let answered =
        program.graph.conversations(&reached.access, turn.platform, account, was.after.as_deref(), limit).await;
    let page = match heed(program, turn, answered).await? {
        Ok(page) => page,
        // A cursor that Meta does not take any more.
        Err(error) if error.kind == Kind::Other && was.after.is_some() => {
            let again = Listing { after: None, n_pages: 0, ..was.clone() };
            return less(program, turn, again).await.map(|()| "from_the_top");
        }
        Err(error) => return refused(program, turn, reached, &error).await,
    };
    let now = program.seams.now();
    let (wanted, is) = one_page(was, turn.since, page);
    let thread = |it: ListedConversation| NewThread {
        platform_id: it.id,
        person: it.person,
        called: it.called,
        updated_at: it.updated_at.unwrap_or(now),
    };
    let threads = wanted.into_iter().map(thread).collect();
    program.store.save_listed(ListedPage { id: turn.id, was: was.clone(), is, threads, now }).await?;
    Ok("listed")
}

/// What of a page is to be read, and how far that makes the list.
pub fn one_page(
    was: &Listing,
    since: Option<Timestamp>,
    page: Page<ListedConversation>,
) -> (Vec<ListedConversation>, Listing) {
    let oldest = since.map(|it| it.0).max(was.until);
    let is_older = |it: &ListedConversation| it.updated_at.zip(oldest).is_some_and(|(at, oldest)| at.0 < oldest);
    let newest = was.newest.or_else(|| page.all.iter().filter_map(|it| it.updated_at).map(|it| it.0).max());
    let is_end = page.next.is_none() || page.all.iter().any(is_older);
    let wanted = page.all.into_iter().filter(|it| !is_older(it)).collect();
    let is = match (is_end, was.n_pages) {
        (false, _) => Listing { after: page.next, newest, n_pages: was.n_pages + 1, ..was.clone() },
        // One page is what Meta had at one moment: nothing moved past us.
        (true, 0) => Listing { is_done: true, after: None, ..was.clone() },
        (true, _) if was.n_passes + 1 >= PASSES => Listing { is_done: true, after: None, ..was.clone() },
        (true, _) => {
            Listing { after: None, newest: None, until: newest, n_pages: 0, n_passes: was.n_passes + 1, ..was.clone() }
        }
    };
    (wanted, is)
}

async fn find(program: &Program, turn: &Turn, person: &str, reached: Reached) -> StoreResult<&'static str> {
    let answered = program.graph.find_conversation(&reached.access, turn.platform, person).await;
    let found = match heed(program, turn, answered).await? {
        Ok(found) => found,
        Err(error) if error.kind == Kind::UnknownPerson => None,
        Err(error) => return refused(program, turn, reached, &error).await,
    };
    let now = program.seams.now();
    let thread = |id| NewThread { platform_id: id, person: person.to_owned(), called: None, updated_at: now };
    let is = Listing { is_done: true, ..turn.listing.clone() };
    let threads = found.into_iter().map(thread).collect();
    program.store.save_listed(ListedPage { id: turn.id, was: turn.listing.clone(), is, threads, now }).await?;
    Ok("found")
}

async fn read(program: &Program, turn: &Turn, thread: &Thread, reached: Reached) -> StoreResult<&'static str> {
    let (id, place) = (thread.platform_id.as_str(), thread.place.as_deref());
    let limit = turn.listing.limit.unwrap_or(USUALLY);
    let answered = program.graph.messages_of(&reached.access, id, recalled::FIELDS, place, limit).await;
    let page = match heed(program, turn, answered).await? {
        Ok(page) => page,
        // It is gone, or this part of it.
        Err(error) if matches!(error.kind, Kind::UnknownPerson | Kind::Other | Kind::NoConsent) => {
            let nothing = Told { n_unavailable: 1, is_all: true, ..Told::default() };
            return keep(program, turn, thread, nothing, None).await.map(|()| "gone");
        }
        Err(error) => return refused(program, turn, reached, &error).await,
    };
    let n_bare = page.all.iter().filter(|it| recalled::read("", it).is_none()).count();
    if n_bare > ONE_BY_ONE as usize && limit > ONE_BY_ONE {
        return less(program, turn, Listing { limit: Some(ONE_BY_ONE), ..turn.listing.clone() }).await.map(|()| "bare");
    }
    let Page { all, next } = page;
    match details(program, turn, &reached, all).await? {
        Ok((nodes, n_unavailable)) => {
            let mut told = events(turn, thread, &nodes, next.is_some());
            told.is_all |= n_unavailable > 0;
            told.n_unavailable += n_unavailable;
            keep(program, turn, thread, told, next).await.map(|()| "read")
        }
        Err(error) => refused(program, turn, reached, &error).await,
    }
}

/// Where the list only names a message it is asked for alone; after the first that Meta does not tell, it tells none that
/// is older. How many those are, of this page.
async fn details(
    program: &Program,
    turn: &Turn,
    reached: &Reached,
    nodes: Vec<Value>,
) -> StoreResult<Result<(Vec<Value>, i32), GraphError>> {
    let mut told = Vec::with_capacity(nodes.len());
    let n_nodes = nodes.len();
    for (place, node) in nodes.into_iter().enumerate() {
        if recalled::read("", &node).is_some() {
            told.push(node);
            continue;
        }
        sleep(program.history.pace).await;
        let mid = node["id"].as_str().unwrap_or_default().to_owned();
        let answered = program.graph.message(&reached.access, &mid, recalled::FIELDS).await;
        match heed(program, turn, answered).await? {
            Ok(node) if recalled::read("", &node).is_some() => told.push(node),
            Err(error) if !is_about_it(&error) => return Ok(Err(error)),
            _ => return Ok(Ok((told, i32::try_from(n_nodes - place).unwrap_or(i32::MAX)))),
        }
    }
    Ok(Ok((told, 0)))
}

/// And not about us, or about just now.
fn is_about_it(error: &GraphError) -> bool {
    error.code == Some(NOT_TOLD) || matches!(error.kind, Kind::UnknownPerson | Kind::Other | Kind::NoConsent)
}

/// What a page tells.
#[derive(Default)]
struct Told {
    /// Oldest first.
    events: Vec<Event>,
    n_unavailable: i32,
    /// What is older is not wanted, or not told.
    is_all: bool,
}

/// Meta tells seconds. Of one second the order is that of the list; what stands on the next page is older than its half.
fn events(turn: &Turn, thread: &Thread, nodes: &[Value], is_more: bool) -> Told {
    let mut told = Told::default();
    let second = |it: Timestamp| it.0.div_euclid(1000);
    let mut before: Option<Timestamp> = None;
    for node in nodes.iter().rev() {
        let (Some(at), Some(read)) = (moment(&node["created_time"]), recalled::read(&turn.account_external_id, node))
        else {
            told.n_unavailable += 1;
            continue;
        };
        let at = match before {
            Some(before) if second(before) == second(at) => Timestamp(at.0.max(before.0 + 1)),
            None if is_more => Timestamp(at.0 + 500),
            _ => at,
        };
        before = Some(at);
        if turn.since.is_some_and(|since| at < since) {
            told.is_all = true;
            continue;
        }
        let what = Recalled {
            said: read.said,
            reaction: read.reaction,
            called: thread.called.clone(),
            is_news: turn.why == Why::Gap,
        };
        told.events.push(Event {
            platform: turn.platform,
            account: turn.account_external_id.clone(),
            contact: Some(thread.person.clone()),
            at,
            standby: false,
            what: What::Recalled(Box::new(what)),
        });
    }
    told
}

async fn keep(program: &Program, turn: &Turn, thread: &Thread, told: Told, next: Option<String>) -> StoreResult<()> {
    let page = RecalledPage {
        id: turn.id,
        platform: turn.platform,
        account_external_id: turn.account_external_id.clone(),
        thread: thread.clone(),
        next: next.filter(|_| !told.is_all),
        events: told.events,
        n_unavailable: told.n_unavailable,
    };
    let hands = Hands::of(program);
    for _ in 0..MOMENTS {
        match program.store.save_recalled(page.clone(), hands.applier(0)).await? {
            Kept::Kept { applied, .. } => {
                wake(program, &applied);
                // Whoever found the lanes taken looks again.
                program.intake.wanted.notify_waiters();
                return Ok(());
            }
            Kept::Was => return later(program, turn, None, 0).await,
            Kept::NotNow => sleep(A_MOMENT).await,
        }
    }
    later(program, turn, None, LATER_S[0]).await
}

/// Notes how near the account is to its limits.
async fn heed<T>(program: &Program, turn: &Turn, answered: Answered<T>) -> StoreResult<Result<T, GraphError>> {
    if let Some(percent) = answered.usage.percent
        && program.history.is_news(turn.account, percent)
    {
        program.store.save_history_usage(turn.account, percent).await?;
    }
    Ok(answered.outcome)
}

async fn refused(program: &Program, turn: &Turn, reached: Reached, error: &GraphError) -> StoreResult<&'static str> {
    tracing::info!(account.id = %turn.account, error = %error, "Meta did not tell what was said before: {error}");
    match error.kind {
        Kind::TokenDead => {
            token_died(program, reached.token, error).await?;
            later(program, turn, Some("no_token"), WITHOUT_TOKEN_S).await.map(|()| "token_dead")
        }
        Kind::RateLimited { wait_s } => {
            let until = program.seams.now().plus_s(wait_s.unwrap_or(USUAL_HOLD_S).max(USUAL_HOLD_S));
            let put_off = PutOff { holds_account: true, ..put_off(program, turn, Some("limited"), until) };
            program.store.put_off_history(turn, put_off).await.map(|()| "limited")
        }
        Kind::Transient => {
            let place = usize::try_from(turn.tries).unwrap_or(usize::MAX).min(LATER_S.len() - 1);
            let until = program.seams.now().plus_s(LATER_S[place]);
            // "Reduce the amount of data": what it answered may have been too much.
            let listing = error.status.and_then(|_| halved(&turn.listing));
            let put_off = PutOff { listing, ..put_off(program, turn, Some("unreachable"), until) };
            program.store.put_off_history(turn, put_off).await.map(|()| "unreachable")
        }
        Kind::Permission | Kind::NoConsent | Kind::UnknownPerson | Kind::Other => {
            program.store.fail_history(turn.id, error.reason(), program.seams.now()).await.map(|()| "refused")
        }
    }
}

fn halved(listing: &Listing) -> Option<Listing> {
    let limit = listing.limit.unwrap_or(USUALLY) / 2;
    (limit > 0).then(|| Listing { limit: Some(limit), ..listing.clone() })
}

fn put_off(program: &Program, turn: &Turn, why: Option<&'static str>, until: Timestamp) -> PutOff {
    PutOff { until, why, tries: turn.tries + 1, listing: None, holds_account: false, now: program.seams.now() }
}

async fn later(program: &Program, turn: &Turn, why: Option<&'static str>, after_s: i64) -> StoreResult<()> {
    let until = program.seams.now().plus_s(after_s);
    program.store.put_off_history(turn, put_off(program, turn, why, until)).await
}

/// At once, but otherwise.
async fn less(program: &Program, turn: &Turn, listing: Listing) -> StoreResult<()> {
    let now = program.seams.now();
    let put_off = PutOff { listing: Some(listing), ..put_off(program, turn, None, now) };
    program.store.put_off_history(turn, put_off).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(times: &[i64], next: Option<&str>) -> Page<ListedConversation> {
        let one = |at: &i64| ListedConversation {
            id: format!("t_{at}"),
            person: at.to_string(),
            called: None,
            updated_at: Some(Timestamp(*at)),
        };
        Page { all: times.iter().map(one).collect(), next: next.map(str::to_owned) }
    }

    #[test]
    fn a_list_of_one_page_is_read_once_and_a_longer_one_until_nothing_moved() {
        let begin = Listing::default();
        assert!(one_page(&begin, None, page(&[9, 8], None)).1.is_done);
        let (wanted, first) = one_page(&begin, None, page(&[9, 8], Some("a")));
        assert_eq!((wanted.len(), first.after.as_deref(), first.newest), (2, Some("a"), Some(9)));
        let (_, second) = one_page(&first, None, page(&[7, 6], None));
        assert_eq!((second.is_done, second.after.clone(), second.until, second.n_pages), (false, None, Some(9), 0));
        let (wanted, done) = one_page(&second, None, page(&[12, 9, 8], Some("b")));
        assert_eq!((wanted.len(), done.is_done), (2, true), "what moved up, and what was newest");
    }

    #[test]
    fn a_list_that_never_rests_ends_all_the_same() {
        let mut listing = Listing::default();
        let mut n_calls = 0;
        while !listing.is_done {
            let at = 1000 + n_calls;
            let more = if n_calls % 2 == 0 { Some("more") } else { None };
            listing = one_page(&listing, None, page(&[at], more)).1;
            n_calls += 1;
            assert!(n_calls < 100);
        }
        assert_eq!(listing.n_passes, PASSES - 1);
    }

    #[test]
    fn a_gap_ends_where_it_began() {
        let since = Some(Timestamp(5));
        let (wanted, listing) = one_page(&Listing::default(), since, page(&[9, 5, 4], Some("a")));
        assert_eq!((wanted.len(), listing.is_done), (2, true));
    }

    #[test]
    fn less_is_asked_for_down_to_one() {
        let mut listing = Listing::default();
        let mut limits = Vec::new();
        while let Some(less) = halved(&listing) {
            limits.push(less.limit.unwrap());
            listing = less;
        }
        assert_eq!(limits, [25, 12, 6, 3, 1]);
    }
}
