//! The `OpenAPI` document, made of the code.

use axum::Json;
use std::sync::OnceLock;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

const ABOUT: &str = "Conversations of Instagram and Messenger for other programs. Each request shows a token, which \
    admins make at /tokens; what it allows are its scopes: read, write, send, handover. A token asks 20 times a second \
    in the long run. Lists give `next_cursor` for the page after; errors are problem+json; times are UTC; a field that \
    is not known is an error.";

/// What stands before the calls.
pub(super) fn head() -> OpenApi {
    let info = InfoBuilder::new().title("Switchboard").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT));
    let mut document = OpenApiBuilder::new().info(info.build()).build();
    document.servers = Some(vec![ServerBuilder::new().url(super::PATH).build()]);
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().security_schemes.insert("token".to_owned(), token);
    document
}

pub(super) fn document() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (_, mut document) = super::calls().split_for_parts();
        super::told::describe(&mut document);
        document
    })
}

/// Open to everybody: it says nothing of what is kept here.
pub(super) async fn serve() -> Json<&'static OpenApi> {
    Json(document())
}
