//! A file that Meta shall keep, so that it can be sent without an address.

use super::{Answered, UploadedFile, id};
use crate::chance::hex;
use crate::graph::usage::Usage;
use crate::graph::{Access, Graph, GraphError, Kind};
use http::header::CONTENT_TYPE;
use model::platform::{Login, Platform};
use ring::digest;
use serde_json::json;
use std::time::Duration;

const TO_UPLOAD: Duration = Duration::from_mins(2);
const LONGEST_NAME: usize = 80;

impl Graph {
    /// Uploads a file; the answer is its `attachment_id`. Never in doubt: a second time does no harm.
    pub async fn upload(&self, access: &Access, platform: Platform, file: UploadedFile) -> Answered<String> {
        if access.login == Login::Instagram {
            let error = GraphError::new(Kind::Other, None, "Instagram's own login has no uploads");
            return Answered { outcome: Err(error), usage: Usage::default() };
        }
        let form = Form::of(platform, &file);
        drop(file);
        let post = self.posting(access, &["me", "message_attachments"]).timeout(TO_UPLOAD);
        let post = post.header(CONTENT_TYPE, format!("multipart/form-data; boundary={}", form.boundary));
        let answered = self.ask(access, post.body(form.body)).await.and_then(|answer| {
            id(&answer["attachment_id"]).ok_or_else(|| GraphError::strange(200, "the answer does not name the file"))
        });
        Answered { outcome: answered.outcome.map_err(|error| GraphError { in_doubt: false, ..error }), ..answered }
    }
}

struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    fn of(platform: Platform, file: &UploadedFile) -> Self {
        // No file contains its own hash.
        let boundary = hex(&digest::digest(&digest::SHA256, &file.bytes).as_ref()[..24]);
        let name = name(file);
        let message = json!({"attachment": {"type": file.kind.word(), "payload": {"is_reusable": true}}});
        let mut body = Vec::with_capacity(file.bytes.len() + 1024);
        let mut part = |head: String, content: &[u8]| {
            body.extend_from_slice(
                format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        if platform == Platform::Instagram {
            part("name=\"platform\"".to_owned(), b"instagram");
        }
        part("name=\"message\"".to_owned(), message.to_string().as_bytes());
        let kind = media_type(&file.content_type);
        part(format!("name=\"filedata\"; filename=\"{name}\"\r\nContent-Type: {kind}"), &file.bytes);
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Self { boundary, body }
    }
}

fn media_type(given: &str) -> &str {
    let is_fine = given.contains('/') && given.bytes().all(|it| it.is_ascii_graphic() || it == b' ');
    if is_fine { given } else { "application/octet-stream" }
}

/// In ASCII, for Meta refuses any other. Messenger shows it to the customer.
fn name(file: &UploadedFile) -> String {
    let given = file.name.as_deref().unwrap_or_default();
    let (stem, extension) = match given.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, extension),
        _ => (given, usual_extension(&file.content_type)),
    };
    let is_kept = |it: char| it.is_ascii_alphanumeric() || " ._()-".contains(it);
    let stem: String = stem.chars().take(LONGEST_NAME).map(|it| if is_kept(it) { it } else { '_' }).collect();
    let stem = stem.trim_matches([' ', '.', '_']);
    let stem = if stem.is_empty() { file.kind.word() } else { stem };
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

fn is_extension(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_alphanumeric())
}

fn usual_extension(content_type: &str) -> &str {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match kind {
        "image/jpeg" => "jpg",
        "audio/mpeg" => "mp3",
        "audio/mp4" | "audio/x-m4a" => "m4a",
        "video/quicktime" => "mov",
        "text/plain" => "txt",
        // png, gif, webp, mp4, webm, pdf …
        _ => kind.split_once('/').map(|it| it.1).filter(|it| is_extension(it)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::outgoing::FileKind;
    use proptest::prelude::*;

    fn file(name: Option<&str>, content_type: &str) -> UploadedFile {
        let name = name.map(str::to_owned);
        UploadedFile { kind: FileKind::Image, content_type: content_type.to_owned(), name, bytes: vec![1, 2, 3] }
    }

    #[test]
    fn a_name_is_in_ascii_and_keeps_its_extension() {
        for (given, content_type, made) in [
            (Some("kettle.jpg"), "image/jpeg", "kettle.jpg"),
            (Some("price list (2).PDF"), "application/pdf", "price list (2).PDF"),
            (Some("Töpfe blau.jpeg"), "image/jpeg", "T_pfe blau.jpeg"),
            (Some("чайник.png"), "image/png", "image.png"),
            (Some("a\"b\r\nc/../d.gif"), "image/gif", "a_b__c_.._d.gif"),
            (Some("v1.2 final draft"), "application/pdf", "v1.2 final draft.pdf"),
            (Some(""), "image/jpeg; q=1", "image.jpg"),
            (None, "video/mp4", "image.mp4"),
            (None, "application/vnd.ms-excel", "image"),
        ] {
            assert_eq!(name(&file(given, content_type)), made);
        }
    }

    proptest! {
        #[test]
        fn no_name_and_no_type_breaks_the_form(given: String, content_type: String) {
            let file = file(Some(&given), &content_type);
            let name = name(&file);
            prop_assert!(!name.is_empty() && name.len() < 100 && name.is_ascii());
            prop_assert!(!name.contains(['"', '\r', '\n', '\\', '/']), "{name}");
            prop_assert!(!media_type(&content_type).contains(['\r', '\n']));
        }
    }
}
