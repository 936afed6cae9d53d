use super::contact::when;
use crate::parts::plain_page::PlainPage;
use crate::prelude::*;
use http::StatusCode;
use server::rights::Followed;

/// What became of a deletion that somebody asked Meta for. It names nobody, and asks for no sign-in: whoever has the
/// code was given it.
#[derive(Debug, Clone)]
pub struct Deletion {
    pub code: String,
    pub followed: Followed,
}

impl Deletion {
    pub fn status(&self) -> StatusCode {
        match self.followed {
            Followed::Found(_) => StatusCode::OK,
            Followed::Unknown => StatusCode::NOT_FOUND,
            Followed::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}

#[component]
pub fn DeletionPage(deletion: Deletion) -> Piece {
    let Deletion { code, followed } = deletion;
    let found = match followed {
        Followed::Found(found) => found,
        Followed::Unknown => {
            return piece! {
                <PlainPage title="No such deletion" lead="There is no deletion with this code.">
                    <p class="small">"Look at the address again that Meta gave you: every letter of it counts."</p>
                </PlainPage>
            };
        }
        Followed::Wait { wait_s } => {
            let words = format!("Open this page again in {wait_s} seconds.");
            return piece! {
                <PlainPage title="Wait a little" lead="Too many codes that do not exist came from where you are.">
                    <p class="small">{words}</p>
                </PlainPage>
            };
        }
    };
    let (title, lead) = match (found.had_something, found.done_at) {
        (true, None) => (
            "Your data is being deleted",
            "All that came to this inbox through your account goes: messages, files, what is known of the people in them, and your account itself. Open this page again later.",
        ),
        (true, Some(_)) => (
            "Your data is deleted",
            "All that came to this inbox through your account is gone: messages, files, what was known of the people in them, and your account itself.",
        ),
        (false, _) => (
            "There is nothing to delete",
            "Nothing in this inbox is kept under your name at Meta. Access that you gave it to a Page has ended, or ends as soon as Meta says so.",
        ),
    };
    let done = found.done_at.map(|at| {
        piece! { <dt>"Done"</dt><dd>{when(at)}" UTC"</dd> }
    });
    piece! {
        <PlainPage title lead>
            <dl class="facts">
                <dt>"Confirmation code"</dt>
                <dd><code>{code}</code></dd>
                <dt>"Asked for"</dt>
                <dd>{when(found.requested_at)}" UTC"</dd>
                {done}
            </dl>
        </PlainPage>
    }
}
