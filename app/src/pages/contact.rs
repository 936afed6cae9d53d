//! All about one customer: what is known, what was said, and for admins a copy of it and deleting it.

mod deleting;
mod deletions;
mod edit;

use crate::markup::Markup;
use crate::pages::run::history::{counts, standing};
use crate::parts::avatar::Face;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::parts::said::{Said, Trouble};
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::iso;
pub use deleting::{Deleting, DeletingPage};
pub use deletions::{Deletions, DeletionsPage};
pub use edit::name_of;
use model::day;
use model::desk::Episode;
use model::ids::{ConversationId, TeamId};
use model::may::Act;
use model::priority::Priority;
use model::thread::ConversationState;
use model::time::Timestamp;
use model::view::View;
use server::contacts::ContactForm;
use server::store::deletions::{KnownComment, KnownContact, KnownConversation};
use server::store::history::ListedBackfill;

#[derive(Debug, Clone)]
pub struct Contact {
    pub frame: Frame,
    pub known: KnownContact,
    pub form: ContactForm,
    /// It was just saved.
    pub is_saved: bool,
    /// Those that the conversation can be given to.
    pub teams: Vec<(TeamId, String)>,
    /// How reading the conversation back went last.
    pub history: Option<ListedBackfill>,
}

impl Contact {
    pub fn title(&self) -> String {
        self.known.contact.title().to_owned()
    }
}

#[component]
pub fn ContactPage(contact: Contact) -> Piece {
    let title = contact.title();
    let Contact { frame, known, form, is_saved, teams, history } = contact;
    let may_run = frame.me.role.may(Act::RunContacts);
    let lead = format!("A customer of {} on {}.", known.account_name, known.platform.title());
    let act = known.conversation.as_ref().map(|it| {
        piece! {
            <a class="button button--primary" href=conversation(it.id)><Icon symbol=Symbol::Bubble/>"Open conversation"</a>
        }
    });
    let deleting = known.deleting.as_ref().map(|code| {
        let words = format!("All about this person is being deleted under the code {code}. Nothing goes out to them.");
        view! { <Trouble words/> }
    });
    piece! {
        <FramedPage frame place=Place::Search title lead act>
            {deleting}
            {is_saved.then(|| view! { <Said words="What you know is saved.".to_owned()/> })}
            {profile(&known)}
            {edit::known(known.contact.id, form)}
            {known.conversation.as_ref().map(|it| said(it, teams))}
            {comments(&known)}
            {before(&known, history.as_ref())}
            {blocking(&known)}
            {may_run.then(|| kept(&known))}
        </FramedPage>
    }
}

fn conversation(id: ConversationId) -> String {
    Path::Conversation { view: View::AllOpen, words: "", id }.to_string()
}

fn profile(known: &KnownContact) -> Piece {
    let contact = &known.contact;
    let facts = &known.facts;
    let yes = |it: Option<bool>| it.map(|it| if it { "Yes" } else { "No" }.to_owned());
    let rows = [
        ("Name", contact.name.clone()),
        ("Username", contact.username.as_ref().map(|it| format!("@{it}"))),
        ("Id at Meta", Some(known.external_id.clone())),
        ("Known since", Some(day::write(known.known_since))),
        ("Blocked since", known.blocked_at.map(day::write)),
        ("Followers", facts.follower_count.map(|it| it.to_string())),
        ("Verified", yes(facts.is_verified_user)),
        ("Follows you", yes(facts.is_user_follow_business)),
        ("Language", facts.locale.clone()),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| {
        value.map(|value| view! { <dt>{name}</dt><dd class="facts__words" dir="auto">{value}</dd> })
    });
    let (mut face, seed) = (Markup::of_page(), contact.id.to_string());
    Face { name: contact.title(), seed: &seed, class: "avatar--xl", picture: contact.picture, platform: None }
        .write(&mut face);
    piece! {
        <section class="page__part" aria-labelledby="profile">
            <h2 class="page__heading" id="profile">"Profile"</h2>
            <div class="who">
                <div inner_html=face.done()></div>
                <dl class="facts facts--page">{rows.collect_view()}</dl>
            </div>
        </section>
    }
}

/// As beside the thread, for who is there without a script.
fn priority(it: &KnownConversation) -> Piece {
    let now = it.priority;
    let one = |to: Priority| {
        let pressed = if to == now { "true" } else { "false" };
        view! { <button type="submit" name="to" value=to.title() class="button button--small" aria-pressed=pressed>{to.title()}</button> }
    };
    let all = Priority::ALL.map(one).collect_view();
    let action = Path::Prioritise { conversation: it.id }.to_string();
    piece! {
        <PostForm action class="facts__choice"><span role="group" aria-labelledby="priority-of">{all}</span></PostForm>
    }
}

/// Whoever has it lets go: a rule of the team finds somebody, or it stays the team's.
fn team(it: &KnownConversation, teams: Vec<(TeamId, String)>) -> Piece {
    let (id, now) = (it.id, it.team);
    let all = std::iter::once((None, "No team".to_owned())).chain(teams.into_iter().map(|(id, name)| (Some(id), name)));
    let options = all.map(move |(team, title)| {
        let value = team.map(|it| it.to_string()).unwrap_or_default();
        let selected = team == now;
        view! { <option value=value selected=selected>{title}</option> }
    });
    piece! {
        <PostForm action=Path::GiveToTeam { conversation: id }.to_string() class="page__acts">
            <span class="select select--boxed">
                <select name="to" aria-labelledby="team-of">{options.collect_view()}</select>
                <Icon symbol=Symbol::ChevronDown/>
            </span>
            <button type="submit" class="button button--small">"Give"</button>
        </PostForm>
    }
}

fn said(it: &KnownConversation, teams: Vec<(TeamId, String)>) -> Piece {
    let state = match it.state {
        ConversationState::Open => "Open",
        ConversationState::Snoozed => "Snoozed",
        ConversationState::Closed => "Closed",
    };
    let who = it.assignee.as_ref().map_or_else(|| "nobody’s".to_owned(), |name| format!("with {name}"));
    let count = |n: i64, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let holds = [
        count(it.n_received, "message received", "messages received"),
        count(it.n_sent, "message sent", "messages sent"),
        count(it.n_notes, "note", "notes"),
        count(it.n_files, "file", "files"),
    ]
    .join(", ");
    let labels = it.labels.iter().map(|it| it.name.clone()).collect::<Vec<_>>().join(", ");
    let labels = (!labels.is_empty()).then(|| view! { <dt>"Labels"</dt><dd dir="auto">{labels}</dd> });
    let teams = (!teams.is_empty()).then(|| {
        let form = team(it, teams);
        view! { <dt id="team-of">"Team"</dt><dd>{form}</dd> }
    });
    let episodes = it.episodes.iter().map(episode).collect_view();
    let table = (!it.episodes.is_empty()).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-label="Conversations, as a table">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Began"</th>
                            <th scope="col">"Ended"</th>
                            <th scope="col">"Closed by"</th>
                        </tr>
                    </thead>
                    <tbody>{episodes}</tbody>
                </table>
            </div>
        }
    });
    piece! {
        <section class="page__part" aria-labelledby="conversations">
            <h2 class="page__heading" id="conversations">"Conversations"</h2>
            <dl class="facts facts--page">
                <dt>"Now"</dt>
                <dd>{format!("{state}, {who}")}</dd>
                <dt id="priority-of">"Priority"</dt>
                <dd>{priority(it)}</dd>
                {teams}
                <dt>"Last active"</dt>
                <dd>{when(it.last_activity_at)}</dd>
                <dt>"Holds"</dt>
                <dd>{holds}</dd>
                {labels}
            </dl>
            {table}
        </section>
    }
}

fn episode(it: &Episode) -> Piece {
    let by = it.closed_by.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    piece! {
        <tr>
            <td>{when(it.opened_at)}</td>
            <td>{it.closed_at.map_or_else(|| piece! { "Open" }, when)}</td>
            <td dir="auto">{by}</td>
        </tr>
    }
}

fn comments(known: &KnownContact) -> Option<Piece> {
    let at = known.conversation.as_ref()?.id;
    let rows = known.comments.iter().map(|it| comment(at, it)).collect_view();
    (!known.comments.is_empty()).then(|| {
        piece! {
            <section class="page__part" aria-labelledby="comments">
                <h2 class="page__heading" id="comments">"Comments"</h2>
                <ul class="said">{rows}</ul>
            </section>
        }
    })
}

fn comment(at: ConversationId, it: &KnownComment) -> Piece {
    let href = Path::Message { conversation: at, id: it.message }.to_string();
    let text = it.text.clone().unwrap_or_else(|| "Removed".to_owned());
    piece! { <li><a class="said__link" href=href><span dir="auto">{text}</span>" "{when(it.at)}</a></li> }
}

/// What was said before we were told of it.
fn before(known: &KnownContact, last: Option<&ListedBackfill>) -> Option<Piece> {
    known.conversation.as_ref().filter(|_| known.deleting.is_none())?;
    let last_words = last.map(|it| piece! { <p role="status">{standing(it)}" "{counts(it)}</p> });
    let act = last.is_none_or(|it| !it.state.is_under_way()).then(|| {
        let action = Path::RecallContact { id: known.contact.id }.to_string();
        view! {
            <PostForm action class="page__acts page__soon">
                <button type="submit" class="button" aria-describedby="before-words">"Read earlier messages"</button>
            </PostForm>
        }
    });
    Some(piece! {
        <section class="page__part" aria-labelledby="before">
            <h2 class="page__heading" id="before">"Earlier messages"</h2>
            <p class="soft" id="before-words">
                "What is missing in the thread is read back from Meta, as far as Meta still tells it: of some conversations only the newest 20 messages, and nothing that was unsent."
            </p>
            {last_words}
            {act}
        </section>
    })
}

fn blocking(known: &KnownContact) -> Piece {
    let id = known.contact.id;
    let (title, words, how, act) = match known.blocked_at {
        Some(_) => (
            "Blocked",
            "What they write is kept in the thread, opens nothing and is given to nobody. Nothing is sent to them.",
            "unblock",
            "Unblock",
        ),
        None => (
            "Block",
            "Closes the conversation. What they write from then on is kept and bothers nobody, and nothing is sent to them. Meta is not told.",
            "block",
            "Block this person",
        ),
    };
    piece! {
        <section class="page__part" aria-labelledby="blocking">
            <h2 class="page__heading" id="blocking">{title}</h2>
            <p class="soft" id="blocking-words">{words}</p>
            <PostForm action=Path::BlockContact { id, how }.to_string() class="page__acts page__soon">
                <button type="submit" class="button" aria-describedby="blocking-words">{act}</button>
            </PostForm>
        </section>
    }
}

fn kept(known: &KnownContact) -> Piece {
    let id = known.contact.id;
    let is_going = known.deleting.is_some();
    let delete = (!is_going).then(|| {
        view! {
            <a class="button button--danger" href=Path::DeleteContact { id }.to_string()>
                <Icon symbol=Symbol::Trash/>"Delete everything"
            </a>
        }
    });
    piece! {
        <section class="page__part" aria-labelledby="kept">
            <h2 class="page__heading" id="kept">"All that is kept"</h2>
            <p class="soft" id="kept-words">
                "A copy holds the profile, every message and note, the files, and what Meta sent. Both are noted in the audit log."
            </p>
            <div class="page__acts page__soon">
                <a class="button" href=Path::ExportContact { id }.to_string() download="" aria-describedby="kept-words">
                    <Icon symbol=Symbol::Download/>"Export as ZIP"
                </a>
                {delete}
                <a class="button button--quiet" href=Path::Deletions.to_string()>"Deletions"</a>
            </div>
        </section>
    }
}

/// "2026-11-20 14:12", in UTC.
pub(super) fn when(at: Timestamp) -> Piece {
    let minutes = at.0.div_euclid(60_000).rem_euclid(24 * 60);
    let words = format!("{} {:02}:{:02}", day::write(at), minutes / 60, minutes % 60);
    piece! { <time datetime=iso(at)>{words}</time> }
}
