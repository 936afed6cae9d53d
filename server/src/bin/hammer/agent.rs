//! Somebody who is signed in.

use crate::stock::{PASSWORD, email};
use reqwest::{Client, Response, header};
use std::error::Error;
use std::net::SocketAddr;

/// The cookie of one of a stocked shop's people.
pub async fn sign_in(inbox: SocketAddr, person: u32) -> Result<String, Box<dyn Error>> {
    sign_in_as(inbox, &email(person), PASSWORD).await
}

/// The cookie of whoever this is.
pub async fn sign_in_as(inbox: SocketAddr, email: &str, password: &str) -> Result<String, Box<dyn Error>> {
    let response = post(inbox, "/login", None, &[("email", email), ("password", password)]).await?;
    let cookie = response.headers().get(header::SET_COOKIE).ok_or("the sign-in gives no cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Posts a form as whoever has the cookie; where it leads.
pub async fn post_form(
    inbox: SocketAddr,
    cookie: &str,
    path: &str,
    form: &[(&str, &str)],
) -> Result<String, Box<dyn Error>> {
    let response = post(inbox, path, Some(cookie), form).await?;
    let status = response.status();
    let to = response.headers().get(header::LOCATION).ok_or_else(|| format!("{path} leads nowhere: {status}"))?;
    Ok(to.to_str()?.to_owned())
}

async fn post(inbox: SocketAddr, path: &str, cookie: Option<&str>, form: &[(&str, &str)]) -> reqwest::Result<Response> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(form).finish();
    let request = client.post(format!("http://{inbox}{path}"));
    let request = cookie.into_iter().fold(request, |request, it| request.header(header::COOKIE, it));
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body).send().await
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
