//! Who somebody is, as Meta tells it.

use super::{Access, Graph, GraphError, Kind};
use model::platform::Platform;
use model::profile::Facts;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    pub name: Option<String>,
    pub username: Option<String>,
    /// Good for a few days.
    pub picture_url: Option<String>,
    pub facts: Facts,
}

/// Only what every app with the usual rights gets: one field too many fails the whole call.
const fn fields(platform: Platform) -> &'static str {
    match platform {
        Platform::Instagram => {
            "name,username,profile_pic,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user"
        }
        Platform::Page => "first_name,last_name,name,profile_pic",
    }
}

impl Graph {
    /// Asks for one customer's profile.
    pub async fn profile(&self, access: &Access, platform: Platform, external_id: &str) -> Result<Profile, GraphError> {
        if external_id.is_empty() || !external_id.bytes().all(|it| it.is_ascii_alphanumeric()) {
            return Err(GraphError::new(Kind::UnknownPerson, None, "this is no id of Meta's"));
        }
        let answer = self.get(access, &[external_id], &[("fields", fields(platform))]).await?;
        // Messenger's way to say that the app may not know.
        read(&answer).ok_or_else(|| GraphError::new(Kind::Permission, Some(200), "Meta tells nothing about them"))
    }
}

/// `None` if it does not say who it is.
fn read(answer: &Value) -> Option<Profile> {
    let text = |key: &str| {
        let text = answer[key].as_str().map(str::trim).filter(|it| !it.is_empty());
        text.map(|it| it.chars().take(500).collect::<String>())
    };
    let parts: Vec<_> = [text("first_name"), text("last_name")].into_iter().flatten().collect();
    let name = text("name").or_else(|| (!parts.is_empty()).then(|| parts.join(" ")));
    let profile = Profile {
        name,
        username: text("username"),
        // An address that was cut would be another one.
        picture_url: answer["profile_pic"].as_str().filter(|it| it.starts_with("http")).map(str::to_owned),
        facts: Facts {
            follower_count: answer["follower_count"].as_i64(),
            is_verified_user: answer["is_verified_user"].as_bool(),
            is_user_follow_business: answer["is_user_follow_business"].as_bool(),
            is_business_follow_user: answer["is_business_follow_user"].as_bool(),
            locale: text("locale"),
            timezone: answer["timezone"].as_f64(),
        },
    };
    (profile.name.is_some() || profile.username.is_some() || profile.picture_url.is_some()).then_some(profile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whatever_is_missing_or_strange_is_passed_over() {
        let profile = read(&json!({"first_name": "Jonas", "last_name": null, "follower_count": "many"})).unwrap();
        assert_eq!(profile, Profile { name: Some("Jonas".to_owned()), ..Profile::default() });
        for nobody in [json!({}), json!({"id": "1"}), json!({"name": null, "username": " "}), json!([]), json!(true)] {
            assert_eq!(read(&nobody), None, "{nobody}");
        }
    }
}
