//! What somebody typed or saved, as a list that the store knows; and the views that people saved, counted.

use crate::auth::Caller;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::inbox::ListOf;
use crate::store::sight::Sight;
use model::filter::{Assignee, Filter, Typed, has_filters};
use model::view::{SavedView, View};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

/// What was typed, understood.
pub(super) async fn read(program: &Program, sight: &Sight, words: Option<&str>) -> StoreResult<Typed> {
    match words {
        None => Ok(Typed::default()),
        Some(words) if !has_filters(words) => Ok(Typed { filter: Filter::of_words(words), problems: Vec::new() }),
        Some(words) => Ok(Typed::read(words, &program.store.list_names(sight).await?)),
    }
}

pub(super) fn list_of(program: &Program, caller: &Caller, sight: Sight, view: View, filter: Filter) -> ListOf {
    ListOf { view, filter, person: caller.me.id, sight, now: program.seams.now() }
}

/// The saved views of everybody and of the caller. `is_patient`: they may come a moment later.
pub(super) async fn saved(
    program: &Program,
    caller: &Caller,
    sight: &Sight,
    is_patient: bool,
) -> StoreResult<Vec<SavedView>> {
    let kept = program.store.list_saved_views(caller.me.id).await?;
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let names = program.store.list_names(sight).await?;
    let mut saved = Vec::with_capacity(kept.len());
    for it in kept {
        let of = list_of(program, caller, sight.clone(), it.view, it.filter);
        let words = of.filter.text(&names);
        let (count, is_more) =
            if is_patient { count_soon(program, of).await? } else { program.store.count_list(of).await? };
        saved.push(SavedView { id: it.id, name: it.name, is_mine: it.is_mine, view: it.view, words, count, is_more });
    }
    Ok(saved)
}

/// Everybody who looks at a view counts it whenever anything happens: it is counted so often at most, for all of them.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
const KEPT_MOST: usize = 1000;

type Count = (i64, bool);

/// When a list was begun to be counted last, and what came of it.
type Last = Arc<AsyncMutex<Option<(Instant, Count)>>>;

#[derive(Default)]
pub struct SavedCounts(Mutex<HashMap<String, Last>>);

impl SavedCounts {
    fn last(&self, key: String) -> Last {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MOST {
            // What nobody holds is only forgotten.
            kept.retain(|_, it| Arc::strong_count(it) > 1);
        }
        Arc::clone(kept.entry(key).or_default())
    }
}

/// As it is now or will be in a moment, never as it was.
async fn count_soon(program: &Program, of: ListOf) -> StoreResult<Count> {
    let asked = Instant::now();
    let last = program.saved_counts.last(key(&of));
    let mut last = last.lock().await;
    if let Some((begun, count)) = *last {
        if begun >= asked {
            return Ok(count);
        }
        tokio::time::sleep_until(begun + AT_MOST_EVERY).await;
    }
    let begun = Instant::now();
    let count = program.store.count_list(of).await?;
    *last = Some((begun, count));
    Ok(count)
}

/// The same for everybody to whom it is the same list.
fn key(of: &ListOf) -> String {
    let ListOf { view, filter, person, sight, .. } = of;
    let is_theirs = *view == View::Mine || filter.mentions_me || filter.assignee == Some(Assignee::Me);
    let person = is_theirs.then_some(person);
    let mut accounts: Vec<String> = match sight {
        Sight::EveryAccount => Vec::new(),
        Sight::Accounts(accounts) => accounts.iter().map(ToString::to_string).collect(),
    };
    accounts.sort();
    format!("{view:?} {filter:?} {person:?} {} {accounts:?}", *sight == Sight::EveryAccount)
}
