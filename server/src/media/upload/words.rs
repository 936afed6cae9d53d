//! What the agent reads about a file that was changed, or could not be.

use super::convert::Unconvertible;
use super::receive::Received;
use model::outgoing::{FileKind, fits, megabytes};
use model::platform::Platform;

pub(super) const EMPTY: &str = "The file is empty.";
pub(super) const BROKEN_OFF: &str = "The file did not arrive whole. Try again.";
pub(super) const NO_CONVERSATION: &str = "The conversation is not there any more.";

pub(super) fn what_changed(platform: Platform, given: &Received, made: &Received) -> String {
    let sizes = || format!("{} to {}", megabytes(given.size), megabytes(made.size));
    let [from, to] = [given, made].map(|it| type_name(it.content_type));
    if fits(platform, FileKind::Image, given.content_type, 0).is_err() {
        return format!("Changed from {from} to {to}, because {} takes JPEG, PNG and GIF.", platform.title());
    }
    if from == to {
        return format!("Made smaller: {}.", sizes());
    }
    format!("Made smaller: {}, and changed from {from} to {to}.", sizes())
}

/// Why nothing was made of it; the problem itself was said before.
pub(super) const fn why_not(why: Unconvertible) -> &'static str {
    match why {
        Unconvertible::Unreadable => "It cannot be read here, or has more than 40 million pixels.",
        Unconvertible::Moving => "It moves, and would stand still if it were changed.",
    }
}

/// Of those that are changed.
fn type_name(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => "JPEG",
        "image/png" => "PNG",
        "image/webp" => "WebP",
        _ => "another type",
    }
}
