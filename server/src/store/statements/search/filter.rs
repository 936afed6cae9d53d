//! What the index does not say of a message, because it would be too much or changes too often.

use super::found::MessageRow;
use super::{ACCOUNTS_MOST, Conn, Sight, StoreResult};
use super::{SEARCHING, among, doing, lists};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Filter {
    /// One label of each set.
    pub(super) labels: Vec<Vec<String>>,
    /// There are too many accounts for the index.
    pub(super) by_account: bool,
}

impl Filter {
    pub(super) fn of_sight(sight: &Sight) -> Self {
        let by_account = matches!(sight, Sight::Accounts(it) if it.len() > ACCOUNTS_MOST);
        Self { by_account, ..Self::default() }
    }

    pub(super) const fn leaves_all(&self) -> bool {
        self.labels.is_empty() && !self.by_account
    }

    pub(super) async fn keep(&self, conn: &mut Conn, mut rows: Vec<MessageRow>) -> StoreResult<Vec<MessageRow>> {
        for labels in &self.labels {
            let had = labelled(conn, labels, rows.iter().map(|it| it.conversation_id.clone()).collect()).await?;
            rows.retain(|it| had.contains(&it.conversation_id));
        }
        Ok(rows)
    }
}

/// Those of `conversations` that have one of the labels, or whose customers have.
async fn labelled(
    conn: &mut Conn,
    labels: &[String],
    conversations: BTreeSet<String>,
) -> StoreResult<BTreeSet<String>> {
    let conversations: Vec<String> = conversations.into_iter().collect();
    let mut had = BTreeSet::new();
    for list in lists(&conversations) {
        let mut query = among("select c.id from conversations c where c.id in", &list);
        push_labelled(&mut query, labels);
        let ids: Vec<String> = query.build_query_scalar().fetch_all(&mut *conn).await.map_err(doing(SEARCHING))?;
        had.extend(ids);
    }
    Ok(had)
}

fn push_labelled(query: &mut sqlx::QueryBuilder<super::Driver>, labels: &[String]) {
    for (n, (table, key, of)) in
        [("conversation_labels", "conversation_id", "id"), ("contact_labels", "contact_id", "contact_id")]
            .into_iter()
            .enumerate()
    {
        query.push(if n == 0 { " and (" } else { " or " });
        query.push(format!("exists (select 1 from {table} l where l.{key} = c.{of} and l.label_id in ("));
        let mut list = query.separated(", ");
        for label in labels {
            list.push_bind(label.clone());
        }
        query.push("))");
    }
    query.push(")");
}
