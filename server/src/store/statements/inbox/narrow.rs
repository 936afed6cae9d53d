//! What narrows a view, as conditions on a conversation `c`; and the sets that are worth beginning with.

use super::super::super::Driver;
use super::{Conn, LISTING};
use crate::store::inbox::ListOf;
use crate::store::{StoreResult, doing};
use model::filter::{Assignee, WindowKind};
use model::ids::{LabelId, TeamId};
use model::person::PersonId;
use model::priority::Priority;
use model::window::{HUMAN_AGENT_S, STANDARD_S};
use sqlx::QueryBuilder;

/// A smaller set than this is looked at as a whole. In a larger one a page is soon full.
const SMALL: i64 = 2000;

/// Conversations that an index tells at once.
#[derive(Clone, Copy)]
pub(super) enum Among<'a> {
    Assignee(PersonId),
    Team(TeamId),
    Label(LabelId),
    Mentions(PersonId),
    Pressing(Priority),
    Unread,
    These(&'a [String]),
}

impl Among<'_> {
    /// The smallest that the filter lets one begin with, if one is small.
    pub(super) async fn smallest(conn: &mut Conn, of: &ListOf) -> StoreResult<Option<Among<'static>>> {
        let filter = &of.filter;
        let mut sets: Vec<Among<'static>> = filter.labels.iter().copied().map(Among::Label).collect();
        sets.extend(filter.mentions_me.then_some(Among::Mentions(of.person)));
        sets.extend(filter.team.map(Among::Team));
        match filter.assignee {
            Some(Assignee::Me) => sets.push(Among::Assignee(of.person)),
            Some(Assignee::Person(id)) => sets.push(Among::Assignee(id)),
            Some(Assignee::Nobody) | None => {}
        }
        sets.extend(filter.is_unread.then_some(Among::Unread));
        sets.extend(filter.priority.filter(|it| *it > Priority::Normal).map(Among::Pressing));
        let mut smallest = None;
        let mut least = SMALL;
        for set in sets {
            let mut query = QueryBuilder::<Driver>::new("select count(*) from (");
            set.push(&mut query, least);
            query.push(") as counted");
            let n: i64 = query.build_query_scalar().fetch_one(&mut *conn).await.map_err(doing(LISTING))?;
            if n < least {
                (smallest, least) = (Some(set), n);
            }
        }
        Ok(smallest)
    }

    /// Their ids. The limit keeps SQLite from looking for them one by one among all the others.
    pub(super) fn push(self, query: &mut QueryBuilder<Driver>, limit: i64) {
        match self {
            Self::Assignee(id) => {
                query.push("select id from conversations where assignee_id = ").push_bind(id.to_string());
            }
            Self::Team(id) => {
                query.push("select id from conversations where team_id = ").push_bind(id.to_string());
            }
            Self::Label(id) => {
                query.push("select conversation_id as id from conversation_labels where label_id = ");
                query.push_bind(id.to_string());
            }
            Self::Mentions(id) => {
                query.push("select distinct conversation_id as id from notifications where person_id = ");
                query.push_bind(id.to_string()).push(" and kind = 'mention' and conversation_id is not null");
            }
            // Written out, so that the index is seen to hold them.
            Self::Pressing(it) => {
                query.push(format!("select id from conversations where priority > 0 and priority = {}", it.number()));
            }
            Self::Unread => {
                query.push("select id from conversations where unread > 0");
            }
            Self::These(ids) => {
                query.push("select id from conversations where id in (");
                let mut list = query.separated(", ");
                for id in ids {
                    list.push_bind(id.clone());
                }
                query.push(")");
            }
        }
        query.push(format!(" limit {limit}"));
    }

    /// More than there can be: what was counted as few may have grown since.
    pub(super) const ALL: i64 = 2 * SMALL;
}

/// When the customer last did what opens the 24 hours: a message is an action too.
const LATER_OF_BOTH: &str = "case when c.last_customer_message_at > c.last_customer_action_at
    then c.last_customer_message_at else coalesce(c.last_customer_action_at, c.last_customer_message_at) end";

/// ` and …` for each condition but the words.
pub(super) fn push_conditions(query: &mut QueryBuilder<Driver>, of: &ListOf) {
    let ListOf { filter, person, now, .. } = of;
    match filter.assignee {
        None => {}
        Some(Assignee::Nobody) => {
            query.push(" and c.assignee_id is null");
        }
        Some(Assignee::Me) => {
            query.push(" and c.assignee_id = ").push_bind(person.to_string());
        }
        Some(Assignee::Person(id)) => {
            query.push(" and c.assignee_id = ").push_bind(id.to_string());
        }
    }
    if let Some(id) = filter.team {
        query.push(" and c.team_id = ").push_bind(id.to_string());
    }
    for id in &filter.labels {
        query.push(" and exists (select 1 from conversation_labels l where l.conversation_id = c.id and l.label_id = ");
        query.push_bind(id.to_string()).push(")");
    }
    if let Some(id) = filter.account {
        query.push(" and c.account_id = ").push_bind(id.to_string());
    }
    if let Some(platform) = filter.platform {
        query.push(" and exists (select 1 from accounts o where o.id = c.account_id and o.platform = ");
        query.push_bind(platform.word()).push(")");
    }
    if let Some(window) = filter.window {
        let free = if window == WindowKind::Standard { ">" } else { "<=" };
        query.push(format!(" and coalesce({LATER_OF_BOTH}, 0) {free} "));
        query.push_bind(now.plus_s(-STANDARD_S).0);
        if window != WindowKind::Standard {
            let tagged = if window == WindowKind::HumanAgent { ">" } else { "<=" };
            query.push(format!(" and coalesce(c.last_customer_message_at, 0) {tagged} "));
            query.push_bind(now.plus_s(-HUMAN_AGENT_S).0);
        }
    }
    if let Some(priority) = filter.priority {
        query.push(format!(" and c.priority = {}", priority.number()));
    }
    if let Some(owner) = filter.owner {
        query.push(" and c.owner = ").push_bind(owner.word());
    }
    if filter.is_unread {
        query.push(" and c.unread > 0");
    }
    if filter.is_waiting {
        query.push(" and c.waiting_since is not null");
    }
    if filter.mentions_me {
        query.push(
            " and exists (select 1 from notifications n
                where n.conversation_id = c.id and n.kind = 'mention' and n.person_id = ",
        );
        query.push_bind(person.to_string()).push(")");
    }
}
