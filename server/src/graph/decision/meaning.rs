//! What each of Meta's numbers means for a message. Subcodes come first: each means one thing.

use crate::graph::{GraphError, Kind};
use model::failure::Remedy;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    NotReached,
    /// Another time it may work.
    Passing,
    /// The customer fills in a form in the thread.
    Busy,
    Limit {
        wait_s: Option<i64>,
    },
    WindowClosed,
    /// Or, as one page of Meta's has it, the window is closed.
    Unreachable,
    TokenDead(&'static str),
    NotOwner,
    /// A right of the app's is missing, and Meta does not say which. The tag needs one of its own.
    NotGranted,
    NotFetched,
    UploadGone,
    OnePictureOnly,
    /// Meta does not say which.
    BadParameter,
    Refused(&'static str, Option<Remedy>),
    /// No page of Meta's has it.
    Unheard,
}

pub const NO_RIGHT: &str = "This account may not send this. An admin can look at its permissions at Meta.";
pub const NOT_AS_IT_IS: &str = "Meta does not take this message as it is. Change it, then send it.";

const RESTRICTED: &str = "Meta has restricted this account, so it cannot send for now. An admin can see why at Meta.";
const NOBODY: &str = "Meta does not know this customer any more. They may have closed their account.";
const OTHER_APPS_TURN: &str =
    "Meta lets another app answer here. An admin can change which app answers, in the settings of the Page.";

pub fn meaning(error: &GraphError) -> Meaning {
    let wait_s = match error.kind {
        Kind::RateLimited { wait_s } => wait_s,
        _ => None,
    };
    let found = match (error.code, error.kind) {
        (None, Kind::RateLimited { .. }) => Meaning::Limit { wait_s },
        (None, _) if error.is_not_reached() => Meaning::NotReached,
        (None, Kind::Transient) => Meaning::Passing,
        (None, _) => Meaning::Unheard,
        (Some(code), kind) => exactly(code, error.subcode)
            .or((kind == Kind::Transient).then_some(Meaning::Passing))
            .or_else(|| by_code(code))
            .unwrap_or(Meaning::Unheard),
    };
    if let Meaning::Limit { .. } = found { Meaning::Limit { wait_s } } else { found }
}

/// Whether one of Meta's pages has it: then it says for certain that nothing was done.
pub fn is_known(code: i32, subcode: Option<i32>) -> bool {
    exactly(code, subcode).is_some() || by_code(code).is_some()
}

fn exactly(code: i32, subcode: Option<i32>) -> Option<Meaning> {
    use Meaning::{
        Busy, Limit, NotFetched, NotOwner, OnePictureOnly, Passing, Refused, Unreachable, UploadGone, WindowClosed,
    };
    use Remedy::{Edit, Permission, TakeOver, WaitForCustomer};
    let denied = |words| Refused(words, Some(Permission));
    let change = |words| Refused(words, Some(Edit));
    if matches!(code, 190 | 102) {
        return Some(Meaning::TokenDead(lost(subcode)));
    }
    Some(match (code, subcode?) {
        (1, 99) | (_, 2_018_247) => denied(NO_RIGHT),
        (100, 33) => Refused("Meta does not find this conversation any more.", None),
        (613, 1996) | (_, 2_534_040) => Limit { wait_s: None },
        (_, 1_404_170) => Refused("Meta does not let this account write such messages to this customer.", None),
        (_, 1_545_041) => Unreachable,
        (_, 1_545_133) => Passing,
        (_, 1_893_063) => {
            denied("Meta does not let this Page send for now. An admin can see why in the settings of the Page.")
        }
        (_, 2_018_065 | 2_018_278 | 2_534_022) => WindowClosed,
        (_, 2_018_001 | 2_018_218 | 2_534_014) => Refused(NOBODY, None),
        (_, 2_018_008) => NotFetched,
        (_, 2_018_014) => Refused("Meta did not understand this message.", None),
        (_, 2_018_021 | 2_018_027 | 2_018_028) => denied(
            "This account may write only to its testers so far. An admin can have it approved and made live at Meta.",
        ),
        (_, 2_018_047) => change("The file is not what its type says. Save it in another form, then send it."),
        (_, 2_018_074) => UploadGone,
        (_, 2_018_108) => {
            Refused("This customer cannot get messages at the moment. Wait until they write.", Some(WaitForCustomer))
        }
        (_, 2_018_109) => {
            change("The file is too large: Meta takes pictures up to 8 MB, other files up to 25 MB. Make it smaller.")
        }
        (_, 2_018_171 | 2_018_234) => Refused(OTHER_APPS_TURN, Some(TakeOver)),
        (_, 2_018_294) => {
            change("Meta could not read the video: it is damaged or takes too long. Make it smaller, then send it.")
        }
        (_, 2_018_300 | 2_534_037) => NotOwner,
        (_, 2_018_321) => Busy,
        (_, 2_018_338) => denied(
            "Meta warns this account for answering too much after 24 hours, and did not send this. An admin can look \
             at the account at Meta.",
        ),
        (_, 2_534_001) => Refused(
            "This conversation was archived or deleted at Meta. The customer has to write first.",
            Some(WaitForCustomer),
        ),
        (_, 2_534_013) => denied(
            "The Page is not linked to an Instagram account any more. An admin can link them again in the settings \
             of the Page.",
        ),
        (_, 2_534_015) => change(NOT_AS_IT_IS),
        (_, 2_534_025) => Refused(
            "This comment cannot be answered in private any more. Most often it was answered before, or is gone.",
            None,
        ),
        (_, 2_207_050 | 2_534_029 | 2_534_122) => denied(RESTRICTED),
        (_, 2_534_041) => denied(
            "The owner of the account has switched off \"Allow access to messages\" on Instagram. They can switch it \
             on in the settings there.",
        ),
        (_, 2_534_068) => OnePictureOnly,
        (_, 2_534_077) => denied(
            "Meta cannot reach the Instagram account through its Page. An admin can check the link between them, and \
             the sign-in in two steps.",
        ),
        _ => return None,
    })
}

fn by_code(code: i32) -> Option<Meaning> {
    use Meaning::{BadParameter, Limit, NotGranted, Passing, Refused, Unreachable};
    use Remedy::{Edit, Permission, WaitForCustomer};
    Some(match code {
        1 | 2 | 1200 => Passing,
        3 | 200..=229 | 231..=299 => Refused(NO_RIGHT, Some(Permission)),
        4 | 17 | 32 | 341 | 613 | 80_000..=80_099 => Limit { wait_s: None },
        10 => NotGranted,
        25 => Refused(RESTRICTED, Some(Permission)),
        100 => BadParameter,
        230 => Refused("Meta wants the customer's consent for this. They have to write first.", Some(WaitForCustomer)),
        368 => Refused(
            "Meta has blocked this account from sending for some hours, because of its rules. An admin can see why at \
             Meta.",
            Some(Permission),
        ),
        551 => Unreachable,
        2022 => Refused("Meta does not let this account send products. Send it as a text.", Some(Edit)),
        9010 => Refused(NOBODY, None),
        36_103 => Refused(
            "Meta does not let this Instagram account send from here yet. An admin can look at it on Instagram.",
            Some(Permission),
        ),
        1_609_005 => Refused("Meta cannot open the link, or the story that it belongs to is gone.", Some(Edit)),
        9_000_001 => Refused("The message that this belongs to was deleted.", None),
        _ => return None,
    })
}

/// Why nobody can send until the account is connected again.
fn lost(subcode: Option<i32>) -> &'static str {
    match subcode {
        Some(458) => "The connection of this account was removed at Meta. An admin can connect it again.",
        Some(459 | 464 | 490) => {
            "Meta wants whoever connected this account to log in there and confirm who they are. Then an admin can \
             connect it again."
        }
        Some(460) => {
            "The password at Meta was changed, which ended the connection of this account. An admin can connect it \
             again."
        }
        Some(463) => "The connection of this account has expired. An admin can connect it again.",
        Some(492) => {
            "Whoever connected this account may not manage the Page any more. Somebody who may can connect it again."
        }
        _ => "The connection of this account has ended. An admin can connect it again.",
    }
}
