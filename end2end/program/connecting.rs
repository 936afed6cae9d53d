//! Connecting accounts in the browser: out to the pretended Meta, back with a code, and everything that can be wrong
//! with that.

use crate::browser::{Browser, Page};
use crate::meta::{Meta, count, execute, rows, until_there};
use crate::running::{PASSWORD, Place, Running};
use model::needs::{fields, scopes};
use model::platform::{Login, Platform};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

crate::on_both!(
    an_instagram_account_is_connected_and_hears_its_customers,
    a_way_back_that_is_not_good_changes_nothing,
    what_was_refused_at_meta_connects_nothing,
    pages_and_what_is_linked_to_them_are_chosen,
    of_what_is_ticked_all_is_connected_or_nothing,
    a_token_that_one_has_is_pasted,
    disconnecting_keeps_everything_until_it_is_connected_again,
    an_account_is_deleted_with_everything_said_there,
);

const APP: &str = "900100200300400";
const CERAMICS: &str = "17841400000000001";
const PAGE: &str = "102030405060701";
/// Who logs in with Facebook at the pretended Meta.
const OWNER: &str = "122090000000000001";
const MIA: &str = "mia@luna.example";

struct Stage {
    meta: Meta,
    inbox: Running,
    place: Place,
    mia: Browser,
}

impl Stage {
    async fn open(place: Place) -> Self {
        let meta = Meta::start(&["--seed", "demo"]).await;
        place.add_user(MIA, "Mia Lindqvist", "admin").await;
        place.add_user("noah@luna.example", "Noah Berg", "admin").await;
        let apps = ["--meta-app-id", APP, "--instagram-app-id", APP, "--log", "debug"];
        let inbox = meta.serve_inbox(&place, &apps).await;
        let mia = signed_in(&inbox, MIA).await;
        Self { meta, inbox, place, mia }
    }

    /// Where the login of this name is.
    async fn way(&mut self, login: &str) -> Url {
        let page = self.mia.get(&format!("/accounts/connect/{login}")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        Url::parse(page.goes_to()).unwrap()
    }

    /// What somebody presses there, and where it leads: the path of ours with what Meta says.
    async fn press(&self, way: &Url, form: &[(&str, &str)]) -> String {
        let mut browser = Browser::at(&self.meta.running.address);
        let path = format!("{}?{}", way.path(), way.query().unwrap());
        let page = browser.post(&path, form).await;
        let to = Url::parse(page.goes_to()).unwrap_or_else(|_| panic!("{} {}", page.status, page.body));
        format!("{}?{}", to.path(), to.query().unwrap())
    }

    /// The whole way, for somebody who lets us do everything.
    async fn through(&mut self, login: &str, who: &str) -> Page {
        let way = self.way(login).await;
        let back = self.press(&way, &[("as", who)]).await;
        self.mia.get(&back).await
    }

    async fn n_accounts(&self) -> i64 {
        count(&self.place.url, "select count(*) from accounts").await
    }

    /// What Meta tells our app of an account, as its own token is told.
    async fn told_of(&self, id: &str) -> BTreeSet<String> {
        let url = format!("{}/v25.0/{id}/subscribed_apps", self.meta.running.address);
        let asked = self.meta.client.get(url).bearer_auth(format!("pocket-token-{id}")).send().await.unwrap();
        let answer: Value = serde_json::from_str(&asked.text().await.unwrap()).unwrap();
        let apps = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let ours = apps.iter().find(|it| it["id"] == APP).map(|it| it["subscribed_fields"].clone()).unwrap_or_default();
        serde_json::from_value(ours).unwrap_or_default()
    }

    /// Meta tells our app nothing of an account, as it is with one that was never connected.
    async fn untold_of(&self, id: &str) {
        let url = format!("{}/v25.0/{id}/subscribed_apps", self.meta.running.address);
        let gone = self.meta.client.delete(url).bearer_auth(format!("pocket-token-{id}")).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::OK);
        assert!(self.told_of(id).await.is_empty());
    }

    async fn stop(self) -> Vec<String> {
        let (_, _, said) = self.inbox.stop().await;
        self.meta.running.stop().await;
        said
    }
}

async fn signed_in(inbox: &Running, email: &str) -> Browser {
    let mut it = Browser::at(&inbox.address);
    assert_eq!(it.sign_in(email, PASSWORD).await.goes_to(), "/inbox");
    it
}

fn value(url: &str, key: &str) -> String {
    let url = Url::parse(&format!("http://x{url}")).unwrap();
    url.query_pairs().find(|it| it.0 == key).map(|it| it.1.into_owned()).unwrap_or_default()
}

fn account_in(page: &Page) -> String {
    let to = page.goes_to();
    let (path, query) = to.split_once('?').unwrap_or_else(|| panic!("{} {to} {}", page.status, page.body));
    assert_eq!(query, "done=connected");
    path.to_owned()
}

async fn an_instagram_account_is_connected_and_hears_its_customers(place: Place) {
    let mut desk = Stage::open(place).await;
    desk.untold_of(CERAMICS).await;
    let ways = desk.mia.get("/accounts/connect").await;
    for words in ["Continue with Instagram", "Continue with Facebook", "/accounts/connect/back</code>"] {
        assert!(ways.body.contains(words), "{words}: {}", ways.body);
    }
    let way = desk.way("instagram").await;
    let asked: Vec<(String, String)> = way.query_pairs().into_owned().collect();
    let names: Vec<&str> = asked.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(names, ["client_id", "redirect_uri", "response_type", "scope", "state"]);
    assert_eq!(asked[1].1, format!("{}/accounts/connect/back", desk.inbox.address));
    let back = desk.press(&way, &[("as", CERAMICS)]).await;
    let page = desk.mia.get(&back).await;
    assert!(!page.goes_to().contains("code") && !page.goes_to().contains("state"), "{}", page.goes_to());
    let path = account_in(&page);
    let page = desk.mia.get(page.goes_to()).await;
    for words in ["Connected. What customers write", "We may see the account", "Meta tells us of everything"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let expected: BTreeSet<String> = fields(Login::Instagram).iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(desk.told_of(CERAMICS).await, expected);
    let token = "select login, state, app_id, case when expires_at > issued_at and refresh_at < expires_at
                 then 'lasts' else '' end from account_tokens";
    assert_eq!(rows::<4>(&desk.place.url, token).await, [["instagram", "working", APP, "lasts"]]);
    let noted = "select actor_kind, case when address is null then '' else 'from' end from audit where action = 'account.added'";
    assert_eq!(rows::<2>(&desk.place.url, noted).await, [["person", "from"]]);

    let state = desk.meta.get("state").await;
    let account = state["accounts"].as_array().unwrap().iter().find(|it| it["id"] == CERAMICS).unwrap().clone();
    desk.meta.customer(&account, "Hana Mori").await;
    until_there(&desk.place.url, "select count(*) from messages where text = 'Hello, is anybody there?'", 1).await;

    // The same way back once more, and a new way to the same account.
    let again = desk.mia.get(&back).await;
    assert_eq!(again.goes_to(), "/accounts/connect?trouble=stale");
    assert!(desk.mia.get(again.goes_to()).await.body.contains("was used already"));
    let renewed = desk.through("instagram", CERAMICS).await;
    assert_eq!((account_in(&renewed), desk.n_accounts().await), (path, 1));
    let noted = count(&desk.place.url, "select count(*) from audit where action = 'account.renewed'").await;
    assert_eq!(noted, 1);
    let (code, state) = (value(&back, "code"), value(&back, "state"));
    let said = desk.stop().await.join("\n");
    for secret in [code.as_str(), state.as_str(), "IGAA", "kiln-and-glaze-of-the-app"] {
        assert!(!secret.is_empty() && !said.contains(secret), "{secret} in {said}");
    }
}

async fn a_way_back_that_is_not_good_changes_nothing(place: Place) {
    let mut desk = Stage::open(place).await;
    let way = desk.way("instagram").await;
    let back = desk.press(&way, &[("as", CERAMICS)]).await;
    let stale = "/accounts/connect?trouble=stale";
    // Forged, by somebody else, by the same person in another browser, signed out.
    let forged = back.replace(&value(&back, "state"), "made-up-by-somebody");
    assert_eq!(desk.mia.get(&forged).await.goes_to(), stale);
    for email in ["noah@luna.example", MIA] {
        let mut other = signed_in(&desk.inbox, email).await;
        assert_eq!(other.get(&back).await.goes_to(), stale, "{email}");
    }
    let out = Browser::at(&desk.inbox.address).get(&back).await;
    assert!(out.goes_to().starts_with("/login?next=") && !out.goes_to().contains("code"), "{}", out.goes_to());
    // Another site begins nothing.
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let begun = desk.mia.ask(Method::GET, "/accounts/connect/instagram", None, &elsewhere).await;
    assert_eq!(begun.goes_to(), "/accounts/connect");
    assert_eq!(desk.n_accounts().await, 0, "nothing was changed");
    // None of that took the way away from whoever began it.
    account_in(&desk.mia.get(&back).await);
    assert_eq!(desk.n_accounts().await, 1);

    // Too old.
    let way = desk.way("instagram").await;
    let late = desk.press(&way, &[("as", CERAMICS)]).await;
    execute(&desk.place.url, "update connect_attempts set expires_at = 1").await;
    assert_eq!(desk.mia.get(&late).await.goes_to(), stale);
    // A code that was used already, by a way that is good.
    let way = desk.way("instagram").await;
    let fresh = desk.press(&way, &[("as", CERAMICS)]).await;
    let replayed = fresh.replace(&value(&fresh, "code"), &value(&back, "code"));
    assert_eq!(desk.mia.get(&replayed).await.goes_to(), "/accounts/connect?trouble=code");
    // One that ran out at Meta.
    let way = desk.way("instagram").await;
    let slow = desk.press(&way, &[("as", CERAMICS)]).await;
    desk.meta.post("clock", json!({"advance_s": 3601})).await;
    let page = desk.mia.get(&slow).await;
    assert_eq!(page.goes_to(), "/accounts/connect?trouble=code");
    assert!(desk.mia.get(page.goes_to()).await.body.contains("did not take the code"));
    assert_eq!(count(&desk.place.url, "select count(*) from audit where action = 'account.renewed'").await, 0);
    desk.stop().await;
}

async fn what_was_refused_at_meta_connects_nothing(place: Place) {
    let mut desk = Stage::open(place).await;
    for (login, who, form, trouble) in [
        ("instagram", CERAMICS, vec![], "denied"),
        ("facebook", OWNER, vec![], "denied"),
        ("instagram", CERAMICS, vec!["instagram_business_basic"], "no-messages"),
        ("instagram", CERAMICS, vec!["instagram_business_manage_messages"], "no-messages"),
        ("facebook", OWNER, vec!["pages_messaging", "pages_manage_metadata"], "no-messages"),
        ("facebook", OWNER, vec!["pages_show_list", "instagram_manage_comments"], "no-messages"),
    ] {
        let way = desk.way(login).await;
        let mut pressed = vec![("switches", "")];
        pressed.extend(form.iter().map(|it| ("allow", *it)));
        if !form.is_empty() {
            pressed.push(("as", who));
        }
        let back = desk.press(&way, &pressed).await;
        let page = desk.mia.get(&back).await;
        assert_eq!(page.goes_to(), format!("/accounts/connect?trouble={trouble}"), "{login} {form:?}");
        assert!(desk.mia.get(page.goes_to()).await.body.contains("Nothing was connected"));
    }
    assert_eq!(desk.n_accounts().await, 0);
    // What can be done without is missing, and said so.
    let way = desk.way("instagram").await;
    let most = [
        ("switches", ""),
        ("allow", "instagram_business_basic"),
        ("allow", "instagram_business_manage_messages"),
        ("as", CERAMICS),
    ];
    let back = desk.press(&way, &most).await;
    let page = desk.mia.get(&back).await;
    let page = desk.mia.get(page.goes_to()).await;
    assert!(page.body.contains("We may not see comments and answer them in private"), "{}", page.body);
    desk.stop().await;
}

async fn pages_and_what_is_linked_to_them_are_chosen(place: Place) {
    let mut desk = Stage::open(place).await;
    let linked = json!({"platform": "instagram", "name": "Luna Garden", "username": "luna.garden", "page_id": PAGE});
    let linked = desk.meta.post("accounts", linked).await;
    let garden = linked["id"].as_str().unwrap().to_owned();
    let way = desk.way("facebook").await;
    let asked: BTreeSet<String> = way.query_pairs().map(|it| it.0.into_owned()).collect();
    assert!(asked.contains("code_challenge") && way.path() == "/v25.0/dialog/oauth", "{way}");
    let back = desk.press(&way, &[("as", OWNER)]).await;
    let page = desk.mia.get(&back).await;
    let choice = page.goes_to().to_owned();
    assert!(choice.starts_with("/accounts/connect/pages/") && !choice.contains('?'), "{choice}");
    let page = desk.mia.get(&choice).await;
    for words in ["Luna Ceramics", "@luna.garden", "Instagram, linked to Luna Ceramics."] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("EAAB"), "no token is on a page");
    let nothing = desk.mia.post(&choice, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("Tick at least one account."), "{}", nothing.body);
    let mut noah = signed_in(&desk.inbox, "noah@luna.example").await;
    assert_eq!(noah.get(&choice).await.goes_to(), "/accounts/connect?trouble=stale", "it is Mia’s");
    let [page_id, garden_id] = [(Platform::Page, PAGE), (Platform::Instagram, garden.as_str())]
        .map(|(platform, id)| model::ids::AccountId::of(platform, id).to_string());
    let kept = rows::<1>(&desk.place.url, "select token from connect_choices").await;
    assert!(kept.len() == 1 && kept[0][0].starts_with("s1."), "sealed: {kept:?}");
    let both = [("account", page_id.as_str()), ("account", garden_id.as_str())];
    assert_eq!(noah.post(&choice, &both).await.goes_to(), "/accounts/connect?trouble=stale");
    assert_eq!(desk.n_accounts().await, 0);
    let chosen = desk.mia.post(&choice, &both).await;
    assert_eq!(chosen.goes_to(), "/accounts?done=connected", "{}", chosen.body);
    let sql = "select a.external_id, t.login, coalesce(a.page_id, ''), coalesce(cast(t.expires_at as text), 'lasts')
               from accounts a join account_tokens t on t.account_id = a.id order by a.platform";
    let expected = [[garden.as_str(), "page", PAGE, "lasts"], [PAGE, "page", "", "lasts"]];
    assert_eq!(rows::<4>(&desk.place.url, sql).await, expected.map(|it| it.map(str::to_owned)));
    assert_eq!(desk.mia.post(&choice, &both).await.goes_to(), "/accounts/connect?trouble=stale", "it is made");
    let page = desk.mia.get(&format!("/accounts/{garden_id}")).await;
    assert!(page.body.contains("Meta tells us of everything"), "{}", page.body);
    desk.meta.customer(&linked, "Hana Mori").await;
    until_there(&desk.place.url, "select count(*) from messages where text = 'Hello, is anybody there?'", 1).await;
    // Of the two one goes: the other is still told of.
    let gone = desk.mia.post(&format!("/accounts/{garden_id}/disconnect"), &[]).await;
    assert_eq!(gone.goes_to(), format!("/accounts/{garden_id}?done=disconnected"));
    assert!(desk.told_of(PAGE).await.contains("messages"));
    let gone = desk.mia.post(&format!("/accounts/{page_id}/disconnect"), &[]).await;
    assert_eq!(gone.goes_to(), format!("/accounts/{page_id}?done=disconnected"));
    assert!(desk.told_of(PAGE).await.is_empty());
    let said = desk.stop().await.join("\n");
    assert!(!said.contains("EAAB") && !said.contains(&value(&back, "code")), "{said}");
}

async fn of_what_is_ticked_all_is_connected_or_nothing(place: Place) {
    let mut desk = Stage::open(place).await;
    let linked = json!({"platform": "instagram", "name": "Luna Garden", "username": "luna.garden", "page_id": PAGE});
    let linked = desk.meta.post("accounts", linked).await;
    let garden = linked["id"].as_str().unwrap();
    let of = |platform, id: &str| model::ids::AccountId::of(platform, id).to_string();
    let (page, garden) = (of(Platform::Page, PAGE), of(Platform::Instagram, garden));
    let way = desk.way("facebook").await;
    // The Page may be answered, what is linked to it may not.
    let granted = scopes(Login::Page).into_iter().filter(|it| *it != "instagram_manage_messages");
    let mut form = vec![("switches", ""), ("as", OWNER)];
    form.extend(granted.map(|it| ("allow", it)));
    let back = desk.press(&way, &form).await;
    let choice = desk.mia.get(&back).await.goes_to().to_owned();
    let both = [("account", page.as_str()), ("account", garden.as_str())];
    assert_eq!(desk.mia.post(&choice, &both).await.goes_to(), "/accounts/connect?trouble=no-messages");
    assert_eq!(desk.n_accounts().await, 0);
    // The choice is still there.
    let chosen = desk.mia.post(&choice, &both[..1]).await;
    assert_eq!(chosen.goes_to(), format!("/accounts/{page}?done=connected"), "{}", chosen.body);
    assert_eq!(desk.n_accounts().await, 1);
    desk.stop().await;
}

async fn a_token_that_one_has_is_pasted(place: Place) {
    let mut desk = Stage::open(place).await;
    let own = format!("pocket-token-{CERAMICS}");
    let of_page = format!("pocket-token-{PAGE}");
    for (what, token, words) in [
        ("instagram", "", "does not take this token"),
        ("instagram", "two words", "does not take this token"),
        ("instagram", "IGAAkilnAndGlaze", "does not take this token"),
        ("linked", &of_page, "no Instagram account is linked to this Page"),
    ] {
        let page = desk.mia.post("/accounts/connect/token", &[("what", what), ("token", token)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what} {token}");
        assert!(page.body.contains(words), "{words}: {}", page.body);
        assert!(token.is_empty() || !page.body.contains(token), "a token is not sent back");
        assert!(page.body.contains(&format!("value=\"{what}\" selected")), "{}", page.body);
    }
    assert_eq!(desk.n_accounts().await, 0);
    for (what, token) in [("instagram", &own), ("page", &of_page)] {
        let page = desk.mia.post("/accounts/connect/token", &[("what", what), ("token", token)]).await;
        account_in(&page);
        assert!(desk.mia.get(page.goes_to()).await.body.contains("Connected."));
    }
    let names = rows::<1>(&desk.place.url, "select name from accounts order by platform").await;
    assert_eq!(names, [["luna.ceramics"], ["Luna Ceramics"]]);
    let kept = rows::<1>(&desk.place.url, "select token from account_tokens").await;
    assert!(kept.len() == 2 && kept.iter().all(|it| it[0].starts_with("s1.")), "sealed: {kept:?}");
    let said = desk.stop().await.join("\n");
    assert!(!said.contains("pocket-token"), "{said}");
}

async fn disconnecting_keeps_everything_until_it_is_connected_again(place: Place) {
    let mut desk = Stage::open(place).await;
    let path = account_in(&desk.through("instagram", CERAMICS).await);
    let state = desk.meta.get("state").await;
    let account = state["accounts"].as_array().unwrap().iter().find(|it| it["id"] == CERAMICS).unwrap().clone();
    let customer = desk.meta.customer(&account, "Hana Mori").await;
    let hello = "select count(*) from messages where text = 'Hello, is anybody there?'";
    until_there(&desk.place.url, hello, 1).await;
    let asked = desk.mia.get(&format!("{path}/disconnect")).await;
    assert!(asked.body.contains("Disconnect, and keep everything"), "{}", asked.body);
    let gone = desk.mia.post(&format!("{path}/disconnect"), &[]).await;
    assert_eq!(gone.goes_to(), format!("{path}?done=disconnected"));
    let page = desk.mia.get(gone.goes_to()).await;
    assert!(page.body.contains("It is not connected") && page.body.contains("Connect again"), "{}", page.body);
    assert_eq!(count(&desk.place.url, "select count(*) from account_tokens").await, 0);
    assert!(desk.told_of(CERAMICS).await.is_empty());
    assert_eq!(desk.mia.post(&format!("{path}/disconnect"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(count(&desk.place.url, hello).await, 1, "what was said stays");
    account_in(&desk.through("instagram", CERAMICS).await);
    desk.meta.act(&customer, json!({"send": {"text": "Are you back?"}})).await;
    until_there(&desk.place.url, "select count(*) from messages where text = 'Are you back?'", 1).await;
    assert_eq!(desk.n_accounts().await, 1);
    // Where Meta does not hear of it, that is said.
    desk.meta.control(Method::PATCH, &format!("accounts/{CERAMICS}"), json!({"revoke_token": 458})).await;
    let gone = desk.mia.post(&format!("{path}/disconnect"), &[]).await;
    assert_eq!(gone.goes_to(), format!("{path}?done=disconnected-here"));
    desk.stop().await;
}

async fn an_account_is_deleted_with_everything_said_there(place: Place) {
    let mut desk = Stage::open(place).await;
    let path = account_in(&desk.through("instagram", CERAMICS).await);
    let state = desk.meta.get("state").await;
    let account = state["accounts"].as_array().unwrap().iter().find(|it| it["id"] == CERAMICS).unwrap().clone();
    desk.meta.customer(&account, "Hana Mori").await;
    until_there(&desk.place.url, "select count(*) from messages where text = 'Hello, is anybody there?'", 1).await;
    let delete = format!("{path}/delete");
    let wrong = desk.mia.post(&delete, &[("name", "Luna")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not the name.") && wrong.body.contains("value=\"Luna\""), "{}", wrong.body);
    // Enough that it cannot be done before it is killed: a hundred go at a time, and others go between.
    let much = "insert into messages
             (id, conversation_id, at, direction, kind, state, author_kind, text, created_at, updated_at)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
         select '0000000000000000000' || (1000000 + n.i), m.conversation_id, n.i, 'in', 'text', 'received', 'contact',
             'glaze', 0, 0
         from n, messages m where m.text = 'Hello, is anybody there?'";
    execute(&desk.place.url, much).await;
    let begun = desk.mia.post(&delete, &[("name", "luna.ceramics")]).await;
    desk.inbox.kill().await;
    assert_eq!(begun.goes_to(), "/accounts?done=deleting");
    assert_ne!(count(&desk.place.url, "select count(*) from messages").await, 0, "it was not done yet");
    // It goes on where it was.
    desk.inbox = desk.meta.serve_inbox(&desk.place, &["--meta-app-id", APP, "--instagram-app-id", APP]).await;
    desk.mia = signed_in(&desk.inbox, MIA).await;
    assert!(desk.mia.get(begun.goes_to()).await.body.contains("It takes a while."));
    assert!(desk.told_of(CERAMICS).await.is_empty());
    until_there(&desk.place.url, "select count(*) from accounts", 0).await;
    assert_eq!(count(&desk.place.url, "select count(*) from messages").await, 0);
    assert_eq!(count(&desk.place.url, "select count(*) from deletions where state = 'done'").await, 1);
    desk.stop().await;
}
