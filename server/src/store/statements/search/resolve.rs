//! What filters mean just now. Where they mean few conversations, the index leads straight to those; where they mean
//! many, each message that is found is asked.

use super::filter::Filter;
use super::{Conn, SEARCHING, Sought, StoreResult, Wish, doing, read_back};
use crate::search::document::{of_conversation, of_person, said_by};
use crate::search::phrase::Phrase;
use model::ids::ConversationId;

/// More conversations than these are many.
const FEW: usize = 64;
/// More labels and people than one business has.
const LISTED_MOST: i64 = 5000;

pub(super) struct Resolved {
    pub(super) wishes: Vec<Wish>,
    pub(super) filter: Filter,
}

/// `None` if nothing can be found.
pub(super) async fn resolve(conn: &mut Conn, wanted: &Sought) -> StoreResult<Option<Resolved>> {
    let mut resolved = Resolved { wishes: Vec::new(), filter: Filter::of_sight(&wanted.sight) };
    for (name, is_open) in &wanted.labels {
        if !label(conn, name, *is_open, &mut resolved).await? {
            return Ok(None);
        }
    }
    if !wanted.from.is_empty() {
        let theirs = Wish::All(wanted.from.iter().map(|it| Wish::Said(it.map(said_by))).collect());
        let any = std::iter::once(theirs).chain(colleagues(conn, &wanted.from).await?);
        resolved.wishes.push(Wish::Any(any.collect()));
    }
    Ok(Some(resolved))
}

async fn colleagues(conn: &mut Conn, named: &[Phrase]) -> StoreResult<Vec<Wish>> {
    let people: Vec<(String, String)> = sqlx::query_as("select id, name from people limit $1")
        .bind(LISTED_MOST)
        .fetch_all(conn)
        .await
        .map_err(doing(SEARCHING))?;
    let named = people.into_iter().filter(|(_, name)| named.iter().all(|it| it.is_in(name)));
    named.take(FEW).map(|(id, _)| Ok(Wish::Mark(of_person(read_back(&id, "people", "id", &id)?)))).collect()
}

async fn label(conn: &mut Conn, name: &str, is_open: bool, resolved: &mut Resolved) -> StoreResult<bool> {
    let all: Vec<(String, String)> = sqlx::query_as("select id, name_folded from labels limit $1")
        .bind(LISTED_MOST)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(SEARCHING))?;
    let is_meant = |it: &str| it == name || (is_open && it.starts_with(name));
    let labels: Vec<String> = all.into_iter().filter(|it| is_meant(&it.1)).map(|it| it.0).take(FEW).collect();
    if labels.is_empty() {
        return Ok(false);
    }
    let conversations = labelled(conn, &labels).await?;
    if conversations.len() > FEW {
        resolved.filter.labels.push(labels);
        return Ok(true);
    }
    let is_any = !conversations.is_empty();
    let marks = conversations.into_iter().map(|it| Wish::Mark(of_conversation(it))).collect();
    resolved.wishes.push(Wish::Any(marks));
    Ok(is_any)
}

/// Conversations that have one of the labels, or whose customers have; at most one more than [`FEW`].
async fn labelled(conn: &mut Conn, labels: &[String]) -> StoreResult<Vec<ConversationId>> {
    let mut query = super::among("select conversation_id from conversation_labels where label_id in", labels);
    query.push(" union select c.id from contact_labels l join conversations c on c.contact_id = l.contact_id");
    query.push(" where l.label_id in (");
    let mut list = query.separated(", ");
    for label in labels {
        list.push_bind(label.clone());
    }
    query.push(format!(") limit {}", FEW + 1));
    let ids: Vec<String> = query.build_query_scalar().fetch_all(conn).await.map_err(doing(SEARCHING))?;
    ids.iter().map(|it| read_back(it, "conversation_labels", "conversation_id", it)).collect()
}
