//! A program changes where a conversation stands.

use super::access::Asking;
use super::conversations::{self, ConversationState, see};
use super::input::{Given, even_null, id, moment};
use super::problem::{Kind, Problem, Problems};
use super::shown::Conversation;
use crate::desk;
use crate::program::Program;
use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use model::desk::{Step, Stepped};
use model::ids::LabelId;
use model::person::PersonId;
use model::tokens::Scope;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is not given stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(clippy::option_option, reason = "nobody is not the same as nothing said")]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[serde(default)]
    #[schema(inline)]
    state: Option<ConversationState>,
    /// Until when, if the state is `snoozed`.
    #[serde(default)]
    #[schema(format = DateTime)]
    snoozed_until: Option<String>,
    /// A person's id; `null`: nobody. What a bot answers becomes theirs.
    #[serde(default, deserialize_with = "even_null")]
    #[schema(value_type = Option<String>)]
    assignee_id: Option<Option<String>>,
    /// The names, or ids, of all its labels.
    #[serde(default)]
    labels: Option<Vec<String>>,
}

/// Changes state, assignee and labels.
#[utoipa::path(patch, path = "/conversations/{id}", params(("id" = String, Path)), request_body = Change,
    security(("token" = ["write"])),
    responses((status = 200, description = "The conversation as it is now", body = Conversation), Problems))]
pub(super) async fn change(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
    Given(change): Given<Change>,
) -> Result<Json<Conversation>, Problem> {
    asking.may(Scope::Write)?;
    let conversation = id(&conversation)?;
    see(&program, &asking, conversation).await?;
    let labels = labels(&program, &asking, change.labels).await?;
    let to_state = step(change.state, change.snoozed_until.as_deref())?;
    // First what may be refused: then nothing else was changed.
    for step in [assign(change.assignee_id)?, to_state].into_iter().flatten() {
        if let Stepped::Refused { words } = desk::step_as(&program, asking.doer(), conversation, step).await? {
            return Err(Problem::new(Kind::Refused, words));
        }
    }
    if let Some(labels) = labels {
        program.store.set_labels(conversation, labels, program.seams.now()).await?;
    }
    let row = see(&program, &asking, conversation).await?;
    Ok(Json(conversations::show(&program, row).await?))
}

fn step(state: Option<ConversationState>, until: Option<&str>) -> Result<Option<Step>, Problem> {
    let until = until.map(|it| moment("snoozed_until", it)).transpose()?;
    match (state, until) {
        (None, None) => Ok(None),
        (Some(ConversationState::Open), None) => Ok(Some(Step::Reopen)),
        (Some(ConversationState::Closed), None) => Ok(Some(Step::Close)),
        (Some(ConversationState::Snoozed), Some(until)) => Ok(Some(Step::Snooze { until })),
        (Some(ConversationState::Snoozed), None) => {
            Err(Problem::invalid("\"snoozed\" takes \"snoozed_until\", the time at which it is open again."))
        }
        (_, Some(_)) => Err(Problem::invalid("\"snoozed_until\" takes the state \"snoozed\".")),
    }
}

#[expect(clippy::option_option, reason = "nobody is not the same as nothing said")]
fn assign(to: Option<Option<String>>) -> Result<Option<Step>, Problem> {
    let Some(to) = to else { return Ok(None) };
    let person =
        |it: String| it.parse::<PersonId>().map_err(|_| Problem::invalid("\"assignee_id\" is no person's id."));
    Ok(Some(Step::Assign { to: to.map(person).transpose()? }))
}

async fn labels(
    program: &Program,
    asking: &Asking,
    wanted: Option<Vec<String>>,
) -> Result<Option<Vec<LabelId>>, Problem> {
    let Some(wanted) = wanted else { return Ok(None) };
    let known = program.store.list_names(&asking.token.sight).await?.labels;
    let find = |name: &String| {
        let folded = name.to_lowercase();
        let called = |it: &&(LabelId, String)| it.1.to_lowercase() == folded || name.parse() == Ok(it.0);
        let found = known.iter().find(called).map(|it| it.0);
        found.ok_or_else(|| Problem::invalid(format!("No label is called \"{name}\".")))
    };
    wanted.iter().map(find).collect::<Result<_, _>>().map(Some)
}
