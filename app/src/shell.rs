//! The document around every page.

use crate::api::codec::WireEncoding;
use crate::assets::{Assets, provide_icon_sheet};
use crate::error::AppError;
use crate::pages::api::{ApiGuide, ApiPage};
use crate::pages::audit::{Audit, AuditPage};
use crate::pages::code::CodePage;
use crate::pages::contact::{Contact, ContactPage, Deleting, DeletingPage, Deletions, DeletionsPage};
use crate::pages::deletion::{Deletion, DeletionPage};
use crate::pages::endpoints::{EndpointLog, Endpoints, EndpointsPage, LogPage};
use crate::pages::fields::{EditedField, FieldPage, Fields, FieldsPage};
use crate::pages::inbox::first::{FIRST, First};
use crate::pages::inbox::{InboxPage, titled};
use crate::pages::invite::{InvitePage, Inviting};
use crate::pages::join::JoinPage;
use crate::pages::labels::{EditedLabel, LabelPage, Labels, LabelsPage};
use crate::pages::me::{MePage, Own};
use crate::pages::not_found::NotFoundPage;
use crate::pages::not_handed::NotHandedPage;
use crate::pages::notifications::{Noticed, NotificationsPage};
use crate::pages::numbers::{Numbered, NumbersPage};
use crate::pages::people::{People, PeoplePage};
use crate::pages::problem::ProblemPage;
use crate::pages::replies::{EditedReply, Replies, RepliesPage, ReplyPage};
use crate::pages::run::{Run, RunPage};
use crate::pages::search::{Finding, SearchPage};
use crate::pages::second_factor::{SecondFactor, SecondFactorPage};
use crate::pages::set_up::SetUpPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::tokens::{Tokens, TokensPage};
use crate::pages::views::{NarrowPage, Narrowing, Views, ViewsPage};
use crate::path::Path;
use crate::prelude::*;
use crate::state::liking::theme_word;
use http::StatusCode;
use http::request::Parts;
use leptos::html;
use leptos::nonce::use_nonce;
use leptos::reactive::owner::with_context;
use leptos::server::codee::Encoder;
use model::ids::ConversationId;
use model::people::JoinForm;
use model::second_factor::CodeForm;
use model::sign_in::{SetUpForm, SignInForm};
use model::view::View;
use server::auth::Caller;

/// What is shown.
#[derive(Clone)]
pub enum Page {
    Inbox(Box<First>),
    /// Some lines of a thread, as they stand around a message far back. The program would take the last of them for
    /// the newest.
    Part(Box<First>),
    Search(Box<Finding>),
    SignIn(SignInForm),
    SetUp(SetUpForm),
    Code(CodeForm),
    SecondFactor(Box<SecondFactor>),
    Join(JoinForm),
    People(Box<People>),
    Invite(Box<Inviting>),
    Api(Box<ApiGuide>),
    Audit(Box<Audit>),
    Endpoints(Box<Endpoints>),
    EndpointLog(Box<EndpointLog>),
    Contact(Box<Contact>),
    Deleting(Box<Deleting>),
    Deletions(Box<Deletions>),
    Deletion(Deletion),
    Fields(Box<Fields>),
    Field(Box<EditedField>),
    Labels(Box<Labels>),
    Label(Box<EditedLabel>),
    Numbers(Box<Numbered>),
    Replies(Box<Replies>),
    Reply(Box<EditedReply>),
    Me(Box<Own>),
    Notifications(Box<Noticed>),
    Run(Box<Run>),
    Tokens(Box<Tokens>),
    Views(Box<Views>),
    Narrow(Box<Narrowing>),
    NotFound,
    NotHanded {
        words: String,
        back: String,
    },
    Problem {
        error: AppError,
        here: String,
    },
}

impl Page {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Inbox(first) | Self::Part(first) => first.status(),
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Deletion(deletion) => deletion.status(),
            Self::NotHanded { .. } => StatusCode::CONFLICT,
            Self::Problem { error, .. } => error.status(),
            _ => StatusCode::OK,
        }
    }

    /// The conversation of which some lines are shown.
    pub fn part(&self) -> Option<ConversationId> {
        match self {
            Self::Part(first) => first.open.as_ref()?.as_ref().ok().map(|it| it.conversation.id),
            _ => None,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Inbox(first) | Self::Part(first) => titled(&first.title()),
            Self::Search(finding) => titled(&finding.title()),
            Self::SignIn(_) => titled("Sign in"),
            Self::SetUp(_) => titled("Set up"),
            Self::Join(_) => titled("Join"),
            Self::Code(_) => titled("Enter your code"),
            Self::SecondFactor(_) => titled("Two-factor sign-in"),
            Self::People(_) => titled("People"),
            Self::Invite(_) => titled("Invite someone"),
            Self::Api(_) => titled("API"),
            Self::Audit(_) => titled("Audit log"),
            Self::Contact(contact) => titled(&contact.title()),
            Self::Deleting(_) => titled("Delete a customer"),
            Self::Deletions(_) => titled("Deletions"),
            Self::Deletion(_) => titled("Deletion"),
            Self::Fields(_) => titled("Customer fields"),
            Self::Field(edited) => titled(if edited.was.is_some() { "Customer field" } else { "New customer field" }),
            Self::Labels(_) => titled("Labels"),
            Self::Label(edited) => titled(if edited.was.is_some() { "Label" } else { "New label" }),
            Self::Numbers(_) => titled("Numbers"),
            Self::Replies(_) => titled("Saved replies"),
            Self::Reply(edited) => titled(if edited.form.id.is_some() { "Saved reply" } else { "New saved reply" }),
            Self::Me(_) => titled("Your page"),
            Self::Notifications(_) => titled("Notifications"),
            Self::Run(run) => titled(&run.title()),
            Self::Tokens(_) => titled("API tokens"),
            Self::Endpoints(_) => titled("Endpoints"),
            Self::EndpointLog(log) => titled(&log.endpoint.name),
            Self::Views(_) => titled("Saved views"),
            Self::Narrow(narrowing) => titled(narrowing.title()),
            Self::NotFound => titled("Not found"),
            Self::NotHanded { .. } => titled("It is as it was"),
            Self::Problem { .. } => titled("Something is wrong"),
        }
    }
}

/// Only the inbox brings the program and what it begins with.
pub fn shell(assets: Assets, page: Page) -> impl IntoView {
    provide_icon_sheet();
    let title = page.title();
    // What cannot be written is missing, and the page stays as the server wrote it.
    let first = match &page {
        Page::Inbox(first) => <WireEncoding as Encoder<First>>::encode(first).ok(),
        _ => None,
    };
    let has_program = first.is_some();
    // Where nobody has written yet, an admin's first steps stand in the inbox.
    let is_plain = match &page {
        Page::Inbox(first) => first.counts.views.iter().all(|it| it.1 == 0),
        _ => true,
    };
    let Assets { script, wasm, inbox_style, pages_style, font, icons, favicon, touch_icon, manifest } = assets;
    let theme = theme();
    let own = match &page {
        Page::People(_) | Page::Tokens(_) => Some(COPY),
        Page::Search(_) => Some(LOOK),
        Page::Inbox(_) | Page::Part(_) => use_context::<Option<AtMessage>>().flatten().map(|_| GO),
        _ => None,
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-icons=icons data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                {desk_colour("light", if theme == Some("dark") { DARK_DESK } else { LIGHT_DESK })}
                {desk_colour("dark", if theme == Some("light") { LIGHT_DESK } else { DARK_DESK })}
                <meta name="robots" content="noindex"/>
                <title>{title}</title>
                {present(font).map(|href| view! {
                    <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                })}
                {present(inbox_style).map(|href| view! { <link rel="stylesheet" href=href/> })}
                {present(pages_style).filter(|_| is_plain).map(|href| view! { <link rel="stylesheet" href=href/> })}
                {present(favicon).map(|href| view! { <link rel="icon" r#type="image/svg+xml" href=href/> })}
                {present(touch_icon).map(|href| view! { <link rel="apple-touch-icon" href=href/> })}
                {present(manifest).map(|href| view! { <link rel="manifest" href=href/> })}
                {present(script).zip(present(wasm)).filter(|_| has_program).map(|(script, wasm)| view! { <Program script wasm/> })}
                <script nonce=use_nonce()>{ONCE}</script>
                {own.map(|it| view! { <script nonce=use_nonce()>{it}</script> })}
                {use_context::<DevReload>().map(|_| view! { <script nonce=use_nonce()>{RELOAD}</script> })}
            </head>
            <body>
                // Not the body itself: browser extensions put their own elements there.
                <div id="app">{draw(page)}</div>
                {first.map(|it| view! { <script nonce=use_nonce() type="text/plain" id=FIRST>{it}</script> })}
            </body>
        </html>
    }
}

fn draw(page: Page) -> Piece {
    match page {
        Page::Inbox(first) => piece! { <InboxPage first=*first/> },
        Page::Part(first) => part(*first),
        Page::Search(finding) => piece! { <SearchPage finding=*finding/> },
        Page::SignIn(form) => piece! { <SignInPage form/> },
        Page::SetUp(form) => piece! { <SetUpPage form/> },
        Page::Code(form) => piece! { <CodePage form/> },
        Page::SecondFactor(state) => piece! { <SecondFactorPage state=*state/> },
        Page::Join(form) => piece! { <JoinPage form/> },
        Page::People(people) => piece! { <PeoplePage people=*people/> },
        Page::Invite(inviting) => piece! { <InvitePage inviting=*inviting/> },
        Page::Api(api) => piece! { <ApiPage api=*api/> },
        Page::Audit(audit) => piece! { <AuditPage audit=*audit/> },
        Page::Contact(contact) => piece! { <ContactPage contact=*contact/> },
        Page::Deleting(deleting) => piece! { <DeletingPage deleting=*deleting/> },
        Page::Deletions(deletions) => piece! { <DeletionsPage deletions=*deletions/> },
        Page::Deletion(deletion) => piece! { <DeletionPage deletion/> },
        Page::Fields(fields) => piece! { <FieldsPage fields=*fields/> },
        Page::Field(edited) => piece! { <FieldPage edited=*edited/> },
        Page::Labels(labels) => piece! { <LabelsPage labels=*labels/> },
        Page::Label(edited) => piece! { <LabelPage edited=*edited/> },
        Page::Numbers(numbered) => piece! { <NumbersPage numbered=*numbered/> },
        Page::Replies(replies) => piece! { <RepliesPage replies=*replies/> },
        Page::Endpoints(endpoints) => piece! { <EndpointsPage endpoints=*endpoints/> },
        Page::EndpointLog(log) => piece! { <LogPage log=*log/> },
        Page::Tokens(tokens) => piece! { <TokensPage tokens=*tokens/> },
        Page::Views(views) => piece! { <ViewsPage views=*views/> },
        Page::Narrow(narrowing) => piece! { <NarrowPage narrowing=*narrowing/> },
        Page::Reply(edited) => piece! { <ReplyPage edited=*edited/> },
        Page::Me(own) => piece! { <MePage own=*own/> },
        Page::Notifications(noticed) => piece! { <NotificationsPage noticed=*noticed/> },
        Page::Run(run) => piece! { <RunPage run=*run/> },
        Page::NotFound => piece! { <NotFoundPage/> },
        Page::NotHanded { words, back } => piece! { <NotHandedPage words back/> },
        Page::Problem { error, here } => piece! { <ProblemPage error here/> },
    }
}

fn part(first: First) -> Piece {
    let newest = first.open.as_ref().and_then(|it| it.as_ref().ok()).map(|it| {
        let (view, words, id) = (View::default(), "", it.conversation.id);
        view! {
            <p class="part" role="note">
                "An earlier part of this conversation. "
                <a href=Path::Conversation { view, words, id }.to_string()>"Go to the newest messages"</a>
            </p>
        }
    });
    piece! {
        {newest}
        <InboxPage first/>
    }
}

/// A form that was posted is not posted again while the answer is awaited: unless the server was silent for long, or the
/// page is shown again (Back). Nothing is disabled, because browsers keep that across pages.
pub const ONCE: &str = "addEventListener('submit', event => { const form = event.target; \
    if (form.method !== 'post' || event.defaultPrevented) return; \
    if (form.hasAttribute('aria-busy')) return event.preventDefault(); \
    form.setAttribute('aria-busy', 'true'); setTimeout(() => form.removeAttribute('aria-busy'), 8000); }); \
    addEventListener('pageshow', () => { for (const form of document.forms) form.removeAttribute('aria-busy'); });";

/// A button copies the field that it names; where the browser lets no page copy, the field is selected.
const COPY: &str = "addEventListener('click', async event => { \
    const button = event.target.closest('[data-copies]'); if (!button) return; \
    const field = document.getElementById(button.dataset.copies); field.select(); \
    try { await navigator.clipboard.writeText(field.value); button.textContent = 'Copied'; } catch {} });";

/// What is typed is looked for at once, and what is found takes the place of what stood there. The page stays the
/// same: only its results are taken from the answer.
const LOOK: &str = "addEventListener('DOMContentLoaded', () => { \
    const form = document.querySelector('.find'); const results = document.getElementById('results'); \
    let asked, soon; const look = async () => { \
    clearTimeout(soon); asked?.abort(); asked = new AbortController(); \
    const here = form.action + '?' + new URLSearchParams(new FormData(form)); results.setAttribute('aria-busy', 'true'); \
    try { const answer = await fetch(here, { signal: asked.signal }); \
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html'); \
    const found = page.getElementById('results'); if (!found) return location.assign(here); \
    results.replaceChildren(...found.childNodes); \
    document.getElementById('found').textContent = page.getElementById('found').textContent; document.title = page.title; \
    history.replaceState(null, '', here); results.removeAttribute('aria-busy'); \
    } catch (error) { if (error.name !== 'AbortError') results.removeAttribute('aria-busy'); } }; \
    form.addEventListener('input', event => { clearTimeout(soon); if (!event.isComposing) soon = setTimeout(look, 120); }); \
    form.addEventListener('compositionend', look); \
    form.addEventListener('submit', event => { event.preventDefault(); look(); }); });";

/// Given where a thread is opened at one of its messages.
#[derive(Clone, Copy)]
pub struct AtMessage;

/// The program opens a thread at its end. Until somebody does something, the message is shown instead.
const GO: &str = "addEventListener('DOMContentLoaded', () => { \
    const found = document.getElementById(location.hash.slice(1)); const log = found?.closest('.log'); if (!log) return; \
    let held = true; const go = () => found.scrollIntoView({ block: 'center' }); const let_go = () => { held = false; }; \
    for (const act of ['wheel', 'touchstart', 'keydown', 'pointerdown']) \
    addEventListener(act, let_go, { once: true, passive: true, capture: true }); \
    log.addEventListener('scroll', () => { \
    if (held && log.scrollHeight - log.scrollTop - log.clientHeight < 2) go(); }); \
    go(); found.classList.add('msg--found'); setTimeout(let_go, 8000); });";

/// What the browser colours around the page: `--lch-paper-0` of `tokens.css`.
const LIGHT_DESK: &str = "#f4f3f0";
const DARK_DESK: &str = "#100f0d";

/// `view!` knows no `media` of a `meta`.
fn desk_colour(scheme: &str, colour: &'static str) -> impl IntoView {
    let media = format!("(prefers-color-scheme: {scheme})");
    html::meta().name("theme-color").attr("media", media).content(colour)
}

/// As the person who is signed in wants it; written here, so that no page flashes in the other one.
fn theme() -> Option<&'static str> {
    let caller = with_context(|parts: &Parts| parts.extensions.get::<Caller>().map(|it| it.me.preferences.theme));
    theme_word(caller.flatten()?)
}

/// Given while developing: the page loads itself again when another build answers.
#[derive(Clone, Copy)]
pub struct DevReload;

const RELOAD: &str = "let build; new EventSource('/dev/reload').onmessage = ({ data }) => { \
    if (build && build !== data) location.reload(); build = data; };";

fn present(path: String) -> Option<String> {
    (!path.is_empty()).then_some(path)
}

/// The script is last in the head and short, so that its import needs no preload of its own.
#[component]
fn Program(script: String, wasm: String) -> Piece {
    let start =
        format!("import init, {{ hydrate }} from {script:?};\ninit({{ module_or_path: {wasm:?} }}).then(hydrate);");
    piece! {
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}
