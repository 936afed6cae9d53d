//! Plays the conversations of the seed, oldest line first, through the same doors as what happens later.

use super::lines::{By, Line, Person, people};
use super::{customer_id, media, shop};
use crate::bot;
use crate::world::act::{Act, Refused};
use crate::world::customer::{Attachment, From, Message, Reaction, ReplyTo, STANDARD_MS};
use crate::world::say::Saying;
use crate::world::{Newcomer, World};
use serde_json::{Value, json};

/// How many lines were refused: none, says a test.
pub fn everything(world: &mut World) -> usize {
    let (people, _) = people();
    for (n, person) in people.iter().enumerate() {
        introduce(world, &customer_id(n), person);
    }
    let now_ms = world.now_ms();
    let numbered = people.iter().enumerate();
    let mut lines: Vec<(usize, &Line)> =
        numbered.flat_map(|(n, person)| person.lines.iter().map(move |line| (n, line))).collect();
    lines.sort_by_key(|(_, line)| std::cmp::Reverse(line.ago_ms));
    let mut n_refused = 0;
    for (n, line) in lines {
        let customer_id = customer_id(n);
        if let Err(refused) = play(world, &customer_id, line, now_ms - line.ago_ms) {
            tracing::error!(customer = people[n].name, ?line, ?refused, "a line of the demo did not happen");
            n_refused += 1;
        }
    }
    n_refused
}

fn introduce(world: &mut World, id: &str, person: &Person) {
    if world.customer(id).is_none() {
        world.add_customer(&Newcomer { account_id: person.account_id, name: person.name, id: Some(id) });
    }
    let picture = person.picture.map(|it| world.files.url(&format!("{it}.jpg")));
    let Some(customer) = world.customer_mut(id) else { return };
    customer.picture = picture;
    customer.script = person.script.filter(|it| *it != "bot");
    if let Some(username) = person.username {
        username.clone_into(&mut customer.username);
    }
}

fn play(world: &mut World, customer_id: &str, line: &Line, at_ms: i64) -> Result<(), Refused> {
    match line.by {
        By::Customer => customer_does(world, customer_id, line, at_ms),
        By::Shop | By::Bot => {
            shop_does(world, customer_id, line, at_ms);
            Ok(())
        }
    }
}

fn customer_does(world: &mut World, customer_id: &str, line: &Line, at_ms: i64) -> Result<(), Refused> {
    // Whoever does something has the chat before their eyes.
    if line.deed != "read" && has_news(world, customer_id) {
        act(world, customer_id, json!({"read": {}}), at_ms)?;
    }
    for (n_ms, deed) in (0..).zip(deeds(world, customer_id, line)) {
        act(world, customer_id, deed, at_ms + n_ms)?;
    }
    Ok(())
}

fn act(world: &mut World, customer_id: &str, deed: Value, at_ms: i64) -> Result<(), Refused> {
    let act: Act = serde_json::from_value(deed).map_err(|wrong| Refused::Because(wrong.to_string()))?;
    world.act(customer_id, act, at_ms).map(drop)
}

fn has_news(world: &World, customer_id: &str) -> bool {
    let Some(thread) = world.customer(customer_id).map(|it| &it.thread) else { return false };
    let last = thread.messages.iter().rev().find(|it| it.from != From::Customer);
    last.is_some_and(|it| thread.read_until_ms.is_none_or(|until| until < it.at_ms))
}

/// In the words of `POST /control/customers/{id}/do`.
fn deeds(world: &mut World, customer_id: &str, line: &Line) -> Vec<Value> {
    let Line { deed, with, text, .. } = *line;
    let theirs = || last_mid(world, customer_id, |it| it.from != From::Customer);
    let own = || last_mid(world, customer_id, |it| it.from == From::Customer);
    let sent = |kind: &str, url: String| json!({"send": {"attachments": [{"type": kind, "url": url}]}});
    let mut deeds = vec![match deed {
        "ad" => return vec![json!({"send": {"text": text, "referral": {"ad_title": with, "ref": "autumn"}}})],
        "link" => return vec![json!({"send": {"text": text, "referral": {"ref": with}}})],
        "reply" => return vec![json!({"send": {"text": text, "reply_to": {"mid": theirs()}}})],
        "edit" => return vec![json!({"edit": {"mid": own(), "text": text}})],
        "story" => return vec![json!({"story_reply": {"text": text}})],
        "comment" => {
            let post = with.parse().ok().and_then(shop::post_id);
            return vec![json!({"comment": {"text": text, "post_id": post}})];
        }
        "" => return vec![json!({"send": {"text": text}})],
        "photo" => {
            let image = |it| json!({"type": "image", "url": world.files.url(&format!("{it}.jpg"))});
            json!({"send": {"attachments": with.split(' ').map(image).collect::<Vec<_>>()}})
        }
        "voice" => sent("audio", media::voice(world, with.parse().unwrap_or(9))),
        "video" => sent("video", world.files.url("clip.mp4")),
        "file" => sent("file", media::paper(world, with)),
        "reel" => {
            json!({"share": {"kind": "reel", "title": with, "url": "https://www.instagram.com/reel/DKq05XwgCNE/"}})
        }
        "post" => {
            let post = with.parse().ok().and_then(shop::post_id);
            json!({"share": {"kind": "post", "id": post, "url": post.and_then(|id| picture_of(world, id))}})
        }
        "mention" => json!({"story_mention": {"url": world.files.url("story.jpg")}}),
        "like" => json!({"like_heart": {}}),
        "sticker" => json!({"sticker": {}}),
        "location" => {
            let (lat, long) = with.split_once(' ').unwrap_or_default();
            json!({"location": {"lat": lat.parse::<f64>().ok(), "long": long.parse::<f64>().ok()}})
        }
        "icebreaker" | "postback" => json!({"postback": {"title": with, "payload": with.to_uppercase()}}),
        "react" => json!({"react": {"mid": theirs(), "emoji": with}}),
        "unsend" => json!({"unsend": {"mid": own()}}),
        "tap" => match offered(world, customer_id, with) {
            Some((mid, payload)) => json!({"tap": {"mid": mid, "payload": payload}}),
            None => json!({"tap": {"mid": null, "payload": with}}),
        },
        // `read`, `block`.
        other => json!({other: {}}),
    }];
    if !text.is_empty() {
        deeds.push(json!({"send": {"text": text}}));
    }
    deeds
}

fn picture_of(world: &World, post_id: &str) -> Option<String> {
    let mut posts = world.accounts.iter().flat_map(|it| &it.posts);
    posts.find(|it| it.id == post_id).map(|it| it.media_url.clone())
}

fn last_mid(world: &World, customer_id: &str, wanted: impl Fn(&Message) -> bool) -> Option<String> {
    let mut newest = world.customer(customer_id)?.thread.messages.iter().rev();
    newest.find(|it| wanted(it) && !it.unsent).map(|it| it.mid.clone())
}

/// Message and payload of the quick reply or button that has this title.
fn offered(world: &World, customer_id: &str, title: &str) -> Option<(String, String)> {
    let newest = world.customer(customer_id)?.thread.messages.iter().rev();
    newest.into_iter().find_map(|message| {
        let buttons = message.attachments.iter().filter_map(|it| it.payload.as_ref());
        let payload = message.quick_replies.iter().chain(buttons).find_map(|it| payload_of(it, title))?;
        Some((message.mid.clone(), payload))
    })
}

fn payload_of(offer: &Value, title: &str) -> Option<String> {
    match offer {
        Value::Object(map) if map.get("title").is_some_and(|it| it == title) && map.contains_key("payload") => {
            map.get("payload")?.as_str().map(str::to_owned)
        }
        Value::Object(map) => map.values().find_map(|it| payload_of(it, title)),
        Value::Array(list) => list.iter().find_map(|it| payload_of(it, title)),
        _ => None,
    }
}

/// In the business's own phone, or by the bot's app.
fn shop_does(world: &mut World, customer_id: &str, line: &Line, at_ms: i64) {
    let Some(customer) = world.customer(customer_id) else { return };
    let platform = customer.platform;
    let is_late = customer.last_message_ms.is_some_and(|it| at_ms - it > STANDARD_MS);
    if line.deed == "react" {
        return react(world, customer_id, line.with);
    }
    let mut saying = Saying {
        app_id: (line.by == By::Bot).then(|| bot::APP_ID.to_owned()),
        tag: is_late.then(|| "HUMAN_AGENT".to_owned()),
        ..Saying::default()
    };
    match line.deed {
        "photo" => {
            let image = |it| attachment("image", &world.files.url(&format!("{it}.jpg")));
            saying.attachments = line.with.split(' ').map(image).collect();
        }
        "video" => saying.attachments = vec![attachment("video", &world.files.url("clip.mp4"))],
        "file" => saying.attachments = vec![attachment("file", &media::paper(world, line.with))],
        "heart" => saying.text = Some("❤️".to_owned()),
        "cards" => saying.attachments = vec![shop::cards(world, platform, line.with)],
        "buttons" => saying.attachments = vec![shop::buttons(platform, line.text, line.with)],
        "chips" => {
            let chip = |title| json!({"content_type": "text", "title": title, "payload": format!("CHOSE {title}")});
            saying.quick_replies = line.with.split("; ").map(chip).collect();
        }
        "reply" => {
            let mid = last_mid(world, customer_id, |it| it.from == From::Customer);
            saying.reply_to = mid.map(|mid| ReplyTo::Message { mid });
        }
        _ => {}
    }
    let is_said_in_the_card = line.deed == "buttons";
    if saying.attachments.is_empty() && saying.text.is_none() {
        saying.text = Some(line.text.to_owned());
        world.say(customer_id, saying, at_ms);
        return;
    }
    world.say(customer_id, saying, at_ms);
    // Neither platform has a text beside a picture.
    if !line.text.is_empty() && !is_said_in_the_card {
        world.say(customer_id, Saying { text: Some(line.text.to_owned()), ..Saying::default() }, at_ms + 1);
    }
}

fn attachment(kind: &str, url: &str) -> Attachment {
    Attachment { kind: kind.to_owned(), payload: Some(json!({"url": url})) }
}

/// On what the customer wrote last. Apps are not told of the business's own reactions.
fn react(world: &mut World, customer_id: &str, emoji: &str) {
    let Some(customer) = world.customer_mut(customer_id) else { return };
    let newest = customer.thread.messages.iter_mut().rev().find(|it| it.from == From::Customer);
    if let Some(message) = newest {
        message.reactions.push(Reaction { by_customer: false, word: "other".to_owned(), emoji: emoji.to_owned() });
    }
}

#[cfg(test)]
mod tests;
