use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{ago, iso};
use model::platform::Platform;
use model::teams::{ListedAccount, ListedTeam, Standing};
use model::time::{DAY_S, Timestamp};

/// Every account, and the teams of which some see it.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub accounts: Vec<ListedAccount>,
    pub teams: Vec<ListedTeam>,
}

#[component]
pub(super) fn AccountsPage(frame: Frame, notice: Option<Piece>, accounts: Accounts) -> Piece {
    let Accounts { accounts, teams } = accounts;
    let now = frame.now;
    let list = if accounts.is_empty() {
        piece! { <p class="page__lead">"No account is connected yet."</p> }
    } else {
        let all = accounts.into_iter().map(|it| account(&it, &teams, now));
        piece! { {all.collect_view()} }
    };
    let acts = piece! {
        <a class="button" href=Path::Health.to_string()>"Health"</a>
        <a class="button button--primary" href=Path::Connect.to_string()><Icon symbol=Symbol::Plus/>"Connect an account"</a>
    };
    piece! {
        <FramedPage frame place=Place::Accounts title="Accounts" act=Some(acts)
            lead="What is connected, and how it fares. Messages keep arriving whatever happens to a token; only sending can stop.">
            {notice}
            {list}
        </FramedPage>
    }
}

/// "Instagram, @luna.ceramics"
pub(super) fn where_it_is(it: &ListedAccount) -> String {
    of_platform(it.platform, it.username.as_deref())
}

pub(super) fn of_platform(platform: Platform, username: Option<&str>) -> String {
    match username {
        Some(username) => format!("{}, @{username}", platform.title()),
        None => platform.title().to_owned(),
    }
}

pub(super) fn chip(it: &ListedAccount) -> Piece {
    let (class, words) = match it.standing {
        Standing::Active if !it.has_token() => ("chip chip--bad", "Can’t send"),
        Standing::Active if !it.incidents.is_empty() => ("chip chip--soon", "Needs a look"),
        Standing::Active => ("chip chip--good", "Healthy"),
        Standing::Paused => ("chip chip--soon", "Paused"),
        other => ("chip chip--bad", other.title()),
    };
    piece! { <span class=class>{words}</span> }
}

fn account(it: &ListedAccount, teams: &[ListedTeam], now: Timestamp) -> Piece {
    let label = format!("{}, {}", it.name, where_it_is(it));
    let settings = format!(" of {}", it.name);
    piece! {
        <section class="health" aria-label=label>
            <div>
                <h2 class="health__name">{it.name.clone()}</h2>
                <p class="small">{where_it_is(it)}</p>
                <p class="health__chip">{chip(it)}</p>
                <div class="page__acts">
                    <a class="button button--small" href=Path::Account { id: it.id }.to_string()>
                        "Settings"<span class="for-screen-reader">{settings}</span>
                    </a>
                </div>
            </div>
            <ul class="checks">
                {token(it, now)}
                {check("", Symbol::People, "Seen by", seen_by(it, teams))}
                {when(Symbol::Bubble, "Last event", it.last_event_at, now)}
                {when(Symbol::Send, "Last send", it.last_sent_at, now)}
                {waiting(it)}
            </ul>
        </section>
    }
}

pub(super) fn check(class: &'static str, symbol: Symbol, title: &'static str, words: String) -> Piece {
    piece! {
        <li class=format!("checks__item {class}")><Icon symbol/><span><b>{title}</b>{words}</span></li>
    }
}

fn token(it: &ListedAccount, now: Timestamp) -> Piece {
    const BAD: &str = "checks__item--bad";
    let bad = |words: String| {
        let connect = Path::Connect.to_string();
        piece! {
            <li class=format!("checks__item {BAD}")>
                <Icon symbol=Symbol::Alert/>
                <span><b>"Token"</b>{words}" "<a class="link-button link-button--inline" href=connect>"Connect again"</a></span>
            </li>
        }
    };
    let Some(token) = it.tokens.iter().find(|it| it.works).or(it.tokens.first()) else {
        return bad("There is none. It can receive, and not send.".to_owned());
    };
    if !token.works {
        let why = token.error.as_deref().map(|it| format!(": {it}")).unwrap_or_default();
        return bad(format!("Meta refuses it{why}."));
    }
    match token.expires_at.map(|it| it.since_ms(now)) {
        None => check("", Symbol::CheckCircle, "Token", "Works".to_owned()),
        Some(..=0) => bad("Has run out.".to_owned()),
        Some(ms) => {
            let days = ms / (DAY_S * 1000);
            let class = if days < 7 { "checks__item--warn" } else { "" };
            check(class, Symbol::CheckCircle, "Token", format!("Works, for {days} days more"))
        }
    }
}

fn seen_by(it: &ListedAccount, teams: &[ListedTeam]) -> String {
    let names: Vec<&str> = teams.iter().filter(|team| it.teams.contains(&team.id)).map(|it| &*it.name).collect();
    if names.is_empty() { "Everybody".to_owned() } else { format!("{}, and admins", names.join(", ")) }
}

fn when(symbol: Symbol, title: &'static str, at: Option<Timestamp>, now: Timestamp) -> Piece {
    let words = match at {
        Some(at) => piece! { <time datetime=iso(at)>{ago(now, at)}</time> },
        None => piece! { "None yet" },
    };
    piece! { <li class="checks__item"><Icon symbol/><span><b>{title}</b>{words}</span></li> }
}

fn waiting(it: &ListedAccount) -> Option<Piece> {
    let words = match it.n_waiting {
        0 => return None,
        1 => "1 message".to_owned(),
        n => format!("{n} messages"),
    };
    Some(check("checks__item--warn", Symbol::Hourglass, "Waiting to go out", words))
}
