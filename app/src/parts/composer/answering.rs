use super::reply::few_words;
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::thread::OpenThread;
use model::inbox::Line;
use model::thread::Direction;

/// Which message or comment the reply answers, if it is one, and how to leave that.
#[component]
pub fn Answering(writing: Writing) -> Late {
    let thread = expect_context::<OpenThread>();
    let (reply_to, comment) = (writing.composing.reply_to, writing.composing.comment);
    Effect::new(move || {
        if reply_to.with(Option::is_some) || comment.with(Option::is_some) {
            writing.focus();
        }
    });
    let customer = move || {
        let title = thread.conversation.with(|it| it.as_ref().map(|it| it.contact.title().to_owned()));
        title.unwrap_or_default()
    };
    let author = move |line: &Line| match line.direction {
        Direction::In => customer(),
        Direction::Out | Direction::Internal => line.author_name.clone().unwrap_or_else(|| "You".to_owned()),
    };
    let stop = move |_| {
        reply_to.set(None);
        comment.set(None);
        writing.focus();
    };
    late! { {late(move || {
        let comment = comment.get();
        let (note, line) = match (comment, reply_to.get()) {
            (Some(line), _) => (Some("In private, to the comment of"), line),
            (None, Some(line)) => (None, line),
            (None, None) => return None,
        };
        Some(late! {
            <div class="replying for-reply">
                <p class="truncate">
                    {note} " " <b class="strong"><bdi>{author(&line)}</bdi></b> " " <bdi>{few_words(&line)}</bdi>
                </p>
                <span class="push"></span>
                <button type="button" class="button button--quiet button--small button--icon"
                    aria-label="Stop answering this" title="Stop answering this" on:click=heed(stop)>
                    <Icon symbol=Symbol::X/>
                </button>
            </div>
        })
    })} }
}
