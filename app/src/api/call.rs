//! How a page asks the server. Leptos compiles the whole of it for every function, request, answer and errors; here
//! what is the same for all of them is compiled once, and what is left for a function is printing what is asked and
//! reading what is answered.

use super::codec::{Asked, STAMP, Wire};
use crate::error::AppError;
use borsh::{BorshDeserialize, BorshSerialize};
use http::Method;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::{FromReq, IntoRes};
use leptos::server_fn::{Protocol, server::Server};
use model::wire::{self, Unreadable};
use std::pin::Pin;

pub struct Call;

type Answer = Pin<Box<dyn Future<Output = Result<Vec<u8>, AppError>> + Send>>;

impl<I, O, C, S> Protocol<I, O, C, S, AppError> for Call
where
    I: BorshSerialize + FromReq<Asked, S::Request, AppError> + Send,
    O: BorshDeserialize + IntoRes<Wire, S::Response, AppError> + Send,
    C: Client<AppError>,
    S: Server<AppError>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, AppError>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<O, AppError>> + Send,
    {
        let asked = I::from_req(request).await?;
        function(asked).await?.into_res().await
    }

    fn run_client(path: &str, asked: I) -> impl Future<Output = Result<O, AppError>> + Send {
        // Nothing that is asked is unprintable.
        let answer = ask(path, &wire::print(STAMP, &asked).unwrap_or_default());
        async move { read(&answer.await?) }
    }
}

fn read<O: BorshDeserialize>(answer: &[u8]) -> Result<O, AppError> {
    wire::read(STAMP, answer).map_err(unreadable)
}

fn unreadable(why: Unreadable) -> AppError {
    match why {
        Unreadable::Outdated => {
            #[cfg(feature = "hydrate")]
            crate::browser::outdated::tell();
            AppError::Outdated
        }
        // An answer that is not ours comes from whatever stands before us while we are away.
        Unreadable::Odd => AppError::Unavailable,
    }
}

#[cfg(feature = "hydrate")]
fn ask(path: &str, asked: &[u8]) -> Answer {
    use js_sys::futures::JsFuture;
    use js_sys::{ArrayBuffer, Uint8Array};
    use leptos::prelude::{FromServerFnError as _, window};
    use leptos::server_fn::ContentType as _;
    use leptos::wasm_bindgen::{JsCast as _, JsValue};
    use send_wrapper::SendWrapper;
    use web_sys::{Headers, RequestInit, Response};

    async fn answered(request: Result<js_sys::Promise, JsValue>) -> Result<(bool, Vec<u8>), JsValue> {
        let response: Response = JsFuture::from(request?).await?.unchecked_into();
        let body: ArrayBuffer = JsFuture::from(response.array_buffer()?).await?.unchecked_into();
        Ok((response.ok(), Uint8Array::new(&body).to_vec()))
    }

    let request = (|| {
        let (init, headers) = (RequestInit::new(), Headers::new()?);
        headers.set("Content-Type", Asked::CONTENT_TYPE)?;
        headers.set("Accept", Wire::CONTENT_TYPE)?;
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&Uint8Array::from(asked));
        Ok(window().fetch_with_str_and_init(path, &init))
    })();
    Box::pin(SendWrapper::new(async move {
        match answered(request).await {
            Ok((true, answer)) => Ok(answer),
            Ok((false, error)) => Err(AppError::de(error.into())),
            Err(_) => Err(AppError::Unavailable),
        }
    }))
}

/// The server asks itself nothing.
#[cfg(not(feature = "hydrate"))]
fn ask(_: &str, _: &[u8]) -> Answer {
    Box::pin(std::future::ready(Err(AppError::Unavailable)))
}
