//! The tokens of the API, as an admin and the operator make them.

use crate::browser::{Browser, Page};
use crate::running::{PASSWORD, Place, Running, text};
use reqwest::StatusCode;

crate::on_both!(a_token_is_made_once_and_revoked, a_token_is_made_on_the_command_line);

const MIA: &str = "mia@luna.example";

async fn serve(place: &Place) -> (Running, Browser) {
    place.add_user(MIA, "Mia Lindqvist", "admin").await;
    let running = place.serve().await;
    let mut mia = Browser::at(&running.address);
    assert_eq!(mia.sign_in(MIA, PASSWORD).await.goes_to(), "/inbox");
    (running, mia)
}

fn between<'a>(page: &'a Page, begin: &str, end: &str) -> &'a str {
    let (_, rest) = page.body.split_once(begin).unwrap_or_else(|| panic!("{begin} in {}", page.body));
    rest.split_once(end).unwrap().0
}

async fn a_token_is_made_once_and_revoked(place: Place) {
    let (_running, mut mia) = serve(&place).await;
    let wrong = mia.post("/tokens", &[("name", " "), ("bot", "Kiln & glaze"), ("days", "30")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in ["This is needed.", "Tick what the program may do.", "value=\"Kiln &amp; glaze\""] {
        assert!(wrong.body.contains(expected), "{expected} in {}", wrong.body);
    }
    let form = [("name", "Shop & co"), ("scope", "read"), ("scope", "send"), ("bot", "Kiln"), ("days", "30")];
    let made = mia.post("/tokens", &form).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let token = between(&made, "value=\"swb_", "\"");
    assert_eq!(token.len(), 32, "192 bits: {token}");
    let list = mia.get("/tokens").await;
    assert!(!list.body.contains(token), "once");
    for expected in ["Shop &amp; co", "read, send", "Every account", "Mia Lindqvist", "Writes as Kiln", "In 29 days"] {
        assert!(list.body.contains(expected), "{expected} in {}", list.body);
    }
    let revoke = format!("/tokens/{}/revoke", between(&list, "action=\"/tokens/", "/"));
    assert_eq!(mia.post(&revoke, &[]).await.goes_to(), "/tokens?revoked=yes");
    assert_eq!(mia.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND, "once");
    assert!(!mia.get("/tokens").await.body.contains("Shop &amp; co"));
    let log = mia.get("/audit?kind=token").await;
    for told in ["made the API token Shop &amp; co.", "revoked the API token Shop &amp; co."] {
        assert!(log.body.contains(told), "{told} in {}", log.body);
    }
    assert!(!log.body.contains(token));
}

async fn a_token_is_made_on_the_command_line(place: Place) {
    let made =
        place.run(&["token", "add", "--name", "Nightly report", "--scope", "read", "--expires-in-days", "7"]).await;
    assert!(made.status.success(), "{}", text(&made.stderr));
    let said = text(&made.stdout);
    let token = said.lines().find_map(|it| it.strip_prefix("token, shown this once: ")).unwrap();
    assert!(token.starts_with("swb_") && token.len() == 36, "{token}");
    for (args, expected) in [
        (&["--name", " "][..], "'--name': This is needed"),
        (&["--name", "A", "--scope", "everything"], "expected read, write, send or handover"),
        (&["--name", "A", "--account", "17841400000000001"], "'--account': no account is connected under this id"),
        (&["--name", "A", "--expires-in-days", "0"], "'--expires-in-days': expected a number from 1 to 3650"),
    ] {
        let wrong = place.run(&[&["token", "add"], args].concat()).await;
        let line = text(&wrong.stderr);
        assert_eq!(wrong.status.code(), Some(2), "{line}");
        assert!(line.contains(expected) && line.trim_end().lines().count() == 1, "{expected} in {line}");
    }
    let (_running, mut mia) = serve(&place).await;
    let list = mia.get("/tokens").await;
    for expected in ["Nightly report", "The command line", ">read<", "In 6 days"] {
        assert!(list.body.contains(expected), "{expected} in {}", list.body);
    }
    assert!(mia.get("/audit").await.body.contains("Switchboard made the API token Nightly report."));
}
