//! Teams, what they see, and who is given what a customer writes: as forms post it and Meta tells it.

use crate::browser::{Browser, Page};
use crate::live::Stream;
use crate::running::{PASSWORD, Place, Running, feed, text};
use reqwest::{Client, StatusCode};
use ring::hmac;
use std::fmt::Write as _;
use std::time::Duration;

crate::on_both!(
    what_a_customer_writes_is_given_by_rule,
    what_waits_is_given_after_a_kill,
    whoever_leaves_a_team_sees_less_at_once,
);

const MIA: &str = "mia@luna.example";
const INES: &str = "ines@luna.example";
const ACCOUNT: &str = "17841460210973548";
const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";
const PATIENCE: Duration = Duration::from_secs(30);

async fn shop(place: &Place) -> Running {
    place.add_user(MIA, "Mia Lindqvist", "admin").await;
    place.add_user(INES, "Ines Carvalho", "agent").await;
    let which = ["account", "add", "--platform", "instagram", "--id", ACCOUNT];
    let args = [&which[..], &["--name", "Luna Ceramics", "--token-stdin"]].concat();
    let added = feed(place.command(&args), "IGAAkilnAndGlaze\n").await;
    assert!(added.status.success(), "{}", text(&added.stderr));
    serve(place).await
}

async fn serve(place: &Place) -> Running {
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("SWITCHBOARD_META_APP_SECRETS", SECRET);
    // Nobody is there to tell names.
    command.env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", "http://127.0.0.1:9");
    Running::start(command).await
}

async fn signed_in(running: &Running, email: &str) -> Browser {
    let mut browser = Browser::at(&running.address);
    assert_eq!(browser.sign_in(email, PASSWORD).await.goes_to(), "/inbox");
    browser
}

/// A customer writes, and Meta tells it.
async fn says(running: &Running, number: usize) {
    let at = 1_794_994_261_417 + number;
    let body = format!(
        r#"{{"object":"instagram","entry":[{{"id":"{ACCOUNT}","time":{at},"messaging":[{{"sender":{{"id":"109384756102{number}"}},"recipient":{{"id":"{ACCOUNT}"}},"timestamp":{at},"message":{{"mid":"m_{number}","text":"Is kettle {number} in stock?"}}}}]}}]}}"#
    );
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), body.as_bytes());
    let signature = tag.as_ref().iter().fold("sha256=".to_owned(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/webhooks/meta", running.address)).header("x-hub-signature-256", signature);
    assert_eq!(request.body(body).send().await.unwrap().status(), StatusCode::OK);
}

/// Asks for the page until it shows `words`.
async fn shows(browser: &mut Browser, path: &str, words: &str) -> Page {
    let asked = async {
        loop {
            let page = browser.get(path).await;
            if page.body.contains(words) {
                return page;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("{path} never showed {words}"))
}

/// What stands in the first address that begins so.
/// The first id that stands there; words may stand there too.
fn id_after(page: &Page, begin: &str) -> String {
    let words = page.body.split(begin).skip(1);
    let mut words = words.map(|it| it.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    words.find(|it| it.len() == 26).unwrap_or_else(|| panic!("{begin} in {}", page.body))
}

/// A team with Ines in it.
async fn team(mia: &mut Browser, name: &str) -> String {
    let added = mia.post("/teams", &[("name", name)]).await;
    let path = added.goes_to().to_owned();
    let page = mia.get(&path).await;
    let (before, _) = page.body.split_once(">Ines Carvalho</label>").unwrap();
    let (_, person) = before.rsplit_once("\"member-").unwrap();
    let person = person.split('"').next().unwrap();
    let done = mia.post(&format!("{path}/members"), &[("member", person)]).await;
    assert_eq!(done.goes_to(), format!("{path}?done=members"));
    assert!(mia.get(done.goes_to()).await.body.contains("The team is changed."));
    path.strip_prefix("/teams/").unwrap().to_owned()
}

async fn rule(mia: &mut Browser, team: &str) {
    let rule = [("account", ""), ("team", team), ("method", "least_busy")];
    assert_eq!(mia.post("/rules", &rule).await.goes_to(), "/rules?done=rule");
}

async fn what_a_customer_writes_is_given_by_rule(place: Place) {
    let running = shop(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let mut ines = signed_in(&running, INES).await;
    let team = team(&mut mia, "Orders").await;
    rule(&mut mia, &team).await;
    says(&running, 1).await;
    let page = shows(&mut ines, "/inbox", "Is kettle 1 in stock?").await;
    let conversation = id_after(&page, "/inbox/");
    let thread = ines.get(&format!("/inbox/{conversation}")).await;
    assert!(thread.body.contains("assigned this to you"), "{}", thread.body);

    assert_eq!(ines.post("/me/away", &[]).await.goes_to(), "/me?saved=away");
    says(&running, 2).await;
    shows(&mut mia, "/inbox?view=unassigned", "Is kettle 2 in stock?").await;
    assert!(!ines.get("/inbox").await.body.contains("Is kettle 2 in stock?"), "she is away");
    ines.post("/me/available", &[]).await;
    shows(&mut ines, "/inbox", "Is kettle 2 in stock?").await;

    let people = mia.get("/people").await;
    let (before, _) = people.body.split_once("aria-label=\"More about Ines Carvalho\"").unwrap();
    let (_, person) = before.rsplit_once("popovertarget=\"person-").unwrap();
    let person = person.split('"').next().unwrap();
    let limited = mia.post(&format!("/people/{person}/limit"), &[("limit", "2")]).await;
    let page = mia.get(limited.goes_to()).await;
    assert!(page.body.contains("Rules give Ines Carvalho at most 2 open conversations."), "{}", page.body);
    assert!(page.body.contains("2 of 2"), "{}", page.body);
    says(&running, 3).await;
    shows(&mut mia, "/inbox?view=unassigned", "Is kettle 3 in stock?").await;
    let moved = mia.post(&format!("/people/{person}/move"), &[("to", "nobody")]).await;
    let page = mia.get(moved.goes_to()).await;
    assert!(page.body.contains("2 conversations of Ines Carvalho moved."), "{}", page.body);
    let wrong = mia.post(&format!("/people/{person}/limit"), &[("limit", "-1")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    running.stop().await;
}

async fn what_waits_is_given_after_a_kill(place: Place) {
    let running = shop(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    says(&running, 1).await;
    shows(&mut mia, "/inbox?view=unassigned", "Is kettle 1 in stock?").await;
    running.kill().await;
    let running = serve(&place).await;
    mia.move_to(&running.address);
    let mut ines = signed_in(&running, INES).await;
    let team = team(&mut mia, "Orders").await;
    rule(&mut mia, &team).await;
    shows(&mut ines, "/inbox", "Is kettle 1 in stock?").await;
    running.stop().await;
}

async fn whoever_leaves_a_team_sees_less_at_once(place: Place) {
    let running = shop(&place).await;
    let mut mia = signed_in(&running, MIA).await;
    let mut ines = signed_in(&running, INES).await;
    says(&running, 1).await;
    let page = shows(&mut ines, "/inbox?view=all-open", "Is kettle 1 in stock?").await;
    let conversation = format!("/inbox/{}", id_after(&page, "/inbox/"));
    let team = team(&mut mia, "Orders").await;
    let accounts = mia.get("/accounts").await;
    let account = format!("/accounts/{}", id_after(&accounts, "/accounts/"));
    let done = mia.post(&format!("{account}/teams"), &[("team", &team)]).await;
    assert_eq!(done.goes_to(), format!("{account}?done=sight"));
    assert_eq!(ines.get(&conversation).await.status, StatusCode::OK, "she is in the team");
    let mut stream = Stream::open(&ines, &[]).await;
    stream.says("event: hello").await;
    mia.post(&format!("/teams/{team}/members"), &[]).await;
    stream.says("event: resync").await;
    assert_eq!(ines.get(&conversation).await.status, StatusCode::NOT_FOUND);
    assert!(!ines.get("/inbox?view=all-open").await.body.contains("Is kettle 1"), "nor in a list");
    let kept = mia.post(&format!("/teams/{team}/delete"), &[]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert!(kept.body.contains("without it everybody would see the account"), "{}", kept.body);
    mia.post(&format!("{account}/teams"), &[]).await;
    stream.says("event: account").await;
    assert_eq!(ines.get(&conversation).await.status, StatusCode::OK, "everybody's again");
    running.stop().await;
}
