//! Signing in, setting up and signing out, as forms post them.

use crate::browser::Browser;
use crate::running::{PASSWORD, Place};
use reqwest::{Method, StatusCode};

crate::on_both!(
    a_person_signs_in_reads_the_inbox_and_signs_out,
    a_wrong_password_and_an_unknown_email_get_the_same_answer,
    guessing_is_held_back,
    the_first_admin_is_made_behind_the_link,
    a_session_id_from_before_signing_in_is_worthless,
);

async fn a_person_signs_in_reads_the_inbox_and_signs_out(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    let away = browser.get("/inbox?view=closed").await;
    assert_eq!((away.status, away.goes_to()), (StatusCode::SEE_OTHER, "/login?next=%2Finbox%3Fview%3Dclosed"));
    let form = browser.get(away.goes_to()).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("value=\"/inbox?view=closed\""), "{}", form.body);
    let next = [("email", "Mia@Luna.example"), ("password", PASSWORD), ("next", "/inbox?view=closed")];
    let signed_in = browser.post("/login", &next).await;
    assert_eq!((signed_in.status, signed_in.goes_to()), (StatusCode::SEE_OTHER, "/inbox?view=closed"));
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    let inbox = browser.get("/inbox").await;
    assert_eq!((inbox.status, inbox.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(inbox.body.contains("Mia Lindqvist"), "{}", inbox.body);
    assert_eq!(browser.get("/login").await.goes_to(), "/inbox", "already signed in");
    let kept = browser.cookies.clone();
    assert_eq!(browser.post("/logout", &[]).await.goes_to(), "/login");
    browser.cookies = kept;
    assert_eq!(browser.get("/inbox").await.goes_to(), "/login", "the old cookie opens nothing");
}

async fn a_wrong_password_and_an_unknown_email_get_the_same_answer(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    // What the program does once after its start is nobody's effort.
    Browser::at(&running.address).sign_in("noah@luna.example", "not the password").await;
    let mut efforts = [const { Vec::new() }; 2];
    let mut pages = Vec::new();
    for _ in 0..8 {
        for (n, email) in ["mia@luna.example", "eve@luna.example"].into_iter().enumerate() {
            let before = running.cpu_ticks();
            let page = Browser::at(&running.address).sign_in(email, "not the password").await;
            efforts[n].push(running.cpu_ticks() - before);
            assert_eq!(page.status, StatusCode::UNAUTHORIZED);
            assert!(page.body.contains("The email or the password is not right."), "{}", page.body);
            assert!(page.body.contains(&format!("value=\"{email}\"")), "what was typed is kept: {}", page.body);
            assert!(!page.body.contains("not the password"), "but not the password");
            pages.push(without_nonce(&page.body.replace(email, "")));
        }
    }
    assert!(pages.windows(2).all(|it| it[0] == it[1]), "one answer for both");
    // Workers do something now and then beside it: the smaller half of each tells what signing in takes.
    let of_half = |efforts: &mut Vec<u64>| {
        efforts.sort_unstable();
        efforts[..4].iter().sum::<u64>()
    };
    let [known, unknown] = efforts.each_mut().map(of_half);
    assert!(known.min(unknown) >= 4, "the work is enough to be measured: {efforts:?}");
    assert!(known.max(unknown) < known.min(unknown) * 2, "the same effort: known, unknown: {efforts:?}");
}

/// The page without what differs in every answer.
fn without_nonce(body: &str) -> String {
    body.split("nonce=\"").map(|it| it.split_once('"').map_or(it, |(_, rest)| rest)).collect()
}

async fn guessing_is_held_back(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    for n in 0..10 {
        let page = browser.sign_in("mia@luna.example", &format!("guess number {n}")).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    }
    let held = browser.sign_in("mia@luna.example", PASSWORD).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(held.body.contains("Too many tries. You can try again in a minute."), "{}", held.body);
    let other = browser.sign_in("ines@luna.example", "guess").await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "others are not held back");
}

async fn the_first_admin_is_made_behind_the_link(place: Place) {
    let mut running = place.serve().await;
    let line = running.wait_for("/setup/").await;
    let path = line.split_once(&running.address).unwrap().1;
    let mut browser = Browser::at(&running.address);
    assert!(browser.get("/login").await.body.contains("Nobody can sign in yet."));
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Business name"), "{}", page.body);
    let mut form = [("business", "Luna Ceramics"), ("name", "Mia"), ("email", "mia@luna"), ("password", "short")];
    form[2].1 = "mia at luna";
    let wrong = browser.post(path, &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in
        ["This is not an email address.", "At least 10 characters.", "value=\"mia at luna\"", "value=\"Luna Ceramics\""]
    {
        assert!(wrong.body.contains(expected), "{expected} in {}", wrong.body);
    }
    form[2].1 = "mia@luna.example";
    form[3].1 = PASSWORD;
    assert_eq!(browser.post(path, &form).await.goes_to(), "/inbox");
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK, "and is signed in");
    assert!(browser.get("/inbox").await.body.contains("Luna Ceramics"));
    let mut late = Browser::at(&running.address);
    assert!(!late.get("/login").await.body.contains("Nobody can sign in yet."));
    assert_eq!(late.get(path).await.status, StatusCode::GONE);
    assert_eq!(late.post(path, &form).await.status, StatusCode::GONE);
    let (_, _, _) = running.stop().await;
    let (_, _, said) = place.serve().await.stop().await;
    assert!(!said.iter().any(|it| it.contains("/setup/")), "no link any more: {said:?}");
}

async fn a_session_id_from_before_signing_in_is_worthless(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    place.add_user("ines@luna.example", "Ines Carvalho", "agent").await;
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    browser.sign_in("mia@luna.example", PASSWORD).await;
    let planted = browser.cookies.clone();
    browser.sign_in("ines@luna.example", PASSWORD).await;
    assert_ne!(browser.cookies, planted);
    assert!(browser.get("/inbox").await.body.contains("Ines Carvalho"));
    browser.cookies = planted;
    assert_eq!(browser.get("/inbox").await.goes_to(), "/login");
}

#[tokio::test]
async fn pages_say_what_a_browser_may_do_with_them() {
    let place = Place::sqlite();
    let running = place.serve_with(&["--public-url", "https://inbox.luna.example"]).await;
    let mut browser = Browser::at(&running.address);
    let (one, other) = (browser.get("/login").await, browser.get("/login").await);
    let policy = one.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("'nonce-"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert_ne!(policy, other.header("content-security-policy"), "a nonce is used once");
    for (header, expected) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(one.header(header), expected, "{header}");
    }
    assert!(!one.body.contains(" style=\""), "no style that the policy would refuse");
    place.add_user("mia@luna.example", "Mia", "admin").await;
    let signed_in = browser.sign_in("mia@luna.example", PASSWORD).await;
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("__Host-switchboard=") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn whatever_a_stranger_types_is_shown_as_text() {
    let place = Place::sqlite();
    let running = place.serve().await;
    let nasty = "</textarea><script>alert(1)</script>\"'<img src=x onerror=alert(1)>@luna.example";
    let next = "/inbox?q=\"><script>alert(1)</script>";
    let mut browser = Browser::at(&running.address);
    let page = browser.post("/login", &[("email", nasty), ("password", "x"), ("next", next)]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_in_or_out() {
    let place = Place::sqlite();
    place.add_user("mia@luna.example", "Mia", "admin").await;
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    browser.sign_in("mia@luna.example", PASSWORD).await;
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")]] {
        let refused = browser.ask(Method::POST, "/logout", Some(&[]), &headers).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK, "still signed in");
    let elsewhere = [("email", "mia@luna.example"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(browser.post("/login", &elsewhere).await.goes_to(), "/inbox");
}

#[tokio::test]
async fn without_signing_in_nothing_else_is_to_be_had() {
    let place = Place::sqlite();
    let running = place.serve().await;
    let mut browser = Browser::at(&running.address);
    for path in ["/inbox", "/", "/no/such/page", "/inbox/01k9"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page.goes_to().starts_with("/login"), "{path}");
    }
    let function = browser.post("/fn/open_counts", &[]).await;
    assert_eq!(function.status, StatusCode::UNAUTHORIZED);
}
