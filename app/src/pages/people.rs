mod menu;
mod move_menu;
mod notice;

use crate::parts::avatar::Avatar;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::people_tabs::{PeopleTabs, Tab};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{ago, duration, iso};
use menu::PersonMenu;
use model::assignment::{Availability, is_available};
use model::people::{ListedPerson, PersonState};
use model::person::{PersonId, Role};
use model::teams::ListedTeam;
use model::time::{DAY_S, HOUR_S, Timestamp};
use model::view::View;
use move_menu::Targets;
pub use notice::Notice;
use notice::NoticeCard;

/// Everybody, and what was just done.
#[derive(Debug, Clone)]
pub struct People {
    pub frame: Frame,
    pub people: Vec<ListedPerson>,
    pub teams: Vec<ListedTeam>,
    pub notice: Option<Notice>,
    /// Everybody must have a second factor.
    pub requires_second_factor: bool,
}

#[component]
pub fn PeoplePage(people: People) -> Piece {
    let People { frame, people, teams, notice, requires_second_factor } = people;
    let summary = summary(&frame, &people);
    let (me, now) = (frame.me.id, frame.now);
    let n_admins = people.iter().filter(|it| it.state == PersonState::Active && it.role == Role::Admin).count();
    let notice = notice.and_then(|it| it.about(&people)).map(|about| view! { <NoticeCard about now/> });
    let n_active = people.iter().filter(|it| it.state == PersonState::Active).count();
    let n_second = people.iter().filter(|it| it.state == PersonState::Active && it.has_second_factor).count();
    let of = |state| people.iter().filter(move |it| it.state == state);
    let targets = Targets::of(&people, &teams);
    let active = of(PersonState::Active).map(|it| active_row(it, me, n_admins == 1, now, &teams, &targets));
    let active: Vec<_> = active.collect();
    let invited: Vec<_> = of(PersonState::Invited).map(|it| invited_row(it, now)).collect();
    let gone: Vec<_> = of(PersonState::Deactivated).map(|it| gone_row(it, now)).collect();
    let act = piece! {
        <a class="button button--primary" href=Path::Invite.to_string()><Icon symbol=Symbol::Plus/>"Invite someone"</a>
    };
    piece! {
        <FramedPage frame place=Place::People title="People" act=Some(act)
            lead="Who answers, what they may do, and how much is on each desk right now.">
            {notice}
            <PeopleTabs tab=Tab::People/>
            <p class="page__sum small">{summary}</p>
            {table("People", &["Name", "Role", "Teams", "Available", "Open", "Waiting", "Longest wait", "Last seen"], active)}
            {part("Invited", &["Name", "Role", "Link"], invited)}
            {part("Deactivated", &["Name", "Role", "Last seen"], gone)}
            {second_factor(n_active, n_second, requires_second_factor)}
        </FramedPage>
    }
}

/// "6 people, 31 open, 4 unassigned"
fn summary(frame: &Frame, people: &[ListedPerson]) -> String {
    let n_active = people.iter().filter(|it| it.state == PersonState::Active).count();
    let count = |view| frame.counts.views.iter().find(|it| it.0 == view).map_or(0, |it| it.1);
    let people = if n_active == 1 { "1 person".to_owned() } else { format!("{n_active} people") };
    format!("{people}, {} open, {} unassigned", count(View::AllOpen), count(View::Unassigned))
}

/// Whether signing in takes more than a password.
fn second_factor(n_active: usize, n_second: usize, is_required: bool) -> Piece {
    let (words, value, act) = if is_required {
        ("It is required of everybody.", "no", "Leave it to each")
    } else {
        ("Everybody decides on their own page.", "yes", "Require it of everybody")
    };
    let words = format!("{words} {n_second} of {n_active} have it.");
    let below = (!is_required)
        .then_some("Whoever has none is led to set it up before anything else, at once: you too.")
        .map(|words| view! { <p class="small soft page__soon" id="second-factor-words">{words}</p> });
    piece! {
        <section class="page__part" aria-labelledby="second-factor">
            <h2 class="page__heading" id="second-factor">"Two-factor sign-in"</h2>
            <p class="soft">{words}</p>
            <PostForm action=Path::RequireSecondFactor.to_string() class="page__soon">
                <input type="hidden" name="required" value=value/>
                <button type="submit" class="button" aria-describedby=(!is_required).then_some("second-factor-words")>
                    {act}
                </button>
            </PostForm>
            {below}
        </section>
    }
}

fn part(title: &'static str, heads: &'static [&'static str], rows: Vec<Piece>) -> Option<Piece> {
    (!rows.is_empty()).then(|| {
        piece! {
            <section class="page__part">
                <h2 class="page__heading">{title}</h2>
                {table(title, heads, rows)}
            </section>
        }
    })
}

/// On a phone only the name, what is open, and what can be done.
fn table(title: &'static str, heads: &'static [&'static str], rows: impl IntoView + 'static) -> Piece {
    let heads = heads.iter().enumerate().map(|(n, &head)| {
        let class = match head {
            "Open" => "",
            "Waiting" | "Longest wait" => "number for-wide",
            _ if n > 0 => "for-wide",
            _ => "",
        };
        view! { <th scope="col" class=class>{head}</th> }
    });
    piece! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=format!("{title}, as a table")>
            <table class="table table--people">
                <thead>
                    <tr>
                        {heads.collect_view()}
                        <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn active_row(
    person: &ListedPerson,
    me: PersonId,
    is_only_admin: bool,
    now: Timestamp,
    teams: &[ListedTeam],
    targets: &Targets,
) -> Piece {
    let is_me = person.id == me;
    let is_last_admin = is_only_admin && person.role == Role::Admin;
    piece! {
        <tr>
            <th scope="row">{name(person, is_me)}</th>
            <td class="for-wide">{person.role.title()}</td>
            <td class="for-wide">{teams_of(person, teams)}</td>
            <td class="for-wide">{available(person, now)}</td>
            <td>{load(person)}</td>
            <td class="number for-wide">{person.n_waiting.to_string()}</td>
            {wait(person, now)}
            <td class="for-wide">{seen(person, now)}</td>
            <td class="number">
                <PersonMenu person=person.clone() is_me is_last_admin now targets=targets.but(person.id)/>
            </td>
        </tr>
    }
}

fn teams_of(person: &ListedPerson, teams: &[ListedTeam]) -> String {
    let of = teams.iter().filter(|it| it.members.iter().any(|it| it.id == person.id));
    of.map(|it| &*it.name).collect::<Vec<_>>().join(", ")
}

fn available(person: &ListedPerson, now: Timestamp) -> Piece {
    let (class, words) = match person.availability {
        Availability::Away => ("presence presence--away", "Away"),
        chosen if is_available(chosen, person.seen_at, now) => ("presence", "Online"),
        Availability::Available => ("presence presence--away", "Not here"),
    };
    piece! { <span class=class>{words}</span> }
}

/// How full the desk is, where there is a limit.
fn load(person: &ListedPerson) -> Piece {
    let Some(limit) = person.limit else { return piece! { <span class="load">{person.n_open.to_string()}</span> } };
    let is_full = person.n_open >= i64::from(limit);
    let class = if is_full { "load load--full" } else { "load" };
    let (value, max) = (person.n_open.min(limit.into()).to_string(), limit.max(1).to_string());
    piece! {
        <span class=class>
            <progress class="load__bar" value=value max=max aria-hidden="true"></progress>
            {format!("{} of {limit}", person.n_open)}
        </span>
    }
}

/// Whoever waits for more than an hour is somebody to look at.
fn wait(person: &ListedPerson, now: Timestamp) -> Piece {
    let Some(since) = person.waiting_since else { return piece! { <td class="number for-wide">"–"</td> } };
    let ms = now.since_ms(since);
    let class = if ms > HOUR_S * 1000 { "number for-wide is-soon" } else { "number for-wide" };
    piece! { <td class=class>{duration(ms)}</td> }
}

fn invited_row(person: &ListedPerson, now: Timestamp) -> Piece {
    let rest = person.link_until.map(|until| until.since_ms(now));
    let (is_over, words) = match rest {
        Some(ms) if ms > 0 => (false, format!("Works once, for {}", left(ms))),
        Some(ms) => (true, format!("Ran out {} ago", duration(-ms))),
        None => (true, "None".to_owned()),
    };
    let class = if is_over { "for-wide is-soon" } else { "for-wide" };
    piece! {
        <tr>
            <th scope="row">{name(person, false)}</th>
            <td class="for-wide">{person.role.title()}</td>
            <td class=class>{words}</td>
            <td>
                <div class="table__do">
                    {act(person, "link", "button button--small", "New link")}
                    {act(person, "deactivate", "button button--small button--quiet", "Withdraw")}
                </div>
            </td>
        </tr>
    }
}

/// Whole days, rounded up: a link that was made for seven says seven.
fn left(ms: i64) -> String {
    match (ms - 1).div_euclid(DAY_S * 1000) + 1 {
        days @ 3.. => format!("{days} days"),
        _ => duration(ms),
    }
}

fn gone_row(person: &ListedPerson, now: Timestamp) -> Piece {
    piece! {
        <tr>
            <th scope="row">{name(person, false)}</th>
            <td class="for-wide">{person.role.title()}</td>
            <td class="for-wide">{seen(person, now)}</td>
            <td><div class="table__do">{act(person, "activate", "button button--small", "Activate again")}</div></td>
        </tr>
    }
}

/// One press; read out with whom it is about.
fn act(person: &ListedPerson, how: &'static str, class: &'static str, words: &'static str) -> Piece {
    let of_whom = format!(" for {}", person.name);
    piece! {
        <PostForm action=Path::ChangePerson { id: person.id, how }.to_string()>
            <button type="submit" class=class>
                {words}<span class="for-screen-reader">{of_whom}</span>
            </button>
        </PostForm>
    }
}

fn name(person: &ListedPerson, is_me: bool) -> Piece {
    piece! {
        <span class="person">
            <Avatar name=person.name.clone() seed=person.id.to_string() class=""/>
            <span class="person__who">
                <span class="person__name">{person.name.clone()}</span>
                {is_me.then(|| view! { " "<span class="faint">"you"</span> })}
                <br/>
                <span class="person__mail faint">{person.email.clone()}</span>
            </span>
        </span>
    }
}

fn seen(person: &ListedPerson, now: Timestamp) -> Piece {
    match person.seen_at {
        Some(at) => piece! { <time datetime=iso(at)>{ago(now, at)}</time> },
        None => piece! { "Never" },
    }
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn what_is_left_of_a_link_is_rounded_up() {
        let hour = 3_600_000;
        for (ms, words) in
            [(168 * hour - 40, "7 days"), (49 * hour, "3 days"), (47 * hour, "47 h"), (hour / 2, "30 min")]
        {
            assert_eq!(left(ms), words);
        }
    }
}
