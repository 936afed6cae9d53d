//! Conversations as a list, and one of them.

use super::access::Asking;
use super::input::{Wanted, cursor, id, limit, write_cursor};
use super::problem::{Problem, Problems};
use super::shown::{self, Conversation, Conversations};
use crate::inbox::InboxError;
use crate::program::Program;
use crate::store::inbox;
use crate::store::inbox::ListOf;
use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use model::filter::{Assignee, Filter, Names, OwnerKind, Typed};
use model::ids::{AccountId, ConversationId};
use model::inbox::{After, ListedConversation};
use model::person::PersonId;
use model::platform::Platform;
use model::tokens::Scope;
use model::view::View;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConversationState {
    Open,
    Snoozed,
    Closed,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Owner {
    Human,
    Bot,
    Other,
}

/// Which conversations; whatever is not given lets all through.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    #[param(inline)]
    state: Option<ConversationState>,
    /// A person's id, or `none`.
    assignee: Option<String>,
    /// Its id here, or at Meta.
    account: Option<String>,
    #[param(inline)]
    owner: Option<Owner>,
    /// Words in the customer's name or the newest message, and filters as in the inbox: `label:Damaged is:unread`.
    q: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Conversations, newest activity first.
#[utoipa::path(get, path = "/conversations", params(Which), security(("token" = ["read"])),
    responses((status = 200, description = "A page of them", body = Conversations), Problems))]
pub(super) async fn list(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Wanted(which): Wanted<Which>,
) -> Result<Json<Conversations>, Problem> {
    asking.may(Scope::Read)?;
    let limit = limit(which.limit)?;
    let after = cursor(which.cursor.as_deref())?.map(|(at, id)| After { at, id });
    let sight = asking.token.sight.clone();
    let names = program.store.list_names(&sight).await?;
    let Some((view, filter)) = narrowed(&which, &names)? else {
        return Ok(Json(Conversations { items: Vec::new(), next_cursor: None }));
    };
    let of = ListOf { view, filter, person: NOBODY, sight, now: program.seams.now() };
    let page = program.store.list_conversations(inbox::Wanted { of, after, limit }).await?;
    let mut beside = program.store.list_beside(page.rows.iter().map(|it| it.id).collect()).await?;
    let shown = |it: ListedConversation| {
        let beside = beside.remove(&it.id);
        shown::conversation(&program, it, beside)
    };
    let items = page.rows.into_iter().map(shown).collect();
    Ok(Json(Conversations { items, next_cursor: page.next.map(|it| write_cursor(it.at, it.id)) }))
}

/// A program has nothing of its own that a filter could mean by "me".
const NOBODY: PersonId = PersonId::from_bits(0);

/// `None`: there is no such account for this program.
fn narrowed(which: &Which, names: &Names) -> Result<Option<(View, Filter)>, Problem> {
    let Typed { mut filter, problems } = Typed::read(which.q.as_deref().unwrap_or_default(), names);
    if let Some(words) = problems.first() {
        return Err(Problem::invalid(words));
    }
    let view = match which.state {
        None | Some(ConversationState::Open) => View::AllOpen,
        Some(ConversationState::Snoozed) => View::Snoozed,
        Some(ConversationState::Closed) => View::Closed,
    };
    filter.any_state |= which.state.is_none();
    filter.owner = which.owner.map(|it| match it {
        Owner::Human => OwnerKind::Human,
        Owner::Bot => OwnerKind::Bot,
        Owner::Other => OwnerKind::Other,
    });
    match which.assignee.as_deref() {
        None => {}
        Some("none") => filter.assignee = Some(Assignee::Nobody),
        Some(person) => {
            let person = person.parse().map_err(|_| Problem::invalid("\"assignee\" is a person's id, or \"none\"."))?;
            filter.assignee = Some(Assignee::Person(person));
        }
    }
    if let Some(account) = &which.account {
        let meant = [Platform::Instagram, Platform::Page].map(|it| AccountId::of(it, account));
        let is_meant = |id: &AccountId| meant.contains(id) || account.parse() == Ok(*id);
        let Some(found) = names.accounts.iter().map(|it| it.0).find(is_meant) else { return Ok(None) };
        filter.account = Some(found);
    }
    Ok(Some((view, filter)))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", params(("id" = String, Path)), security(("token" = ["read"])),
    responses((status = 200, description = "The conversation", body = Conversation), Problems))]
pub(super) async fn one(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
) -> Result<Json<Conversation>, Problem> {
    asking.may(Scope::Read)?;
    let row = see(&program, &asking, id(&conversation)?).await?;
    Ok(Json(show(&program, row).await?))
}

/// As not found what is out of the program's sight.
pub(super) async fn see(program: &Program, asking: &Asking, id: ConversationId) -> Result<ListedConversation, Problem> {
    let found = program.store.find_conversation(id, &asking.token.sight).await?;
    found.ok_or_else(|| InboxError::NotFound.into())
}

pub(super) async fn show(program: &Program, row: ListedConversation) -> Result<Conversation, Problem> {
    let mut beside = program.store.list_beside(vec![row.id]).await?;
    let beside = beside.remove(&row.id);
    Ok(shown::conversation(program, row, beside))
}
