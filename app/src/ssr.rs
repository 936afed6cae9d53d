//! The pages as the server sends them: rendered whole, with their own security policy; and the
//! forms of the pages that open a session, which work without any script.

mod audit;
mod contacts;
mod deletion;
mod endpoints;
mod fields;
mod hand;
mod join;
mod labels;
mod me;
mod notifications;
mod numbers;
mod people;
mod picture;
mod replies;
mod reply;
mod run;
mod search;
mod second_factor;
mod tokens;
mod views;

use crate::assets::Assets;
use crate::error::AppError;
use crate::pages::inbox::first::First;
use crate::parts::avatar::Faces;
use crate::parts::frame::Frame;
use crate::path::Path as Address;
use crate::query;
use crate::shell::{AtMessage, DevReload, Page, shell};
use axum::Form;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{any, get, post};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use model::ids::MessageId;
use model::may::Act;
use model::sign_in::{SetUpForm, SignInForm, SignInProblem, safe_next};
use serde::Deserialize;
use server::assets::Site;
use server::auth::caller::Address as From;
use server::auth::{self, Caller, Client, Entry, set_up};
use server::http::Pages;
use server::http::fault::Fault;
use server::http::headers::page_policy;
use server::inbox::Reached;
use server::people::PeopleError;
use server::program::Program;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_sessions::Session;

/// Every page and form of the program.
pub fn pages(program: &Program) -> Pages {
    // Fails only when a server of this process did it before.
    let _ = any_spawner::Executor::init_tokio();
    let (program_of_pages, dev_reload) = (program.clone(), program.dev_reload);
    let renderer = Renderer { assets: assets(program.site), dev_reload, program: program_of_pages };
    let state = PagesState { program: program.clone(), renderer };
    Pages {
        open: Router::new()
            .route("/login", get(sign_in_page).post(sign_in))
            .merge(second_factor::open_routes())
            .merge(run::open_routes())
            .route("/logout", post(sign_out))
            .route("/setup/{link}", get(set_up_page).post(finish_set_up))
            .route("/join/{link}", get(join::page).post(join::join))
            .route("/deletion/{code}", get(deletion::page))
            .layer(smaller())
            .with_state(state.clone()),
        inside: Router::new()
            .route("/", get(|| async { Redirect::to("/inbox") }))
            .route("/inbox", get(inbox_page))
            .route("/inbox/", get(inbox_page))
            .route("/inbox/{conversation}", get(inbox_page))
            .route("/inbox/{conversation}/reply", post(reply::post_reply))
            .merge(audit::routes(&state))
            .merge(hand::routes())
            .merge(contacts::routes(&state))
            .merge(fields::routes(&state))
            .merge(labels::routes(&state))
            .merge(me::routes())
            .merge(notifications::routes())
            .merge(numbers::routes(&state))
            .merge(people::routes(&state))
            .merge(picture::routes())
            .merge(replies::routes())
            .merge(run::routes(&state))
            .merge(search::routes())
            .merge(second_factor::routes())
            .merge(tokens::routes(&state))
            .merge(endpoints::routes(&state))
            .merge(views::routes())
            .route("/fn/{*name}", any(leptos_axum::handle_server_fns))
            .fallback(not_found)
            .layer(Extension(program.clone()))
            .layer(smaller())
            .with_state(state),
    }
}

/// A page of the inbox is 80 KB of markup that goes through a wire as ten; files come compressed already.
fn smaller() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}

#[derive(Clone)]
struct PagesState {
    program: Program,
    renderer: Renderer,
}

fn assets(site: Site) -> Assets {
    let path = |name| site.path(name).unwrap_or_default();
    Assets {
        script: path("switchboard.js"),
        wasm: path("switchboard.wasm"),
        inbox_style: path("inbox.css"),
        pages_style: path("pages.css"),
        font: path("inter.woff2"),
        icons: path("icons.svg"),
        favicon: path("favicon.svg"),
        touch_icon: path("apple-touch-icon.png"),
        manifest: path("switchboard.webmanifest"),
    }
}

#[derive(Clone)]
struct Renderer {
    assets: Assets,
    dev_reload: bool,
    program: Program,
}

impl Renderer {
    async fn render(&self, request: Request<Body>, page: Page) -> Response {
        self.render_with(request, page, ()).await
    }

    /// The page, with what its form is given back.
    async fn render_with<F: Clone + Send + Sync + 'static>(
        &self,
        request: Request<Body>,
        page: Page,
        form: F,
    ) -> Response {
        let assets = self.assets.clone();
        let status = page.status();
        // The inbox brings its own along, and a stranger sees none.
        let is_inbox = matches!(page, Page::Inbox(_) | Page::Part(_));
        let has_faces = !is_inbox && request.extensions().get::<Caller>().is_some();
        let faces = if has_faces { self.faces().await } else { Faces::default() };
        let contexts = {
            let assets = assets.clone();
            let dev_reload = self.dev_reload;
            move || {
                provide_context(assets.clone());
                if dev_reload {
                    provide_context(DevReload);
                }
                provide_context(form.clone());
                provide_context(faces.clone());
                allow_own_scripts();
            }
        };
        let shell = move || shell(assets.clone(), page.clone());
        let mut response = leptos_axum::render_app_async_with_context(contexts, shell)(request).await;
        *response.status_mut() = status;
        response
    }
}

impl Renderer {
    /// A page without pictures is still a page.
    async fn faces(&self) -> Faces {
        let all = server::people::picture::faces(&self.program).await.unwrap_or_default();
        Faces::of(&all)
    }
}

/// Only scripts that carry this page's nonce run.
fn allow_own_scripts() {
    let policy = use_nonce().and_then(|nonce| HeaderValue::from_str(&page_policy(&nonce)).ok());
    if let (Some(policy), Some(response)) = (policy, use_context::<ResponseOptions>()) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

async fn inbox_page(State(state): State<PagesState>, request: Request) -> Response {
    let at = query::value(request.uri().query().unwrap_or_default(), "at").and_then(|it| it.parse().ok());
    let (page, is_at_message) = state.open_at(state.inbox(&request).await, at).await;
    // Far back in a thread there is no program to say so.
    if let (true, Some(id)) = (is_at_message, page.part())
        && let Some(caller) = request.extensions().get::<Caller>().cloned()
        && let Err(error) = server::notifications::know_of(&state.program, &caller, id).await
    {
        return Fault::of("mark as read what concerns a person", &error).into_response();
    }
    state.renderer.render_with(request, page, is_at_message.then_some(AtMessage)).await
}

async fn not_found(State(state): State<PagesState>, request: Request) -> Response {
    state.renderer.render(request, Page::NotFound).await
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    next: String,
}

async fn sign_in_page(
    State(state): State<PagesState>,
    Query(wanted): Query<Wanted>,
    caller: Option<Extension<Caller>>,
    request: Request,
) -> Response {
    if caller.is_some() {
        return Redirect::to(safe_next(&wanted.next)).into_response();
    }
    let form = SignInForm { next: wanted.next, ..SignInForm::default() };
    state.sign_in_form(request, form, StatusCode::OK).await
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(state): State<PagesState>,
    session: Session,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<SignIn>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match auth::sign_in(&state.program, &session, &given.email, &given.password, &client).await {
        Ok(Ok(Entry::In)) => Redirect::to(safe_next(&given.next)).into_response(),
        Ok(Ok(Entry::CodeWanted)) => {
            Redirect::to(&Address::LoginCode { next: &given.next }.to_string()).into_response()
        }
        Ok(Err(problem)) => {
            let status = match problem {
                SignInProblem::WrongEmailOrPassword => StatusCode::UNAUTHORIZED,
                SignInProblem::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
            };
            let form =
                SignInForm { email: given.email, next: given.next, problem: Some(problem), ..SignInForm::default() };
            state.sign_in_form(request, form, status).await
        }
        Err(error) => Fault::of("sign in", &error).into_response(),
    }
}

impl PagesState {
    /// The inbox as whoever asks sees it.
    fn inbox(&self, request: &Request) -> impl Future<Output = Page> + Send + use<> {
        let here = request.uri().path_and_query().map_or_else(|| "/inbox".to_owned(), ToString::to_string);
        let (program, caller) = (self.program.clone(), request.extensions().get::<Caller>().cloned());
        async move {
            match caller {
                Some(caller) => Page::Inbox(Box::new(First::of(&program, &caller, here).await)),
                None => Page::Problem { error: AppError::SignedOut, here },
            }
        }
    }

    /// A thread opened at the message that the address names. `true` if that is there.
    async fn open_at(&self, page: Page, at: Option<MessageId>) -> (Page, bool) {
        let Some(at) = at else { return (page, false) };
        let mut first = match page {
            Page::Inbox(first) => first,
            another => return (another, false),
        };
        let Some(Ok(open)) = &mut first.open else { return (Page::Inbox(first), false) };
        match server::inbox::reach(&self.program, open, at).await {
            Ok(Reached::ToTheEnd) => (Page::Inbox(first), true),
            Ok(Reached::Part) => (Page::Part(first), true),
            // At its end it can be read as well.
            Ok(Reached::Gone) | Err(_) => (Page::Inbox(first), false),
        }
    }

    /// What stands around the pages beside the inbox. Counts that are not to be had are not shown.
    async fn frame(&self, caller: &Caller) -> Frame {
        let counts = server::inbox::counts(&self.program, caller).await.unwrap_or_default();
        // Nobody names it where all came by the command line.
        let business = Some(caller.business.clone()).filter(|it| !it.is_empty());
        Frame {
            me: caller.me.clone(),
            business: business.unwrap_or_else(|| "Switchboard".to_owned()),
            counts,
            n_troubled: server::health::n_troubled(&self.program, caller).await.unwrap_or_default(),
            now: self.program.seams.now(),
        }
    }

    async fn page_as(&self, request: Request, status: StatusCode, page: Page) -> Response {
        let mut response = self.renderer.render(request, page).await;
        *response.status_mut() = status;
        response
    }

    async fn forbidden(&self, request: Request) -> Response {
        self.renderer.render(request, Page::Problem { error: AppError::Forbidden, here: String::new() }).await
    }

    async fn missing(&self, request: Request) -> Response {
        self.renderer.render(request, Page::NotFound).await
    }

    async fn refused(&self, request: Request, doing: &'static str, error: PeopleError) -> Response {
        match error {
            PeopleError::Forbidden(_) => self.forbidden(request).await,
            error => Fault::of(doing, &error).into_response(),
        }
    }

    async fn sign_in_form(&self, request: Request, form: SignInForm, status: StatusCode) -> Response {
        let form = match set_up::complete(&self.program, form).await {
            Ok(form) => form,
            Err(error) => return Fault::of("read the name of the business", &error).into_response(),
        };
        self.page_as(request, status, Page::SignIn(form)).await
    }

    async fn set_up_form(&self, request: Request, form: SetUpForm) -> Response {
        let status = match (form.link_is_good, form.problems.is_empty()) {
            (false, _) => StatusCode::GONE,
            (true, true) => StatusCode::OK,
            (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        self.page_as(request, status, Page::SetUp(form)).await
    }
}

async fn sign_out(State(state): State<PagesState>, session: Session, Extension(address): Extension<From>) -> Response {
    match auth::sign_out(&state.program, &session, &address.0).await {
        Ok(()) => Redirect::to("/login").into_response(),
        Err(error) => Fault::of("sign out", &error).into_response(),
    }
}

async fn set_up_page(State(state): State<PagesState>, Path(link): Path<String>, request: Request) -> Response {
    match set_up::form(&state.program, link).await {
        Ok(form) => state.set_up_form(request, form).await,
        Err(error) => Fault::of("look up the set-up link", &error).into_response(),
    }
}

#[derive(Deserialize)]
struct FirstAdmin {
    #[serde(default)]
    business: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

async fn finish_set_up(
    State(state): State<PagesState>,
    Path(link): Path<String>,
    session: Session,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<FirstAdmin>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let form =
        SetUpForm { link, business: given.business, name: given.name, email: given.email, ..SetUpForm::default() };
    match set_up::finish(&state.program, &session, form, given.password, &client).await {
        Ok(Ok(())) => Redirect::to("/inbox").into_response(),
        Ok(Err(form)) => state.set_up_form(request, form).await,
        Err(error) => Fault::of("set up the inbox", &error).into_response(),
    }
}

/// What nobody else reaches.
async fn only_who_may(State((state, act)): State<(PagesState, Act)>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Caller>().map(|it| it.may(act)) {
        Some(Ok(())) => next.run(request).await,
        _ => state.forbidden(request).await,
    }
}

/// The form in the request's body, and the request without it: the page is rendered from the
/// request again if something in the form is wrong.
/// A form in which a name may come more than once.
struct Posted(Vec<(String, String)>);

impl Posted {
    async fn read(request: Request) -> Result<(Request, Self), Response> {
        let (request, fields) = read_form(request).await?;
        Ok((request, Self(fields)))
    }

    fn text(&self, name: &str) -> String {
        self.0.iter().find(|it| it.0 == name).map(|it| it.1.clone()).unwrap_or_default()
    }

    /// `None`: it was not in the form.
    fn find(&self, name: &str) -> Option<String> {
        self.0.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|it| it.0 == name && it.1 == value)
    }

    /// What is no id of ours names nothing.
    fn ids<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        self.0.iter().filter(|it| it.0 == name).filter_map(|it| it.1.parse().ok()).collect()
    }
}

async fn read_form<T: for<'de> Deserialize<'de>>(request: Request) -> Result<(Request, T), Response> {
    use axum::extract::FromRequest as _;
    let (parts, body) = request.into_parts();
    let copy = Request::from_parts(parts.clone(), Body::empty());
    match Form::<T>::from_request(Request::from_parts(parts, body), &()).await {
        Ok(Form(form)) => Ok((copy, form)),
        Err(refused) => Err(refused.into_response()),
    }
}
