use super::standing;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::parts::said::Said;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{ago, duration, iso};
use model::endpoints::{DeliveryState, ListedDelivery, ListedEndpoint};
use model::time::Timestamp;
use model::view::View;

/// One endpoint, and what it was told lately.
#[derive(Debug, Clone)]
pub struct EndpointLog {
    pub frame: Frame,
    pub endpoint: ListedEndpoint,
    pub deliveries: Vec<ListedDelivery>,
    /// Only what failed is shown.
    pub failed_only: bool,
    pub done: Option<LogDone>,
}

/// So many are told once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogDone {
    pub n_replayed: u64,
}

#[component]
pub fn LogPage(log: EndpointLog) -> Piece {
    let EndpointLog { frame, endpoint, deliveries, failed_only, done } = log;
    let now = frame.now;
    let is_empty = deliveries.is_empty();
    let rows = deliveries.into_iter().map(|it| row(it, now)).collect_view();
    let said = done.map(|it| {
        let words = match it.n_replayed {
            0 => "There was nothing to tell again.".to_owned(),
            1 => "One event is told again.".to_owned(),
            n => format!("{n} events are told again."),
        };
        view! { <Said words/> }
    });
    let again = (endpoint.n_failed > 0).then(|| {
        view! {
            <PostForm action=Path::ReplayEndpoint { id: endpoint.id }.to_string()>
                <button type="submit" class="button">"Tell all that failed again"</button>
            </PostForm>
        }
    });
    let (here, failed) =
        (Path::Endpoint { id: endpoint.id }.to_string(), Path::FailedOf { id: endpoint.id }.to_string());
    let standing = standing(&endpoint, now);
    let nothing = if failed_only { "Nothing has failed." } else { "It was told nothing in the last seven days." };
    piece! {
        <FramedPage frame place=Place::Endpoints title=endpoint.name.clone() lead=endpoint.url.clone()>
            {said}
            <p>{standing}</p>
            <nav class="page__more" aria-label="Which events">
                <a class="link-button link-button--inline" href=here aria-current=(!failed_only).then_some("page")>"The newest"</a>
                " · "
                <a class="link-button link-button--inline" href=failed aria-current=failed_only.then_some("page")>"What failed"</a>
                " · "
                <a class="link-button link-button--inline" href=Path::Endpoints.to_string()>"All endpoints"</a>
            </nav>
            {again}
            {is_empty.then(|| view! { <p class="soft">{nothing}</p> })}
            {(!is_empty).then(|| table(rows))}
        </FramedPage>
    }
}

fn table(rows: impl IntoView + 'static) -> Piece {
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Events, as a table">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Event"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="for-wide">"Tries"</th>
                        <th scope="col" class="for-wide">"What it answered"</th>
                        <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(it: ListedDelivery, now: Timestamp) -> Piece {
    let state = match it.state {
        DeliveryState::Waiting => piece! { "Waits for the one before" },
        DeliveryState::Ready if it.attempts > 0 && it.due_at > now => {
            piece! { <span class="is-soon">{format!("Again in {}", duration(it.due_at.since_ms(now)))}</span> }
        }
        DeliveryState::Ready => piece! { "Due" },
        DeliveryState::Running => piece! { "On its way" },
        DeliveryState::Delivered => piece! { "Delivered" },
        DeliveryState::Failed => piece! { <span class="is-soon">"Failed"</span> },
    };
    let answer = it.error.unwrap_or_else(|| it.status.map(|it| it.to_string()).unwrap_or_default());
    let has_ended = matches!(it.state, DeliveryState::Delivered | DeliveryState::Failed);
    let of = format!(" {}", it.key.place());
    let again = has_ended.then(|| {
        view! {
            <PostForm action=Path::ReplayDelivery { key: it.key }.to_string()>
                <button type="submit" class="button button--small">
                    "Tell again"<span class="for-screen-reader">{of}</span>
                </button>
            </PostForm>
        }
    });
    let conversation = Path::Conversation { view: View::AllOpen, words: "", id: it.conversation }.to_string();
    piece! {
        <tr>
            <th scope="row"><time datetime=iso(it.made_at)>{ago(now, it.made_at)}</time></th>
            <td><a class="link-button link-button--inline" href=conversation>{it.topic.title()}</a></td>
            <td>{state}</td>
            <td class="for-wide number">{it.attempts}</td>
            <td class="for-wide">{answer}</td>
            <td><div class="table__do">{again}</div></td>
        </tr>
    }
}
