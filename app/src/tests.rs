//! The pages as the server sends them, through the same door.

mod contact;
mod endpoints;
mod inbox;
mod people;
mod run;
mod search;
mod tokens;
mod words;

use crate::assets::Assets;
use crate::error::AppError;
use crate::prelude::*;
use crate::shell::{Page, shell};
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use model::person::{FieldProblem, Me, Preferences, Role, Theme};
use model::sign_in::{SetUpForm, SetUpProblems, SignInForm, SignInProblem};
use model::view::View;
use server::auth::Caller;

const EVIL: &str = "\"></textarea><script>alert(1)</script>";

#[tokio::test]
async fn a_sign_in_page_shows_what_was_typed_as_text() {
    let form = SignInForm {
        business: Some(EVIL.to_owned()),
        email: EVIL.to_owned(),
        next: EVIL.to_owned(),
        problem: Some(SignInProblem::WrongEmailOrPassword),
        nobody_yet: false,
    };
    let (_, page) = open("/login", None, Page::SignIn(form)).await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(
        page.contains("Sign in to &quot;&gt;&lt;/textarea&gt;") || page.contains("Sign in to \"&gt;&lt;/textarea&gt;"),
        "{page}"
    );
    assert!(page.contains("value=\"&quot;&gt;&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""), "{page}");
}

#[tokio::test]
async fn a_sign_in_page_without_a_problem_says_nothing_of_one() {
    let (status, page) = open("/login", None, Page::SignIn(SignInForm::default())).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("<title>Sign in · Switchboard</title>") && page.contains(">Sign in</h1>"), "{page}");
    for absent in ["role=\"alert\"", "aria-invalid", "aria-describedby", "style=\""] {
        assert!(!page.contains(absent), "{absent}: {page}");
    }
}

#[tokio::test]
async fn a_failed_sign_in_ties_its_problem_to_both_fields() {
    let form = SignInForm {
        email: "mia@luna.example".to_owned(),
        problem: Some(SignInProblem::WrongEmailOrPassword),
        ..SignInForm::default()
    };
    let (_, page) = open("/login", None, Page::SignIn(form)).await;
    assert_eq!(page.matches("aria-describedby=\"sign-in-problem\"").count(), 2);
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 2);
    assert!(
        page.contains("role=\"alert\" id=\"sign-in-problem\"") && page.contains("value=\"mia@luna.example\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_set_up_page_words_each_problem_beside_its_field() {
    let form = SetUpForm {
        link: "one-time".to_owned(),
        link_is_good: true,
        business: EVIL.to_owned(),
        problems: SetUpProblems { password: Some(FieldProblem::TooShort { least: 10 }), ..SetUpProblems::default() },
        ..SetUpForm::default()
    };
    let (_, page) = open("/setup/one-time", None, Page::SetUp(form)).await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("action=\"/setup/one-time\"") && page.contains("method=\"post\""), "{page}");
    assert!(page.contains("aria-describedby=\"password-below\"") && page.contains("At least 10 characters."), "{page}");
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 1);
}

#[tokio::test]
async fn a_used_set_up_link_offers_no_form() {
    let (_, page) = open("/setup/used", None, Page::SetUp(SetUpForm::default())).await;
    assert!(!page.contains("<form") && page.contains("does not work any more"), "{page}");
}

#[tokio::test]
async fn every_view_is_a_link_and_one_is_current() {
    for view in View::ALL {
        let path = crate::path::Path::Inbox { view }.to_string();
        let (status, page) = inbox::opened_by(&path, mia(Role::Admin)).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains(&format!("<title>{} · Switchboard</title>", view.title())), "{page}");
        let rail = part(&page, "<header", "</header>");
        let links: Vec<_> = rail.match_indices("class=\"views__link\"").map(|(at, _)| tag_at(rail, at)).collect();
        let hrefs: Vec<_> = links.iter().filter_map(|tag| attribute(tag, "href")).collect();
        let views = View::ALL.map(|it| crate::path::Path::Inbox { view: it }.to_string());
        assert_eq!(hrefs, [&views[..], &["/notifications".to_owned()]].concat());
        let current: Vec<_> = links.iter().filter(|tag| tag.contains("aria-current=\"page\"")).collect();
        assert_eq!(current.len(), 1, "{rail}");
        assert_eq!(attribute(current[0], "href"), Some(path.as_str()));
    }
}

#[tokio::test]
async fn a_search_is_kept_and_shown_as_text() {
    let path = format!("/inbox?view=closed&q={}", crate::query::encode(EVIL));
    let (_, page) = inbox::opened_by(&path, mia(Role::Agent)).await;
    assert!(!page.contains("<script>alert") && page.contains("Nothing found"), "{page}");
    assert!(page.contains("type=\"hidden\" name=\"view\" value=\"closed\""), "{page}");
}

#[tokio::test]
async fn somebody_signed_out_is_told_so_and_how_to_come_back() {
    let (status, page) = open("/inbox?view=closed", None, signed_out("/inbox?view=closed")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(page.contains("You are signed out.") && page.contains("/login?next=%2Finbox%3Fview%3Dclosed"), "{page}");
}

#[tokio::test]
async fn a_page_comes_in_the_theme_of_whoever_asks() {
    for (theme, attribute, colours) in [
        (Theme::System, "", ["#f4f3f0", "#100f0d"]),
        (Theme::Light, " data-theme=\"light\"", ["#f4f3f0", "#f4f3f0"]),
        (Theme::Dark, " data-theme=\"dark\"", ["#100f0d", "#100f0d"]),
    ] {
        let mut caller = mia(Role::Agent);
        caller.me.preferences.theme = theme;
        let (_, page) = inbox::opened_by("/inbox", caller).await;
        let html = tag_at(&page, page.find("data-icons").unwrap());
        assert!(html.ends_with(&format!("svg\"{attribute}")), "{html}");
        let wanted = ["light", "dark"].into_iter().zip(colours).map(|(scheme, colour)| {
            format!("<meta name=\"theme-color\" media=\"(prefers-color-scheme: {scheme})\" content=\"{colour}\"")
        });
        for meta in wanted {
            assert!(page.contains(&meta), "{page}");
        }
    }
}

#[tokio::test]
async fn an_unknown_address_is_not_found() {
    let (status, page) = open("/nowhere", None, Page::NotFound).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("<title>Not found · Switchboard</title>"), "{page}");
}

#[tokio::test]
async fn a_program_built_without_its_bundle_sends_plain_pages() {
    let request = Request::get("/login").body(Body::empty()).unwrap();
    let (_, page) = render(request, Assets::default(), Page::SignIn(SignInForm::default())).await;
    assert!(!page.contains("type=\"module\"") && !page.contains("href=\"\""), "{page}");
}

#[tokio::test]
async fn no_page_has_to_be_repaired_by_the_browser() {
    let good = SetUpForm { link_is_good: true, ..SetUpForm::default() };
    for (path, caller, page) in [
        ("/login", None, Page::SignIn(SignInForm::default())),
        ("/setup/one-time", None, Page::SetUp(good)),
        ("/nowhere", None, Page::NotFound),
        ("/inbox", None, signed_out("/inbox")),
        ("/inbox", Some(mia(Role::Admin)), inbox::of("/inbox", &mia(Role::Admin))),
        ("/inbox?view=closed&q=mug", Some(mia(Role::Agent)), inbox::of("/inbox?view=closed&q=mug", &mia(Role::Agent))),
    ] {
        let (_, page) = open(path, caller, page).await;
        check_nesting(&page);
        assert_eq!(page.matches("<h1").count(), 1, "{page}");
        assert_eq!(page.matches("<main").count(), 1, "{page}");
        assert!(!page.contains(" style=\""), "the policy forbids style attributes: {page}");
        assert!(page.contains("href=\"/assets/icons-0.svg#i-mark\""), "{page}");
    }
}

fn mia(role: Role) -> Caller {
    Caller {
        me: Me {
            id: "01kag3v5c00000000000000m1a".parse().unwrap(),
            name: "Mia Lindqvist".to_owned(),
            email: "mia@luna.example".to_owned(),
            role,
            preferences: Preferences::default(),
        },
        business: "Luna Ceramics".to_owned(),
    }
}

fn signed_out(here: &str) -> Page {
    Page::Problem { error: AppError::SignedOut, here: here.to_owned() }
}

async fn open(path: &str, caller: Option<Caller>, page: Page) -> (StatusCode, String) {
    let file = |name: &str| format!("/assets/{name}");
    let assets = Assets {
        script: file("switchboard-0.js"),
        wasm: file("switchboard-0.wasm"),
        inbox_style: file("inbox-0.css"),
        pages_style: file("pages-0.css"),
        font: file("inter-0.woff2"),
        icons: file("icons-0.svg"),
        favicon: file("favicon-0.svg"),
        touch_icon: file("apple-touch-icon-0.png"),
        manifest: file("switchboard-0.webmanifest"),
    };
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    render(request, assets, page).await
}

async fn render(request: Request<Body>, assets: Assets, page: Page) -> (StatusCode, String) {
    // Fails only when another test did it before. Without it a page waits for ever.
    _ = any_spawner::Executor::init_tokio();
    let (given, status) = (assets.clone(), page.status());
    let handler = leptos_axum::render_app_async_with_context(
        move || provide_context(given.clone()),
        move || shell(assets.clone(), page.clone()),
    );
    let body = to_bytes(handler(request).await.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap();
    &page[start..start + page[start..].find(to).unwrap()]
}

fn tag_at(page: &str, at: usize) -> &str {
    &page[page[..at].rfind('<').unwrap()..at + page[at..].find('>').unwrap()]
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// Every tag is closed in order, and nothing stands inside what may not hold it: there the
/// browser's tree would differ from the one that hydration walks over.
fn check_nesting(page: &str) {
    const VOID: [&str; 5] = ["meta", "link", "input", "br", "img"];
    const BLOCKS: [&str; 12] = ["div", "p", "ul", "ol", "dl", "form", "h1", "h2", "h3", "section", "nav", "details"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap();
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if tag.starts_with('!') {
            continue;
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order in {page}");
        } else if !VOID.contains(&name) && !tag.ends_with('/') {
            let inside = |it: &str| open.contains(&it);
            assert!(!(["a", "button", "form"].contains(&name) && inside(name)), "{name} in {name}: {page}");
            assert!(!(BLOCKS.contains(&name) && inside("p")), "{name} in p: {page}");
            assert!(!(BLOCKS.contains(&name) && (inside("span") || inside("button"))), "{name} in span: {page}");
            if name == "script" {
                rest = &rest[rest.find("</script>").unwrap() + 9..];
            } else {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "{open:?} stay open in {page}");
}
