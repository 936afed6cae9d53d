use super::{APP, LINKED, Meta, PAGE, SHOP, assert_form, code, world};
use crate::world::account::Holder;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::LOCATION;
use reqwest::Url;
use serde_json::{Value, json};

const HOME: &str = "https://inbox.example/connect";
const HOUR: i64 = 60 * 60 * 1000;
/// Of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn query(pairs: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://x/", pairs).unwrap();
    url.query().unwrap().to_owned()
}

fn wish<'a>(scope: &'a str, more: &[(&'a str, &'a str)]) -> String {
    let mut pairs =
        vec![("client_id", APP), ("redirect_uri", HOME), ("response_type", "code"), ("scope", scope), ("state", "s&1")];
    pairs.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
    pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    query(&pairs)
}

async fn page(meta: &Meta, path: &str) -> (u16, String) {
    let (parts, body) = meta.send(Request::get(path).body(Body::empty()).unwrap()).await;
    (parts.status.as_u16(), String::from_utf8(body).unwrap())
}

async fn form(meta: &Meta, path: &str, pairs: &[(&str, &str)]) -> (Option<Url>, Value) {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let (parts, body) = meta.send(request.body(Body::from(query(pairs))).unwrap()).await;
    let to = parts.headers.get(LOCATION).map(|it| Url::parse(it.to_str().unwrap()).unwrap());
    (to, serde_json::from_slice(&body).unwrap_or_default())
}

fn param(url: &Url, key: &str) -> String {
    url.query_pairs().find(|(it, _)| it == key).map(|it| it.1.into_owned()).unwrap_or_default()
}

const SCOPES: &str = "instagram_business_basic,instagram_business_manage_messages";

async fn instagram_code(meta: &Meta, more: &[(&str, &str)]) -> String {
    let (to, _) = form(meta, &format!("/oauth/authorize?{}", wish(SCOPES, more)), &[("as", SHOP)]).await;
    param(&to.unwrap(), "code")
}

async fn redeem(meta: &Meta, code: &str, more: &[(&str, &str)]) -> Value {
    let secret = format!("secret-of-{APP}");
    let mut pairs = vec![
        ("client_id", APP),
        ("client_secret", &secret),
        ("grant_type", "authorization_code"),
        ("redirect_uri", HOME),
        ("code", code),
    ];
    pairs.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
    pairs.extend(more);
    form(meta, "/oauth/access_token", &pairs).await.1
}

#[tokio::test]
async fn the_owner_of_an_instagram_account_lets_an_app_in() {
    let meta = Meta::of(world());
    let path = format!("/oauth/authorize?{}", wish(SCOPES, &[]));
    let (status, shown) = page(&meta, &path).await;
    assert_eq!(status, 200);
    assert!(shown.contains("Continue as Fern &amp; Kettle") && shown.contains("Cancel"), "{shown}");
    assert!(!shown.contains("Fern Garden"), "that one belongs to a Page");
    let (to, _) = form(&meta, &path, &[("as", SHOP)]).await;
    let to = to.unwrap();
    assert!(to.as_str().starts_with(HOME) && to.as_str().ends_with("#_"), "{to}");
    assert_eq!(param(&to, "state"), "s&1");
    let short = redeem(&meta, &param(&to, "code"), &[]).await;
    assert_form(&short, "graph.ig.token.short_flat");
    let short = short["access_token"].as_str().unwrap();
    assert_eq!(meta.get("/me?fields=user_id", short).await["user_id"], SHOP);
    meta.advance(HOUR);
    assert_eq!(code(&meta.get("/me", short).await), (190, Some(463)));
}

#[tokio::test]
async fn whoever_cancels_sends_the_app_back_without_a_code() {
    let meta = Meta::of(world());
    for (path, scope) in [("/oauth/authorize", SCOPES), ("/v26.0/dialog/oauth", "pages_messaging")] {
        let to = form(&meta, &format!("{path}?{}", wish(scope, &[])), &[]).await.0.unwrap();
        assert_eq!((param(&to, "error"), param(&to, "error_reason")), ("access_denied".into(), "user_denied".into()));
        assert_eq!((param(&to, "state"), param(&to, "code")), ("s&1".into(), String::new()));
    }
}

#[tokio::test]
async fn what_meta_would_not_even_ask_is_said_on_a_page() {
    let meta = Meta::of(world());
    for (path, scope, more, words) in [
        ("/oauth/authorize", SCOPES, ("client_id", "1"), "Invalid platform app"),
        ("/oauth/authorize", SCOPES, ("redirect_uri", ""), "redirect_uri"),
        ("/oauth/authorize", SCOPES, ("redirect_uri", "/connect"), "redirect_uri"),
        ("/oauth/authorize", SCOPES, ("response_type", "token"), "response_type"),
        ("/oauth/authorize", "business_basic", ("x", ""), "Invalid Scopes: business_basic"),
        ("/oauth/authorize", SCOPES, ("code_challenge", CHALLENGE), "code_challenge_method"),
        ("/v26.0/dialog/oauth", "pages_messaging", ("client_id", "1"), "Invalid App ID"),
        ("/v26.0/dialog/oauth", "instagram_business_basic", ("x", ""), "Invalid Scopes"),
        ("/v26.0/dialog/oauth", "pages_messaging", ("redirect_uri", ""), "redirect_uri"),
    ] {
        let (status, shown) = page(&meta, &format!("{path}?{}", wish(scope, &[more]))).await;
        assert_eq!(status, 400, "{words}");
        assert!(shown.contains(words), "{shown}");
    }
    let path = format!("/oauth/authorize?{}", wish(SCOPES, &[]));
    assert!(form(&meta, &path, &[("as", LINKED)]).await.0.is_none(), "not an account of this login");
}

#[tokio::test]
async fn a_code_is_good_once_for_an_hour_and_for_its_app_and_address() {
    let meta = Meta::of(world());
    let code = instagram_code(&meta, &[]).await;
    for (key, wrong) in [
        ("client_id", "1"),
        ("client_secret", "wrong"),
        ("grant_type", "password"),
        ("redirect_uri", "https://x.example/"),
        ("code", "wrong"),
    ] {
        assert_form(&redeem(&meta, &code, &[(key, wrong)]).await, "graph.ig.token.rejected");
    }
    assert!(redeem(&meta, &code, &[]).await["access_token"].is_string());
    let again = redeem(&meta, &code, &[]).await;
    assert_form(&again, "graph.ig.token.rejected");
    assert_eq!(again["error_message"], "Matching code was not found or was already used");
    let late = instagram_code(&meta, &[]).await;
    meta.advance(HOUR);
    assert_eq!(redeem(&meta, &late, &[]).await["code"], 400);
}

#[tokio::test]
async fn whoever_showed_a_challenge_has_to_know_its_answer() {
    let meta = Meta::of(world());
    let challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = instagram_code(&meta, &challenge).await;
    assert_eq!(redeem(&meta, &code, &[]).await["code"], 400);
    assert_eq!(redeem(&meta, &code, &[("code_verifier", "guessed")]).await["code"], 400);
    assert!(redeem(&meta, &code, &[("code_verifier", VERIFIER)]).await["access_token"].is_string());
}

#[tokio::test]
async fn an_hour_becomes_sixty_days_and_sixty_more() {
    let meta = Meta::of(world());
    let code_ = instagram_code(&meta, &[]).await;
    let short = redeem(&meta, &code_, &[]).await["access_token"].as_str().unwrap().to_owned();
    let exchange = format!("/access_token?grant_type=ig_exchange_token&client_secret=secret-of-{APP}");
    assert_eq!(code(&meta.get("/access_token?grant_type=ig_exchange_token&client_secret=x", &short).await), (1, None));
    let long = meta.get(&exchange, &short).await;
    assert_form(&long, "graph.ig.token.long");
    let seconds = long["expires_in"].as_i64().unwrap();
    assert!((5_180_000..5_184_000).contains(&seconds), "{seconds}");
    let long = long["access_token"].as_str().unwrap().to_owned();
    assert_eq!(code(&meta.get(&exchange, &long).await), (100, None), "that one is long already");
    let refresh = "/refresh_access_token?grant_type=ig_refresh_token";
    assert_eq!(code(&meta.get(refresh, &short).await), (100, None));
    assert_eq!(code(&meta.get(refresh, &long).await), (100, None), "a day old at least");
    meta.advance(super::DAY);
    let longer = meta.get(refresh, &long).await;
    assert_form(&longer, "graph.ig.token.long");
    let longer = longer["access_token"].as_str().unwrap().to_owned();
    meta.advance(59 * super::DAY);
    assert_eq!(code(&meta.get(refresh, &long).await), (190, Some(463)), "dead is dead");
    assert_eq!(meta.get("/me?fields=user_id", &longer).await["user_id"], SHOP);
    assert_eq!(meta.get("/me/conversations", &longer).await, json!({"data": []}));
}

async fn facebook_user(meta: &Meta, scope: &str) -> String {
    let path = format!("/v26.0/dialog/oauth?{}", wish(scope, &[]));
    assert!(page(meta, &path).await.1.contains("Continue as Luna Marin"));
    let to = form(meta, &path, &[("as", "122090000000000001")]).await.0.unwrap();
    assert!(to.fragment().is_none());
    let path = format!(
        "/v26.0/oauth/access_token?client_id={APP}&client_secret=secret-of-{APP}&redirect_uri={HOME}&code={}",
        param(&to, "code")
    );
    let told = meta.get(&path, "").await;
    assert_eq!(code(&meta.get(&path, "").await), (100, Some(36_009)), "once");
    assert_eq!(told["expires_in"], 3600);
    told["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_is_reached_through_its_owner() {
    let meta = Meta::of(world());
    let short = facebook_user(&meta, "pages_show_list,pages_messaging").await;
    let of_short = meta.get("/me/accounts", &short).await;
    assert_form(&of_short, "graph.page.accounts");
    let exchange = format!(
        "/v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id={APP}&client_secret=secret-of-{APP}\
         &fb_exchange_token={short}"
    );
    let long = meta.get(&exchange, "").await["access_token"].as_str().unwrap().to_owned();
    let fields = "fields=id,name,access_token,tasks,instagram_business_account";
    let pages = meta.get(&format!("/me/accounts?{fields}"), &long).await;
    assert_eq!(pages["data"][0]["instagram_business_account"]["id"], LINKED);
    let token = pages["data"][0]["access_token"].as_str().unwrap();
    let again = meta.get(&format!("/me/accounts?{fields}"), &long).await;
    assert_eq!(again["data"][0]["access_token"], token, "the same one as long as it is good");
    meta.advance(61 * super::DAY);
    assert_eq!(code(&meta.get("/me", &long).await), (190, Some(463)));
    assert_eq!(meta.get("/me", token).await["id"], PAGE, "without end, because the login was a long one");
    let of_short = of_short["data"][0]["access_token"].as_str().unwrap();
    assert_eq!(code(&meta.get("/me", of_short).await), (190, Some(463)), "dies with the login it came from");
    assert_eq!(code(&meta.get("/me/accounts", token).await), (100, None));
    let poor = facebook_user(&meta, "pages_messaging").await;
    assert_eq!(code(&meta.get("/me/accounts", &poor).await), (200, None));
}

#[tokio::test]
async fn facebook_refuses_what_does_not_fit() {
    let meta = Meta::of(world());
    let path = format!("/v26.0/dialog/oauth?{}", wish("pages_messaging", &[]));
    let to = form(&meta, &path, &[("as", "122090000000000001")]).await.0.unwrap();
    let (good, secret) = (param(&to, "code"), format!("secret-of-{APP}"));
    for (id, secret, home, code_, expected) in [
        ("1", secret.as_str(), HOME, good.as_str(), (101, None)),
        (APP, "wrong", HOME, &good, (1, None)),
        (APP, &secret, "https://x.example/", &good, (100, Some(36_008))),
        (APP, &secret, HOME, "wrong", (100, None)),
    ] {
        let path =
            format!("/oauth/access_token?client_id={id}&client_secret={secret}&redirect_uri={home}&code={code_}");
        assert_eq!(code(&meta.get(&path, "").await), expected);
    }
    meta.advance(HOUR);
    let path = format!("/oauth/access_token?client_id={APP}&client_secret={secret}&redirect_uri={HOME}&code={good}");
    assert_eq!(code(&meta.get(&path, "").await), (100, Some(36_007)));
}

#[tokio::test]
async fn an_app_looks_at_its_tokens() {
    let meta = Meta::of(world());
    let app_token = format!("{APP}|secret-of-{APP}");
    let told = meta.get("/debug_token?input_token=page-token", &app_token).await;
    let data = &told["data"];
    assert_eq!((&data["is_valid"], &data["expires_at"], &data["type"]), (&json!(true), &json!(0), &json!("PAGE")));
    assert_eq!((&data["app_id"], &data["profile_id"]), (&json!(APP), &json!(PAGE)));
    assert!(data["scopes"].as_array().unwrap().contains(&json!("pages_messaging")));
    meta.0.change(|world| {
        let short = world.issue("IGAA", APP, Holder::Account(SHOP.to_owned()), ["x".to_owned()].into(), Some(1_000));
        let token = world.tokens.iter_mut().find(|it| it.value == short);
        token.unwrap().value = "short".to_owned();
    });
    meta.advance(1_000);
    let told = meta.get("/debug_token?input_token=short", &app_token).await;
    assert_eq!((&told["data"]["is_valid"], &told["data"]["error"]["subcode"]), (&json!(false), &json!(463)));
    let told = meta.get("/debug_token?input_token=nonsense", &app_token).await;
    assert_eq!(told["data"]["is_valid"], false);
    assert_eq!(code(&meta.get("/debug_token?input_token=page-token", "x|y").await), (190, None));
    assert_eq!(code(&meta.get("/debug_token", &app_token).await), (100, None));
}
