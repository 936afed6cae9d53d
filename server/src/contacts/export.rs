//! A copy of all that is kept about a customer, as one ZIP file: to read, and for programs. It is written while it
//! is sent, a piece at a time.

use super::{ContactResult, find};
use crate::auth::{Caller, Client};
use crate::media::keep::KeepError;
use crate::people::deed;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreError;
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::deletions::{JournalOf, KnownContact};
use crate::store::media::StoredMedia;
use crate::zip::{Kind, Open, Sent, Zip, ZipError};
use futures::TryStreamExt as _;
use futures::stream::{self, Stream};
use model::audit::Action;
use model::day;
use model::ids::{ContactId, ConversationId, MessageId};
use model::inbox::Line;
use model::may::Act;
use model::media::MediaId;
use model::thread::Author;
use model::time::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use tokio::sync::mpsc;

/// Lines that are read at once.
const A_PAGE: u32 = 100;
/// Pieces that wait for whoever takes them.
const PIECES: usize = 4;

pub struct Export<S> {
    pub name: String,
    pub bytes: S,
}

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Zip(#[from] ZipError),
    #[error(transparent)]
    Keep(#[from] KeepError),
    #[error("could not write what is known as JSON")]
    Json(#[from] serde_json::Error),
}

/// That it was asked for is in the log before the first byte.
pub async fn export(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: ContactId,
) -> ContactResult<Export<impl Stream<Item = Sent> + Send + use<>>> {
    caller.may(Act::RunContacts)?;
    let known = find(program, caller, id).await?;
    let deed = deed(program, caller, Some(client.address.clone()));
    program
        .store
        .insert_audit(AuditEntry {
            id: deed.audit_id,
            at: deed.now,
            actor: Actor::Person(deed.by),
            action: Action::ContactExported,
            subject: known.conversation.as_ref().map(|it| Subject::Conversation(it.id)),
            detail: None,
            address: deed.address,
        })
        .await?;
    let name = format!(
        "customer-{}-{}.zip",
        known.external_id.replace(|it: char| !it.is_ascii_alphanumeric(), "-"),
        day::write(deed.now)
    );
    let (to, mut sent) = mpsc::channel(PIECES);
    let program = program.clone();
    tokio::spawn(async move {
        let failed = to.clone();
        match write(&program, &known, Zip::to(to), deed.now).await {
            Ok(()) | Err(ExportError::Zip(ZipError::NobodyThere)) => {}
            Err(error) => {
                tracing::error!(error = %chain(&error), "an export broke off");
                // Half of it must not look like the whole.
                let _ = failed.send(Err(std::io::Error::other("broken off"))).await;
            }
        }
    });
    // An answer may be asked again after its end; what `unfold` makes would panic then.
    let bytes = stream::poll_fn(move |cx| sent.poll_recv(cx));
    Ok(Export { name, bytes })
}

async fn write(program: &Program, known: &KnownContact, mut zip: Zip, now: Timestamp) -> Result<(), ExportError> {
    zip.file("contact.json", now, &serde_json::to_vec_pretty(&profile(known))?).await?;
    let mut files: BTreeSet<MediaId> = known.contact.picture.into_iter().collect();
    if let Some(conversation) = &known.conversation {
        files.extend(readable(program, known, conversation.id, &mut zip, now).await?);
        whole(program, conversation.id, &mut zip, now).await?;
    }
    journal(program, known, &mut zip, now).await?;
    for id in files {
        if let Some(media) = program.store.media_by_id(id).await? {
            file(program, &media, &mut zip, now).await?;
        }
    }
    zip.finish().await?;
    Ok(())
}

fn profile(it: &KnownContact) -> serde_json::Value {
    json!({
        "name": it.contact.name,
        "username": it.contact.username,
        "id": it.external_id,
        "platform": it.platform.word(),
        "account": { "name": it.account_name, "id": it.account_external_id },
        "picture": it.contact.picture.map(|id| format!("media/{id}")),
        "profile": it.facts,
        "email": it.email,
        "phone": it.phone,
        "about": it.about,
        "fields": it.fields.iter().filter_map(|(field, value)| {
            Some(json!({ "name": field.name, "kind": field.kind.word(), "value": value.as_ref()? }))
        }).collect::<Vec<_>>(),
        "labels": it.conversation.iter().flat_map(|it| &it.labels).map(|it| &it.name).collect::<Vec<_>>(),
        "known_since": moment(it.known_since),
        "blocked_since": it.blocked_at.map(moment),
        "conversations": it.conversation.iter().flat_map(|it| &it.episodes).map(|it| json!({
            "opened": moment(it.opened_at), "closed": it.closed_at.map(moment),
        })).collect::<Vec<_>>(),
    })
}

/// What was said, to read; which files belong to it.
async fn readable(
    program: &Program,
    known: &KnownContact,
    id: ConversationId,
    zip: &mut Zip,
    now: Timestamp,
) -> Result<BTreeSet<MediaId>, ExportError> {
    let mut files = BTreeSet::new();
    let mut out = zip.begin("messages.txt".to_owned(), Kind::Text, now).await?;
    let mut after = None;
    while let Some(page) = next(program, id, &mut after).await? {
        for line in page {
            files.extend(line.attachments.iter().filter_map(|it| it.media.as_ref()).map(|it| it.id));
            zip.write(&mut out, told(&line, known.contact.title()).as_bytes()).await?;
        }
    }
    zip.end(out).await?;
    Ok(files)
}

/// The same with all that is known of each, as JSON.
async fn whole(program: &Program, id: ConversationId, zip: &mut Zip, now: Timestamp) -> Result<(), ExportError> {
    let mut out = zip.begin("messages.json".to_owned(), Kind::Text, now).await?;
    let (mut after, mut is_first) = (None, true);
    while let Some(page) = next(program, id, &mut after).await? {
        for line in page {
            item(zip, &mut out, &mut is_first, &serde_json::to_string(&line)?).await?;
        }
    }
    end(zip, out, is_first).await
}

/// What came from Meta, as it came.
async fn journal(program: &Program, known: &KnownContact, zip: &mut Zip, now: Timestamp) -> Result<(), ExportError> {
    let mut out = zip.begin("journal.json".to_owned(), Kind::Text, now).await?;
    let (mut after, mut is_first) = (None, true);
    loop {
        let of = JournalOf { account: known.account, contact: known.contact.id, until: now };
        let part = program.store.journal_of(of, after).await?;
        for (_, at, raw) in part.rows {
            // What is not even JSON is kept as the text that it is.
            let raw = serde_json::from_str(&raw).unwrap_or(serde_json::Value::String(raw));
            item(zip, &mut out, &mut is_first, &json!({ "received": moment(at), "body": raw }).to_string()).await?;
        }
        let Some(next) = part.next else { break };
        after = Some(next);
    }
    end(zip, out, is_first).await
}

async fn item(zip: &mut Zip, out: &mut Open, is_first: &mut bool, text: &str) -> Result<(), ExportError> {
    let before = if std::mem::take(is_first) { "[\n" } else { ",\n" };
    zip.write(out, before.as_bytes()).await?;
    zip.write(out, text.as_bytes()).await?;
    Ok(())
}

async fn end(zip: &mut Zip, mut out: Open, is_empty: bool) -> Result<(), ExportError> {
    zip.write(&mut out, if is_empty { b"[]\n" } else { b"\n]\n" }).await?;
    zip.end(out).await?;
    Ok(())
}

async fn file(program: &Program, media: &StoredMedia, zip: &mut Zip, now: Timestamp) -> Result<(), ExportError> {
    let Some(mut reading) = program.media.read(&media.store_key, None).await? else { return Ok(()) };
    let mut out = zip.begin(path(media.id, &media.content_type), Kind::Media, now).await?;
    while let Some(piece) = reading.bytes.try_next().await? {
        zip.write(&mut out, &piece).await?;
    }
    zip.end(out).await?;
    Ok(())
}

type After = Option<(Timestamp, MessageId)>;

/// `None` after the last.
async fn next(program: &Program, id: ConversationId, after: &mut After) -> Result<Option<Vec<Line>>, ExportError> {
    let page = program.store.lines_onward(id, *after, A_PAGE).await?;
    let Some(last) = page.last() else { return Ok(None) };
    *after = Some((last.at, last.id));
    Ok(Some(page))
}

/// "media/01kag3v5c0….jpeg"
fn path(id: MediaId, content_type: &str) -> String {
    let end = content_type.rsplit('/').next().unwrap_or_default();
    let is_plain = !end.is_empty() && end.bytes().all(|it| it.is_ascii_alphanumeric());
    format!("media/{id}.{}", if is_plain { end } else { "bin" })
}

/// One line of the thread as people read it.
fn told(line: &Line, customer: &str) -> String {
    let who = match line.author {
        Author::Contact => customer,
        Author::System | Author::Rule => "Switchboard",
        _ => line.author_name.as_deref().unwrap_or("Us"),
    };
    let mut told = format!("{}  {who}", moment(line.at));
    let kind = line.kind.word();
    if kind != "text" {
        let _ = write!(told, " ({})", kind.replace('_', " "));
    }
    told.push('\n');
    let mut indented = |text: &str| text.lines().for_each(|it| _ = writeln!(told, "    {it}"));
    for edit in &line.edits {
        if let Some(text) = &edit.text {
            indented(&format!("[before: {text}]"));
        }
    }
    indented(line.text.as_deref().unwrap_or_default());
    for it in &line.attachments {
        let file = it.media.as_ref().map(|it| path(it.id, &it.content_type));
        let words = [file.as_deref(), it.title.as_deref(), it.url.as_deref()];
        indented(&format!("[{}: {}]", it.kind, words.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    }
    for it in &line.reactions {
        indented(&format!("[{}]", it.emoji));
    }
    told
}

/// "2026-11-20 14:12:05 UTC"
fn moment(at: Timestamp) -> String {
    let second = at.0.div_euclid(1000).rem_euclid(86_400);
    format!("{} {:02}:{:02}:{:02} UTC", day::write(at), second / 3600, second / 60 % 60, second % 60)
}
