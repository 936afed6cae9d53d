//! Meta's two logins: where people are sent, and how the code they come back with becomes a token that lasts. Some of
//! these calls are documented with secrets in the address only; addresses are in no log and no error.

use super::conversations::list;
use super::send::id;
use super::token::{self, LastingToken};
use super::{Access, Graph, GraphError, Token};
use crate::config::OurApp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::connecting::{LinkedInstagram, OfferedPage};
use model::needs::scopes;
use model::platform::Login;
use reqwest::RequestBuilder;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};

/// More Pages than one person runs are not asked for.
const MOST_PAGES: usize = 2000;
const PAGES_AT_ONCE: &str = "100";

/// Somebody on their way to Meta.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    pub app: &'a OurApp,
    /// Where they come back to, to the letter as it is registered at Meta.
    pub home: &'a str,
    pub state: &'a str,
    /// What only we know of it, where Meta knows PKCE.
    pub verifier: Option<&'a str>,
}

/// What they come back with.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    pub app: &'a OurApp,
    pub home: &'a str,
    pub code: &'a str,
    pub verifier: Option<&'a str>,
}

/// A token that lasts for an hour or two.
#[derive(Debug)]
pub struct ShortToken {
    pub token: Token,
    /// Where Meta says it.
    pub granted: Option<Vec<String>>,
}

/// Which account a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What webhooks call `entry.id`.
    pub id: String,
    /// What the callbacks of Meta's call the account's owner.
    pub scoped_id: Option<String>,
    pub name: Option<String>,
    pub username: Option<String>,
    /// What is linked to it, if it is a Page.
    pub instagram: Option<LinkedInstagram>,
}

/// A Page, and the token that it is reached with.
#[derive(Debug)]
pub struct PageFound {
    pub page: OfferedPage,
    pub token: Option<Token>,
}

impl Graph {
    /// The usual app of this login.
    pub fn app(&self, login: Login) -> Option<&OurApp> {
        self.apps.iter().find(|it| it.login == login)
    }

    /// One app may have both logins.
    pub fn app_called(&self, login: Login, id: &str) -> Option<&OurApp> {
        self.apps.iter().find(|it| it.login == login && it.id == id)
    }

    pub fn apps(&self) -> &[OurApp] {
        &self.apps
    }

    /// Where somebody lets us in.
    pub fn login_page(&self, wish: Wish) -> Url {
        let mut url = match wish.app.login {
            Login::Instagram => self.instagram_people.clone(),
            Login::Page => self.facebook_people.clone(),
        };
        match wish.app.login {
            Login::Instagram => url.set_path("/oauth/authorize"),
            Login::Page => url.set_path(&format!("/{}/dialog/oauth", self.version)),
        }
        let scope = scopes(wish.app.login).join(",");
        url.query_pairs_mut().extend_pairs([
            ("client_id", wish.app.id.as_str()),
            ("redirect_uri", wish.home),
            ("response_type", "code"),
            ("scope", scope.as_str()),
            ("state", wish.state),
        ]);
        if wish.app.login == Login::Page {
            // What was declined once is asked for again: otherwise it could never be granted.
            url.query_pairs_mut().append_pair("auth_type", "rerequest");
        }
        if let Some(verifier) = wish.verifier {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            url.query_pairs_mut()
                .append_pair("code_challenge", &challenge)
                .append_pair("code_challenge_method", "S256");
        }
        url
    }

    pub async fn redeem(&self, claim: Claim<'_>) -> Result<ShortToken, GraphError> {
        let mut said = vec![
            ("client_id", claim.app.id.as_str()),
            ("client_secret", claim.app.secret.expose()),
            ("redirect_uri", claim.home),
            ("code", claim.code),
        ];
        said.extend(claim.verifier.map(|it| ("code_verifier", it)));
        let answer = match claim.app.login {
            Login::Instagram => {
                said.push(("grant_type", "authorization_code"));
                let mut url = self.instagram_programs.clone();
                url.set_path("/oauth/access_token");
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish();
                let post = self.client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                self.fetch(post.body(body)).await?
            }
            Login::Page => self.fetch(self.client.get(self.of_apps(&["oauth", "access_token"], &said))).await?,
        };
        short(&answer).ok_or_else(|| GraphError::strange(200, "the answer holds no token"))
    }

    /// Of an hour sixty days.
    pub async fn lengthen(&self, app: &OurApp, short: &Token) -> Result<LastingToken, GraphError> {
        let url = match app.login {
            Login::Instagram => {
                let mut url = self.instagram.clone();
                url.set_path("/access_token");
                url.query_pairs_mut().extend_pairs([
                    ("grant_type", "ig_exchange_token"),
                    ("client_secret", app.secret.expose()),
                    ("access_token", short.expose()),
                ]);
                url
            }
            Login::Page => self.of_apps(
                &["oauth", "access_token"],
                &[
                    ("grant_type", "fb_exchange_token"),
                    ("client_id", app.id.as_str()),
                    ("client_secret", app.secret.expose()),
                    ("fb_exchange_token", short.expose()),
                ],
            ),
        };
        let answer = self.fetch(self.client.get(url)).await.map_err(|error| error.without(short))?;
        token::read(&answer).ok_or_else(|| GraphError::strange(200, "the answer holds no token"))
    }

    /// Which account the token is for; of a Page's, which Instagram account is linked to it.
    pub async fn identity(&self, access: &Access) -> Result<Identity, GraphError> {
        let fields = match access.login {
            Login::Instagram => "user_id,username,name,account_type",
            Login::Page => "id,name,instagram_business_account{id,username}",
        };
        let answer = self.get(access, &["me"], &[("fields", fields)]).await?;
        let known = match access.login {
            Login::Instagram => of_instagram(&answer),
            Login::Page => of_page(&answer),
        };
        known.ok_or_else(|| GraphError::strange(400, "the answer does not say who it is"))
    }

    /// The Pages of whoever logged in with Facebook.
    pub async fn pages_of(&self, access: &Access) -> Result<Vec<PageFound>, GraphError> {
        const FIELDS: &str = "id,name,access_token,tasks,instagram_business_account{id,username}";
        let (mut pages, mut after) = (Vec::new(), None::<String>);
        while pages.len() < MOST_PAGES {
            let mut query = vec![("fields", FIELDS), ("limit", PAGES_AT_ONCE)];
            query.extend(after.as_deref().map(|it| ("after", it)));
            let answer = self.get(access, &["me", "accounts"], &query).await?;
            pages.extend(list(&answer)?.iter().filter_map(page));
            let paging = &answer["paging"];
            // Meta's ready-made link to the next ones carries the token.
            let next = paging["cursors"]["after"].as_str().filter(|_| paging["next"].is_string());
            match next {
                Some(next) if after.as_deref() != Some(next) => after = Some(next.to_owned()),
                _ => break,
            }
        }
        Ok(pages)
    }

    /// An address on Facebook's host that is not asked with the token of an account.
    fn of_apps(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.facebook.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().push(&self.version).extend(path);
        }
        url.query_pairs_mut().extend_pairs(query);
        url
    }

    async fn fetch(&self, request: RequestBuilder) -> Result<Value, GraphError> {
        match request.send().await {
            Ok(response) => super::read(response).await.outcome,
            Err(error) => Err(GraphError::of_transport(error)),
        }
    }
}

/// As it is, or as the only one of a list: Meta's pages show the one, its answers the other.
fn flat(answer: &Value) -> &Value {
    answer["data"].get(0).unwrap_or(answer)
}

fn short(answer: &Value) -> Option<ShortToken> {
    let answer = flat(answer);
    let text = answer["access_token"].as_str().filter(|it| !it.is_empty() && Token::is_sayable(it))?;
    let told = &answer["permissions"];
    Some(ShortToken { token: Token::new(text.to_owned()), granted: (!told.is_null()).then(|| words(told)) })
}

/// A list, or a text with commas.
fn words(value: &Value) -> Vec<String> {
    let tidy = |it: &str| Some(it.trim().to_owned()).filter(|it| !it.is_empty());
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).filter_map(tidy).collect(),
        Value::String(text) => text.split(',').filter_map(tidy).collect(),
        _ => Vec::new(),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str().map(str::trim).filter(|it| !it.is_empty())?;
    Some(text.chars().take(200).collect())
}

fn of_instagram(answer: &Value) -> Option<Identity> {
    let answer = flat(answer);
    Some(Identity {
        // Not `id`: that is what this one app calls the account, and no webhook does.
        id: id(&answer["user_id"])?,
        scoped_id: id(&answer["id"]),
        name: text(&answer["name"]),
        username: text(&answer["username"]),
        instagram: None,
    })
}

fn of_page(answer: &Value) -> Option<Identity> {
    Some(Identity {
        id: id(&answer["id"])?,
        scoped_id: None,
        name: text(&answer["name"]),
        username: None,
        instagram: linked(&answer["instagram_business_account"]),
    })
}

fn linked(node: &Value) -> Option<LinkedInstagram> {
    Some(LinkedInstagram { id: id(&node["id"])?, username: text(&node["username"]) })
}

fn page(node: &Value) -> Option<PageFound> {
    let id = id(&node["id"])?;
    let tasks = words(&node["tasks"]);
    let token = node["access_token"].as_str().filter(|it| !it.is_empty() && Token::is_sayable(it));
    let page = OfferedPage {
        name: text(&node["name"]).unwrap_or_else(|| id.clone()),
        id,
        may_message: tasks.iter().any(|it| it == "MESSAGING"),
        instagram: linked(&node["instagram_business_account"]),
    };
    Some(PageFound { page, token: token.map(|it| Token::new(it.to_owned())) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Cli;
    use clap::Parser as _;
    use serde_json::json;

    fn graph() -> Graph {
        let args =
            ["switchboard", "check", "--meta-app-id", "1357924680135792", "--instagram-app-id", "2468013579246801"];
        let secrets = ["--meta-app-secrets", "5f1d0c7e,c0ffee00"];
        Graph::new(&Cli::parse_from([&args[..], &secrets].concat()).settings.meta).unwrap()
    }

    #[test]
    fn people_are_sent_where_the_reference_says() {
        let graph = graph();
        let page = |login, verifier| {
            let app = graph.app(login).unwrap();
            graph.login_page(Wish { app, home: "https://inbox.example/back", state: "s&1", verifier }).to_string()
        };
        assert_eq!(
            page(Login::Instagram, None),
            "https://www.instagram.com/oauth/authorize?client_id=2468013579246801\
             &redirect_uri=https%3A%2F%2Finbox.example%2Fback&response_type=code\
             &scope=instagram_business_basic%2Cinstagram_business_manage_messages%2Cinstagram_business_manage_comments\
             &state=s%261"
        );
        // Of RFC 7636, appendix B.
        let facebook = page(Login::Page, Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(facebook.starts_with("https://www.facebook.com/v25.0/dialog/oauth?client_id=1357924680135792&"));
        let challenge = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        assert!(facebook.ends_with(challenge), "{facebook}");
        assert!(!facebook.contains("instagram_business"), "{facebook}");
    }

    #[test]
    fn both_forms_of_an_answer_are_read() {
        let wrapped = json!({"data": [{"access_token": "IGAA1", "user_id": "1", "permissions": "a, b"}]});
        let bare = json!({"access_token": "IGAA1", "user_id": 26_118_273_645_500_912_u64, "permissions": ["a", "b"]});
        for answer in [wrapped, bare] {
            let short = short(&answer).unwrap();
            assert_eq!((short.token.expose(), short.granted.unwrap().join("+")), ("IGAA1", "a+b".to_owned()));
        }
        let granted =
            |permissions| short(&json!({"access_token": "IGAA1", "permissions": permissions})).unwrap().granted;
        assert_eq!((granted(Value::Null), granted(json!([]))), (None, Some(Vec::new())), "nothing is not unknown");
        for nothing in [json!({}), json!({"data": []}), json!({"access_token": ""}), json!({"access_token": "a b"})] {
            assert!(short(&nothing).is_none(), "{nothing}");
        }
        let bare = json!({"id": "26118273645500912", "user_id": "17841460210973548", "username": "fern_and_kettle"});
        for answer in [bare.clone(), json!({"data": [bare]})] {
            let who = of_instagram(&answer).unwrap();
            assert_eq!((who.id.as_str(), who.scoped_id.as_deref()), ("17841460210973548", Some("26118273645500912")));
        }
        assert!(of_instagram(&json!({"id": "26118273645500912"})).is_none(), "the app's own id is not the account's");
    }

    #[test]
    fn a_page_says_what_may_be_done_with_it() {
        let node = |more: Value| {
            let mut node = json!({"id": "104857600932817", "name": "Fern & Kettle", "access_token": "EAAB1"});
            node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            page(&node).unwrap()
        };
        let whole =
            node(json!({"tasks": ["MESSAGING"], "instagram_business_account": {"id": "17", "username": "fern"}}));
        assert!(whole.page.may_message && whole.token.is_some());
        assert_eq!(whole.page.instagram.unwrap().username.as_deref(), Some("fern"));
        let bare = node(json!({"tasks": ["ANALYZE"], "access_token": null}));
        assert!(!bare.page.may_message && bare.token.is_none() && bare.page.instagram.is_none());
        assert!(page(&json!({"name": "no id"})).is_none());
    }
}
