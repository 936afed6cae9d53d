//! What a person is told when they did not get what they asked for. Nothing of the inside leaves
//! the server: a fault is a reference to the line in the log.

use borsh::{BorshDeserialize, BorshSerialize};
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use model::wire::{Unreadable, json};
use serde::Serialize;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    SignedOut,
    Forbidden,
    NotFound,
    Unavailable,
    /// The page is of another build than what answers.
    Outdated,
    Broken {
        reference: String,
    },
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedOut => f.write_str("You are signed out."),
            Self::Forbidden => f.write_str("Your role does not allow this."),
            Self::NotFound => f.write_str("This is not here any more."),
            Self::Unavailable => f.write_str("Switchboard cannot be reached right now."),
            Self::Outdated => f.write_str("Switchboard has been updated. Reload the page to go on."),
            Self::Broken { reference } => {
                write!(f, "Something broke. The log says more under {reference}.")
            }
        }
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = ErrorEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let broken = |reference: &str| Self::Broken { reference: reference.to_owned() };
        match error {
            ServerFnErrorErr::Deserialization(why) if why == Unreadable::Outdated.words() => Self::Outdated,
            // An answer that is not ours comes from whatever stands before us while we are away.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => Self::Unavailable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => broken("call-arguments"),
            ServerFnErrorErr::Serialization(_) => broken("call-serialization"),
            ServerFnErrorErr::Response(_) => broken("call-response"),
            ServerFnErrorErr::MiddlewareError(_) => broken("call-middleware"),
            ServerFnErrorErr::ServerError(_) => broken("call-server"),
            ServerFnErrorErr::Registration(_) | ServerFnErrorErr::UnsupportedRequestMethod(_) => broken("call-method"),
        }
    }
}

/// Errors travel as JSON, which is read whatever build wrote it; what refuses a call before any
/// function runs writes the same words.
pub struct ErrorEncoding;

impl ContentType for ErrorEncoding {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for ErrorEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<AppError> for ErrorEncoding {
    // The error of serde_json would bring its words into the bundle.
    type Error = fmt::Error;

    fn encode(error: &AppError) -> Result<Bytes, fmt::Error> {
        serde_json::to_vec(error).map(Bytes::from).map_err(|_| fmt::Error)
    }
}

impl Decodes<AppError> for ErrorEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<AppError, Unreadable> {
        read(&bytes).ok_or(Unreadable::Odd)
    }
}

fn read(bytes: &[u8]) -> Option<AppError> {
    let it = json::value(std::str::from_utf8(bytes).ok()?)?;
    Some(match it.as_str() {
        Some("signed_out") => AppError::SignedOut,
        Some("forbidden") => AppError::Forbidden,
        Some("not_found") => AppError::NotFound,
        Some("unavailable") => AppError::Unavailable,
        Some("outdated") => AppError::Outdated,
        Some(_) => return None,
        None => AppError::Broken { reference: json::text(it.get("broken")?, "reference")? },
    })
}

#[cfg(feature = "ssr")]
impl AppError {
    pub fn status(&self) -> http::StatusCode {
        match self {
            Self::SignedOut => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden => http::StatusCode::FORBIDDEN,
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
            Self::Outdated => http::StatusCode::CONFLICT,
            Self::Broken { .. } => http::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[cfg(feature = "ssr")]
mod told {
    use super::AppError;
    use server::http::fault::Fault;
    use server::inbox::InboxError;
    use server::store::StoreError;

    /// The answer, under its own status, of a call that was not fulfilled.
    pub fn told(error: impl Into<AppError>) -> AppError {
        let error = error.into();
        crate::status::set(error.status());
        error
    }

    /// Logs it: whoever is answered gets the reference only.
    impl From<StoreError> for AppError {
        fn from(error: StoreError) -> Self {
            let fault = Fault::of("do what a page asked for", &error);
            if error.is_outage() { Self::Unavailable } else { Self::Broken { reference: fault.reference } }
        }
    }

    impl From<InboxError> for AppError {
        fn from(error: InboxError) -> Self {
            match error {
                InboxError::SignedOut => Self::SignedOut,
                InboxError::NotFound => Self::NotFound,
                InboxError::Meta(_) => Self::Unavailable,
                InboxError::Store(error) => error.into(),
            }
        }
    }
}
#[cfg(feature = "ssr")]
pub use told::told;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::codec::{STAMP, WireEncoding};
    use model::wire::print;

    #[test]
    fn an_answer_that_is_not_ours_means_that_we_are_away() {
        let bad_gateway = AppError::de("<html>502 Bad Gateway</html>".into());
        assert_eq!(bad_gateway, AppError::Unavailable);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_server_refuses_a_signed_out_call_in_these_words() {
        assert_eq!(AppError::de(server::auth::caller::SIGNED_OUT.into()), AppError::SignedOut);
    }

    #[test]
    fn an_error_comes_back_as_it_was_sent() {
        let all = [AppError::SignedOut, AppError::Forbidden, AppError::NotFound, AppError::Unavailable];
        for error in all.into_iter().chain([AppError::Outdated, AppError::Broken { reference: "01k9".to_owned() }]) {
            assert_eq!(AppError::de(error.ser()), error);
        }
        assert_eq!(AppError::de("\"of_tomorrow\"".into()), AppError::Unavailable);
    }

    #[test]
    fn an_answer_of_another_build_asks_for_a_reload() {
        let answered = |bytes: Vec<u8>| {
            let read: Result<i64, _> = WireEncoding::decode(bytes.into());
            read.map_err(|it| AppError::from_server_fn_error(ServerFnErrorErr::Deserialization(it.to_string())))
        };
        assert_eq!(answered(print(STAMP, &7i64).unwrap()), Ok(7));
        assert_eq!(answered(print([0; 8], &7i64).unwrap()), Err(AppError::Outdated));
        assert_eq!(answered(b"<html>502 Bad Gateway</html>".to_vec()), Err(AppError::Unavailable));
        assert_eq!(answered(print(STAMP, &7i32).unwrap()), Err(AppError::Unavailable));
    }
}
