use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::iso;
use model::day;
use model::ids::AccountId;
use model::time::Timestamp;
use server::store::history::{BackfillState, ListedBackfill, Why};

/// What was said before: what is being read back, what was, and what Meta no longer tells.
pub fn history(account: AccountId, readings: &[ListedBackfill]) -> Piece {
    let how = |how| Path::ChangeAccount { id: account, how }.to_string();
    let is_under_way = readings.iter().any(|it| it.state.is_under_way());
    let (action, title) =
        if is_under_way { (how("history/stop"), "Stop reading") } else { (how("history"), "Read it back") };
    let lines = readings.iter().map(|it| {
        let since = it.since.map(|at| view! { " Since "{time(at)}"." });
        view! {
            <li class="said__link">
                <b>{why(it.why)}</b>", asked for "{time(it.created_at)}"."{since}" "{standing(it)}" "{counts(it)}
            </li>
        }
    });
    let list = (!readings.is_empty()).then(|| {
        let lines = lines.collect_view();
        view! { <ul class="said" aria-label="What was read back">{lines}</ul> }
    });
    piece! {
        <section class="page__set" aria-labelledby="history">
            <h2 class="page__heading" id="history">"History"</h2>
            <p class="small" id="history-words">
                "What was said before this account was connected, or while Meta could not reach this server, can be read back from Meta. Old messages show in their threads and are found; they make nothing unread and open nothing. It takes a while: Meta is asked about once a second."
            </p>
            {list}
            <PostForm action class="page__form">
                <div class="page__acts">
                    <button type="submit" class="button" aria-describedby="history-words">{title}</button>
                </div>
            </PostForm>
            <p class="small">
                "Meta does not tell requests that nobody answered within 30 days, what was unsent, who has seen what, or how a message read before it was changed. Of some conversations it tells only the newest 20 messages."
            </p>
        </section>
    }
}

const fn why(why: Why) -> &'static str {
    match why {
        Why::Connected => "When it was connected",
        Why::Requested => "By hand",
        Why::Gap => "After a time without word from Meta",
    }
}

/// How it stands, in a sentence.
pub fn standing(it: &ListedBackfill) -> Piece {
    match it.state {
        BackfillState::Done => match it.finished_at {
            Some(at) => piece! { "Done "{time(at)}"." },
            None => piece! { "Done." },
        },
        BackfillState::Stopped => piece! { "Stopped." },
        BackfillState::Failed => {
            let why = it.error.clone().unwrap_or_default();
            piece! { "Meta refuses it: "<span dir="auto">{why}</span> }
        }
        BackfillState::Running if it.is_listing => piece! { "Looking which conversations there are." },
        BackfillState::Running => piece! { "Reading." },
        BackfillState::Waiting => {
            let at = it.retry_at.filter(|_| it.error.is_some()).map(|at| view! { " It goes on "{time(at)}"." });
            match it.error.as_deref() {
                Some("limited") => piece! { "Meta wants us to wait."{at} },
                Some("no_token") => piece! { "It waits for a token that works: connect the account again." },
                Some(_) => piece! { "Meta could not be reached."{at} },
                None => piece! { "It is about to begin." },
            }
        }
    }
}

/// "12 of 40 conversations read, 310 messages added, 25 known already."
pub fn counts(it: &ListedBackfill) -> String {
    if it.n_found == 0 {
        let is_over = it.state == BackfillState::Done;
        return if is_over { "Meta tells of no conversation.".to_owned() } else { String::new() };
    }
    let unavailable = match it.n_unavailable {
        0 => String::new(),
        1 => " Of 1 more, and of what is older there, Meta tells nothing.".to_owned(),
        n => format!(" Of {n} more, and of what is older there, Meta tells nothing."),
    };
    format!(
        "{} of {} read, {} added, {} known already.{unavailable}",
        it.n_conversations,
        super::count(usize::try_from(it.n_found).unwrap_or_default(), "conversation", "conversations"),
        super::count(usize::try_from(it.n_messages).unwrap_or_default(), "message", "messages"),
        it.n_known,
    )
}

/// "2026-11-20 14:12 UTC"
fn time(at: Timestamp) -> Piece {
    let minutes = at.0.div_euclid(60_000).rem_euclid(24 * 60);
    let words = format!("{} {:02}:{:02} UTC", day::write(at), minutes / 60, minutes % 60);
    piece! { <time datetime=iso(at)>{words}</time> }
}
