//! What rows of the list say nothing of.

use super::super::many::rows_among;
use super::{Conn, LISTING, read_back};
use crate::store::inbox::Beside;
use crate::store::{StoreResult, doing};
use model::ids::ConversationId;
use std::collections::HashMap;

const CONTACTS: &str = "select c.id, k.external_id from conversations c join contacts k on k.id = c.contact_id
    where c.id in";
const LABELS: &str = "select l.conversation_id, n.name from conversation_labels l join labels n on n.id = l.label_id
    where l.conversation_id in";

pub(super) async fn list(conn: &mut Conn, ids: &[ConversationId]) -> StoreResult<HashMap<ConversationId, Beside>> {
    let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let contacts: Vec<(String, String)> = rows_among(conn, CONTACTS, &keys, "").await.map_err(doing(LISTING))?;
    let labels: Vec<(String, String)> =
        rows_among(conn, LABELS, &keys, " order by n.name_folded").await.map_err(doing(LISTING))?;
    let mut beside = HashMap::new();
    for (id, contact_external_id) in contacts {
        let id: ConversationId = read_back(&id, "conversations", "id", &id)?;
        beside.insert(id, Beside { contact_external_id, labels: Vec::new() });
    }
    for (id, name) in labels {
        let id: ConversationId = read_back(&id, "conversation_labels", "conversation_id", &id)?;
        if let Some(it) = beside.get_mut(&id) {
            it.labels.push(name);
        }
    }
    Ok(beside)
}
