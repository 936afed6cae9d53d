//! What goes wrong, as `application/problem+json` (RFC 9457).

use crate::http::fault::Fault;
use crate::inbox::InboxError;
use crate::store::StoreError;
use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, Response as HttpResponse, StatusCode};
use axum::response::{IntoResponse, Response};
use model::tokens::Scope;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema as _, ToSchema};

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Where this kind of problem is explained; the part after `#` tells it from others.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// What is so, and what can be done.
    detail: String,
    #[serde(skip)]
    wait_s: Option<i64>,
}

/// Each kind with the name behind `#`, its status and its title. The page about the API lists them.
macro_rules! kinds {
    ($($kind:ident $name:literal $status:ident $title:literal)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Kind {
            $($kind,)+
        }

        impl Kind {
            pub(super) const ALL: &[Self] = &[$(Self::$kind,)+];

            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            pub(super) const fn status(self) -> StatusCode {
                match self {
                    $(Self::$kind => StatusCode::$status,)+
                }
            }

            pub(super) const fn title(self) -> &'static str {
                match self {
                    $(Self::$kind => $title,)+
                }
            }
        }
    };
}

kinds! {
    Malformed "malformed" BAD_REQUEST "The request cannot be read"
    NoToken "no-token" UNAUTHORIZED "A token is needed"
    NotAllowed "not-allowed" FORBIDDEN "The token does not allow this"
    NotFound "not-found" NOT_FOUND "There is no such thing"
    Method "method" METHOD_NOT_ALLOWED "This cannot be done here"
    NotOwner "not-owner" CONFLICT "Somebody else answers this conversation"
    Held "held" CONFLICT "Somebody wrote meanwhile"
    WindowClosed "window-closed" CONFLICT "The reply window is closed"
    CannotSend "cannot-send" CONFLICT "The account cannot send"
    NoBot "no-bot" CONFLICT "There is no bot"
    Refused "refused" CONFLICT "It cannot be done as things stand"
    TooLarge "too-large" PAYLOAD_TOO_LARGE "The request is too large"
    MediaType "media-type" UNSUPPORTED_MEDIA_TYPE "The request is not JSON"
    Invalid "invalid" UNPROCESSABLE_ENTITY "Something in the request is wrong"
    TooMany "too-many" TOO_MANY_REQUESTS "Too many requests"
    Fault "fault" INTERNAL_SERVER_ERROR "Something went wrong here"
}

impl Problem {
    pub(super) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (status, title) = (kind.status().as_u16(), kind.title());
        Self { kind: format!("/api#{}", kind.name()), title, status, detail: detail.into(), wait_s: None }
    }

    pub(super) fn not_found() -> Self {
        Self::new(Kind::NotFound, "It is not there, or this token does not see it.")
    }

    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail)
    }

    pub(super) fn no_token() -> Self {
        let detail = "Show a token that is good: \"Authorization: Bearer swb_…\". Admins make them at /tokens.";
        Self::new(Kind::NoToken, detail)
    }

    pub(super) fn not_allowed(scope: Scope) -> Self {
        Self::new(Kind::NotAllowed, format!("This takes a token with the scope \"{}\".", scope.word()))
    }

    pub(super) fn too_many(wait_s: i64) -> Self {
        let detail = format!("This token asks too fast. Try again in {wait_s} s.");
        Self { wait_s: Some(wait_s), ..Self::new(Kind::TooMany, detail) }
    }

    pub(super) fn not_owner() -> Self {
        let detail = "A person, another bot or another app answers this conversation. Nothing was sent.";
        Self::new(Kind::NotOwner, detail)
    }

    fn of_fault(fault: &Fault) -> Self {
        let detail =
            format!("Nothing was lost; try again. If it stays, the operator finds it under {}.", fault.reference);
        Self::new(Kind::Fault, detail)
    }

    /// An answer that was not made here: that of a path or a method that is not there, or of a panic.
    fn of_status(status: StatusCode) -> Self {
        let kind = Kind::ALL.iter().find(|it| it.status() == status);
        let kind = kind.copied().unwrap_or(if status.is_server_error() { Kind::Fault } else { Kind::Malformed });
        let mut problem = Self::new(kind, status.canonical_reason().unwrap_or("It cannot be done."));
        problem.status = status.as_u16();
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::of_fault(&Fault::of("answer a program", &error))
    }
}

impl From<InboxError> for Problem {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::SignedOut => Self::no_token(),
            InboxError::NotFound => Self::not_found(),
            InboxError::Store(error) => error.into(),
            error @ InboxError::Meta(_) => Self::of_fault(&Fault::of("answer a program", &error)),
        }
    }
}

const PROBLEM_JSON: &str = "application/problem+json";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        let mut add = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        };
        if status == StatusCode::UNAUTHORIZED {
            add(WWW_AUTHENTICATE, "Bearer realm=\"Switchboard API\"");
        }
        if let Some(wait_s) = self.wait_s {
            add(RETRY_AFTER, &wait_s.to_string());
        }
        response
    }
}

/// Whatever refuses a request, it does so in one form.
pub(super) async fn problems_only(response: Response) -> HttpResponse<Body> {
    let status = response.status();
    let is_problem = response.headers().get(CONTENT_TYPE).is_some_and(|it| it == PROBLEM_JSON);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut tidy = Problem::of_status(status).into_response();
    if let Some(allow) = response.headers().get(ALLOW) {
        tidy.headers_mut().insert(ALLOW, allow.clone());
    }
    tidy
}

/// What any call can be answered beside what it does.
pub(super) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut responses: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for kind in Kind::ALL {
            responses.entry(kind.status().as_u16().to_string()).or_default().push(kind.title());
        }
        let content = ContentBuilder::new().schema(Some(Problem::schema())).build();
        let response = |titles: Vec<&str>| {
            ResponseBuilder::new().description(titles.join(" · ")).content(PROBLEM_JSON, content.clone()).build()
        };
        responses.into_iter().map(|(status, titles)| (status, response(titles).into())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_problem_has_a_name_of_its_own() {
        for (n, it) in Kind::ALL.iter().enumerate() {
            assert!(Kind::ALL[..n].iter().all(|other| other.name() != it.name()), "{it:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_of_another_kind_becomes_a_problem() {
        let plain = (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")], "no").into_response();
        let tidy = problems_only(plain).await;
        assert_eq!(tidy.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(
            (&tidy.headers()[CONTENT_TYPE], &tidy.headers()[ALLOW]),
            (&PROBLEM_JSON.parse().unwrap(), &"GET".parse().unwrap())
        );
        let good = problems_only("yes".into_response()).await;
        assert_eq!((good.status(), good.headers().get(CONTENT_TYPE).is_some()), (StatusCode::OK, true));
    }
}
