//! The status of the answer that is being written, page or server function.

use http::StatusCode;
use leptos::context::use_context;
use leptos_axum::ResponseOptions;

pub fn set(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}
