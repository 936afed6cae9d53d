//! `POST /{PAGE_ID|me}/message_attachments`: a file once, to be sent often.

use super::Answer;
use super::call::{Call, Caller};
use super::error::{GraphError, Wrong};
use super::media::{self, Fetched, Kind};
use super::send::is_itself;
use crate::Shared;
use crate::world::account::Platform;
use crate::world::{Upload, World};
use serde_json::{Value, json};

const LIFE_MS: i64 = 90 * 24 * 60 * 60 * 1000;

pub async fn upload(simulator: &Shared, call: &Call, id: &str) -> Answer {
    let (page_id, platform) = whose(&simulator.look(), call, id)?;
    let attachment = call.params.get("message").and_then(|it| it.get("attachment"));
    let attachment = attachment.ok_or_else(|| Wrong::parameter("The parameter message[attachment] is required"))?;
    let kind = attachment.get("type").and_then(Value::as_str).and_then(Kind::of_name).ok_or_else(|| {
        Wrong::parameter("param message[attachment][type] must be one of {image, audio, video, file}.")
    })?;
    let url = attachment.get("payload").and_then(|it| it.get("url")).and_then(Value::as_str);
    let fetched: Fetched = match (url, &call.file) {
        (Some(url), None) => media::fetch(&simulator.http, url, kind, platform).await?,
        (None, Some(file)) => media::of_file(file, kind, platform)?,
        _ => return Err(Wrong::parameter("Exactly one of payload[url] and filedata is required.").error()),
    };
    let attachment_id = simulator.change(|world| {
        let url = fetched.keep(world);
        keep(world, &page_id, kind, url)
    });
    Ok(json!({"attachment_id": attachment_id}))
}

/// The Page that it will belong to, and the platform it is for.
fn whose(world: &World, call: &Call, id: &str) -> Result<(String, Platform), GraphError> {
    let Caller { token, account } = call.caller(world)?;
    // Instagram Login has no uploads.
    let page = account.filter(|it| it.platform == Platform::Page && is_itself(it, id));
    let page = page.ok_or_else(|| Wrong::NoSuchTarget(id.to_owned()).error())?;
    if !token.permissions.contains("pages_messaging") {
        return Err(Wrong::NotPermitted(Platform::Page, "pages_messaging").error());
    }
    let platform = match call.text("platform") {
        None | Some("messenger") => Platform::Page,
        Some("instagram") if world.accounts_of(&page.id).any(|it| it.platform == Platform::Instagram) => {
            Platform::Instagram
        }
        Some("instagram") => return Err(Wrong::NotLinked.error()),
        Some(_) => return Err(Wrong::parameter("param platform must be one of {messenger, instagram}.").error()),
    };
    Ok((page.id.clone(), platform))
}

/// Its id.
pub fn keep(world: &mut World, page_id: &str, kind: Kind, url: String) -> String {
    let id = world.ids.object();
    let at_ms = world.now_ms();
    world.uploads.retain(|_, it| lives(it, at_ms));
    let upload = Upload { account_id: page_id.to_owned(), kind: kind.name().to_owned(), url, at_ms };
    world.uploads.insert(id.clone(), upload);
    id
}

/// As long as it lives, and only for the Page it belongs to.
pub fn find<'a>(world: &'a World, page_id: &str, id: &str) -> Option<&'a Upload> {
    world.uploads.get(id).filter(|it| it.account_id == page_id && lives(it, world.now_ms()))
}

fn lives(upload: &Upload, now_ms: i64) -> bool {
    now_ms - upload.at_ms < LIFE_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn uploads_are_kept_for_as_long_as_they_live() {
        let mut world = World::empty(Clock::standing(1_000), "http://meta");
        for n_left in [1, 2, 2] {
            let id = keep(&mut world, "1", Kind::Image, String::new());
            assert!(find(&world, "1", &id).is_some());
            assert_eq!(world.uploads.len(), n_left);
            world.clock.advance(LIFE_MS / 2).unwrap();
        }
    }
}
