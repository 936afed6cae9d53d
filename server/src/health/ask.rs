//! Asking Meta how an account stands. Nothing is changed by it, there or here.

use crate::graph::{Access, Graph, GraphError, Kind};
use crate::seams::Seams;
use model::health::{Asked, Ends, LoginFacts, TokenFacts};
use model::needs::missing_permissions;
use model::platform::{Login, Platform};
use model::time::Timestamp;

/// What Meta said, and what its clock shows.
#[derive(Debug)]
pub struct Asking {
    pub at: Timestamp,
    /// By how much ours is ahead.
    pub clock_ms: Option<i64>,
    pub said: Result<Said, NotSaid>,
}

#[derive(Debug, Clone)]
pub struct Said {
    /// What it tells us of, in order of the letters.
    pub fields: Vec<String>,
    /// Permissions that are certainly missing.
    pub missing: Vec<String>,
    /// Where Meta says it.
    pub granted: Option<Vec<String>>,
    /// Where Meta says it.
    pub ends: Option<Ends>,
}

#[derive(Debug)]
pub enum NotSaid {
    /// The token is dead.
    Dead(GraphError),
    /// These permissions are missing for it.
    Refused(Vec<String>),
    /// Another time it may.
    Unanswered(GraphError),
}

/// Two questions, or three if there is something wrong.
pub async fn ask(graph: &Graph, seams: &Seams, platform: Platform, access: &Access) -> Asking {
    let answered = graph.subscribed_apps(access).await;
    let at = seams.now();
    let clock_ms = answered.usage.at.map(|there| at.since_ms(there));
    let said = match answered.outcome {
        Ok(apps) => more(graph, platform, access, graph.told_to_us(access, &apps)).await,
        Err(error) => match error.kind {
            Kind::TokenDead => Err(NotSaid::Dead(error)),
            Kind::Permission => Err(NotSaid::Refused(refused(graph, platform, access).await)),
            _ => Err(NotSaid::Unanswered(error)),
        },
    };
    Asking { at, clock_ms, said }
}

async fn more(graph: &Graph, platform: Platform, access: &Access, fields: Vec<String>) -> Result<Said, NotSaid> {
    let mut said = Said { fields, missing: Vec::new(), granted: None, ends: None };
    match access.login {
        Login::Page => {
            // Whoever does not say it now says it next time.
            if let Ok(Some(token)) = graph.debug_token(access).await {
                said.missing = names(platform, access.login, &token.granted);
                (said.granted, said.ends) = (Some(token.granted), Some(token.ends));
            }
        }
        Login::Instagram => match graph.see_account(access).await {
            Err(error) if error.kind == Kind::TokenDead => return Err(NotSaid::Dead(error)),
            Err(error) if error.kind == Kind::Permission => said.missing = vec![BASIC.to_owned()],
            _ => {}
        },
    }
    Ok(said)
}

const BASIC: &str = "instagram_business_basic";

/// What is missing where we may not even ask what we are told: this takes one permission for each login.
async fn refused(graph: &Graph, platform: Platform, access: &Access) -> Vec<String> {
    match access.login {
        Login::Instagram => vec!["instagram_business_manage_messages".to_owned()],
        Login::Page => match graph.debug_token(access).await {
            Ok(Some(token)) => {
                let missing = names(platform, access.login, &token.granted);
                if missing.is_empty() { vec![METADATA.to_owned()] } else { missing }
            }
            _ => vec![METADATA.to_owned()],
        },
    }
}

const METADATA: &str = "pages_manage_metadata";

fn names(platform: Platform, login: Login, granted: &[String]) -> Vec<String> {
    missing_permissions(platform, login, granted).into_iter().map(|it| it.name.to_owned()).collect()
}

impl Asking {
    /// What is known with what Meta said now.
    pub fn note_in(self, facts: &mut LoginFacts) {
        let before = facts.asked.take();
        let told_before = before.as_ref().and_then(|it| it.fields.clone());
        let asked = match self.said {
            Ok(said) => {
                facts.granted = said.granted.unwrap_or_else(|| std::mem::take(&mut facts.granted));
                facts.expires_at = said.ends.map_or(facts.expires_at, Ends::at);
                Asked { at: Some(self.at), error: None, fields: Some(said.fields), missing: said.missing }
            }
            Err(NotSaid::Refused(missing)) => Asked { at: Some(self.at), error: None, fields: told_before, missing },
            Err(NotSaid::Dead(error)) => {
                facts.token = TokenFacts::Dead(Some(error.reason()));
                return;
            }
            Err(NotSaid::Unanswered(error)) => {
                let missing = before.as_ref().map(|it| it.missing.clone()).unwrap_or_default();
                let at = before.and_then(|it| it.at);
                Asked { at, error: Some(error.reason()), fields: told_before, missing }
            }
        };
        facts.asked = Some(asked);
    }
}
