use crate::cdn::picture;
use crate::rows::{self, Thread};
use crate::running::Running;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures::stream::{self, StreamExt as _};
use http_body_util::BodyExt as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use model::media::{MediaId, UploadRefused, UploadedMedia};
use model::outgoing::FileKind;
use model::person::Role;
use model::time::{DAY_S, HOUR_S};
use server::auth::Caller;
use server::media::link::link_for_meta;
use server::media::sweep::{mark_unused, sweep_marked};
use std::io::Cursor;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tower::ServiceExt as _;

const MB: usize = 1024 * 1024;
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";
const NOBODY: Option<&Caller> = None;

crate::on_both!(
    a_photograph_is_kept_as_it_is,
    what_is_too_large_is_refused_while_it_comes,
    a_file_that_breaks_off_leaves_nothing,
    an_upload_is_taken_away_by_who_made_it_until_it_is_sent,
    what_was_never_sent_goes_after_a_day,
    only_who_sees_the_conversation_gives_it_files,
);

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn media(&self) -> UploadedMedia {
        assert_eq!(self.status, StatusCode::CREATED, "{:?}", self.body);
        serde_json::from_slice(&self.body).unwrap()
    }

    fn problem(&self) -> (u16, String) {
        let refused: UploadRefused = serde_json::from_slice(&self.body).unwrap();
        (self.status.as_u16(), refused.problem)
    }
}

async fn ask(running: &Running, caller: Option<&Caller>, mut request: Request<Body>) -> Answer {
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller.clone());
    }
    let (parts, body) = running.router().oneshot(request).await.unwrap().into_parts();
    Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
}

fn upload(thread: &Thread, name: &str, body: impl Into<Body>) -> Request<Body> {
    let path = format!("/media?conversation={}&name={name}", thread.conversation);
    Request::post(path).body(body.into()).unwrap()
}

/// Two people, and a conversation that both see.
struct Desk {
    running: Running,
    ines: Caller,
    noah: Caller,
    thread: Thread,
}

impl Desk {
    async fn at(running: Running) -> Self {
        let ines = running.person("ines@luna.example", Role::Agent).await;
        let noah = running.person("noah@luna.example", Role::Agent).await;
        let thread = rows::thread(&running.url, &running.seams).await;
        Self { running, ines, noah, thread }
    }

    async fn instagram() -> Self {
        Self::at(Running::sqlite().await).await
    }

    async fn messenger() -> Self {
        let desk = Self::instagram().await;
        rows::execute(&desk.running.url, "update accounts set platform = 'page'").await;
        desk
    }

    async fn upload(&self, name: &str, body: impl Into<Body>) -> Answer {
        ask(&self.running, Some(&self.ines), upload(&self.thread, name, body)).await
    }

    async fn show(&self, id: MediaId) -> Bytes {
        let shown = ask(&self.running, Some(&self.noah), get(&format!("/media/{id}"))).await;
        assert_eq!(shown.status, StatusCode::OK);
        shown.body
    }

    async fn n_rows(&self) -> String {
        rows::value(&self.running.url, "select cast(count(*) as text) from media").await.unwrap()
    }

    async fn assert_empty(&self) {
        assert_eq!((self.running.n_files(), self.n_rows().await.as_str()), (0, "0"));
    }
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn delete(id: MediaId) -> Request<Body> {
    Request::delete(format!("/media/{id}")).body(Body::empty()).unwrap()
}

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// `bytes`, and zeros up to this length.
fn long(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(length, 0);
    bytes
}

async fn a_photograph_is_kept_as_it_is(running: Running) {
    let desk = Desk::at(running).await;
    let jpeg = written(RgbImage::from_pixel(80, 60, Rgb([200, 90, 40])), ImageFormat::Jpeg);
    let media = desk.upload("Krug%20blau.jpg", jpeg.clone()).await.media();
    let said = (media.kind, media.name.as_str(), media.content_type.as_str(), media.width, media.height);
    assert_eq!(said, (FileKind::Image, "Krug blau.jpg", "image/jpeg", Some(80), Some(60)));
    assert_eq!((media.size, media.changed), (i64::try_from(jpeg.len()).unwrap(), None));
    assert!(media.blur.unwrap().starts_with("data:image/png;base64,"));
    assert_eq!(desk.show(media.id).await, jpeg);
    let row = rows::value(&desk.running.url, "select created_by || ' ' || account_id from media").await;
    assert_eq!(row, Some(format!("{} {}", desk.ines.me.id, desk.thread.account)));
    let known = desk.running.store.known_files(desk.thread.account, vec![media.id]).await.unwrap();
    assert_eq!(known.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_another_type_is_changed_and_says_so() {
    let desk = Desk::instagram().await;
    let sticker = RgbaImage::from_fn(40, 40, |x, _| Rgba([200, 90, 40, if x < 20 { 0 } else { 255 }]));
    let media = desk.upload("mug.webp", written(sticker, ImageFormat::WebP)).await.media();
    assert_eq!((media.name.as_str(), media.content_type.as_str()), ("mug.png", "image/png"));
    let changed = "Changed from WebP to PNG, because Instagram takes JPEG, PNG and GIF.";
    assert_eq!(media.changed.as_deref(), Some(changed));
    let sent = desk.show(media.id).await;
    assert_eq!(i64::try_from(sent.len()).unwrap(), media.size);
    assert_eq!(image::load_from_memory(&sent).unwrap().into_rgba8().get_pixel(0, 0)[3], 0);
    let photograph = RgbImage::from_pixel(40, 30, Rgb([200, 90, 40]));
    let media = desk.upload("mug.webp", written(photograph, ImageFormat::WebP)).await.media();
    assert_eq!((media.name.as_str(), media.content_type.as_str()), ("mug.jpg", "image/jpeg"));
    assert_eq!(desk.running.n_files(), 2, "what was given is not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_too_large_is_made_smaller_and_says_so() {
    let desk = Desk::instagram().await;
    let glaze =
        RgbImage::from_fn(1700, 1700, |x, y| Rgb([40, (x % 256).try_into().unwrap(), (y / 7).try_into().unwrap()]));
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Uncompressed, FilterType::NoFilter);
    glaze.write_with_encoder(encoder).unwrap();
    let media = desk.upload("glaze.png", png).await.media();
    assert_eq!((media.name.as_str(), media.width, media.height), ("glaze.jpg", Some(1700), Some(1700)));
    let changed = media.changed.unwrap();
    let expected = changed.starts_with("Made smaller: 8.3 MB to ");
    assert!(expected && changed.ends_with(" MB, and changed from PNG to JPEG."), "{changed}");
    assert_eq!(desk.running.n_files(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_instagram_does_not_take_is_refused() {
    let desk = Desk::instagram().await;
    let webp = long(&written(RgbImage::new(9, 9), ImageFormat::WebP)[..20], 500);
    for (name, bytes, problem) in [
        ("a.mp3", long(b"ID3\x03\0", 500), "Instagram takes audio as AAC, M4A, WAV or MP4 only."),
        ("a.zip", long(b"PK\x03\x04", 500), "Instagram takes files as PDF only."),
        ("a.pdf", b"<!doctype html>".to_vec(), "Instagram takes files as PDF only."),
        (
            "a.gif",
            long(b"GIF89a", 9 * MB),
            "The picture is 9 MB, Instagram takes 8 MB. It moves, and would stand still if it were changed.",
        ),
        (
            "a.webp",
            webp,
            "Instagram takes pictures as JPEG, PNG or GIF only. \
             It cannot be read here, or has more than 40 million pixels.",
        ),
        ("a.pdf", Vec::new(), "The file is empty."),
    ] {
        assert_eq!(desk.upload(name, bytes).await.problem(), (422, problem.to_owned()), "{name}");
    }
    desk.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_its_bytes_say() {
    let desk = Desk::instagram().await;
    let media = desk.upload("mug.png", PDF).await.media();
    let said = (media.kind, media.name.as_str(), media.content_type.as_str(), media.width);
    assert_eq!(said, (FileKind::File, "mug.pdf", "application/pdf", None));
    let desk = Desk::messenger().await;
    let kind = async |name: &'static str, bytes: Vec<u8>| desk.upload(name, bytes).await.media().kind;
    assert_eq!(kind("a.mp3", long(b"ID3\x03\0", 500)).await, FileKind::Audio);
    assert_eq!(kind("a.heic", long(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", 500)).await, FileKind::File);
    assert_eq!(kind("a.jpg", long(b"PK\x03\x04", 500)).await, FileKind::File);
}

async fn what_is_too_large_is_refused_while_it_comes(running: Running) {
    let desk = Desk::at(running).await;
    // It never ends.
    let chunks = stream::iter([PDF.to_vec()]).chain(stream::repeat(vec![b' '; 64 * 1024]));
    let endless = Body::from_stream(chunks.map(|it| Ok::<_, std::io::Error>(Bytes::from(it))));
    let problem = "The file is 25.1 MB, Instagram takes 25 MB.".to_owned();
    assert_eq!(desk.upload("order.pdf", endless).await.problem(), (413, problem));
    let announced = long(PDF, 31 * MB);
    let mut request = upload(&desk.thread, "order.pdf", announced.clone());
    request.headers_mut().insert("content-length", announced.len().into());
    let problem = "The file is 31 MB, Instagram takes 25 MB.".to_owned();
    assert_eq!(ask(&desk.running, Some(&desk.ines), request).await.problem(), (413, problem));
    desk.assert_empty().await;
}

async fn a_file_that_breaks_off_leaves_nothing(running: Running) {
    let desk = Desk::at(running).await;
    let broken = || Err(std::io::Error::other("the line is dead"));
    let chunks = [Ok(Bytes::from_static(PDF)), Ok(Bytes::from(vec![b' '; MB])), broken()];
    let problem = "The file did not arrive whole. Try again.".to_owned();
    let answer = desk.upload("order.pdf", Body::from_stream(stream::iter(chunks))).await;
    assert_eq!(answer.problem(), (400, problem.clone()));
    let mut short = upload(&desk.thread, "order.pdf", PDF);
    short.headers_mut().insert("content-length", (PDF.len() + 1).into());
    assert_eq!(ask(&desk.running, Some(&desk.ines), short).await.problem(), (400, problem));
    desk.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_goes_away_leaves_nothing() {
    let desk = Desk::instagram().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let router = desk.running.router().layer(Extension(desk.ines.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut browser = tokio::net::TcpStream::connect(at).await.unwrap();
    let head = format!(
        "POST /media?conversation={}&name=a.pdf HTTP/1.1\r\nhost: {at}\r\ncontent-length: {}\r\n\r\n",
        desk.thread.conversation,
        20 * MB
    );
    browser.write_all(head.as_bytes()).await.unwrap();
    browser.write_all(&long(PDF, MB)).await.unwrap();
    let until = async |n: usize| {
        let seen = async {
            while desk.running.n_files() != n {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("the files are as many");
    };
    until(1).await;
    drop(browser);
    until(0).await;
    desk.assert_empty().await;
}

async fn an_upload_is_taken_away_by_who_made_it_until_it_is_sent(running: Running) {
    let desk = Desk::at(running).await;
    let [gone, sent] =
        [desk.upload("a.png", picture()).await.media().id, desk.upload("b.png", picture()).await.media().id];
    let statement = format!(
        "insert into attachments (message_id, position, kind, state, media_id)
         values ('{}', 0, 'image', 'stored', '{sent}')",
        desk.thread.message
    );
    rows::execute(&desk.running.url, &statement).await;
    for (caller, id, status) in [
        (NOBODY, gone, StatusCode::UNAUTHORIZED),
        (Some(&desk.noah), gone, StatusCode::NOT_FOUND),
        (Some(&desk.ines), sent, StatusCode::NOT_FOUND),
        (Some(&desk.ines), desk.running.seams.new_id(), StatusCode::NOT_FOUND),
        (Some(&desk.ines), gone, StatusCode::NO_CONTENT),
        (Some(&desk.ines), gone, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(ask(&desk.running, caller, delete(id)).await.status, status);
    }
    assert_eq!(sweep_marked(&desk.running.program).await.unwrap(), 1);
    assert_eq!((desk.running.n_files(), desk.n_rows().await.as_str()), (1, "1"));
    desk.show(sent).await;
}

async fn what_was_never_sent_goes_after_a_day(running: Running) {
    let desk = Desk::at(running).await;
    let [_, drafted] = [desk.upload("a.pdf", PDF).await.media().id, desk.upload("b.pdf", PDF).await.media().id];
    let statement = format!(
        "insert into drafts (conversation_id, person_id, detail, updated_at)
         values ('{}', '{}', '{{\"media\":[\"{drafted}\"]}}', 1)",
        desk.thread.conversation, desk.ines.me.id
    );
    rows::execute(&desk.running.url, &statement).await;
    desk.running.clock.advance_s(DAY_S - 1);
    assert_eq!(mark_unused(&desk.running.program).await.unwrap(), 0);
    desk.running.clock.advance_s(2);
    assert_eq!(mark_unused(&desk.running.program).await.unwrap(), 1);
    assert_eq!(sweep_marked(&desk.running.program).await.unwrap(), 1);
    assert_eq!(desk.show(drafted).await, PDF);
}

async fn only_who_sees_the_conversation_gives_it_files(running: Running) {
    let desk = Desk::at(running).await;
    desk.thread.give_to_team(&desk.running.url, &desk.running.seams, &[desk.ines.me.id]).await;
    let there = upload(&desk.thread, "a.pdf", PDF);
    assert_eq!(ask(&desk.running, NOBODY, there).await.status, StatusCode::UNAUTHORIZED);
    let there = upload(&desk.thread, "a.pdf", PDF);
    let gone = (404, "The conversation is not there any more.".to_owned());
    assert_eq!(ask(&desk.running, Some(&desk.noah), there).await.problem(), gone);
    for nowhere in ["passwd".to_owned(), desk.running.seams.new_id::<MediaId>().to_string()] {
        let request = Request::post(format!("/media?conversation={nowhere}")).body(PDF.into()).unwrap();
        assert_eq!(ask(&desk.running, Some(&desk.ines), request).await.problem(), gone);
    }
    desk.assert_empty().await;
    desk.upload("a.pdf", PDF).await.media();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_gives_no_files_and_takes_none_away() {
    let desk = Desk::instagram().await;
    let id = desk.upload("a.pdf", PDF).await.media().id;
    for mut request in [upload(&desk.thread, "a.pdf", PDF), delete(id)] {
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert_eq!(ask(&desk.running, Some(&desk.ines), request).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(desk.n_rows().await, "1");
    desk.show(id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn meta_fetches_by_a_link_for_an_hour() {
    let desk = Desk::instagram().await;
    let media = desk.upload("Krug%20bl%C3%A4u.png", picture()).await.media();
    let link = link_for_meta(&desk.running.program, media.id, Some(&media.name), &media.content_type);
    let path = link.strip_prefix("http://127.0.0.1").unwrap().to_owned();
    assert!(path.starts_with(&format!("/media/{}/Krug_bl_u.png?", media.id)), "{path}");
    for method in [Method::GET, Method::HEAD] {
        let mut request = get(&path);
        *request.method_mut() = method.clone();
        let fetched = ask(&desk.running, NOBODY, request).await;
        let header = |name: &str| fetched.headers[name].to_str().unwrap().to_owned();
        assert_eq!((fetched.status, header("content-type")), (StatusCode::OK, "image/png".to_owned()));
        assert_eq!(header("content-length"), picture().len().to_string());
        assert!(!fetched.headers.contains_key("set-cookie"));
        assert_eq!(fetched.body, if method == Method::GET { picture() } else { Vec::new() });
    }
    desk.running.clock.advance_s(HOUR_S - 1);
    assert_eq!(ask(&desk.running, NOBODY, get(&path)).await.status, StatusCode::OK);
    desk.running.clock.advance_s(1);
    assert_eq!(ask(&desk.running, NOBODY, get(&path)).await.status, StatusCode::NOT_FOUND);
}
