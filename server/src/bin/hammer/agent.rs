//! Somebody who is signed in.

use crate::stock::{PASSWORD, email};
use reqwest::{Client, header};
use std::error::Error;
use std::net::SocketAddr;

/// The cookie of one of a stocked shop's people.
pub async fn sign_in(inbox: SocketAddr, person: u32) -> Result<String, Box<dyn Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let form = form.extend_pairs([("email", email(person).as_str()), ("password", PASSWORD)]).finish();
    let request = client.post(format!("http://{inbox}/login"));
    let form_type = "application/x-www-form-urlencoded";
    let response = request.header(header::CONTENT_TYPE, form_type).body(form).send().await?;
    let cookie = response.headers().get(header::SET_COOKIE).ok_or("the sign-in gives no cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// A request for a page, as a browser makes it.
pub fn page(path: &str, cookie: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\naccept: text/html,*/*;q=0.8\r\n\
         accept-encoding: gzip, deflate, br\r\naccept-language: en-GB\r\nsec-fetch-site: same-origin\r\n\
         sec-fetch-mode: navigate\r\n\r\n"
    )
    .into_bytes()
}
