//! What Meta tells us of an account. Without the subscription nothing arrives, whatever the app itself is
//! subscribed to.

use super::conversations::list;
use super::send::id;
use super::{Access, Graph, GraphError, Kind};
use model::connecting::{fields, oldest_fields};
use serde_json::Value;

impl Graph {
    /// Subscribes the account, or the Page it is linked to, to all that the inbox needs. Where Meta does not know one
    /// of the fields it takes none: then those that it always knew.
    pub async fn subscribe(&self, access: &Access, account: &str) -> Result<(), GraphError> {
        match self.subscribe_to(access, account, fields(access.login)).await {
            Err(error) if error.kind == Kind::Other && error.code == Some(100) => {
                self.subscribe_to(access, account, oldest_fields(access.login)).await
            }
            done => done,
        }
    }

    async fn subscribe_to(&self, access: &Access, account: &str, fields: &[&str]) -> Result<(), GraphError> {
        let fields = fields.join(",");
        let url = self.address(access, &[account, "subscribed_apps"], &[("subscribed_fields", &fields)]);
        self.ask(access, self.client.post(url)).await.outcome.and_then(|it| done(&it))
    }

    /// The fields under which Meta tells this app of the account; none, if it is not subscribed.
    pub async fn subscribed(&self, access: &Access, account: &str) -> Result<Vec<String>, GraphError> {
        let answer = self.get(access, &[account, "subscribed_apps"], &[]).await?;
        Ok(read(list(&answer)?, access.app.as_deref()))
    }

    /// From now on Meta tells nothing.
    pub async fn unsubscribe(&self, access: &Access, account: &str) -> Result<(), GraphError> {
        let url = self.address(access, &[account, "subscribed_apps"], &[]);
        self.ask(access, self.client.delete(url)).await.outcome.and_then(|it| done(&it))
    }
}

/// Of several apps ours. Where only one is named it is ours, even under another id: an Instagram app has two.
fn read(apps: &[Value], ours: Option<&str>) -> Vec<String> {
    let app = match apps {
        [one] => Some(one),
        all => all.iter().find(|it| ours.is_some() && id(&it["id"]).as_deref() == ours),
    };
    let fields = app.and_then(|it| it["subscribed_fields"].as_array());
    let name = |it: &Value| it.as_str().or_else(|| it["name"].as_str()).map(str::to_owned);
    fields.into_iter().flatten().filter_map(name).collect()
}

/// One of Meta's pages prints it as a text.
fn done(answer: &Value) -> Result<(), GraphError> {
    if answer["success"] == true || answer["success"] == "true" {
        return Ok(());
    }
    Err(GraphError::strange(200, "the answer does not say that it was done"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_several_apps_only_ours_counts() {
        let app = |id: &str, fields: Value| json!({"id": id, "subscribed_fields": fields});
        let (ours, theirs) = (app("1", json!(["messages"])), app("2", json!(["feed"])));
        assert_eq!(read(&[theirs.clone(), ours.clone()], Some("1")), ["messages"]);
        assert!(read(&[theirs.clone(), ours.clone()], Some("3")).is_empty());
        assert!(read(&[theirs, ours], None).is_empty());
        assert_eq!(read(&[app("9", json!([{"name": "messages"}]))], Some("1")), ["messages"]);
        assert!(read(&[], Some("1")).is_empty());
    }

    #[test]
    fn done_is_a_word_or_a_value() {
        assert!(done(&json!({"success": true})).is_ok() && done(&json!({"success": "true"})).is_ok());
        assert!(done(&json!({"success": false})).is_err() && done(&json!({})).is_err());
    }
}
