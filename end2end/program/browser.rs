//! A browser without scripts: keeps cookies, follows nothing by itself.

use borsh::BorshDeserialize;
use model::wire;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;

pub struct Browser {
    client: Client,
    at: String,
    pub cookies: BTreeMap<String, String>,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn goes_to(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

impl Browser {
    pub fn at(address: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, at: address.to_owned(), cookies: BTreeMap::new() }
    }

    /// The program listens somewhere else now.
    pub fn move_to(&mut self, address: &str) {
        address.clone_into(&mut self.at);
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, None, &[]).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        self.ask(Method::POST, path, Some(form), &[]).await
    }

    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        form: Option<&[(&str, &str)]>,
        headers: &[(&str, &str)],
    ) -> Page {
        let mut request =
            self.client.request(method, format!("{}{path}", self.at)).header(COOKIE, self.cookie_header());
        if let Some(form) = form {
            let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        Page { status, headers, body: response.text().await.unwrap() }
    }

    /// Calls a server function, as the program in the browser does: its answer, or the status that refused it.
    pub async fn call<T: BorshDeserialize>(
        &self,
        name: &str,
        arguments: &Value,
    ) -> reqwest::Result<Result<T, StatusCode>> {
        let request = self.client.post(format!("{}/fn/{name}", self.at)).header(COOKIE, self.cookie_header());
        let request = request.header("content-type", "application/json").body(arguments.to_string());
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        Ok(if status == StatusCode::OK { Ok(wire::read_of_any_build(&body).unwrap()) } else { Err(status) })
    }

    /// An answer that does not end by itself.
    pub async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.at)).header(COOKIE, self.cookie_header());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    fn cookie_header(&self) -> String {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.post("/login", &[("email", email), ("password", password)]).await
    }
}
