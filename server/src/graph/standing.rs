//! How an account stands at Meta: what it tells us of, what we may do, whether the token is still taken. Asked now and
//! then, whether anybody writes or not.

use super::send::{Answered, id};
use super::{Access, Graph, GraphError};
use model::health::Ends;
use model::platform::Login;
use model::time::Timestamp;
use serde_json::Value;

/// An app that is told what happens on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribedApp {
    /// Meta does not always say.
    pub id: Option<String>,
    pub fields: Vec<String>,
}

/// What Meta knows of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebuggedToken {
    pub granted: Vec<String>,
    pub ends: Ends,
}

impl Graph {
    /// Which apps are told what happens on the account.
    pub async fn subscribed_apps(&self, access: &Access) -> Answered<Vec<SubscribedApp>> {
        let asked = self.ask(access, self.client.get(self.address(access, &["me", "subscribed_apps"], &[]))).await;
        Answered { outcome: asked.outcome.map(|it| apps(&it)), usage: asked.usage }
    }

    /// Has our app told of `fields`, and of nothing else.
    pub async fn be_told_of(&self, access: &Access, fields: &[&str]) -> Result<(), GraphError> {
        let fields = fields.join(",");
        let url = self.address(access, &["me", "subscribed_apps"], &[("subscribed_fields", fields.as_str())]);
        self.ask(access, self.client.post(url)).await.outcome.and_then(|it| done(&it))
    }

    /// From now on our app is told nothing.
    pub async fn be_told_nothing(&self, access: &Access) -> Result<(), GraphError> {
        let url = self.address(access, &["me", "subscribed_apps"], &[]);
        self.ask(access, self.client.delete(url)).await.outcome.and_then(|it| done(&it))
    }

    /// Fails unless the account may be seen.
    pub async fn see_account(&self, access: &Access) -> Result<(), GraphError> {
        let fields = match access.login {
            Login::Instagram => "user_id",
            Login::Page => "id",
        };
        self.get(access, &["me"], &[("fields", fields)]).await.map(drop)
    }

    /// What Meta knows of the token of `access`; nothing, if we do not know the app, or the token is another app's or
    /// ended, which its own use tells more surely. Documented for Facebook's login alone. The app shows its secret in a
    /// header; the token that it asks about Meta knows in the address only, and addresses are in no log and no error.
    pub async fn debug_token(&self, access: &Access) -> Result<Option<DebuggedToken>, GraphError> {
        let app = match &access.app {
            None => self.app(Login::Page),
            Some(id) => self.app_called(Login::Page, id),
        };
        let Some(app) = app else { return Ok(None) };
        let mut url = self.address(access, &["debug_token"], &[]);
        url.query_pairs_mut().clear().append_pair("input_token", access.token.expose());
        let shown = format!("{}|{}", app.id, app.secret.expose());
        let answer = self.say(access, self.client.get(url).bearer_auth(shown)).await.outcome?;
        Ok(debugged(&answer["data"]))
    }

    /// Of the apps that are told what happens, what ours is told.
    pub fn told_to_us(&self, access: &Access, apps: &[SubscribedApp]) -> Vec<String> {
        let usual = self.app_id.as_ref().map(|it| it.0.as_str());
        let ours: Vec<&str> = match (access.login, access.app.as_deref()) {
            (Login::Page, app) => app.or(usual).into_iter().collect(),
            // There our app has two ids, and Meta may tell either.
            (Login::Instagram, app) => app.into_iter().chain(usual).collect(),
        };
        told_to(&ours, access.login, apps)
    }
}

/// Some pages of Meta's print it in quotes.
fn done(answer: &Value) -> Result<(), GraphError> {
    if answer["success"] == true || answer["success"] == "true" {
        return Ok(());
    }
    Err(GraphError::strange(200, "the answer does not say that it was done"))
}

/// Who does not know its own id takes what anybody is told for its own. With Instagram's own login our app has another
/// id there, which nobody told us: an app that is alone is ours.
fn told_to(ours: &[&str], login: Login, apps: &[SubscribedApp]) -> Vec<String> {
    let is_alone = apps.len() == 1 && login == Login::Instagram;
    let is_ours =
        |it: &&SubscribedApp| is_alone || ours.is_empty() || it.id.as_deref().is_none_or(|id| ours.contains(&id));
    let mut fields: Vec<String> = apps.iter().filter(is_ours).flat_map(|it| it.fields.clone()).collect();
    fields.sort();
    fields.dedup();
    fields
}

fn apps(answer: &Value) -> Vec<SubscribedApp> {
    let words = |it: &Value| -> Vec<String> {
        it.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let app = |it: &Value| SubscribedApp {
        id: id(&it["id"]).or_else(|| id(&it["app_id"])),
        fields: words(&it["subscribed_fields"]),
    };
    answer["data"].as_array().into_iter().flatten().map(app).collect()
}

fn debugged(told: &Value) -> Option<DebuggedToken> {
    let granted = told["scopes"].as_array().filter(|_| told["is_valid"] == true)?;
    Some(DebuggedToken {
        granted: granted.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        ends: match told["expires_at"].as_i64() {
            Some(at @ 1..) => Ends::At(Timestamp(at.saturating_mul(1000))),
            _ => Ends::Never,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whatever_is_missing_or_strange_is_passed_over() {
        let one = json!({"data": [{"id": 1_357_924, "subscribed_fields": ["messages", 7]}, {"name": "x"}, 3]});
        let (id, fields) = (Some("1357924".to_owned()), vec!["messages".to_owned()]);
        let nothing = SubscribedApp { id: None, fields: Vec::new() };
        assert_eq!(apps(&one), [SubscribedApp { id, fields }, nothing.clone(), nothing]);
        for none in [json!({}), json!({"data": {}}), json!([]), json!(null)] {
            assert_eq!(apps(&none), []);
        }
    }

    #[test]
    fn what_another_app_is_told_is_not_what_we_are() {
        let app = |id: &str, fields: &[&str]| SubscribedApp {
            id: Some(id.to_owned()),
            fields: fields.iter().map(|it| (*it).to_owned()).collect(),
        };
        let both = [app("2", &["standby"]), app("1", &["messages", "comments"])];
        assert_eq!(told_to(&["1"], Login::Page, &both), ["comments", "messages"]);
        for (ours, login, apps, n_fields) in [
            (&["3"][..], Login::Page, &both[..], 0),
            (&["3"], Login::Page, &both[1..], 0),
            (&["3"], Login::Instagram, &both[1..], 2),
            (&["3", "1"], Login::Instagram, &both[..], 2),
            (&[], Login::Page, &both[1..], 2),
            (&[], Login::Page, &both[..], 3),
            (&[], Login::Instagram, &[], 0),
        ] {
            assert_eq!(told_to(ours, login, apps).len(), n_fields, "{ours:?} {login:?} {apps:?}");
        }
    }

    #[test]
    fn done_is_a_word_or_a_value() {
        assert!(done(&json!({"success": true})).is_ok() && done(&json!({"success": "true"})).is_ok());
        assert!(done(&json!({"success": false})).is_err() && done(&json!({})).is_err());
    }

    #[test]
    fn only_a_token_that_is_valid_tells_what_was_granted() {
        let known = debugged(&json!({"is_valid": true, "scopes": ["pages_messaging", 7], "expires_at": 0}));
        assert_eq!(known, Some(DebuggedToken { granted: vec!["pages_messaging".to_owned()], ends: Ends::Never }));
        let ending = debugged(&json!({"is_valid": true, "scopes": [], "expires_at": 1_795_000_000}));
        assert_eq!(ending.unwrap().ends, Ends::At(Timestamp(1_795_000_000_000)));
        for odd in [json!({"is_valid": false, "scopes": ["x"]}), json!({"is_valid": true}), json!({}), json!(null)] {
            assert_eq!(debugged(&odd), None, "{odd}");
        }
    }
}
