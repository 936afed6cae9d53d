//! Who may answer a thread, where several apps share an account. Meta documents these calls for Pages, and for the
//! Instagram accounts that are linked to one; with a token of Instagram's own login there are none.

use super::send::{Answered, id};
use super::{Access, Graph, GraphError};
use serde_json::{Value, json};

/// What may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    Take,
    /// Whoever has it may give it, or not.
    Request,
    /// To this app; without one to the default app.
    Pass {
        to: Option<String>,
        note: Option<String>,
    },
    /// To nobody, which is the default app's turn.
    Release,
    Extend {
        for_s: i64,
    },
}

/// Whose turn it is, as far as Meta tells us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThreadOwner {
    /// Nobody's, or somebody's of whom we are told nothing.
    NotNamed,
    App(String),
}

/// More characters may not go along.
const LONGEST_NOTE: usize = 1000;

impl Graph {
    /// Asks for control of the thread with this customer. Whether Meta did it although there is no good answer, the
    /// error says.
    pub async fn control(&self, access: &Access, contact: &str, ask: &Ask) -> Answered<()> {
        let mut body = json!({"recipient": {"id": contact}});
        match ask {
            Ask::Pass { to, note } => {
                if let Some(to) = to {
                    body["target_app_id"] = to.as_str().into();
                }
                if let Some(note) = note {
                    body["metadata"] = note.chars().take(LONGEST_NOTE).collect::<String>().into();
                }
            }
            Ask::Extend { for_s } => body["duration"] = (*for_s).into(),
            Ask::Take | Ask::Request | Ask::Release => {}
        }
        let post = self.posting(access, &["me", ask.name()]).timeout(self.send_timeout);
        let answered = self.ask(access, post.json(&body)).await;
        Answered { outcome: answered.outcome.and_then(|it| done(&it)), usage: answered.usage }
    }

    pub async fn thread_owner(&self, access: &Access, contact: &str) -> Result<ThreadOwner, GraphError> {
        let answer = self.get(access, &["me", "thread_owner"], &[("recipient", contact)]).await?;
        let owner = &answer["data"][0]["thread_owner"]["app_id"];
        Ok(id(owner).map_or(ThreadOwner::NotNamed, ThreadOwner::App))
    }

    /// Whether Meta lets one app at a time answer. `None` if it does not say.
    pub async fn is_routed(&self, access: &Access) -> Result<Option<bool>, GraphError> {
        let answer = self.get(access, &["me"], &[("fields", "messaging_feature_status")]).await?;
        Ok(answer["messaging_feature_status"]["hop_v2"].as_bool())
    }
}

impl Ask {
    const fn name(&self) -> &'static str {
        match self {
            Self::Take => "take_thread_control",
            Self::Request => "request_thread_control",
            Self::Pass { .. } => "pass_thread_control",
            Self::Release => "release_thread_control",
            Self::Extend { .. } => "extend_thread_control",
        }
    }
}

fn done(answer: &Value) -> Result<(), GraphError> {
    match answer["success"].as_bool() {
        Some(true) => Ok(()),
        _ => Err(GraphError::strange(200, "the answer does not say that it was done")),
    }
}
