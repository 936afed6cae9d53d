use crate::cdn::picture;
use crate::rows;
use crate::running::Running;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use model::media::MediaId;
use model::person::Role;
use server::auth::Caller;
use server::media::keep::MediaStore;
use server::media::link::sign_link;
use tower::ServiceExt as _;

const NOBODY: Option<&Caller> = None;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

async fn ask(running: &Running, path: &str, caller: Option<&Caller>, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(caller) = caller {
        request = request.extension(caller.clone());
    }
    let response = running.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_shown_to_who_is_signed_in() {
    let running = Running::new("http://127.0.0.1:1").await;
    let ines = running.person("ines@luna.example", Role::Agent).await;
    let (id, _) = running.kept("image/png", None, picture()).await;
    let path = format!("/media/{id}");
    let shown = ask(&running, &path, Some(&ines), &[]).await;
    assert_eq!((shown.status, &shown.body[..]), (StatusCode::OK, &picture()[..]));
    for (name, value) in [
        ("content-type", "image/png"),
        ("content-length", &picture().len().to_string()),
        ("content-disposition", "inline"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("accept-ranges", "bytes"),
        ("etag", &format!("\"{id}\"")),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    let known = ask(&running, &path, Some(&ines), &[("if-none-match", shown.header("etag"))]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let signed_out = ask(&running, &path, NOBODY, &[]).await;
    assert_eq!(signed_out.status, StatusCode::SEE_OTHER);
    assert_eq!(signed_out.header("location"), format!("/login?next=%2Fmedia%2F{id}"));
    assert_eq!((signed_out.header("cache-control"), signed_out.body.len()), ("no-store", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_could_run_is_saved_and_not_shown() {
    let running = Running::new("http://127.0.0.1:1").await;
    let ines = running.person("ines@luna.example", Role::Agent).await;
    for content_type in ["text/html", "text/xml", "image/svg+xml", "application/pdf", "application/octet-stream"] {
        let (id, _) = running.kept(content_type, Some("Ofen \"1\".html"), b"<script>".to_vec()).await;
        let saved = ask(&running, &format!("/media/{id}"), Some(&ines), &[]).await;
        assert_eq!(saved.header("content-type"), content_type);
        assert_eq!(
            saved.header("content-disposition"),
            "attachment; filename=\"Ofen _1_.html\"; filename*=UTF-8''Ofen%20%221%22.html"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_gets_the_part_that_it_wants() {
    let running = Running::new("http://127.0.0.1:1").await;
    let ines = running.person("ines@luna.example", Role::Agent).await;
    let bytes: Vec<u8> = (0..100_000u32).map(|it| u8::try_from(it % 251).unwrap()).collect();
    let (id, _) = running.kept("video/mp4", None, bytes.clone()).await;
    let path = format!("/media/{id}");
    for (range, part) in [
        ("bytes=0-9", 0..10),
        ("bytes=50000-", 50_000..100_000),
        ("bytes=-7", 99_993..100_000),
        ("bytes=0-", 0..100_000),
    ] {
        let answer = ask(&running, &path, Some(&ines), &[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes {}-{}/100000", part.start, part.end - 1));
        assert_eq!(answer.header("content-length"), part.len().to_string());
        assert_eq!(answer.body[..], bytes[part], "{range}");
    }
    let behind = ask(&running, &path, Some(&ines), &[("range", "bytes=100000-")]).await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!((behind.header("content-range"), behind.body.len()), ("bytes */100000", 0));
    let other = [("range", "bytes=0-9"), ("if-range", "\"other\"")];
    assert_eq!(ask(&running, &path, Some(&ines), &other).await.body.len(), 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_not_see_looks_like_what_is_not_there() {
    let running = Running::new("http://127.0.0.1:1").await;
    let ines = running.person("ines@luna.example", Role::Agent).await;
    let noah = running.person("noah@luna.example", Role::Agent).await;
    let mia = running.person("mia@luna.example", Role::Admin).await;
    let (id, thread) = running.kept("image/png", None, picture()).await;
    thread.give_to_team(&running.url, &running.seams, &[ines.me.id]).await;
    let path = format!("/media/{id}");
    let none = format!("/media/{}", running.seams.new_id::<MediaId>());
    for (path, caller, status) in [
        (path.as_str(), &ines, StatusCode::OK),
        (&path, &mia, StatusCode::OK),
        (&path, &noah, StatusCode::NOT_FOUND),
        (&none, &mia, StatusCode::NOT_FOUND),
        ("/media/passwd", &mia, StatusCode::NOT_FOUND),
        ("/media/..%2F..%2Fpasswd", &mia, StatusCode::NOT_FOUND),
    ] {
        let answer = ask(&running, path, Some(caller), &[]).await;
        assert_eq!(answer.status, status, "{path} {}", caller.me.email);
        if status == StatusCode::NOT_FOUND {
            let said = (&answer.body[..], answer.header("cache-control"), answer.header("etag"));
            assert_eq!(said, (&b"no such file\n"[..], "no-store", ""), "{path} {}", caller.me.email);
        }
    }
    rows::execute(&running.url, &format!("update media set deleted_at = 1 where id = '{id}'")).await;
    assert_eq!(ask(&running, &path, Some(&mia), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_lost_is_not_found() {
    let running = Running::new("http://127.0.0.1:1").await;
    let mia = running.person("mia@luna.example", Role::Admin).await;
    let (id, _) = running.kept("image/png", None, picture()).await;
    running.program.media.delete(&MediaStore::key(id)).await.unwrap();
    assert_eq!(ask(&running, &format!("/media/{id}"), Some(&mia), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_link_opens_one_file_for_a_while() {
    let running = Running::new("http://127.0.0.1:1").await;
    let noah = running.person("noah@luna.example", Role::Agent).await;
    let (id, thread) = running.kept("image/png", None, picture()).await;
    let (other, _) = running.kept("image/png", None, picture()).await;
    thread.give_to_team(&running.url, &running.seams, &[]).await;
    let link = sign_link(&running.program.media_key, id, running.seams.now().plus_s(60));
    let opened = ask(&running, &link, NOBODY, &[]).await;
    assert_eq!((opened.status, opened.body.len()), (StatusCode::OK, picture().len()));
    let forged = sign_link(&[8; 32], id, running.seams.now().plus_s(60));
    let moved = link.replace(&id.to_string(), &other.to_string());
    for wrong in [&forged, &moved] {
        assert_eq!(ask(&running, wrong, NOBODY, &[]).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(ask(&running, &moved, Some(&noah), &[]).await.status, StatusCode::OK, "who may see it needs no link");
    running.clock.advance_s(60);
    for caller in [NOBODY, Some(&noah)] {
        assert_eq!(ask(&running, &link, caller, &[]).await.status, StatusCode::NOT_FOUND, "it ran out");
    }
}
