mod edit;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::said::Said;
use crate::path::Path;
use crate::prelude::*;
pub use edit::{EditedReply, ReplyPage};
use model::desk::SavedReply;
use model::may::Act;
use model::replies::remarks;

/// Everybody's saved replies and one's own, and what was just done.
#[derive(Debug, Clone)]
pub struct Replies {
    pub frame: Frame,
    pub replies: Vec<SavedReply>,
    pub done: Option<Done>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Saved,
    Deleted,
}

impl Done {
    pub const ALL: [Self; 2] = [Self::Saved, Self::Deleted];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Deleted => "deleted",
        }
    }
}

#[component]
pub fn RepliesPage(replies: Replies) -> Piece {
    let Replies { frame, replies, done } = replies;
    let may_shared = frame.me.role.may(Act::RunReplies);
    let (own, shared): (Vec<_>, Vec<_>) = replies.into_iter().partition(|it| it.is_mine);
    let act = piece! {
        <a class="button button--primary" href=Path::NewReply.to_string()><Icon symbol=Symbol::Plus/>"New saved reply"</a>
    };
    let done = done.map(|it| format!("The saved reply is {}.", it.word()));
    piece! {
        <FramedPage frame place=Place::Replies title="Saved replies" act=Some(act)
            lead="Write / in a reply to find them. What stands in braces is filled in when one is used.">
            {done.map(|words| view! { <Said words/> })}
            {part("Everybody’s", shared, may_shared)}
            {part("Yours", own, true)}
        </FramedPage>
    }
}

fn part(title: &'static str, replies: Vec<SavedReply>, may_change: bool) -> Piece {
    let is_empty = replies.is_empty();
    let rows = replies.into_iter().map(|it| row(it, may_change)).collect_view();
    let table = (!is_empty).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-label=format!("{title}, as a table")>
                <table class="table table--words">
                    <thead>
                        <tr>
                            <th scope="col">"Shortcut"</th>
                            <th scope="col">"Title"</th>
                            <th scope="col" class="for-wide">"Text"</th>
                            <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    piece! {
        <section class="page__part">
            <h2 class="page__heading">{title}</h2>
            {table}
            {is_empty.then(|| view! { <p class="soft">"None yet."</p> })}
        </section>
    }
}

fn row(it: SavedReply, may_change: bool) -> Piece {
    let remarks = remarks(&it.text).into_iter().map(|words| view! { <p class="is-soon small">{words}</p> });
    let (verb, of) = (if may_change { "Edit" } else { "Read" }, format!(" /{}", it.shortcut));
    piece! {
        <tr>
            <th scope="row"><code>{format!("/{}", it.shortcut)}</code></th>
            <td><span dir="auto">{it.title}</span></td>
            <td class="for-wide"><p class="table__text" dir="auto">{it.text}</p>{remarks.collect_view()}</td>
            <td>
                <div class="table__do">
                    <a class="button button--small" href=Path::SavedReply { id: it.id }.to_string()>
                        {verb}<span class="for-screen-reader">{of}</span>
                    </a>
                </div>
            </td>
        </tr>
    }
}
