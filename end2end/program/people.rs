//! Running the people, as forms post it: who may, and what happens at once.

use crate::browser::{Browser, Page};
use crate::live::Stream;
use crate::running::{PASSWORD, Place, Running};
use reqwest::{Method, StatusCode};

crate::on_both!(
    an_invited_person_comes_in,
    whoever_is_deactivated_is_out_at_once,
    the_last_admin_is_safe,
    a_new_password_signs_every_other_browser_out,
);

const MIA: &str = "mia@luna.example";
const INES: &str = "ines@luna.example";
const HANA: &str = "hana@luna.example";

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

/// The first address in `page` that begins so.
fn address<'a>(page: &'a Page, begin: &str) -> &'a str {
    let at = page.body.find(begin).unwrap_or_else(|| panic!("{begin} in {}", page.body));
    page.body[at..].split('"').next().unwrap()
}

/// The id of the person whose menu is labelled so.
fn id_of(page: &Page, name: &str) -> String {
    let (before, _) = page.body.split_once(&format!("aria-label=\"More about {name}\"")).unwrap();
    let (_, id) = before.rsplit_once("popovertarget=\"person-").unwrap();
    id.split('"').next().unwrap().to_owned()
}

async fn invite(mia: &mut Browser, running: &Running) -> String {
    let form = [("name", "Hana"), ("email", HANA), ("role", "agent")];
    let made = mia.post("/people/invite", &form).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    address(&made, &format!("{}/join/", running.address)).strip_prefix(&running.address).unwrap().to_owned()
}

async fn an_invited_person_comes_in(place: Place) {
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let wrong = mia.post("/people/invite", &[("name", " "), ("email", "hana at luna"), ("role", "admin")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in ["This is needed.", "This is not an email address.", "value=\"hana at luna\""] {
        assert!(wrong.body.contains(expected), "{expected} in {}", wrong.body);
    }
    let taken = mia.post("/people/invite", &[("name", "Ines"), ("email", INES), ("role", "agent")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body.contains("Somebody already signs in with this email."), "{}", taken.body);

    let first = invite(&mut mia, &running).await;
    let people = mia.get("/people").await;
    assert!(!people.body.contains("/join/"), "shown once");
    let (before, _) = people.body.split_once("/link\"").unwrap();
    let again = format!("{}/link", &before[before.rfind('"').unwrap() + 1..]);
    let made = mia.post(&again, &[]).await;
    let second = address(&made, &format!("{}/join/", running.address)).strip_prefix(&running.address).unwrap();

    let mut hana = Browser::at(&running.address);
    assert_eq!(hana.get(&first).await.status, StatusCode::GONE, "replaced");
    let page = hana.get(second).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Mia Lindqvist invites you") && page.body.contains("value=\"Hana\""), "{}", page.body);
    let short = hana.post(second, &[("name", "Hana Sato"), ("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("At least 10 characters.") && short.body.contains("value=\"Hana Sato\""));
    let in_at_last = hana.post(second, &[("name", "Hana Sato"), ("password", PASSWORD)]).await;
    assert_eq!(in_at_last.goes_to(), "/inbox");
    assert!(hana.get("/inbox").await.body.contains("Hana Sato"));
    let mut late = Browser::at(&running.address);
    assert_eq!(late.get(second).await.status, StatusCode::GONE, "used");
    assert_eq!(late.post(second, &[("name", "Eve"), ("password", PASSWORD)]).await.status, StatusCode::GONE);
    assert_eq!(late.sign_in(HANA, PASSWORD).await.goes_to(), "/inbox", "with her own password");
}

async fn whoever_is_deactivated_is_out_at_once(place: Place) {
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let mut ines = signed_in(&running, INES).await;
    let mut stream = Stream::open(&ines, &[]).await;
    stream.says("event: hello").await;
    let people = mia.get("/people").await;
    let id = id_of(&people, "Ines Carvalho");
    let done = mia.post(&format!("/people/{id}/deactivate"), &[]).await;
    assert_eq!(done.goes_to(), format!("/people?changed={id}"));
    stream.ends().await;
    assert_eq!(ines.get("/inbox").await.goes_to(), "/login");
    assert_eq!(ines.sign_in(INES, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let page = mia.get(done.goes_to()).await;
    assert!(page.body.contains("Ines Carvalho can no longer sign in."), "{}", page.body);
    mia.post(&format!("/people/{id}/activate"), &[]).await;
    assert_eq!(ines.sign_in(INES, PASSWORD).await.goes_to(), "/inbox");
    let mine = id_of(&people, "Mia Lindqvist");
    let oneself = mia.post(&format!("/people/{mine}/deactivate"), &[]).await;
    assert_eq!(oneself.status, StatusCode::CONFLICT);
    assert!(oneself.body.contains("You cannot deactivate yourself."), "{}", oneself.body);
}

async fn the_last_admin_is_safe(place: Place) {
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let people = mia.get("/people").await;
    let (id, other) = (id_of(&people, "Mia Lindqvist"), id_of(&people, "Ines Carvalho"));
    let alone = mia.post(&format!("/people/{id}/role"), &[("role", "agent")]).await;
    assert_eq!(alone.status, StatusCode::CONFLICT);
    assert!(alone.body.contains("There must be an admin."), "{}", alone.body);
    let done = mia.post(&format!("/people/{other}/role"), &[("role", "admin")]).await;
    assert!(mia.get(done.goes_to()).await.body.contains("Ines Carvalho is an admin now."));
    let gone = mia.post(&format!("/people/{id}/role"), &[("role", "agent")]).await;
    assert_eq!(gone.goes_to(), "/me", "what she may no longer see is not where she is led");
    assert_eq!(mia.get("/people").await.status, StatusCode::FORBIDDEN);
}

async fn a_new_password_signs_every_other_browser_out(place: Place) {
    let running = serve(&place).await;
    let [mut here, mut there] = [signed_in(&running, INES).await, signed_in(&running, INES).await];
    let stream = Stream::open(&there, &[]).await;
    let own = here.get("/me").await;
    assert_eq!(own.body.matches("Sign out<span").count(), 2, "{}", own.body);
    assert!(own.body.contains("127.0.0.1"), "{}", own.body);
    let wrong = here.post("/me/password", &[("present", "not it"), ("password", "a longer pass phrase")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not your password."), "{}", wrong.body);
    let short = here.post("/me/password", &[("present", PASSWORD), ("password", "short")]).await;
    assert!(short.body.contains("At least 10 characters."), "{}", short.body);
    assert!(!short.body.contains(PASSWORD) && !short.body.contains("\"short\""), "no password is sent back");
    let new = "a longer pass phrase";
    let done = here.post("/me/password", &[("present", PASSWORD), ("password", new)]).await;
    assert_eq!(done.goes_to(), "/me?saved=password");
    stream.ends().await;
    assert_eq!(there.get("/inbox").await.goes_to(), "/login");
    assert_eq!(here.get("/inbox").await.status, StatusCode::OK, "this browser stays");
    assert_eq!(there.sign_in(INES, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(there.sign_in(INES, new).await.goes_to(), "/inbox");
    here.post("/me/sessions", &[]).await;
    assert_eq!(there.get("/inbox").await.goes_to(), "/login", "signed out everywhere else");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Everybody,
    SignedIn,
    Admins,
}

/// Every address of these pages: whoever adds one says here for whom it is.
const WALK: [(Method, &str, For); 81] = [
    (Method::GET, "/people", For::Admins),
    (Method::GET, "/people?changed=x", For::Admins),
    (Method::GET, "/people/invite", For::Admins),
    (Method::POST, "/people/invite", For::Admins),
    (Method::POST, "/people/ID/link", For::Admins),
    (Method::POST, "/people/ID/role", For::Admins),
    (Method::POST, "/people/ID/deactivate", For::Admins),
    (Method::POST, "/people/ID/activate", For::Admins),
    (Method::POST, "/people/ID/limit", For::Admins),
    (Method::POST, "/people/ID/move", For::Admins),
    (Method::POST, "/people/ID/picture", For::Admins),
    (Method::GET, "/teams", For::Admins),
    (Method::POST, "/teams", For::Admins),
    (Method::GET, "/teams/ID", For::Admins),
    (Method::POST, "/teams/ID/name", For::Admins),
    (Method::POST, "/teams/ID/members", For::Admins),
    (Method::POST, "/teams/ID/delete", For::Admins),
    (Method::GET, "/accounts", For::Admins),
    (Method::GET, "/accounts/ID", For::Admins),
    (Method::GET, "/accounts/health", For::Admins),
    (Method::GET, "/accounts/health?done=looked", For::Admins),
    (Method::POST, "/accounts/ID/look", For::Admins),
    (Method::POST, "/accounts/ID/pause", For::Admins),
    (Method::POST, "/accounts/ID/resume", For::Admins),
    (Method::POST, "/accounts/ID/shows", For::Admins),
    (Method::POST, "/accounts/ID/teams", For::Admins),
    (Method::POST, "/accounts/ID/hours", For::Admins),
    (Method::POST, "/accounts/ID/bot", For::Admins),
    (Method::GET, "/accounts/ID/kept", For::Admins),
    (Method::GET, "/accounts/ID/kept?messages=90&media=x", For::Admins),
    (Method::POST, "/accounts/ID/kept", For::Admins),
    (Method::POST, "/accounts/ID/history", For::Admins),
    (Method::POST, "/accounts/ID/history/stop", For::Admins),
    (Method::GET, "/accounts/connect", For::Admins),
    (Method::GET, "/accounts/connect?trouble=denied", For::Admins),
    (Method::GET, "/accounts/connect/instagram", For::Admins),
    (Method::GET, "/accounts/connect/facebook?app=1", For::Admins),
    (Method::GET, "/accounts/connect/token", For::Admins),
    (Method::POST, "/accounts/connect/token", For::Admins),
    (Method::GET, "/accounts/connect/pages/ID", For::Admins),
    (Method::POST, "/accounts/connect/pages/ID", For::Admins),
    (Method::GET, "/accounts/ID/disconnect", For::Admins),
    (Method::POST, "/accounts/ID/disconnect", For::Admins),
    (Method::GET, "/accounts/ID/delete", For::Admins),
    (Method::POST, "/accounts/ID/delete", For::Admins),
    // It leads on, and whoever may not be there is told so where it leads.
    (Method::GET, "/accounts/connect/back?code=x&state=x", For::Everybody),
    (Method::GET, "/rules", For::Admins),
    (Method::POST, "/rules", For::Admins),
    (Method::POST, "/rules/ID/on", For::Admins),
    (Method::POST, "/rules/ID/off", For::Admins),
    (Method::POST, "/rules/ID/earlier", For::Admins),
    (Method::POST, "/rules/ID/delete", For::Admins),
    (Method::GET, "/hours", For::Admins),
    (Method::GET, "/hours/new", For::Admins),
    (Method::POST, "/hours/new", For::Admins),
    (Method::GET, "/hours/ID", For::Admins),
    (Method::POST, "/hours/ID/delete", For::Admins),
    (Method::GET, "/me", For::SignedIn),
    (Method::GET, "/me?saved=name", For::SignedIn),
    (Method::POST, "/me/name", For::SignedIn),
    (Method::POST, "/me/password", For::SignedIn),
    (Method::POST, "/me/theme", For::SignedIn),
    (Method::POST, "/me/likings", For::SignedIn),
    (Method::POST, "/me/picture", For::SignedIn),
    (Method::POST, "/me/picture/remove", For::SignedIn),
    (Method::GET, "/notifications", For::SignedIn),
    (Method::GET, "/notifications?before=1795183925000-01kag3v5c00000000000000m1a", For::SignedIn),
    (Method::GET, "/notifications?before=x", For::SignedIn),
    (Method::POST, "/notifications/read", For::SignedIn),
    (Method::POST, "/me/sessions", For::SignedIn),
    (Method::GET, "/search", For::SignedIn),
    (Method::GET, "/search?q=mug&after=-1", For::SignedIn),
    (Method::GET, "/search?q=from:mia+before:x+%22&after=9223372036854775807", For::SignedIn),
    (Method::POST, "/me/away", For::SignedIn),
    (Method::POST, "/me/available", For::SignedIn),
    (Method::GET, "/join/made-up", For::Everybody),
    (Method::POST, "/join/made-up", For::Everybody),
    (Method::GET, "/deletion/made-up", For::Everybody),
    (Method::POST, "/meta/deauthorize", For::Everybody),
    (Method::POST, "/meta/data-deletion", For::Everybody),
    (Method::GET, "/login", For::Everybody),
];

#[tokio::test]
async fn every_page_is_for_whom_it_is_meant() {
    let place = Place::sqlite();
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let mut ines = signed_in(&running, INES).await;
    let mut nobody = Browser::at(&running.address);
    // Nobody's id, so that the walk changes nothing.
    let walk = WALK.map(|(method, path, whose)| (method, path.replace("ID", "01kag3v5c00000000000000m1a"), whose));
    for (method, path, whose) in &walk {
        let refused = nobody.ask(method.clone(), path, Some(&[]), &[]).await;
        let expected = match (whose, method.clone()) {
            (For::Everybody, _) => None,
            (_, Method::GET) => Some(StatusCode::SEE_OTHER),
            _ => Some(StatusCode::UNAUTHORIZED),
        };
        assert_eq!(Some(refused.status).filter(|_| expected.is_some()), expected, "nobody: {method} {path}");
        assert!(expected.is_none_or(|it| it != StatusCode::SEE_OTHER) || refused.goes_to().starts_with("/login"));

        let page = ines.ask(method.clone(), path, Some(&[("theme", "system")]), &[]).await;
        let is_refused = page.status == StatusCode::FORBIDDEN;
        assert_eq!(is_refused, *whose == For::Admins, "an agent: {method} {path} {}", page.status);
        assert!(!is_refused || page.body.contains("Only for admins") && !page.body.contains(MIA), "{}", page.body);
        assert_ne!(page.status, StatusCode::UNAUTHORIZED, "an agent: {method} {path}");
    }
    for (method, path, _) in &walk {
        let page = mia.ask(method.clone(), path, Some(&[("theme", "system")]), &[]).await;
        assert!(![StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&page.status), "an admin: {method} {path}");
        assert!(page.status.as_u16() < 500, "an admin: {method} {path} {}", page.status);
    }
    assert_eq!(mia.get("/people").await.status, StatusCode::OK, "nothing was changed");
}

#[tokio::test]
async fn a_name_is_shown_as_text() {
    let place = Place::sqlite();
    let running = serve(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let nasty = "</p><script>alert(1)</script>\"'<img src=x onerror=alert(1)>";
    mia.post("/people/invite", &[("name", nasty), ("email", HANA), ("role", "agent")]).await;
    mia.post("/me/name", &[("name", nasty)]).await;
    for path in ["/people", "/people/invite", "/me", "/inbox"] {
        let page = mia.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{path}: {}", page.body);
        assert!(!page.body.contains(" style=\""), "{path}");
    }
}
