//! Labels, saved replies, the audit log and the second factor, as forms post them.

use crate::browser::{Browser, Page};
use crate::running::{PASSWORD, Place, Running};
use reqwest::{Method, StatusCode};
use server::auth::codes::{code_at, step_at};
use server::clock::{Clock as _, SystemClock};

crate::on_both!(
    labels_are_kept_by_admins,
    saved_replies_are_everybodys_or_ones_own,
    the_log_tells_what_happened_and_is_exported,
    a_code_is_asked_for_beside_the_password,
    whoever_must_have_a_code_sets_it_up_first,
);

const MIA: &str = "mia@luna.example";
const INES: &str = "ines@luna.example";

async fn serve(place: &Place) -> Running {
    place.add_user(MIA, "Mia Lindqvist", "admin").await;
    place.add_user(INES, "Ines Carvalho", "agent").await;
    place.serve().await
}

async fn signed_in(running: &Running, email: &str) -> Browser {
    let mut browser = Browser::at(&running.address);
    assert_eq!(browser.sign_in(email, PASSWORD).await.goes_to(), "/inbox");
    browser
}

/// What stands between `begin` and the next `end`.
fn between<'a>(page: &'a Page, begin: &str, end: &str) -> &'a str {
    let (_, rest) = page.body.split_once(begin).unwrap_or_else(|| panic!("{begin} in {}", page.body));
    rest.split_once(end).unwrap().0
}

async fn labels_are_kept_by_admins(place: Place) {
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let wrong = mia.post("/labels/new", &[("name", " "), ("hue", "30")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is needed."), "{}", wrong.body);
    let made = mia.post("/labels/new", &[("name", "Press & media"), ("hue", "30")]).await;
    assert_eq!(made.goes_to(), "/labels?saved=yes");
    let list = mia.get(made.goes_to()).await;
    assert!(list.body.contains("Press &amp; media") && list.body.contains("chip--hue-1"), "{}", list.body);
    let path = format!("/labels/0{}", between(&list, "href=\"/labels/0", "\""));
    let again = mia.post("/labels/new", &[("name", "press & MEDIA"), ("hue", "30")]).await;
    assert!(again.body.contains("There is one of this name already."), "{}", again.body);
    let page = mia.get(&path).await;
    assert!(page.body.contains("No conversation carries it."), "{}", page.body);
    assert_eq!(mia.post(&path, &[("name", "Media"), ("hue", "240")]).await.goes_to(), "/labels?saved=yes");
    assert!(mia.get("/labels").await.body.contains("chip--hue-8"));
    assert_eq!(mia.post(&format!("{path}/delete"), &[]).await.goes_to(), "/labels?deleted=0");
    assert_eq!(mia.get(&path).await.status, StatusCode::NOT_FOUND);
    let log = mia.get("/audit?kind=label").await;
    for told in ["made the label Press &amp; media.", "Press &amp; media to Media.", "deleted the label Media."] {
        assert!(log.body.contains(told), "{told} in {}", log.body);
    }
}

async fn saved_replies_are_everybodys_or_ones_own(place: Place) {
    let running = serve(&place).await;
    let (mut mia, mut ines) = (signed_in(&running, MIA).await, signed_in(&running, INES).await);
    let reply = |shortcut: &'static str, whose: &'static str| {
        [
            ("shortcut", shortcut),
            ("title", "Hello"),
            ("text", "Hi {first name},\r\n{order} </textarea>"),
            ("whose", whose),
        ]
    };
    let wrong = mia.post("/replies/new", &reply("Not This", "shared")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("A shortcut is 1 to 40") && wrong.body.contains("&lt;/textarea&gt;"), "{}", wrong.body);
    assert_eq!(mia.post("/replies/new", &reply("/hello", "shared")).await.goes_to(), "/replies?done=saved");
    assert_eq!(ines.post("/replies/new", &reply("hello", "mine")).await.goes_to(), "/replies?done=saved");
    assert_eq!(ines.post("/replies/new", &reply("other", "shared")).await.status, StatusCode::FORBIDDEN);
    let list = ines.get("/replies").await;
    assert!(list.body.contains("Nothing is filled in for {order}"), "{}", list.body);
    let paths: Vec<_> =
        list.body.match_indices("href=\"/replies/0").map(|(at, _)| &list.body[at + 6..at + 41]).collect();
    assert_eq!(paths.len(), 2, "{}", list.body);
    let [shared, own] = paths[..] else { panic!() };
    let page = ines.get(shared).await;
    assert!(page.body.contains("Admins change it.") && !page.body.contains("<textarea"), "{}", page.body);
    assert_eq!(mia.get(own).await.status, StatusCode::NOT_FOUND, "hers alone");
    for path in [shared.to_owned(), format!("{shared}/delete")] {
        let refused = ines.post(&path, &reply("hello", "mine")).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(ines.post(&format!("{own}/delete"), &[]).await.goes_to(), "/replies?done=deleted");
    let text = mia.get(shared).await;
    assert!(text.body.contains("Hi {first name},\n{order} &lt;/textarea&gt;</textarea>"), "{}", text.body);
    assert_eq!(mia.post(&format!("{shared}/delete"), &[]).await.goes_to(), "/replies?done=deleted");
}

async fn the_log_tells_what_happened_and_is_exported(place: Place) {
    let running = serve(&place).await;
    Browser::at(&running.address).sign_in(INES, "not the password").await;
    let mut mia = signed_in(&running, MIA).await;
    mia.post("/labels/new", &[("name", "=cmd|'/c calc'!A1"), ("hue", "0")]).await;
    let page = mia.get("/audit").await;
    for told in ["Mia Lindqvist signed in.", "Somebody could not sign in as Ines Carvalho: the password was wrong."] {
        assert!(page.body.contains(told), "{told} in {}", page.body);
    }
    let only = mia.get("/audit?action=person.signed_in&from=2020-01-01&to=2999-01-01").await;
    assert!(only.body.contains("signed in.") && !only.body.contains("made the label"), "{}", only.body);
    let none = mia.get("/audit?to=2020-01-01").await;
    assert!(none.body.contains("Nothing like this is in the log."), "{}", none.body);
    let file = mia.get("/audit.csv?from=2020-01-01").await;
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"audit-20"));
    let lines: Vec<_> = file.body.lines().collect();
    assert_eq!(lines[0], "At,Who,What happened,Action,About,About id,Address");
    assert!(lines[1].contains("Mia Lindqvist exported the audit log from 2020-01-01."), "{}", lines[1]);
    let label = lines.iter().find(|it| it.contains("label.added")).unwrap();
    assert!(label.contains("\"'=cmd|'/c calc'!A1\""), "{label}");
    assert!(mia.get("/audit").await.body.contains("exported the audit log from 2020-01-01."));
}

/// What an app shows once it has read the secret off the page, so many steps from now.
fn code(secret: &str, later: i64) -> String {
    let digit = |it: u8| u64::from(if it.is_ascii_digit() { it - b'2' + 26 } else { it - b'A' });
    let digits: Vec<u64> = secret.bytes().filter(|it| *it != b' ').map(digit).collect();
    let bytes: Vec<u8> = digits
        .chunks(8)
        .flat_map(|it| it.iter().fold(0, |bits, digit| bits << 5 | digit).to_be_bytes()[3..].to_vec())
        .collect();
    format!("{:06}", code_at(&bytes, step_at(SystemClock.now()) + later))
}

/// Turns it on: the secret, and the recovery codes.
async fn turn_on(browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.get("/me/second-factor").await;
    let secret = between(&page, "class=\"secret\">", "<").to_owned();
    let sealed = between(&page, "name=\"sealed\" value=\"", "\"").to_owned();
    assert!(page.body.contains("class=\"qr\""), "{}", page.body);
    let wrong = browser.post("/me/second-factor", &[("sealed", &sealed), ("code", "abc")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(&secret), "the same secret again: {}", wrong.body);
    let right = code(&secret, 0);
    let on = browser.post("/me/second-factor", &[("sealed", &sealed), ("code", &right)]).await;
    assert_eq!(on.status, StatusCode::CREATED, "{}", on.body);
    let codes = on.body.split("<li><code>").skip(1).map(|it| it.split('<').next().unwrap().to_owned()).collect();
    (secret, codes)
}

async fn a_code_is_asked_for_beside_the_password(place: Place) {
    let running = serve(&place).await;
    let mut ines = signed_in(&running, INES).await;
    let (secret, codes) = turn_on(&mut ines).await;
    assert_eq!(codes.len(), 10);
    assert!(ines.get("/me").await.body.contains("10 recovery codes are left."));

    let mut again = Browser::at(&running.address);
    assert_eq!(again.get("/login/code").await.goes_to(), "/login", "nobody gave a password");
    let form = [("email", INES), ("password", PASSWORD), ("next", "/inbox?view=closed")];
    let half = again.post("/login", &form).await;
    assert_eq!(half.goes_to(), "/login/code?next=%2Finbox%3Fview%3Dclosed");
    assert_eq!(again.get("/inbox").await.goes_to(), "/login", "half is not in");
    assert_eq!(again.get(half.goes_to()).await.status, StatusCode::OK);
    let wrong = again.post("/login/code", &[("code", "000000x")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.body.contains("This code is not right"), "{}", wrong.body);
    let right = code(&secret, 1);
    let done = again.post("/login/code", &[("code", &right), ("next", "/inbox?view=closed")]).await;
    assert_eq!(done.goes_to(), "/inbox?view=closed");
    assert_eq!(again.get("/inbox").await.status, StatusCode::OK);

    let mut third = Browser::at(&running.address);
    third.sign_in(INES, PASSWORD).await;
    let used = third.post("/login/code", &[("code", &right)]).await;
    assert_eq!(used.status, StatusCode::UNAUTHORIZED, "a code works once");
    let recovery = codes[0].to_uppercase();
    assert_eq!(third.post("/login/code", &[("code", &recovery)]).await.goes_to(), "/inbox");
    third.post("/logout", &[]).await;
    third.sign_in(INES, PASSWORD).await;
    assert_eq!(
        third.post("/login/code", &[("code", &recovery)]).await.status,
        StatusCode::UNAUTHORIZED,
        "once as well"
    );
    for _ in 0..5 {
        third.post("/login/code", &[("code", "123456")]).await;
    }
    assert_eq!(third.post("/login/code", &[("code", &codes[1])]).await.status, StatusCode::TOO_MANY_REQUESTS);

    let refused = ines.post("/me/second-factor/off", &[("confirm", "not it")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This is not your password."), "{}", refused.body);
    let renewed = ines.post("/me/second-factor/codes", &[("confirm", PASSWORD)]).await;
    assert!(renewed.status == StatusCode::CREATED && !renewed.body.contains(&codes[1]), "{}", renewed.body);
    assert_eq!(ines.post("/me/second-factor/off", &[("confirm", PASSWORD)]).await.goes_to(), "/me?saved=second-factor");
    assert_eq!(Browser::at(&running.address).sign_in(INES, PASSWORD).await.goes_to(), "/inbox");
}

async fn whoever_must_have_a_code_sets_it_up_first(place: Place) {
    let running = serve(&place).await;
    let (mut mia, mut ines) = (signed_in(&running, MIA).await, signed_in(&running, INES).await);
    turn_on(&mut mia).await;
    assert_eq!(ines.post("/people/second-factor", &[("required", "yes")]).await.status, StatusCode::FORBIDDEN);
    mia.post("/people/second-factor", &[("required", "yes")]).await;
    assert!(mia.get("/people").await.body.contains("It is required of everybody. 1 of 2 have it."));
    for path in ["/inbox", "/me", "/replies", "/"] {
        assert_eq!(ines.get(path).await.goes_to(), "/me/second-factor", "{path}");
    }
    assert_eq!(ines.post("/me/name", &[("name", "Inês")]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ines.get("/events").await.status, StatusCode::UNAUTHORIZED);
    turn_on(&mut ines).await;
    assert_eq!(ines.get("/inbox").await.status, StatusCode::OK);
    assert!(!ines.get("/me").await.body.contains("Turn off"), "required is required");

    let people = mia.get("/people").await;
    let (before, _) = people.body.split_once("aria-label=\"More about Ines Carvalho\"").unwrap();
    let id = before.rsplit_once("popovertarget=\"person-").unwrap().1.split('"').next().unwrap();
    let reset = mia.post(&format!("/people/{id}/second-factor"), &[]).await;
    assert_eq!(reset.goes_to(), format!("/people?reset={id}"));
    assert!(mia.get(reset.goes_to()).await.body.contains("Ines Carvalho signs in with the password alone"));
    assert_eq!(ines.get("/inbox").await.goes_to(), "/me/second-factor", "she sets it up again");
    mia.post("/people/second-factor", &[("required", "no")]).await;
    assert_eq!(ines.get("/inbox").await.status, StatusCode::OK);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Everybody,
    SignedIn,
    Admins,
}

/// Every address of these pages: whoever adds one says here for whom it is.
const WALK: [(Method, &str, For); 63] = [
    (Method::POST, "/inbox/ID/team", For::SignedIn),
    (Method::POST, "/inbox/ID/priority", For::SignedIn),
    (Method::POST, "/contacts/ID/block", For::SignedIn),
    (Method::POST, "/contacts/ID/unblock", For::SignedIn),
    (Method::POST, "/contacts/ID/history", For::SignedIn),
    (Method::POST, "/contacts/ID", For::SignedIn),
    (Method::GET, "/fields", For::Admins),
    (Method::GET, "/fields/new", For::Admins),
    (Method::POST, "/fields/new", For::Admins),
    (Method::GET, "/fields/ID", For::Admins),
    (Method::POST, "/fields/ID", For::Admins),
    (Method::POST, "/fields/ID/up", For::Admins),
    (Method::POST, "/fields/ID/delete", For::Admins),
    (Method::GET, "/contacts/ID", For::SignedIn),
    (Method::GET, "/contacts/ID/export", For::Admins),
    (Method::GET, "/contacts/ID/delete", For::Admins),
    (Method::POST, "/contacts/ID/delete", For::Admins),
    (Method::GET, "/contacts/deletions", For::Admins),
    (Method::GET, "/labels", For::Admins),
    (Method::GET, "/labels/new", For::Admins),
    (Method::POST, "/labels/new", For::Admins),
    (Method::GET, "/labels/ID", For::Admins),
    (Method::POST, "/labels/ID", For::Admins),
    (Method::POST, "/labels/ID/delete", For::Admins),
    (Method::GET, "/replies", For::SignedIn),
    (Method::GET, "/replies/new", For::SignedIn),
    (Method::POST, "/replies/new", For::SignedIn),
    (Method::GET, "/replies/ID", For::SignedIn),
    (Method::POST, "/replies/ID", For::SignedIn),
    (Method::POST, "/replies/ID/delete", For::SignedIn),
    (Method::GET, "/views", For::SignedIn),
    (Method::GET, "/views/new", For::SignedIn),
    (Method::POST, "/views/new", For::SignedIn),
    (Method::GET, "/views/ID", For::SignedIn),
    (Method::POST, "/views/ID", For::SignedIn),
    (Method::POST, "/views/ID/delete", For::SignedIn),
    (Method::GET, "/api", For::SignedIn),
    (Method::GET, "/tokens", For::Admins),
    (Method::POST, "/tokens", For::Admins),
    (Method::POST, "/tokens/ID/revoke", For::Admins),
    (Method::GET, "/endpoints", For::Admins),
    (Method::POST, "/endpoints", For::Admins),
    (Method::GET, "/endpoints/ID", For::Admins),
    (Method::POST, "/endpoints/ID/pause", For::Admins),
    (Method::POST, "/endpoints/ID/resume", For::Admins),
    (Method::POST, "/endpoints/ID/delete", For::Admins),
    (Method::POST, "/endpoints/ID/replay", For::Admins),
    (Method::POST, "/endpoints/ID/replay/7-1", For::Admins),
    (Method::POST, "/bots/ID/limit", For::Admins),
    (Method::GET, "/audit", For::Admins),
    (Method::GET, "/audit.csv", For::Admins),
    (Method::GET, "/numbers?days=7", For::Admins),
    (Method::GET, "/numbers.csv?by=person", For::Admins),
    (Method::POST, "/people/ID/second-factor", For::Admins),
    (Method::POST, "/people/second-factor", For::Admins),
    (Method::GET, "/me/second-factor", For::SignedIn),
    (Method::POST, "/me/second-factor", For::SignedIn),
    (Method::POST, "/me/second-factor/off", For::SignedIn),
    (Method::POST, "/me/second-factor/codes", For::SignedIn),
    (Method::POST, "/inbox/ID/take-over", For::SignedIn),
    (Method::POST, "/inbox/ID/hand-to-bot", For::SignedIn),
    (Method::GET, "/login/code", For::Everybody),
    (Method::POST, "/login/code", For::Everybody),
];

#[tokio::test]
async fn every_page_is_for_whom_it_is_meant() {
    let place = Place::sqlite();
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let mut ines = signed_in(&running, INES).await;
    let mut nobody = Browser::at(&running.address);
    let walk = WALK.map(|(method, path, whose)| (method, path.replace("ID", "01kag3v5c00000000000000m1a"), whose));
    for (method, path, whose) in &walk {
        let refused = nobody.ask(method.clone(), path, Some(&[]), &[]).await;
        match (whose, method.clone()) {
            (For::Everybody, _) => assert_eq!(refused.goes_to(), "/login", "nobody: {method} {path}"),
            (_, Method::GET) => assert!(refused.goes_to().starts_with("/login?next="), "nobody: {method} {path}"),
            _ => assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "nobody: {method} {path}"),
        }
        let page = ines.ask(method.clone(), path, Some(&[]), &[]).await;
        assert_eq!(page.status == StatusCode::FORBIDDEN, *whose == For::Admins, "an agent: {method} {path}");
        assert_ne!(page.status, StatusCode::UNAUTHORIZED, "an agent: {method} {path}");
        let page = mia.ask(method.clone(), path, Some(&[]), &[]).await;
        assert!(![StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&page.status), "an admin: {method} {path}");
        assert!(page.status.as_u16() < 500, "an admin: {method} {path} {}", page.status);
    }
}
