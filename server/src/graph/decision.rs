//! What becomes of a message that Meta did not take: pure, from the error and from what was tried.

mod meaning;

pub(super) use meaning::is_known;

use super::error::SAYS_NOTHING;
use super::{GraphError, Kind};
use meaning::{Meaning, meaning};
use model::failure::{Failure, Remedy};
use model::platform::Platform;

/// How often one message is sent before it is given up, where Meta may take it another time.
const TRIES: i32 = 5;
/// And where Meta was not even reached.
const TRIES_TO_CONNECT: i32 = 10;
/// What holds a whole account ends by itself; how soon, Meta does not always say.
const USUAL_HOLD_S: i64 = 60;
/// So long a customer may take to fill in a form in the thread.
const FORM_S: i64 = 300;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Not taken; again later. Meta may say when.
    Retry {
        after_s: Option<i64>,
    },
    /// A limit of the whole account: hold everything of it that long, then again.
    HoldAccount {
        for_s: i64,
    },
    /// Outside 24 hours: once more with the tag.
    SendTagged,
    /// Several pictures are not available: one by one.
    OneByOne,
    /// `reply_to` was refused: once more without.
    WithoutReplyTo,
    /// Upload the file again, then once more.
    UploadAgain,
    Reject(Failure),
    /// The tag itself is refused: the app lacks the Human Agent permission.
    TagRefused(Failure),
    /// The token is dead.
    Reauthorise(Failure),
    /// Another app has the thread.
    NotOwner(Failure),
    /// Meta may have taken it.
    Unknown,
}

/// What was sent, and what else may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
pub struct Attempt {
    pub platform: Platform,
    pub tagged: bool,
    /// A person wrote it, and the 7 days are open.
    pub may_tag: bool,
    pub n_pictures: usize,
    pub has_reply_to: bool,
    pub is_uploaded: bool,
    /// Before this one, those at once included ("once more"): it ends every repetition.
    pub attempts: i32,
    pub window_closed_by_our_clock: bool,
    pub is_private_reply: bool,
}

pub fn decide(error: &GraphError, attempt: &Attempt) -> Decision {
    if error.in_doubt {
        return Decision::Unknown;
    }
    let refused = |words: &str, remedy| failure(error, words, remedy);
    match meaning(error) {
        Meaning::NotReached if attempt.attempts + 1 < TRIES_TO_CONNECT => Decision::Retry { after_s: None },
        Meaning::NotReached => Decision::Reject(passing(error, "Meta could not be reached. Send it again later.")),
        Meaning::Passing => again(error, attempt, None),
        Meaning::Busy => again(error, attempt, Some(FORM_S)),
        Meaning::Limit { wait_s } => {
            Decision::HoldAccount { for_s: wait_s.filter(|it| *it > 0).unwrap_or(USUAL_HOLD_S) }
        }
        Meaning::WindowClosed => outside(error, attempt),
        Meaning::Unreachable if attempt.window_closed_by_our_clock => match outside(error, attempt) {
            Decision::Reject(failure) if !attempt.is_private_reply => Decision::Reject(Failure {
                message: "Meta did not deliver it. Either the time to answer is over, until the customer writes \
                          again, or they cannot be reached any more."
                    .to_owned(),
                ..failure
            }),
            other => other,
        },
        Meaning::Unreachable => Decision::Reject(refused(
            "Meta cannot reach this customer. They may have blocked this account or closed theirs.",
            None,
        )),
        Meaning::TokenDead(words) => Decision::Reauthorise(refused(words, Some(Remedy::Reconnect))),
        Meaning::NotOwner => Decision::NotOwner(refused(
            "Another app has this conversation. Take it over to answer.",
            Some(Remedy::TakeOver),
        )),
        Meaning::NotGranted if attempt.tagged => Decision::TagRefused(refused(
            "Meta does not let this account answer after 24 hours. An admin can ask Meta for the Human Agent \
             permission; until then the customer has to write first.",
            Some(Remedy::Permission),
        )),
        Meaning::NotGranted => Decision::Reject(refused(meaning::NO_RIGHT, Some(Remedy::Permission))),
        Meaning::NotFetched if attempt.attempts == 0 => Decision::Retry { after_s: None },
        Meaning::NotFetched => Decision::Reject(Failure {
            retryable: true,
            ..refused("Meta could not fetch the file. Send it again, or send another one.", Some(Remedy::Edit))
        }),
        Meaning::UploadGone if attempt.is_uploaded && attempt.attempts + 1 < TRIES => Decision::UploadAgain,
        Meaning::UploadGone => {
            Decision::Reject(refused("Meta no longer has the file. Attach it again.", Some(Remedy::Edit)))
        }
        Meaning::OnePictureOnly if attempt.n_pictures > 1 => Decision::OneByOne,
        Meaning::BadParameter if attempt.has_reply_to => Decision::WithoutReplyTo,
        Meaning::OnePictureOnly | Meaning::BadParameter => {
            Decision::Reject(refused(meaning::NOT_AS_IT_IS, Some(Remedy::Edit)))
        }
        Meaning::Refused(words, remedy) => Decision::Reject(refused(words, remedy)),
        Meaning::Unheard => Decision::Reject(refused(&metas_words(error), None)),
    }
}

fn again(error: &GraphError, attempt: &Attempt, after_s: Option<i64>) -> Decision {
    if attempt.attempts + 1 < TRIES {
        return Decision::Retry { after_s };
    }
    let words = "Meta could not take it, although it was sent several times. Send it again later.";
    Decision::Reject(passing(error, words))
}

fn outside(error: &GraphError, attempt: &Attempt) -> Decision {
    if attempt.is_private_reply {
        let words = "The comment is too old to be answered in private. The customer has to write first.";
        return Decision::Reject(Failure { retryable: false, ..failure(error, words, Some(Remedy::WaitForCustomer)) });
    }
    if attempt.may_tag && !attempt.tagged {
        return Decision::SendTagged;
    }
    let words = if attempt.tagged {
        "The 7 days to answer are over. The customer has to write first."
    } else {
        "The 24 hours to answer are over. The customer has to write first."
    };
    Decision::Reject(failure(error, words, Some(Remedy::WaitForCustomer)))
}

/// Once the remedy has helped, the same can go; if the remedy is to change it, it is not the same.
fn failure(error: &GraphError, words: &str, remedy: Option<Remedy>) -> Failure {
    Failure {
        code: error.code,
        subcode: error.subcode,
        message: words.to_owned(),
        retryable: remedy.is_some_and(|it| it != Remedy::Edit),
        remedy,
        trace: error.trace.clone(),
    }
}

fn passing(error: &GraphError, words: &str) -> Failure {
    Failure { retryable: true, ..failure(error, words, None) }
}

/// What Meta wrote for people, or for programmers, without the number in front.
fn metas_words(error: &GraphError) -> String {
    let said = error.user_message.as_deref().unwrap_or(&error.message).trim();
    let said = said.strip_prefix("(#").and_then(|it| it.split_once(") ")).map_or(said, |it| it.1).trim();
    if error.code.is_none() || said.is_empty() || said == SAYS_NOTHING {
        return "Meta refused it and does not say why.".to_owned();
    }
    let said = said.trim_end();
    let end = if said.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("Meta says: {said}{end}")
}

impl GraphError {
    fn is_not_reached(&self) -> bool {
        self.kind == Kind::Transient && self.status.is_none()
    }
}

#[cfg(test)]
mod tests;
