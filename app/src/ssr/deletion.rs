//! Following a deletion that was asked for at Meta.

use super::PagesState;
use crate::pages::deletion::Deletion;
use crate::shell::Page;
use axum::extract::{Extension, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use server::auth::Client;
use server::http::fault::Fault;
use server::rights;

pub(super) async fn page(
    State(state): State<PagesState>,
    Path(code): Path<String>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    match rights::follow(&state.program, &client.address, &code).await {
        Ok(followed) => state.renderer.render(request, Page::Deletion(Deletion { code, followed })).await,
        Err(error) => Fault::of("look up a deletion", &error).into_response(),
    }
}
