//! What an account has posted itself.

use super::conversations::{list, moment};
use super::send::id;
use super::{Access, Graph, GraphError};
use model::desk::{OwnPost, OwnPosts};
use serde_json::Value;

const FIELDS: &str = "id,caption,media_type,media_product_type,permalink,timestamp,thumbnail_url,media_url";
const A_PAGE: &str = "24";

impl Graph {
    /// A page of the posts and reels of an Instagram account, newest first; `after` is where the last ended.
    pub async fn own_posts(&self, access: &Access, account: &str, after: Option<&str>) -> Result<OwnPosts, GraphError> {
        let mut query = vec![("fields", FIELDS), ("limit", A_PAGE)];
        query.extend(after.map(|it| ("after", it)));
        let answer = self.get(access, &[account, "media"], &query).await?;
        let posts = list(&answer)?.iter().filter_map(post).collect();
        // Meta's ready-made link to the next page carries the token.
        let paging = &answer["paging"];
        let next = paging["cursors"]["after"].as_str().filter(|_| paging["next"].is_string());
        Ok(OwnPosts { posts, next: next.map(str::to_owned) })
    }
}

/// `None` if it has no id: it cannot be sent.
fn post(node: &Value) -> Option<OwnPost> {
    let text = |key: &str| node[key].as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    // Of a video only a picture of it can be shown as one.
    let picture = if node["media_type"] == "VIDEO" { None } else { text("media_url") };
    Some(OwnPost {
        id: id(&node["id"])?,
        caption: text("caption"),
        picture: text("thumbnail_url").or(picture),
        permalink: text("permalink"),
        at: moment(&node["timestamp"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_post_is_shown_by_a_picture() {
        let album = post(&json!({
            "id": "17959209403289421", "caption": "Autumn table setting", "media_type": "CAROUSEL_ALBUM",
            "media_url": "https://lookaside.fbsbx.com/a", "permalink": "https://www.instagram.com/p/DKqjovaJGpz/",
            "timestamp": "2026-11-02T16:20:00+0000"
        }))
        .unwrap();
        assert_eq!(album.picture.as_deref(), Some("https://lookaside.fbsbx.com/a"));
        assert_eq!(album.at.unwrap().0, 1_793_636_400_000);
        let reel = |rest: Value| {
            let mut node = json!({"id": "1", "media_type": "VIDEO", "media_url": "https://v.example/v"});
            node.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            post(&node).unwrap().picture
        };
        assert_eq!(reel(json!({"thumbnail_url": "https://v.example/t"})).as_deref(), Some("https://v.example/t"));
        assert_eq!(reel(json!({})), None);
        assert_eq!(post(&json!({"caption": "no id"})), None);
    }
}
