//! What the customer can tap instead of writing.

use super::problems::{Problems, figure};
use crate::outgoing::QuickReply;
use crate::platform::Platform;

const MOST: usize = 13;
const TITLE_MOST: usize = 20;
const PAYLOAD_MOST: usize = 1000;

pub fn check(platform: Platform, replies: &[QuickReply], problems: &mut Problems) {
    if replies.len() > MOST {
        return problems.say(format!("There are {} quick replies, {MOST} are the most.", figure(replies.len())));
    }
    for (place, reply) in replies.iter().enumerate() {
        one(platform, place + 1, reply, problems);
    }
}

fn one(platform: Platform, number: usize, reply: &QuickReply, problems: &mut Problems) {
    let is_instagram = platform == Platform::Instagram;
    match reply {
        QuickReply::Text { title, payload, image_url } => {
            problems.look_at(&format!("the title of quick reply {number}"), title, TITLE_MOST);
            problems.look_at(&format!("the payload of quick reply {number}"), payload, PAYLOAD_MOST);
            match image_url {
                Some(_) if is_instagram => problems.say("Quick replies with a picture work on Messenger only."),
                Some(url) => {
                    problems.look_at_url(&format!("the picture of quick reply {number}"), url, &["http", "https"]);
                }
                None => {}
            }
        }
        QuickReply::UserPhoneNumber if is_instagram => {
            problems.say("A quick reply that asks for the phone number works on Messenger only.");
        }
        QuickReply::UserEmail if is_instagram => {
            problems.say("A quick reply that asks for the email address works on Messenger only.");
        }
        QuickReply::UserPhoneNumber | QuickReply::UserEmail => {}
    }
}
