//! From what stands in the composer to what is sent, and to the bubbles that are shown meanwhile.

use model::content::{AttachmentKind, Detail, MessageKind};
use model::desk::NewNote;
use model::ids::MessageId;
use model::inbox::{Line, LineAttachment, LineDetail, LineMedia, Quoted};
use model::media::UploadedMedia;
use model::outgoing::{
    FileKind, KnownFile, Part, Prepared, PreparedAttachment, QuickReply, Reply, pictures_most, prepare,
};
use model::person::Me;
use model::platform::Platform;
use model::texts::joined;
use model::thread::{AttachmentState, Author, Direction, MessageState};
use model::time::Timestamp;

/// The parts in the order in which they go: words, then pictures together, then other files.
pub fn parts(
    texts: Vec<String>,
    chips: &[String],
    files: &[UploadedMedia],
    platform: Platform,
    one_picture_each: bool,
) -> Vec<Part> {
    let last = texts.len().saturating_sub(1);
    let mut parts: Vec<Part> = texts
        .into_iter()
        .enumerate()
        .map(|(at, text)| Part::Text {
            text,
            quick_replies: if at == last { quick_replies(chips) } else { Vec::new() },
        })
        .collect();
    let (pictures, others): (Vec<_>, Vec<_>) = files.iter().partition(|it| it.kind == FileKind::Image);
    let together = if one_picture_each { 1 } else { pictures_most(platform) };
    parts.extend(pictures.chunks(together).map(|some| Part::Files { media: some.iter().map(|it| it.id).collect() }));
    parts.extend(others.into_iter().map(|it| Part::Files { media: vec![it.id] }));
    parts
}

fn quick_replies(chips: &[String]) -> Vec<QuickReply> {
    let chip = |title: &String| QuickReply::Text { title: title.clone(), payload: title.clone(), image_url: None };
    chips.iter().map(chip).collect()
}

/// The bubbles of a reply of which the server does not know yet, with ids that only this page knows.
pub fn lines(
    reply: &Reply,
    files: &[UploadedMedia],
    answered: Option<&Line>,
    me: &Me,
    now: Timestamp,
    mut id: impl FnMut() -> MessageId,
) -> Vec<Line> {
    let due_at = reply.send_at.unwrap_or_else(|| now.plus_s(i64::from(me.preferences.undo_s)));
    let known: Vec<_> = files.iter().map(known).collect();
    let numbered = (0..).zip(&reply.parts);
    numbered
        .map(|(part, it)| {
            let Prepared { kind, text, detail, attachments } = prepare(it, &known);
            Line {
                id: id(),
                // One after another, so that they stay in their order.
                at: Timestamp(now.0 + i64::from(part)),
                direction: Direction::Out,
                kind,
                state: Some(MessageState::Queued),
                author: Author::Agent,
                author_id: Some(me.id.to_string()),
                author_name: Some(me.name.clone()),
                text,
                detail,
                attachments: attachments.into_iter().map(|it| attachment(it, files)).collect(),
                reactions: Vec::new(),
                reply_to: answered.filter(|_| part == 0).map(quoted),
                edits: Vec::new(),
                tagged: false,
                failure: None,
                client_id: Some(reply.client_id.clone()),
                part,
                due_at: Some(due_at),
                comment: None,
            }
        })
        .collect()
}

/// The same of a note.
pub fn note_line(note: &NewNote, me: &Me, now: Timestamp, id: MessageId) -> Line {
    Line {
        id,
        at: now,
        direction: Direction::Internal,
        kind: MessageKind::Note,
        state: None,
        author: Author::Agent,
        author_id: Some(me.id.to_string()),
        author_name: Some(me.name.clone()),
        text: Some(note.text.clone()),
        detail: Detail::default(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        reply_to: None,
        edits: Vec::new(),
        tagged: false,
        failure: None,
        client_id: Some(note.client_id.clone()),
        part: 0,
        due_at: None,
        comment: None,
    }
}

fn attachment(it: PreparedAttachment, files: &[UploadedMedia]) -> LineAttachment {
    let media = it.media.and_then(|id| files.iter().find(|it| it.id == id)).map(kept);
    LineAttachment {
        kind: it.kind.word().to_owned(),
        state: if media.is_some() { AttachmentState::Stored } else { AttachmentState::Link },
        media,
        url: it.source_url,
        external_id: it.external_id,
        title: it.title,
        detail: it.template.as_ref().and_then(LineDetail::of_template),
    }
}

pub fn known(file: &UploadedMedia) -> KnownFile {
    KnownFile { id: file.id, content_type: file.content_type.clone(), size: file.size }
}

fn kept(file: &UploadedMedia) -> LineMedia {
    LineMedia {
        id: file.id,
        name: Some(file.name.clone()),
        content_type: file.content_type.clone(),
        size: file.size,
        width: file.width,
        height: file.height,
        duration_ms: file.duration_ms,
        blur: file.blur.clone(),
    }
}

fn quoted(line: &Line) -> Quoted {
    Quoted { id: line.id, author: line.author, words: few_words(line) }
}

/// What a message says, in one line.
pub fn few_words(line: &Line) -> String {
    if let Some(text) = line.text.as_deref().filter(|it| !it.trim().is_empty()) {
        return joined(&text.split_whitespace().collect::<Vec<_>>(), " ").chars().take(140).collect();
    }
    let word = match line.attachments.as_slice() {
        [] => "Message",
        [one] => match one.attachment_kind() {
            AttachmentKind::Image => "Photo",
            AttachmentKind::Video => "Video",
            AttachmentKind::Audio => "Voice message",
            AttachmentKind::File => one.title.as_deref().unwrap_or("File"),
            AttachmentKind::Sticker => "Sticker",
            AttachmentKind::LikeHeart => "❤️",
            AttachmentKind::Reel => "Reel",
            AttachmentKind::Post => "Post",
            AttachmentKind::Story | AttachmentKind::StoryMention => "Story",
            _ => "Attachment",
        },
        several => return format!("{} files", several.len()),
    };
    word.to_owned()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use model::id::Id as _;
    use model::media::MediaId;
    use model::person::{Preferences, Role};

    pub fn picture(name: &str) -> UploadedMedia {
        let bits = name.bytes().fold(7, |bits, byte| bits * 131 + u128::from(byte));
        UploadedMedia {
            id: MediaId::from_bits(bits),
            kind: FileKind::Image,
            name: format!("{name}.jpg"),
            content_type: "image/jpeg".to_owned(),
            size: 1000,
            width: Some(800),
            height: Some(600),
            duration_ms: None,
            blur: None,
            changed: None,
        }
    }

    fn me() -> Me {
        Me {
            id: "01kag3v5c00000000000000m1a".parse().unwrap(),
            name: "Mia Lindqvist".to_owned(),
            email: "mia@luna.example".to_owned(),
            role: Role::Agent,
            preferences: Preferences::default(),
        }
    }

    #[test]
    fn words_go_first_then_pictures_together_then_other_files() {
        let clip = UploadedMedia { kind: FileKind::Video, ..picture("clip") };
        let files = [clip.clone(), picture("a"), picture("b")];
        let texts = vec!["One".to_owned(), "Two".to_owned()];
        let parts_of = |one_each| parts(texts.clone(), &["Yes".to_owned()], &files, Platform::Instagram, one_each);
        let text = |text: &str, quick_replies| Part::Text { text: text.to_owned(), quick_replies };
        let yes = QuickReply::Text { title: "Yes".to_owned(), payload: "Yes".to_owned(), image_url: None };
        let one = |it: &UploadedMedia| Part::Files { media: vec![it.id] };
        assert_eq!(
            parts_of(false),
            [
                text("One", vec![]),
                text("Two", vec![yes.clone()]),
                Part::Files { media: vec![files[1].id, files[2].id] },
                one(&clip)
            ]
        );
        assert_eq!(parts_of(true)[2..], [one(&files[1]), one(&files[2]), one(&clip)]);
        assert_eq!(parts(vec![], &[], &[], Platform::Page, false), []);
    }

    #[test]
    fn a_note_stands_in_the_thread_before_the_server_knows_of_it() {
        let note = NewNote { client_id: "n".to_owned(), text: "Packed".to_owned() };
        let line = note_line(&note, &me(), Timestamp(5), MessageId::compose(5, [1; 10]));
        assert_eq!((line.direction, line.kind, line.state), (Direction::Internal, MessageKind::Note, None));
        assert_eq!((line.client_id.as_deref(), line.text.as_deref()), (Some("n"), Some("Packed")));
        assert_eq!(line.author_id, Some(me().id.to_string()));
    }

    #[test]
    fn more_pictures_than_one_message_holds_become_several() {
        let files: Vec<_> = (0..12).map(|it| picture(&it.to_string())).collect();
        let n = |platform| parts(vec![], &[], &files, platform, false).len();
        assert_eq!((n(Platform::Instagram), n(Platform::Page)), (2, 1));
    }

    #[test]
    fn a_bubble_shows_what_was_sent_until_when_it_can_be_taken_back() {
        let now = Timestamp(1_795_183_500_000);
        let file = picture("mug");
        let reply = Reply {
            client_id: "c".to_owned(),
            parts: parts(vec!["Hello".to_owned()], &[], std::slice::from_ref(&file), Platform::Instagram, false),
            reply_to: None,
            comment: None,
            send_at: None,
            seen: None,
        };
        let mut n = 0;
        let mut id = || {
            n += 1;
            MessageId::compose(now.0, [n; 10])
        };
        let shown = lines(&reply, std::slice::from_ref(&file), None, &me(), now, &mut id);
        assert_eq!(shown.len(), 2);
        assert_eq!((shown[0].text.as_deref(), shown[0].part, shown[1].part), (Some("Hello"), 0, 1));
        assert!(shown.iter().all(|it| it.client_id.as_deref() == Some("c") && it.due_at == Some(now.plus_s(5))));
        assert!(shown[0].at < shown[1].at);
        assert_eq!(shown[1].attachments[0].media.as_ref().map(|it| it.id), Some(file.id));
        let answering = lines(&reply, &[], Some(&shown[1]), &me(), now, &mut id);
        assert_eq!(answering[0].reply_to.as_ref().map(|it| it.words.as_str()), Some("Photo"));
        assert_eq!(answering[1].reply_to, None, "only the first part answers");
        let later = Reply { send_at: Some(now.plus_s(3600)), ..reply };
        assert_eq!(lines(&later, &[], None, &me(), now, id)[0].due_at, Some(now.plus_s(3600)));
    }
}
