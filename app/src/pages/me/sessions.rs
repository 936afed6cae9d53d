use super::{Saved, change};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{ago, iso};
use model::people::{OpenSession, browser_name};
use model::time::Timestamp;

/// Where the person is signed in, this browser first.
#[component]
pub(super) fn Sessions(mut sessions: Vec<OpenSession>, session: String, now: Timestamp) -> Piece {
    sessions.sort_by_key(|it| it.fingerprint != session);
    let has_others = sessions.len() > 1;
    let rows = sessions.into_iter().map(move |it| row(it, &session, now)).collect_view();
    let everywhere = has_others.then(|| {
        view! {
            <PostForm action=change(Saved::Sessions)>
                <button type="submit" class="button">"Sign out everywhere else"</button>
            </PostForm>
        }
    });
    piece! {
        <section class="page__part" aria-labelledby="your-sessions">
            <h2 class="page__heading" id="your-sessions">"Where you are signed in"</h2>
            <div class="table-scroll" tabindex="0" role="group" aria-label="Where you are signed in, as a table">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Browser"</th>
                            <th scope="col" class="for-wide">"Address"</th>
                            <th scope="col" class="for-wide">"Since"</th>
                            <th scope="col">"Last seen"</th>
                            <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {everywhere}
        </section>
    }
}

fn row(it: OpenSession, here: &str, now: Timestamp) -> Piece {
    let is_here = it.fingerprint == here;
    let browser = it.user_agent.as_deref().map_or_else(|| "A browser".to_owned(), browser_name);
    let of = format!(" of {browser}");
    let time = |at| view! { <time datetime=iso(at)>{ago(now, at)}</time> };
    // This one is signed out as everywhere: the way back is signing in.
    let (action, other) =
        if is_here { (Path::Logout.to_string(), None) } else { (change(Saved::Sessions), Some(it.fingerprint)) };
    piece! {
        <tr>
            <th scope="row">
                {browser}
                {is_here.then(|| view! { " "<span class="faint">"this one"</span> })}
            </th>
            <td class="for-wide">{it.address.unwrap_or_else(|| "Not known".to_owned())}</td>
            <td class="for-wide">{time(it.since)}</td>
            <td>{time(it.seen_at)}</td>
            <td>
                <div class="table__do">
                    <PostForm action>
                        {other.map(|it| view! { <input type="hidden" name="session" value=it/> })}
                        <button type="submit" class="button button--small">
                            "Sign out"<span class="for-screen-reader">{of}</span>
                        </button>
                    </PostForm>
                </div>
            </td>
        </tr>
    }
}
