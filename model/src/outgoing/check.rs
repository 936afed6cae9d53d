//! What is wrong with a reply, before anything is queued. Whether the window is open, the files are
//! the person's to send and the time is near enough is looked at elsewhere.

mod problems;
mod quick_replies;
mod template;

use super::{FileKind, KnownFile, LinkedFile, Part, Problem, Reply, file_kind, fits, text_room};
use crate::media::MediaId;
use crate::platform::Platform;
use problems::{Problems, figure};

pub const CLIENT_ID_MOST: usize = 64;
pub const PARTS_MOST: usize = 20;

/// How many pictures one message takes.
pub const fn pictures_most(platform: Platform) -> usize {
    match platform {
        Platform::Instagram => 10,
        Platform::Page => 30,
    }
}

/// `files` are the kept ones among those that the reply names.
pub fn check(platform: Platform, reply: &Reply, files: &[KnownFile]) -> Vec<Problem> {
    let mut problems = Problems::default();
    whole(reply, &mut problems);
    if reply.parts.len() <= PARTS_MOST {
        for (place, part) in reply.parts.iter().enumerate() {
            problems.begin(place);
            check_part(platform, part, files, &mut problems);
        }
    }
    problems.found()
}

fn whole(reply: &Reply, problems: &mut Problems) {
    let is_allowed = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
    if !(1..=CLIENT_ID_MOST).contains(&reply.client_id.len()) || !reply.client_id.bytes().all(is_allowed) {
        problems.say(format!("The id of a reply is 1 to {CLIENT_ID_MOST} letters, digits, hyphens and underscores."));
    }
    match reply.parts.len() {
        0 => problems.say("There is nothing to send."),
        1..=PARTS_MOST => {}
        n => problems.say(format!("The reply is {} messages, {PARTS_MOST} are the most.", figure(n))),
    }
    if reply.comment.is_some() && !matches!(*reply.parts, [] | [Part::Text { .. }]) {
        problems.say("A comment is answered in private with one message of text.");
    }
}

fn check_part(platform: Platform, part: &Part, files: &[KnownFile], problems: &mut Problems) {
    match part {
        Part::Text { text, quick_replies } => {
            check_text(platform, text, problems);
            quick_replies::check(platform, quick_replies, problems);
        }
        Part::Files { media } => check_files(platform, media, files, problems),
        Part::Links { files } => check_links(platform, files, problems),
        Part::LikeHeart => {
            if platform != Platform::Instagram {
                problems.say("The heart can be sent on Instagram only.");
            }
        }
        Part::Post { id } => {
            if platform != Platform::Instagram {
                problems.say("A post can be sent on Instagram only.");
            }
            problems.look_at_id("the post", id);
        }
        Part::Template { template } => template::check(platform, template, problems),
    }
}

fn check_text(platform: Platform, text: &str, problems: &mut Problems) {
    let room = text_room(platform, text);
    if text.trim().is_empty() {
        problems.say("The text is empty.");
    } else if !room.fits() {
        let (used, most) = (figure(room.used), figure(room.most));
        problems.say(format!("The text is {used} {}, {} takes {most}.", room.unit.word(), platform.title()));
    }
    problems.look_for_nul("The text", text);
}

fn check_files(platform: Platform, media: &[MediaId], files: &[KnownFile], problems: &mut Problems) {
    let known = |id: &MediaId| files.iter().find(|it| it.id == *id);
    let is_picture = |id: &MediaId| known(id).is_none_or(|it| file_kind(&it.content_type) == FileKind::Image);
    if !check_number(platform, media, is_picture, problems) {
        return;
    }
    for id in media {
        match known(id) {
            None => problems.say("The file is not there any more."),
            Some(file) => {
                if let Err(problem) = fits(platform, file_kind(&file.content_type), &file.content_type, file.size) {
                    problems.say(problem.words());
                }
            }
        }
    }
}

fn check_links(platform: Platform, files: &[LinkedFile], problems: &mut Problems) {
    if !check_number(platform, files, |it| it.kind == FileKind::Image, problems) {
        return;
    }
    for file in files {
        problems.look_at_url("a file", &file.url, &["https"]);
    }
}

/// `false`: there are none, or too many to look at each.
fn check_number<T>(platform: Platform, files: &[T], is_picture: impl Fn(&T) -> bool, problems: &mut Problems) -> bool {
    let most = pictures_most(platform);
    match files.len() {
        0 => problems.say("There is no file to send."),
        n if n > most => {
            problems.say(format!(
                "There are {} pictures, {} takes {most} in one message.",
                figure(n),
                platform.title()
            ));
        }
        n => {
            if n > 1 && !files.iter().all(is_picture) {
                problems.say("Only pictures go several in one message.");
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
