//! What Meta holds of a conversation: asked when nobody knows whether a message of ours arrived.

use super::send::{Told, id};
use super::{Access, Graph, GraphError, Kind};
use model::platform::Platform;
use model::time::Timestamp;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

impl Graph {
    /// Meta's id of the conversation with a contact, if there is one.
    pub async fn conversation_with(
        &self,
        access: &Access,
        platform: Platform,
        contact: &str,
    ) -> Result<Option<String>, GraphError> {
        let platform = match platform {
            Platform::Instagram => "instagram",
            Platform::Page => "messenger",
        };
        let query = [("platform", platform), ("user_id", contact), ("fields", "id")];
        let answer = self.get(access, &["me", "conversations"], &query).await?;
        Ok(list(&answer)?.iter().find_map(|it| id(&it["id"])))
    }

    /// The newest messages of a conversation, newest first.
    pub async fn newest_messages(
        &self,
        access: &Access,
        conversation: &str,
        limit: u32,
    ) -> Result<Vec<Told>, GraphError> {
        // A path knows "." and ".." as steps.
        if conversation.trim_matches('.').is_empty() {
            return Err(GraphError::new(Kind::Other, None, "this is no id of Meta's"));
        }
        let limit = limit.to_string();
        let query = [("fields", "id,created_time,from,message,attachments"), ("limit", limit.as_str())];
        let answer = self.get(access, &[conversation, "messages"], &query).await?;
        Ok(list(&answer)?.iter().filter_map(told).collect())
    }
}

pub(super) fn list(answer: &Value) -> Result<&[Value], GraphError> {
    let list = answer["data"].as_array().ok_or_else(|| GraphError::strange(200, "the answer has no list"))?;
    Ok(list)
}

/// `None` if it has no id or no time: it can be no message of ours.
fn told(node: &Value) -> Option<Told> {
    let attachments = &node["attachments"];
    let attachments = attachments["data"].as_array().or_else(|| attachments.as_array());
    Some(Told {
        mid: id(&node["id"])?,
        at: moment(&node["created_time"])?,
        from: id(&node["from"]["id"]),
        text: node["message"].as_str().filter(|it| !it.is_empty()).map(str::to_owned),
        has_attachments: attachments.is_some_and(|it| !it.is_empty()),
    })
}

/// In words, as it comes, or in seconds, as one page of Meta's has it.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
    if let Some(number) = number.filter(|it| *it > 0) {
        const NO_SECONDS: i64 = 100_000_000_000;
        return Some(Timestamp(if number < NO_SECONDS { number.saturating_mul(1000) } else { number }));
    }
    let mut text = value.as_str()?.trim().to_owned();
    // The colon that belongs between the hours and minutes of the zone.
    let is_bare = text.is_ascii() && text.len() > 5 && "+-".contains(&text[text.len() - 5..text.len() - 4]);
    if is_bare {
        text.insert(text.len() - 2, ':');
    }
    let moment = OffsetDateTime::parse(&text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_time_is_understood_in_every_form_it_comes_in() {
        for text in [
            json!("2026-11-18T09:31:01+0000"),
            json!("2026-11-18T09:31:01+00:00"),
            json!("2026-11-18T09:31:01Z"),
            json!("2026-11-18T10:31:01.000+0100"),
            json!("2026-11-18T04:31:01-0500"),
            json!(1_794_994_261),
            json!("1794994261"),
            json!(1_794_994_261_000_i64),
        ] {
            assert_eq!(moment(&text), Some(Timestamp(1_794_994_261_000)), "{text}");
        }
        for odd in [json!(null), json!(""), json!("yesterday"), json!("+0000"), json!("2026-11-18"), json!({})] {
            assert_eq!(moment(&odd), None, "{odd}");
        }
    }

    #[test]
    fn what_has_no_id_or_no_time_is_passed_over() {
        let at = "2026-11-18T09:31:01+0000";
        let told = |node| told(&node);
        assert_eq!(told(json!({"id": "m_1"})), None);
        assert_eq!(told(json!({"created_time": at})), None);
        assert_eq!(told(json!("m_1")), None);
        let bare = told(json!({"id": "m_1", "created_time": at, "message": "", "attachments": {"data": []}})).unwrap();
        assert_eq!((bare.from, bare.text, bare.has_attachments), (None, None, false));
        let picture = json!({"id": "m_1", "created_time": at, "attachments": {"data": [{"image_data": {}}]}});
        assert!(told(picture).unwrap().has_attachments);
    }

    proptest! {
        #[test]
        fn no_time_makes_it_panic(text: String) {
            let _ = moment(&json!(text));
        }
    }
}
