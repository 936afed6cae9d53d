use crate::host::{Heard, Host, payload};
use crate::sending::{PROOF, TOKEN, access, graph};
use axum::http::Method;
use model::outgoing::FileKind;
use model::platform::{Login, Platform};
use serde_json::{Value, json};
use server::graph::Kind;
use server::graph::send::UploadedFile;

/// With what could be taken for the end of a part.
const BYTES: &[u8] = b"\xff\xd8\xff\xe0\r\n--\r\n\r\n--b--\r\n\0";

fn kettle() -> UploadedFile {
    UploadedFile {
        kind: FileKind::Image,
        content_type: "image/jpeg".to_owned(),
        name: Some("Küche \"blau\".jpg".to_owned()),
        bytes: BYTES.to_vec(),
    }
}

/// Name, file name, type and content of each part, read by somebody else's reader.
async fn parts(call: &Heard) -> Vec<(String, Option<String>, Option<String>, Vec<u8>)> {
    let boundary = multer::parse_boundary(&call.content_type).unwrap();
    let body = call.body.clone();
    let stream = futures::stream::once(async move { Ok::<_, std::io::Error>(body) });
    let mut form = multer::Multipart::new(stream, boundary);
    let mut parts = Vec::new();
    while let Some(part) = form.next_field().await.unwrap() {
        let (name, file) = (part.name().unwrap().to_owned(), part.file_name().map(str::to_owned));
        let kind = part.content_type().map(ToString::to_string);
        parts.push((name, file, kind, part.bytes().await.unwrap().to_vec()));
    }
    parts
}

#[tokio::test]
async fn a_file_is_posted_as_a_form() {
    let host = Host::start().await;
    host.answers("message_attachments", 200, &payload("attachment_upload.ok"));
    for platform in [Platform::Page, Platform::Instagram] {
        let answered = graph(&host).upload(&access(Login::Page), platform, kettle()).await;
        assert_eq!(answered.outcome.as_deref(), Ok("3870303122158937"));
    }
    let [messenger, instagram] = &host.heard()[..] else { panic!("two calls") };
    for call in [messenger, instagram] {
        assert_eq!((&call.method, call.path.as_str()), (&Method::POST, "/v25.0/me/message_attachments"));
        assert_eq!((call.query.as_str(), call.authorization.as_str()), (PROOF, &*format!("Bearer {TOKEN}")));
    }
    let for_messenger = parts(messenger).await;
    let [message, file] = &for_messenger[..] else { panic!("two parts: {for_messenger:?}") };
    assert_eq!((message.0.as_str(), &message.1), ("message", &None));
    let said: Value = serde_json::from_slice(&message.3).unwrap();
    assert_eq!(said, json!({"attachment": {"type": "image", "payload": {"is_reusable": true}}}));
    let kind = file.2.as_deref();
    assert_eq!((file.0.as_str(), file.1.as_deref(), kind), ("filedata", Some("K_che _blau.jpg"), Some("image/jpeg")));
    assert_eq!(file.3, BYTES);
    let for_instagram = parts(instagram).await;
    assert_eq!((for_instagram[0].0.as_str(), &for_instagram[0].3[..]), ("platform", &b"instagram"[..]));
    assert_eq!(for_instagram[1..], for_messenger);
}

#[tokio::test]
async fn an_upload_is_never_in_doubt() {
    let host = Host::start().await;
    for (status, body) in [(200, "{}".to_owned()), (502, "<html>".to_owned()), (400, payload("error.transient_2"))] {
        host.answers("message_attachments", status, &body);
        let error = graph(&host).upload(&access(Login::Page), Platform::Page, kettle()).await.outcome.unwrap_err();
        assert_eq!((error.kind, error.in_doubt), (Kind::Transient, false), "{status} {body}");
    }
}

#[tokio::test]
async fn where_there_are_no_uploads_nobody_is_asked() {
    let host = Host::start().await;
    let answered = graph(&host).upload(&access(Login::Instagram), Platform::Instagram, kettle()).await;
    assert_eq!(answered.outcome.unwrap_err().kind, Kind::Other);
    assert!(host.heard().is_empty());
}
