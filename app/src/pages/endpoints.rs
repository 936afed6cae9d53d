mod bots;
mod log;
mod new;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::parts::said::{Said, Trouble};
use crate::parts::shown_once::ShownOnce;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::duration;
use bots::Bots;
pub use log::{EndpointLog, LogDone, LogPage};
use model::endpoints::{COUNTED_MOST, EndpointForm, ListedBot, ListedEndpoint};
use model::ids::ApiTokenId;
use model::time::Timestamp;
use new::NewEndpoint;
use server::endpoints::MadeEndpoint;

/// Every endpoint, the form of another one, the bots, and what was just done.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub frame: Frame,
    pub endpoints: Vec<ListedEndpoint>,
    /// Those that an endpoint can belong to.
    pub tokens: Vec<(ApiTokenId, String)>,
    pub bots: Vec<ListedBot>,
    pub form: EndpointForm,
    pub done: Option<Done>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Its secret is shown once: it is kept sealed.
    Made(MadeEndpoint),
    Paused,
    Resumed,
    Deleted,
    Limited,
    /// What was typed as the time limit of a bot is no such thing.
    NotALimit,
}

#[component]
pub fn EndpointsPage(endpoints: Endpoints) -> Piece {
    let Endpoints { frame, endpoints, tokens, bots, form, done } = endpoints;
    let now = frame.now;
    let is_empty = endpoints.is_empty();
    let rows = endpoints.into_iter().map(|it| row(it, now)).collect_view();
    let bots = (!bots.is_empty()).then(|| view! { <Bots bots/> });
    piece! {
        <FramedPage frame place=Place::Endpoints title="Endpoints"
            lead="Addresses of other programs that are told what happens here, as it happens: each event is posted and signed.">
            {done.map(said)}
            {(!is_empty).then(|| table(rows))}
            {is_empty.then(|| view! { <p class="soft">"There are no endpoints yet."</p> })}
            <NewEndpoint form tokens/>
            {bots}
        </FramedPage>
    }
}

fn said(done: Done) -> Piece {
    let words = match done {
        Done::Made(made) => return shown_once(made),
        Done::NotALimit => {
            let words = "A bot’s time limit is a number of seconds from 1 to 86400, or empty: no limit.".to_owned();
            return piece! { <Trouble words/> };
        }
        Done::Paused => "The endpoint is paused. What happens meanwhile waits for it, for seven days.",
        Done::Resumed => "The endpoint is told again what happens, beginning with what waited.",
        Done::Deleted => "The endpoint is deleted. It is told nothing more.",
        Done::Limited => "The bot’s time limit is saved.",
    };
    piece! { <Said words=words.to_owned()/> }
}

fn shown_once(MadeEndpoint { name, secret }: MadeEndpoint) -> Piece {
    let title = format!("The secret of {name}");
    let words = "It stands only on this page: it cannot be shown again. With it the program makes sure that an event is \
        from here: the header X-Hub-Signature-256 is sha256= and the HMAC-SHA256 of the body under this secret.";
    piece! {
        <ShownOnce id="made-secret" symbol=Symbol::Lock title words=words.to_owned() label="Secret" value=secret/>
    }
}

fn table(rows: impl IntoView + 'static) -> Piece {
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Endpoints, as a table">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="for-wide">"Is told of"</th>
                        <th scope="col" class="for-wide">"Token"</th>
                        <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// How it stands with an endpoint, in words.
pub(super) fn standing(it: &ListedEndpoint, now: Timestamp) -> Piece {
    let words = if it.is_shut_out {
        piece! { <span class="is-soon">"Its token is revoked or has run out"</span> }
    } else if it.is_paused {
        piece! { "Paused" }
    } else if let Some(since) = it.failing_since {
        piece! { <span class="is-soon">{format!("Failing for {}", duration(now.since_ms(since)))}</span> }
    } else {
        piece! { "Works" }
    };
    let counted = |n: i64, what: &str| {
        let n = if n >= COUNTED_MOST { format!("{n} or more") } else { n.to_string() };
        format!("{n} {what}")
    };
    let waiting = (it.n_waiting > 0).then(|| counted(it.n_waiting, "waiting"));
    let failed = (it.n_failed > 0).then(|| counted(it.n_failed, "failed"));
    let numbers = [waiting, failed].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let numbers = (!numbers.is_empty()).then(|| view! { <div class="faint">{numbers}</div> });
    piece! { {words}{numbers} }
}

fn row(it: ListedEndpoint, now: Timestamp) -> Piece {
    let standing = standing(&it, now);
    let topics = it.topics.iter().map(|it| it.title()).collect::<Vec<_>>().join(", ");
    let whose = it.bot.as_ref().map(|bot| view! { <div class="faint">{format!("What {bot} has")}</div> });
    let switch = if it.is_paused {
        switch(Path::ResumeEndpoint { id: it.id }.to_string(), "Resume", &it.name)
    } else {
        switch(Path::PauseEndpoint { id: it.id }.to_string(), "Pause", &it.name)
    };
    let (log, of) = (Path::Endpoint { id: it.id }.to_string(), format!(" of {}", it.name));
    piece! {
        <tr>
            <th scope="row">{it.name.clone()}<div class="faint">{it.url}</div></th>
            <td>{standing}</td>
            <td class="for-wide">{topics}{whose}</td>
            <td class="for-wide">{it.token}</td>
            <td>
                <div class="table__do">
                    <a class="button button--small" href=log>"Log"<span class="for-screen-reader">{of}</span></a>
                    {switch}
                    {deleting(&it.id.to_string(), &it.name, Path::DeleteEndpoint { id: it.id }.to_string())}
                </div>
            </td>
        </tr>
    }
}

fn switch(action: String, words: &'static str, name: &str) -> Piece {
    let of = format!(" {name}");
    piece! {
        <PostForm action>
            <button type="submit" class="button button--small">{words}<span class="for-screen-reader">{of}</span></button>
        </PostForm>
    }
}

/// It cannot be undone, so it takes two presses.
fn deleting(id: &str, name: &str, action: String) -> Piece {
    let (id, of) = (format!("endpoint-{id}"), format!(" {name}"));
    let below = format!("{id}-words");
    let (menu, words) = (id.clone(), below.clone());
    piece! {
        <button type="button" class="button button--small" popovertarget=id>
            "Delete"<span class="for-screen-reader">{of}</span>
        </button>
        <div class="menu menu--person" id=menu popover="auto">
            <p class="menu__words small" id=words>"It is told nothing more, not even what waits for it. This cannot be undone."</p>
            <PostForm action>
                <button type="submit" class="menu__act menu__act--danger" aria-describedby=below>
                    <Icon symbol=Symbol::Trash/>"Delete this endpoint"
                </button>
            </PostForm>
        </div>
    }
}
