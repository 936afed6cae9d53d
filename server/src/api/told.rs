//! What is posted to an endpoint, in the shapes of the API.

use super::shown::{self, Conversation, Message, MessageAuthor, moment};
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::endpoints::Claimed;
use crate::store::inbox::Said;
use model::content::ThreadEvent;
use model::endpoints::Topic;
use model::thread::Direction;
use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

/// What an endpoint is posted. Answer with any status from 200 to 299 within 10 seconds; everything else is tried again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Delivery {
    /// The same one however often it is posted, also in the header `X-Switchboard-Delivery`.
    id: String,
    /// `message`, `assignment`, `state` or `ownership`.
    event: &'static str,
    /// When it was noticed.
    #[schema(format = DateTime)]
    at: String,
    /// As it is when this is posted.
    conversation: Conversation,
    /// Of `message`: what is new, or what has changed.
    message: Option<Message>,
    /// Of the others: what has happened; `null` if it was taken back.
    change: Option<Happened>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Happened {
    /// Who did it.
    by: Option<MessageAuthor>,
    /// Of `assignment`: the person’s id; `null`: nobody.
    assignee: Option<String>,
    /// Of `state`: `open`, `snoozed` or `closed`.
    state: Option<&'static str>,
    /// Of `ownership`: who answers since then, `human`, `bot` or `other`.
    owner: Option<String>,
    /// Of `ownership`: why, and what the other side is to know.
    note: Option<String>,
}

/// What the claimed delivery posts now; `None`: there is nothing left to tell, or nobody who may hear it.
pub(crate) async fn body(program: &Program, it: &Claimed) -> StoreResult<Option<String>> {
    let Some(open) = program.store.open_conversation(it.conversation, &it.sight, 1).await? else { return Ok(None) };
    let said = match it.message {
        Some(message) => program.store.find_said(it.conversation, message).await?,
        None => None,
    };
    let mut beside = program.store.list_beside(vec![it.conversation]).await?;
    let (message, change) = match it.topic {
        Topic::Message => {
            // What was deleted here is nothing to tell; what a customer unsent is still a message, without its words.
            let Some(said) = said.filter(|it| it.line.direction != Direction::Internal) else { return Ok(None) };
            (Some(shown::message(program, &open, said)), None)
        }
        topic => (None, happened(topic, it.owner.clone(), open.conversation.state.word(), said)),
    };
    let beside = beside.remove(&it.conversation);
    let delivery = Delivery {
        id: it.key.header(),
        event: it.topic.word(),
        at: moment(it.made_at),
        conversation: shown::conversation(program, open.conversation, beside),
        message,
        change,
    };
    Ok(serde_json::to_string(&delivery).ok())
}

/// `now` is the state as it is when this is posted.
fn happened(topic: Topic, owner: Option<String>, now: &'static str, said: Option<Said>) -> Option<Happened> {
    let line = said.map(|it| it.line);
    let event = line.as_ref().and_then(|it| it.detail.event.clone());
    let mut it = Happened {
        by: line.map(|it| shown::who(it.author, it.author_id, it.author_name)),
        assignee: None,
        state: None,
        owner: None,
        note: None,
    };
    match (topic, event) {
        (Topic::Ownership, event) => {
            it.owner = owner;
            it.note = match event {
                Some(ThreadEvent::HandedOver { note, .. }) => note,
                Some(ThreadEvent::ControlPassed { metadata, .. } | ThreadEvent::ControlTaken { metadata, .. }) => {
                    metadata
                }
                _ => None,
            };
        }
        (Topic::Assignment, Some(ThreadEvent::Assigned { to })) => it.assignee = to.map(|it| it.id.to_string()),
        // Nobody’s yet: one of the team is still to be found.
        (Topic::Assignment, Some(ThreadEvent::GivenToTeam { .. })) => {}
        (Topic::State, Some(ThreadEvent::Closed | ThreadEvent::Blocked)) => it.state = Some("closed"),
        // Open again if they wrote meanwhile.
        (Topic::State, Some(ThreadEvent::Unblocked)) => it.state = Some(now),
        (Topic::State, Some(ThreadEvent::Reopened | ThreadEvent::Woke)) => it.state = Some("open"),
        (Topic::State, Some(ThreadEvent::Snoozed { .. })) => it.state = Some("snoozed"),
        _ => return None,
    }
    Some(it)
}

/// For the document: no call gives these, they are posted.
pub(super) fn describe(document: &mut utoipa::openapi::OpenApi) {
    let mut schemas = vec![(Delivery::name().into_owned(), Delivery::schema())];
    Delivery::schemas(&mut schemas);
    let components = document.components.get_or_insert_default();
    for (name, schema) in schemas {
        components.schemas.entry(name).or_insert(schema);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_knows_what_is_posted() {
        let document = serde_json::to_value(crate::api::document::document()).unwrap();
        let fields = &document["components"]["schemas"]["Delivery"]["properties"];
        for field in ["id", "event", "at", "conversation", "message", "change"] {
            assert!(!fields[field].is_null(), "{field}");
        }
        assert!(document["components"]["schemas"]["Happened"].is_object());
    }
}
