mod new;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::parts::said::Said;
use crate::parts::shown_once::ShownOnce;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{ago, duration, iso};
use model::ids::AccountId;
use model::time::Timestamp;
use model::tokens::{ListedToken, TokenForm};
use new::NewToken;
use server::tokens::MadeToken;

/// Every token, the form of another one, and what was just done.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub frame: Frame,
    pub tokens: Vec<ListedToken>,
    /// Those that a token can be for.
    pub accounts: Vec<(AccountId, String)>,
    pub form: TokenForm,
    pub done: Option<Done>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Shown once: only its fingerprint is kept.
    Made(MadeToken),
    Revoked,
}

#[component]
pub fn TokensPage(tokens: Tokens) -> Piece {
    let Tokens { frame, tokens, accounts, form, done } = tokens;
    let now = frame.now;
    let is_empty = tokens.is_empty();
    let rows = tokens.into_iter().map(|it| row(it, now)).collect_view();
    piece! {
        <FramedPage frame place=Place::Tokens title="API tokens"
            lead="What lets other programs read and answer conversations: bots, shops, reports. Each token is one program’s.">
            {done.map(said)}
            {(!is_empty).then(|| table(rows))}
            <p class="page__more soft">
                "What programs can do with them is explained on "
                <a class="link-button link-button--inline" href=Path::Api.to_string()>"the page about the API"</a>"."
            </p>
            {is_empty.then(|| view! { <p class="soft">"There are no API tokens yet."</p> })}
            <NewToken form accounts/>
        </FramedPage>
    }
}

fn said(done: Done) -> Piece {
    match done {
        Done::Revoked => piece! { <Said words="The token is revoked. Whatever used it is shut out.".to_owned()/> },
        Done::Made(MadeToken { name, token }) => {
            let title = format!("The token of {name}");
            let words = "It stands only on this page: it cannot be shown again. Whoever has it can do what it allows.";
            piece! {
                <ShownOnce id="made-token" symbol=Symbol::Lock title words=words.to_owned() label="API token"
                    value=token/>
            }
        }
    }
}

fn table(rows: impl IntoView + 'static) -> Piece {
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="API tokens, as a table">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"May"</th>
                        <th scope="col" class="for-wide">"Accounts"</th>
                        <th scope="col" class="for-wide">"Made by"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col" class="for-wide">"Ends"</th>
                        <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(it: ListedToken, now: Timestamp) -> Piece {
    let scopes = it.scopes.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
    let accounts = match &it.accounts {
        None => "Every account".to_owned(),
        Some(none) if none.is_empty() => "None: what it was for is gone".to_owned(),
        Some(some) => some.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    let made_by = it.made_by.unwrap_or_else(|| "The command line".to_owned());
    let used = match it.used_at {
        Some(at) => piece! { <time datetime=iso(at)>{ago(now, at)}</time> },
        None => piece! { "Never" },
    };
    let ends = match it.expires_at {
        None => piece! { "Never" },
        Some(at) if at <= now => piece! { <span class="is-soon">"Has run out"</span> },
        Some(at) => piece! { <time datetime=iso(at)>{format!("In {}", duration(at.since_ms(now)))}</time> },
    };
    let bot = it.bot.map(|bot| view! { <div class="faint">{format!("Writes as {bot}")}</div> });
    piece! {
        <tr>
            <th scope="row">{it.name.clone()}{bot}</th>
            <td>{scopes}</td>
            <td class="for-wide">{accounts}</td>
            <td class="for-wide">{made_by}</td>
            <td>{used}</td>
            <td class="for-wide">{ends}</td>
            <td><div class="table__do">{revoking(&it.id.to_string(), &it.name, Path::RevokeToken { id: it.id }.to_string())}</div></td>
        </tr>
    }
}

/// It cannot be undone, so it takes two presses.
fn revoking(id: &str, name: &str, action: String) -> Piece {
    let (id, of) = (format!("token-{id}"), format!(" {name}"));
    let below = format!("{id}-words");
    let (menu, words) = (id.clone(), below.clone());
    piece! {
        <button type="button" class="button button--small" popovertarget=id>
            "Revoke"<span class="for-screen-reader">{of}</span>
        </button>
        <div class="menu menu--person" id=menu popover="auto">
            <p class="menu__words small" id=words>"Whatever uses this token is shut out at once. This cannot be undone."</p>
            <PostForm action>
                <button type="submit" class="menu__act menu__act--danger" aria-describedby=below>
                    <Icon symbol=Symbol::Trash/>"Revoke this token"
                </button>
            </PostForm>
        </div>
    }
}
