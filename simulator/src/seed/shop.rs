//! What the shop itself shows: pictures, posts, stories, and the cards it sends.

use super::{CERAMICS, PAGE, STUDIO};
use crate::world::World;
use crate::world::account::{Platform, Post, Story};
use crate::world::customer::Attachment;
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;

/// Account, id, caption, picture or video, hours ago.
const POSTS: [(&str, &str, &str, &str, i64); 9] = [
    (CERAMICS, "18011000000000001", "Autumn glaze drop", "tidal-mugs.jpg", 150),
    (CERAMICS, "18011000000000002", "The Tidal mug, back on the shelf", "tidal-bowl.jpg", 90),
    (CERAMICS, "18011000000000003", "Ash vases, third firing", "vases.jpg", 30),
    (STUDIO, "18011000000000004", "Throwing for beginners, six evenings from January", "espresso.jpg", 520),
    (STUDIO, "18011000000000005", "What came out of Saturday’s kiln", "plates.jpg", 70),
    (PAGE, "102030405060701_18011000000000006", "We pack everything in wood wool", "box.jpg", 200),
    (CERAMICS, "18011000000000007", "Trimming a foot ring in 12 seconds", "clip.mp4", 60),
    (STUDIO, "18011000000000008", "First pots of the Tuesday course", "clip.mp4", 260),
    (PAGE, "102030405060701_18011000000000009", "The sound of a cooling glaze", "clip.mp4", 300),
];

pub fn furnish(world: &mut World) {
    let now_ms = world.now_ms();
    let shop = world.files.url("shop.jpg");
    let story = world.files.url("story.jpg");
    let pictures = POSTS.map(|it| world.files.url(it.3));
    for account in &mut world.accounts {
        account.picture = Some(shop.clone());
        for ((_, id, caption, file, hours), url) in POSTS.iter().zip(&pictures).filter(|(it, _)| it.0 == account.id) {
            let is_reel = *file == "clip.mp4";
            let path = if is_reel { "reel" } else { "p" };
            account.posts.push(Post {
                id: (*id).to_owned(),
                caption: (*caption).to_owned(),
                media_type: if is_reel { "VIDEO" } else { "IMAGE" },
                media_product_type: if is_reel { "REELS" } else { "FEED" },
                media_url: url.clone(),
                permalink: format!("https://www.instagram.com/{path}/luna{}/", &id[id.len() - 4..]),
                at_ms: now_ms - hours * HOUR_MS,
            });
        }
        if account.platform == Platform::Instagram {
            let id = format!("1802700000000{}", &account.id[account.id.len() - 4..]);
            account.stories.push(Story { id, url: story.clone(), at_ms: now_ms - 3 * HOUR_MS });
        }
    }
}

/// The id of the n-th post, from 1.
pub fn post_id(n: usize) -> Option<&'static str> {
    POSTS.get(n.checked_sub(1)?).map(|it| it.1)
}

/// Cards that were sent, by a name.
pub fn cards(world: &World, platform: Platform, name: &str) -> Attachment {
    let card = |title: &str, subtitle: &str, picture: &str, ask: &str| {
        let see = if ask.is_ascii() { "See in the shop" } else { "شاهد في المتجر" };
        json!({
            "title": title,
            "subtitle": subtitle,
            "image_url": world.files.url(picture),
            "buttons": [
                {"type": "web_url", "title": see, "url": "https://luna-ceramics.example/shop"},
                {"type": "postback", "title": ask, "payload": format!("ASK {title}")},
            ],
        })
    };
    let elements = match name {
        "set" => vec![card("طقم أكواب المدّ", "١٢٨ € · أربع قطع", "tidal-mugs.jpg", "أضف إلى السلة")],
        "espresso" => vec![card("Espresso pair", "€38 · In stock", "espresso.jpg", "Ask about it")],
        _ => vec![
            card("Tidal mug", "€34 · Back on Friday", "tidal-mugs.jpg", "Ask about it"),
            card("Tidal bowl", "€46 · In stock", "tidal-bowl.jpg", "Ask about it"),
        ],
    };
    template(platform, "generic", json!({"elements": elements}))
}

/// A text with buttons that answer.
pub fn buttons(platform: Platform, text: &str, titles: &str) -> Attachment {
    let button = |title: &str| json!({"type": "postback", "title": title, "payload": format!("TAPPED {title}")});
    let buttons: Vec<Value> = titles.split("; ").map(button).collect();
    template(platform, "button", json!({"text": text, "buttons": buttons}))
}

/// Instagram names the kind by a key, Messenger by a value.
fn template(platform: Platform, kind: &str, mut content: Value) -> Attachment {
    let payload = match platform {
        Platform::Instagram => json!({kind: content}),
        Platform::Page => {
            content["template_type"] = kind.into();
            content
        }
    };
    Attachment { kind: "template".to_owned(), payload: Some(payload) }
}
