//! The browser's files, compiled into the program: bundle, styles, fonts, icons. Each name carries
//! a hash of its content, so a file never changes and may be kept for ever.

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// One file, as the build put it into the program.
#[derive(Debug)]
pub struct Asset {
    /// The name by which the pages ask for it: `switchboard.js`.
    pub name: &'static str,
    /// The name it is served under, with its hash.
    pub file: &'static str,
    pub mime: &'static str,
    pub etag: &'static str,
    pub plain: &'static [u8],
    pub brotli: Option<&'static [u8]>,
    pub gzip: Option<&'static [u8]>,
}

/// All of them.
#[derive(Debug, Clone, Copy)]
pub struct Site(pub &'static [Asset]);

impl Site {
    /// The path of the file that the pages call `name`; `None` if it was not built in.
    pub fn path(self, name: &str) -> Option<String> {
        self.0.iter().find(|it| it.name == name).map(|it| format!("/assets/{}", it.file))
    }
}

/// `GET /assets/{file}`
pub async fn serve(State(site): State<Site>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = site.0.iter().find(|it| it.file == file) else {
        return (StatusCode::NOT_FOUND, "no such file\n").into_response();
    };
    let (body, encoding) = asset.best_for(&headers);
    let etag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", asset.etag.trim_matches('"')),
        None => format!("\"{}\"", asset.etag.trim_matches('"')),
    };
    let unchanged = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == etag);
    let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(ETAG, etag);
    }
    if let Some(encoding) = encoding {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

impl Asset {
    /// The smallest form that the browser takes.
    fn best_for(&self, headers: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
        match (self.brotli, self.gzip) {
            (Some(body), _) if accepts(headers, "br") => (body, Some("br")),
            (_, Some(body)) if accepts(headers, "gzip") => (body, Some("gzip")),
            _ => (self.plain, None),
        }
    }
}

/// Whether `Accept-Encoding` names `coding` without forbidding it (`br;q=0`).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let mut words = part.split(';').map(str::trim);
            let named = words.next().is_some_and(|it| it.eq_ignore_ascii_case(coding));
            let weight = words.find_map(|it| it.strip_prefix("q=")).and_then(|it| it.parse::<f32>().ok());
            named && weight.is_none_or(|it| it > 0.0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    const ASSET: Asset = Asset {
        name: "switchboard.js",
        file: "switchboard-0123.js",
        mime: "text/javascript",
        etag: "0123",
        plain: b"plain",
        brotli: Some(b"br"),
        gzip: Some(b"gz"),
    };
    static FILES: [Asset; 1] = [ASSET];

    async fn get(file: &str, headers: &[(&'static str, &'static str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let headers = headers.iter().map(|(k, v)| ((*k).parse().unwrap(), HeaderValue::from_static(v))).collect();
        let response = serve(State(Site(&FILES)), Path(file.to_owned()), headers).await;
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn the_smallest_accepted_form_is_served_for_ever() {
        let (status, headers, body) = get("switchboard-0123.js", &[("accept-encoding", "gzip, deflate, br")]).await;
        assert_eq!((status, body.as_slice()), (StatusCode::OK, &b"br"[..]));
        assert_eq!(headers[CONTENT_ENCODING], "br");
        assert_eq!(headers[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[ETAG], "\"0123-br\"");
        assert_eq!(headers[VARY], "accept-encoding");
    }

    #[tokio::test]
    async fn a_forbidden_coding_is_not_used() {
        let (_, headers, body) = get("switchboard-0123.js", &[("accept-encoding", "br;q=0, gzip;q=0.5")]).await;
        assert_eq!((body.as_slice(), &headers[CONTENT_ENCODING]), (&b"gz"[..], &HeaderValue::from_static("gzip")));
        let (_, headers, body) = get("switchboard-0123.js", &[]).await;
        assert_eq!((body.as_slice(), headers.get(CONTENT_ENCODING)), (&b"plain"[..], None));
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let known = [("accept-encoding", "br"), ("if-none-match", "\"0123-br\"")];
        let (status, headers, body) = get("switchboard-0123.js", &known).await;
        assert_eq!(
            (status, body.len(), &headers[ETAG]),
            (StatusCode::NOT_MODIFIED, 0, &HeaderValue::from_static("\"0123-br\""))
        );
    }

    #[tokio::test]
    async fn an_unknown_file_is_not_found() {
        assert_eq!(get("switchboard-4567.js", &[]).await.0, StatusCode::NOT_FOUND);
    }
}
