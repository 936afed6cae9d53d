//! What Meta holds of conversations: asked when nobody knows whether a message of ours arrived, and to read back what
//! was said before.

use super::send::{Answered, Told, id};
use super::usage::Usage;
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
        self.find_conversation(access, platform, contact).await.outcome
    }

    /// The same, with what it used of the account's limits.
    pub async fn find_conversation(
        &self,
        access: &Access,
        platform: Platform,
        contact: &str,
    ) -> Answered<Option<String>> {
        let query = [("platform", word(platform)), ("user_id", contact), ("fields", "id")];
        let answer = self.read_back(access, &["me", "conversations"], &query).await;
        answer.and_then(|answer| Ok(list(&answer)?.iter().find_map(|it| id(&it["id"]))))
    }

    /// A page of the account's conversations, newest first.
    pub async fn conversations(
        &self,
        access: &Access,
        platform: Platform,
        account: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Answered<Page<ListedConversation>> {
        let limit = limit.to_string();
        let mut query =
            vec![("platform", word(platform)), ("fields", "id,updated_time,participants"), ("limit", limit.as_str())];
        query.extend(after.map(|it| ("after", it)));
        let answer = self.read_back(access, &["me", "conversations"], &query).await;
        answer.and_then(|answer| {
            let of = |node: &Value| ListedConversation::read(account, node);
            Ok(Page { all: list(&answer)?.iter().filter_map(of).collect(), next: next(&answer) })
        })
    }

    /// A page of a conversation's messages, newest first, as Meta tells them.
    pub async fn messages_of(
        &self,
        access: &Access,
        conversation: &str,
        fields: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Answered<Page<Value>> {
        let limit = limit.to_string();
        let mut query = vec![("fields", fields), ("limit", limit.as_str())];
        query.extend(after.map(|it| ("after", it)));
        let answer = self.read_back(access, &[conversation, "messages"], &query).await;
        answer.and_then(|answer| Ok(Page { all: list(&answer)?.to_vec(), next: next(&answer) }))
    }

    /// One message, as Meta tells it.
    pub async fn message(&self, access: &Access, mid: &str, fields: &str) -> Answered<Value> {
        self.read_back(access, &[mid], &[("fields", fields)]).await
    }

    async fn read_back(&self, access: &Access, path: &[&str], query: &[(&str, &str)]) -> Answered<Value> {
        // A path knows "." and ".." as steps.
        if path.iter().any(|it| it.trim_matches('.').is_empty()) {
            let error = GraphError::new(Kind::Other, None, "this is no id of Meta's");
            return Answered { outcome: Err(error), usage: Usage::default() };
        }
        self.ask(access, self.client.get(self.address(access, path, query))).await
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

/// Some of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub all: Vec<T>,
    /// Where the next one begins; `None` if this is the last.
    pub next: Option<String>,
}

/// A conversation, and who is in it beside the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedConversation {
    pub id: String,
    pub person: String,
    /// Their username, or on Messenger their name.
    pub called: Option<String>,
    /// When something happened there last.
    pub updated_at: Option<Timestamp>,
}

impl ListedConversation {
    /// `None` for one with nobody, and one with several.
    fn read(account: &str, node: &Value) -> Option<Self> {
        let all = node["participants"]["data"].as_array()?.iter().filter_map(|it| Some((id(&it["id"])?, it)));
        let mut others = all.filter(|(id, _)| id != account);
        let (person, it) = others.next()?;
        if others.next().is_some() {
            return None;
        }
        let named = it["username"].as_str().or_else(|| it["name"].as_str());
        let called: Option<String> = named.map(|it| it.chars().filter(|it| *it != '\0').take(500).collect());
        Some(Self {
            id: id(&node["id"])?,
            person,
            called: called.filter(|it| !it.is_empty()),
            updated_at: moment(&node["updated_time"]),
        })
    }
}

const fn word(platform: Platform) -> &'static str {
    match platform {
        Platform::Instagram => "instagram",
        Platform::Page => "messenger",
    }
}

/// Meta's own link holds the token; the cursor says as much.
fn next(answer: &Value) -> Option<String> {
    let paging = &answer["paging"];
    paging["next"].as_str()?;
    paging["cursors"]["after"].as_str().filter(|it| !it.is_empty()).map(str::to_owned)
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
pub(crate) fn moment(value: &Value) -> Option<Timestamp> {
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

    #[test]
    fn a_conversation_is_with_one_person_and_the_last_page_has_no_next() {
        let of = |participants: Value| {
            let node = json!({"id": "t_1", "updated_time": "2026-11-18T09:31:01+0000", "participants": {"data": participants}});
            ListedConversation::read("100", &node)
        };
        let us = json!({"id": "100", "username": "luna.ceramics"});
        let mara = json!({"id": "501", "username": "mara.bakes"});
        let it = of(json!([us, mara])).unwrap();
        assert_eq!((it.person.as_str(), it.called.as_deref()), ("501", Some("mara.bakes")));
        assert_eq!(it.updated_at, Some(Timestamp(1_794_994_261_000)));
        assert_eq!(of(json!([us])), None);
        assert_eq!(of(json!([us, mara, {"id": "502"}])), None);
        let cursors = json!({"cursors": {"before": "b", "after": "a"}});
        assert_eq!(next(&json!({"paging": cursors})), None);
        let mut more = cursors;
        more["next"] = json!("https://graph.instagram.com/…");
        assert_eq!(next(&json!({"paging": more})).as_deref(), Some("a"));
    }

    proptest! {
        #[test]
        fn no_time_makes_it_panic(text: String) {
            let _ = moment(&json!(text));
        }
    }
}
