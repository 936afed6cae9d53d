use super::*;
use model::content::{Detail, MessageKind};
use model::id::Id as _;
use model::thread::{Author, Direction, MessageState};

const MINUTE: i64 = 60_000;

fn me() -> PersonId {
    PersonId::compose(1, [1; 10])
}

fn line(n: u8, minutes: i64, direction: Direction) -> Line {
    let is_out = direction == Direction::Out;
    Line {
        id: MessageId::compose(minutes * MINUTE, [n; 10]),
        at: Timestamp(minutes * MINUTE),
        direction,
        kind: MessageKind::Text,
        state: Some(if is_out { MessageState::Sent } else { MessageState::Received }),
        author: if is_out { Author::Agent } else { Author::Contact },
        author_id: is_out.then(|| me().to_string()),
        author_name: None,
        text: Some(format!("line {n}")),
        detail: Detail::default(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        reply_to: None,
        edits: Vec::new(),
        tagged: false,
        failure: None,
        client_id: None,
        part: 0,
        due_at: None,
        comment: None,
    }
}

fn with_thread(test: impl FnOnce(OpenThread)) {
    _ = any_spawner::Executor::init_tokio();
    Owner::new().with(|| {
        let clock = Clock { now: RwSignal::new(Timestamp(0)), is_local: RwSignal::new(false) };
        test(OpenThread::new(me(), clock));
    });
}

fn runs(thread: OpenThread) -> Vec<&'static str> {
    thread.shown().iter().map(|it| it.place.get_untracked().run.word()).collect()
}

fn texts(thread: OpenThread) -> Vec<String> {
    thread.shown().iter().map(|it| it.line.with_untracked(|it| it.text.clone().unwrap_or_default())).collect()
}

#[test]
fn lines_of_one_sender_are_a_run_until_somebody_else_or_a_pause() {
    use Direction::{In, Out};
    with_thread(|it| {
        it.put(vec![line(1, 0, In), line(2, 1, In), line(3, 2, In), line(4, 3, Out), line(5, 4, In), line(6, 20, In)]);
        assert_eq!(runs(it), ["start", "middle", "end", "single", "single", "single"]);
        let has_meta: Vec<_> = it.shown().iter().map(|it| it.place.get_untracked().has_meta).collect();
        assert_eq!(has_meta, [false, false, true, true, true, true]);
    });
}

#[test]
fn the_first_line_of_a_day_stands_under_its_date() {
    let day = 24 * 60;
    with_thread(|it| {
        it.put(vec![line(1, day - 1, Direction::In), line(2, day, Direction::In), line(3, day + 1, Direction::In)]);
        let days: Vec<_> = it.shown().iter().map(|it| it.place.get_untracked().day.map(|it| it.0)).collect();
        assert_eq!(days, [Some(0), Some(1), None]);
        assert_eq!(runs(it), ["single", "start", "end"], "midnight ends a run");
    });
}

#[test]
fn what_was_sent_last_says_how_far_it_is_wherever_that_changes() {
    with_thread(|it| {
        it.put(vec![line(1, 1, Direction::Out), line(2, 2, Direction::Out), line(3, 3, Direction::Out)]);
        let has_meta =
            |it: OpenThread| -> Vec<_> { it.shown().iter().map(|it| it.place.get_untracked().has_meta).collect() };
        assert_eq!(has_meta(it), [false, false, true]);
        it.set_watermarks(Timestamp(0), Timestamp(2 * MINUTE));
        assert_eq!(has_meta(it), [false, true, true]);
    });
}

#[test]
fn a_message_takes_the_place_of_its_pending_bubble() {
    with_thread(|it| {
        it.put(vec![line(1, 5, Direction::In)]);
        let pending = |part: i32| {
            let mut line = line(2, 0, Direction::Out);
            (line.client_id, line.part, line.state) = (Some("c".to_owned()), part, Some(MessageState::Queued));
            line.id = MessageId::compose(part.into(), [9; 10]);
            line
        };
        it.show_pending(vec![pending(0), pending(1)]);
        assert_eq!(texts(it).len(), 3);
        let keys = |it: OpenThread| it.shown().iter().map(|it| it.key).collect::<Vec<_>>();
        let before = keys(it);
        assert!(it.shown()[1].is_pending.get_untracked(), "what is pending is last, whatever the browser's clock says");

        let real = Line {
            client_id: Some("c".to_owned()),
            part: 1,
            text: Some("real".to_owned()),
            ..line(7, 6, Direction::Out)
        };
        it.name_pending("c", &[MessageId::compose(5, [4; 10]), real.id]);
        it.put(vec![real.clone()]);
        it.show_pending(vec![pending(1)]);
        assert_eq!(texts(it), ["line 1", "real", "line 2"]);
        assert_eq!(keys(it), [before[0], before[2], before[1]], "the same nodes");
        it.drop_pending("c");
        assert_eq!(texts(it), ["line 1", "real"], "only what is still pending is dropped");
        it.gone(&[real.id]);
        assert_eq!(texts(it), ["line 1"]);
    });
}

#[test]
fn a_line_that_comes_late_stands_where_it_belongs() {
    with_thread(|it| {
        it.put(vec![line(1, 0, Direction::In), line(3, 9, Direction::In)]);
        it.put(vec![line(2, 5, Direction::In)]);
        assert_eq!(texts(it), ["line 1", "line 2", "line 3"]);
    });
}
