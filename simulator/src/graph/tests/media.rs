//! What is fetched, uploaded, and sent again.

use super::{DAY_MS, INSTAGRAM, JONAS, LINKED, MIA, OTHER_PAGE, PAGE, Shop, shop};
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n............";
const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0............";
const MP4: &[u8] = b"\0\0\0\x18ftypmp42........";
const MIB: usize = 1024 * 1024;

/// Somebody's web server, and where its files are.
pub async fn server() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/{name}", get(file)).route("/{kind}/{subtype}/{name}", get(file_as));
    tokio::spawn(async move { axum::serve(listener, app).await });
    at
}

async fn file(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "never" => std::future::pending().await,
        "gone" => StatusCode::NOT_FOUND.into_response(),
        _ => ([(CONTENT_TYPE, "image/jpeg")], JPEG).into_response(),
    }
}

/// The bytes of the one, under the name of the other.
async fn file_as(Path((kind, subtype, name)): Path<(String, String, String)>) -> Response {
    ([(CONTENT_TYPE, format!("{kind}/{subtype}"))], bytes(&name)).into_response()
}

fn bytes(name: &str) -> Vec<u8> {
    let (name, length) = name.split_once('~').map_or((name, 0), |(name, length)| (name, length.parse().unwrap()));
    let begin: &[u8] = match name {
        "png" => PNG,
        "jpeg" => JPEG,
        "gif" => b"GIF89a............",
        "webp" => b"RIFF....WEBP............",
        "aac" => b"\xFF\xF1............",
        "mp3" => b"ID3.............",
        "m4a" => b"\0\0\0\x18ftypM4A ........",
        "wav" => b"RIFF....WAVE............",
        "mp4" => MP4,
        "ogg" => b"OggS............",
        "avi" => b"RIFF....AVI ............",
        "mov" => b"\0\0\0\x14ftypqt  ........",
        "webm" => b"\x1A\x45\xDF\xA3............",
        "pdf" => b"%PDF-1.7........",
        _ => b"<!doctype html><title>Sign in</title>",
    };
    let mut bytes = begin.to_vec();
    bytes.resize(length.max(bytes.len()), 0);
    bytes
}

async fn send(shop: &Shop, account: &str, kind: &str, url: &str) -> (u16, Option<u64>) {
    let body = json!({"message": {"attachment": {"type": kind, "payload": {"url": url}}}});
    let told = shop.send(account, body).await;
    (told.status.as_u16(), told.refusal().2)
}

const OTHER_TYPE: u64 = 2_018_047;

#[tokio::test]
async fn each_platform_takes_its_formats() {
    let (shop, at) = (shop(), server().await);
    shop.change(|world| world.limits.lifted = true);
    let messenger_only = |kind: &str, name: &str| matches!((kind, name), ("image", "webp") | ("audio", "mp3" | "ogg"));
    for (kind, said, names) in [
        ("image", "image/png", ["png", "jpeg", "gif", "webp"].as_slice()),
        ("audio", "audio/mp4", &["aac", "m4a", "wav", "mp4", "mp3", "ogg"]),
        ("video", "video/mp4", &["mp4", "ogg", "avi", "mov", "webm"]),
        ("file", "application/pdf", &["pdf"]),
    ] {
        for name in names {
            for account in [INSTAGRAM, LINKED, PAGE] {
                let refused = account != PAGE && messenger_only(kind, name);
                let expected = if refused { (400, Some(OTHER_TYPE)) } else { (200, None) };
                assert_eq!(
                    send(&shop, account, kind, &format!("{at}/{said}/{name}")).await,
                    expected,
                    "{account} {kind} {name}"
                );
            }
        }
    }
    assert_eq!(send(&shop, PAGE, "file", &format!("{at}/text/plain/anything")).await.0, 200);
    assert_eq!(send(&shop, INSTAGRAM, "file", &format!("{at}/text/plain/anything")).await, (400, Some(OTHER_TYPE)));
}

#[tokio::test]
async fn what_it_is_said_to_be_and_what_it_is_must_agree() {
    let (shop, at) = (shop(), server().await);
    for account in [INSTAGRAM, PAGE] {
        for (kind, file, subcode) in [
            ("image", "text/html/png", OTHER_TYPE),
            ("image", "image/png/html", OTHER_TYPE),
            ("image", "image/png/pdf", OTHER_TYPE),
            ("audio", "video/webm/aac", OTHER_TYPE),
            ("audio", "audio/aac/jpeg", OTHER_TYPE),
            ("video", "image/png/mp4", OTHER_TYPE),
            ("video", "video/mp4/html", 2_018_294),
        ] {
            assert_eq!(
                send(&shop, account, kind, &format!("{at}/{file}")).await,
                (400, Some(subcode)),
                "{kind} {file}"
            );
        }
    }
    assert_eq!(shop.n_messages(MIA), 1, "nothing of it was said");
}

#[tokio::test]
async fn files_have_a_size() {
    let (shop, at) = (shop(), server().await);
    for account in [INSTAGRAM, PAGE] {
        for (kind, file, most) in [
            ("image", "image/png/png", 8),
            ("audio", "audio/wav/wav", 25),
            ("video", "video/mp4/mp4", 25),
            ("file", "application/pdf/pdf", 25),
        ] {
            let most = most * MIB;
            assert_eq!(send(&shop, account, kind, &format!("{at}/{file}~{most}")).await.0, 200, "{kind}");
            let larger = format!("{at}/{file}~{}", most + 1);
            assert_eq!(send(&shop, account, kind, &larger).await, (400, Some(2_018_109)), "{kind}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_is_not_sent() {
    let (shop, at) = (shop(), server().await);
    let nobody = "http://127.0.0.1:1/a.png".to_owned();
    for url in [format!("{at}/gone"), nobody, "ftp://shop.example/a.png".to_owned(), "a.png".to_owned()] {
        assert_eq!(send(&shop, INSTAGRAM, "image", &url).await, (400, Some(2_018_008)), "{url}");
    }
    let neither = json!({"message": {"attachment": {"type": "image", "payload": {}}}});
    assert_eq!(shop.send(INSTAGRAM, neither).await.refusal(), (400, Some(100), None));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever_for_a_file() {
    let (shop, at) = (shop(), server().await);
    let never = format!("{at}/never");
    let started = tokio::time::Instant::now();
    assert_eq!(send(&shop, PAGE, "image", &never).await, (400, Some(2_018_008)));
    assert_eq!(started.elapsed().as_secs(), 10);
    assert_eq!(send(&shop, PAGE, "video", &never).await, (400, Some(2_018_294)));
    assert_eq!(started.elapsed().as_secs(), 85);
}

#[tokio::test]
async fn what_was_fetched_is_served_by_the_cdn() {
    let (shop, at) = (shop(), server().await);
    assert_eq!(send(&shop, INSTAGRAM, "image", &format!("{at}/image/png/png")).await.0, 200);
    let payload = shop.last(MIA).attachments[0].payload.clone().unwrap();
    let name = payload["url"].as_str().unwrap().strip_prefix("http://pocket/cdn/").unwrap().to_owned();
    let file = shop.simulator.look().files.get(&name).cloned().unwrap();
    assert_eq!((file.content_type.as_str(), &file.bytes[..]), ("image/png", PNG));
}

#[tokio::test]
async fn several_images_go_in_one_message() {
    let (shop, at) = (shop(), server().await);
    let images = |n: usize, kind: &str| {
        let one = json!({"type": kind, "payload": {"url": format!("{at}/kettle.jpg")}});
        json!({"message": {"attachments": vec![one; n]}})
    };
    for (account, customer, most) in [(INSTAGRAM, MIA, 10), (LINKED, super::ZOFIA, 10), (PAGE, JONAS, 30)] {
        assert_eq!(shop.send(account, images(most, "image")).await.refusal(), (200, None, None));
        assert_eq!(shop.last(customer).attachments.len(), most);
        for wrong in [images(most + 1, "image"), images(2, "video"), images(0, "image")] {
            assert_eq!(shop.send(account, wrong).await.refusal(), (400, Some(100), None));
        }
        shop.change(|world| world.account_mut(account).unwrap().switches.several_images = false);
        assert_eq!(shop.send(account, images(2, "image")).await.refusal(), (400, Some(100), Some(2_534_068)));
        let single = json!({"message": {"attachment": images(1, "image")["message"]["attachments"][0]}});
        assert_eq!(shop.send(account, single).await.status, 200);
    }
    let as_object = json!({"message": {"attachments": images(1, "image")["message"]["attachments"][0]}});
    assert_eq!(shop.send(INSTAGRAM, as_object).await.status, 200, "as Meta's older pages have it");
}

async fn upload(shop: &Shop, token_of: &str, body: Value) -> super::Told {
    shop.post(token_of, &format!("/v25.0/{token_of}/message_attachments"), &body).await
}

#[tokio::test]
async fn an_upload_is_of_its_page_and_its_kind_for_ninety_days() {
    let (shop, at) = (shop(), server().await);
    let of = |platform: &str| {
        let payload = json!({"url": format!("{at}/kettle.jpg"), "is_reusable": true});
        json!({"platform": platform, "message": {"attachment": {"type": "image", "payload": payload}}})
    };
    let id = upload(&shop, PAGE, of("messenger")).await.body["attachment_id"].as_str().unwrap().to_owned();
    let with =
        |kind: &str, id: &str| json!({"message": {"attachment": {"type": kind, "payload": {"attachment_id": id}}}});
    assert_eq!(shop.send(PAGE, with("image", &id)).await.status, 200);
    assert_eq!(shop.send(LINKED, with("image", &id)).await.status, 200, "the Page speaks for it");
    assert_eq!(shop.send(PAGE, with("video", &id)).await.refusal(), (400, Some(100), Some(OTHER_TYPE)));
    assert_eq!(shop.send(PAGE, with("image", "1")).await.refusal(), (400, Some(100), Some(2_018_074)));
    assert_eq!(
        shop.send(INSTAGRAM, with("image", &id)).await.refusal(),
        (400, Some(100), Some(2_018_074)),
        "another's"
    );
    shop.change(|world| {
        let _ = world.clock.advance(90 * DAY_MS);
        world.customer_mut(JONAS).unwrap().last_action_ms = Some(world.now_ms());
    });
    assert_eq!(shop.send(PAGE, with("image", &id)).await.refusal(), (400, Some(100), Some(2_018_074)), "too old");

    assert_eq!(upload(&shop, PAGE, of("instagram")).await.status, 200);
    assert_eq!(upload(&shop, OTHER_PAGE, of("instagram")).await.refusal(), (400, Some(100), Some(2_534_013)));
    assert_eq!(upload(&shop, INSTAGRAM, of("instagram")).await.refusal(), (400, Some(100), Some(33)));
    assert_eq!(upload(&shop, PAGE, of("pigeon")).await.refusal(), (400, Some(100), None));
    shop.change(|world| world.tokens.iter_mut().for_each(|it| it.permissions.clear()));
    assert_eq!(upload(&shop, PAGE, of("messenger")).await.refusal(), (403, Some(200), None));
}

fn multipart(path: &str, fields: &[(&str, &str)], file_name: &str, content_type: &str, bytes: &[u8]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("Content-Disposition: form-data; name=\"filedata\"; filename=\"{file_name}\"");
    body.extend(format!("--b\r\n{head}\r\nContent-Type: {content_type}\r\n\r\n").bytes());
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    Request::post(path)
        .header("authorization", format!("Bearer token-{PAGE}"))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body.into())
        .unwrap()
}

const FORM: (&str, &str) = ("message", r#"{"attachment":{"type":"image","payload":{"is_reusable":true}}}"#);

#[tokio::test]
async fn a_file_is_uploaded_from_disk() {
    let shop = shop();
    let upload = |name: &str, content_type: &str, bytes: &[u8]| {
        multipart(&format!("/v25.0/{PAGE}/message_attachments"), &[FORM], name, content_type, bytes)
    };
    let told = shop.ask(upload("kettle.jpg", "image/jpeg", JPEG)).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let told = shop.ask(upload("чайник.jpg", "image/jpeg", JPEG)).await;
    assert_eq!(told.refusal(), (400, Some(100), None), "names are ASCII");
    let told = shop.ask(upload("kettle.jpg", "image/jpeg", b"<html>")).await;
    assert_eq!(told.refusal(), (400, Some(100), Some(OTHER_TYPE)));
    let large = [JPEG, &vec![0; 8 * MIB]].concat();
    let told = shop.ask(upload("kettle.jpg", "image/jpeg", &large)).await;
    assert_eq!(told.refusal(), (400, Some(100), Some(2_018_109)));
    let recorded = shop.simulator.look().requests.after(0).next().unwrap().1.body.clone();
    assert_eq!(recorded["filedata"]["n_bytes"], JPEG.len());
}

#[tokio::test]
async fn messenger_takes_a_file_with_the_message() {
    let shop = shop();
    let to = |customer: &str| format!("{{\"id\":\"{customer}\"}}");
    let send = |customer: &str| {
        let to = to(customer);
        let path = format!("/v25.0/{PAGE}/messages");
        multipart(&path, &[("recipient", &to), FORM], "kettle.jpg", "image/jpeg", JPEG)
    };
    let told = shop.ask(send(JONAS)).await;
    assert!(told.body["attachment_id"].is_string(), "{}", told.body);
    assert_eq!(shop.last(JONAS).attachments[0].kind, "image");
    assert_eq!(shop.ask(send(super::ZOFIA)).await.refusal(), (400, Some(100), None), "Instagram does not");
}
