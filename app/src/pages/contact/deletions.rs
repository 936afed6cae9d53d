use super::when;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::said::Said;
use crate::prelude::*;
use server::store::deletions::ListedDeletion;

/// Who was deleted, as far as may be remembered; the code of what was just asked for.
#[derive(Debug, Clone)]
pub struct Deletions {
    pub frame: Frame,
    pub all: Vec<ListedDeletion>,
    pub begun: Option<String>,
}

#[component]
pub fn DeletionsPage(deletions: Deletions) -> Piece {
    let Deletions { frame, all, begun } = deletions;
    let begun = all.iter().find(|it| begun.as_ref() == Some(&it.code)).map(|it| {
        let words = match it.done_at {
            Some(_) => format!("It is deleted. The code {} stays as the proof.", it.code),
            None => format!("It is being deleted, under the code {}. Write it down: it stays as the proof.", it.code),
        };
        view! { <Said words/> }
    });
    let is_empty = all.is_empty();
    let rows = all.into_iter().map(row).collect_view();
    let table = (!is_empty).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-label="Deletions, as a table">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Code"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Asked for"</th>
                            <th scope="col">"By"</th>
                            <th scope="col" class="for-wide">"Account"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    piece! {
        <FramedPage frame place=Place::Audit title="Deletions"
            lead="Customers about whom everything was deleted, and what owners of accounts asked Meta to have deleted. Who they were is not kept: only that it was done. Times are UTC.">
            {begun}
            {table}
            {is_empty.then(|| view! { <p class="soft">"Nobody has been deleted."</p> })}
        </FramedPage>
    }
}

fn row(it: ListedDeletion) -> Piece {
    let state = match it.done_at {
        Some(at) => piece! { "Done "{when(at)} },
        None => piece! { <strong>"Under way"</strong> },
    };
    let by = if it.is_from_meta { Some("Through Meta".to_owned()) } else { it.requested_by };
    piece! {
        <tr>
            <th scope="row"><code>{it.code}</code></th>
            <td>{state}</td>
            <td>{when(it.requested_at)}</td>
            <td dir="auto">{by.unwrap_or_default()}</td>
            <td class="for-wide" dir="auto">{it.account_name.unwrap_or_default()}</td>
        </tr>
    }
}
