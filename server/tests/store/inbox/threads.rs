use super::{OPEN, ago, mia, only};
use crate::bed::Bed;
use model::content::{AttachmentKind, MessageKind};
use model::failure::Remedy;
use model::ids::{AccountId, ConversationId, MessageId};
use model::inbox::{
    Line, LineComment, LineDetail, LineReaction, MarksSeen, OpenAccount, OpenConversation, Quoted, ReactedBy,
    ReactionState,
};
use model::media::MediaId;
use model::thread::{AttachmentState, Author, Direction, MessageState};
use model::time::Timestamp;
use server::store::sight::Sight;
use std::fmt::Write as _;

crate::on_both!(
    a_conversation_opens_with_its_newest_lines,
    older_lines_follow_without_gap_or_repetition,
    the_line_so_many_after_another_is_found,
    a_line_has_everything_that_hangs_on_it,
    a_link_is_given_only_for_what_is_shown_from_there,
    who_wrote_has_a_name,
    an_answer_quotes_what_it_answers,
    a_deleted_message_shows_nothing_of_itself,
    former_texts_come_oldest_first,
    what_waits_to_leave_says_until_when,
    lines_are_found_by_their_ids,
    the_composer_knows_what_the_account_can_do,
);

/// A line of the thread, so many seconds ago; `said` being direction, kind, state and author.
async fn say(bed: &Bed, of: ConversationId, ago_s: i64, said: &str, rest: &[(&str, &str)]) -> MessageId {
    let id: MessageId = bed.seams.new_id();
    let mut columns = String::new();
    let mut values = String::new();
    for (column, value) in rest {
        let _ = write!(columns, ", {column}");
        let _ = write!(values, ", {value}");
    }
    bed.execute(&format!(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, created_at, updated_at{columns})
         values ('{id}', '{of}', {}, {said}, 0, 0{values})",
        ago(ago_s).0
    ))
    .await;
    id
}

const IN: &str = "'in', 'text', 'received', 'contact'";
const AGENT: &str = "'out', 'text', 'sent', 'agent'";

async fn given(bed: &Bed) -> (AccountId, ConversationId) {
    let account = bed.an_account("1").await;
    (account, OPEN.into(bed, account).await)
}

async fn open(bed: &Bed, id: ConversationId) -> OpenConversation {
    bed.store.open_conversation(id, &Sight::EveryAccount, 50).await.unwrap().unwrap()
}

async fn line(bed: &Bed, of: ConversationId, id: MessageId) -> Line {
    bed.store.find_lines(of, vec![id]).await.unwrap().remove(0)
}

fn ids(lines: &[Line]) -> Vec<MessageId> {
    lines.iter().map(|it| it.id).collect()
}

async fn a_conversation_opens_with_its_newest_lines(bed: Bed) {
    let (account, id) = given(&bed).await;
    let other = OPEN.into(&bed, bed.an_account("2").await).await;
    let mut said = Vec::new();
    for n in 0..7 {
        said.push(say(&bed, id, 100 - n, IN, &[("text", "'Hello'")]).await);
        say(&bed, other, 100 - n, IN, &[]).await;
    }
    bed.execute("update conversations set delivered_until = 1, seen_until = 2, read_until = 3").await;
    let opened = bed.store.open_conversation(id, &only(&[account]), 5).await.unwrap().unwrap();
    assert_eq!((ids(&opened.lines), opened.has_older), (said[2..].to_vec(), true));
    assert_eq!(opened.lines[0].text.as_deref(), Some("Hello"));
    assert_eq!((opened.conversation.id, opened.conversation.account_id), (id, account));
    let times = [opened.delivered_until, opened.seen_until, opened.read_until];
    assert_eq!(times, [1, 2, 3].map(Timestamp));
    let opened = bed.store.open_conversation(id, &only(&[account]), 7).await.unwrap().unwrap();
    assert_eq!((ids(&opened.lines), opened.has_older), (said, false));
    for limit in [0, u32::MAX] {
        assert!(bed.store.open_conversation(id, &only(&[account]), limit).await.unwrap().is_some());
    }
    assert_eq!(bed.store.open_conversation(other, &only(&[account]), 5).await.unwrap(), None);
    let unknown: ConversationId = bed.seams.new_id();
    assert_eq!(bed.store.open_conversation(unknown, &Sight::EveryAccount, 5).await.unwrap(), None);
}

async fn older_lines_follow_without_gap_or_repetition(bed: Bed) {
    let (_, id) = given(&bed).await;
    let mut expected = Vec::new();
    for n in 0..23 {
        // Five at a time have the same moment.
        expected.push((-(n / 5), say(&bed, id, n / 5, IN, &[]).await));
    }
    expected.sort();
    let mut found = Vec::new();
    let opened = bed.store.open_conversation(id, &Sight::EveryAccount, 4).await.unwrap().unwrap();
    let (mut lines, mut has_older) = (opened.lines, opened.has_older);
    loop {
        found.splice(0..0, ids(&lines));
        if !has_older {
            break;
        }
        let before = (lines[0].at, lines[0].id);
        (lines, has_older) = bed.store.lines_before(id, before, 4).await.unwrap();
    }
    assert_eq!(found, expected.into_iter().map(|it| it.1).collect::<Vec<_>>());
    for at in [i64::MIN, 0] {
        let before = (Timestamp(at), MessageId::from_bits(0));
        assert_eq!(bed.store.lines_before(id, before, 4).await.unwrap(), (Vec::new(), false));
    }
}

async fn the_line_so_many_after_another_is_found(bed: Bed) {
    let (account, id) = given(&bed).await;
    let other = OPEN.into(&bed, account).await;
    let mut said = Vec::new();
    for n in 0..5 {
        said.push(say(&bed, id, 100 - n, IN, &[]).await);
        say(&bed, other, 100 - n, IN, &[]).await;
    }
    let after = async |of, n| bed.store.find_line_after(of, said[1], n).await.unwrap().map(|it| it.1);
    assert_eq!([after(id, 0).await, after(id, 2).await, after(id, 3).await], [Some(said[2]), Some(said[4]), None]);
    assert_eq!(after(other, 0).await, None, "it is of another conversation");
}

async fn a_line_has_everything_that_hangs_on_it(bed: Bed) {
    let (account, id) = given(&bed).await;
    let said = say(
        &bed,
        id,
        9,
        "'in', 'comment', 'received', 'contact'",
        &[("text", "'How much?'"), ("detail", "'{\"standby\":true}'"), ("mid", "'m1'"), ("mid_key", "'k1'")],
    )
    .await;
    let failed = say(
        &bed,
        id,
        8,
        "'out', 'text', 'failed', 'agent'",
        &[
            ("text", "'Ten'"),
            ("client_id", "'c1'"),
            ("part", "1"),
            ("tag", "'HUMAN_AGENT'"),
            ("error", "'{\"code\":10,\"message\":\"No.\",\"retryable\":true,\"remedy\":\"take_over\"}'"),
        ],
    )
    .await;
    let media: MediaId = bed.seams.new_id();
    bed.execute(&format!(
        "insert into media (id, account_id, store_key, name, content_type, size, width, height, blur, created_at)
         values ('{media}', '{account}', 'ab/1', 'mug.png', 'image/png', 4000000000, 1080, 1350, 'data:', 0);
         insert into attachments (message_id, position, kind, state, media_id, source_url, title)
         values ('{said}', 1, 'image', 'stored', '{media}', 'https://lookaside.fbsbx.com/1', 'Mug');
         insert into attachments (message_id, position, kind, state, detail)
         values ('{said}', 0, 'location', 'link', '{{\"lat\":1.5,\"long\":7}}');
         insert into reactions (message_id, side, emoji, at) values ('{said}', 'contact', '😆', 0);
         insert into reactions (message_id, side, emoji, state, at) values ('{said}', 'account', '❤️', 'queued', 0);
         insert into reactions (message_id, side, at) values ('{failed}', 'contact', 0);
         insert into comments (message_id, comment_id, permalink, reply_until, replied_at)
         values ('{said}', 'x', 'https://www.instagram.com/p/1/c/2', 5, 4);"
    ))
    .await;
    let ours = line(&bed, id, failed).await;
    let line = line(&bed, id, said).await;
    assert_eq!((line.at, line.direction, line.kind), (ago(9), Direction::In, MessageKind::Comment));
    assert_eq!((line.state, line.author), (Some(MessageState::Received), Author::Contact));
    assert_eq!((line.text.as_deref(), line.detail.standby), (Some("How much?"), true));
    let [place, mug] = &line.attachments[..] else { panic!("{:?}", line.attachments) };
    assert_eq!(
        (place.attachment_kind(), &place.detail),
        (AttachmentKind::Location, &Some(LineDetail::Place { lat: "1.5".to_owned(), long: "7".to_owned() }))
    );
    assert_eq!((mug.state, mug.title.as_deref(), &mug.url), (AttachmentState::Stored, Some("Mug"), &None));
    let file = mug.media.as_ref().unwrap();
    assert_eq!((file.id, file.content_type.as_str(), file.size), (media, "image/png", 4_000_000_000));
    assert_eq!((file.width, file.height, file.duration_ms), (Some(1080), Some(1350), None));
    assert_eq!((file.name.as_deref(), file.blur.as_deref()), (Some("mug.png"), Some("data:")));
    let reaction = |by, emoji: &str, state| LineReaction { by, emoji: emoji.to_owned(), state };
    assert_eq!(
        line.reactions,
        [
            reaction(ReactedBy::Contact, "😆", ReactionState::Done),
            reaction(ReactedBy::Account, "❤️", ReactionState::Queued),
        ]
    );
    let comment = LineComment {
        permalink: Some("https://www.instagram.com/p/1/c/2".to_owned()),
        reply_until: Some(Timestamp(5)),
        replied_at: Some(Timestamp(4)),
        removed_at: None,
    };
    assert_eq!(line.comment, Some(comment));
    let failure = ours.failure.unwrap();
    assert_eq!((failure.code, failure.message.as_str(), failure.remedy), (Some(10), "No.", Some(Remedy::TakeOver)));
    assert_eq!((ours.client_id.as_deref(), ours.part, ours.tagged), (Some("c1"), 1, true));
    assert_eq!((ours.reactions, ours.due_at, line.tagged, line.failure), (Vec::new(), None, false, None));
}

async fn a_link_is_given_only_for_what_is_shown_from_there(bed: Bed) {
    let (_, id) = given(&bed).await;
    let said = say(
        &bed,
        id,
        9,
        "'in', 'story_reply', 'received', 'contact'",
        &[("detail", "'{\"story\":{\"id\":\"s\",\"url\":\"https://lookaside.fbsbx.com/s\"}}'")],
    )
    .await;
    let cases = [
        ("link", "link", "https://potters.example/wheel", true),
        ("post", "link", "https://www.instagram.com/p/1", true),
        ("story", "link", "https://lookaside.fbsbx.com/1", false),
        ("story_mention", "link", "https://lookaside.fbsbx.com/2", false),
        ("image", "waiting", "https://lookaside.fbsbx.com/3", false),
        ("image", "gone", "https://lookaside.fbsbx.com/4", false),
        ("image", "refused", "https://lookaside.fbsbx.com/5", false),
        ("link", "link", "javascript:alert(1)", false),
    ];
    for (position, (kind, state, url, _)) in cases.iter().enumerate() {
        bed.execute(&format!(
            "insert into attachments (message_id, position, kind, state, source_url, fetch_at)
             values ('{said}', {position}, '{kind}', '{state}', '{url}', 0)"
        ))
        .await;
    }
    let line = line(&bed, id, said).await;
    for ((kind, state, url, is_given), found) in cases.into_iter().zip(line.attachments) {
        assert_eq!(found.url.as_deref(), is_given.then_some(url), "{kind} {state}");
    }
    let story = line.detail.story.unwrap();
    assert_eq!((story.id.as_deref(), story.url), (Some("s"), None));
}

async fn who_wrote_has_a_name(bed: Bed) {
    let (_, id) = given(&bed).await;
    let mia = mia(&bed).await.to_string();
    bed.execute(
        "insert into bots (id, name, created_at, updated_at) values ('b', 'Robin', 0, 0);
         insert into apps (id, kind, name, created_at, updated_at) values ('42', 'other', 'Chatty', 0, 0);",
    )
    .await;
    let cases = [
        ("agent", mia.as_str(), Some("Mia")),
        ("bot", "b", Some("Robin")),
        ("bot", "42", Some("Chatty")),
        ("bot", "43", None),
    ];
    for (author, author_id, name) in cases {
        let said = format!("'out', 'text', 'sent', '{author}'");
        let id_of = format!("'{author_id}'");
        let said = say(&bed, id, 1, &said, &[("author_id", &id_of)]).await;
        let line = line(&bed, id, said).await;
        assert_eq!((line.author_id.as_deref(), line.author_name.as_deref()), (Some(author_id), name));
    }
}

async fn an_answer_quotes_what_it_answers(bed: Bed) {
    let (account, id) = given(&bed).await;
    let elsewhere = OPEN.into(&bed, account).await;
    let mid = |n: &'static str| [("mid", n), ("mid_key", n)];
    let words = say(&bed, id, 9, IN, &[&mid("'words'")[..], &[("text", "'Do you\n ship?'")]].concat()).await;
    let picture = say(&bed, id, 8, "'in', 'media', 'received', 'contact'", &mid("'picture'")).await;
    let gone = say(&bed, id, 7, "'in', 'text', 'deleted', 'contact'", &mid("'gone'")).await;
    say(&bed, elsewhere, 7, IN, &[&mid("'elsewhere'")[..], &[("text", "'Secret'")]].concat()).await;
    bed.execute(&format!(
        "insert into attachments (message_id, position, kind, state) values ('{picture}', 0, 'image', 'gone')"
    ))
    .await;
    let quoted = |id, words: &str| Some(Quoted { id, author: Author::Contact, words: words.to_owned() });
    let cases = [
        ("'words'", quoted(words, "Do you ship?")),
        ("'picture'", quoted(picture, "Photo")),
        ("'gone'", quoted(gone, "Unsent")),
        ("'elsewhere'", None),
        ("'unknown'", None),
    ];
    for (key, expected) in cases {
        let answer = say(&bed, id, 1, AGENT, &[("reply_to_key", key), ("text", "'Yes'")]).await;
        assert_eq!(line(&bed, id, answer).await.reply_to, expected, "{key}");
    }
}

async fn a_deleted_message_shows_nothing_of_itself(bed: Bed) {
    let (_, id) = given(&bed).await;
    let gone = say(&bed, id, 9, "'in', 'text', 'deleted', 'contact'", &[("n_edits", "1")]).await;
    // What a file that was fetched meanwhile, or a program of another version, may leave behind.
    bed.execute(&format!(
        "insert into attachments (message_id, position, kind, state) values ('{gone}', 0, 'image', 'gone');
         insert into reactions (message_id, side, emoji, at) values ('{gone}', 'contact', '😆', 0);
         insert into message_edits (message_id, number, text, at) values ('{gone}', 0, 'Secret', 0);"
    ))
    .await;
    let line = line(&bed, id, gone).await;
    assert_eq!((line.state, line.text), (Some(MessageState::Deleted), None));
    assert!(line.attachments.is_empty() && line.reactions.is_empty() && line.edits.is_empty());
}

async fn former_texts_come_oldest_first(bed: Bed) {
    let (_, id) = given(&bed).await;
    let said = say(&bed, id, 9, IN, &[("text", "'third'"), ("n_edits", "2")]).await;
    for (number, text) in [(2, "third"), (0, "first"), (1, "second")] {
        bed.execute(&format!(
            "insert into message_edits (message_id, number, text, at) values ('{said}', {number}, '{text}', {number})"
        ))
        .await;
    }
    let edits = line(&bed, id, said).await.edits;
    let edits: Vec<_> = edits.iter().map(|it| (it.text.as_deref(), it.at.0)).collect();
    assert_eq!(edits, [(Some("first"), 0), (Some("second"), 1)]);
}

async fn what_waits_to_leave_says_until_when(bed: Bed) {
    let (account, id) = given(&bed).await;
    for (state, lease, due) in [("ready", "null", Some(Timestamp(77))), ("running", "1", None)] {
        let said = say(&bed, id, 1, "'out', 'text', 'queued', 'agent'", &[]).await;
        for kind in ["message", "reaction"] {
            let (state, lease, due_at) = if kind == "message" { (state, lease, 77) } else { ("ready", "null", 99) };
            bed.execute(&format!(
                "insert into outbox (message_id, kind, conversation_id, account_id, state, due_at, lease_until, created_at)
                 values ('{said}', '{kind}', '{id}', '{account}', '{state}', {due_at}, {lease}, 0)"
            ))
            .await;
        }
        assert_eq!(line(&bed, id, said).await.due_at, due, "{state}");
    }
}

async fn lines_are_found_by_their_ids(bed: Bed) {
    let (account, id) = given(&bed).await;
    let elsewhere = OPEN.into(&bed, account).await;
    let mut said = Vec::new();
    for n in 0..70 {
        said.push(say(&bed, id, 100 - n, IN, &[]).await);
    }
    let other = say(&bed, elsewhere, 1, IN, &[]).await;
    let mut asked: Vec<_> = said.iter().rev().copied().collect();
    asked.extend([other, bed.seams.new_id(), said[3]]);
    assert_eq!(ids(&bed.store.find_lines(id, asked).await.unwrap()), said);
    assert_eq!(bed.store.find_lines(id, Vec::new()).await.unwrap(), []);
    assert_eq!(bed.store.find_lines(bed.seams.new_id(), said).await.unwrap(), []);
}

async fn the_composer_knows_what_the_account_can_do(bed: Bed) {
    let (account, id) = given(&bed).await;
    let mut expected = OpenAccount {
        can_send: false,
        tag_refused: false,
        one_picture_each: false,
        typing: true,
        marks_seen: MarksSeen::OnView,
        is_blocked: false,
        has_bot: false,
    };
    assert_eq!(open(&bed, id).await.account, expected, "without a token");
    bed.execute(&format!(
        "insert into account_tokens (account_id, login, token, issued_at, updated_at)
         values ('{account}', 'instagram', 'sealed', 0, 0)"
    ))
    .await;
    expected.can_send = true;
    assert_eq!(open(&bed, id).await.account, expected);
    bed.execute("update account_tokens set state = 'dead'").await;
    assert!(!open(&bed, id).await.account.can_send);
    bed.execute(
        "update account_tokens set state = 'working';
         update accounts set human_agent = 'refused', refused = '[\"several_images\"]', typing = false,
            mark_seen = 'never'",
    )
    .await;
    let careful = OpenAccount {
        tag_refused: true,
        one_picture_each: true,
        typing: false,
        marks_seen: MarksSeen::Never,
        has_bot: false,
        ..expected
    };
    assert_eq!(open(&bed, id).await.account, careful);
    bed.execute("update accounts set state = 'paused'").await;
    assert!(!open(&bed, id).await.account.can_send);
}
