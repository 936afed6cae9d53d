//! From a foreign address to a kept file: fetched, looked at, ready to be noted in the database.

use super::fetch::{FetchError, Fetched, Refusal, Wanted};
use super::keep::MediaStore;
use super::look;
use crate::program::Parts;
use crate::start::chain;
use crate::store::media::NewMedia;
use model::ids::AccountId;
use model::media::MediaId;

/// Keeps a profile picture. The caller notes it in its own unit of work; if that finds it unwanted,
/// the caller lets go of the file with [`let_go`].
pub async fn keep_picture(parts: &Parts, account_id: AccountId, url: &str) -> Result<NewMedia, FetchError> {
    let kept = keep(parts, Some(account_id), Wanted { url, takes_pages: false }, None).await?;
    if kept.content_type.starts_with("image/") {
        return Ok(kept);
    }
    let_go(parts, &kept).await;
    Err(Refusal::NotAPicture.into())
}

/// Keeps a file that `account_id` decides who may see.
pub(super) async fn keep(
    parts: &Parts,
    account_id: Option<AccountId>,
    wanted: Wanted<'_>,
    name: Option<String>,
) -> Result<NewMedia, FetchError> {
    let id: MediaId = parts.seams.new_id();
    let store_key = MediaStore::key(id);
    let Fetched { content_type, size } = parts.fetcher.fetch(wanted, &parts.media, &store_key).await?;
    let is_picture = content_type.starts_with("image/");
    let look = if is_picture { look::look_at(&parts.media, &store_key).await } else { None };
    Ok(NewMedia {
        id,
        account_id,
        store_key,
        name: name.or_else(|| name_in(wanted.url)),
        content_type: content_type.to_owned(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        width: look.as_ref().map(|it| it.width),
        height: look.as_ref().map(|it| it.height),
        duration_ms: None,
        blur: look.map(|it| it.blur),
        created_by: None,
        created_at: parts.seams.now(),
    })
}

/// Deletes the file of something that was not noted after all.
pub async fn let_go(parts: &Parts, media: &NewMedia) {
    delete(parts, media.id).await;
}

/// Deletes a file that has no row.
pub(super) async fn delete(parts: &Parts, id: MediaId) {
    if let Err(error) = parts.media.delete(&MediaStore::key(id)).await {
        tracing::warn!(media.id = %id, error = %chain(&error), "a file that nothing points at stays");
    }
}

/// The last part of the address, if it looks like the name of a file.
fn name_in(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let last = url.path_segments()?.next_back()?;
    let name: String =
        percent_decoded(last).chars().filter(|it| !it.is_control() && !matches!(it, '/' | '\\')).take(120).collect();
    let (stem, ending) = name.rsplit_once('.')?;
    let is_name = !stem.is_empty() && (1..=5).contains(&ending.len()) && ending.chars().all(char::is_alphanumeric);
    is_name.then_some(name)
}

fn percent_decoded(text: &str) -> String {
    // A form reads `+` as a blank; in a path it is itself.
    let form = format!("n={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_taken_from_the_address() {
        for (address, name) in [
            ("https://cdn.fbsbx.com/v/t59.2708-21/order%20form.pdf?oh=1&oe=2", Some("order form.pdf")),
            ("https://cdn.fbsbx.com/v/a+b%26c.pdf", Some("a+b&c.pdf")),
            ("https://cdn.fbsbx.com/v/..%2f..%2fpasswd.txt", Some("....passwd.txt")),
            ("https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=2", None),
            ("https://cdn.fbsbx.com/v/.hidden", None),
            ("https://cdn.fbsbx.com/v/plain", None),
            ("not an address", None),
        ] {
            assert_eq!(name_in(address).as_deref(), name, "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_address_makes_a_name_panic(path: String) {
            let _ = name_in(&format!("https://cdn.fbsbx.com/{path}"));
        }
    }
}
