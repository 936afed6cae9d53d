//! What connects us with Meta: our app there, and where the Graph API is.

use super::{bare_url, is_local};
use clap::Args;
use std::fmt;
use std::str::FromStr;
use url::Url;

#[derive(Debug, Clone, Args)]
pub struct MetaSettings {
    /// The id of our app at Meta
    #[arg(long = "meta-app-id", env = "SWITCHBOARD_META_APP_ID", global = true)]
    pub app_id: Option<MetaAppId>,
    #[arg(
        long = "meta-app-secrets",
        help = "The app's secrets, comma-separated: the Meta app's first, then the Instagram app's; \
                every one is tried on what comes in",
        env = "SWITCHBOARD_META_APP_SECRETS",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub app_secrets: Vec<AppSecret>,
    /// What Meta has to say when it subscribes to our webhook
    #[arg(long = "meta-verify-token", env = "SWITCHBOARD_META_VERIFY_TOKEN", global = true, hide_env_values = true)]
    pub verify_token: Option<VerifyToken>,
    /// The Graph API for Pages, and for Instagram accounts linked to one
    #[arg(long, env = "SWITCHBOARD_GRAPH_URL", default_value = "https://graph.facebook.com", global = true)]
    pub graph_url: GraphUrl,
    /// The Graph API for Instagram accounts with a login of their own
    #[arg(long, env = "SWITCHBOARD_INSTAGRAM_GRAPH_URL", default_value = "https://graph.instagram.com", global = true)]
    pub instagram_graph_url: GraphUrl,
    /// The version of both
    #[arg(long, env = "SWITCHBOARD_GRAPH_VERSION", default_value = "v25.0", global = true)]
    pub graph_version: GraphVersion,
}

/// Meta's own ids are digits, too many of them for some numbers.
fn digits(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.len() <= 40 && text.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| text.to_owned())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaAppId(pub String);

impl FromStr for MetaAppId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        digits(text).map(Self).ok_or_else(|| "expected the app's id, digits only".to_owned())
    }
}

/// An account, as Meta numbers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId(pub String);

impl FromStr for ExternalId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        digits(text).map(Self).ok_or_else(|| "expected the account's id at Meta, digits only".to_owned())
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct AppSecret(String);

impl AppSecret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppSecret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected the app's secrets, letters and digits, separated by commas";
        one_word(text).map(Self).ok_or_else(|| expected.to_owned())
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret")
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct VerifyToken(String);

impl VerifyToken {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for VerifyToken {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        one_word(text).map(Self).ok_or_else(|| "expected one word without blanks, the same as at Meta".to_owned())
    }
}

impl fmt::Debug for VerifyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyToken")
    }
}

fn one_word(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.bytes().all(|it| it.is_ascii_graphic())).then(|| text.to_owned())
}

/// Where a Graph API is: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphUrl(pub Url);

impl GraphUrl {
    /// Whether tokens on their way there can be read by nobody between.
    pub fn is_safe(&self) -> bool {
        self.0.scheme() == "https" || is_local(&self.0)
    }
}

impl FromStr for GraphUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected https://graph.facebook.com or the like, without a path";
        bare_url(text).map(Self).ok_or_else(|| expected.to_owned())
    }
}

impl fmt::Display for GraphUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphVersion(pub String);

impl FromStr for GraphVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |it: &str| !it.is_empty() && it.len() <= 4 && it.bytes().all(|it| it.is_ascii_digit());
        let parts = text.strip_prefix('v').and_then(|it| it.split_once('.'));
        match parts {
            Some((major, minor)) if number(major) && number(minor) => Ok(Self(text.to_owned())),
            _ => Err("expected a version such as v25.0".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_wrong_is_refused() {
        for wrong in ["", "app", "12 3", "-1"] {
            assert!(wrong.parse::<MetaAppId>().is_err() && wrong.parse::<ExternalId>().is_err(), "{wrong}");
        }
        for wrong in ["", "25.0", "v25", "v25.", "v.0", "v25.0/me", "vx.0"] {
            assert!(wrong.parse::<GraphVersion>().is_err(), "{wrong}");
        }
        for wrong in ["graph.facebook.com", "https://graph.facebook.com/v25.0", "ftp://graph.example"] {
            assert!(wrong.parse::<GraphUrl>().is_err(), "{wrong}");
        }
        for wrong in ["", "  ", "two words", "schlüssel"] {
            assert!(wrong.parse::<AppSecret>().is_err() && wrong.parse::<VerifyToken>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_token_travels_in_the_open_on_this_machine_only() {
        for (url, safe) in
            [("https://graph.facebook.com", true), ("http://127.0.0.1:3001", true), ("http://graph.example", false)]
        {
            assert_eq!(url.parse::<GraphUrl>().unwrap().is_safe(), safe, "{url}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!("{:?}{:?}", "kiln".parse::<AppSecret>().unwrap(), "kiln".parse::<VerifyToken>().unwrap());
        assert!(!shown.contains("kiln"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_value_makes_an_option_panic(text: String) {
            let _ = (text.parse::<MetaAppId>(), text.parse::<GraphUrl>(), text.parse::<GraphVersion>());
            let _ = (text.parse::<AppSecret>(), text.parse::<VerifyToken>(), text.parse::<ExternalId>());
        }
    }
}
