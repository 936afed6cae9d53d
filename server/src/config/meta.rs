//! What connects us with Meta: our app there, and where the Graph API is.

use super::{bare_url, is_local};
use clap::Args;
use model::platform::Login;
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
    /// The id of our Instagram app, for connecting accounts with Instagram's own login
    #[arg(long = "instagram-app-id", env = "SWITCHBOARD_INSTAGRAM_APP_ID", global = true)]
    pub instagram_app_id: Option<MetaAppId>,
    #[arg(
        long = "meta-more-apps",
        help = "Further apps, comma-separated, each as facebook:ID:SECRET or instagram:ID:SECRET; \
                accounts can be connected through them, and their secrets are tried on what comes in",
        env = "SWITCHBOARD_META_MORE_APPS",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub more_apps: Vec<OurApp>,
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

impl MetaSettings {
    /// The apps through which accounts are connected, the usual one of each login first. Of the secrets the first is the
    /// Meta app's and the second the Instagram app's; where there is one, it is both's.
    pub fn apps(&self) -> Vec<OurApp> {
        let [first, second] = [self.app_secrets.first(), self.app_secrets.get(1)];
        let usual = [(Login::Page, &self.app_id, first), (Login::Instagram, &self.instagram_app_id, second.or(first))];
        let usual = usual.into_iter().filter_map(|(login, id, secret)| {
            Some(OurApp { login, id: id.as_ref()?.0.clone(), secret: secret?.clone() })
        });
        usual.chain(self.more_apps.iter().cloned()).collect()
    }

    /// Whatever may have signed what comes in.
    pub fn secrets(&self) -> impl Iterator<Item = &AppSecret> {
        self.app_secrets.iter().chain(self.more_apps.iter().map(|it| &it.secret))
    }
}

/// An app of ours at Meta, through which accounts are connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OurApp {
    /// Whose login it is for.
    pub login: Login,
    pub id: String,
    pub secret: AppSecret,
}

impl FromStr for OurApp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let app = || {
            let mut parts = text.trim().splitn(3, ':');
            let login = match parts.next()? {
                "facebook" => Login::Page,
                "instagram" => Login::Instagram,
                _ => return None,
            };
            let (id, secret) = (digits(parts.next()?)?, AppSecret(one_word(parts.next()?)?));
            Some(Self { login, id, secret })
        };
        app().ok_or_else(|| "expected facebook:ID:SECRET or instagram:ID:SECRET, separated by commas".to_owned())
    }
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
    /// Where people log in (`www`), or programs that do (`api`): hosts beside Meta's `graph.…`. Whatever stands in for
    /// Meta under another name is all of it.
    pub fn beside(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        if let Some(domain) = self.0.host_str().and_then(|it| it.strip_prefix("graph.")) {
            // Fails only for what is no host, and it was one.
            let _ = url.set_host(Some(&format!("{name}.{domain}")));
        }
        url
    }

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
    use clap::Parser as _;
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
        for wrong in ["", "1:a", "myspace:1:a", "instagram:x:a", "facebook:1:", "facebook:1", "facebook:1:two words"] {
            assert!(wrong.parse::<OurApp>().is_err(), "{wrong}");
        }
        for wrong in ["", "  ", "two words", "schlüssel"] {
            assert!(wrong.parse::<AppSecret>().is_err() && wrong.parse::<VerifyToken>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn apps_have_the_secrets_in_their_order() {
        let apps = |args: &[&str]| {
            let all = [&["switchboard", "check"], args].concat();
            let meta = crate::config::Cli::parse_from(all).settings.meta;
            let apps = meta.apps().into_iter().map(|it| (it.login.word(), it.id, it.secret.expose().to_owned()));
            (apps.collect::<Vec<_>>(), meta.secrets().count())
        };
        let app = |login, id: &str, secret: &str| (login, id.to_owned(), secret.to_owned());
        let both = ["--meta-app-id", "1", "--instagram-app-id", "2", "--meta-app-secrets"];
        assert_eq!(apps(&[&both[..], &["a,b"]].concat()), (vec![app("page", "1", "a"), app("instagram", "2", "b")], 2));
        assert_eq!(apps(&[&both[..], &["a"]].concat()).0[1], app("instagram", "2", "a"));
        assert_eq!(apps(&["--meta-app-id", "1"]), (Vec::new(), 0), "without a secret it is of no use");
        let more = ["--meta-more-apps", "instagram:3:c,facebook:4:d:e"];
        assert_eq!(apps(&more), (vec![app("instagram", "3", "c"), app("page", "4", "d:e")], 2));
    }

    #[test]
    fn people_log_in_beside_the_graph() {
        let beside = |url: &str, name| url.parse::<GraphUrl>().unwrap().beside(name).to_string();
        assert_eq!(beside("https://graph.facebook.com", "www"), "https://www.facebook.com/");
        assert_eq!(beside("https://graph.instagram.com", "api"), "https://api.instagram.com/");
        assert_eq!(beside("http://127.0.0.1:3001", "www"), "http://127.0.0.1:3001/");
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
            let _ = (text.parse::<OurApp>(), text.parse::<AppSecret>(), text.parse::<VerifyToken>(), text.parse::<ExternalId>());
        }
    }
}
