use crate::host::{Host, payload};
use axum::http::HeaderMap;
use model::platform::{Login, Platform};
use server::graph::{Access, Graph, GraphError, Kind, Profile, Token};

const TOKEN: &str = "EAABsbCS1iHgBO0ExampleTokenForTestsOnly";

fn access(login: Login) -> Access {
    Access { login, token: Token::new(TOKEN.to_owned()), app: None }
}

async fn on_instagram(host: &Host, id: &str) -> Result<Profile, GraphError> {
    let graph = Graph::new(&host.settings(&[])).unwrap();
    graph.profile(&access(Login::Instagram), Platform::Instagram, id).await
}

async fn on_messenger(host: &Host, id: &str) -> Result<Profile, GraphError> {
    let graph = Graph::new(&host.settings(&[])).unwrap();
    graph.profile(&access(Login::Page), Platform::Page, id).await
}

#[tokio::test]
async fn profiles_are_read_in_the_forms_of_both_platforms() {
    let host = Host::start().await;
    host.answers("501", 200, &payload("ig.profile"));
    let mara = on_instagram(&host, "501").await.unwrap();
    assert_eq!((mara.name.as_deref(), mara.username.as_deref()), (Some("Mara Lindt"), Some("mara.bakes")));
    assert_eq!((mara.facts.follower_count, mara.facts.is_user_follow_business), (Some(412), Some(true)));
    assert!(mara.picture_url.unwrap().starts_with("https://lookaside.fbsbx.com/"));
    host.answers("502", 200, &payload("ig.profile_nulls"));
    let jonas = on_instagram(&host, "502").await.unwrap();
    assert_eq!((jonas.name, jonas.username.as_deref(), jonas.picture_url), (None, Some("jonas_t"), None));
    host.answers("601", 200, &payload("page.profile"));
    let jonas = on_messenger(&host, "601").await.unwrap();
    assert_eq!((jonas.name.as_deref(), jonas.username), (Some("Jonas Thal"), None));
    assert!(jonas.picture_url.is_some());
    host.answers("602", 200, "{}");
    assert_eq!(on_messenger(&host, "602").await.unwrap_err().kind, Kind::Permission, "Messenger's way to refuse");
}

#[tokio::test]
async fn the_call_has_the_version_the_fields_and_the_token_in_its_place() {
    let host = Host::start().await;
    on_instagram(&host, "501").await.unwrap();
    let secret = ["--meta-app-secrets", "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5", "--graph-version", "v26.0"];
    let graph = Graph::new(&host.settings(&secret)).unwrap();
    graph.profile(&access(Login::Page), Platform::Instagram, "502").await.unwrap();
    let [instagram, linked] = &host.heard()[..] else { panic!("two calls") };
    assert_eq!((instagram.path.as_str(), linked.path.as_str()), ("/v25.0/501", "/v26.0/502"));
    for call in [instagram, linked] {
        assert_eq!(call.authorization, format!("Bearer {TOKEN}"));
        assert!(call.query.starts_with("fields=name%2Cusername%2Cprofile_pic") && !call.query.contains(TOKEN));
    }
    let proof = "appsecret_proof=2f293bba5b8d243bd20c040b8e77dc3048ea0d6fa61e4a77a0fa632b78f660ec";
    assert!(linked.query.contains(proof), "{}", linked.query);
    assert!(!instagram.query.contains("proof"));
}

#[tokio::test]
async fn what_can_be_no_id_is_not_asked_for() {
    let host = Host::start().await;
    for odd in ["", "me/accounts", "..", "1?fields=x", "ä"] {
        assert_eq!(on_instagram(&host, odd).await.unwrap_err().kind, Kind::UnknownPerson, "{odd}");
    }
    assert!(host.heard().is_empty());
}

#[tokio::test]
async fn metas_errors_are_told_apart() {
    let host = Host::start().await;
    let limited = Kind::RateLimited { wait_s: None };
    for (kind, names) in [
        (Kind::NoConsent, &["consent_required"][..]),
        (
            Kind::UnknownPerson,
            &["no_matching_user.instagram", "no_matching_user.page", "object_missing", "profile_unavailable"],
        ),
        (Kind::TokenDead, &["token_expired", "token_invalid", "token_password_changed"]),
        (
            limited,
            &["rate_app", "rate_user", "rate_send", "rate_buc_instagram", "rate_buc_messenger", "policy_blocked"],
        ),
        (Kind::Transient, &["transient_1", "transient_2", "transient_send", "sent_but_error"]),
        (Kind::Permission, &["pages_messaging_not_live", "dm_access_disabled"]),
        (Kind::Other, &["recipient_unavailable", "thread_controlled", "window_closed.instagram", "window_closed.page"]),
    ] {
        for name in names {
            for status in [400, 200] {
                host.answers("501", status, &payload(&format!("error.{name}")));
                let error = on_instagram(&host, "501").await.unwrap_err();
                assert_eq!((error.kind, error.status), (kind, Some(status)), "{name}");
                let in_doubt = ["transient_1", "transient_2", "sent_but_error"].contains(name);
                assert_eq!(error.in_doubt, in_doubt, "{name}");
                assert!(error.code.is_some() && error.trace.is_some(), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    let host = Host::start().await;
    let usage = r#"{"104857600932817":[{"type":"messenger","estimated_time_to_regain_access":13}]}"#;
    let headers = HeaderMap::from_iter([("x-business-use-case-usage".parse().unwrap(), usage.parse().unwrap())]);
    host.answers_with("501", 400, &payload("error.rate_buc_messenger"), headers);
    let error = on_messenger(&host, "501").await.unwrap_err();
    assert_eq!(error.kind, Kind::RateLimited { wait_s: Some(780) });
}

#[tokio::test]
async fn nobody_there_and_a_redirect_are_errors_that_show_no_address() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut host = Host::start().await;
    let away = HeaderMap::from_iter([("location".parse().unwrap(), host.url.parse().unwrap())]);
    host.answers_with("501", 302, "", away);
    assert_eq!(on_instagram(&host, "501").await.unwrap_err().kind, Kind::Other);
    assert_eq!(host.heard().len(), 1, "a token is not carried elsewhere");
    host.url = format!("http://{}", taken.local_addr().unwrap());
    drop(taken);
    let error = on_instagram(&host, "501").await.unwrap_err();
    assert_eq!((error.kind, error.status, error.in_doubt), (Kind::Transient, None, false));
    assert!(!error.to_string().contains("501") && error.to_string().starts_with("no answer from Meta"), "{error}");
}

/// A host that takes the call and hangs up: what was asked for may have been done.
#[tokio::test]
async fn a_call_that_broke_off_is_in_doubt() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut host = Host::start().await;
    host.url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            use tokio::io::AsyncReadExt as _;
            let _ = stream.read(&mut [0; 1024]).await;
        }
    });
    let error = on_instagram(&host, "501").await.unwrap_err();
    assert_eq!((error.kind, error.in_doubt), (Kind::Transient, true), "{error}");
}
