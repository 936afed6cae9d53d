//! Filters and saved views, as plain forms: everybody makes their own, admins everybody's.

use super::{PagesState, Posted};
use crate::error::told;
use crate::pages::views::{Done, Narrowing, Views};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::filter::{Assignee, Filter, WindowKind};
use model::ids::SavedViewId;
use model::may::Act;
use model::platform::Platform;
use model::priority::Priority;
use model::view::View;
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::http::fault::Fault;
use server::inbox::InboxError;
use server::store::saved_views::KeptView;
use server::views::{self, Became};

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/views", get(list))
        .route("/views/new", get(new).post(add))
        .route("/views/{view}", get(edit).post(change))
        .route("/views/{view}/delete", post(delete))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    done: String,
    #[serde(default)]
    view: String,
    #[serde(default)]
    q: String,
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let done = Done::ALL.into_iter().find(|it| it.word() == wanted.done);
    let frame = state.frame(&caller).await;
    state.page_as(request, StatusCode::OK, Page::Views(Box::new(Views { frame, done }))).await
}

/// What a list shows at the moment.
async fn new(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let (typed, names) = match views::read(&state.program, &caller, &wanted.q).await {
        Ok(read) => read,
        Err(error) => return state.not_narrowed(request, error).await,
    };
    let narrowing = Narrowing {
        frame: state.frame(&caller).await,
        names,
        id: None,
        name: String::new(),
        is_mine: true,
        view: View::from_word(&wanted.view).unwrap_or_default(),
        filter: typed.filter,
        not_understood: typed.problems,
        problem: None,
    };
    state.page_as(request, StatusCode::OK, Page::Narrow(Box::new(narrowing))).await
}

async fn edit(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(view): Path<String>,
    request: Request,
) -> Response {
    let found = match views::list(&state.program, &caller).await {
        Ok(all) => all.into_iter().find(|it| it.id.to_string() == view),
        Err(error) => return Fault::of("look up a saved view", &error).into_response(),
    };
    let Some(it) = found else { return state.missing(request).await };
    if views::allows(&caller, it.is_mine).is_err() {
        return state.forbidden(request).await;
    }
    state.narrow(&caller, request, StatusCode::OK, Some(it.id), it, None).await
}

impl PagesState {
    async fn narrow(
        &self,
        caller: &Caller,
        request: Request,
        status: StatusCode,
        id: Option<SavedViewId>,
        kept: KeptView,
        problem: Option<String>,
    ) -> Response {
        let names = match views::names(&self.program, caller).await {
            Ok(names) => names,
            Err(error) => return self.not_narrowed(request, error).await,
        };
        let KeptView { name, is_mine, view, filter, .. } = kept;
        let frame = self.frame(caller).await;
        let not_understood = Vec::new();
        let narrowing = Narrowing { frame, names, id, name, is_mine, view, filter, not_understood, problem };
        self.page_as(request, status, Page::Narrow(Box::new(narrowing))).await
    }

    async fn not_narrowed(&self, request: Request, error: InboxError) -> Response {
        self.renderer.render(request, Page::Problem { error: told(error), here: String::new() }).await
    }
}

async fn add(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    posted(&state, &caller, client, request, None).await
}

async fn change(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(view): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = view.parse() else { return state.missing(request).await };
    posted(&state, &caller, client, request, Some(id)).await
}

async fn posted(
    state: &PagesState,
    caller: &Caller,
    client: Client,
    request: Request,
    id: Option<SavedViewId>,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let kept = KeptView {
        id: SavedViewId::from_bits(0),
        name: given.text("name"),
        is_mine: given.text("whose") != "shared",
        view: View::from_word(&given.text("view")).unwrap_or_default(),
        filter: filter_of(&given),
    };
    if given.text("do") != "save" {
        return state.show(caller, request, &kept).await;
    }
    match views::keep(&state.program, caller, Some(client.address), id, kept.clone()).await {
        Ok(Became::Kept(kept)) => state.show(caller, request, &kept).await,
        Ok(Became::NotTheirs) if !kept.is_mine && caller.may(Act::RunViews).is_err() => state.forbidden(request).await,
        Ok(Became::NotTheirs) => state.missing(request).await,
        Ok(Became::Wrong(words)) => {
            state.narrow(caller, request, StatusCode::UNPROCESSABLE_ENTITY, id, kept, Some(words)).await
        }
        Err(error) => Fault::of("save a view", &error).into_response(),
    }
}

impl PagesState {
    async fn show(&self, caller: &Caller, request: Request, kept: &KeptView) -> Response {
        match views::names(&self.program, caller).await {
            Ok(names) => {
                let words = kept.filter.text(&names);
                Redirect::to(&Address::Search { view: kept.view, words: &words }.to_string()).into_response()
            }
            Err(error) => self.not_narrowed(request, error).await,
        }
    }
}

/// What is chosen in no other way than a form can be says nothing.
fn filter_of(given: &Posted) -> Filter {
    let is = |word: &str| given.has("is", word);
    let assignee = given.text("assignee");
    let window = given.text("window");
    Filter {
        words: given.text("words").split_whitespace().collect::<Vec<_>>().join(" "),
        assignee: match assignee.as_str() {
            "me" => Some(Assignee::Me),
            "nobody" => Some(Assignee::Nobody),
            id => id.parse().ok().map(Assignee::Person),
        },
        team: given.text("team").parse().ok(),
        labels: given.ids("label"),
        account: given.text("account").parse().ok(),
        platform: Platform::from_word(&given.text("platform")),
        window: WindowKind::ALL.into_iter().find(|it| it.word() == window),
        priority: Priority::called(&given.text("priority")),
        any_state: is("any"),
        is_unread: is("unread"),
        is_waiting: is("waiting"),
        mentions_me: is("mentioned"),
        longest_first: is("longest"),
        owner: None,
    }
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(view): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = view.parse() else { return state.missing(request).await };
    match views::delete(&state.program, &caller, Some(client.address), id).await {
        Ok(true) => Redirect::to(&format!("{}?done={}", Address::SavedViews, Done::Deleted.word())).into_response(),
        Ok(false) => state.missing(request).await,
        Err(error) => Fault::of("delete a saved view", &error).into_response(),
    }
}
