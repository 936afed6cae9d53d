use super::*;
use crate::config::MediaUrl;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response as Answer};
use axum::routing::get;
use proptest::prelude::*;
use reqwest::dns::{Addrs, Name, Resolving};
use std::net::SocketAddr;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what follows";

/// Plays Meta's CDN on this machine, and a store beside it.
struct Bed {
    at: String,
    fetcher: Fetcher,
    store: MediaStore,
    folder: TempDir,
}

const SMALL: Limits = Limits { size: 300_000, connect: Duration::from_secs(5), whole: Duration::from_secs(5) };

async fn bed(cdn: Router, limits: Limits) -> Bed {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, cdn).await });
    bed_at(at, limits)
}

fn bed_at(at: String, limits: Limits) -> Bed {
    let folder = tempfile::tempdir().unwrap();
    let store = MediaStore::open(&MediaUrl::in_folder(folder.path())).unwrap();
    let fetcher = Fetcher::new(&[at.parse().unwrap()], limits);
    Bed { at, fetcher, store, folder }
}

impl Bed {
    async fn fetch(&self, path: &str) -> Result<Fetched, FetchError> {
        let url = format!("{}{path}", self.at);
        self.fetcher.fetch(Wanted { url: &url, takes_pages: false }, &self.store, "ab/file").await
    }

    async fn reason(&self, path: &str) -> String {
        self.fetch(path).await.unwrap_err().reason()
    }

    fn files(&self) -> Vec<PathBuf> {
        let Ok(listed) = std::fs::read_dir(self.folder.path().join("media/ab")) else { return Vec::new() };
        listed.map(|it| it.unwrap().path()).collect()
    }
}

/// So much of a file, in pieces.
fn pieces(n_bytes: usize) -> Body {
    let sizes = std::iter::repeat_n(8192, n_bytes / 8192).chain([n_bytes % 8192]);
    Body::from_stream(stream::iter(sizes.map(|it| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; it])))))
}

#[tokio::test]
async fn a_file_is_kept_under_the_type_that_its_bytes_have() {
    let cdn = Router::new()
        .route("/picture", get(|| async { ([(CONTENT_TYPE, "text/html")], PNG) }))
        .route("/nothing", get(|| async { "" }))
        .route("/words", get(|| async { ([(CONTENT_TYPE, "image/png")], "two mugs") }));
    let bed = bed(cdn, SMALL).await;
    let fetched = bed.fetch("/picture").await.unwrap();
    assert_eq!(fetched, Fetched { content_type: "image/png", size: PNG.len() as u64 });
    assert_eq!(bed.store.read_whole("ab/file").await.unwrap().as_deref(), Some(PNG));
    assert_eq!(bed.fetch("/nothing").await.unwrap().content_type, sniff::UNKNOWN);
    assert_eq!(bed.fetch("/words").await.unwrap().content_type, sniff::UNKNOWN);
}

#[tokio::test]
async fn a_large_file_is_kept_whole() {
    let limits = Limits { size: 3_000_000, ..SMALL };
    let bed = bed(Router::new().route("/large", get(|| async { pieces(2_900_001) })), limits).await;
    assert_eq!(bed.fetch("/large").await.unwrap().size, 2_900_001);
    let kept = bed.store.read_whole("ab/file").await.unwrap().unwrap();
    assert!(kept.len() == 2_900_001 && kept.iter().all(|it| *it == b'x'));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_leaves_nothing() {
    let cdn = Router::new()
        .route("/just", get(|| async { pieces(300_000) }))
        .route("/over", get(|| async { pieces(300_001) }))
        .route("/endless", get(|| async { endless() }))
        .route("/said", get(|| async { (StatusCode::OK, [(CONTENT_LENGTH, "400000")], pieces(400_000)) }));
    let bed = bed(cdn, SMALL).await;
    for path in ["/over", "/endless", "/said"] {
        assert_eq!(bed.reason(path).await, "too_large", "{path}");
        assert_eq!(bed.files(), Vec::<PathBuf>::new(), "{path}");
    }
    assert_eq!(bed.fetch("/just").await.unwrap().size, 300_000);
}

fn endless() -> Body {
    Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 8192]))))
}

/// A host that says what it likes, and hangs up.
async fn says(answer: &'static str) -> Bed {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    bed_at(at, SMALL)
}

#[tokio::test]
async fn a_host_that_lies_about_the_length_is_not_believed() {
    let more = says("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nshort").await;
    assert_eq!(more.reason("/").await, "network");
    assert!(more.fetch("/").await.unwrap_err().is_passing());
    assert_eq!(more.files(), Vec::<PathBuf>::new());
    let fewer = says("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nlonger").await;
    assert_eq!(fewer.fetch("/").await.unwrap().size, 3);
    let nonsense = says("no HTTP at all\r\n\r\n").await;
    assert_eq!(nonsense.reason("/").await, "network");
}

#[tokio::test]
async fn a_file_that_never_ends_runs_out_of_time() {
    let drop_by_drop = || {
        let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(PNG))]);
        Body::from_stream(begun.chain(stream::pending()))
    };
    let cdn = Router::new()
        .route("/slow", get(move || async move { drop_by_drop() }))
        .route("/silent", get(std::future::pending::<()>))
        .route("/on", get(|| async { Redirect::temporary("/silent") }));
    let bed = bed(cdn, Limits { whole: Duration::from_millis(200), ..SMALL }).await;
    for path in ["/slow", "/silent", "/on"] {
        let error = bed.fetch(path).await.unwrap_err();
        assert!(error.is_passing() && error.reason() == "time_out", "{path}: {error:?}");
        assert_eq!(bed.files(), Vec::<PathBuf>::new(), "{path}");
    }
}

#[tokio::test]
async fn a_page_is_not_a_file_unless_it_may_be_one() {
    let long = format!("\n<!DOCTYPE html><html>{}", "<p>A reel</p>".repeat(1000));
    let cdn = Router::new()
        .route("/reel", get(|| async { "<!doctype html>\n<title>A reel</title>" }))
        .route("/long", get(move || async move { long }));
    let bed = bed(cdn, SMALL).await;
    for path in ["/reel", "/long"] {
        assert!(matches!(bed.fetch(path).await, Err(FetchError::Page)), "{path}");
    }
    assert_eq!(bed.files(), Vec::<PathBuf>::new());
    let url = format!("{}/reel", bed.at);
    let fetched = bed.fetcher.fetch(Wanted { url: &url, takes_pages: true }, &bed.store, "ab/file").await.unwrap();
    assert_eq!(fetched.content_type, "text/html");
}

#[tokio::test]
async fn what_a_status_means() {
    let status = |Path(code): Path<u16>| async move { StatusCode::from_u16(code).unwrap() };
    let bed = bed(Router::new().route("/{code}", get(status)), SMALL).await;
    for code in [403, 404, 410] {
        assert!(matches!(bed.fetch(&format!("/{code}")).await, Err(FetchError::Gone(it)) if it == code));
    }
    for code in [408, 429, 500, 502, 503, 504] {
        let error = bed.fetch(&format!("/{code}")).await.unwrap_err();
        assert!(error.is_passing() && error.reason() == format!("http_{code}"), "{error:?}");
    }
    for code in [304, 400, 401, 451] {
        let error = bed.fetch(&format!("/{code}")).await.unwrap_err();
        assert!(!error.is_passing() && matches!(error, FetchError::Answer(it) if it == code), "{error:?}");
    }
}

#[tokio::test]
async fn redirects_are_followed_three_times_without_telling_anything() {
    async fn step(Path(n): Path<u32>, headers: HeaderMap) -> Answer {
        assert!(!headers.contains_key(COOKIE) && !headers.contains_key(REFERER), "{headers:?}");
        match n {
            0 => PNG.into_response(),
            n => ([(SET_COOKIE, "a=b")], Redirect::temporary(&format!("/{}", n - 1))).into_response(),
        }
    }
    let bed = bed(Router::new().route("/{n}", get(step)), SMALL).await;
    assert_eq!(bed.fetch("/3").await.unwrap().content_type, "image/png");
    assert_eq!(bed.reason("/4").await, "too_many_redirects");
}

#[tokio::test]
async fn a_redirect_to_where_we_may_not_go_is_refused() {
    let to = |target: &'static str| get(move || async move { Redirect::temporary(target) });
    let cdn = Router::new()
        .route("/inside", to("https://169.254.169.254/latest/meta-data/"))
        .route("/loopback", to("https://[::1]/"))
        .route("/plain", to("http://scontent.xx.fbcdn.net/a.jpg"))
        .route("/neighbour", to("http://127.0.0.1:1/"))
        .route("/file", to("file:///etc/passwd"))
        .route("/nowhere", to("https://"));
    let bed = bed(cdn, SMALL).await;
    for (path, reason) in [
        ("/inside", "private_address"),
        ("/loopback", "private_address"),
        ("/plain", "not_https"),
        ("/neighbour", "not_https"),
        ("/file", "not_https"),
        ("/nowhere", "bad_address"),
    ] {
        let error = bed.fetch(path).await.unwrap_err();
        assert_eq!((error.reason().as_str(), error.is_passing()), (reason, false), "{path}");
    }
}

/// Says the same of every name.
struct SaidNames(Vec<&'static str>);

impl Resolve for SaidNames {
    fn resolve(&self, _name: Name) -> Resolving {
        let said: Vec<SocketAddr> = self.0.iter().map(|it| SocketAddr::new(it.parse().unwrap(), 0)).collect();
        Box::pin(async move { Ok(Box::new(said.into_iter()) as Addrs) })
    }
}

#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_refused() {
    let bed = bed_at("http://127.0.0.1:1".to_owned(), SMALL);
    for said in [vec!["127.0.0.1"], vec!["10.0.0.8", "fd00::1"], vec!["::ffff:192.168.1.1"], vec![]] {
        let fetcher = Fetcher::with_names(&[], SMALL, Arc::new(SaidNames(said.clone())));
        let wanted = Wanted { url: "https://scontent.xx.fbcdn.net/a.jpg", takes_pages: false };
        let error = fetcher.fetch(wanted, &bed.store, "ab/file").await.unwrap_err();
        assert!(matches!(error, FetchError::Refused(Refusal::PrivateAddress)), "{said:?}: {error:?}");
    }
}

#[tokio::test]
async fn of_several_addresses_only_the_public_ones_are_asked() {
    let names = PublicNames(Arc::new(SaidNames(vec!["127.0.0.1", "157.240.1.35", "fe80::1"])));
    let found = names.resolve("scontent.xx.fbcdn.net".parse().unwrap()).await.unwrap();
    assert_eq!(found.map(|it| it.ip().to_string()).collect::<Vec<_>>(), ["157.240.1.35"]);
}

#[tokio::test]
async fn an_error_does_not_hold_the_address() {
    let bed = bed_at("http://127.0.0.1:1".to_owned(), SMALL);
    let error = bed.fetch("/a.jpg?signature=s3cret").await.unwrap_err();
    assert_eq!(error.reason(), "network");
    assert!(!format!("{error:?} {}", crate::start::chain(&error)).contains("s3cret"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_address_makes_fetching_panic(address: String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bed = bed_at("http://127.0.0.1:1".to_owned(), SMALL);
        let names = Arc::new(SaidNames(vec!["127.0.0.1"]));
        let fetcher = Fetcher::with_names(&[], SMALL, names);
        for url in [address.clone(), format!("https://{address}")] {
            let wanted = Wanted { url: &url, takes_pages: true };
            prop_assert!(runtime.block_on(fetcher.fetch(wanted, &bed.store, "ab/file")).is_err());
        }
    }
}
